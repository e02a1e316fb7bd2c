### Answers, the long form of a question, and the pages around them. Machine-checked, not reviewed; the English text governs.

# The five words. No, Yes and Ask first are what an officer hears.
word-no = NIE
word-ask = NAJPIERW ZAPYTAJ
word-must = MUSISZ
word-yes = TAK
word-silent = TE PRZEPISY TEGO NIE ZAKAZUJĄ

sentence-no = Prawo na to nie pozwala.
sentence-no-order = Zarządzenie lub wytyczne miasta mówią: nie. Stoją niżej niż rozporządzenie miejskie.
sentence-must-order = Wymaga tego zarządzenie lub wytyczne miasta. Stoją niżej niż rozporządzenie miejskie.
sentence-ask = Nie można jeszcze odpowiedzieć. Zanim coś zrobisz, ustal to, o co pytamy niżej.
sentence-must = Prawo tego wymaga.
sentence-authorised = Prawo wprost na to pozwala.
sentence-excepted = Prawo zakazywałoby tego, ale działa wyjątek.
sentence-silent = Inne prawo może tego zakazać. To nie jest zgoda.

layer-city = Miasto
layer-county = Powiat (county)
layer-state = Stan
layer-federal = Prawo federalne
layer-order = Zarządzenie, niższe niż rozporządzenie miejskie

mark-read = tekst przeczytany
mark-part = tekst przeczytany w części
mark-reported = znane z doniesień, tekstu nie czytano
mark-unverified = niezweryfikowane: zapytaj prawnika

does-prohibits = nie pozwala na to
does-requires = wymaga tego
does-authorises = wprost na to pozwala
does-refers = zostawia decyzję człowiekowi
does-excepted = dotyczyłby tego, ale działa wyjątek
does-undetermined = może tego dotyczyć: zależy to od tego, czego nie wiadomo
does-not-met = nie obejmuje tego
does-not-encoded = nie ma tu jego tekstu z tego dnia

holds-yes = tak
holds-no = nie
holds-unknown = nie wiadomo
holds-error = nie da się ustalić

answer-next = Co dalej
answer-why = Dlaczego
answer-english = To, co tu jest po angielsku, to prawo tak, jak je Haven odczytał: w jego słowach albo streszczone. Nie zostało przetłumaczone.
answer-find-out = Najpierw ustal
answer-change = Co zmieniłoby odpowiedź
answer-notes = Warto wiedzieć
answer-unread = Nie przeczytano całego tekstu. Zapytaj prawnika.
answer-unread-which = Zapytaj prawnika o to, czego nie przeczytano w całości:
answer-aside = Sprawdzone i nie dotyczy tej sprawy ({ $count })
answer-uncertain = nie jest pewne, która wersja obowiązywała
answer-see-also = Zobacz też
answer-conditions = Warunki
answer-conditions-whole = Warunki i całość prostymi słowami
answer-or = lub
answer-reviewed = Stan sprawdzony do: { $day }.

receipt-kept = Zapisano o { $time }.
receipt-number = Decyzja
receipt-nobody = Nie zapisano: nikt nie jest zalogowany.
receipt-role = Nie powstał żaden wpis: Twoja rola pozwala tylko czytać.
receipt-no-agency = Nie zapisano: podaj swoją agencję i zapytaj ponownie.
receipt-no-register = Nie zapisano: ta usługa nie prowadzi rejestru.
receipt-failed = NIE ZAPISANO: zapis się nie udał. Powiedz przełożonemu, jaka była odpowiedź.

form-agency = Agencja
form-your-agency = Twoja agencja
form-agency-hint = Zacznij pisać nazwę, pełną lub krótką, i wybierz. Jeśli nie wiesz, zostaw puste.
form-not-named = nie podano
form-not-listed = nie ma jej na liście
form-day = Dzień
form-day-hint = Odpowiada prawo z tego dnia.
form-know = Co wiesz?
form-change = Zmień dane
form-answer = Pokaż odpowiedź
form-again = Pokaż nową odpowiedź
form-more = Co jeszcze może mieć znaczenie ({ $count })
form-error = Nie udało się tego odczytać
form-unknown = Nie wiem
form-follows = Według nazwy agencji
form-number = Liczba całkowita. Jeśli nie wiesz, zostaw puste.
form-checks = Zaznacz wszystko, co pasuje. Brak zaznaczenia znaczy: nie wiem.
form-meanings = Co znaczy każda odpowiedź
form-meanings-leads = Co znaczy każda odpowiedź i do czego prowadzi
form-needed = Potrzebne do:

questions-title = Wszystkie pytania
questions-intro = Zapytaj, zanim coś zrobisz. Haven odpowiada według prawa Welcoming City miasta { $place } i przepisów nad nim: nie, tak lub najpierw zapytaj. Podaje też przepis i następny krok.
questions-kinds = Rodzaje pytań
questions-try = Pierwszy raz tutaj? Wypróbuj to
questions-what = Co chcesz zrobić?

try-says = Co mówi prawo
try-act = Działanie i to, co przyjęto
try-why = Zobacz dlaczego
try-unknown = Czego nie wiadomo
try-never = To, czego nie wiadomo, nigdy nie zmienia się w „tak”. Otwórz pytanie i podaj to, co wiesz: odpowiedź zmieni się razem z tym.

problem-missing = Nie ma takiej strony
problem-missing-text = Adres może być błędny albo pytanie ma teraz inną nazwę.
problem-long = Tego jest za dużo do odczytania
problem-long-text = Pytanie to kilka słów. Wybierz je jeszcze raz z listy.
problem-failed = Haven nie może tego zrobić
problem-failed-text = Zapytaj przełożonego i powiadom osobę, która prowadzi tę usługę.
problem-forbidden = Ta strona nie jest dla Ciebie
problem-forbidden-text = Twoja rola jej nie otwiera. Osoba, która Cię zarejestrowała, powie, kto może ją otworzyć.
problem-unread = Haven nie może tego odczytać
problem-unread-text = Strona, z której to przyszło, może być stara lub zmieniona. Wybierz pytanie jeszcze raz z listy.

reports-title = Sprawozdania
reports-heading = Sprawozdania i publiczny dziennik
reports-intro = Powstają z rejestru miasta { $place }. Przy każdej liczbie podano, jak ją uzyskano. Każda liczba otwiera wpisy, na których się opiera.
reports-quarterly = Sprawozdania kwartalne
reports-none = Nie skończył się jeszcze żaden kwartał z wpisami.
reports-public = Strony publiczne według lat
reports-small = Małych liczb nie pokazujemy, aby żadna nie wskazywała na jedną osobę.
reports-log = Dziennik
reports-check = Każdy może sprawdzić, że niczego w nim nie zmieniono ani nie usunięto:
reports-closed = zamknięty
reports-unpublished = nic jeszcze nie opublikowano
reports-published = opublikowane wpisy: { $count },
reports-checkpoint = punkt kontrolny

# A day in words; months by their number.
day = { $day } { $month } { $year }
month-1 = stycznia
month-2 = lutego
month-3 = marca
month-4 = kwietnia
month-5 = maja
month-6 = czerwca
month-7 = lipca
month-8 = sierpnia
month-9 = września
month-10 = października
month-11 = listopada
month-12 = grudnia
