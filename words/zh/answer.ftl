### Answers, the long form of a question, and the pages around them.

# The five words. No, Yes and Ask first are what an officer hears.
word-no = 不行
word-ask = 先问
word-must = 必须
word-yes = 可以
word-silent = 这些法律都不禁止

sentence-no = 法律不允许这样做。
sentence-no-order = 市政府的命令或指引说不行。其效力低于条例。
sentence-must-order = 市政府的命令或指引要求这样做。其效力低于条例。
sentence-ask = 现在还不能回答。行动之前，请先弄清下面问的事。
sentence-must = 法律要求这样做。
sentence-authorised = 法律明文允许这样做。
sentence-excepted = 法律本来会禁止，但有一个例外成立。
sentence-silent = 别的法律可能禁止。这不是许可。

layer-city = 市
layer-county = 县
layer-state = 州
layer-federal = 联邦
layer-order = 命令，低于条例

mark-read = 读过条文
mark-part = 只读过部分条文
mark-reported = 从报道中知道，没有读到条文
mark-unverified = 未核实：请问律师

does-prohibits = 不允许
does-requires = 要求这样做
does-authorises = 明文允许
does-refers = 交给人来决定
does-excepted = 本来适用，但有一个例外成立
does-undetermined = 可能适用：要看还不知道的情况
does-not-met = 管不到这件事
does-not-encoded = 这里没有它那一天的条文

holds-yes = 是
holds-no = 否
holds-unknown = 未知
holds-error = 算不出来

answer-next = 下一步
answer-why = 为什么
answer-english = 这里的英文是 Haven 所读到的法律，或是原文，或是概述，没有译成中文。
answer-find-out = 先弄清
answer-change = 什么会改变答案
answer-notes = 还要知道
answer-unread = 条文没有全部读到。请问律师。
answer-unread-which = 以下条文没有全部读到，请问律师：
answer-aside = 看过，不适用（{ $count }）
answer-uncertain = 不能确定当时有效的是哪个版本
answer-see-also = 另见
answer-conditions = 条件
answer-conditions-whole = 条件，以及用平常话说的全部内容
answer-or = 或
answer-reviewed = 审查到 { $day } 为止。

receipt-kept = 已于 { $time } 记录。
receipt-number = 决定
receipt-nobody = 没有留下记录：没有人登录。
receipt-role = 没有记录：您的角色只能查看。
receipt-no-agency = 没有留下记录：请填写您的机构，再问一次。
receipt-no-register = 没有留下记录：本服务不设登记册。
receipt-failed = 没有留下记录：写不进去。请把您得到的答复告诉主管。

form-agency = 机构
form-your-agency = 您的机构
form-agency-hint = 输入名称的开头，全称或简称都行，然后选择。不知道就留空。
form-not-named = 没有填写
form-not-listed = 不在名单上
form-day = 日期
form-day-hint = 按这一天的法律回答。
form-know = 您知道什么？
form-change = 修改一个回答
form-answer = 看答案
form-again = 重新看答案
form-more = 其他可能有关的（{ $count }）
form-error = 这一项读不出来
form-unknown = 我不知道
form-follows = 按机构名称判断
form-number = 填整数。不知道就留空。
form-checks = 适用的都勾上。一个都不勾，表示：我不知道。
form-meanings = 每个回答的意思
form-meanings-leads = 每个回答的意思，以及会得出什么
form-needed = 需要它的条款：

questions-title = 所有问题
questions-intro = 先问，再行动。Haven 根据 { $place } 的《欢迎之城条例》（Welcoming City ordinance）和它上面的法律回答：不行、可以或先问，并给出条款和下一步。
questions-kinds = 问题的种类
questions-try = 第一次来？可以试试
questions-what = 您想做什么？

try-says = 法律怎么说
try-act = 行为，以及假定的情况
try-why = 看为什么
try-unknown = 还不知道的
try-never = 未知永远不会变成“可以”。打开一个问题，回答您知道的：答案会跟着变。

problem-missing = 没有这个页面
problem-missing-text = 地址可能打错了，也可能这个问题现在换了名字。
problem-long = 内容太多，读不了
problem-long-text = 一个问题只有几个字。请从列表里重新选。
problem-failed = Haven 没能做到
problem-failed-text = 请问您的主管，并告诉管理本服务的人。
problem-forbidden = 这个页面不对您开放
problem-forbidden-text = 您的角色打不开它。谁可以打开，请问给您登记的人。
problem-unread = Haven 读不出来
problem-unread-text = 您来自的那个页面可能旧了，或改过了。请从列表里重新选问题。

reports-title = 报告
reports-heading = 报告和公开日志
reports-intro = 根据 { $place } 的登记册编成。每个数字都说明是怎么得来的，并能打开它背后的条目。
reports-quarterly = 季度报告
reports-none = 有条目的季度都还没有结束。
reports-public = 公开页面，按年份
reports-small = 很小的数目不显示，这样就没有数字会指向某一个人。
reports-log = 日志
reports-check = 任何人都可以检查，里面没有东西被改过或拿走：
reports-closed = 已关闭
reports-unpublished = 还没有公布任何内容
reports-published = 已公布 { $count } 条，
reports-checkpoint = 检查点

# A day in words; months by their number.
day = { $year }年{ $month }{ $day }日
month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月
