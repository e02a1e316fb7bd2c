### What residents read, in Spanish. Machine-checked, not reviewed; the English text governs. Keys: words/en/residents.ftl.

## Every page

lawful-leave = Salir de esta página
lawful-unknown = No sé
lawful-continue = Continuar
lawful-back = Atrás
lawful-go-on = Seguir en otro idioma. Sus respuestas se quedan.
lawful-problem = { $what ->
    [often] Demasiados intentos por ahora
    [foreign] No pudimos leer esta página
   *[failed] Esto no funcionó
  }
lawful-problem-do = { $what ->
    [often] Espere unos minutos e intente de nuevo. No se pierde nada.
    [foreign] La página puede ser vieja. Empiece de nuevo abajo.
   *[failed] No se guardó nada. Intente más tarde, o escriba una carta a la oficina.
  }

## Was it lawful?

lawful-title = ¿Fue legal?
lawful-intro = ¿La policía u otra oficina de la ciudad de { $place } paró, retuvo o interrogó a alguien, o ayudó a agentes de inmigración? Conteste unas preguntas. Sabrá qué dice la ley de ese día y qué puede hacer.
lawful-promise-kept = No guardamos nada. No pedimos su nombre. Si cierra la página, sus respuestas desaparecen.
lawful-promise-status = No preguntamos por el estatus migratorio de nadie. No necesita decirlo.
lawful-promise-advice = Esto no es asesoría legal. No reemplaza a un abogado.
lawful-step = Pregunta { $number }
lawful-wrong = { $what ->
    [future] Esa fecha todavía no ha llegado. Elija otra. Sus otras respuestas se conservan.
    [early] No tenemos la ley de hace tanto tiempo. Elija un año posterior. Sus otras respuestas se conservan.
    [none] Ese día no existe. Elija otro. Sus otras respuestas se conservan.
    [year] Elija también el año, o deje la fecha abierta. Sus otras respuestas se conservan.
    [month] Elija también el mes, o deje el día abierto. Sus otras respuestas se conservan.
    [page] No se pudo leer una parte de la página. Tal vez es vieja. Siga desde aquí. Sus otras respuestas se conservan.
   *[answer] Por favor, elija una respuesta. Sus otras respuestas se conservan.
  }
lawful-many = Elija todo lo que corresponda.
lawful-many-unknown = Elija todo lo que corresponda. Si no elige nada, entendemos que no lo sabe.

lawful-who-me = Me pasó a mí
lawful-who-family = Le pasó a alguien de mi familia
lawful-who-witness = Yo lo vi
lawful-who-lawyer = Soy su abogado o le ayudo

lawful-q-who = ¿Quién es usted?
lawful-why-who = Esto cambia las palabras que usamos. No cambia la ley.
lawful-q-happened = { $who ->
    [me] ¿Qué le pasó a usted?
    [family] ¿Qué le pasó a su familiar?
    [witness] ¿Qué vio usted?
   *[lawyer] ¿Qué le pasó a su cliente?
  }
lawful-why-happened = Cada cosa se revisa por separado.
lawful-q-by = ¿Quién lo hizo?
lawful-why-by = Cada ley obliga a otras personas. Si la policía de la ciudad entregó a la persona a agentes federales, elija la policía.
lawful-q-when = ¿Cuándo fue?
lawful-why-when = La ley ha cambiado. Elija lo que sabe y deje lo demás. Si duró varios días, elija el primero.
lawful-q-stop_reason = ¿Por qué razón fue la parada?
lawful-why-stop_reason = Una parada puede basarse en unas razones y no en otras. Elija lo que se dijo o se escribió.
lawful-q-hold_reason = ¿Por qué razón se retuvo a la persona?
lawful-why-hold_reason = Elija cada razón que se dijo o se escribió. Una sola razón mala puede bastar para violar la ley.
lawful-q-search_reason = ¿Por qué razón fue el registro?
lawful-why-search_reason = Elija lo que se dijo o se escribió.
lawful-q-paper = ¿Hubo un papel? ¿Cómo era?
lawful-why-paper = Un papel de oficiales de inmigración no es un papel de un juez. Mire el número de formulario en la esquina.
lawful-q-signer = ¿Quién firmó el papel?
lawful-why-signer = Lea el título debajo del nombre. Un “juez de inmigración” no es un juez de un tribunal.
lawful-q-asker = ¿Quién lo pidió o quién lo recibió?
lawful-why-asker = Unas reglas nombran a ICE. Otras nombran a toda agencia federal.
lawful-q-matter = ¿De qué se trataba?
lawful-why-matter = La ley de la ciudad y la del estado limitan la ayuda a inmigración. No tocan el trabajo de la policía sobre delitos.
lawful-q-use = ¿Para qué usaron el lugar?
lawful-why-use = Unos usos están prohibidos. Sentarse en una sala pública no lo está.
lawful-q-aim = ¿Para qué estaba ahí la policía, según lo que usted pudo ver?
lawful-why-aim = Ayudar a los agentes está prohibido. Cuidar a la gente puede no estarlo.
lawful-q-hurt = ¿Había alguien herido o en peligro?
lawful-why-hurt = Ayudar a las personas va primero, con cualquier ley.
lawful-q-stopped = { $who ->
    [me] ¿Estaba usted parado o retenido cuando preguntaron?
   *[other] ¿Estaba la persona parada o retenida cuando preguntaron?
  }
lawful-why-stopped = La ley del estado protege de esta pregunta a quien está parado o retenido.
lawful-q-asked_for = ¿Dijeron por qué preguntaban?
lawful-why-asked_for = La ley del estado permite dos razones.
lawful-q-data_about = ¿Qué preguntaba el formulario?
lawful-why-data_about = Un formulario no puede preguntar por el estatus. Sobre el lugar de nacimiento es menos claro.
lawful-q-topic = ¿Qué les dijeron?
lawful-why-topic = La ley nombra algunos tipos de información.
lawful-q-named_law = ¿Nombraron una ley o una orden que los obligaba?
lawful-why-named_law = Solo una ley, una orden de un tribunal o la orden de un juez que lo exija puede permitirlo.
lawful-q-agreed = { $who ->
    [me] ¿Usted estuvo de acuerdo?
   *[other] ¿La persona estuvo de acuerdo?
  }
lawful-why-agreed = Solo cuenta el permiso por escrito.
lawful-q-before_2021 = { $who ->
    [me] ¿Era cierto algo de esto sobre usted ese día?
   *[other] ¿Era cierto algo de esto sobre la persona ese día?
  }
lawful-why-before_2021 = Antes de 2021 la regla de la ciudad no protegía a la gente en estos casos. La ley del estado tal vez sí. Puede saltar esta pregunta.

lawful-happened-stop = { $who ->
    [me] Me pararon
   *[other] Pararon a la persona
  }
lawful-happened-hold = { $who ->
    [me] Me arrestaron o me retuvieron
   *[other] Arrestaron o retuvieron a la persona
  }
lawful-happened-handover = { $who ->
    [me] Me entregaron a ICE o a otros agentes federales
   *[other] Entregaron a la persona a ICE o a otros agentes federales
  }
lawful-happened-visit = { $who ->
    [me] ICE pudo verme, llamarme o interrogarme bajo custodia
   *[other] ICE pudo ver, llamar o interrogar a la persona bajo custodia
  }
lawful-happened-home = Entraron a una casa, o registraron a una persona, una bolsa o un auto
lawful-happened-building = Dejaron entrar a agentes federales a un edificio, estacionamiento o garaje de la ciudad
lawful-happened-helped = La policía de la ciudad ayudó a agentes de inmigración en la calle
lawful-happened-question = Preguntaron por la ciudadanía o el estatus migratorio
lawful-happened-origin = Preguntaron por el lugar de nacimiento o la nacionalidad
lawful-happened-threat = Amenazaron o insultaron a alguien por su estatus migratorio
lawful-happened-form = Un formulario preguntaba por el estatus
lawful-happened-service = Negaron un servicio de la ciudad por el estatus
lawful-happened-information = Le dieron a ICE una fecha de salida, una dirección u otros datos
lawful-happened-status_shared = Le dijeron a alguien el estatus migratorio

lawful-by-police = La policía de Chicago
lawful-by-office = Otra oficina de la ciudad
lawful-by-sister = Una escuela, un autobús o tren, un parque, una vivienda pública o un colegio de la ciudad
lawful-by-sheriff = El sheriff o la cárcel del condado
lawful-by-federal = ICE u otros agentes federales

lawful-menu-year = Año
lawful-menu-month = Mes
lawful-menu-day = Día
lawful-month-1 = enero
lawful-month-2 = febrero
lawful-month-3 = marzo
lawful-month-4 = abril
lawful-month-5 = mayo
lawful-month-6 = junio
lawful-month-7 = julio
lawful-month-8 = agosto
lawful-month-9 = septiembre
lawful-month-10 = octubre
lawful-month-11 = noviembre
lawful-month-12 = diciembre
lawful-day = el { $day } de { $month } de { $year }
lawful-about = más o menos { $month } de { $year }
lawful-year = algún día de { $year }
lawful-day-unknown = un día que nadie nos dijo

lawful-answer-reason-traffic = Una infracción de tránsito
lawful-answer-reason-crime = Dijeron que acababa de haber un delito
lawful-answer-reason-charge = Un cargo penal que seguía abierto
lawful-answer-reason-detainer = Un “detainer”: ICE pidió retener a la persona
lawful-answer-reason-immigration_paper = Un papel o aviso de computadora de inmigración
lawful-answer-reason-judge = Una orden de un juez
lawful-answer-reason-status = Cómo se ve o habla la persona, o lo que pensaban de su estatus
lawful-answer-reason-danger = Alguien estaba en peligro
lawful-answer-matter-civil = Solo inmigración: deportar o buscar personas
lawful-answer-matter-criminal = Un delito
lawful-answer-matter-mixed = Las dos cosas
lawful-answer-matter-none = Ninguna de las dos
lawful-answer-aim-assist = Para ayudar a los agentes
lawful-answer-aim-safety = Para cuidar a la gente
lawful-answer-hurt-yes = Sí
lawful-answer-hurt-no = No
lawful-answer-named_law-none = No, no nombraron nada
lawful-answer-named_law-statute = Sí, una ley
lawful-answer-named_law-court = Sí, una orden de un tribunal
lawful-answer-agreed-no = No
lawful-answer-agreed-oral = Sí, de palabra
lawful-answer-agreed-written = Sí, por escrito
lawful-answer-stopped-yes = Sí
lawful-answer-stopped-no = No
lawful-answer-before_2021-warrant = Un tribunal tenía una orden penal abierta
lawful-answer-before_2021-felony = Había una condena por un delito grave (felony)
lawful-answer-before_2021-pending = Había un cargo abierto por un delito grave (felony)
lawful-answer-before_2021-gang = La policía tenía un registro de pandilla, cierto o falso
lawful-answer-before_2021-none = Nada de esto

## The answer

lawful-answer-title = Lo que dice la ley
lawful-answer-intro = El tiempo: { $day }. Esto es lo que dice la ley de ese tiempo, según lo que usted nos contó.
lawful-answer-limits = Solo miramos las leyes sobre la ayuda a inmigración. Otras leyes, como la Constitución, pueden decir más. “No sabemos” nunca quiere decir que fue legal.
lawful-federal = La ordenanza de la ciudad y la ley TRUST del estado no obligan a los agentes federales. Los obligan otras leyes, como la Constitución y las leyes federales. Esas leyes no están aquí. Hable con un abogado.
lawful-sister = Estas oficinas tienen su propia dirección. Tal vez la ordenanza de la ciudad no las obliga. Pida la regla de la oficina. La ley del estado puede obligar a su policía.
lawful-sheriff = La ordenanza de la ciudad no obliga al condado. La ley del estado obliga al sheriff. El condado tiene su propia regla, que no está aquí.
lawful-judged = Revisamos:
lawful-from = Si fue desde el { $day }
lawful-until = hasta el { $day }:
lawful-term = { $kind ->
    [both] vigente desde { $from } hasta { $until }
    [until] vigente hasta { $until }
   *[from] vigente desde { $from }
  }
lawful-term-perhaps-from = tal vez ya desde { $day }
lawful-term-perhaps-until = tal vez solo hasta { $day }
lawful-term-and = ,{" "}

lawful-summary = En breve
lawful-word-day = Depende del día
lawful-word-unlawful = Parece ilegal
lawful-word-depends = Depende de lo que no sabemos
lawful-word-required = Una ley lo exigía
lawful-word-allowed = Una ley lo permitía con palabras
lawful-word-excepted = Valía una excepción
lawful-word-silent = Nada en estas leyes habla en contra
lawful-sentence-unlawful = Una regla vigente lo prohíbe. La última palabra la tiene un abogado o un tribunal.
lawful-sentence-depends = Faltan datos, o la ley deja el punto abierto. Abajo ve cuáles son y cómo averiguarlos.
lawful-sentence-required = Una regla vigente les decía que lo hicieran.
lawful-sentence-allowed = Una regla vigente dice que pueden hacerlo.
lawful-sentence-excepted = Una regla lo prohibiría, pero hace una excepción. Otra ley todavía puede prohibirlo.
lawful-sentence-silent = Otra ley puede hacerlo. Esto no quiere decir que fue legal.
lawful-layer-city = Ley de la ciudad
lawful-layer-county = Ley del condado
lawful-layer-state = Ley del estado
lawful-layer-federal = Ley federal
lawful-layer-order = Órdenes de la ciudad y de la policía
lawful-does-no = lo prohíbe.
lawful-does-must = lo exige.
lawful-does-yes = lo permite, o hace una excepción.
lawful-does-may = puede prohibirlo.
lawful-mark-v = Leímos el texto.
lawful-mark-s = Lo sabemos por noticias, no por el texto.
lawful-mark-u = Sin confirmar. Pregunte a un abogado.
lawful-more = Más, y las palabras de la ley
lawful-not-known = Lo que no sabemos y cómo averiguarlo
lawful-would-change = Esto cambia si los documentos muestran otra cosa sobre:
lawful-point = La ley deja esto abierto. Un abogado puede ayudar.
lawful-learn-reason = Pida el reporte de arresto, el reporte de la parada y el registro de custodia. La razón debe estar ahí. Pida también el video.
lawful-learn-paper = Pida copia de cada papel, por los dos lados, y del registro de detainers de la policía. Busque un número de formulario, el nombre de un tribunal y el título de quien firmó.
lawful-learn-record = La secretaría de un tribunal o un abogado pueden buscar casos viejos. Para un registro de pandilla, pídalo a la policía con una solicitud de documentos.
lawful-learn-matter = Pida el registro de despacho, las llamadas de radio y la solicitud federal. Ahí dice qué le dijeron a la policía.
lawful-learn-who = Busque una placa, un parche o un número de auto. El registro de despacho nombra las unidades y quién las llamó.
lawful-learn-law = Pregunte a la oficina por escrito qué ley la obligó. Pida el texto.
lawful-learn-consent = Busque un papel firmado. Pida la copia de la oficina.
lawful-learn-place = Pida el registro de visitas, el video del edificio y el reporte de la persona encargada.
lawful-learn-words = Pida el video o la grabación de la llamada. Si es un formulario, pida uno en blanco.
lawful-duties = También tenían que hacer esto. Deja un documento que usted puede pedir:

## Where to turn

lawful-where = Lo que usted puede hacer
lawful-hears = Una queja sobre esto va a
lawful-elsewhere = Ninguna oficina de la ciudad ve esto, y por eso este servicio no recibe quejas sobre ello. Imprima la carta de abajo y envíela allí.
lawful-copy = Mande una copia a
lawful-disputed = No hay acuerdo sobre quién atiende esto. En julio de 2025 cada oficina dijo que no le tocaba. En febrero de 2026 el concejo tenía una regla nueva ante sí. No encontramos el resultado. Por eso escriba a las dos.
lawful-deadline = En las leyes que leímos no encontramos un plazo para estas quejas. Puede haber uno, y un tribunal tiene los suyos. No sabemos cuánto tiempo se guarda el video. Por eso actúe pronto.
lawful-do-complaint = Para quejarse
lawful-do-records = Para conseguir los documentos
lawful-do-court = Para ir a un tribunal
lawful-outside = No es parte de la ciudad
lawful-own-page = Busque la dirección en la página de la oficina.
lawful-body-inspector_general = Atiende quejas sobre empleados de la ciudad. Según las noticias, su regla habla de empleados que no son policías. Guarda en secreto lo que encuentra.
lawful-body-police_oversight = Atiende quejas de que la policía abusó de alguien o lo amenazó. En 2025 dijo que la ayuda a ICE no le tocaba.
lawful-body-internal_affairs = Es parte de la policía. La mayoría de las quejas conocidas hasta enero de 2026 se mandaron aquí.
lawful-body-attorney_general = Recibe cada año un informe de la policía sobre detainers y solicitudes federales. No leímos qué puede hacer con una queja.
lawful-body-sheriff_review = Ve quejas sobre el personal del sheriff y la cárcel del condado.
lawful-body-sister_inspector = Las escuelas, los parques, la vivienda pública y los colegios de la ciudad tienen cada uno un inspector general o una junta.
lawful-body-transit_inspector = Ve quejas sobre los autobuses y trenes de la CTA. Es una oficina del estado.
lawful-body-police_records = Contesta solicitudes de documentos de la policía. La carta de abajo es para esta oficina.
lawful-body-department_records = Cada oficina tiene a alguien que contesta solicitudes de documentos.
lawful-body-law_department = Los abogados de la ciudad. Puede preguntarles por qué ley se guía la ciudad. Trabajan para la ciudad, no para usted.
lawful-body-federal_rights = Recibe quejas sobre derechos civiles en Homeland Security. La ley de la ciudad no alcanza a sus agentes.
lawful-body-federal_inspector = Recibe quejas sobre empleados de Homeland Security.
lawful-body-court = Según se dice, la ordenanza no da derecho a demandar a la ciudad. Las noticias hablan de una ley del estado de diciembre de 2025 que permite demandar por derechos violados en operativos de inmigración. Pregunte pronto a un abogado.

## Letters

lawful-letters = Cartas para imprimir
lawful-letters-how = Imprima una carta y llene los espacios a mano. Nada de lo que escriba nos llega.
lawful-letter-records = Carta: pedir los documentos
lawful-letter-what-records = Para reportes, video y papeles.
lawful-letter-complaint = Carta: quejarse
lawful-letter-what-complaint = Con las reglas que parecen violadas.
lawful-letter-log = Carta: pedir los informes de la policía sobre ICE
lawful-letter-what-log = Para el registro de detainers y el informe trimestral, sin nombres.
lawful-letter-print = Imprima esta página. Llene los espacios a mano, firme y guarde una copia.
lawful-letter-english = La carta está en inglés, porque la oficina lee inglés.
lawful-letter-never = No escriba en ella el estatus migratorio de nadie. Si teme por alguien, deje que un abogado la mande.
lawful-told = Lo que usted nos contó
lawful-change = Cambiar
lawful-reviewed = La ley que está aquí se revisó por última vez el { $day }.
lawful-anew = Empezar de nuevo

## The poster

rights-title = Sus derechos con la ciudad
rights-print = Imprima esta página como cartel, en tamaño Carta o A4.
rights-headline = La ciudad de { $place } no le pide papeles
rights-lead = Vale para todos: también para víctimas y testigos. Llame al 911 si necesita ayuda.
rights-line-ask = Los empleados de la ciudad no pueden pedir, guardar ni compartir su ciudadanía o estatus migratorio, salvo que una ley o un tribunal lo exija o usted lo permita por escrito.
rights-line-form = Los formularios de la ciudad no pueden preguntarlo, salvo que una ley o un tribunal lo exija.
rights-line-hold = La policía de la ciudad no puede pararlo, arrestarlo ni retenerlo por una orden de inmigración.
rights-line-handover = La policía de la ciudad no puede entregarlo a ICE solo por inmigración.
rights-line-talk = En un asunto de inmigración, los empleados de la ciudad no pueden decirle a ICE cuándo sale usted ni cómo encontrarlo.
rights-line-help = La policía de la ciudad no puede cerrar calles ni dar apoyo en el lugar a un operativo de inmigración.
rights-agent = Si viene un agente de inmigración
rights-agent-bound = La ley de la ciudad no obliga a los agentes federales. Los obligan otras leyes.
rights-agent-silent = Puede preguntar: “¿Puedo irme?” y decir que quiere un abogado.
rights-agent-paper = Pida ver el papel. La orden de un juez nombra un tribunal y lleva la firma de un juez. Los formularios I-200 e I-205 no son de un juez.
rights-agent-note = Mantenga la calma. No corra ni empuje. Anote los nombres, la agencia y la hora.
rights-hurt = Si alguien está herido, llame primero al 911.
rights-foot = No es asesoría legal.

## A complaint without a name

complaint-title = Quejarse sin dar su nombre
complaint-intro = Cuente lo que pasó. No da su nombre. Nadie tiene que saber quién es usted.
complaint-promise-sealed = Su texto se cierra con llave en cuanto llega. Solo lo puede abrir la oficina que atiende las quejas. Este servicio no puede.
complaint-promise-code = Recibe un número de 16 dígitos. Con él puede ver cómo va su queja. Nosotros no podemos encontrar el número otra vez.
complaint-promise-self = Si no quiere que lo reconozcan, no ponga su nombre ni el estatus migratorio de nadie. No use un teléfono o una computadora del trabajo.
complaint-promise-english = Puede escribir en su idioma. La oficina trabaja en inglés y puede necesitar tiempo para traducir.
complaint-against = ¿De quién se trata?
complaint-against-police_member = La policía de Chicago
complaint-against-other_city_agent = Otra oficina de la ciudad
complaint-allegation = ¿De qué se trata?
complaint-allegation-abuse_or_threat = Abuso, amenaza o insulto por el estatus migratorio
complaint-allegation-assisted_enforcement = Ayuda a ICE: retener, entregar, cerrar calles, darles datos
complaint-allegation-status_data = Preguntar, guardar o compartir el estatus
complaint-allegation-other = Otra cosa, o no sé
complaint-text = ¿Qué pasó?
complaint-text-hint = Cuándo, dónde, quién, qué. Ayudan los números de placa o de auto. Como máximo { $max } letras.
complaint-send = Mandar la queja
complaint-lacking = { $what ->
    [choice] Elija de quién y de qué se trata. Todavía no se mandó nada.
    [text] Escriba lo que pasó. Todavía no se mandó nada.
    [often] En este momento escribe mucha gente. Espere un minuto y mándelo otra vez. Su texto sigue abajo.
   *[long] El texto es muy largo. Acórtelo, por favor. Todavía no se mandó nada.
  }
complaint-closed = Por ahora no se pueden recibir quejas aquí.
complaint-not-here = Aquí no se pueden recibir quejas, porque no hay una llave de una oficina que pueda abrirlas. Puede escribir a estas oficinas. “¿Fue legal?” imprime una carta para usted.
complaint-elsewhere = Ninguna oficina de la ciudad ve quejas sobre ellos. Por eso no se envió ni se guardó nada. Estas oficinas las ven. Lo que usted escribió sigue abajo: puede copiarlo.
complaint-elsewhere-letter = Conteste unas preguntas e imprima una carta
code-title = Su número
code-intro = La queja llegó. Este es su número. Anótelo ahora.
code-note = En la página siguiente lo escribe una vez, para estar seguro de que lo tiene. Quien tiene el número puede ver cómo va la queja, pero nunca lo que dice.
code-noted = Ya lo anoté
confirm-title = Escriba su número
confirm-intro = Para que no lo pierda. Después lo verá por última vez, con un recibo para imprimir.
confirm-send = Revisar el número
confirm-lost = Si lo perdió: la queja llegó y se leerá. Usted no puede seguirla, y nadie puede encontrar el número otra vez.
receipt-title = Recibo de una queja
receipt-print = Imprima esta página o anote el número. No se muestra otra vez.
status-title = ¿Cómo va mi queja?
status-intro = Escriba el número de 16 dígitos.
status-code = Número
status-send = Ver
status-wrong = Ninguna queja tiene este número. Revise los dígitos.
clock-age = { $days ->
    [0] Llegó hoy.
    [one] Tiene { $days } día.
   *[other] Tiene { $days } días.
  }
clock-day = Día en que llegó
clock-to = Va a
clock-copy = Copia a, porque no hay acuerdo sobre quién la atiende
clock-stage = Etapa
clock-no-content = Lo que dice no se muestra aquí a nadie.
clock-body-inspector_general = Inspector General
clock-body-police_oversight = Supervisión civil de la policía (COPA)
clock-body-internal_affairs = Asuntos internos de la policía
clock-body-attorney_general = Fiscal General de Illinois
clock-body-law_department = Departamento legal
clock-body-outside_city = Una oficina fuera de la ciudad
clock-stage-received = Recibida: espera a una persona
clock-stage-routed = Enviada: una persona la pasó a la oficina
clock-stage-closed = Cerrada
docket-title = Las quejas en números
docket-until = Quejas que llegaron hasta el { $day }:
docket-first = Este registro es nuevo. Las quejas se cuentan aquí por meses enteros, la primera vez { $day }.
docket-rule = Los números de 1 hasta menos de { $number } no se muestran, para que ningún número señale a una persona. Donde se podrían calcular, se retienen también otros.
docket-fewer = menos de { $number }
docket-withheld = retenido
docket-bodies = Por oficina
docket-stages = Por etapa
docket-ages = Por edad
docket-age = Edad
docket-number = Quejas
docket-age-month = menos de 30 días
docket-age-quarter = de 30 a 89 días
docket-age-half = de 90 a 179 días
docket-age-longer = 180 días o más
