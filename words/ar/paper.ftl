### ما هذه الورقة؟ علامة واحدة في كل مرة.

paper-title = ما هذه الورقة؟
paper-step = السؤال { $number }
paper-unknown = لا أراه، أو لا أعرف
paper-type-other = لا شيء من هذه؟ اكتب ما هو مكتوب
paper-type = اكتب ما هو مكتوب
paper-type-day = اذكر اليوم
paper-no-names = لا تكتب أسماء أشخاص.
paper-next = التالي
paper-back = رجوع
paper-done = هذا كل ما أراه
paper-again = ورقة أخرى

paper-ask-signer = من وقّعها؟
paper-why-signer = انظر إلى آخر الورقة. المنصب تحت التوقيع هو أكثر ما يدل. لا يصدر أمرا قضائيا إلا قاض أو قاضي صلح في محكمة.
paper-see-signer-judge = قاض في محكمة
paper-alt-signer-judge = رسم: توقيع وتحته المنصب Judge.
paper-see-signer-magistrate = قاضي صلح (magistrate judge)
paper-alt-signer-magistrate = رسم: توقيع وتحته المنصب United States Magistrate Judge.
paper-see-signer-officer = موظف هجرة
paper-alt-signer-officer = رسم: توقيع وتحته المنصب Deportation Officer.
paper-see-signer-immigration-judge = قاضي هجرة
paper-alt-signer-immigration-judge = رسم: توقيع وتحته المنصب Immigration Judge.
paper-see-signer-none = لم يوقّعها أحد
paper-alt-signer-none = رسم: خط للتوقيع لا شيء عليه.
paper-see-signer-cut-off = مقطوعة، أو لا أستطيع قراءتها
paper-alt-signer-cut-off = رسم: آخر صفحة ممزقة عند التوقيع.
paper-see-signer-screen = ليست ورقة: نتيجة على شاشة
paper-alt-signer-screen = رسم: شاشة تعرض نتيجة بحث.

paper-ask-top = ماذا يوجد في الأعلى؟
paper-why-top = ورقة القاضي تذكر محكمته. نموذج الهجرة يذكر Homeland Security. محكمة الهجرة ليست محكمة قضاة.
paper-see-top-district = محكمة اتحادية (United States District Court)
paper-alt-top-district = رسم: رأس ورقة محكمة، United States District Court، مع طرفين ورقم قضية.
paper-see-top-circuit = محكمة الولاية، مثل Circuit Court of Cook County
paper-alt-top-circuit = رسم: رأس ورقة محكمة، Circuit Court of Cook County، مع طرفين ورقم قضية.
paper-see-top-homeland = الأمن الداخلي (Homeland Security) أو ICE
paper-alt-top-homeland = رسم: نموذج فيه خانات، في الأعلى Department of Homeland Security، ورقم النموذج في الزاوية السفلى.
paper-see-top-immigration-court = محكمة هجرة
paper-alt-top-immigration-court = رسم: نموذج فيه خانات، في الأعلى Immigration Court.

paper-see-form_number-i-200 = النموذج I-200
paper-alt-form_number-i-200 = رسم: الزاوية السفلى لنموذج كُتب عليها Form I-200.
paper-see-form_number-i-205 = النموذج I-205
paper-alt-form_number-i-205 = رسم: الزاوية السفلى لنموذج كُتب عليها Form I-205.
paper-see-form_number-i-247a = النموذج I-247A
paper-alt-form_number-i-247a = رسم: الزاوية السفلى لنموذج كُتب عليها Form I-247A.
paper-see-form_number-i-203 = النموذج I-203
paper-alt-form_number-i-203 = رسم: الزاوية السفلى لنموذج كُتب عليها Form I-203.
paper-see-form_number-i-286 = النموذج I-286
paper-alt-form_number-i-286 = رسم: الزاوية السفلى لنموذج كُتب عليها Form I-286.
paper-see-form_number-i-862 = النموذج I-862
paper-alt-form_number-i-862 = رسم: الزاوية السفلى لنموذج كُتب عليها Form I-862.
paper-see-form_number-ao-442 = AO 442
paper-alt-form_number-ao-442 = رسم: الزاوية السفلى لنموذج كُتب عليها AO 442.
paper-see-form_number-ao-93 = AO 93
paper-alt-form_number-ao-93 = رسم: الزاوية السفلى لنموذج كُتب عليها AO 93.

paper-see-ncic_file-immigration-violator = Immigration Violator File (ملف مخالفي الهجرة)
paper-alt-ncic_file-immigration-violator = رسم: شاشة تذكر Immigration Violator File وأمرا إداريا.
paper-see-ncic_file-wanted-person = Wanted Person File (ملف المطلوبين)
paper-alt-ncic_file-wanted-person = رسم: شاشة تذكر شخصا مطلوبا وجريمة والجهة التي سجلتها.
paper-see-ncic_file-other = ملف آخر
paper-alt-ncic_file-other = رسم: شاشة تذكر ملفا آخر.

# ما هي، في جملة واحدة.
paper-is-judicial_warrant = عليها علامات أمر من قاض. لا ترفضها: تحقق منها لدى المحكمة، ثم افعل ما تقوله ولا تزد.
paper-is-court_order = عليها علامات أمر من محكمة. لا ترفضها: اتصل بمحامي الجهة، ثم افعل ما تأمر به ولا تزد.
paper-is-administrative_warrant = هي ورقة هجرة. أصدرها موظفو الهجرة، لا قاض في محكمة.
paper-is-detainer = تطلب منك احتجاز شخص أو الإخبار بموعد خروجه. هي طلب وليست أمرا.
paper-is-subpoena = تطلب سجلات أو أجوبة. خذها، ولا تسلّم شيئا، وأعطها اليوم لمحامي الجهة.
paper-is-cannot_tell = العلامات لا تكفي لمعرفة ما هي. لا تعمل بها بعد ولا ترفضها. اسأل مشرفا.
# ما ليست هي.
paper-not-judicial_warrant = ليست ورقة موظف هجرة، أيا كان من أحضرها.
paper-not-court_order = ليست طلبا يمكن رفضه.
paper-not-administrative_warrant = ليست أمرا من قاض. لم يوقّعها قاض ولا قاضي صلح في محكمة، حتى لو كُتب عليها “warrant”.
paper-not-detainer = ليست أمرا قضائيا. لم يوقّعها قاض.
paper-not-subpoena = ليست أمرا قضائيا. لا تسمح لأحد بالدخول ولا تأمر بالقبض على أحد.
paper-not-cannot_tell = لا يُعرف أنها أمر من قاض، ولا يُعرف أنها ليست كذلك.

paper-sure = مدى التأكد
paper-not = ما ليست هي
paper-sure-settled = العلامات التي ذكرتها تحسم الأمر، ولا علامة تقول غير ذلك.
paper-sure-against = العلامات تحسم الأمر، لكن واحدة منها تدل على شيء آخر. انظر أدناه.
paper-sure-conflict = العلامات متناقضة. اتصل بكاتب المحكمة المذكورة، على رقم بحثت عنه بنفسك.
paper-sure-open = ظهرت بعض العلامات، لكنها لا تكفي.
paper-sure-nothing = لم تُعرف أي علامة بعد.
paper-leads = ماذا تريد أن تعرف الآن؟
paper-check = تحقق على كل حال
paper-signs = بأي علامات
paper-no-signs = لا علامة لها وزن.
paper-against = علامات تدل على شيء آخر
paper-missing = ما زال ينقص
paper-look-next = إلى ماذا تنظر الآن
paper-look-more = علامات أخرى يمكنك النظر إليها
