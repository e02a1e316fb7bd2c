### The supervisor's desk. Machine-checked, not reviewed; the English text governs.

watch-title = Stanowisko przełożonego
watch-unstated = nie podano jednostki
watch-all-stations = Wszystkie jednostki
watch-of = zmiana { $name }
watch-nav = Co można tu zrobić
watch-enter-paper = Wpisz pismo
watch-handover = Arkusz przekazania
watch-before = Poprzednia zmiana
watch-refresh = Sprawdź jeszcze raz
watch-now = Obecna zmiana
watch-open = Otwarte pytania
watch-none-open = Żadne pytanie nie jest otwarte.
watch-open-count = { $count ->
    [one] Jedno pytanie czeka.
    [few] { $count } pytania czekają.
   *[other] { $count } pytań czeka.
  }
watch-came-in = Co wpłynęło na tej zmianie
watch-nothing-came = Na tej zmianie nic nie wpłynęło.
watch-what-missing = Czego brakuje
watch-nothing-missing = Niczego tu nie brakuje i nic nie zalega z ostatnich { $days } dni.
watch-stations = Jednostki
watch-told = Haven odpowiedział
watch-missing = Brakuje:
watch-entries = { $count ->
    [one] Jeden wpis
    [few] { $count } wpisy
   *[other] { $count } wpisów
  }
watch-stands = Stan sprawy
watch-number = Numer
watch-reasons = Wszystkie powody
watch-decided-again = Później rozstrzygnięto to ponownie.
watch-open-that = Otwórz późniejszą decyzję
watch-asked = O co pytano
watch-no-facts = Nic więcej nie podano.
watch-by = Rozstrzygnięto na podstawie
watch-other-law = Prawo w tym programie jest teraz inne. Tej odpowiedzi udzielono według pakietu prawa
watch-confirm = Ustal i rozstrzygnij ponownie
watch-how = Skąd to wiadomo?
watch-may-ask = Możesz zapytać agencję, czy to sprawa cywilna, czy przestępstwo. Prawo pozwala zapytać właśnie o to:
watch-decide-again = Dodaj to i rozstrzygnij ponownie
watch-respond = Zapisz, co zrobiono
watch-done = Co zrobiono?
watch-decline = Odmówiliśmy
watch-decline-ground = Na jakiej podstawie odmówiliśmy
watch-refer = Przekazaliśmy to prawnikom miasta
watch-comply = Zrobiliśmy to, o co proszono
watch-comply-ground = Na jakiej podstawie to zrobiliśmy
watch-comply-not = Haven nie odpowiedział na to „tak”. Dlatego nie można zapisać tego jako wykonanego na podstawie prawa. Ustal, co jest otwarte, albo zapytaj prawników miasta.
watch-request = Żądanie
watch-request-text = Nie ma go jeszcze w rejestrze. Zostanie zapisane z tym, co tu wpiszesz.
watch-channel = Jak wpłynęło
watch-who = Kto prosił
watch-choose = Wybierz
watch-told-at = Kiedy powiadomiono przełożonego
watch-when-hint = Dzień i godzina, na przykład 2026-06-04 14:06
watch-event = Numer zdarzenia
watch-event-hint = Można zostawić puste. Numer jest trzymany osobno i krótko. Nie wpisuj żadnego nazwiska.
watch-record = Zapisz
watch-incident = Całe to zdarzenie
watch-paper-text = Dla pisma, które wpłynęło, na przykład wniosku o zatrzymanie (detainer) faksem. Nie wpisuj żadnego nazwiska.
watch-station = Jednostka
watch-paper-kind = Co to za pismo
watch-received = Kiedy wpłynęło
watch-sender = Kto je przysłał
watch-signer = Kto je podpisał
watch-rd = Numer RD
watch-shows = Co widać na piśmie
watch-shows-text = Jeśli to pismo sędziego, zaznacz, co widzisz
watch-made-at = sporządzono
watch-left = Nadal otwarte: kto co teraz robi
watch-nothing-left = Nic nie jest otwarte.
watch-time = Godzina
watch-what = Co
watch-next = Dalej
watch-more = { $count ->
    [one] i jeszcze jedno na stanowisku
   *[other] i jeszcze { $count } na stanowisku
  }
watch-decided = Rozstrzygnięto na tej zmianie
watch-answers = Odpowiedzi Haven:
watch-responses = Co zrobiono:
watch-entered = { $count ->
    [one] Na tej zmianie zrobiono jeden wpis.
    [few] Na tej zmianie zrobiono { $count } wpisy.
   *[other] Na tej zmianie zrobiono { $count } wpisów.
  }
watch-by-person = Na osobę, bez podania kto:
watch-handed = Przekazuje: podpis, godzina
watch-taken = Przyjmuje: podpis, godzina
watch-failed = Nie udało się tego zapisać. Nic nie zmieniono. Powiadom osobę, która prowadzi tę usługę.
watch-nothing-found = Wybierz, co ustalono. Nic nie zmieniono.
watch-how-known = Podaj, skąd to wiadomo. Nic nie zmieniono.
watch-what-done = Podaj, co zrobiono. Nic nie zmieniono.
watch-what-ground = Wybierz podstawę. Nic nie zmieniono.
watch-changed = Ktoś inny pracował nad tym od chwili otwarcia strony. Nic z Twoich danych nie zapisano. Zobacz, jak sprawa stoi teraz.
watch-no-station = Nie masz jeszcze jednostki. Możesz wszystko oglądać i działać w tym, co nie należy do żadnej jednostki. Poproś administratora o ustawienie jednostki.
watch-other-station = To należy do innej jednostki. Możesz to oglądać, a działa tamta jednostka.
watch-wrong = Sprawdź jeszcze raz: { $fields }. Nic nie zapisano.

watch-state-open = Otwarte
watch-state-civil = Sprawa cywilna
watch-state-criminal = Przestępstwo
watch-state-mixed = Sprawa cywilna i przestępstwo
watch-state-none = Ani cywilna, ani przestępstwo
watch-state-declined = Odmówiono
watch-state-referred = U prawników
watch-state-complied = Wykonano
watch-state-partly = Wykonano częściowo
watch-state-withdrawn = Wycofano
watch-state-noted = Odnotowano

watch-next-ask = Przełożony: ustal, co jest otwarte, i rozstrzygnij ponownie.
watch-next-paper = Przełożony: zapisz, co stało się z pismem.
watch-next-respond = Przełożony: zapisz, co zrobiono.
watch-next-counsel = Prawnicy miasta: odpowiedzieć.
watch-next-nothing = Nic więcej.

watch-lack-event = Brak numeru zdarzenia
    .next = Poproś dyspozytornię 911 o numer i wpisz go razem z tym, co zrobiono.
watch-lack-supervisor = Brak godziny, o której powiadomiono przełożonego
    .next = Dodaj godzinę do żądania.
watch-lack-matter = Cywilna czy przestępstwo: nie wiadomo
    .next = Zapytaj agencję, które z dwojga. Możesz zapytać właśnie o to.
watch-lack-response = Nikt nie zapisał, co zrobiono
    .next = Zapisz, co zrobiono, i podaj podstawę.
watch-lack-outcome = Nikt nie zapisał, co stało się z pismem
    .next = Zapisz zwolnienie albo przekazanie, albo że nikogo nie zatrzymano.

watch-gap-number_twice = Dwa zdarzenia mają ten sam numer
    .next = Sprawdź numer i popraw wpis, w którym jest zły.
watch-gap-request_open = Żądanie bez odpowiedzi
    .next = Zapytaj jednostkę, co zrobiono, i zapisz to.
watch-gap-paper_open = Pismo bez wyniku
    .next = Sprawdź w systemie aresztu. Zapisz zwolnienie lub przekazanie, z godziną.
watch-gap-bail_held = Wpłacono kaucję, a nikogo nie zwolniono na czas
    .next = Ustal dlaczego i powiadom prawników miasta. Jeśli zwolnienia tylko nie zapisano, zapisz je.
watch-gap-transfer_ground = Przekazanie bez podstawy prawnej
    .next = Powiadom prawników miasta. Znajdź pismo, na którego podstawie to zrobiono.
watch-gap-decision_alone = Zapytano Haven i nic potem nie nastąpiło
    .next = Zapytaj, co z tego wynikło. Zapisz żądanie i to, co zrobiono.
watch-gap-nil_contradicted = Jednostka podała, że nic nie wpłynęło, a coś wpłynęło
    .next = Poproś jednostkę o poprawienie zaświadczenia.
watch-gap-station_silent = Jednostka, która niczego nie zapisała
    .next = Poproś o jej rejestr papierowy albo o zaświadczenie, że nic nie wpłynęło.
watch-gap-days_missing = Dni bez żadnego wpisu
    .next = Poproś o rejestry papierowe z tych dni.
watch-gap-ids_missing = Pominięte wiersze rejestru papierowego
    .next = Odszukaj te wiersze w rejestrze papierowym.
watch-gap-recorded_late = Zapisano długo po zdarzeniu
    .next = Ustal, gdzie to leżało i czy leży tam więcej.

watch-kind-request = Żądanie
watch-kind-document = Pismo
watch-kind-decision = Pytanie do Haven
watch-kind-response = Co zrobiono
watch-kind-custody = Zatrzymanie
watch-kind-visit = Wizyta
watch-kind-agreement = Umowa
watch-kind-release = Ocena wydania dokumentów
watch-kind-exception = Wyjątek
watch-kind-duty = Wykonany obowiązek
watch-kind-complaint = Skarga
watch-kind-certification = Poświadczenie
watch-kind-form_review = Przegląd formularzy
watch-kind-nil = Zaświadczenie, że nic nie wpłynęło
watch-kind-access = Czynność uprzywilejowana

watch-field-at = kiedy wpłynęło
watch-field-event = numer zdarzenia
watch-field-rd = numer RD
watch-field-supervisor_notified_at = kiedy powiadomiono przełożonego
watch-field-channel = jak wpłynęło
watch-field-requester = kto prosił lub przysłał
watch-field-document = co to za pismo
watch-field-signer = kto je podpisał
watch-field-indicators = co widać na piśmie
watch-field-station = jednostka
watch-field-ground = podstawa

watch-list-channel-phone = telefon
watch-list-channel-fax = faks
watch-list-channel-email = e-mail
watch-list-channel-in_person = osobiście
watch-list-channel-radio = radio
watch-list-channel-ncic = trafienie w NCIC
watch-list-channel-portal = formularz internetowy
watch-list-channel-mail = list
watch-list-asked-hold = zatrzymać osobę
watch-list-asked-transfer = przekazać osobę
watch-list-asked-access_to_person = zobaczyć zatrzymaną osobę lub do niej zadzwonić
watch-list-asked-facility_use = skorzystać z pokoju, placu lub garażu
watch-list-asked-entry = wejść do budynku
watch-list-asked-assist = przyjechać i pomóc
watch-list-asked-perimeter = zamknąć ulicę lub kierować ruchem
watch-list-asked-custody_status = czy ktoś jest zatrzymany
watch-list-asked-release_date = data zwolnienia
watch-list-asked-contact_info = adres lub telefon
watch-list-asked-status_data = status imigracyjny
watch-list-asked-records = akta lub wykazy
watch-list-asked-search = sprawdzić nazwisko, tablicę lub adres
watch-list-asked-data_access = baza danych lub kamery
watch-list-asked-other = coś innego
watch-list-outcome-declined = odmówiono
watch-list-outcome-referred = przekazano prawnikom lub przełożonemu
watch-list-outcome-complied = wykonano
watch-list-outcome-partly = wykonano częściowo
watch-list-outcome-withdrawn = wycofane przez proszącego
watch-list-response_ground-city_law = prawo miasta
watch-list-response_ground-state_law = prawo stanowe
watch-list-response_ground-judicial_warrant = nakaz sędziego
watch-list-response_ground-court_order = postanowienie sądu
watch-list-response_ground-statute = ustawa, która tego wymaga
watch-list-response_ground-federal_regulation = przepis federalny, który tego wymaga
watch-list-response_ground-criminal_matter = chodzi o przestępstwo
watch-list-response_ground-written_consent = osoba zgodziła się na piśmie
watch-list-response_ground-safety = zagrożenie życia
watch-list-known_by-asked_agency = zapytano agencję
watch-list-known_by-paper = z pisma
watch-list-known_by-other = w inny sposób
watch-list-door-signed_in = po zalogowaniu
watch-list-door-open_device = na urządzeniu bez logowania
watch-list-door-offline = bez sieci, wysłano później
watch-list-place-office = biuro lub recepcja
watch-list-place-station = komisariat lub areszt
watch-list-place-school_or_park = szkoła, park lub biblioteka
watch-list-place-lot_or_garage = plac lub garaż
watch-list-place-clinic_or_shelter = przychodnia lub schronisko
watch-list-place-other = inna własność miasta
watch-list-milestone-in_custody = zatrzymano
watch-list-milestone-bail_posted = wpłacono kaucję
watch-list-milestone-released = zwolniono
watch-list-milestone-transferred = przekazano innej agencji
watch-list-indicator-form_number = numer formularza
watch-list-indicator-agency_heading = nagłówek agencji imigracyjnej
watch-list-indicator-court_caption = nazwa sądu u góry
watch-list-indicator-judge_title = tytuł sędziego pod podpisem
watch-list-indicator-officer_title = tytuł funkcjonariusza imigracyjnego pod podpisem
watch-list-indicator-case_number = sygnatura sprawy sądowej
watch-list-indicator-offence_named = podano przestępstwo
watch-list-indicator-statute_civil = podano cywilny przepis imigracyjny
watch-list-indicator-ncic_file = kartoteka trafienia w NCIC
watch-list-indicator-no_signature = brak podpisu

watch-list-held-same = Jest prawidłowa.
watch-list-held-differs = Prawo w tej usłudze daje inną odpowiedź niż ta, którą podało urządzenie.
watch-list-held-other_law = Urządzenie odpowiedziało według prawa, którego ta usługa nie ma.
