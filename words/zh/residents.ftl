### What residents read, in Chinese. Machine-checked, not reviewed; the English text governs. Keys: words/en/residents.ftl.

## Every page

lawful-leave = 离开本页
lawful-unknown = 我不知道
lawful-continue = 继续
lawful-back = 返回
lawful-go-on = 用另一种语言继续。您的回答会保留。
lawful-problem = { $what ->
    [often] 现在尝试次数太多
    [foreign] 我们读不了这一页
   *[failed] 没有成功
  }
lawful-problem-do = { $what ->
    [often] 请等几分钟再试。什么也没有丢失。
    [foreign] 页面可能是旧的。请从下面重新开始。
   *[failed] 什么也没有保存。请稍后再试，或者写信给该机构。
  }

## Was it lawful?

lawful-title = 这样做合法吗？
lawful-intro = { $place }的警察或其他市政部门有没有拦下、扣留或盘问某人，或者帮助移民执法人员？请回答几个问题。您会知道那一天的法律怎么说，以及您可以做什么。
lawful-promise-kept = 我们什么都不保存，也不问您的姓名。关闭页面后，您的回答就消失了。
lawful-promise-status = 我们不问任何人的移民身份。您不必告诉我们。
lawful-promise-advice = 这不是法律意见，不能代替律师。
lawful-step = 第 { $number } 个问题
lawful-wrong = { $what ->
    [future] 这个日期还没有到。请选择别的日期。您的其他回答都保留着。
    [early] 我们没有那么久以前的法律。请选择晚一些的年份。您的其他回答都保留着。
    [none] 没有这一天。请选择别的日期。您的其他回答都保留着。
    [year] 请同时选择年份，或者不选日期。您的其他回答都保留着。
    [month] 请同时选择月份，或者不选日。您的其他回答都保留着。
    [page] 页面有一部分无法读取，可能是旧页面。请从这里继续。您的其他回答都保留着。
   *[answer] 请选择一个答案。您的其他回答都保留着。
  }
lawful-many = 请选择所有符合的项目。
lawful-many-unknown = 请选择所有符合的项目。如果一项也不选，我们就当作您不知道。

lawful-who-me = 事情发生在我身上
lawful-who-family = 事情发生在我的家人身上
lawful-who-witness = 我看见了
lawful-who-lawyer = 我是他们的律师或帮助他们的人

lawful-q-who = 您是谁？
lawful-why-who = 这只改变我们的用词，不改变法律。
lawful-q-happened = { $who ->
    [me] 您遇到了什么事？
    [family] 您的家人遇到了什么事？
    [witness] 您看见了什么？
   *[lawyer] 您的当事人遇到了什么事？
  }
lawful-why-happened = 每件事都单独判断。
lawful-q-by = 是谁做的？
lawful-why-by = 不同的法律约束不同的人。如果是市警察把人交给联邦人员，请选警察。
lawful-q-when = 是什么时候？
lawful-why-when = 法律有过变化。请选您知道的，其余留空。如果持续了几天，请选第一天。
lawful-q-stop_reason = 拦下的理由是什么？
lawful-why-stop_reason = 有些理由可以，有些不可以。请选当时说的或写的理由。
lawful-q-hold_reason = 扣留的理由是什么？
lawful-why-hold_reason = 请选当时说的或写的每一个理由。一个不好的理由就可能违法。
lawful-q-search_reason = 搜查的理由是什么？
lawful-why-search_reason = 请选当时说的或写的理由。
lawful-q-paper = 有没有文件？是什么样的？
lawful-why-paper = 移民官员的文件不是法官的文件。请看角上的表格编号。
lawful-q-signer = 谁在文件上签了名？
lawful-why-signer = 请看姓名下面的职务。“移民法官”不是法院的法官。
lawful-q-asker = 是谁要求的，或者谁得到了？
lawful-why-asker = 有些规定只说 ICE，有些说所有联邦机构。
lawful-q-matter = 是关于什么事？
lawful-why-matter = 市法和州法限制对移民执法的帮助，不影响警察办理犯罪案件。
lawful-q-use = 他们用那个地方做什么？
lawful-why-use = 有些用途是禁止的。坐在公共房间里不禁止。
lawful-q-aim = 就您所见，警察在那里做什么？
lawful-why-aim = 帮助移民人员是禁止的。保护大家的安全可能不禁止。
lawful-q-hurt = 有人受伤或有危险吗？
lawful-why-hurt = 无论什么法律，救人第一。
lawful-q-stopped = { $who ->
    [me] 他们问的时候，您是否被拦下或扣留？
   *[other] 他们问的时候，那个人是否被拦下或扣留？
  }
lawful-why-stopped = 州法保护被拦下或扣留的人不被这样问。
lawful-q-asked_for = 他们说了为什么问吗？
lawful-why-asked_for = 州法允许两种理由。
lawful-q-data_about = 表格问了什么？
lawful-why-data_about = 表格不可以问身份。问出生地是否可以，不太清楚。
lawful-q-topic = 告诉了他们什么？
lawful-why-topic = 法律列出了某些信息。
lawful-q-named_law = 他们说了哪条法律或命令要求这样做吗？
lawful-why-named_law = 只有法律、法院命令或法官的令状要求这样做，才可以。
lawful-q-agreed = { $who ->
    [me] 您同意了吗？
   *[other] 那个人同意了吗？
  }
lawful-why-agreed = 只有书面同意才算。
lawful-q-before_2021 = { $who ->
    [me] 那一天，您有没有下面的情况？
   *[other] 那一天，那个人有没有下面的情况？
  }
lawful-why-before_2021 = 2021 年以前，市里的规定不保护有这些情况的人。州法可能仍然保护。您可以跳过。

lawful-happened-stop = { $who ->
    [me] 我被拦下
   *[other] 那个人被拦下
  }
lawful-happened-hold = { $who ->
    [me] 我被逮捕或扣留
   *[other] 那个人被逮捕或扣留
  }
lawful-happened-handover = { $who ->
    [me] 我被交给 ICE 或其他联邦人员
   *[other] 那个人被交给 ICE 或其他联邦人员
  }
lawful-happened-visit = { $who ->
    [me] 我在关押时，ICE 可以见我、打电话给我或盘问我
   *[other] 那个人在关押时，ICE 可以见面、打电话或盘问
  }
lawful-happened-home = 他们进了住宅，或搜查了人、包或汽车
lawful-happened-building = 联邦人员获准进入市里的建筑、停车场或车库
lawful-happened-helped = 市警察在街上帮助移民人员
lawful-happened-question = 他们问了公民身份或移民身份
lawful-happened-origin = 他们问了出生地或国籍
lawful-happened-threat = 他们因为移民身份威胁或辱骂某人
lawful-happened-form = 表格问了身份
lawful-happened-service = 因为身份被拒绝市里的服务
lawful-happened-information = 他们把释放日期、地址或其他情况告诉了 ICE
lawful-happened-status_shared = 他们把移民身份告诉了别人

lawful-by-police = 芝加哥警察
lawful-by-office = 市里的其他部门
lawful-by-sister = 学校、公交或地铁、公园、公共住房或市立学院
lawful-by-sheriff = 县警长或县监狱
lawful-by-federal = ICE 或其他联邦人员

lawful-menu-year = 年
lawful-menu-month = 月
lawful-menu-day = 日
lawful-month-1 = 1 月
lawful-month-2 = 2 月
lawful-month-3 = 3 月
lawful-month-4 = 4 月
lawful-month-5 = 5 月
lawful-month-6 = 6 月
lawful-month-7 = 7 月
lawful-month-8 = 8 月
lawful-month-9 = 9 月
lawful-month-10 = 10 月
lawful-month-11 = 11 月
lawful-month-12 = 12 月
lawful-day = { $year } 年 { $month } { $day } 日
lawful-about = 大约 { $year } 年 { $month }
lawful-year = { $year } 年的某一天
lawful-day-unknown = 没有人告诉我们的某一天

lawful-answer-reason-traffic = 交通违规
lawful-answer-reason-crime = 他们说刚发生了犯罪
lawful-answer-reason-charge = 还没有结束的刑事指控
lawful-answer-reason-detainer = 拘留请求（detainer）：ICE 要求扣留此人
lawful-answer-reason-immigration_paper = 移民机构的文件或电脑记录
lawful-answer-reason-judge = 法官的令状
lawful-answer-reason-status = 长相、口音，或他们对身份的猜想
lawful-answer-reason-danger = 有人处于危险中
lawful-answer-matter-civil = 只是移民：遣返或找人
lawful-answer-matter-criminal = 犯罪
lawful-answer-matter-mixed = 两者都有
lawful-answer-matter-none = 都不是
lawful-answer-aim-assist = 帮助移民人员
lawful-answer-aim-safety = 保护大家的安全
lawful-answer-hurt-yes = 是
lawful-answer-hurt-no = 否
lawful-answer-named_law-none = 没有，什么也没说
lawful-answer-named_law-statute = 说了，是一条法律
lawful-answer-named_law-court = 说了，是法院的命令
lawful-answer-agreed-no = 没有
lawful-answer-agreed-oral = 同意了，是口头的
lawful-answer-agreed-written = 同意了，是书面的
lawful-answer-stopped-yes = 是
lawful-answer-stopped-no = 否
lawful-answer-before_2021-warrant = 法院有未执行的刑事令状
lawful-answer-before_2021-felony = 有过重罪（felony）定罪
lawful-answer-before_2021-pending = 有未结的重罪（felony）指控
lawful-answer-before_2021-gang = 警方有帮派记录，不论对错
lawful-answer-before_2021-none = 都没有

## The answer

lawful-answer-title = 法律怎么说
lawful-answer-intro = 时间：{ $day }。根据您告诉我们的，这是当时的法律的说法。
lawful-answer-limits = 我们只看关于帮助移民执法的法律。其他法律，例如宪法，可能还有规定。“我们不知道”绝不表示当时合法。
lawful-federal = 市条例和州的 TRUST 法不约束联邦人员。约束他们的是其他法律，例如宪法和联邦法律。这里没有那些法律。请找律师谈。
lawful-sister = 这些机构有自己的管理层，市条例可能不约束它们。请向该机构索取它自己的规定。它的警察可能受州法约束。
lawful-sheriff = 市条例不约束县。州法约束县警长。县有自己的规定，这里没有收录。
lawful-judged = 我们查看了：
lawful-from = 如果是从 { $day }
lawful-until = 到 { $day }：
lawful-term = { $kind ->
    [both] 从 { $from } 到 { $until } 有效
    [until] 有效至 { $until }
   *[from] 从 { $from } 起有效
  }
lawful-term-perhaps-from = 也可能从 { $day } 起
lawful-term-perhaps-until = 也可能只到 { $day }
lawful-term-and = ，

lawful-summary = 简要结论
lawful-word-day = 取决于日期
lawful-word-unlawful = 看来不合法
lawful-word-depends = 取决于我们不知道的情况
lawful-word-required = 有法律要求这样做
lawful-word-allowed = 有法律明文允许
lawful-word-excepted = 属于例外
lawful-word-silent = 这些法律里没有反对的规定
lawful-sentence-unlawful = 当时有效的规定禁止这样做。最后由律师或法院判断。
lawful-sentence-depends = 缺少一些事实，或者法律没有定论。下面说明是哪些，以及怎样查明。
lawful-sentence-required = 当时有效的规定要求他们这样做。
lawful-sentence-allowed = 当时有效的规定说他们可以这样做。
lawful-sentence-excepted = 有规定本来会禁止，但作了例外。其他法律仍可能禁止。
lawful-sentence-silent = 其他法律可能反对。这不表示当时合法。
lawful-layer-city = 市法
lawful-layer-county = 县法
lawful-layer-state = 州法
lawful-layer-federal = 联邦法
lawful-layer-order = 市里和警方的命令
lawful-does-no = 禁止这样做。
lawful-does-must = 要求这样做。
lawful-does-yes = 允许这样做，或作了例外。
lawful-does-may = 可能禁止这样做。
lawful-mark-v = 我们读过原文。
lawful-mark-s = 我们从报道得知，没有读过原文。
lawful-mark-u = 未经证实。请问律师。
lawful-more = 更多，以及法律原文
lawful-not-known = 我们不知道的，以及怎样查明
lawful-would-change = 如果记录显示以下情况不同，结论会改变：
lawful-point = 法律没有定论。律师可以帮助您。
lawful-learn-reason = 请索取逮捕报告、拦截报告和关押记录。理由应当写在里面。也请索取录像。
lawful-learn-paper = 请索取每份文件正反两面的副本，以及警方的拘留请求登记。请找表格编号、法院名称和签名人的职务。
lawful-learn-record = 法院书记官或律师可以查旧案。帮派记录可以用索取记录的信向警方要。
lawful-learn-matter = 请索取调度记录、无线电通话和联邦的请求。里面有警方得到的消息。
lawful-learn-who = 请看徽章、臂章或车号。调度记录写明是哪些警队，谁叫来的。
lawful-learn-law = 请书面询问该机构是哪条法律要求这样做，并索取原文。
lawful-learn-consent = 请找签过名的文件，并向该机构索取副本。
lawful-learn-place = 请索取来访登记、建筑的录像和负责人的报告。
lawful-learn-words = 请索取录像或电话录音。如果是表格，请要一份空白的。
lawful-duties = 他们还必须做下面的事。做了就有记录，您可以索取：

## Where to turn

lawful-where = 您可以做什么
lawful-hears = 关于这件事的投诉交给
lawful-elsewhere = 没有市政府机构受理这类投诉，所以本服务不接收。请打印下面的信，寄给上述机构。
lawful-copy = 副本寄给
lawful-disputed = 由谁受理有争议。2025 年 7 月，两个机构都说不归自己管。2026 年 2 月，市议会讨论了一条新规定，我们没有找到结果。所以请两边都写。
lawful-deadline = 在我们读过的法律里，没有找到这些投诉的时限。可能有时限，法院也有自己的时限。我们不知道录像保存多久。所以请尽快行动。
lawful-do-complaint = 投诉
lawful-do-records = 索取记录
lawful-do-court = 上法院
lawful-outside = 不属于市政府
lawful-own-page = 请在该机构自己的网页上找地址。
lawful-body-inspector_general = 受理对市政人员的投诉。据报道，它的规定说的是非警察人员。它对调查结果保密。
lawful-body-police_oversight = 受理关于警察虐待或威胁人的投诉。2025 年它说帮助 ICE 不归它管。
lawful-body-internal_affairs = 属于警方。到 2026 年 1 月已知的投诉大多送到这里。
lawful-body-attorney_general = 每年收到警方关于拘留请求和联邦请求的报告。它对投诉能做什么，我们没有读到。
lawful-body-sheriff_review = 受理对县警长人员和县监狱的投诉。
lawful-body-sister_inspector = 学校、公园、公共住房和市立学院各有自己的监察长或董事会。
lawful-body-transit_inspector = 受理对 CTA 公交和地铁的投诉。它是州的机构。
lawful-body-police_records = 答复索取警方记录的请求。下面的信就是写给它的。
lawful-body-department_records = 每个机构都有人答复索取记录的请求。
lawful-body-law_department = 市政府的律师。您可以问市里依据哪条法律。他们代表市政府，不代表您。
lawful-body-federal_rights = 受理关于国土安全部侵犯公民权利的投诉。市法管不到该部人员。
lawful-body-federal_inspector = 受理对国土安全部人员的投诉。
lawful-body-court = 据说市条例不给人起诉市政府的权利。据报道，2025 年 12 月的一部州法允许就移民执法中受侵犯的权利起诉。请尽快问律师。

## Letters

lawful-letters = 可以打印的信
lawful-letters-how = 打印一封信，用手填空。您写的内容不会到我们这里。
lawful-letter-records = 信：索取记录
lawful-letter-what-records = 索取报告、录像和文件。
lawful-letter-complaint = 信：投诉
lawful-letter-what-complaint = 写明看来被违反的规定。
lawful-letter-log = 信：索取警方关于 ICE 的报告
lawful-letter-what-log = 索取拘留请求登记和季度报告，不含姓名。
lawful-letter-print = 请打印本页，用手填空，签名，并留一份副本。
lawful-letter-english = 信是英文的，因为该机构用英文。
lawful-letter-never = 信里不要写任何人的移民身份。如果您为某人担心，请让律师寄信。
lawful-told = 您告诉我们的
lawful-change = 更改
lawful-reviewed = 这里的法律最后核对于 { $day }。
lawful-anew = 重新开始

## The poster

rights-title = 您在市政府面前的权利
rights-print = 请把本页打印成海报，Letter 或 A4 纸均可。
rights-headline = { $place }市不问您的身份证件
rights-lead = 这对每个人都适用，受害人和证人也一样。需要帮助请打 911。
rights-line-ask = 市政人员不可以询问、保存或透露您的公民身份或移民身份，除非法律或法院要求，或者您书面同意。
rights-line-form = 市政表格不可以问这个，除非法律或法院要求。
rights-line-hold = 市警察不可以因为移民令状拦下、逮捕或扣留您。
rights-line-handover = 市警察不可以只为移民事务把您交给 ICE。
rights-line-talk = 在移民事务中，市政人员不可以告诉 ICE 您何时获释，或怎样找到您。
rights-line-help = 市警察不可以为移民行动封路或到场支援。
rights-agent = 如果移民人员来了
rights-agent-bound = 市法不约束联邦人员。约束他们的是其他法律。
rights-agent-silent = 您可以问：“我可以走吗？”也可以说您要找律师。
rights-agent-paper = 请要求看文件。法官的令状写有法院名称，有法官签名。I-200 和 I-205 表格不是法官发的。
rights-agent-note = 保持冷静，不要跑，不要推人。记下姓名、机构和时间。
rights-hurt = 如果有人受伤，请先打 911。
rights-foot = 这不是法律意见。

## A complaint without a name

complaint-title = 不用姓名投诉
complaint-intro = 请说出发生了什么。您不用给姓名。谁也不需要知道您是谁。
complaint-promise-sealed = 您的文字一到就会加密。只有处理投诉的机构能打开。本服务打不开。
complaint-promise-code = 您会得到一个 16 位数字的号码，可以用它查看投诉的进展。这个号码我们无法再找回。
complaint-promise-self = 如果不想让人知道您是谁，请不要写姓名，也不要写任何人的移民身份。不要用工作单位的电话或电脑。
complaint-promise-english = 您可以用自己的语言写。该机构用英文工作，翻译可能需要时间。
complaint-against = 投诉谁？
complaint-against-police_member = 芝加哥警察
complaint-against-other_city_agent = 市里的其他部门
complaint-allegation = 关于什么？
complaint-allegation-abuse_or_threat = 因移民身份的虐待、威胁或辱骂
complaint-allegation-assisted_enforcement = 帮助 ICE：扣留、移交、封路、提供情况
complaint-allegation-status_data = 询问、保存或透露身份
complaint-allegation-other = 其他，或我不知道
complaint-text = 发生了什么？
complaint-text-hint = 何时、何地、何人、何事。徽章号或车号有帮助。最多 { $max } 个字符。
complaint-send = 发送投诉
complaint-lacking = { $what ->
    [choice] 请选择投诉谁、关于什么。还没有发送。
    [text] 请写下发生了什么。还没有发送。
    [often] 现在写的人很多。请等一分钟，再发送一次。您的文字还在下面。
   *[long] 文字太长，请缩短。还没有发送。
  }
complaint-closed = 现在这里不能受理投诉。
complaint-not-here = 这里不能受理投诉，因为没有设置能打开投诉的机构的密钥。您可以写信给下面的机构。“这样做合法吗？”可以为您打印一封信。
complaint-elsewhere = 没有市政府机构受理对他们的投诉。所以什么也没有发送，什么也没有保存。下面这些机构受理。您写的内容还在下面，可以复制。
complaint-elsewhere-letter = 回答几个问题，打印一封信
code-title = 您的号码
code-intro = 投诉已经收到。这是它的号码。请现在写下来。
code-note = 下一页请您输入一次，以确认您记下了。有号码的人能看到投诉的进展，但绝看不到内容。
code-noted = 我已经写下来
confirm-title = 请输入您的号码
confirm-intro = 以免丢失。之后您会最后一次看到它，并有可以打印的回执。
confirm-send = 核对号码
confirm-lost = 如果丢了：投诉已经收到，会有人读。但您无法查看进展，谁也找不回号码。
receipt-title = 投诉回执
receipt-print = 请打印本页，或写下号码。它不会再显示。
status-title = 我的投诉怎样了？
status-intro = 请输入 16 位数字的号码。
status-code = 号码
status-send = 查看
status-wrong = 没有投诉用这个号码。请检查数字。
clock-age = { $days ->
    [0] 今天收到。
   *[other] 已经 { $days } 天。
  }
clock-day = 收到日期
clock-to = 交给
clock-copy = 因为由谁受理有争议，副本交给
clock-stage = 阶段
clock-no-content = 投诉内容不会在这里给任何人看。
clock-body-inspector_general = 监察长
clock-body-police_oversight = 警察民间监督机构（COPA）
clock-body-internal_affairs = 警方内务部门
clock-body-attorney_general = 伊利诺伊州总检察长
clock-body-law_department = 法律部门
clock-body-outside_city = 市政府以外的机构
clock-stage-received = 已收到：等待人员处理
clock-stage-routed = 已转交：有人送到了该机构
clock-stage-closed = 已结束
docket-title = 投诉统计
docket-until = 截至 { $day } 收到的投诉：
docket-first = 这个日志是新的。这里按整月统计投诉，第一次在 { $day }。
docket-rule = 从 1 到小于 { $number } 的数字不显示，以免数字指向某个人。如果能推算出来，其他数字也会隐藏。
docket-fewer = 少于 { $number }
docket-withheld = 不显示
docket-bodies = 按机构
docket-stages = 按阶段
docket-ages = 按时间长短
docket-age = 时间
docket-number = 投诉数
docket-age-month = 不到 30 天
docket-age-quarter = 30 到 89 天
docket-age-half = 90 到 179 天
docket-age-longer = 180 天或更长
