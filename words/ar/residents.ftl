### What residents read, in Arabic. Machine-checked, not reviewed; the English text governs. Keys: words/en/residents.ftl.

## Every page

lawful-leave = غادر هذه الصفحة
lawful-unknown = لا أعرف
lawful-continue = متابعة
lawful-back = رجوع
lawful-go-on = تابع بلغة أخرى. تبقى إجاباتك.
lawful-problem = { $what ->
    [often] محاولات كثيرة جدًا الآن
    [foreign] لم نستطع قراءة هذه الصفحة
   *[failed] لم ينجح هذا
  }
lawful-problem-do = { $what ->
    [often] انتظر بضع دقائق وحاول مرة أخرى. لم يضع شيء.
    [foreign] قد تكون الصفحة قديمة. ابدأ من جديد أدناه.
   *[failed] لم يُحفظ شيء. حاول لاحقًا أو اكتب رسالة إلى الجهة.
  }

## Was it lawful?

lawful-title = هل كان ذلك قانونيًا؟
lawful-intro = هل أوقفت الشرطة أو دائرة أخرى في مدينة { $place } شخصًا أو احتجزته أو سألته، أو ساعدت موظفي الهجرة؟ أجب عن بضعة أسئلة. ستعرف ما يقوله قانون ذلك اليوم وما يمكنك فعله.
lawful-promise-kept = لا نحفظ شيئًا. لا نسأل عن اسمك. إذا أغلقت الصفحة اختفت إجاباتك.
lawful-promise-status = لا نسأل عن وضع الهجرة لأي شخص. لا حاجة إلى أن تخبرنا به.
lawful-promise-advice = هذه ليست استشارة قانونية، ولا تغني عن محامٍ.
lawful-step = السؤال { $number }
lawful-wrong = { $what ->
    [future] لم يأتِ هذا التاريخ بعد. اختر غيره. إجاباتك الأخرى محفوظة في الصفحة.
    [early] ليس لدينا قانون زمن بعيد كهذا. اختر سنة لاحقة. إجاباتك الأخرى محفوظة في الصفحة.
    [none] لا يوجد يوم كهذا. اختر غيره. إجاباتك الأخرى محفوظة في الصفحة.
    [year] اختر السنة أيضًا، أو اترك التاريخ مفتوحًا. إجاباتك الأخرى محفوظة في الصفحة.
    [month] اختر الشهر أيضًا، أو اترك اليوم مفتوحًا. إجاباتك الأخرى محفوظة في الصفحة.
    [page] تعذرت قراءة جزء من الصفحة. قد تكون قديمة. تابع من هنا. إجاباتك الأخرى محفوظة في الصفحة.
   *[answer] اختر إجابة من فضلك. إجاباتك الأخرى محفوظة في الصفحة.
  }
lawful-many = اختر كل ما ينطبق.
lawful-many-unknown = اختر كل ما ينطبق. إذا لم تختر شيئًا اعتبرنا أنك لا تعرف.

lawful-who-me = حدث ذلك لي
lawful-who-family = حدث ذلك لأحد أفراد عائلتي
lawful-who-witness = رأيت ذلك
lawful-who-lawyer = أنا محامي الشخص أو أساعده

lawful-q-who = من أنت؟
lawful-why-who = هذا يغيّر الكلمات التي نستخدمها، ولا يغيّر القانون.
lawful-q-happened = { $who ->
    [me] ماذا حدث لك؟
    [family] ماذا حدث لفرد عائلتك؟
    [witness] ماذا رأيت؟
   *[lawyer] ماذا حدث لموكلك؟
  }
lawful-why-happened = ننظر في كل أمر وحده.
lawful-q-by = من فعل ذلك؟
lawful-why-by = كل قانون يُلزم أشخاصًا آخرين. إذا سلّمت شرطة المدينة الشخص إلى موظفين فيدراليين فاختر الشرطة.
lawful-q-when = متى كان ذلك؟
lawful-why-when = لقد تغيّر القانون. اختر ما تعرفه واترك الباقي. إذا استمر الأمر أيامًا فاختر اليوم الأول.
lawful-q-stop_reason = ما سبب التوقيف؟
lawful-why-stop_reason = بعض الأسباب يكفي وبعضها لا يكفي. اختر ما قيل أو كُتب.
lawful-q-hold_reason = ما سبب الاحتجاز؟
lawful-why-hold_reason = اختر كل سبب قيل أو كُتب. قد يكفي سبب سيئ واحد لمخالفة القانون.
lawful-q-search_reason = ما سبب التفتيش؟
lawful-why-search_reason = اختر ما قيل أو كُتب.
lawful-q-paper = هل كانت هناك ورقة؟ كيف كان شكلها؟
lawful-why-paper = ورقة موظفي الهجرة ليست ورقة من قاضٍ. انظر إلى رقم النموذج في الزاوية.
lawful-q-signer = من وقّع الورقة؟
lawful-why-signer = اقرأ اللقب تحت الاسم. «قاضي الهجرة» ليس قاضيًا في محكمة.
lawful-q-asker = من طلب ذلك أو من حصل عليه؟
lawful-why-asker = بعض القواعد يذكر ICE، وبعضها يذكر كل جهة فيدرالية.
lawful-q-matter = بماذا كان الأمر يتعلق؟
lawful-why-matter = قانون المدينة وقانون الولاية يحدّان من المساعدة في شؤون الهجرة، ولا يمسّان عمل الشرطة في الجرائم.
lawful-q-use = لماذا استخدموا المكان؟
lawful-why-use = بعض الاستخدامات ممنوع. الجلوس في غرفة عامة ليس ممنوعًا.
lawful-q-aim = لماذا كانت الشرطة هناك، بحسب ما رأيت؟
lawful-why-aim = مساعدة موظفي الهجرة ممنوعة. حماية الناس قد لا تكون ممنوعة.
lawful-q-hurt = هل كان أحد مصابًا أو في خطر؟
lawful-why-hurt = مساعدة الناس تأتي أولًا في كل قانون.
lawful-q-stopped = { $who ->
    [me] هل كنت موقوفًا أو محتجزًا عندما سألوا؟
   *[other] هل كان الشخص موقوفًا أو محتجزًا عندما سألوا؟
  }
lawful-why-stopped = قانون الولاية يحمي الموقوف أو المحتجز من هذا السؤال.
lawful-q-asked_for = هل قالوا لماذا يسألون؟
lawful-why-asked_for = قانون الولاية يسمح بسببين.
lawful-q-data_about = عن ماذا سأل النموذج؟
lawful-why-data_about = لا يجوز أن يسأل النموذج عن الوضع. أما مكان الولادة فأقل وضوحًا.
lawful-q-topic = بماذا أخبروهم؟
lawful-why-topic = القانون يذكر بعض أنواع المعلومات.
lawful-q-named_law = هل ذكروا قانونًا أو أمرًا يلزمهم بذلك؟
lawful-why-named_law = لا يسمح بذلك إلا قانون أو أمر محكمة أو مذكرة قاضٍ تُلزم به.
lawful-q-agreed = { $who ->
    [me] هل وافقت على ذلك؟
   *[other] هل وافق الشخص على ذلك؟
  }
lawful-why-agreed = لا تُحسب إلا الموافقة المكتوبة.
lawful-q-before_2021 = { $who ->
    [me] هل كان شيء من هذا ينطبق عليك في ذلك اليوم؟
   *[other] هل كان شيء من هذا ينطبق على الشخص في ذلك اليوم؟
  }
lawful-why-before_2021 = قبل عام 2021 لم تكن قاعدة المدينة تحمي الناس في هذه الحالات. ربما كان قانون الولاية يحميهم. يمكنك تخطي هذا السؤال.

lawful-happened-stop = { $who ->
    [me] أوقفوني
   *[other] أوقفوا الشخص
  }
lawful-happened-hold = { $who ->
    [me] اعتقلوني أو احتجزوني
   *[other] اعتقلوا الشخص أو احتجزوه
  }
lawful-happened-handover = { $who ->
    [me] سلّموني إلى ICE أو موظفين فيدراليين آخرين
   *[other] سلّموا الشخص إلى ICE أو موظفين فيدراليين آخرين
  }
lawful-happened-visit = { $who ->
    [me] سُمح لـ ICE برؤيتي أو الاتصال بي أو سؤالي وأنا محتجز
   *[other] سُمح لـ ICE برؤية الشخص المحتجز أو الاتصال به أو سؤاله
  }
lawful-happened-home = دخلوا بيتًا، أو فتشوا شخصًا أو حقيبة أو سيارة
lawful-happened-building = سُمح لموظفين فيدراليين بدخول مبنى أو موقف أو مرآب للمدينة
lawful-happened-helped = ساعدت شرطة المدينة موظفي الهجرة في الشارع
lawful-happened-question = سألوا عن الجنسية أو وضع الهجرة
lawful-happened-origin = سألوا عن مكان الولادة أو القومية
lawful-happened-threat = هددوا شخصًا أو أهانوه بسبب وضع الهجرة
lawful-happened-form = سأل نموذج عن الوضع
lawful-happened-service = رُفضت خدمة من المدينة بسبب الوضع
lawful-happened-information = أعطوا ICE موعد الإفراج أو عنوانًا أو معلومات أخرى
lawful-happened-status_shared = أخبروا أحدًا بوضع الهجرة

lawful-by-police = شرطة شيكاغو
lawful-by-office = دائرة أخرى في المدينة
lawful-by-sister = مدرسة أو حافلة أو قطار أو حديقة أو سكن عام أو كلية للمدينة
lawful-by-sheriff = شريف المقاطعة أو سجنها
lawful-by-federal = ICE أو موظفون فيدراليون آخرون

lawful-menu-year = السنة
lawful-menu-month = الشهر
lawful-menu-day = اليوم
lawful-month-1 = يناير
lawful-month-2 = فبراير
lawful-month-3 = مارس
lawful-month-4 = أبريل
lawful-month-5 = مايو
lawful-month-6 = يونيو
lawful-month-7 = يوليو
lawful-month-8 = أغسطس
lawful-month-9 = سبتمبر
lawful-month-10 = أكتوبر
lawful-month-11 = نوفمبر
lawful-month-12 = ديسمبر
lawful-day = { $day } { $month } { $year }
lawful-about = نحو { $month } { $year }
lawful-year = يوم ما في { $year }
lawful-day-unknown = يوم لم يخبرنا به أحد

lawful-answer-reason-traffic = مخالفة مرور
lawful-answer-reason-crime = قالوا إن جريمة وقعت للتو
lawful-answer-reason-charge = تهمة جنائية كانت ما زالت مفتوحة
lawful-answer-reason-detainer = طلب احتجاز (detainer): طلبت ICE احتجاز الشخص
lawful-answer-reason-immigration_paper = ورقة أو تنبيه في الحاسوب من جهة الهجرة
lawful-answer-reason-judge = مذكرة من قاضٍ
lawful-answer-reason-status = مظهر الشخص أو كلامه، أو ما ظنوه عن وضعه
lawful-answer-reason-danger = كان أحد في خطر
lawful-answer-matter-civil = الهجرة فقط: ترحيل أو بحث عن أشخاص
lawful-answer-matter-criminal = جريمة
lawful-answer-matter-mixed = الأمران معًا
lawful-answer-matter-none = لا هذا ولا ذاك
lawful-answer-aim-assist = لمساعدة موظفي الهجرة
lawful-answer-aim-safety = لحماية الناس
lawful-answer-hurt-yes = نعم
lawful-answer-hurt-no = لا
lawful-answer-named_law-none = لا، لم يذكروا شيئًا
lawful-answer-named_law-statute = نعم، قانونًا
lawful-answer-named_law-court = نعم، أمر محكمة
lawful-answer-agreed-no = لا
lawful-answer-agreed-oral = نعم، شفهيًا
lawful-answer-agreed-written = نعم، كتابة
lawful-answer-stopped-yes = نعم
lawful-answer-stopped-no = لا
lawful-answer-before_2021-warrant = كانت لدى محكمة مذكرة جنائية مفتوحة
lawful-answer-before_2021-felony = كانت هناك إدانة بجناية (felony)
lawful-answer-before_2021-pending = كانت هناك تهمة جناية (felony) مفتوحة
lawful-answer-before_2021-gang = كان لدى الشرطة قيد عن عصابة، صحيح أو خطأ
lawful-answer-before_2021-none = لا شيء من هذا

## The answer

lawful-answer-title = ماذا يقول القانون
lawful-answer-intro = الوقت: { $day }. هذا ما يقوله قانون ذلك الوقت، بناءً على ما أخبرتنا به.
lawful-answer-limits = ننظر فقط في القوانين الخاصة بالمساعدة في شؤون الهجرة. قد تقول قوانين أخرى، مثل الدستور، أكثر من ذلك. «لا نعرف» لا تعني أبدًا أن ذلك كان قانونيًا.
lawful-federal = لا يُلزم قانون المدينة ولا قانون TRUST في الولاية الموظفين الفيدراليين. تُلزمهم قوانين أخرى، مثل الدستور والقانون الفيدرالي، وهي ليست هنا. تحدث إلى محامٍ.
lawful-sister = لهذه الجهات إدارة خاصة بها، وقد لا يُلزمها قانون المدينة. اطلب قاعدة الجهة نفسها. قد يُلزم قانون الولاية شرطتها.
lawful-sheriff = لا يُلزم قانون المدينة المقاطعة. قانون الولاية يُلزم الشريف. للمقاطعة قاعدة خاصة بها ليست هنا.
lawful-judged = نظرنا في:
lawful-from = إذا كان ذلك من { $day }
lawful-until = إلى { $day }:
lawful-term = { $kind ->
    [both] سارٍ من { $from } إلى { $until }
    [until] سارٍ حتى { $until }
   *[from] سارٍ من { $from }
  }
lawful-term-perhaps-from = وربما من { $day }
lawful-term-perhaps-until = وربما حتى { $day } فقط
lawful-term-and = ،{" "}

lawful-summary = باختصار
lawful-word-day = يتوقف على اليوم
lawful-word-unlawful = يبدو مخالفًا للقانون
lawful-word-depends = يتوقف على ما لا نعرفه
lawful-word-required = كان القانون يُلزم به
lawful-word-allowed = كان القانون يسمح به صراحة
lawful-word-excepted = انطبق استثناء
lawful-word-silent = لا شيء في هذه القوانين ضده
lawful-sentence-unlawful = قاعدة كانت سارية تمنع هذا. الكلمة الأخيرة لمحامٍ أو محكمة.
lawful-sentence-depends = تنقص بعض الوقائع، أو يترك القانون الأمر مفتوحًا. ترى أدناه أيها وكيف تعرفها.
lawful-sentence-required = قاعدة كانت سارية طلبت منهم هذا.
lawful-sentence-allowed = قاعدة كانت سارية تقول إن لهم أن يفعلوا هذا.
lawful-sentence-excepted = توجد قاعدة تمنع هذا، لكنها تستثنيه. قد يمنعه قانون آخر.
lawful-sentence-silent = قد يمنعه قانون آخر. هذا لا يعني أنه كان قانونيًا.
lawful-layer-city = قانون المدينة
lawful-layer-county = قانون المقاطعة
lawful-layer-state = قانون الولاية
lawful-layer-federal = القانون الفيدرالي
lawful-layer-order = أوامر المدينة والشرطة
lawful-does-no = يمنع هذا.
lawful-does-must = يُلزم بهذا.
lawful-does-yes = يسمح بهذا أو يستثنيه.
lawful-does-may = قد يمنع هذا.
lawful-mark-v = قرأنا النص.
lawful-mark-s = نعرفه من التقارير لا من النص.
lawful-mark-u = غير مؤكد. اسأل محاميًا.
lawful-more = المزيد، وكلمات القانون
lawful-not-known = ما لا نعرفه، وكيف تعرفه
lawful-would-change = يتغير هذا إذا أظهرت السجلات غير ذلك عن:
lawful-point = يترك القانون هذا مفتوحًا. يمكن لمحامٍ أن يساعد.
lawful-learn-reason = اطلب تقرير الاعتقال وتقرير التوقيف وسجل الاحتجاز. يجب أن يكون السبب فيها. واطلب الفيديو أيضًا.
lawful-learn-paper = اطلب نسخة من كل ورقة من الوجهين، ومن سجل الشرطة لطلبات الاحتجاز. ابحث عن رقم النموذج واسم المحكمة ولقب من وقّع.
lawful-learn-record = يمكن لكاتب المحكمة أو لمحامٍ البحث في القضايا القديمة. أما قيد العصابة فاطلبه من الشرطة في طلب سجلات.
lawful-learn-matter = اطلب سجل التوجيه والاتصالات اللاسلكية والطلب الفيدرالي. فيها ما قيل للشرطة.
lawful-learn-who = ابحث عن شارة أو رقعة أو رقم سيارة. سجل التوجيه يذكر الوحدات ومن استدعاها.
lawful-learn-law = اسأل الجهة كتابة عن القانون الذي ألزمها. واطلب نصه.
lawful-learn-consent = ابحث عن ورقة موقّعة. واطلب نسخة الجهة.
lawful-learn-place = اطلب سجل الزوار وفيديو المبنى وتقرير الشخص المسؤول.
lawful-learn-words = اطلب الفيديو أو تسجيل المكالمة. وإذا كان نموذجًا فاطلب نموذجًا فارغًا.
lawful-duties = كان عليهم أيضًا أن يفعلوا هذا. وهو يترك سجلًا يمكنك طلبه:

## Where to turn

lawful-where = ما يمكنك فعله
lawful-hears = تذهب الشكوى عن هذا إلى
lawful-elsewhere = لا تنظر أي جهة في المدينة في هذا، لذلك لا تتلقى هذه الخدمة شكوى عنه. اطبع الرسالة أدناه وأرسلها إلى هناك.
lawful-copy = أرسل نسخة إلى
lawful-disputed = هناك خلاف على من ينظر في هذا. في يوليو 2025 قالت كل جهة إنه ليس من شأنها. وفي فبراير 2026 كانت قاعدة جديدة أمام المجلس، ولم نجد النتيجة. لذلك اكتب إلى الجهتين.
lawful-deadline = لم نجد مهلة لهذه الشكاوى في القوانين التي قرأناها. قد تكون هناك مهلة، وللمحكمة مهل خاصة بها. ولا نعرف كم يُحفظ الفيديو. لذلك تصرف قريبًا.
lawful-do-complaint = لتقديم شكوى
lawful-do-records = للحصول على السجلات
lawful-do-court = للذهاب إلى المحكمة
lawful-outside = ليس جزءًا من المدينة
lawful-own-page = ابحث عن العنوان في صفحة الجهة نفسها.
lawful-body-inspector_general = ينظر في الشكاوى على موظفي المدينة. تقول التقارير إن قاعدته تتحدث عن موظفين ليسوا من الشرطة. ويُبقي ما يجده سريًا.
lawful-body-police_oversight = ينظر في الشكاوى من أن الشرطة أساءت إلى شخص أو هددته. في 2025 قال إن مساعدة ICE ليست من شأنه.
lawful-body-internal_affairs = جزء من الشرطة. أُرسلت إليه معظم الشكاوى المعروفة حتى يناير 2026.
lawful-body-attorney_general = يتلقى كل سنة تقريرًا من الشرطة عن طلبات الاحتجاز والطلبات الفيدرالية. لم نقرأ ما يمكنه فعله بالشكوى.
lawful-body-sheriff_review = ينظر في الشكاوى على موظفي الشريف وسجن المقاطعة.
lawful-body-sister_inspector = لكل من المدارس والحدائق والسكن العام وكليات المدينة مفتش عام أو مجلس خاص بها.
lawful-body-transit_inspector = ينظر في الشكاوى على حافلات وقطارات CTA. وهو مكتب تابع للولاية.
lawful-body-police_records = يجيب عن طلبات سجلات الشرطة. الرسالة أدناه موجهة إليه.
lawful-body-department_records = في كل جهة شخص يجيب عن طلبات السجلات.
lawful-body-law_department = محامو المدينة. يمكنك سؤالهم عن القانون الذي تتبعه المدينة. هم يعملون للمدينة لا لك.
lawful-body-federal_rights = يتلقى الشكاوى عن الحقوق المدنية في Homeland Security. قانون المدينة لا يصل إلى موظفيها.
lawful-body-federal_inspector = يتلقى الشكاوى على موظفي Homeland Security.
lawful-body-court = يُقال إن قانون المدينة لا يعطي حقًا في مقاضاة المدينة. وتقول التقارير إن قانونًا للولاية من ديسمبر 2025 يسمح بالمقاضاة على حقوق انتُهكت في عمليات الهجرة. اسأل محاميًا قريبًا.

## Letters

lawful-letters = رسائل للطباعة
lawful-letters-how = اطبع رسالة واملأ الفراغات بيدك. لا يصل إلينا شيء مما تكتبه.
lawful-letter-records = رسالة: طلب السجلات
lawful-letter-what-records = للتقارير والفيديو والأوراق.
lawful-letter-complaint = رسالة: شكوى
lawful-letter-what-complaint = مع القواعد التي تبدو مخالَفة.
lawful-letter-log = رسالة: طلب تقارير الشرطة عن ICE
lawful-letter-what-log = لسجل طلبات الاحتجاز والتقرير الفصلي، بلا أسماء.
lawful-letter-print = اطبع هذه الصفحة. املأ الفراغات بيدك ووقّعها واحتفظ بنسخة.
lawful-letter-english = الرسالة بالإنجليزية لأن الجهة تقرأ الإنجليزية.
lawful-letter-never = لا تكتب فيها عن وضع الهجرة لأي شخص. إذا كنت تخاف على أحد فدع محاميًا يرسلها.
lawful-told = ما أخبرتنا به
lawful-change = تغيير
lawful-reviewed = روجع القانون هنا آخر مرة في { $day }.
lawful-anew = ابدأ من جديد

## The poster

rights-title = حقوقك لدى المدينة
rights-print = اطبع هذه الصفحة ملصقًا بمقاس Letter أو A4.
rights-headline = مدينة { $place } لا تسألك عن أوراقك
rights-lead = هذا للجميع: للضحايا والشهود أيضًا. اتصل بالرقم 911 إذا احتجت إلى مساعدة.
rights-line-ask = لا يجوز لموظفي المدينة أن يسألوا عن جنسيتك أو وضع هجرتك أو يحفظوه أو يشاركوه، إلا إذا ألزم به قانون أو محكمة أو وافقت كتابة.
rights-line-form = لا يجوز أن تسأل عنه نماذج المدينة، إلا إذا ألزم به قانون أو محكمة.
rights-line-hold = لا يجوز لشرطة المدينة أن توقفك أو تعتقلك أو تحتجزك بناءً على مذكرة هجرة.
rights-line-handover = لا يجوز لشرطة المدينة أن تسلّمك إلى ICE من أجل الهجرة فقط.
rights-line-talk = في شؤون الهجرة، لا يجوز لموظفي المدينة أن يخبروا ICE متى تخرج أو كيف يصلون إليك.
rights-line-help = لا يجوز لشرطة المدينة أن تغلق الشوارع أو تساعد في المكان لعملية هجرة.
rights-agent = إذا جاء موظف هجرة
rights-agent-bound = لا يُلزم قانون المدينة الموظفين الفيدراليين. تُلزمهم قوانين أخرى.
rights-agent-silent = يمكنك أن تسأل: «هل يمكنني الذهاب؟» وأن تقول إنك تريد محاميًا.
rights-agent-paper = اطلب رؤية الورقة. مذكرة القاضي تذكر محكمة وعليها توقيع قاضٍ. النموذجان I-200 و I-205 ليسا من قاضٍ.
rights-agent-note = ابقَ هادئًا. لا تركض ولا تدفع أحدًا. اكتب الأسماء والجهة والوقت.
rights-hurt = إذا أصيب أحد فاتصل أولًا بالرقم 911.
rights-foot = ليست استشارة قانونية.

## A complaint without a name

complaint-title = شكوى بلا اسم
complaint-intro = احكِ ما حدث. لا تعطي اسمًا. لا أحد يحتاج إلى معرفة من أنت.
complaint-promise-sealed = يُشفَّر نصك فور وصوله. لا يستطيع فتحه إلا المكتب الذي يعالج الشكاوى. هذه الخدمة لا تستطيع.
complaint-promise-code = تحصل على رقم من 16 خانة. به ترى أين وصلت شكواك. لا يمكننا العثور على الرقم مرة أخرى.
complaint-promise-self = إذا أردت أن تبقى مجهولًا فلا تكتب اسمك ولا وضع الهجرة لأي شخص. لا تستخدم هاتف العمل أو حاسوبه.
complaint-promise-english = يمكنك الكتابة بلغتك. يعمل المكتب بالإنجليزية وقد يحتاج إلى وقت للترجمة.
complaint-against = عمّن الشكوى؟
complaint-against-police_member = شرطة شيكاغو
complaint-against-other_city_agent = دائرة أخرى في المدينة
complaint-allegation = عن ماذا الشكوى؟
complaint-allegation-abuse_or_threat = إساءة أو تهديد أو إهانة بسبب وضع الهجرة
complaint-allegation-assisted_enforcement = مساعدة ICE: احتجاز أو تسليم أو إغلاق شوارع أو إعطاء معلومات
complaint-allegation-status_data = السؤال عن الوضع أو حفظه أو مشاركته
complaint-allegation-other = شيء آخر، أو لا أعرف
complaint-text = ماذا حدث؟
complaint-text-hint = متى وأين ومن وماذا. أرقام الشارات أو السيارات تساعد. بحد أقصى { $max } حرف.
complaint-send = أرسل الشكوى
complaint-lacking = { $what ->
    [choice] اختر عمّن الشكوى وعن ماذا. لم يُرسل شيء بعد.
    [text] اكتب ما حدث. لم يُرسل شيء بعد.
    [often] يكتب كثيرون الآن. انتظر دقيقة ثم أرسل مرة أخرى. نصك ما زال في الأسفل.
   *[long] النص طويل جدًا. اجعله أقصر. لم يُرسل شيء بعد.
  }
complaint-closed = لا يمكن تلقي الشكاوى هنا الآن.
complaint-not-here = لا يمكن تلقي الشكاوى هنا، لأنه لا يوجد مفتاح لمكتب يستطيع فتحها. يمكنك الكتابة إلى هذه الجهات. صفحة «هل كان ذلك قانونيًا؟» تطبع لك رسالة.
complaint-elsewhere = لا تنظر أي جهة في المدينة في الشكاوى عليهم. لذلك لم يُرسل شيء ولم يُحفظ شيء. هذه الجهات تنظر فيها. ما كتبته لا يزال أدناه ويمكنك نسخه.
complaint-elsewhere-letter = أجب عن بضعة أسئلة واطبع رسالة
code-title = رقمك
code-intro = وصلت الشكوى. هذا رقمها. اكتبه الآن.
code-note = في الصفحة التالية تكتبه مرة واحدة للتأكد من أنه معك. من لديه الرقم يرى أين وصلت الشكوى، لكنه لا يرى أبدًا ما فيها.
code-noted = كتبته عندي
confirm-title = اكتب رقمك
confirm-intro = حتى لا يضيع. بعد ذلك تراه للمرة الأخيرة مع إيصال للطباعة.
confirm-send = تحقق من الرقم
confirm-lost = إذا ضاع: وصلت الشكوى وستُقرأ. لا يمكنك متابعتها، ولا يستطيع أحد العثور على الرقم.
receipt-title = إيصال شكوى
receipt-print = اطبع هذه الصفحة أو اكتب الرقم. لن يُعرض مرة أخرى.
status-title = أين وصلت شكواي؟
status-intro = اكتب الرقم المكوّن من 16 خانة.
status-code = الرقم
status-send = انظر
status-wrong = لا توجد شكوى بهذا الرقم. تحقق من الأرقام.
clock-age = { $days ->
    [0] وصلت اليوم.
    [one] عمرها يوم واحد.
    [two] عمرها يومان.
    [few] عمرها { $days } أيام.
   *[other] عمرها { $days } يومًا.
  }
clock-day = يوم وصولها
clock-to = تذهب إلى
clock-copy = نسخة إلى، لأن هناك خلافًا على من ينظر فيها
clock-stage = المرحلة
clock-no-content = لا يُعرض ما فيها هنا على أحد.
clock-body-inspector_general = المفتش العام
clock-body-police_oversight = الرقابة المدنية على الشرطة (COPA)
clock-body-internal_affairs = الشؤون الداخلية للشرطة
clock-body-attorney_general = المدعي العام في إلينوي
clock-body-law_department = الدائرة القانونية
clock-body-outside_city = جهة خارج المدينة
clock-stage-received = وصلت: تنتظر موظفًا
clock-stage-routed = أُرسلت: نقلها موظف إلى المكتب
clock-stage-closed = أُغلقت
docket-title = الشكاوى بالأرقام
docket-until = الشكاوى التي وصلت حتى { $day }:
docket-first = هذا السجل جديد. تُعد الشكاوى هنا بالأشهر الكاملة، وأول مرة في { $day }.
docket-rule = لا تُعرض الأرقام من 1 إلى ما دون { $number } حتى لا يدل رقم على شخص. وحيث يمكن حسابها تُحجب أرقام أخرى أيضًا.
docket-fewer = أقل من { $number }
docket-withheld = محجوب
docket-bodies = بحسب الجهة
docket-stages = بحسب المرحلة
docket-ages = بحسب العمر
docket-age = العمر
docket-number = الشكاوى
docket-age-month = أقل من 30 يومًا
docket-age-quarter = من 30 إلى 89 يومًا
docket-age-half = من 90 إلى 179 يومًا
docket-age-longer = 180 يومًا أو أكثر
