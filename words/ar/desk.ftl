### The supervisor's desk. Machine-checked, not reviewed; the English text governs.

watch-title = مكتب المشرف
watch-unstated = لم يُذكر المركز
watch-all-stations = كل المراكز
watch-of = المناوبة { $name }
watch-nav = ما يمكن فعله هنا
watch-enter-paper = تسجيل ورقة
watch-handover = ورقة التسليم
watch-before = المناوبة السابقة
watch-refresh = انظر مرة أخرى
watch-now = المناوبة الحالية
watch-open = أسئلة مفتوحة
watch-none-open = لا يوجد سؤال مفتوح.
watch-open-count = { $count ->
    [one] سؤال واحد ينتظرك.
    [two] سؤالان ينتظرانك.
    [few] { $count } أسئلة تنتظرك.
   *[other] { $count } سؤالًا ينتظرك.
  }
watch-came-in = ما ورد في هذه المناوبة
watch-nothing-came = لم يرد شيء في هذه المناوبة.
watch-what-missing = ما ينقص
watch-nothing-missing = لا ينقص شيء هنا، ولا شيء متأخر من آخر { $days } يومًا.
watch-stations = المراكز
watch-told = قال Haven
watch-missing = ينقص:
watch-entries = { $count ->
    [one] قيد واحد
    [two] قيدان
    [few] { $count } قيود
   *[other] { $count } قيدًا
  }
watch-stands = الحالة
watch-number = الرقم
watch-reasons = كل الأسباب
watch-decided-again = حُسم هذا مرة أخرى لاحقًا.
watch-open-that = افتح القرار اللاحق
watch-asked = ما سُئل عنه
watch-no-facts = لم يُذكر شيء آخر.
watch-by = حُسم بموجب
watch-other-law = القانون في هذا البرنامج مختلف الآن. أُعطي هذا الجواب وفق حزمة القوانين
watch-confirm = اعرف، ثم احسم مرة أخرى
watch-how = كيف عرفت؟
watch-may-ask = يجوز لك أن تسأل الجهة إن كان الأمر مدنيًا أم جريمة. القانون يسمح لك بهذا السؤال تحديدًا:
watch-decide-again = أضف هذا واحسم مرة أخرى
watch-respond = اكتب ما تم فعله
watch-done = ما الذي تم فعله؟
watch-decline = رفضنا
watch-decline-ground = على أي أساس رفضنا
watch-refer = أحلناه إلى محامي المدينة
watch-comply = فعلنا ما طلبوه
watch-comply-ground = على أي أساس فعلناه
watch-comply-not = لم يقل Haven نعم لهذا، فلا يمكن تسجيله كأمر تم على أساس من القانون. اعرف ما لا يزال مفتوحًا، أو اسأل محامي المدينة.
watch-request = الطلب
watch-request-text = ليس مسجلًا بعد. سيُسجل مع ما تكتبه هنا.
watch-channel = كيف ورد
watch-who = من طلب
watch-choose = اختر
watch-told-at = متى أُبلغ المشرف
watch-when-hint = اليوم والوقت، مثل 2026-06-04 14:06
watch-event = رقم الحدث
watch-event-hint = يمكنك تركه فارغًا. يُحفظ منفصلًا عن السجل ولمدة قصيرة. لا تكتب أي اسم.
watch-record = سجّل
watch-incident = كل ما يخص هذه الواقعة
watch-paper-text = لورقة وردت، مثل طلب احتجاز (detainer) بالفاكس. لا تكتب أي اسم.
watch-station = المركز
watch-paper-kind = ما هي الورقة
watch-received = متى وردت
watch-sender = من أرسلها
watch-signer = من وقّعها
watch-rd = رقم RD
watch-shows = ما تُظهره الورقة
watch-shows-text = إن كانت ورقة قاضٍ، ضع علامة على ما تراه
watch-made-at = أُعدت في
watch-left = لا يزال مفتوحًا: من يفعل ماذا الآن
watch-nothing-left = لا شيء مفتوح.
watch-time = الوقت
watch-what = ماذا
watch-next = التالي
watch-more = { $count ->
    [one] وواحد آخر على المكتب
   *[other] و{ $count } أخرى على المكتب
  }
watch-decided = ما حُسم في هذه المناوبة
watch-answers = أجوبة Haven:
watch-responses = ما تم فعله:
watch-entered = { $count ->
    [one] سُجل قيد واحد في هذه المناوبة.
    [two] سُجل قيدان في هذه المناوبة.
    [few] سُجلت { $count } قيود في هذه المناوبة.
   *[other] سُجل { $count } قيدًا في هذه المناوبة.
  }
watch-by-person = لكل شخص، دون ذكر من هو:
watch-handed = سلّم: التوقيع، الوقت
watch-taken = تسلّم: التوقيع، الوقت
watch-failed = تعذر التسجيل. لم يتغير شيء. أخبر من يدير هذه الخدمة.
watch-nothing-found = اختر ما عرفته. لم يتغير شيء.
watch-how-known = قل كيف عرفت. لم يتغير شيء.
watch-what-done = قل ما الذي تم فعله. لم يتغير شيء.
watch-what-ground = اختر الأساس. لم يتغير شيء.
watch-changed = عمل شخص آخر على هذا منذ أن فتحته. لم يُسجل شيء مما أرسلته. انظر إلى الحالة الآن.
watch-no-station = ليس لك مركز بعد. يمكنك أن ترى كل شيء، وأن تتصرف فيما لا يتبع أي مركز. اطلب من المسؤول أن يحدد مركزك.
watch-other-station = هذا يتبع مركزًا آخر. يمكنك أن تراه، وذلك المركز هو الذي يتصرف.
watch-wrong = راجع: { $fields }. لم يُسجل شيء.

watch-state-open = مفتوح
watch-state-civil = مدني
watch-state-criminal = جريمة
watch-state-mixed = مدني وجريمة
watch-state-none = لا مدني ولا جريمة
watch-state-declined = رفضنا
watch-state-referred = لدى المحامين
watch-state-complied = تم
watch-state-partly = تم جزئيًا
watch-state-withdrawn = سُحب
watch-state-noted = دُوّن

watch-next-ask = المشرف: اعرف ما لا يزال مفتوحًا، ثم احسم مرة أخرى.
watch-next-paper = المشرف: اكتب ما آلت إليه الورقة.
watch-next-respond = المشرف: اكتب ما تم فعله.
watch-next-counsel = محامو المدينة: الجواب.
watch-next-nothing = لا شيء آخر.

watch-lack-event = لا رقم للحدث
    .next = اطلب الرقم من مركز 911، واكتبه مع ما تم فعله.
watch-lack-supervisor = لا وقت لإبلاغ المشرف
    .next = أضف الوقت إلى الطلب.
watch-lack-matter = مدني أم جريمة: غير معروف
    .next = اسأل الجهة أيهما هو. يجوز لك هذا السؤال تحديدًا.
watch-lack-response = لم يكتب أحد ما تم فعله
    .next = اكتب ما تم فعله مع الأساس.
watch-lack-outcome = لم يكتب أحد ما آلت إليه الورقة
    .next = اكتب الإفراج أو التسليم، أو أن أحدًا لم يُحتجز.

watch-gap-number_twice = واقعتان لهما الرقم نفسه
    .next = ابحث عن الرقم، وصحح القيد الذي فيه الرقم الخطأ.
watch-gap-request_open = طلب بلا جواب
    .next = اسأل المركز عما تم فعله، واكتبه.
watch-gap-paper_open = ورقة بلا نتيجة
    .next = انظر في نظام الحجز. اكتب الإفراج أو التسليم مع وقته.
watch-gap-bail_held = دُفعت الكفالة ولم يُفرج عن أحد في الوقت
    .next = اعرف السبب، وأخبر محامي المدينة. إن كان الإفراج لم يُكتب فقط، فاكتبه.
watch-gap-transfer_ground = تسليم بلا أساس قانوني
    .next = أخبر محامي المدينة. ابحث عن الورقة التي تم على أساسها.
watch-gap-decision_alone = سُئل Haven ولم يتبع ذلك شيء
    .next = اسأل عما حدث بعد ذلك. اكتب الطلب وما تم فعله.
watch-gap-nil_contradicted = قال مركز إن شيئًا لم يرد، وقد ورد
    .next = اطلب من المركز تصحيح شهادته.
watch-gap-station_silent = مركز لم يكتب شيئًا
    .next = اطلب سجله الورقي، أو شهادة بأن شيئًا لم يرد.
watch-gap-days_missing = أيام بلا أي قيد
    .next = اطلب السجلات الورقية لهذه الأيام.
watch-gap-ids_missing = أسطر ناقصة من سجل ورقي
    .next = ابحث عن هذه الأسطر في السجل الورقي.
watch-gap-recorded_late = كُتب بعد وقت طويل
    .next = اعرف أين كان، وهل هناك المزيد.

watch-kind-request = طلب
watch-kind-document = ورقة
watch-kind-decision = سؤال إلى Haven
watch-kind-response = ما تم فعله
watch-kind-custody = احتجاز
watch-kind-visit = زيارة
watch-kind-agreement = اتفاق
watch-kind-release = قرار بشأن تسليم سجلات
watch-kind-exception = استثناء
watch-kind-duty = واجب تم أداؤه
watch-kind-complaint = شكوى
watch-kind-certification = تصديق
watch-kind-form_review = مراجعة النماذج
watch-kind-nil = شهادة بأن شيئًا لم يرد
watch-kind-access = فعل بصلاحية خاصة

watch-field-at = متى ورد
watch-field-event = رقم الحدث
watch-field-rd = رقم RD
watch-field-supervisor_notified_at = متى أُبلغ المشرف
watch-field-channel = كيف ورد
watch-field-requester = من طلب أو أرسل
watch-field-document = ما هي الورقة
watch-field-signer = من وقّعها
watch-field-indicators = ما تُظهره الورقة
watch-field-station = المركز
watch-field-ground = الأساس

watch-list-channel-phone = هاتف
watch-list-channel-fax = فاكس
watch-list-channel-email = بريد إلكتروني
watch-list-channel-in_person = شخصيًا
watch-list-channel-radio = لاسلكي
watch-list-channel-ncic = تطابق في NCIC
watch-list-channel-portal = نموذج على الإنترنت
watch-list-channel-mail = رسالة
watch-list-asked-hold = احتجاز شخص
watch-list-asked-transfer = تسليم شخص
watch-list-asked-access_to_person = رؤية شخص محتجز أو الاتصال به
watch-list-asked-facility_use = استعمال غرفة أو ساحة أو مرآب
watch-list-asked-entry = دخول مبنى
watch-list-asked-assist = القدوم والمساعدة
watch-list-asked-perimeter = إغلاق شارع أو توجيه السير
watch-list-asked-custody_status = هل شخص ما محتجز
watch-list-asked-release_date = تاريخ الإفراج
watch-list-asked-contact_info = عنوان أو رقم هاتف
watch-list-asked-status_data = وضع الهجرة
watch-list-asked-records = سجلات أو قوائم
watch-list-asked-search = البحث عن اسم أو لوحة أو عنوان
watch-list-asked-data_access = قاعدة بيانات أو كاميرات
watch-list-asked-other = شيء آخر
watch-list-outcome-declined = مرفوض
watch-list-outcome-referred = أُحيل إلى المحامين أو إلى مشرف
watch-list-outcome-complied = تم
watch-list-outcome-partly = تم جزئيًا
watch-list-outcome-withdrawn = سحبه من طلبه
watch-list-response_ground-city_law = قانون المدينة
watch-list-response_ground-state_law = قانون الولاية
watch-list-response_ground-judicial_warrant = مذكرة من قاضٍ
watch-list-response_ground-court_order = أمر محكمة
watch-list-response_ground-statute = قانون يوجبه
watch-list-response_ground-federal_regulation = لائحة اتحادية توجبه
watch-list-response_ground-criminal_matter = يتعلق بجريمة
watch-list-response_ground-written_consent = وافق الشخص كتابةً
watch-list-response_ground-safety = خطر على الحياة
watch-list-known_by-asked_agency = سألت الجهة
watch-list-known_by-paper = من ورقة
watch-list-known_by-other = بطريقة أخرى
watch-list-door-signed_in = بتسجيل دخول
watch-list-door-open_device = على جهاز بلا تسجيل دخول
watch-list-door-offline = بلا شبكة، أُرسل لاحقًا
watch-list-place-office = مكتب أو استقبال
watch-list-place-station = مركز شرطة أو غرفة حجز
watch-list-place-school_or_park = مدرسة أو حديقة أو مكتبة
watch-list-place-lot_or_garage = ساحة أو مرآب
watch-list-place-clinic_or_shelter = عيادة أو مأوى
watch-list-place-other = ملك آخر للمدينة
watch-list-milestone-in_custody = احتُجز
watch-list-milestone-bail_posted = دُفعت الكفالة
watch-list-milestone-released = أُفرج عنه
watch-list-milestone-transferred = سُلّم إلى جهة أخرى
watch-list-indicator-form_number = رقم النموذج
watch-list-indicator-agency_heading = ترويسة جهة هجرة
watch-list-indicator-court_caption = اسم محكمة في الأعلى
watch-list-indicator-judge_title = صفة قاضٍ تحت التوقيع
watch-list-indicator-officer_title = صفة موظف هجرة تحت التوقيع
watch-list-indicator-case_number = رقم قضية في محكمة
watch-list-indicator-offence_named = جريمة مذكورة
watch-list-indicator-statute_civil = قانون هجرة مدني مذكور
watch-list-indicator-ncic_file = ملف التطابق في NCIC
watch-list-indicator-no_signature = بلا توقيع

watch-list-held-same = الجواب صحيح.
watch-list-held-differs = قانون هذه الخدمة يعطي جوابًا غير الذي قاله الجهاز.
watch-list-held-other_law = قال الجهاز هذا وفق قانون لا تملكه هذه الخدمة.
