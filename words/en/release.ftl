### What leaves: files are checked before they are sent.
# release-class-, release-purpose-, release-authority-, release-topic-{word} are the words of guard/judge.toml;
# release-outcome-{outcome} is what was judged, release-means-{outcome} what to do; release-hidden-{where} says where something
# is hidden in a document.

release-title = Check what leaves
release-intro = Somebody asks for records. Say who asks, choose the files, and see: may they go, by which clause, and where in them stands what must not go. What stands there is never shown.
release-to = Who asks
release-class = What kind of requester that is
release-purpose = What for
release-authority = What they showed
release-topic = What they ask for besides the record itself
release-topic-hint = What Haven finds in the files is judged as well.
release-unknown = Not known
release-choose = Choose
release-whose = Whose record it is
release-stations = Stations
release-agencies = Agencies without stations
release-own = Judged for your station:
release-request = Number of the request in the register
release-request-hint = You can leave it empty. Write no name.
release-files = Files that would be sent
release-files-hint = Up to { $count } files, { $megabytes } MB together. PDF, Word, Excel, CSV, pictures, mail, ZIP and text.
release-recorded-first = The judgement goes on record before you see it: what was asked, what was judged, how many places. No file, no name. The files are deleted here when they have been checked.
release-send = Check
release-wrong-title = Something is missing
release-wrong = Nothing was checked or recorded. Put this right, and choose the files again:
release-no-file = Choose at least one file.
release-too-much = That is too much: up to { $count } files, { $megabytes } MB together.
release-no-whose = Choose whose record it is.
release-no-request = The register has no request of that number.
release-busy = Other checks are running. Nothing was checked or recorded. Try again in a minute.
release-failed = The files could not be checked. Send nothing. Tell whoever runs this service.
release-not-recorded = The judgement could not be recorded, so it is not shown. Send nothing. Tell whoever runs this service.
release-gone = Those copies are no longer here: they are kept for minutes and for one download. Check the files again.
release-outcome-release = May go
release-outcome-release_without = May go without what is withheld
release-outcome-refer = Do not send: counsel decides
release-outcome-refuse = Do not send
release-means-release = Nothing in these laws stops it. Other law may.
release-means-release_without = Take out what must not go, or send the clean copies.
release-means-refer = It is not settled, or not all of it could be read.
release-means-refuse = The law says no.
release-recorded = On record under the number
release-not-known = Not known of the request:
release-unknown-requester = who asks
release-unknown-class = what kind of requester
release-unknown-purpose = what for
release-unknown-authority = by what right
release-unknown-topic = what is asked for
release-unread = What could not be read
release-unread-text = Nobody knows what stands there, so counsel decides.
release-held = What must not go
release-none-held = Nothing that must not go was found.
release-places = { $count ->
    [one] one place
   *[other] { $count } places
  }
release-where = Where
release-reveals = What it would reveal
release-clause = Clause
release-page = page { $number }
release-line = line { $number }
release-more = { $count ->
    [one] One more place is not listed here.
   *[other] { $count } more places are not listed here.
  }
release-free = { $count ->
    [one] The law lets one place go that reveals something.
   *[other] The law lets { $count } places go that reveal something.
  }
release-copies = Copies
release-copy = there is a clean copy
release-as-it-is = may go as it is
release-blocked = no clean copy:
release-no-copies = No copy was made: as it stands, nothing goes.
release-copies-text = Each clean copy was checked as its original was. With them come lists of what went, and the cover sheet.
release-once = They can be downloaded once, within { $minutes } minutes. Then they are gone here.
release-download = Download the clean copies
release-law = What the law says
release-no-clause = No clause of these laws speaks of it.
release-cover = Cover sheet
release-cover-text = Print this page: only this sheet is printed. Sign it, and keep it with the request.
release-another = Check other files

release-class-federal_immigration = federal immigration agency
release-class-federal = other federal agency
release-class-state = state or local agency
release-class-city = another department of the city
release-class-court = court
release-class-press = press
release-class-public = member of the public, company or consulate
release-class-vendor = vendor or service provider
release-class-subject = the person whom the record is about
release-purpose-civil_immigration = enforcement of civil immigration law
release-purpose-criminal = criminal investigation or prosecution
release-purpose-mixed = criminal and civil immigration matter together
release-purpose-own_record = the person’s own record
release-purpose-litigation = case before a court that is no immigration matter
release-purpose-public_information = public information, news or research
release-purpose-service = a service or benefit for the person
release-authority-none = nothing shown
release-authority-statute = statute
release-authority-regulation = federal regulation
release-authority-court_order = court order that covers this record
release-authority-judicial_warrant = judge’s warrant that covers this record
release-authority-order_in_doubt = order or warrant that is expired, unclear or cannot be checked
release-authority-order_not_covering = order or warrant about another person or thing
release-authority-administrative = detainer, administrative warrant or subpoena
release-authority-usc_1373 = 8 USC 1373
release-authority-records_request = public-records request (FOIA)
release-authority-written_consent = written consent of the adult it is about
release-authority-parents_consent = written consent of a parent of the minor it is about
release-authority-guardians_consent = written consent of the guardian of a person who cannot consent
release-topic-record = the record itself
release-topic-status = citizenship or immigration status
release-topic-origin = place of birth, nationality or what else reveals origin
release-topic-custody_status = whether the person is in custody
release-topic-release_date = when the person is released
release-topic-contact_info = address or other contact information
release-topic-location = where the person is
release-topic-criminal_history = criminal history
release-topic-gang_record = gang record
release-topic-vehicle_data = vehicle data
release-topic-plate_readings = readings of licence plates

release-hidden-hidden_sheet = hidden sheet
release-hidden-hidden_column = hidden column
release-hidden-hidden_row = hidden row
release-hidden-cache_of_a_chart = cache of a chart
release-hidden-pivot_cache = pivot cache
release-hidden-cached_values_of_another_workbook = values of another workbook
release-hidden-comment = comment
release-hidden-deleted_text = deleted text
release-hidden-hidden_text = hidden text
release-hidden-document_property = document property
release-hidden-settings = settings
release-hidden-building_block = building block
release-hidden-custom_data = custom data
release-hidden-header_or_footer = header or footer
release-hidden-notes = notes
release-hidden-slide_master = slide master
release-hidden-earlier_revision = earlier revision
release-hidden-under_a_filled_box = under a filled box
release-hidden-picture_property = picture property
release-hidden-list_of_choices_of_a_cell = list of choices of a cell
release-hidden-defined_name = defined name
