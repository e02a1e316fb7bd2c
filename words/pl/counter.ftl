### The counter. What belongs to the questions of counter.toml stands under desk-<id>, tile-<id>, step-<id> and
### choice-<step>-<id>; what to say under radio-<word> and say-<word>, where the words are no, ask, must, yes, silent and help.
### Machine-checked, not reviewed; the English text governs.

# The object of a verb changes its case after "not", so no sentence on the radio negates the verb that { $act } begins with.

counter-title = Czy mogę?
counter-desks = Gdzie pracujesz?
counter-station = Która placówka?
counter-more = Więcej pytań
counter-back = Zacznij od nowa
counter-answer = Pokaż odpowiedź
counter-help-first = NAJPIERW POMOC
counter-help-sentence = Wezwij pogotowie. Zadbaj o bezpieczeństwo ludzi. Żaden z tych przepisów tego nie zakazuje.
counter-say = Powiedz to
counter-radio = Przez radio
counter-people = Do ludzi
counter-show = Pokaż przełożonemu
counter-show-picture = Kod dla aparatu w telefonie. Prowadzi do tej decyzji.
counter-show-text = To jest odpowiedź na Twoje pytanie, podana o { $time }.
counter-why = Dlaczego: prawo, słowo w słowo
counter-another = Inne pytanie
counter-again = Zapytaj o to ponownie
counter-change = Zmień moje odpowiedzi

desk-police = Policja
desk-dispatch = 911 i dyspozytornia
desk-library = Biblioteka
desk-services = Usługi dla rodzin i wsparcie
desk-school = Szkoła
desk-transit = Autobus i pociąg
desk-park = Park

tile-hurt = Ktoś jest ranny lub w niebezpieczeństwie
    .radio = wysłać pomoc
tile-help = Proszą nas o przyjazd i pomoc
    .radio = wesprzeć tę operację
tile-street = Zablokować dla nich ulicę
    .radio = zablokować ulicę
tile-hold = Dalej przetrzymywać osobę
    .radio = dalej przetrzymywać tę osobę
tile-handover = Przekazać osobę
    .radio = przekazać tę osobę
tile-enter = Wpuścić ich dalej, za ladę
    .radio = ich wpuścić
tile-talk = Pozwolić im na rozmowę z kimś w areszcie
    .radio = dać im dostęp do osoby w areszcie
tile-release = Powiedzieć im, kiedy osoba wychodzi
    .radio = podać datę zwolnienia
tile-address = Podać im adres
    .radio = podać adres
tile-plate = Sprawdzić dla nich tablicę lub nazwisko
    .radio = wykonać to wyszukiwanie
tile-paper = Mają pismo
    .radio = wykonać to pismo
tile-door = Są przy drzwiach: co muszę zrobić?
    .radio = odnotować tę wizytę
tile-write = Zapisać, skąd ktoś jest
    .radio = to zapisać

step-who = Kto o to prosi?
    .why = Inne zasady są dla agentów imigracyjnych, inne dla innych agentów federalnych, a inne dla wszystkich pozostałych.
step-matter = Czy chodzi tylko o imigrację, czy o przestępstwo?
    .why = Miasto nie bierze udziału w cywilnym egzekwowaniu prawa imigracyjnego. Przestępstwo to inna sprawa. Możesz ich zapytać, o co chodzi.
step-ground = Na jakiej podstawie ta osoba miałaby tu zostać?
    .why = Aby kogoś przetrzymać, potrzebna jest podstawa. Niektóre podstawy się nie liczą.
step-paper = Czy mają pismo?
    .why = Pismo sędziego i pismo imigracyjne prowadzą do różnych odpowiedzi.
step-signed = Kto podpisał pismo?
    .why = Nakaz sądowy podpisuje tylko sędzia lub sędzia magistracki (magistrate) sądu. Spójrz na stanowisko pod nazwiskiem.
step-data = Co chcesz zapisać?
    .why = Miasto nie może przechowywać danych o statusie imigracyjnym. To, skąd ktoś jest, może na status wskazywać.
step-allowed = Czy coś na to pozwala?
    .why = Ustawa, postanowienie sędziego lub podpisane upoważnienie może zmienić odpowiedź.

choice-unknown = Nie wiem
choice-who-ice = ICE
choice-who-dhs = Homeland Security
choice-who-border = Border Patrol lub urząd celny
choice-who-contractor = Firma, która pracuje dla ICE
choice-who-federal = Inni agenci federalni
choice-who-unnamed = Federalni, ale nie mówią, z jakiej agencji
choice-who-police = Inna policja w Illinois
choice-who-public = Ktoś z zewnątrz
choice-matter-civil = Tylko imigracja
choice-matter-criminal = Tylko przestępstwo
choice-matter-mixed = Jedno i drugie
choice-ground-detainer = ICE prosi nas o przetrzymanie (detainer)
choice-ground-paper = Nakaz podpisany przez funkcjonariusza imigracyjnego
choice-ground-ncic = Komputer pokazuje trafienie imigracyjne
choice-ground-belief = Myślę, że osoba nie ma papierów
choice-ground-crime = Uzasadnione podstawy co do przestępstwa (probable cause)
choice-ground-charge = Nierozstrzygnięty zarzut karny
choice-ground-judge = Nakaz sądowy
choice-paper-none = Brak pisma
choice-paper-detainer = Wniosek o przetrzymanie (detainer, formularz I-247A)
choice-paper-immigration = Inne pismo imigracyjne
choice-paper-judge_arrest = Sądowy nakaz aresztowania
choice-paper-judge_search = Sądowy nakaz przeszukania
choice-signed-judge = Sędzia: każe aresztować
choice-signed-search = Sędzia: każe przeszukać
choice-signed-officer = Funkcjonariusz imigracyjny
choice-signed-detainer = To wniosek o przetrzymanie (detainer, formularz I-247A)
choice-signed-ncic = To trafienie w komputerze
choice-data-status = Obywatelstwo lub status imigracyjny
choice-data-origin = Kraj urodzenia lub narodowość
choice-data-other = Coś innego
choice-allowed-nothing = Nie, nic
choice-allowed-order = Postanowienie sądu
choice-allowed-law = Ustawa, tak mówią
choice-allowed-signed = Osoba podpisała upoważnienie

radio-no = Odmawiamy. Nie ma zgody, aby { $act }. Prawo miasta na to nie pozwala. Proszę o przełożonego.
radio-no-order = Odmawiamy. Nie ma zgody, aby { $act }. Tak mówią wytyczne miasta. Proszę o przełożonego.
radio-ask = Czekajcie. Na razie nie ma zgody, aby { $act }. Proszę o przełożonego.
radio-must = Uwaga. Musimy { $act }. Proszę o przełożonego.
radio-yes = Możemy { $act }. Prawo na to pozwala.
radio-silent = Jeśli mamy { $act }, prawo Welcoming City tego nie zakazuje. Proszę o przełożonego.
radio-help = Zgłoszono obrażenia lub niebezpieczeństwo. Wyślijcie teraz pomoc. Wyślijcie pogotowie.

say-no = Pracujemy dla miasta. Miasto nie egzekwuje prawa imigracyjnego. Czy ktoś jest ranny? Czy potrzebna jest pomoc?
say-ask = Proszę chwilę poczekać. Pytam przełożonego. Czy ktoś jest ranny? Czy potrzebna jest pomoc?
say-must = Proszę chwilę poczekać. Zapisuję, co się tu dzieje.
say-yes = Pracujemy dla miasta. Powiem, co będzie dalej.
say-silent = Proszę chwilę poczekać. Pytam przełożonego. Czy ktoś jest ranny? Czy potrzebna jest pomoc?
say-help = Jesteśmy tu, żeby pomóc. Nie pytamy o status imigracyjny. Gdzie boli?
