### What leaves: files are checked before they are sent. Machine-checked, not reviewed; the English text governs.

release-title = Sprawdź, co wychodzi
release-intro = Ktoś prosi o dokumenty. Podaj, kto prosi, wybierz pliki i zobacz, czy mogą wyjść, według którego przepisu i w którym miejscu jest to, co nie może wyjść. Tego, co tam jest napisane, nigdy się nie pokazuje.
release-to = Kto prosi
release-class = Jaki to rodzaj wnioskodawcy
release-purpose = Po co
release-authority = Co pokazano
release-topic = O co prosi oprócz samego dokumentu
release-topic-hint = Ocenia się także to, co Haven znajdzie w plikach.
release-unknown = Nie wiadomo
release-choose = Wybierz
release-whose = Czyj to dokument
release-stations = Posterunki
release-agencies = Urzędy bez posterunków
release-own = Ocenia się dla twojego posterunku:
release-request = Numer prośby w rejestrze
release-request-hint = Można zostawić puste. Nie wpisuj nazwisk.
release-files = Pliki, które byłyby wysłane
release-files-hint = Do { $count } plików, razem { $megabytes } MB. PDF, Word, Excel, CSV, obrazy, poczta, ZIP i tekst.
release-recorded-first = Ocena trafia do rejestru, zanim ją zobaczysz: o co proszono, jak oceniono, ile miejsc. Żadnego pliku, żadnego nazwiska. Pliki są tu usuwane po sprawdzeniu.
release-send = Sprawdź
release-wrong-title = Czegoś brakuje
release-wrong = Niczego nie sprawdzono ani nie zapisano. Popraw to i wybierz pliki jeszcze raz:
release-no-file = Wybierz co najmniej jeden plik.
release-too-much = To za dużo: do { $count } plików, razem { $megabytes } MB.
release-no-whose = Wybierz, czyj to dokument.
release-no-request = W rejestrze nie ma prośby o takim numerze.
release-busy = Trwają inne sprawdzenia. Niczego nie sprawdzono ani nie zapisano. Spróbuj ponownie za minutę.
release-failed = Nie udało się sprawdzić plików. Niczego nie wysyłaj. Powiadom osobę, która prowadzi tę usługę.
release-not-recorded = Oceny nie udało się zapisać, więc się jej nie pokazuje. Niczego nie wysyłaj. Powiadom osobę, która prowadzi tę usługę.
release-gone = Tych kopii już tu nie ma: przechowuje się je kilka minut i na jedno pobranie. Sprawdź pliki jeszcze raz.
release-outcome-release = Może wyjść
release-outcome-release_without = Może wyjść bez tego, co się wstrzymuje
release-outcome-refer = Nie wysyłaj: decydują prawnicy
release-outcome-refuse = Nie wysyłaj
release-means-release = Nic w tych przepisach tego nie zabrania. Inne przepisy mogą.
release-means-release_without = Usuń to, co nie może wyjść, albo wyślij czyste kopie.
release-means-refer = To nie jest rozstrzygnięte albo nie wszystko dało się odczytać.
release-means-refuse = Prawo mówi: nie.
release-recorded = Zapisano pod numerem
release-not-known = O prośbie nie wiadomo:
release-unknown-requester = kto prosi
release-unknown-class = jaki to rodzaj wnioskodawcy
release-unknown-purpose = po co
release-unknown-authority = na jakiej podstawie
release-unknown-topic = o co prosi
release-unread = Czego nie dało się odczytać
release-unread-text = Nikt nie wie, co tam jest, więc decydują prawnicy.
release-held = Co nie może wyjść
release-none-held = Nie znaleziono niczego, co nie może wyjść.
release-places = { $count ->
    [one] jedno miejsce
    [few] { $count } miejsca
   *[other] { $count } miejsc
  }
release-where = Gdzie
release-reveals = Co by ujawniło
release-clause = Przepis
release-page = strona { $number }
release-line = wiersz { $number }
release-more = { $count ->
    [one] Jednego miejsca więcej nie ma na tej liście.
   *[other] Na tej liście nie ma jeszcze { $count } miejsc.
  }
release-free = { $count ->
    [one] Prawo pozwala wyjść jednemu miejscu, które coś ujawnia.
   *[other] Prawo pozwala wyjść miejscom, które coś ujawniają; jest ich { $count }.
  }
release-copies = Kopie
release-copy = jest czysta kopia
release-as-it-is = może wyjść tak, jak jest
release-blocked = nie ma czystej kopii:
release-no-copies = Nie zrobiono żadnej kopii: w tym stanie nic nie wychodzi.
release-copies-text = Każdą czystą kopię sprawdzono tak jak jej oryginał. Razem z nimi są spisy tego, co usunięto, i karta przewodnia.
release-once = Można je pobrać raz, w ciągu { $minutes } minut. Potem ich tu nie ma.
release-download = Pobierz czyste kopie
release-law = Co mówi prawo
release-no-clause = Żaden z tych przepisów o tym nie mówi.
release-cover = Karta przewodnia
release-cover-text = Wydrukuj tę stronę: drukuje się tylko ta karta. Podpisz ją i przechowuj razem z prośbą.
release-another = Sprawdź inne pliki

release-class-federal_immigration = federalna agencja imigracyjna
release-class-federal = inna agencja federalna
release-class-state = agencja stanowa lub lokalna
release-class-city = inny wydział miasta
release-class-court = sąd
release-class-press = prasa
release-class-public = osoba prywatna, firma lub konsulat
release-class-vendor = dostawca systemów lub usług
release-class-subject = osoba, której dotyczy dokument
release-purpose-civil_immigration = egzekwowanie cywilnego prawa imigracyjnego
release-purpose-criminal = śledztwo lub proces karny
release-purpose-mixed = sprawa karna i cywilna imigracyjna razem
release-purpose-own_record = własny dokument osoby
release-purpose-litigation = sprawa przed sądem, która nie jest imigracyjna
release-purpose-public_information = informacja publiczna, prasa lub badania
release-purpose-service = usługa lub świadczenie dla osoby
release-authority-none = nic nie pokazano
release-authority-statute = ustawa
release-authority-regulation = rozporządzenie federalne
release-authority-court_order = nakaz sądu, który obejmuje ten dokument
release-authority-judicial_warrant = nakaz sędziego, który obejmuje ten dokument
release-authority-order_in_doubt = nakaz nieważny, niejasny lub taki, którego nie można sprawdzić
release-authority-order_not_covering = nakaz o innej osobie lub rzeczy
release-authority-administrative = detainer, nakaz administracyjny lub wezwanie
release-authority-usc_1373 = 8 USC 1373
release-authority-records_request = wniosek o dokumenty publiczne (FOIA)
release-authority-written_consent = pisemna zgoda dorosłego, którego dotyczy
release-authority-parents_consent = pisemna zgoda rodzica dziecka, którego dotyczy
release-authority-guardians_consent = pisemna zgoda opiekuna osoby, która nie może wyrazić zgody
release-topic-record = sam dokument
release-topic-status = obywatelstwo lub status imigracyjny
release-topic-origin = miejsce urodzenia, narodowość lub inne ślady pochodzenia
release-topic-custody_status = czy osoba jest zatrzymana
release-topic-release_date = kiedy osoba wychodzi na wolność
release-topic-contact_info = adres lub inne dane kontaktowe
release-topic-location = gdzie jest osoba
release-topic-criminal_history = przeszłość karna
release-topic-gang_record = wpis o gangach
release-topic-vehicle_data = dane pojazdów
release-topic-plate_readings = odczyty tablic rejestracyjnych

release-hidden-hidden_sheet = ukryty arkusz
release-hidden-hidden_column = ukryta kolumna
release-hidden-hidden_row = ukryty wiersz
release-hidden-cache_of_a_chart = pamięć wykresu
release-hidden-pivot_cache = pamięć tabeli przestawnej
release-hidden-cached_values_of_another_workbook = wartości z innego skoroszytu
release-hidden-comment = komentarz
release-hidden-deleted_text = usunięty tekst
release-hidden-hidden_text = ukryty tekst
release-hidden-document_property = właściwość dokumentu
release-hidden-settings = ustawienia
release-hidden-building_block = blok konstrukcyjny
release-hidden-custom_data = dane niestandardowe
release-hidden-header_or_footer = nagłówek lub stopka
release-hidden-notes = notatki
release-hidden-slide_master = wzorzec slajdów
release-hidden-earlier_revision = wcześniejsza wersja
release-hidden-under_a_filled_box = pod zamalowanym polem
release-hidden-picture_property = właściwość obrazu
release-hidden-list_of_choices_of_a_cell = lista wyboru komórki
release-hidden-defined_name = nazwa zdefiniowana
