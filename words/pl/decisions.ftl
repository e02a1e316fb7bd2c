### The decision log. Machine-checked, not reviewed; the English text governs.

decisions-title = Decyzje
decisions-intro = O co pytano Haven i co odpowiedział. Żadnych nazwisk, żadnego statusu: w każdym polu jest słowo z listy, dzień lub numer.
decisions-filter = Wybierz które
decisions-from = Od
decisions-until = Do
decisions-station = Jednostka
decisions-act = O co pytano
decisions-verdict = Odpowiedź
decisions-provision = Przepis
decisions-door = Jak pytano
decisions-any = Dowolne
decisions-show = Pokaż
decisions-count = { $count ->
    [one] Jedna decyzja
    [few] { $count } decyzje
   *[other] { $count } decyzji
  }
decisions-timeline = Decyzje według dni. Te same liczby są w tabeli poniżej.
decisions-table = Liczby według dni
decisions-day = Dzień
decisions-all = Razem
decisions-each = Jedna po drugiej
decisions-none = Nie ma żadnej.
decisions-pages = Strony
decisions-newer = Nowsze
decisions-older = Starsze
decisions-page = Strona { $page }
decisions-export = Pobierz
decisions-export-text = Jako tabelę lub dla programów. To, że je pobrano, zostaje zapisane. Pliki nie mówią, kto pytał.
decisions-to-desk = Do stanowiska przełożonego
decisions-told = Haven odpowiedział
decisions-number = Numer
decisions-at = Zapytano
decisions-for-day = Na dzień
decisions-agency = Agencja
decisions-known-by = Skąd wiadomo, jaka to sprawa
decisions-stated = Co podano
decisions-no-facts = Nic poza czynnością, dniem i agencją.
decisions-by = Rozstrzygnięto na podstawie
decisions-by-none = Żaden przepis tych praw o tym nie mówi.
decisions-law = Pakiet prawa
decisions-again = Czy to nadal aktualne?
decisions-same = Zapytano ponownie: odpowiedź jest ta sama.
decisions-differs = Zapytano ponownie: odpowiedź jest inna.
decisions-law-today = Zapytano według dzisiejszego pakietu prawa:
decisions-other-law = Prawo w tym programie jest teraz inne, więc ówczesnych powodów się tu nie wylicza. Dzisiejszy pakiet prawa:
decisions-ask-again = Zapytaj ponownie
decisions-copy = To daje tę samą odpowiedź każdemu, kto ma to samo prawo. Niczego się nie zapisuje.
decisions-incident = Reszta tego zdarzenia
decisions-place = Miejsce w dzienniku
decisions-log = Dziennik { $log },
decisions-index = wpis
decisions-unpublished = Dziennik nie jest jeszcze opublikowany do tego miejsca. Potem będzie tu dowód.
decisions-proof = Dowód, że jest w dzienniku
