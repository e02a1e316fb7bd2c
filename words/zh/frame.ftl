### What every page says around its content.

frame-skip = 跳到正文
frame-hurt = 如果有人受伤或有危险：
frame-help-first = 先救人。
frame-nav = 页面
frame-languages = 语言
frame-unreviewed = 这些文字由机器写成和检查，没有人审核过。以英文文本为准。
frame-about = 关于本服务
frame-no-advice = 这不是法律意见。
frame-decides = Haven 只按引用的条款作判断。条款没有定下来的问题，它会说明，由市的律师回答。
frame-no-names = Haven 不保存任何人的姓名，也不保存任何人的移民身份。
frame-pack = 法律包
frame-design = 设计：
frame-ask = 提问
frame-questions = 所有问题
frame-paper = 一份文书
frame-residents = 当时合法吗？
frame-law = 法律
frame-reports = 报告
frame-desk = 工作台
frame-release = 发出
frame-log = 决定
frame-sign-in = 登录
