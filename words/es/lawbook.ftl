### La ley: cada disposición, sus versiones, sus casos.

lawbook-title = La ley
lawbook-intro = Las leyes con las que Haven responde en { $place }, y las que están por encima. Cada disposición se explica en palabras sencillas junto a las suyas.
lawbook-english = El texto de la ley está en inglés, porque solo ese texto se leyó.
lawbook-version = En vigor hoy
lawbook-from = Desde el { $day }
lawbook-until = hasta el { $day }
lawbook-no-version = Ninguna versión que se tenga aquí
lawbook-provisions = Disposiciones
lawbook-reviewed = Quién la revisó, y cuándo
lawbook-official = Texto oficial
lawbook-coverage = Qué está aquí y qué no
lawbook-trail = Dónde está esto
lawbook-not-in-force = no está en vigor

lawbook-no-such = Aquí no hay tal disposición
lawbook-no-such-text = Puede tener otro nombre, o la ley que la contiene no está aquí. Que no esté aquí no quiere decir que no exista.
lawbook-near = Nombres parecidos

# Frases que empiezan con "Hoy:" o "El 2020-06-15:".
lawbook-today = Hoy:
lawbook-on = El { $day }:
lawbook-in-force = en vigor.
lawbook-uncertain = no es seguro qué versión estaba en vigor. Haven consulta cada una, y donde difieren dice que se pregunte primero.
lawbook-ended = ya no está en vigor. Así decía al final.
lawbook-not-yet = todavía no está en vigor. Su ley no existía. Así decía al principio.
lawbook-before-unknown = no se sabe. Había o pudo haber una ley más antigua, que no está aquí. Haven dice que se pregunte primero. Así dice el texto más antiguo que hay aquí.
lawbook-later = todavía no está en vigor. Entró en su ley más tarde. Así decía al principio.
lawbook-see-today = Verla como está hoy
lawbook-uncertain-from = Puede haber estado en vigor ya desde el { $day }. El día no se encontró con certeza.

lawbook-plain = En palabras sencillas
lawbook-quoted = Las palabras de la ley
lawbook-no-text = Su texto no está aquí.
lawbook-no-quotes = Aquí no se cita ninguna.
lawbook-source = Dónde está

lawbook-does = Qué hace
lawbook-prohibits = No permite
lawbook-authorises = Permite en palabras
lawbook-requires = Exige
lawbook-refers = Lo deja a una persona
lawbook-cautions = Pide cuidado, y lo deja a una persona
lawbook-advises = Agrega pasos, y no decide nada
lawbook-when = Cuando todo esto se cumple
lawbook-always = Siempre
lawbook-except = No cuando
lawbook-asks = Qué debe responder una persona
lawbook-follows = Qué sigue
lawbook-only = solo para: { $whom }
lawbook-overlaps = También lo prohíbe:
lawbook-frees = Saca actos de
lawbook-no-rule = No tiene regla propia. Se lee junto con las que están a su lado.
lawbook-below = Debajo de ella

lawbook-versions = Versiones
lawbook-known-from = Se sabe por
lawbook-day = Ver la ley de otro día
lawbook-show = Mostrar
lawbook-changed = Qué cambió el { $day }
lawbook-changed-nothing = Solo cambió la ley a su alrededor. Dice lo mismo.
lawbook-out = Quitado:
lawbook-out-end = (fin de lo quitado)
lawbook-put = Agregado:
lawbook-put-end = (fin de lo agregado)

lawbook-cases = Casos
lawbook-cases-text = La ley se prueba con estos casos inventados, cada uno con la respuesta que debe dar.
lawbook-asked-of = Solo se consultaron estas leyes: { $layers }.
lawbook-whole = Ver la respuesta completa
lawbook-no-cases = Ningún caso nombra esta disposición como la que decide.
lawbook-more-cases = Más casos ({ $count })

lawbook-lately = Qué decidió últimamente
lawbook-counted-from = Desde el { $day }
lawbook-counted-until = hasta el { $day }.
lawbook-small = Los números pequeños no se muestran, para que ninguno señale a una persona.
lawbook-decided-none = No decidió nada que esté registrado.
lawbook-total = Todas
lawbook-latest = Las últimas decisiones
lawbook-answer = Respuesta
lawbook-fewer = menos de { $count }
lawbook-withheld = no se muestra
