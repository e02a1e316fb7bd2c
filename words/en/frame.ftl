### What every page says around its content.

frame-skip = Skip to the content
frame-hurt = If anyone is hurt or in danger:
frame-help-first = help first.
frame-nav = Pages
frame-languages = Languages
frame-unreviewed = These words were made and checked by a machine. No person has reviewed them. The English text governs.
frame-about = About this service
frame-no-advice = Not legal advice.
frame-decides = Haven decides by cited provisions only. Where they leave a question open it says so, and the city’s lawyers answer.
frame-no-names = Haven keeps no name and no immigration status of anybody.
frame-pack = Law pack
frame-design = Design:
frame-ask = Ask
frame-questions = All questions
frame-paper = A paper
frame-residents = Was it lawful?
frame-law = The law
frame-reports = Reports
frame-desk = Desk
frame-release = Release
frame-log = Decisions
frame-sign-in = Sign in
