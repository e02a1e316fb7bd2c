### The decision log.

decisions-title = Decisions
decisions-intro = What Haven was asked and what it said. No name, no status: each field holds a word from a list, a day or a number.
decisions-filter = Choose which
decisions-from = From
decisions-until = Until
decisions-station = Station
decisions-act = What was asked
decisions-verdict = Answer
decisions-provision = Clause
decisions-door = How it was asked
decisions-any = Any
decisions-show = Show
decisions-count = { $count ->
    [one] One decision
   *[other] { $count } decisions
  }
decisions-timeline = Decisions by day. The same numbers stand in the table below.
decisions-table = Numbers by day
decisions-day = Day
decisions-all = All
decisions-each = One by one
decisions-none = There are none.
decisions-pages = Pages
decisions-newer = Newer
decisions-older = Older
decisions-page = Page { $page }
decisions-export = Take them out
decisions-export-text = As a table or for programs. That you took them out is put on record. The files say nothing about who asked.
decisions-to-desk = To the desk
decisions-told = Haven said
decisions-number = Number
decisions-at = Asked at
decisions-for-day = For the day
decisions-agency = Agency
decisions-known-by = How the matter was known
decisions-stated = What was said
decisions-no-facts = Nothing but the act, the day and the agency.
decisions-by = Decided by
decisions-by-none = No clause of these laws speaks of it.
decisions-law = Law pack
decisions-again = Does it still hold?
decisions-same = Asked again now, the answer is the same.
decisions-differs = Asked again now, the answer is another one.
decisions-law-today = Asked under the law pack of today:
decisions-other-law = The law in this program is another one now, so the reasons of then are not worked out here. The law pack of today:
decisions-ask-again = Ask it again
decisions-copy = This gives the same answer to anybody with the same law. Nothing is recorded.
decisions-incident = The rest of this incident
decisions-place = Its place in the log
decisions-log = Log { $log },
decisions-index = entry
decisions-unpublished = The log is not published that far yet. Then a proof can be had here.
decisions-proof = Proof that the log holds it
