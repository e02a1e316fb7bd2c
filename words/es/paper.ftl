### ¿Qué es este documento? Una señal a la vez.

paper-title = ¿Qué es este documento?
paper-step = Pregunta { $number }
paper-unknown = No lo veo, o no sé
paper-type-other = ¿Ninguna de estas? Escriba lo que dice
paper-type = Escriba lo que dice
paper-type-day = Ponga el día
paper-no-names = No escriba nombres de personas.
paper-next = Siguiente
paper-back = Atrás
paper-done = Es todo lo que veo
paper-again = Otro documento

paper-ask-signer = ¿Quién lo firmó?
paper-why-signer = Mire el final del documento. El cargo bajo la firma es lo que más dice. Solo un juez o magistrado de un tribunal hace una orden judicial.
paper-see-signer-judge = Un juez de un tribunal
paper-alt-signer-judge = Dibujo: una firma y debajo el cargo Judge.
paper-see-signer-magistrate = Un juez magistrado
paper-alt-signer-magistrate = Dibujo: una firma y debajo el cargo United States Magistrate Judge.
paper-see-signer-officer = Un oficial de inmigración
paper-alt-signer-officer = Dibujo: una firma y debajo el cargo Deportation Officer.
paper-see-signer-immigration-judge = Un juez de inmigración
paper-alt-signer-immigration-judge = Dibujo: una firma y debajo el cargo Immigration Judge.
paper-see-signer-none = Nadie lo firmó
paper-alt-signer-none = Dibujo: una línea para la firma, sin nada encima.
paper-see-signer-cut-off = Está cortado, o no lo puedo leer
paper-alt-signer-cut-off = Dibujo: el final de una página, roto a través de la firma.
paper-see-signer-screen = No es un documento: es un aviso en una pantalla
paper-alt-signer-screen = Dibujo: una pantalla que muestra una coincidencia.

paper-ask-top = ¿Qué dice arriba?
paper-why-top = El documento de un juez nombra su tribunal. Un formulario de inmigración nombra a Homeland Security. Una corte de inmigración no es un tribunal de jueces.
paper-see-top-district = Un tribunal federal (United States District Court)
paper-alt-top-district = Dibujo: el encabezado de un tribunal, United States District Court, con dos partes y un número de caso.
paper-see-top-circuit = Un tribunal del estado, como Circuit Court of Cook County
paper-alt-top-circuit = Dibujo: el encabezado de un tribunal, Circuit Court of Cook County, con dos partes y un número de caso.
paper-see-top-homeland = Homeland Security o ICE
paper-alt-top-homeland = Dibujo: un formulario con casillas, Department of Homeland Security arriba, el número del formulario en la esquina de abajo.
paper-see-top-immigration-court = Una corte de inmigración
paper-alt-top-immigration-court = Dibujo: un formulario con casillas, Immigration Court arriba.

paper-see-form_number-i-200 = Formulario I-200
paper-alt-form_number-i-200 = Dibujo: la esquina de abajo de un formulario que dice Form I-200.
paper-see-form_number-i-205 = Formulario I-205
paper-alt-form_number-i-205 = Dibujo: la esquina de abajo de un formulario que dice Form I-205.
paper-see-form_number-i-247a = Formulario I-247A
paper-alt-form_number-i-247a = Dibujo: la esquina de abajo de un formulario que dice Form I-247A.
paper-see-form_number-i-203 = Formulario I-203
paper-alt-form_number-i-203 = Dibujo: la esquina de abajo de un formulario que dice Form I-203.
paper-see-form_number-i-286 = Formulario I-286
paper-alt-form_number-i-286 = Dibujo: la esquina de abajo de un formulario que dice Form I-286.
paper-see-form_number-i-862 = Formulario I-862
paper-alt-form_number-i-862 = Dibujo: la esquina de abajo de un formulario que dice Form I-862.
paper-see-form_number-ao-442 = AO 442
paper-alt-form_number-ao-442 = Dibujo: la esquina de abajo de un formulario que dice AO 442.
paper-see-form_number-ao-93 = AO 93
paper-alt-form_number-ao-93 = Dibujo: la esquina de abajo de un formulario que dice AO 93.

paper-see-ncic_file-immigration-violator = Immigration Violator File
paper-alt-ncic_file-immigration-violator = Dibujo: una pantalla que nombra el Immigration Violator File y una orden administrativa.
paper-see-ncic_file-wanted-person = Wanted Person File (persona buscada)
paper-alt-ncic_file-wanted-person = Dibujo: una pantalla que nombra a una persona buscada, un delito y la agencia que lo anotó.
paper-see-ncic_file-other = Otro archivo
paper-alt-ncic_file-other = Dibujo: una pantalla que nombra otro archivo.

# Qué es, en una frase.
paper-is-judicial_warrant = Muestra las señas de una orden judicial. No la rechace: compruébela con el tribunal, y después haga lo que dice y nada más.
paper-is-court_order = Muestra las señas de una orden de un tribunal. No la rechace: llame al abogado de la agencia, y después haga lo que ordena y nada más.
paper-is-administrative_warrant = Es un documento de inmigración. Lo hicieron funcionarios de inmigración, no un juez de un tribunal.
paper-is-detainer = Le pide que retenga a una persona, o que avise cuándo sale. Es una petición, no una orden.
paper-is-subpoena = Pide expedientes o respuestas. Recíbalo, no entregue nada y déselo hoy al abogado de la agencia.
paper-is-cannot_tell = Las señas no bastan para saber qué es. Todavía no actúe por él, y no lo rechace. Pregunte a un supervisor.
# Qué no es.
paper-not-judicial_warrant = No es el documento de un oficial de inmigración, lo haya traído quien lo haya traído.
paper-not-court_order = No es una petición que se pueda rechazar.
paper-not-administrative_warrant = No es una orden judicial. Ningún juez ni magistrado de un tribunal la firmó, aunque diga “warrant”.
paper-not-detainer = No es una orden (warrant). Ningún juez la firmó.
paper-not-subpoena = No es una orden (warrant). No deja entrar a nadie y no ordena ningún arresto.
paper-not-cannot_tell = No se sabe si es una orden judicial, y no se sabe si no lo es.

paper-sure = Qué tan seguro es
paper-not = Qué no es
paper-sure-settled = Las señas que dio lo resuelven, y ninguna habla en contra.
paper-sure-against = Las señas lo resuelven, pero una apunta a otra cosa. Vea abajo.
paper-sure-conflict = Las señas se contradicen. Llame a la secretaría del tribunal que nombra, a un número que usted mismo haya buscado.
paper-sure-open = Se vieron algunas señas, y no bastan.
paper-sure-nothing = Todavía no se reconoció ninguna seña.
paper-leads = ¿Qué quiere saber ahora?
paper-check = Compruebe de todos modos
paper-signs = Por cuáles señas
paper-no-signs = Ninguna que cuente.
paper-against = Señas que apuntan a otra cosa
paper-missing = Todavía falta
paper-look-next = Qué mirar ahora
paper-look-more = Más señas que puede mirar
