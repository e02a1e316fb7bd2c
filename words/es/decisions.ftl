### The decision log. Machine-checked, not reviewed; the English text governs.

decisions-title = Decisiones
decisions-intro = Lo que se preguntó a Haven y lo que respondió. Ningún nombre, ninguna situación migratoria: cada campo tiene una palabra de una lista, un día o un número.
decisions-filter = Elegir cuáles
decisions-from = Desde
decisions-until = Hasta
decisions-station = Estación
decisions-act = Lo que se preguntó
decisions-verdict = Respuesta
decisions-provision = Cláusula
decisions-door = Cómo se preguntó
decisions-any = Cualquiera
decisions-show = Mostrar
decisions-count = { $count ->
    [one] Una decisión
   *[other] { $count } decisiones
  }
decisions-timeline = Decisiones por día. Los mismos números están en la tabla de abajo.
decisions-table = Números por día
decisions-day = Día
decisions-all = Todas
decisions-each = Una por una
decisions-none = No hay ninguna.
decisions-pages = Páginas
decisions-newer = Más nuevas
decisions-older = Más antiguas
decisions-page = Página { $page }
decisions-export = Sacar una copia
decisions-export-text = Como tabla o para programas. Queda registrado que usted las sacó. Los archivos no dicen quién preguntó.
decisions-to-desk = A la mesa del supervisor
decisions-told = Haven dijo
decisions-number = Número
decisions-at = Preguntado el
decisions-for-day = Para el día
decisions-agency = Agencia
decisions-known-by = Cómo se supo el asunto
decisions-stated = Lo que se dijo
decisions-no-facts = Nada más que el acto, el día y la agencia.
decisions-by = Decidido por
decisions-by-none = Ninguna cláusula de estas leyes habla de ello.
decisions-law = Paquete de leyes
decisions-again = ¿Sigue siendo así?
decisions-same = Preguntado de nuevo ahora, la respuesta es la misma.
decisions-differs = Preguntado de nuevo ahora, la respuesta es otra.
decisions-law-today = Preguntado con el paquete de leyes de hoy:
decisions-other-law = La ley de este programa es ahora otra, así que aquí no se calculan las razones de entonces. El paquete de leyes de hoy:
decisions-ask-again = Preguntar de nuevo
decisions-copy = Esto da la misma respuesta a cualquiera que tenga la misma ley. No se registra nada.
decisions-incident = El resto de este incidente
decisions-place = Su lugar en el registro público
decisions-log = Registro { $log },
decisions-index = anotación
decisions-unpublished = El registro aún no está publicado hasta aquí. Después se podrá obtener aquí una prueba.
decisions-proof = Prueba de que está en el registro
