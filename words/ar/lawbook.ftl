### القانون: كل حكم ونسخه وحالاته.

lawbook-title = القانون
lawbook-intro = القوانين التي يجيب منها Haven في { $place } والقوانين التي فوقها. كل حكم مشروح بكلمات بسيطة بجانب كلماته هو.
lawbook-english = نص القانون بالإنجليزية، لأن ذلك النص وحده هو الذي قُرئ.
lawbook-version = النافذ اليوم
lawbook-from = من { $day }
lawbook-until = حتى { $day }
lawbook-no-version = لا توجد نسخة محفوظة هنا
lawbook-provisions = الأحكام
lawbook-reviewed = من راجعه ومتى
lawbook-official = النص الرسمي
lawbook-coverage = ما هو محفوظ هنا وما ليس محفوظا
lawbook-trail = مكان هذا الحكم
lawbook-not-in-force = غير نافذ

lawbook-no-such = لا يوجد هنا حكم كهذا
lawbook-no-such-text = قد يكون له اسم آخر، أو أن القانون الذي يضمه ليس هنا. عدم وجوده هنا لا يعني أنه غير موجود.
lawbook-near = أسماء قريبة

# جمل تبدأ بـ "اليوم:" أو "في 2020-06-15:".
lawbook-today = اليوم:
lawbook-on = في { $day }:
lawbook-in-force = نافذ.
lawbook-uncertain = ليس مؤكدا أي نسخة كانت نافذة. يسأل Haven كل نسخة، وحيث تختلف يقول: اسأل أولا.
lawbook-ended = لم يعد نافذا. هكذا كان نصه في النهاية.
lawbook-not-yet = ليس نافذا بعد. لم يكن قانونه موجودا. هكذا كان نصه في البداية.
lawbook-before-unknown = غير معروف. كان هناك أو ربما كان هناك قانون أقدم ليس محفوظا هنا. يقول Haven: اسأل أولا. هذا أقدم نص هنا.
lawbook-later = ليس نافذا بعد. أضيف إلى قانونه لاحقا. هكذا كان نصه في البداية.
lawbook-see-today = انظر إليه كما هو اليوم
lawbook-uncertain-from = ربما كان نافذا منذ { $day }. لم يُعثر على اليوم بالتأكيد.

lawbook-plain = بكلمات بسيطة
lawbook-quoted = كلمات القانون نفسه
lawbook-no-text = نصه ليس محفوظا هنا.
lawbook-no-quotes = لا اقتباس هنا.
lawbook-source = مكان النص

lawbook-does = ماذا يفعل
lawbook-prohibits = لا يسمح بـ
lawbook-authorises = يسمح صراحة بـ
lawbook-requires = يوجب
lawbook-refers = يترك القرار لشخص
lawbook-cautions = يطلب الحذر ويترك القرار لشخص
lawbook-advises = يضيف خطوات ولا يقرر شيئا
lawbook-when = عندما يتحقق كل هذا
lawbook-always = دائما
lawbook-except = إلا عندما
lawbook-asks = ما يجب أن يجيب عنه شخص
lawbook-follows = ما يترتب عليه
lawbook-only = فقط لـ: { $whom }
lawbook-overlaps = يمنعه أيضا:
lawbook-frees = يُخرج أفعالا من
lawbook-no-rule = ليست له قاعدة خاصة. يُقرأ مع الأحكام التي بجانبه.
lawbook-below = ما تحته

lawbook-versions = النسخ
lawbook-known-from = معروف من
lawbook-day = انظر إلى قانون يوم آخر
lawbook-show = اعرض
lawbook-changed = ما تغير في { $day }
lawbook-changed-nothing = تغير القانون من حوله فقط. نصه كما هو.
lawbook-out = حُذف:
lawbook-out-end = (نهاية ما حُذف)
lawbook-put = أُضيف:
lawbook-put-end = (نهاية ما أُضيف)

lawbook-cases = حالات
lawbook-cases-text = يُختبر القانون بهذه الحالات المتخيلة، ولكل منها الجواب الذي يجب أن يعطيه.
lawbook-asked-of = سُئلت هذه القوانين وحدها: { $layers }.
lawbook-whole = انظر الجواب كله
lawbook-no-cases = لا توجد حالة تذكر أن هذا الحكم هو الذي يقرر.
lawbook-more-cases = حالات أخرى ({ $count })

lawbook-lately = ماذا قرر مؤخرا
lawbook-counted-from = من { $day }
lawbook-counted-until = إلى { $day }.
lawbook-small = لا تُعرض الأعداد الصغيرة، حتى لا يدل أي رقم على شخص واحد.
lawbook-decided-none = لم يقرر شيئا مسجلا.
lawbook-total = الكل
lawbook-latest = آخر القرارات
lawbook-answer = الجواب
lawbook-fewer = أقل من { $count }
lawbook-withheld = لا يُعرض
