### Answers, the long form of a question, and the pages around them. Machine-checked, not reviewed; the English text governs.

# The five words. No, Yes and Ask first are what an officer hears.
word-no = NO
word-ask = CONSULTE PRIMERO
word-must = DEBE HACERLO
word-yes = SÍ
word-silent = ESTAS LEYES NO LO IMPIDEN

sentence-no = La ley no lo permite.
sentence-no-order = Una orden o pauta de la ciudad dice que no. Está por debajo de la ordenanza.
sentence-must-order = Una orden o pauta de la ciudad lo pide. Está por debajo de la ordenanza.
sentence-ask = Todavía no se puede responder. Antes de actuar, averigüe lo que se pregunta abajo.
sentence-must = La ley lo exige.
sentence-authorised = La ley lo permite de forma expresa.
sentence-excepted = La ley lo impediría, pero hay una excepción que vale.
sentence-silent = Otra ley puede impedirlo. Esto no es un permiso.

layer-city = Ciudad
layer-county = Condado
layer-state = Estado
layer-federal = Federal
layer-order = Orden, por debajo de la ordenanza

mark-read = texto leído
mark-part = texto leído en parte
mark-reported = se conoce por informes, texto no leído
mark-unverified = sin verificar: consulte al abogado

does-prohibits = no lo permite
does-requires = lo exige
does-authorises = lo permite de forma expresa
does-refers = deja que lo decida una persona
does-excepted = se aplicaría, pero hay una excepción que vale
does-undetermined = puede aplicarse: depende de lo que no se sabe
does-not-met = no alcanza este caso
does-not-encoded = su texto de ese día no está aquí

holds-yes = sí
holds-no = no
holds-unknown = no se sabe
holds-error = no se puede determinar

answer-next = Qué sigue
answer-why = Por qué
answer-english = Lo que aquí está en inglés es la ley como Haven la leyó, en sus propias palabras o resumida. No se tradujo.
answer-find-out = Averigüe primero
answer-change = Qué cambiaría la respuesta
answer-notes = Conviene saber
answer-unread = No se leyó todo el texto. Consulte al abogado.
answer-unread-which = Consulte al abogado sobre lo que no se leyó completo:
answer-aside = Se revisó y no se aplica ({ $count })
answer-uncertain = no es seguro qué versión estaba vigente
answer-see-also = Vea también
answer-conditions = Condiciones
answer-conditions-whole = Condiciones, y todo en palabras sencillas
answer-or = o
answer-reviewed = Revisado hasta: { $day }.

receipt-kept = Quedó registrado. Hora: { $time }.
receipt-number = Decisión
receipt-nobody = No quedó registrado: nadie ha iniciado sesión.
receipt-role = No se registró nada: su función solo permite leer.
receipt-no-agency = No quedó registrado: indique su agencia y pregunte de nuevo.
receipt-no-register = No quedó registrado: este servicio no lleva un registro.
receipt-failed = NO QUEDÓ REGISTRADO: no se pudo escribir. Diga a su supervisor qué se le respondió.

form-agency = Agencia
form-your-agency = Su agencia
form-agency-hint = Empiece a escribir el nombre, completo o corto, y elija. Si no lo sabe, déjelo vacío.
form-not-named = no se indicó
form-not-listed = no está en la lista
form-day = Día
form-day-hint = Responde la ley de este día.
form-know = ¿Qué sabe usted?
form-change = Cambiar un dato
form-answer = Ver la respuesta
form-again = Ver la nueva respuesta
form-more = Qué más puede importar ({ $count })
form-error = Esto no se pudo leer
form-unknown = No lo sé
form-follows = Según el nombre de la agencia
form-number = Un número entero. Si no lo sabe, déjelo vacío.
form-checks = Marque todo lo que corresponda. No marcar nada significa: no lo sé.
form-meanings = Qué significa cada respuesta
form-meanings-leads = Qué significa cada respuesta y adónde lleva
form-needed = Hace falta para:

questions-title = Todas las preguntas
questions-intro = Pregunte antes de actuar. Haven responde según la ley Welcoming City (Ciudad Acogedora) de { $place } y las leyes que están por encima: no, sí o consulte primero, con la cláusula y el paso siguiente.
questions-kinds = Tipos de preguntas
questions-try = ¿Es su primera vez aquí? Pruebe esto
questions-what = ¿Qué quiere hacer?

try-says = Lo que dice la ley
try-act = El acto y lo que se da por hecho
try-why = Ver por qué
try-unknown = Lo que no se sabe
try-never = Lo que no se sabe nunca se vuelve un sí. Abra una pregunta y responda lo que sepa: la respuesta cambia según lo que diga.

problem-missing = Esta página no existe
problem-missing-text = Puede que la dirección esté mal escrita o que la pregunta tenga ahora otro nombre.
problem-long = Es demasiado para leer
problem-long-text = Una pregunta son pocas palabras. Elíjala de nuevo en la lista.
problem-failed = Haven no pudo hacer esto
problem-failed-text = Consulte a su supervisor y avise a quien opera este servicio.
problem-forbidden = Esta página no es para usted
problem-forbidden-text = Su función no la abre. La persona que hizo su inscripción puede decirle quién puede abrirla.
problem-unread = Haven no pudo leer esto
problem-unread-text = La página de la que vino puede ser vieja o haber cambiado. Elija de nuevo la pregunta en la lista.

reports-title = Informes
reports-heading = Informes y bitácora pública
reports-intro = Se hacen con el registro de { $place }. Cada cifra dice cómo se obtuvo y abre las entradas en que se basa.
reports-quarterly = Informes trimestrales
reports-none = Todavía no ha terminado ningún trimestre con entradas.
reports-public = Páginas públicas, por año
reports-small = Las cantidades pequeñas no se muestran, para que ninguna cifra señale a una persona.
reports-log = La bitácora
reports-check = Cualquiera puede comprobar que nada en ella se cambió ni se quitó:
reports-closed = cerrada
reports-unpublished = todavía no se ha publicado nada
reports-published = entradas publicadas: { $count },
reports-checkpoint = punto de control

# A day in words; months by their number.
day = { $day } de { $month } de { $year }
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
