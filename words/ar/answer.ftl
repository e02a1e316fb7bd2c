### Answers, the long form of a question, and the pages around them.

# The five words. No, Yes and Ask first are what an officer hears.
word-no = لا
word-ask = اسأل أولًا
word-must = يجب عليك
word-yes = نعم
word-silent = لا شيء في هذه القوانين يمنع هذا

sentence-no = القانون لا يسمح بذلك.
sentence-no-order = أمر أو إرشاد من المدينة يقول لا. وهو أدنى من المرسوم.
sentence-must-order = أمر أو إرشاد من المدينة يطلب ذلك. وهو أدنى من المرسوم.
sentence-ask = لا يمكن الإجابة بعد. اعرف ما يُسأل عنه أدناه قبل أن تتصرف.
sentence-must = القانون يوجب ذلك.
sentence-authorised = القانون يسمح بذلك بنص صريح.
sentence-excepted = كان القانون سيمنع ذلك، لكن استثناءً يسري هنا.
sentence-silent = قد يمنعه قانون آخر. هذا ليس إذنًا.

layer-city = المدينة
layer-county = المقاطعة
layer-state = الولاية
layer-federal = المستوى الفيدرالي
layer-order = أمر أو توجيه، أدنى من المرسوم

mark-read = قُرئ النص
mark-part = قُرئ جزء من النص
mark-reported = معروف من تقارير، ولم يُقرأ النص
mark-unverified = لم يُتحقق منه: اسأل المستشار القانوني

does-prohibits = لا يسمح بذلك
does-requires = يوجب ذلك
does-authorises = يسمح بذلك بنص صريح
does-refers = يترك الأمر لشخص يقرره
does-excepted = كان سينطبق، لكن استثناءً يسري هنا
does-undetermined = قد ينطبق: يتوقف على ما هو غير معروف
does-not-met = لا يشمل ذلك
does-not-encoded = نصه في ذلك اليوم غير موجود هنا

holds-yes = نعم
holds-no = لا
holds-unknown = غير معروف
holds-error = لا يمكن حسابه

answer-next = الخطوة التالية
answer-why = لماذا
answer-english = ما يرد هنا بالإنجليزية هو القانون كما قرأه Haven، بنصه أو ملخصًا. لم يُترجَم.
answer-find-out = اعرف هذا أولًا
answer-change = ما الذي يغيّر الإجابة
answer-notes = من المفيد أن تعرف
answer-unread = لم يُقرأ النص كله. اسأل المستشار القانوني.
answer-unread-which = اسأل المستشار القانوني عما لم يُقرأ كاملًا:
answer-aside = نُظر فيه، ولا ينطبق ({ $count })
answer-uncertain = غير مؤكد أي نسخة كانت سارية
answer-see-also = انظر أيضًا
answer-conditions = الشروط
answer-conditions-whole = الشروط، والنص كله بكلمات بسيطة
answer-or = أو
answer-reviewed = تمت المراجعة حتى { $day }.

receipt-kept = سُجّل في { $time }.
receipt-number = القرار
receipt-nobody = لم يُسجَّل شيء: لم يسجّل أحد الدخول.
receipt-role = لم يُسجَّل شيء: دورك يسمح بالقراءة فقط.
receipt-no-agency = لم يُسجَّل شيء: اذكر جهتك، واسأل مرة أخرى.
receipt-no-register = لم يُسجَّل شيء: هذه الخدمة لا تحتفظ بسجل.
receipt-failed = لم يُسجَّل شيء: تعذّرت الكتابة. أخبر مشرفك بما قيل لك.

form-agency = الجهة
form-your-agency = جهتك
form-agency-hint = ابدأ بكتابة الاسم، كاملًا أو مختصرًا، ثم اختر. اتركه فارغًا إذا كنت لا تعرف.
form-not-named = غير مذكورة
form-not-listed = ليست في القائمة
form-day = اليوم
form-day-hint = الإجابة بحسب قانون هذا اليوم.
form-know = ماذا تعرف؟
form-change = غيّر جوابًا
form-answer = أظهر الإجابة
form-again = أظهر الإجابة من جديد
form-more = أمور أخرى قد تهم ({ $count })
form-error = تعذّرت قراءة هذا
form-unknown = لا أعرف
form-follows = كما يدل اسم الجهة
form-number = عدد صحيح. اتركه فارغًا إذا كنت لا تعرف.
form-checks = ضع علامة على كل ما ينطبق. عدم وضع أي علامة يعني: لا أعرف.
form-meanings = ماذا يعني كل جواب
form-meanings-leads = ماذا يعني كل جواب، وإلى أين يؤدي
form-needed = تحتاج إليه البنود:

questions-title = كل الأسئلة
questions-intro = اسأل قبل أن تتصرف. يجيب Haven بناءً على مرسوم المدينة المرحِّبة (Welcoming City ordinance) في { $place } والقوانين الأعلى منه: لا، أو نعم، أو اسأل أولًا، مع البند والخطوة التالية.
questions-kinds = أنواع الأسئلة
questions-try = أول مرة هنا؟ أشياء يمكنك تجربتها
questions-what = ماذا تريد أن تفعل؟

try-says = ماذا يقول القانون
try-act = الفعل، والوقائع المفترضة
try-why = انظر لماذا
try-unknown = ما هو غير معروف
try-never = غير المعروف لا يصبح «نعم» أبدًا. افتح سؤالًا وأجب بما تعرفه: تتغير الإجابة معه.

problem-missing = لا توجد صفحة كهذه
problem-missing-text = قد يكون في العنوان خطأ في الكتابة، أو قد يكون للسؤال اسم آخر الآن.
problem-long = هذا أكثر مما يمكن قراءته
problem-long-text = السؤال بضع كلمات. اختره من القائمة مرة أخرى.
problem-failed = لم يستطع Haven فعل هذا
problem-failed-text = اسأل مشرفك، وأخبر من يدير هذه الخدمة.
problem-forbidden = هذه الصفحة ليست لك
problem-forbidden-text = دورك لا يفتحها. من سجّلك في الخدمة يمكنه أن يقول من يجوز له ذلك.
problem-unread = لم يستطع Haven قراءة هذا
problem-unread-text = قد تكون الصفحة التي جاء منها قديمة أو تغيّرت. اختر السؤال من القائمة مرة أخرى.

reports-title = التقارير
reports-heading = التقارير والسجل العلني
reports-intro = مأخوذة من سجل { $place }. كل رقم يقول كيف تم الحصول عليه ويفتح القيود التي وراءه.
reports-quarterly = التقارير ربع السنوية
reports-none = لم ينتهِ بعد أي ربع سنة فيه قيود.
reports-public = الصفحات العامة، بحسب السنة
reports-small = الأعداد الصغيرة لا تظهر، حتى لا يدل أي رقم على شخص واحد.
reports-log = السجل العلني
reports-check = يمكن لأي أحد أن يتأكد من أنه لم يُغيَّر فيه شيء ولم يُحذف منه شيء:
reports-closed = مغلق
reports-unpublished = لم يُنشر شيء بعد
reports-published = عدد القيود المنشورة: { $count }،
reports-checkpoint = نقطة تحقق

# A day in words; months by their number.
day = { $day } { $month } { $year }
month-1 = يناير
month-2 = فبراير
month-3 = مارس
month-4 = أبريل
month-5 = مايو
month-6 = يونيو
month-7 = يوليو
month-8 = أغسطس
month-9 = سبتمبر
month-10 = أكتوبر
month-11 = نوفمبر
month-12 = ديسمبر
