### 这是什么文件？一次看一个标志。

paper-title = 这是什么文件？
paper-step = 第 { $number } 个问题
paper-unknown = 我看不到，或不知道
paper-type-other = 都不是？请输入上面写的字
paper-type = 请输入上面写的字
paper-type-day = 请填写日期
paper-no-names = 不要输入人的姓名。
paper-next = 下一步
paper-back = 返回
paper-done = 我能看到的就这些
paper-again = 另一份文件

paper-ask-signer = 谁签的名？
paper-why-signer = 请看文件末尾。签名下面的职务最能说明问题。只有法院的法官或治安法官才能签发司法令状。
paper-see-signer-judge = 法院的法官
paper-alt-signer-judge = 图：一个签名，下面的职务是 Judge。
paper-see-signer-magistrate = 治安法官（magistrate judge）
paper-alt-signer-magistrate = 图：一个签名，下面的职务是 United States Magistrate Judge。
paper-see-signer-officer = 移民官员
paper-alt-signer-officer = 图：一个签名，下面的职务是 Deportation Officer。
paper-see-signer-immigration-judge = 移民法官
paper-alt-signer-immigration-judge = 图：一个签名，下面的职务是 Immigration Judge。
paper-see-signer-none = 没有人签名
paper-alt-signer-none = 图：一条空白的签名线。
paper-see-signer-cut-off = 被截掉了，或看不清
paper-alt-signer-cut-off = 图：页尾从签名处被撕掉。
paper-see-signer-screen = 不是纸质文件，是屏幕上的查询结果
paper-alt-signer-screen = 图：屏幕上显示一条查询结果。

paper-ask-top = 最上面写的是什么？
paper-why-top = 法官的文件会写明法院。移民表格会写 Homeland Security（国土安全部）。移民法庭不是法官的法院。
paper-see-top-district = 联邦地区法院（United States District Court）
paper-alt-top-district = 图：法院文件的抬头 United States District Court，有双方当事人和案号。
paper-see-top-circuit = 州法院，例如 Circuit Court of Cook County
paper-alt-top-circuit = 图：法院文件的抬头 Circuit Court of Cook County，有双方当事人和案号。
paper-see-top-homeland = 国土安全部（Homeland Security）或 ICE
paper-alt-top-homeland = 图：一张有填写格的表格，上方是 Department of Homeland Security，底角是表格编号。
paper-see-top-immigration-court = 移民法庭
paper-alt-top-immigration-court = 图：一张有填写格的表格，上方是 Immigration Court。

paper-see-form_number-i-200 = I-200 表
paper-alt-form_number-i-200 = 图：表格底角，写着 Form I-200。
paper-see-form_number-i-205 = I-205 表
paper-alt-form_number-i-205 = 图：表格底角，写着 Form I-205。
paper-see-form_number-i-247a = I-247A 表
paper-alt-form_number-i-247a = 图：表格底角，写着 Form I-247A。
paper-see-form_number-i-203 = I-203 表
paper-alt-form_number-i-203 = 图：表格底角，写着 Form I-203。
paper-see-form_number-i-286 = I-286 表
paper-alt-form_number-i-286 = 图：表格底角，写着 Form I-286。
paper-see-form_number-i-862 = I-862 表
paper-alt-form_number-i-862 = 图：表格底角，写着 Form I-862。
paper-see-form_number-ao-442 = AO 442
paper-alt-form_number-ao-442 = 图：表格底角，写着 AO 442。
paper-see-form_number-ao-93 = AO 93
paper-alt-form_number-ao-93 = 图：表格底角，写着 AO 93。

paper-see-ncic_file-immigration-violator = Immigration Violator File（移民违规者档案）
paper-alt-ncic_file-immigration-violator = 图：屏幕上写着 Immigration Violator File 和行政令状。
paper-see-ncic_file-wanted-person = Wanted Person File（通缉人员档案）
paper-alt-ncic_file-wanted-person = 图：屏幕上写着通缉人员、罪名和录入的机构。
paper-see-ncic_file-other = 另一个档案
paper-alt-ncic_file-other = 图：屏幕上写着另一个档案。

# 用一句话说它是什么。
paper-is-judicial_warrant = 它有法官令状的标志。不要拒绝：先向法院核实，然后照它写的做，不多做。
paper-is-court_order = 它有法院命令的标志。不要拒绝：先打电话给机构的律师，然后照命令做，不多做。
paper-is-administrative_warrant = 这是移民文件。它由移民官员制作，不是法院的法官。
paper-is-detainer = 它请您扣留一个人，或告知此人何时释放。这是请求，不是命令。
paper-is-subpoena = 它要求提供记录或回答问题。收下它，什么也不要交出，今天就交给机构的律师。
paper-is-cannot_tell = 这些标志还不能确定它是什么。先不要照它做，也不要拒绝。请问主管。
# 它不是什么。
paper-not-judicial_warrant = 无论是谁拿来的，它都不是移民官员的文件。
paper-not-court_order = 它不是可以拒绝的请求。
paper-not-administrative_warrant = 它不是法官的令状。没有法院的法官或治安法官签过名，即使上面写着“warrant”。
paper-not-detainer = 它不是令状。没有法官签过名。
paper-not-subpoena = 它不是令状。它不让任何人进入，也不命令逮捕。
paper-not-cannot_tell = 不能确定它是法官的令状，也不能确定它不是。

paper-sure = 有多确定
paper-not = 它不是什么
paper-sure-settled = 您给出的标志已能确定，没有相反的标志。
paper-sure-against = 标志已能确定，但有一个指向别处。请看下面。
paper-sure-conflict = 这些标志互相矛盾。请打电话给文件上所写法院的书记员，号码要自己查找。
paper-sure-open = 看到了一些标志，但还不够。
paper-sure-nothing = 还没有认出任何标志。
paper-leads = 您现在想知道什么？
paper-check = 仍要核实
paper-signs = 依据哪些标志
paper-no-signs = 没有起作用的标志。
paper-against = 指向别处的标志
paper-missing = 还缺少
paper-look-next = 接下来看什么
paper-look-more = 还可以看的标志
