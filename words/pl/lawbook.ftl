### Prawo: każdy przepis, jego wersje, jego przypadki.

lawbook-title = Prawo
lawbook-intro = Na tych przepisach Haven opiera odpowiedzi w { $place }, razem z prawem wyższego szczebla. Każdy przepis jest opisany prostymi słowami obok jego własnych.
lawbook-english = Tekst prawa jest po angielsku, bo tylko ten tekst przeczytano.
lawbook-version = Obowiązuje dzisiaj
lawbook-from = Od { $day }
lawbook-until = do { $day }
lawbook-no-version = Żadna wersja, którą tu mamy
lawbook-provisions = Przepisy
lawbook-reviewed = Kto i kiedy sprawdził
lawbook-official = Tekst urzędowy
lawbook-coverage = Co tu jest, a czego nie ma
lawbook-trail = Gdzie to się znajduje
lawbook-not-in-force = nie obowiązuje

lawbook-no-such = Nie ma tu takiego przepisu
lawbook-no-such-text = Może nazywać się inaczej albo nie ma tu aktu, w którym się znajduje. To, że go tu nie ma, nie znaczy, że nie istnieje.
lawbook-near = Podobne nazwy

# Zdania, które zaczynają się od „Dzisiaj:” albo „W dniu 2020-06-15:”.
lawbook-today = Dzisiaj:
lawbook-on = W dniu { $day }:
lawbook-in-force = obowiązuje.
lawbook-uncertain = nie jest pewne, która wersja obowiązywała. Haven sprawdza każdą, a gdy się różnią, każe najpierw zapytać.
lawbook-ended = już nie obowiązuje. Tak brzmiał na końcu.
lawbook-not-yet = jeszcze nie obowiązuje. Jego aktu nie było. Tak brzmiał na początku.
lawbook-before-unknown = nie wiadomo. Było lub mogło być starsze prawo, którego tu nie ma. Haven każe najpierw zapytać. Tak brzmi najstarszy tekst, który tu mamy.
lawbook-later = jeszcze nie obowiązuje. Dodano go później. Tak brzmiał na początku.
lawbook-see-today = Zobacz, jak jest dzisiaj
lawbook-uncertain-from = Mógł obowiązywać już od { $day }. Dnia nie udało się ustalić na pewno.

lawbook-plain = Prostymi słowami
lawbook-quoted = Słowa samego prawa
lawbook-no-text = Nie ma tu jego tekstu.
lawbook-no-quotes = Nic tu nie przytoczono.
lawbook-source = Gdzie to jest zapisane

lawbook-does = Co robi
lawbook-prohibits = Nie pozwala
lawbook-authorises = Wprost pozwala
lawbook-requires = Nakazuje
lawbook-refers = Zostawia to człowiekowi
lawbook-cautions = Wymaga ostrożności i zostawia to człowiekowi
lawbook-advises = Dodaje kroki i o niczym nie decyduje
lawbook-when = Gdy to wszystko zachodzi
lawbook-always = Zawsze
lawbook-except = Z wyjątkiem
lawbook-asks = Na co musi odpowiedzieć człowiek
lawbook-follows = Co z tego wynika
lawbook-only = tylko dla: { $whom }
lawbook-overlaps = Zakazuje tego także:
lawbook-frees = Wyłącza czynności spod
lawbook-no-rule = Nie ma własnej reguły. Czyta się go razem z sąsiednimi.
lawbook-below = Pod nim

lawbook-versions = Wersje
lawbook-known-from = Wiadomo z
lawbook-day = Zobacz prawo z innego dnia
lawbook-show = Pokaż
lawbook-changed = Co zmieniło się { $day }
lawbook-changed-nothing = Zmieniło się tylko prawo wokół niego. Brzmi tak samo.
lawbook-out = Usunięto:
lawbook-out-end = (koniec tego, co usunięto)
lawbook-put = Dodano:
lawbook-put-end = (koniec tego, co dodano)

lawbook-cases = Przypadki
lawbook-cases-text = Prawo sprawdza się na tych zmyślonych przypadkach; każdy ma odpowiedź, jaką musi dać.
lawbook-asked-of = Pytano tylko te przepisy: { $layers }.
lawbook-whole = Zobacz całą odpowiedź
lawbook-no-cases = Żaden przypadek nie wskazuje, że ten przepis rozstrzyga.
lawbook-more-cases = Więcej przypadków ({ $count })

lawbook-lately = O czym ostatnio rozstrzygnął
lawbook-counted-from = Od { $day }
lawbook-counted-until = do { $day }.
lawbook-small = Małych liczb nie pokazujemy, żeby żadna nie wskazywała na jedną osobę.
lawbook-decided-none = Nie rozstrzygnął o niczym, co zapisano.
lawbook-total = Razem
lawbook-latest = Ostatnie decyzje
lawbook-answer = Odpowiedź
lawbook-fewer = mniej niż { $count }
lawbook-withheld = nie pokazano
