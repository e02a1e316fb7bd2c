### 法律：每一条规定、它的各个版本和案例。

lawbook-title = 法律
lawbook-intro = Haven 在 { $place } 依据这些法律和上级法律作答。每条规定都用浅白的话说明，旁边是法律原文。
lawbook-english = 法律条文是英文，因为我们只读过英文原文。
lawbook-version = 今天有效的版本
lawbook-from = 自 { $day } 起
lawbook-until = 到 { $day } 为止
lawbook-no-version = 这里没有收录有效的版本
lawbook-provisions = 条文
lawbook-reviewed = 审阅者和日期
lawbook-official = 官方文本
lawbook-coverage = 这里收录了什么，没有收录什么
lawbook-trail = 所在位置
lawbook-not-in-force = 无效

lawbook-no-such = 这里没有这条规定
lawbook-no-such-text = 它可能叫别的名字，或者它所在的法律没有收录在这里。这里没有，不等于不存在。
lawbook-near = 相近的名称

# 以“今天：”或“2020-06-15：”开头的句子。
lawbook-today = 今天：
lawbook-on = { $day }：
lawbook-in-force = 有效。
lawbook-uncertain = 不能确定当时哪个版本有效。Haven 会分别查问每个版本，结果不同时要求先问清楚。
lawbook-ended = 已经失效。以下是它最后的内容。
lawbook-not-yet = 尚未生效。当时还没有这部法律。以下是它最初的内容。
lawbook-before-unknown = 不清楚。当时有或可能有更早的法律，但这里没有收录。Haven 要求先问清楚。以下是这里最早的文本。
lawbook-later = 尚未生效。它是后来才加入这部法律的。以下是它最初的内容。
lawbook-see-today = 查看今天的内容
lawbook-uncertain-from = 它可能自 { $day } 起就已生效。确切日期没有查到。

lawbook-plain = 浅白说明
lawbook-quoted = 法律原话
lawbook-no-text = 这里没有收录它的文本。
lawbook-no-quotes = 这里没有引用原话。
lawbook-source = 出处

lawbook-does = 它的作用
lawbook-prohibits = 不允许
lawbook-authorises = 明文允许
lawbook-requires = 要求
lawbook-refers = 交由人来决定
lawbook-cautions = 要求谨慎，并交由人来决定
lawbook-advises = 增加步骤，不作决定
lawbook-when = 当以下各项都成立时
lawbook-always = 任何时候
lawbook-except = 以下情况除外
lawbook-asks = 需要由人回答的问题
lawbook-follows = 随之要做的事
lawbook-only = 仅适用于：{ $whom }
lawbook-overlaps = 以下规定也禁止：
lawbook-frees = 使某些行为不受以下规定约束
lawbook-no-rule = 它本身没有规则，要和旁边的条文一起读。
lawbook-below = 它下面的条文

lawbook-versions = 版本
lawbook-known-from = 依据
lawbook-day = 查看另一天的法律
lawbook-show = 显示
lawbook-changed = { $day } 的改动
lawbook-changed-nothing = 只是相关的法律变了，它本身的内容没有变。
lawbook-out = 删去：
lawbook-out-end = （删去部分结束）
lawbook-put = 加入：
lawbook-put-end = （加入部分结束）

lawbook-cases = 案例
lawbook-cases-text = 这些虚构的案例用来检验法律，每个案例都有必须得出的答案。
lawbook-asked-of = 只查问了这些法律：{ $layers }。
lawbook-whole = 查看完整答案
lawbook-no-cases = 没有案例指明由这条规定作出决定。
lawbook-more-cases = 更多案例（{ $count }）

lawbook-lately = 它最近决定了什么
lawbook-counted-from = 自 { $day } 起
lawbook-counted-until = 到 { $day }。
lawbook-small = 小的数字不显示，这样任何数字都不会指向某一个人。
lawbook-decided-none = 没有记录显示它作过决定。
lawbook-total = 总数
lawbook-latest = 最近的决定
lawbook-answer = 答案
lawbook-fewer = 少于 { $count }
lawbook-withheld = 不显示
