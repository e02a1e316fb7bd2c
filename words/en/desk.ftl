### The supervisor's desk.
# watch-state-{state} says how something stands; watch-next-{step} what to do next; watch-lack-{lack} and watch-gap-{gap} what
# is missing, with what to do about it as .next; watch-kind-{kind} names a kind of entry of law/register.toml, watch-field-{field}
# a field of one, watch-list-{list}-{word} a word of one of its closed lists.

watch-title = Desk
watch-unstated = no station stated
watch-all-stations = All stations
watch-of = watch { $name }
watch-nav = What to do here
watch-enter-paper = Enter a paper
watch-handover = Hand-over sheet
watch-before = The watch before
watch-refresh = Look again
watch-now = The watch that is on
watch-open = Open questions
watch-none-open = No question is open.
watch-open-count = { $count ->
    [one] One question waits for you.
   *[other] { $count } questions wait for you.
  }
watch-came-in = What came in on this watch
watch-nothing-came = Nothing came in on this watch.
watch-what-missing = What is missing
watch-nothing-missing = Nothing is missing here, and nothing is overdue from the last { $days } days.
watch-stations = Stations
watch-told = Haven said
watch-missing = Missing:
watch-entries = { $count ->
    [one] One entry
   *[other] { $count } entries
  }
watch-stands = How it stands
watch-number = Number
watch-reasons = All reasons
watch-decided-again = This was decided again later.
watch-open-that = Open the later one
watch-asked = What was asked
watch-no-facts = Nothing else was said.
watch-by = Decided by
watch-other-law = The law in this program is another one now. This answer was given under the law pack
watch-confirm = Find out, then decide again
watch-how = How do you know?
watch-may-ask = You may ask the agency if it is civil or a crime. The law allows you to ask just that:
watch-decide-again = Add this and decide again
watch-respond = Write down what was done
watch-done = What was done?
watch-decline = We said no
watch-decline-ground = On what ground we said no
watch-refer = We sent it to counsel
watch-comply = We did what they asked
watch-comply-ground = On what ground we did it
watch-comply-not = Haven did not say yes to this. So it cannot be written down as done on a ground of the law. Find out what is open, or ask counsel.
watch-request = The request
watch-request-text = It is not on record yet. It will be, with what you write here.
watch-channel = How it came
watch-who = Who asked
watch-choose = Choose
watch-told-at = When the supervisor was told
watch-when-hint = Day and time, like 2026-06-04 14:06
watch-event = Event number
watch-event-hint = You can leave it empty. It is kept apart from the record, and not for long. Write no name.
watch-record = Record
watch-incident = All of this incident
watch-paper-text = For a paper that came in, such as a detainer by fax. Write no name.
watch-station = Station
watch-paper-kind = What the paper is
watch-received = When it came
watch-sender = Who sent it
watch-signer = Who signed it
watch-rd = RD number
watch-shows = What the paper shows
watch-shows-text = For a judge’s paper, tick what you see
watch-made-at = made at
watch-left = Still open: who does what next
watch-nothing-left = Nothing is open.
watch-time = Time
watch-what = What
watch-next = Next
watch-more = { $count ->
    [one] and one more on the desk
   *[other] and { $count } more on the desk
  }
watch-decided = Decided on this watch
watch-answers = Answers of Haven:
watch-responses = What was done:
watch-entered = { $count ->
    [one] One entry was made on this watch.
   *[other] { $count } entries were made on this watch.
  }
watch-by-person = By person, without who:
watch-handed = Handed over: signature, time
watch-taken = Taken over: signature, time
watch-failed = It could not be recorded. Nothing was changed. Tell whoever runs this service.
watch-nothing-found = Choose what you found out. Nothing was changed.
watch-how-known = Say how you know it. Nothing was changed.
watch-what-done = Say what was done. Nothing was changed.
watch-what-ground = Choose the ground. Nothing was changed.
watch-changed = Somebody else has worked on this since you opened it. Nothing of yours was recorded. See how it stands now.
watch-no-station = You have no station yet. You can look at all of it, and act on what belongs to no station. Ask your administrator to set your station.
watch-other-station = This belongs to another station. You can look at it, and that station acts on it.
watch-wrong = Look again at: { $fields }. Nothing was recorded.

watch-state-open = Open
watch-state-civil = Civil
watch-state-criminal = A crime
watch-state-mixed = Civil and a crime
watch-state-none = Neither civil nor a crime
watch-state-declined = We said no
watch-state-referred = With counsel
watch-state-complied = Done
watch-state-partly = Done in part
watch-state-withdrawn = Taken back
watch-state-noted = Noted

watch-next-ask = Supervisor: find out what is open, then decide again.
watch-next-paper = Supervisor: write down what became of the paper.
watch-next-respond = Supervisor: write down what was done.
watch-next-counsel = Counsel: answer.
watch-next-nothing = Nothing more.

watch-lack-event = No event number
    .next = Call 911 dispatch for the number, and write it down with what was done.
watch-lack-supervisor = No time at which the supervisor was told
    .next = Add the time to the request.
watch-lack-matter = Civil or a crime: not known
    .next = Ask the agency which it is. You may ask just that.
watch-lack-response = Nobody wrote down what was done
    .next = Write down what was done, with the ground.
watch-lack-outcome = Nobody wrote down what became of the paper
    .next = Write down the release or the hand-over, or that nobody was held.

watch-gap-number_twice = Two incidents have the same number
    .next = Look the number up, and mend the entry that has the wrong one.
watch-gap-request_open = A request without an answer
    .next = Ask the station what was done, and write it down.
watch-gap-paper_open = A paper with no outcome
    .next = Look in the booking system. Write down the release or the hand-over, with its time.
watch-gap-bail_held = Bail was paid, and nobody was let go in time
    .next = Find out why, and tell counsel. If the release was only not written down, write it down.
watch-gap-transfer_ground = A hand-over without a ground in law
    .next = Tell counsel. Find the paper on which it was done.
watch-gap-decision_alone = Haven was asked, and nothing followed
    .next = Ask what came of it. Write down the request and what was done.
watch-gap-nil_contradicted = A station said that nothing came, and something did
    .next = Ask the station to mend its certificate.
watch-gap-station_silent = A station that wrote nothing down
    .next = Ask for its paper log, or for a certificate that nothing came.
watch-gap-days_missing = Days with no entry at all
    .next = Ask for the paper logs of these days.
watch-gap-ids_missing = Lines left out of a paper log
    .next = Look these lines up in the paper log.
watch-gap-recorded_late = Written down long after
    .next = Find out where it lay, and if more lies there.

watch-kind-request = Request
watch-kind-document = Paper
watch-kind-decision = Question to Haven
watch-kind-response = What was done
watch-kind-custody = Custody
watch-kind-visit = Visit
watch-kind-agreement = Agreement
watch-kind-release = Judgement on a release
watch-kind-exception = Exception
watch-kind-duty = Duty done
watch-kind-complaint = Complaint
watch-kind-certification = Certification
watch-kind-form_review = Form review
watch-kind-nil = Certificate that nothing came
watch-kind-access = Privileged act

watch-field-at = when it came
watch-field-event = event number
watch-field-rd = RD number
watch-field-supervisor_notified_at = when the supervisor was told
watch-field-channel = how it came
watch-field-requester = who asked or sent it
watch-field-document = what the paper is
watch-field-signer = who signed it
watch-field-indicators = what the paper shows
watch-field-station = station
watch-field-ground = ground

watch-list-channel-phone = telephone
watch-list-channel-fax = fax
watch-list-channel-email = e-mail
watch-list-channel-in_person = in person
watch-list-channel-radio = radio
watch-list-channel-ncic = NCIC hit
watch-list-channel-portal = web form
watch-list-channel-mail = letter
watch-list-asked-hold = hold a person
watch-list-asked-transfer = hand a person over
watch-list-asked-access_to_person = see or call a person in custody
watch-list-asked-facility_use = use a room, lot or garage
watch-list-asked-entry = come into a building
watch-list-asked-assist = come and help
watch-list-asked-perimeter = block or direct traffic
watch-list-asked-custody_status = is somebody in custody
watch-list-asked-release_date = release date
watch-list-asked-contact_info = address or phone number
watch-list-asked-status_data = immigration status
watch-list-asked-records = records or lists
watch-list-asked-search = run a name, plate or address
watch-list-asked-data_access = a database or cameras
watch-list-asked-other = something else
watch-list-outcome-declined = declined
watch-list-outcome-referred = sent to counsel or a supervisor
watch-list-outcome-complied = done
watch-list-outcome-partly = done in part
watch-list-outcome-withdrawn = taken back by who asked
watch-list-response_ground-city_law = city law
watch-list-response_ground-state_law = state law
watch-list-response_ground-judicial_warrant = a judge’s warrant
watch-list-response_ground-court_order = a court order
watch-list-response_ground-statute = a statute that requires it
watch-list-response_ground-federal_regulation = a federal rule that requires it
watch-list-response_ground-criminal_matter = it is about a crime
watch-list-response_ground-written_consent = the person agreed in writing
watch-list-response_ground-safety = danger to life
watch-list-known_by-asked_agency = I asked the agency
watch-list-known_by-paper = from a paper
watch-list-known_by-other = in another way
watch-list-door-signed_in = signed in
watch-list-door-open_device = on a device without a log-in
watch-list-door-offline = without a network, sent later
watch-list-place-office = office or front desk
watch-list-place-station = police station or lock-up
watch-list-place-school_or_park = school, park or library
watch-list-place-lot_or_garage = lot or garage
watch-list-place-clinic_or_shelter = clinic or shelter
watch-list-place-other = other city property
watch-list-milestone-in_custody = taken into custody
watch-list-milestone-bail_posted = bail paid
watch-list-milestone-released = released
watch-list-milestone-transferred = handed over to another agency
watch-list-indicator-form_number = form number
watch-list-indicator-agency_heading = heading of an immigration agency
watch-list-indicator-court_caption = name of a court at the top
watch-list-indicator-judge_title = title of a judge under the signature
watch-list-indicator-officer_title = title of an immigration officer under the signature
watch-list-indicator-case_number = court case number
watch-list-indicator-offence_named = a crime is named
watch-list-indicator-statute_civil = a civil immigration law is named
watch-list-indicator-ncic_file = file of the NCIC hit
watch-list-indicator-no_signature = no signature

watch-list-held-same = It holds.
watch-list-held-differs = The law of this service gives another answer than the device told.
watch-list-held-other_law = The device told this under a law that this service does not hold.
