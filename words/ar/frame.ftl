### What every page says around its content.

frame-skip = انتقل إلى المحتوى
frame-hurt = إذا كان أحد مصابًا أو في خطر:
frame-help-first = ساعد أولًا.
frame-nav = الصفحات
frame-languages = اللغات
frame-unreviewed = هذه الكلمات كتبتها آلة وفحصتها آلة. لم يراجعها أي إنسان. النص الإنجليزي هو المعتمد.
frame-about = عن هذه الخدمة
frame-no-advice = ليست هذه استشارة قانونية.
frame-decides = يقرر Haven بناءً على البنود المذكورة فقط. وحيث تترك البنود سؤالًا مفتوحًا يقول ذلك، ويجيب محامو المدينة.
frame-no-names = لا يحتفظ Haven باسم أي شخص ولا بوضع هجرة أي شخص.
frame-pack = حزمة القوانين
frame-design = التصميم:
frame-ask = اسأل
frame-questions = كل الأسئلة
frame-paper = ورقة
frame-residents = هل كان ذلك قانونيًا؟
frame-law = القانون
frame-reports = التقارير
frame-desk = مكتب العمل
frame-release = الإخراج
frame-log = القرارات
frame-sign-in = تسجيل الدخول
