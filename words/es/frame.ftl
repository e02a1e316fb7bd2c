### What every page says around its content. Machine-checked, not reviewed; the English text governs.

frame-skip = Ir al contenido
frame-hurt = Si hay alguien herido o en peligro:
frame-help-first = ayude primero.
frame-nav = Páginas
frame-languages = Idiomas
frame-unreviewed = Una máquina hizo y comprobó estas palabras. Ninguna persona las ha revisado. El texto en inglés es el que vale.
frame-about = Acerca de este servicio
frame-no-advice = No es asesoría legal.
frame-decides = Haven decide solo según las disposiciones que cita. Donde ellas dejan una pregunta abierta, Haven lo dice, y responden los abogados de la ciudad.
frame-no-names = Haven no guarda el nombre ni el estatus migratorio de nadie.
frame-pack = Paquete de leyes
frame-design = Diseño:
frame-ask = Preguntar
frame-questions = Todas las preguntas
frame-paper = Un documento
frame-residents = ¿Fue legal?
frame-law = La ley
frame-reports = Informes
frame-desk = Puesto
frame-release = Salida
frame-log = Decisiones
frame-sign-in = Iniciar sesión
