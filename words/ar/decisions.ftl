### The decision log. Machine-checked, not reviewed; the English text governs.

decisions-title = القرارات
decisions-intro = ما سُئل عنه Haven وما قاله. لا اسم ولا وضع: في كل حقل كلمة من قائمة أو يوم أو رقم.
decisions-filter = اختر أيها
decisions-from = من
decisions-until = إلى
decisions-station = المركز
decisions-act = ما سُئل عنه
decisions-verdict = الجواب
decisions-provision = البند
decisions-door = كيف سُئل
decisions-any = أي
decisions-show = اعرض
decisions-count = { $count ->
    [one] قرار واحد
    [two] قراران
    [few] { $count } قرارات
   *[other] { $count } قرارًا
  }
decisions-timeline = القرارات حسب اليوم. الأرقام نفسها في الجدول أدناه.
decisions-table = الأرقام حسب اليوم
decisions-day = اليوم
decisions-all = الكل
decisions-each = واحدًا واحدًا
decisions-none = لا يوجد.
decisions-pages = صفحات
decisions-newer = أحدث
decisions-older = أقدم
decisions-page = صفحة { $page }
decisions-export = تصدير
decisions-export-text = كجدول أو للبرامج. يُسجل أنك صدّرتها. لا تقول الملفات من سأل.
decisions-to-desk = إلى مكتب المشرف
decisions-told = قال Haven
decisions-number = الرقم
decisions-at = سُئل في
decisions-for-day = لليوم
decisions-agency = الجهة
decisions-known-by = كيف عُرف نوع الأمر
decisions-stated = ما ذُكر
decisions-no-facts = لا شيء سوى الفعل واليوم والجهة.
decisions-by = حُسم بموجب
decisions-by-none = لا بند في هذه القوانين يتحدث عنه.
decisions-law = حزمة القوانين
decisions-again = هل لا يزال صحيحًا؟
decisions-same = سُئل الآن مرة أخرى: الجواب نفسه.
decisions-differs = سُئل الآن مرة أخرى: الجواب مختلف.
decisions-law-today = سُئل وفق حزمة قوانين اليوم:
decisions-other-law = القانون في هذا البرنامج مختلف الآن، فلا تُحسب هنا أسباب ذلك الوقت. حزمة قوانين اليوم:
decisions-ask-again = اسأل مرة أخرى
decisions-copy = هذا يعطي الجواب نفسه لكل من لديه القانون نفسه. لا يُسجل شيء.
decisions-incident = بقية هذه الواقعة
decisions-place = موضعه في السجل العام
decisions-log = السجل { $log }،
decisions-index = القيد
decisions-unpublished = لم يُنشر السجل إلى هذا الموضع بعد. بعد ذلك يمكن الحصول هنا على إثبات.
decisions-proof = إثبات أن السجل يحتويه
