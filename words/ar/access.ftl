### تسجيل الدخول، والحساب الشخصي، ومن يجوز لهم الدخول.
# access-role-{name} اسم دور؛ و{name} كلمة من القائمة `role` في law/register.toml.

access-sign-in = تسجيل الدخول
access-sign-in-text = عندها يُسجَّل ما تسأل عنه باسم رقمك، وترى ما يجوز لدورك أن يراه.
access-staff = الرقم الوظيفي
access-staff-hint = رقمك، وليس اسمك أبدًا.
access-password = كلمة المرور
access-no-password = لا كلمة مرور لديك بعد، أو لديك رمز جديد؟
access-enrol = ضع كلمة المرور
access-enrol-text = أعطاك المدير رمزًا. يعمل مرة واحدة.
access-code = رمز لمرة واحدة
access-new-password = كلمة مرور جديدة
access-password-hint = { $letters } حرفًا على الأقل. أربع أو خمس كلمات لا علاقة بينها سهلة الحفظ.
access-set-password = احفظ كلمة المرور
access-wrong = لم ينجح ذلك. تحقق من الرقم وكلمة المرور. إذا تكرر الأمر فاطلب من المدير رمزًا جديدًا.
access-wrong-code = لم ينجح ذلك. تحقق من الرقم والرمز. يعمل الرمز مرة واحدة ولمدة ثلاثة أيام. اطلب من المدير رمزًا جديدًا.
access-wrong-old = كلمة المرور القديمة غير صحيحة. لم يتغير شيء.
access-too-many = محاولات كثيرة جدًا. انتظر دقيقة ثم حاول من جديد.
access-weak-length = تحتاج كلمة المرور إلى { $letters } حرفًا على الأقل و200 على الأكثر. لم يتغير شيء.
access-weak-plain = كلمة المرور هذه سهلة التخمين. استعمل كلمات مختلفة أكثر، من دون رقمك. لم يتغير شيء.
access-elsewhere = لم يأتِ هذا من Haven
access-elsewhere-text = أرسله موقع آخر، أو لا يقول متصفحك من أين جاء. لم يُفعل شيء. افتح الصفحة هنا وأرسلها من جديد.
access-host = هذا ليس عنوان Haven
access-host-text = وصل متصفحك باسم لا يعرفه Haven. لم يُفعل شيء. استخدم العنوان الذي أُعطي لك. إن كان هذا هو العنوان، فأخبر من يدير هذه الخدمة.
access-role = هذه الصفحة لدور آخر
access-role-text = لا يجوز لحسابك فتحها. إذا احتاج عملك إليها فاسأل المدير.
access-failed = لم يستطع Haven فعل ذلك
access-failed-text = لم يتغير شيء. أخبر من يدير هذه الخدمة.
access-account = الحساب
access-roles = الأدوار
access-role-officer = شرطي
access-role-supervisor = مشرف
access-role-counsel = مستشار قانوني
access-role-auditor = مدقق
access-role-administrator = مدير
access-station = المركز
access-no-station = بلا مركز
access-sign-out = تسجيل الخروج
access-sessions = أين أنت مسجل الدخول
access-sessions-text = تنتهي الجلسة وحدها بعد اثنتي عشرة ساعة. وللمستشارين القانونيين والمدققين والمديرين تنتهي أيضًا بعد ثلاثين دقيقة بلا استعمال.
access-began = بدأت { $at }
access-seen = آخر استعمال { $at }
access-this-session = هذه هي التي تستعملها الآن.
access-end = أنهِها
access-end-others = أنهِ كل الجلسات الأخرى
access-change-password = غيّر كلمة المرور
access-old-password = كلمة المرور القديمة
access-people = الأشخاص
access-people-text = من يجوز له الدخول، وبأي دور. يُسجَّل كل تغيير مع رقمك قبل أن يسري.
access-enrolled = المسجلون
access-you = أنت
access-no-role = بلا دور
access-disabled = لا يجوز له الدخول
access-code-until = لديه رمز حتى { $at }
access-has-password = لديه كلمة مرور
access-has-none = لا كلمة مرور له هنا
access-open-sessions = { $count ->
    [0] لا جلسات مفتوحة.
    [one] جلسة مفتوحة واحدة.
    [two] جلستان مفتوحتان.
    [few] { $count } جلسات مفتوحة.
   *[other] { $count } جلسة مفتوحة.
  }
access-change = تغيير
access-save-roles = احفظ الأدوار
access-save-station = احفظ المركز
access-new-code = أعطِ رمزًا جديدًا
access-enable = اسمح بالدخول من جديد
access-disable = لا تسمح بالدخول بعد الآن
access-end-sessions = أنهِ كل الجلسات
access-enrol-one = سجّل شخصًا
access-new-hint = حروف لاتينية وأرقام وشرطات، وفيها رقم واحد على الأقل. وليس اسمًا أبدًا.
access-own = لا يمكنك فعل هذا بنفسك. اطلبه من مدير آخر.
access-present = هناك شخص بهذا الرقم.
access-has-no-password = هذا الشخص يسجل الدخول عبر خدمة المدينة. لا يمكن أن تكون له كلمة مرور هنا.
access-code-again = الرمز ليس كلمة مرور. اختر كلمة أخرى.
access-absent = لا أحد بهذا الرقم.
access-field-staff = هذا ليس رقمًا وظيفيًا. فيه حروف لاتينية وأرقام وشرطات، ورقم واحد على الأقل، وليس اسمًا.
access-field-station = لا يوجد مركز كهذا.
access-field-roles = اختر دورًا واحدًا على الأقل.
access-code-title = رمز لمرة واحدة
access-code-text = لا يظهر إلا الآن. سلّمه باليد. به توضع كلمة المرور في صفحة «ضع كلمة المرور».
access-valid-until = يعمل حتى
access-city = ادخل بحسابك لدى المدينة
access-city-else = أو بحساب في Haven
access-city-refused = لم يتم تسجيل دخولك
access-city-service = تعذر الآن استعمال خدمة الدخول لدى المدينة. حاول من جديد. إذا تكرر الأمر فأخبر من يدير هذه الخدمة.
access-city-not-begun = لم يبدأ هذا الدخول في هذا المتصفح، أو طال كثيرًا. ابدأ من جديد.
access-city-denied = لم تسمح لك خدمة الدخول لدى المدينة.
access-city-no-role = ليس لأي من مجموعاتك دور في Haven. اسأل المدير.
access-city-amr = لم تطلب منك خدمة الدخول لدى المدينة عاملًا ثانيًا، وHaven يحتاج إليه.
access-city-id = لم تعطِ خدمة الدخول لدى المدينة رقمًا وظيفيًا يمكن لـ Haven استعماله. اسأل المدير.
access-city-disabled = لا يجوز لحسابك الدخول. اسأل المدير.
access-in = تم تسجيل دخولك
access-go-on = تابع
