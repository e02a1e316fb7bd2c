### The law browser: every provision, its versions, its cases.

lawbook-title = The law
lawbook-intro = What Haven answers from in { $place }, and the laws above it. Every provision is told in plain words beside its own.
lawbook-english = The text of the law is in English, because only that text was read.
lawbook-version = In force today
lawbook-from = From { $day }
lawbook-until = until { $day }
lawbook-no-version = No version that is held here
lawbook-provisions = Provisions
lawbook-reviewed = Reviewed by, and on
lawbook-official = Official text
lawbook-coverage = What is held here, and what is not
lawbook-trail = Where this stands
lawbook-not-in-force = not in force

lawbook-no-such = There is no such provision here
lawbook-no-such-text = It may have another name, or the law that holds it is not here. That it is not here does not mean that it does not exist.
lawbook-near = Names that are close

# Sentences that begin with "Today:" or "On 15 June 2020:".
lawbook-today = Today:
lawbook-on = On { $day }:
lawbook-in-force = in force.
lawbook-uncertain = it is not certain which version was in force. Haven asks each one, and asks first where they differ.
lawbook-ended = no longer in force. This is how it last read.
lawbook-not-yet = not in force yet. Its law did not exist. This is how it first read.
lawbook-before-unknown = not known. There was or may have been older law, and it is not held here. Haven asks first. This is how the oldest text here reads.
lawbook-later = not in force yet. It came into its law later. This is how it first read.
lawbook-see-today = See it as it is today
lawbook-uncertain-from = It may have been in force already from { $day }. The day was not found for certain.

lawbook-plain = In plain words
lawbook-quoted = The law’s own words
lawbook-no-text = Its text is not held here.
lawbook-no-quotes = None are quoted here.
lawbook-source = Where it stands

lawbook-does = What it does
lawbook-prohibits = Does not allow
lawbook-authorises = Allows in words
lawbook-requires = Requires
lawbook-refers = Leaves it to a person
lawbook-cautions = Asks for care, and leaves it to a person
lawbook-advises = Adds steps, and decides nothing
lawbook-when = When all of this holds
lawbook-always = Always
lawbook-except = Not when
lawbook-asks = What a person must answer
lawbook-follows = What follows
lawbook-only = only for: { $whom }
lawbook-overlaps = This also bars it:
lawbook-frees = Takes acts out of
lawbook-no-rule = No rule of its own. It is read together with those beside it.
lawbook-below = Below it

lawbook-versions = Versions
lawbook-known-from = Known from
lawbook-day = See the law of another day
lawbook-show = Show
lawbook-changed = What changed on { $day }
lawbook-changed-nothing = Only the law around it changed. It reads the same.
lawbook-out = Taken out:
lawbook-out-end = (end of what was taken out)
lawbook-put = Put in:
lawbook-put-end = (end of what was put in)

lawbook-cases = Cases
lawbook-cases-text = The law is tested on these made-up cases, each with the answer it must give.
lawbook-asked-of = Only these laws were asked: { $layers }.
lawbook-whole = See the whole answer
lawbook-no-cases = No case names this provision as what decides.
lawbook-more-cases = More cases ({ $count })

lawbook-lately = What it decided lately
lawbook-counted-from = From { $day }
lawbook-counted-until = to { $day }.
lawbook-small = Small counts are not shown, so that no figure points at one person.
lawbook-decided-none = It decided nothing that was recorded.
lawbook-total = All
lawbook-latest = The last decisions
lawbook-answer = Answer
lawbook-fewer = fewer than { $count }
lawbook-withheld = not shown
