### What residents read: "Was it lawful?", the poster, complaints without a name.
###
### Keys end in words of law/<jurisdiction>/residents.toml and bodies.toml: lawful-happened-{id}, lawful-by-{id},
### lawful-q-{question}, lawful-why-{question}, lawful-answer-{list}-{id}, lawful-learn-{id}, lawful-body-{id},
### lawful-letter-{id}, lawful-letter-what-{id}, rights-line-{id}, complaint-against-{word}, complaint-allegation-{word},
### clock-body-{word}; or in words of the service: lawful-who-, lawful-word-, lawful-sentence-, lawful-layer-, lawful-does-,
### lawful-mark-, lawful-do-, lawful-month-, clock-stage-, docket-age-.

## Every page

lawful-leave = Leave this page
lawful-unknown = I don’t know
lawful-continue = Continue
lawful-back = Back
lawful-go-on = Go on in another language. Your answers stay.
lawful-problem = { $what ->
    [often] Too many tries just now
    [foreign] We could not read this page
   *[failed] This did not work
  }
lawful-problem-do = { $what ->
    [often] Wait a few minutes and try again. Nothing is lost.
    [foreign] The page may be old. Start again below.
   *[failed] Nothing was kept. Try again later, or write to the body by letter.
  }

## Was it lawful?

lawful-title = Was it lawful?
lawful-intro = Did police or another city office in { $place } stop, hold or question someone, or help immigration agents? Answer a few questions. You learn what the law of that day says, and what you can do.
lawful-promise-kept = We keep nothing. We do not ask your name. Close the page and your answers are gone.
lawful-promise-status = We do not ask about anyone’s immigration status. You do not need to tell us.
lawful-promise-advice = This is not legal advice. It does not replace a lawyer.
lawful-step = Question { $number }
lawful-wrong = { $what ->
    [future] That date has not come yet. Please choose another. Your other answers are kept.
    [early] We do not have the law of a time so long ago. Please choose a later year. Your other answers are kept.
    [none] There is no such day. Please choose another. Your other answers are kept.
    [year] Please choose the year too, or leave the date open. Your other answers are kept.
    [month] Please choose the month too, or leave the day open. Your other answers are kept.
    [page] Part of the page could not be read. It may be old. Please go on from here. Your other answers are kept.
   *[answer] Please choose an answer. Your other answers are kept.
  }
lawful-many = Choose all that fit.
lawful-many-unknown = Choose all that fit. If you choose nothing, we take it that you don’t know.

lawful-who-me = It happened to me
lawful-who-family = It happened to someone in my family
lawful-who-witness = I saw it
lawful-who-lawyer = I am their lawyer or helper

lawful-q-who = Who are you?
lawful-why-who = This changes the words we use. It does not change the law.
lawful-q-happened = { $who ->
    [me] What happened to you?
    [family] What happened to your family member?
    [witness] What did you see?
   *[lawyer] What happened to your client?
  }
lawful-why-happened = Each thing is looked at alone.
lawful-q-by = Who did it?
lawful-why-by = Each law binds other people. If city police handed the person to federal agents, choose the police.
lawful-q-when = When was it?
lawful-why-when = The law has changed. Choose what you know, and leave the rest. If it went on for some days, choose the first.
lawful-q-stop_reason = What reason was there for the stop?
lawful-why-stop_reason = A stop may rest on some reasons and not on others. Choose what was said or written.
lawful-q-hold_reason = What reason was there for the holding?
lawful-why-hold_reason = Choose every reason that was said or written. One bad reason may be enough to break the law.
lawful-q-search_reason = What reason was there for the search?
lawful-why-search_reason = Choose what was said or written.
lawful-q-paper = Was there a paper? What did it look like?
lawful-why-paper = A paper from immigration officers is not a paper from a judge. Look at the form number in the corner.
lawful-q-signer = Who signed the paper?
lawful-why-signer = Read the title under the name. An “immigration judge” is not a judge of a court.
lawful-q-asker = Who asked for it, or who got it?
lawful-why-asker = Some rules name ICE. Others name every federal agency.
lawful-q-matter = What was it about?
lawful-why-matter = City and state law set limits on help with immigration. They leave police work on crime alone.
lawful-q-use = What did they use the place for?
lawful-why-use = Some uses are barred. Sitting in a public room is not.
lawful-q-aim = What were the police there for, as far as you could see?
lawful-why-aim = Helping the agents is barred. Keeping people safe may not be.
lawful-q-hurt = Was anyone hurt or in danger?
lawful-why-hurt = Help for people comes first, under every law.
lawful-q-stopped = { $who ->
    [me] Were you stopped or held when they asked?
   *[other] Was the person stopped or held when they asked?
  }
lawful-why-stopped = State law protects people who are stopped or held from this question.
lawful-q-asked_for = Did they say why they asked?
lawful-why-asked_for = Two reasons are allowed by state law.
lawful-q-data_about = What did the form ask?
lawful-why-data_about = A form may not ask about status. Place of birth is less clear.
lawful-q-topic = What was told to them?
lawful-why-topic = The law names some kinds of information.
lawful-q-named_law = Did they name a law or an order that made them do it?
lawful-why-named_law = Only a law, a court order or a judge’s warrant that requires it can allow it.
lawful-q-agreed = { $who ->
    [me] Did you agree to it?
   *[other] Did the person agree to it?
  }
lawful-why-agreed = Only written consent counts.
lawful-q-before_2021 = { $who ->
    [me] Was one of these true of you on that day?
   *[other] Was one of these true of the person on that day?
  }
lawful-why-before_2021 = Before 2021 the city’s rule did not protect people in these cases. State law may still have. You may skip this.

lawful-happened-stop = { $who ->
    [me] I was stopped
   *[other] The person was stopped
  }
lawful-happened-hold = { $who ->
    [me] I was arrested or held
   *[other] The person was arrested or held
  }
lawful-happened-handover = { $who ->
    [me] I was handed to ICE or other federal agents
   *[other] The person was handed to ICE or other federal agents
  }
lawful-happened-visit = { $who ->
    [me] ICE could see, call or question me in custody
   *[other] ICE could see, call or question the person in custody
  }
lawful-happened-home = They came into a home, or searched a person, bag or car
lawful-happened-building = Federal agents were let into a city building, lot or garage
lawful-happened-helped = City police helped immigration agents on the street
lawful-happened-question = They asked about citizenship or immigration status
lawful-happened-origin = They asked about place of birth or nationality
lawful-happened-threat = They threatened or insulted someone over immigration status
lawful-happened-form = A form asked about status
lawful-happened-service = A city service was refused because of status
lawful-happened-information = They gave ICE a release date, an address or other facts
lawful-happened-status_shared = They told someone about immigration status

lawful-by-police = Chicago police
lawful-by-office = Another city office
lawful-by-sister = A school, bus or train, park, public housing or city college
lawful-by-sheriff = The county sheriff or the county jail
lawful-by-federal = ICE or other federal agents

lawful-menu-year = Year
lawful-menu-month = Month
lawful-menu-day = Day
lawful-month-1 = January
lawful-month-2 = February
lawful-month-3 = March
lawful-month-4 = April
lawful-month-5 = May
lawful-month-6 = June
lawful-month-7 = July
lawful-month-8 = August
lawful-month-9 = September
lawful-month-10 = October
lawful-month-11 = November
lawful-month-12 = December
lawful-day = { $day } { $month } { $year }
lawful-about = about { $month } { $year }
lawful-year = some day in { $year }
lawful-day-unknown = a day that nobody told us

lawful-answer-reason-traffic = A traffic offence
lawful-answer-reason-crime = They said a crime had just been done
lawful-answer-reason-charge = A criminal charge that was still open
lawful-answer-reason-detainer = A detainer: ICE asked to hold the person
lawful-answer-reason-immigration_paper = A paper or computer hit from immigration
lawful-answer-reason-judge = A warrant from a judge
lawful-answer-reason-status = How the person looks or speaks, or what they thought of status
lawful-answer-reason-danger = Someone was in danger
lawful-answer-matter-civil = Immigration only: to deport or to find people
lawful-answer-matter-criminal = A crime
lawful-answer-matter-mixed = Both
lawful-answer-matter-none = Neither of these
lawful-answer-aim-assist = To help the agents
lawful-answer-aim-safety = To keep people safe
lawful-answer-hurt-yes = Yes
lawful-answer-hurt-no = No
lawful-answer-named_law-none = No, nothing was named
lawful-answer-named_law-statute = Yes, a law
lawful-answer-named_law-court = Yes, an order of a court
lawful-answer-agreed-no = No
lawful-answer-agreed-oral = Yes, by word of mouth
lawful-answer-agreed-written = Yes, in writing
lawful-answer-stopped-yes = Yes
lawful-answer-stopped-no = No
lawful-answer-before_2021-warrant = A court had an open criminal warrant
lawful-answer-before_2021-felony = There had been a felony conviction
lawful-answer-before_2021-pending = A felony charge was open
lawful-answer-before_2021-gang = The police had a gang entry, right or wrong
lawful-answer-before_2021-none = None of these

## The answer

lawful-answer-title = What the law says
lawful-answer-intro = The time: { $day }. This is what the law of that time says, from what you told us.
lawful-answer-limits = We look only at the laws on help with immigration. Other law, such as the Constitution, may say more. “We don’t know” never means that it was lawful.
lawful-federal = Federal agents are not bound by the city’s ordinance or by the state’s TRUST Act. Other law binds them, such as the Constitution and federal law. We do not hold that law here. Talk to a lawyer.
lawful-sister = These offices have boards of their own. The city’s ordinance may not bind them. Ask for the office’s own rule. Its police may be bound by state law.
lawful-sheriff = The city’s ordinance does not bind the county. State law binds the sheriff. The county has a rule of its own, which we do not hold here.
lawful-judged = We looked at:
lawful-from = If it was from { $day }
lawful-until = to { $day }:
lawful-term = { $kind ->
    [both] in force from { $from } to { $until }
    [until] in force until { $until }
   *[from] in force from { $from }
  }
lawful-term-perhaps-from = perhaps already from { $day }
lawful-term-perhaps-until = perhaps only until { $day }
lawful-term-and = ,{" "}

lawful-summary = In short
lawful-word-day = It depends on the day
lawful-word-unlawful = It looks unlawful
lawful-word-depends = It depends on what we don’t know
lawful-word-required = A law required it
lawful-word-allowed = A law allowed it in words
lawful-word-excepted = An exception held
lawful-word-silent = Nothing in these laws speaks against it
lawful-sentence-unlawful = A rule that was in force forbids this. A lawyer or a court has the last word.
lawful-sentence-depends = Some facts are missing, or the law leaves the point open. Below you see which, and how to learn them.
lawful-sentence-required = A rule that was in force told them to do this.
lawful-sentence-allowed = A rule that was in force says that they may do this.
lawful-sentence-excepted = A rule would forbid this, but it makes an exception. Other law may still forbid it.
lawful-sentence-silent = Other law may. This does not mean that it was lawful.
lawful-layer-city = City law
lawful-layer-county = County law
lawful-layer-state = State law
lawful-layer-federal = Federal law
lawful-layer-order = City and police orders
lawful-does-no = forbids this.
lawful-does-must = requires this.
lawful-does-yes = allows this, or makes an exception.
lawful-does-may = may forbid this.
lawful-mark-v = We read the text.
lawful-mark-s = We know it from reports, not from the text.
lawful-mark-u = Not confirmed. Ask a lawyer.
lawful-more = More, and the words of the law
lawful-not-known = What we don’t know, and how to learn it
lawful-would-change = This changes if the records show something else about:
lawful-point = The law leaves this open. A lawyer can help.
lawful-learn-reason = Ask for the arrest report, the stop report and the custody log. The reason must be in them. Ask for the video too.
lawful-learn-paper = Ask for a copy of every paper, front and back, and for the police log of detainers. Look for a form number, a court’s name and the title of who signed.
lawful-learn-record = A court clerk or a lawyer can look up old cases. For a gang entry, ask the police for it in a records request.
lawful-learn-matter = Ask for the dispatch record, the radio calls and the federal request. They say what the police were told.
lawful-learn-who = Look for a badge, a patch or a car number. The dispatch record names the units and who called them.
lawful-learn-law = Ask the office in writing which law made them do it. Ask for the text.
lawful-learn-consent = Look for a paper that was signed. Ask the office for its copy.
lawful-learn-place = Ask for the visitor log, the building’s camera video and the report of the person in charge.
lawful-learn-words = Ask for the video or the call recording. For a form, ask for a blank copy.
lawful-duties = They also had to do this. It leaves a record that you can ask for:

## Where to turn

lawful-where = What you can do
lawful-hears = A complaint about this goes to
lawful-elsewhere = No city office hears this, so this service takes no complaint about it. Print the letter below and send it there.
lawful-copy = Send a copy to
lawful-disputed = It is disputed who hears this. In July 2025 both offices pointed away from themselves. A new rule was before the council in February 2026. We did not find the result. So write to both.
lawful-deadline = We found no time limit for these complaints in the laws we read. There may be one, and a court has its own. We don’t know how long video is kept. So act soon.
lawful-do-complaint = To complain
lawful-do-records = To get the records
lawful-do-court = To go to court
lawful-outside = Not part of the city
lawful-own-page = Find the address on the office’s own page.
lawful-body-inspector_general = Hears complaints about city staff. As reported, its rule speaks of staff who are not police. It keeps what it finds secret.
lawful-body-police_oversight = Hears complaints that police abused or threatened someone. In 2025 it said that help for ICE was not its job.
lawful-body-internal_affairs = Part of the police. Most of the complaints known by January 2026 were sent here.
lawful-body-attorney_general = Gets a yearly report from police on detainers and federal requests. What it can do about a complaint, we did not read.
lawful-body-sheriff_review = Hears complaints about the sheriff’s staff and the county jail.
lawful-body-sister_inspector = Schools, parks, public housing and city colleges each have an inspector general or a board.
lawful-body-transit_inspector = Hears complaints about CTA buses and trains. It is an office of the state.
lawful-body-police_records = Answers requests for police records. The letter below is for this office.
lawful-body-department_records = Each office has someone who answers requests for records.
lawful-body-law_department = The city’s lawyers. You can ask them which law the city goes by. They act for the city, not for you.
lawful-body-federal_rights = Takes complaints about civil rights in Homeland Security. City law does not reach its agents.
lawful-body-federal_inspector = Takes complaints about staff of Homeland Security.
lawful-body-court = The city’s ordinance is said to give no right to sue the city. A state law of December 2025 is reported to let people sue over rights broken in immigration enforcement. Ask a lawyer soon.

## Letters

lawful-letters = Letters to print
lawful-letters-how = Print a letter and fill in the blanks by hand. Nothing that you write comes to us.
lawful-letter-records = Letter: ask for the records
lawful-letter-what-records = For reports, video and papers.
lawful-letter-complaint = Letter: complain
lawful-letter-what-complaint = With the rules that look broken.
lawful-letter-log = Letter: ask for the police reports on ICE
lawful-letter-what-log = For the detainer log and the quarterly report, without names.
lawful-letter-print = Print this page. Fill in the blanks by hand, sign it and keep a copy.
lawful-letter-english = The letter is in English, because the office reads English.
lawful-letter-never = Do not write about anyone’s immigration status in it. If you fear for someone, let a lawyer send it.
lawful-told = What you told us
lawful-change = Change
lawful-reviewed = The law here was last reviewed on { $day }.
lawful-anew = Start again

## The poster

rights-title = Your rights with the city
rights-print = Print this page as a poster, on Letter or A4.
rights-headline = The City of { $place } does not ask for your papers
rights-lead = This holds for everyone: for victims and for witnesses too. Call 911 if you need help.
rights-line-ask = City staff may not ask for your citizenship or immigration status. They may not keep it or share it. The only exceptions: a law or a court requires it, or you agree in writing.
rights-line-form = City forms may not ask for it, unless a law or a court requires it.
rights-line-hold = City police may not stop, arrest or hold you on an immigration warrant.
rights-line-handover = City police may not hand you to ICE only for immigration.
rights-line-talk = In an immigration matter, city staff may not tell ICE when you get out, or how to reach you.
rights-line-help = City police may not block streets or give help on the spot for an immigration operation.
rights-agent = If an immigration agent comes
rights-agent-bound = Federal agents are not bound by the city’s law. Other law binds them.
rights-agent-silent = You can ask: “Am I free to go?” and say that you want a lawyer.
rights-agent-paper = Ask to see the paper. A judge’s warrant names a court and bears a judge’s signature. Forms I-200 and I-205 are not from a judge.
rights-agent-note = Stay calm. Do not run or push. Write down the names, the agency and the time.
rights-hurt = If anyone is hurt, call 911 first.
rights-foot = Not legal advice.

## A complaint without a name

complaint-title = Complain without your name
complaint-intro = Tell what happened. You do not give a name. No one needs to know who you are.
complaint-promise-sealed = Your text is locked as soon as it comes. Only the office that handles complaints can open it. This service cannot.
complaint-promise-code = You get a number with 16 digits. With it you can see how your complaint stands. We cannot find the number again.
complaint-promise-self = Leave out your name and anyone’s immigration status if you want to stay unknown. Do not use a work phone or a work computer.
complaint-promise-english = Write in your own language if you like. The office works in English and may need time to translate.
complaint-against = Who is it about?
complaint-against-police_member = Chicago police
complaint-against-other_city_agent = Another city office
complaint-allegation = What is it about?
complaint-allegation-abuse_or_threat = Abuse, a threat or an insult over immigration status
complaint-allegation-assisted_enforcement = Help for ICE: holding, handing over, blocking streets, telling them things
complaint-allegation-status_data = Asking for, keeping or sharing status
complaint-allegation-other = Something else, or I don’t know
complaint-text = What happened?
complaint-text-hint = When, where, who, what. Badge or car numbers help. At most { $max } characters.
complaint-send = Send the complaint
complaint-lacking = { $what ->
    [choice] Please choose whom and what it is about. Nothing was sent yet.
    [text] Please write what happened. Nothing was sent yet.
    [often] Many people write just now. Wait a minute, then send it again. Your text is still below.
   *[long] The text is too long. Please make it shorter. Nothing was sent yet.
  }
complaint-closed = Complaints cannot be taken here just now.
complaint-not-here = Complaints cannot be taken here, because no key of an office that could open them is set up. You can write to these offices. “Was it lawful?” prints a letter for you.
complaint-elsewhere = No city office hears complaints about them. So nothing was sent or kept. These offices hear them. What you wrote is still below: you can copy it.
complaint-elsewhere-letter = Answer a few questions and print a letter
code-title = Your number
code-intro = The complaint has come in. This is its number. Write it down now.
code-note = On the next page you type it once, to be sure that you have it. Who has the number can see how the complaint stands, but never what is in it.
code-noted = I have written it down
confirm-title = Type your number
confirm-intro = So that you do not lose it. After this you see it one last time, with a receipt to print.
confirm-send = Check the number
confirm-lost = If you have lost it: the complaint is in and will be read. You cannot follow it, and nobody can find the number again.
receipt-title = Receipt for a complaint
receipt-print = Print this page or write the number down. It is not shown again.
status-title = How does my complaint stand?
status-intro = Type the number with 16 digits.
status-code = Number
status-send = Look
status-wrong = No complaint has this number. Check the digits.
clock-age = { $days ->
    [0] It came today.
    [one] It is { $days } day old.
   *[other] It is { $days } days old.
  }
clock-day = Day it came
clock-to = Goes to
clock-copy = Copy to, because it is disputed who hears it
clock-stage = Stage
clock-no-content = What is in it is shown to nobody here.
clock-body-inspector_general = Inspector General
clock-body-police_oversight = Civilian oversight of police (COPA)
clock-body-internal_affairs = Internal affairs of the police
clock-body-attorney_general = Attorney General of Illinois
clock-body-law_department = Law department
clock-body-outside_city = A body outside the city
clock-stage-received = Received: it waits for a person
clock-stage-routed = Sent on: a person has passed it to the office
clock-stage-closed = Closed
docket-title = Complaints in numbers
docket-until = Complaints that came up to { $day }:
docket-first = This log is new. Complaints are counted here by whole months, the first time on { $day }.
docket-rule = Numbers from 1 to below { $number } are not shown, so that no number points at a person. Where such a number could be worked out, others are held back too.
docket-fewer = fewer than { $number }
docket-withheld = held back
docket-bodies = By office
docket-stages = By stage
docket-ages = By age
docket-age = Age
docket-number = Complaints
docket-age-month = less than 30 days
docket-age-quarter = 30 to 89 days
docket-age-half = 90 to 179 days
docket-age-longer = 180 days or more
