### Answers, the long form of a question, and the pages around them.

# The five words. No, Yes and Ask first are what an officer hears.
word-no = NO
word-ask = ASK FIRST
word-must = YOU MUST
word-yes = YES
word-silent = NOTHING IN THESE LAWS STOPS THIS

sentence-no = The law does not allow it.
sentence-no-order = A city order or guideline says no. It stands below the ordinance.
sentence-must-order = A city order or guideline asks for it. It stands below the ordinance.
sentence-ask = It cannot be answered yet. Find out what is asked below before you act.
sentence-must = The law requires it.
sentence-authorised = The law allows it in words.
sentence-excepted = The law would stop it, but an exception holds.
sentence-silent = Other law may. This is not a permission.

layer-city = City
layer-county = County
layer-state = State
layer-federal = Federal
layer-order = Order, below the ordinance

mark-read = text read
mark-part = text read in part
mark-reported = known from reports, text not read
mark-unverified = not verified: ask counsel

does-prohibits = does not allow it
does-requires = requires it
does-authorises = allows it in words
does-refers = leaves it to a person
does-excepted = would apply, but an exception holds
does-undetermined = may apply: it depends on what is not known
does-not-met = does not reach it
does-not-encoded = its text of that day is not held here

holds-yes = yes
holds-no = no
holds-unknown = not known
holds-error = cannot be worked out

answer-next = Next
answer-why = Why
answer-english = What stands here in English is the law as Haven read it, in its own words or restated. It was not translated.
answer-find-out = Find out first
answer-change = What would change it
answer-notes = Good to know
answer-unread = Not all of the text was read. Ask counsel.
answer-unread-which = Ask counsel about what was not read in full:
answer-aside = Looked at, and does not apply ({ $count })
answer-uncertain = it is uncertain which version was in force
answer-see-also = See also
answer-conditions = Conditions
answer-conditions-whole = Conditions, and the whole of it in plain words
answer-or = or
answer-reviewed = Reviewed up to { $day }.

receipt-kept = Recorded at { $time }.
receipt-number = Decision
receipt-nobody = No record was made: nobody is signed in.
receipt-role = No record was made: your role only reads.
receipt-no-agency = No record was made: name your agency, and ask again.
receipt-no-register = No record was made: this service keeps no register.
receipt-failed = NO RECORD WAS MADE: it could not be written. Tell your supervisor what you were told.

form-agency = Agency
form-your-agency = Your agency
form-agency-hint = Start typing the name, in full or short, and choose. Leave it empty if you don’t know.
form-not-named = not named
form-not-listed = not on the list
form-day = Day
form-day-hint = The law of this day answers.
form-know = What do you know?
form-change = Change an answer
form-answer = Answer
form-again = Answer again
form-more = More that can matter ({ $count })
form-error = This could not be read
form-unknown = I don’t know
form-follows = As the agency’s name says
form-number = A whole number. Leave it empty if you don’t know.
form-checks = Tick every one that applies. Nothing ticked means: I don’t know.
form-meanings = What each answer means
form-meanings-leads = What each answer means, and where it leads
form-needed = Needed by

questions-title = All questions
questions-intro = Ask before you act. Haven answers from { $place }’s Welcoming City law and the laws above it: no, yes or ask first, with the clause and the next step.
questions-kinds = Kinds of question
questions-try = New here? Things to try
questions-what = What do you want to do?

try-says = What the law says
try-act = The act, and what is taken as given
try-why = See why
try-unknown = What is not known
try-never = Unknown never becomes a yes. Open a question and answer what you know: the answer changes with it.

problem-missing = There is no such page
problem-missing-text = The address may be mistyped, or the question may have another name now.
problem-long = That is too much to read
problem-long-text = A question is a few words. Choose it again from the list.
problem-failed = Haven could not do this
problem-failed-text = Ask your supervisor, and tell whoever runs this service.
problem-forbidden = This page is not for you
problem-forbidden-text = Your role does not open it. Whoever enrolled you can say who may.
problem-unread = Haven could not read this
problem-unread-text = The page it came from may be old or changed. Choose the question again from the list.

reports-title = Reports
reports-heading = Reports and the public log
reports-intro = Built from { $place }’s register. Every figure says how it was obtained and opens the entries behind it.
reports-quarterly = Quarterly reports
reports-none = No quarter with entries is over yet.
reports-public = Public pages, by year
reports-small = Small counts are not shown, so that no figure points at one person.
reports-log = The log
reports-check = Anyone can check that nothing in it was changed or taken out:
reports-closed = closed
reports-unpublished = nothing published yet
reports-published = { $count } entries published,
reports-checkpoint = checkpoint

# A day in words; months by their number.
day = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
