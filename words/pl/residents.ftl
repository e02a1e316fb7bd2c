### What residents read, in Polish. Machine-checked, not reviewed; the English text governs. Keys: words/en/residents.ftl.

## Every page

lawful-leave = Opuść tę stronę
lawful-unknown = Nie wiem
lawful-continue = Dalej
lawful-back = Wstecz
lawful-go-on = Dalej w innym języku. Odpowiedzi zostają.
lawful-problem = { $what ->
    [often] Za dużo prób w tej chwili
    [foreign] Nie mogliśmy odczytać tej strony
   *[failed] To się nie udało
  }
lawful-problem-do = { $what ->
    [often] Poczekaj kilka minut i spróbuj znowu. Nic nie przepadło.
    [foreign] Strona może być stara. Zacznij od nowa poniżej.
   *[failed] Nic nie zapisano. Spróbuj później albo napisz list do urzędu.
  }

## Was it lawful?

lawful-title = Czy to było zgodne z prawem?
lawful-intro = Czy policja lub inny urząd miasta { $place } zatrzymał, przetrzymał lub wypytywał kogoś albo pomógł agentom imigracyjnym? Odpowiedz na kilka pytań. Dowiesz się, co mówi prawo z tamtego dnia i co możesz zrobić.
lawful-promise-kept = Niczego nie zapisujemy. Nie pytamy o nazwisko. Gdy zamkniesz stronę, odpowiedzi znikną.
lawful-promise-status = Nie pytamy o niczyj status imigracyjny. Nie musisz o nim mówić.
lawful-promise-advice = To nie jest porada prawna. Nie zastępuje prawnika.
lawful-step = Pytanie { $number }
lawful-wrong = { $what ->
    [future] Ta data jeszcze nie nadeszła. Wybierz inną. Twoje inne odpowiedzi zostały zachowane.
    [early] Nie mamy prawa z tak dawnych lat. Wybierz późniejszy rok. Twoje inne odpowiedzi zostały zachowane.
    [none] Nie ma takiego dnia. Wybierz inny. Twoje inne odpowiedzi zostały zachowane.
    [year] Wybierz też rok albo zostaw datę otwartą. Twoje inne odpowiedzi zostały zachowane.
    [month] Wybierz też miesiąc albo zostaw dzień otwarty. Twoje inne odpowiedzi zostały zachowane.
    [page] Części strony nie dało się odczytać. Może jest stara. Idź dalej od tego miejsca. Twoje inne odpowiedzi zostały zachowane.
   *[answer] Wybierz odpowiedź. Twoje inne odpowiedzi zostały zachowane.
  }
lawful-many = Wybierz wszystko, co pasuje.
lawful-many-unknown = Wybierz wszystko, co pasuje. Jeśli nic nie wybierzesz, przyjmiemy, że nie wiesz.

lawful-who-me = To spotkało mnie
lawful-who-family = To spotkało kogoś z mojej rodziny
lawful-who-witness = Widziałem lub widziałam to
lawful-who-lawyer = Jestem prawnikiem lub pomagam tej osobie

lawful-q-who = Kim jesteś?
lawful-why-who = To zmienia słowa, których używamy. Nie zmienia prawa.
lawful-q-happened = { $who ->
    [me] Co Cię spotkało?
    [family] Co spotkało osobę z Twojej rodziny?
    [witness] Co widziałeś lub widziałaś?
   *[lawyer] Co spotkało Twojego klienta?
  }
lawful-why-happened = Każdą rzecz sprawdzamy osobno.
lawful-q-by = Kto to zrobił?
lawful-why-by = Każde prawo wiąże kogo innego. Jeśli policja miejska oddała osobę agentom federalnym, wybierz policję.
lawful-q-when = Kiedy to było?
lawful-why-when = Prawo się zmieniło. Wybierz to, co wiesz, resztę zostaw. Jeśli trwało to kilka dni, wybierz pierwszy.
lawful-q-stop_reason = Z jakiego powodu było zatrzymanie na drodze lub ulicy?
lawful-why-stop_reason = Jedne powody wystarczą, inne nie. Wybierz to, co powiedziano lub napisano.
lawful-q-hold_reason = Z jakiego powodu osobę przetrzymano?
lawful-why-hold_reason = Wybierz każdy powód, który podano. Jeden zły powód może wystarczyć, by złamać prawo.
lawful-q-search_reason = Z jakiego powodu było przeszukanie?
lawful-why-search_reason = Wybierz to, co powiedziano lub napisano.
lawful-q-paper = Czy był jakiś dokument? Jak wyglądał?
lawful-why-paper = Dokument od urzędników imigracyjnych to nie dokument od sędziego. Spójrz na numer formularza w rogu.
lawful-q-signer = Kto podpisał dokument?
lawful-why-signer = Przeczytaj tytuł pod nazwiskiem. „Sędzia imigracyjny” nie jest sędzią sądu.
lawful-q-asker = Kto o to prosił albo kto to dostał?
lawful-why-asker = Jedne przepisy mówią o ICE. Inne mówią o każdym urzędzie federalnym.
lawful-q-matter = Czego to dotyczyło?
lawful-why-matter = Prawo miasta i stanu ogranicza pomoc w sprawach imigracji. Nie dotyka pracy policji przy przestępstwach.
lawful-q-use = Do czego użyli tego miejsca?
lawful-why-use = Niektóre cele są zakazane. Siedzenie w sali dla wszystkich nie jest.
lawful-q-aim = Po co była tam policja, o ile było to widać?
lawful-why-aim = Pomoc agentom jest zakazana. Dbanie o bezpieczeństwo ludzi może nie być.
lawful-q-hurt = Czy ktoś był ranny lub w niebezpieczeństwie?
lawful-why-hurt = Pomoc ludziom jest pierwsza w każdym prawie.
lawful-q-stopped = { $who ->
    [me] Czy byłeś wtedy zatrzymany lub byłaś zatrzymana?
   *[other] Czy ta osoba była wtedy zatrzymana?
  }
lawful-why-stopped = Prawo stanu chroni zatrzymanych przed tym pytaniem.
lawful-q-asked_for = Czy powiedzieli, dlaczego pytają?
lawful-why-asked_for = Prawo stanu dopuszcza dwa powody.
lawful-q-data_about = O co pytał formularz?
lawful-why-data_about = Formularz nie może pytać o status. Z miejscem urodzenia jest mniej jasno.
lawful-q-topic = Co im powiedziano?
lawful-why-topic = Prawo wymienia niektóre rodzaje informacji.
lawful-q-named_law = Czy podali przepis lub nakaz, który ich zmuszał?
lawful-why-named_law = Pozwolić może tylko przepis, nakaz sądu lub nakaz sędziego, który tego wymaga.
lawful-q-agreed = { $who ->
    [me] Czy zgodziłeś się lub zgodziłaś się na to?
   *[other] Czy ta osoba zgodziła się na to?
  }
lawful-why-agreed = Liczy się tylko zgoda na piśmie.
lawful-q-before_2021 = { $who ->
    [me] Czy coś z tego dotyczyło Cię tamtego dnia?
   *[other] Czy coś z tego dotyczyło tej osoby tamtego dnia?
  }
lawful-why-before_2021 = Przed 2021 rokiem przepis miasta nie chronił ludzi w tych przypadkach. Prawo stanu mogło chronić. Możesz to pominąć.

lawful-happened-stop = { $who ->
    [me] Zatrzymano mnie na drodze lub ulicy
   *[other] Zatrzymano osobę na drodze lub ulicy
  }
lawful-happened-hold = { $who ->
    [me] Aresztowano mnie lub przetrzymano
   *[other] Aresztowano lub przetrzymano osobę
  }
lawful-happened-handover = { $who ->
    [me] Oddano mnie ICE lub innym agentom federalnym
   *[other] Oddano osobę ICE lub innym agentom federalnym
  }
lawful-happened-visit = { $who ->
    [me] ICE mogło widzieć mnie w areszcie, dzwonić do mnie lub mnie wypytywać
   *[other] ICE mogło widzieć osobę w areszcie, dzwonić do niej lub ją wypytywać
  }
lawful-happened-home = Weszli do domu albo przeszukali osobę, torbę lub samochód
lawful-happened-building = Wpuszczono agentów federalnych do budynku, na parking lub do garażu miasta
lawful-happened-helped = Policja miejska pomagała agentom imigracyjnym na ulicy
lawful-happened-question = Pytali o obywatelstwo lub status imigracyjny
lawful-happened-origin = Pytali o miejsce urodzenia lub narodowość
lawful-happened-threat = Grozili komuś lub obrażali go z powodu statusu imigracyjnego
lawful-happened-form = Formularz pytał o status
lawful-happened-service = Odmówiono usługi miasta z powodu statusu
lawful-happened-information = Podali ICE datę zwolnienia, adres lub inne dane
lawful-happened-status_shared = Powiedzieli komuś o statusie imigracyjnym

lawful-by-police = Policja w Chicago
lawful-by-office = Inny urząd miasta
lawful-by-sister = Szkoła, autobus lub pociąg, park, mieszkania publiczne lub college miejski
lawful-by-sheriff = Szeryf lub więzienie hrabstwa
lawful-by-federal = ICE lub inni agenci federalni

lawful-menu-year = Rok
lawful-menu-month = Miesiąc
lawful-menu-day = Dzień
lawful-month-1 = styczeń
lawful-month-2 = luty
lawful-month-3 = marzec
lawful-month-4 = kwiecień
lawful-month-5 = maj
lawful-month-6 = czerwiec
lawful-month-7 = lipiec
lawful-month-8 = sierpień
lawful-month-9 = wrzesień
lawful-month-10 = październik
lawful-month-11 = listopad
lawful-month-12 = grudzień
lawful-day = dzień { $day }, { $month } { $year }
lawful-about = około: { $month } { $year }
lawful-year = jakiś dzień w roku { $year }
lawful-day-unknown = dzień, którego nikt nam nie podał

lawful-answer-reason-traffic = Wykroczenie drogowe
lawful-answer-reason-crime = Mówili, że właśnie popełniono przestępstwo
lawful-answer-reason-charge = Zarzut karny, który wciąż był otwarty
lawful-answer-reason-detainer = „Detainer”: ICE prosiło o przetrzymanie osoby
lawful-answer-reason-immigration_paper = Dokument lub wpis w komputerze od urzędu imigracyjnego
lawful-answer-reason-judge = Nakaz od sędziego
lawful-answer-reason-status = Wygląd lub mowa osoby albo to, co myśleli o jej statusie
lawful-answer-reason-danger = Ktoś był w niebezpieczeństwie
lawful-answer-matter-civil = Tylko imigracja: deportacja lub szukanie ludzi
lawful-answer-matter-criminal = Przestępstwo
lawful-answer-matter-mixed = Jedno i drugie
lawful-answer-matter-none = Żadne z nich
lawful-answer-aim-assist = Żeby pomóc agentom
lawful-answer-aim-safety = Żeby ludzie byli bezpieczni
lawful-answer-hurt-yes = Tak
lawful-answer-hurt-no = Nie
lawful-answer-named_law-none = Nie, niczego nie podali
lawful-answer-named_law-statute = Tak, ustawę
lawful-answer-named_law-court = Tak, nakaz sądu
lawful-answer-agreed-no = Nie
lawful-answer-agreed-oral = Tak, ustnie
lawful-answer-agreed-written = Tak, na piśmie
lawful-answer-stopped-yes = Tak
lawful-answer-stopped-no = Nie
lawful-answer-before_2021-warrant = Sąd miał otwarty nakaz karny
lawful-answer-before_2021-felony = Był wyrok za ciężkie przestępstwo (felony)
lawful-answer-before_2021-pending = Był otwarty zarzut ciężkiego przestępstwa (felony)
lawful-answer-before_2021-gang = Policja miała wpis o gangu, słusznie lub nie
lawful-answer-before_2021-none = Nic z tego

## The answer

lawful-answer-title = Co mówi prawo
lawful-answer-intro = Czas: { $day }. To mówi prawo z tamtego czasu, na podstawie tego, co nam powiedziano.
lawful-answer-limits = Patrzymy tylko na prawo o pomocy w sprawach imigracji. Inne prawo, na przykład konstytucja, może mówić więcej. „Nie wiemy” nigdy nie znaczy, że było to zgodne z prawem.
lawful-federal = Przepis miasta i stanowa ustawa TRUST nie wiążą agentów federalnych. Wiąże ich inne prawo, na przykład konstytucja i prawo federalne. Tego prawa tu nie mamy. Porozmawiaj z prawnikiem.
lawful-sister = Te urzędy mają własne zarządy. Przepis miasta może ich nie wiązać. Poproś o przepis tego urzędu. Jego policję może wiązać prawo stanu.
lawful-sheriff = Przepis miasta nie wiąże hrabstwa. Szeryfa wiąże prawo stanu. Hrabstwo ma własny przepis, którego tu nie mamy.
lawful-judged = Sprawdziliśmy:
lawful-from = Jeśli to było od { $day }
lawful-until = do { $day }:
lawful-term = { $kind ->
    [both] obowiązuje od: { $from }, do: { $until }
    [until] obowiązuje do: { $until }
   *[from] obowiązuje od: { $from }
  }
lawful-term-perhaps-from = może już od: { $day }
lawful-term-perhaps-until = może tylko do: { $day }
lawful-term-and = ;{" "}

lawful-summary = W skrócie
lawful-word-day = To zależy od dnia
lawful-word-unlawful = Wygląda na bezprawne
lawful-word-depends = To zależy od tego, czego nie wiemy
lawful-word-required = Prawo tego wymagało
lawful-word-allowed = Prawo wprost na to pozwalało
lawful-word-excepted = Był wyjątek
lawful-word-silent = Nic w tym prawie nie mówi przeciw temu
lawful-sentence-unlawful = Obowiązujący przepis tego zakazuje. Ostatnie słowo ma prawnik lub sąd.
lawful-sentence-depends = Brakuje faktów albo prawo zostawia to otwarte. Niżej widać, których i jak je poznać.
lawful-sentence-required = Obowiązujący przepis kazał im to zrobić.
lawful-sentence-allowed = Obowiązujący przepis mówi, że mogą to zrobić.
lawful-sentence-excepted = Przepis by tego zakazał, ale robi wyjątek. Inne prawo może wciąż zakazywać.
lawful-sentence-silent = Inne prawo może. To nie znaczy, że było to zgodne z prawem.
lawful-layer-city = Prawo miasta
lawful-layer-county = Prawo hrabstwa
lawful-layer-state = Prawo stanu
lawful-layer-federal = Prawo federalne
lawful-layer-order = Zarządzenia miasta i policji
lawful-does-no = zakazuje tego.
lawful-does-must = wymaga tego.
lawful-does-yes = pozwala na to albo robi wyjątek.
lawful-does-may = może tego zakazywać.
lawful-mark-v = Czytaliśmy tekst.
lawful-mark-s = Znamy to z doniesień, nie z tekstu.
lawful-mark-u = Niepotwierdzone. Zapytaj prawnika.
lawful-more = Więcej i słowa prawa
lawful-not-known = Czego nie wiemy i jak się dowiedzieć
lawful-would-change = To się zmienia, jeśli akta pokażą coś innego o:
lawful-point = Prawo zostawia to otwarte. Prawnik może pomóc.
lawful-learn-reason = Poproś o raport z aresztowania, raport z zatrzymania i dziennik aresztu. Powód musi tam być. Poproś też o nagranie.
lawful-learn-paper = Poproś o kopię każdego dokumentu z obu stron i o policyjny dziennik detainerów. Szukaj numeru formularza, nazwy sądu i tytułu osoby, która podpisała.
lawful-learn-record = Kancelaria sądu lub prawnik mogą odszukać stare sprawy. O wpis o gangu poproś policję we wniosku o akta.
lawful-learn-matter = Poproś o zapis dyspozytora, rozmowy radiowe i prośbę federalną. Tam jest, co powiedziano policji.
lawful-learn-who = Szukaj odznaki, naszywki lub numeru samochodu. Zapis dyspozytora podaje patrole i kto je wezwał.
lawful-learn-law = Zapytaj urząd na piśmie, jaki przepis go zmusił. Poproś o tekst.
lawful-learn-consent = Szukaj podpisanego dokumentu. Poproś urząd o jego kopię.
lawful-learn-place = Poproś o listę gości, nagranie z budynku i raport osoby, która tam kierowała.
lawful-learn-words = Poproś o nagranie obrazu lub rozmowy. Jeśli to formularz, poproś o pusty.
lawful-duties = Musieli też zrobić to. Zostaje po tym zapis, o który możesz poprosić:

## Where to turn

lawful-where = Co możesz zrobić
lawful-hears = Skarga na to idzie do
lawful-elsewhere = Żaden urząd miasta się tym nie zajmuje, więc ten serwis nie przyjmuje na to skarg. Wydrukuj list poniżej i wyślij go tam.
lawful-copy = Wyślij kopię do
lawful-disputed = Nie ma zgody, kto to rozpatruje. W lipcu 2025 oba urzędy mówiły, że to nie do nich. W lutym 2026 rada miała przed sobą nowy przepis. Nie znaleźliśmy wyniku. Napisz więc do obu.
lawful-deadline = W prawie, które czytaliśmy, nie znaleźliśmy terminu na te skargi. Może jakiś być, a sąd ma swoje. Nie wiemy, jak długo trzyma się nagrania. Działaj więc szybko.
lawful-do-complaint = Żeby złożyć skargę
lawful-do-records = Żeby dostać akta
lawful-do-court = Żeby pójść do sądu
lawful-outside = Nie należy do miasta
lawful-own-page = Adres znajdziesz na stronie tego urzędu.
lawful-body-inspector_general = Rozpatruje skargi na pracowników miasta. Według doniesień jego przepis mówi o pracownikach, którzy nie są policjantami. Wyniki trzyma w tajemnicy.
lawful-body-police_oversight = Rozpatruje skargi, że policja kogoś źle traktowała lub mu groziła. W 2025 roku mówił, że pomoc dla ICE to nie jego sprawa.
lawful-body-internal_affairs = Część policji. Tu wysłano większość skarg znanych do stycznia 2026.
lawful-body-attorney_general = Dostaje co roku raport policji o detainerach i prośbach federalnych. Nie czytaliśmy, co może zrobić ze skargą.
lawful-body-sheriff_review = Rozpatruje skargi na ludzi szeryfa i więzienie hrabstwa.
lawful-body-sister_inspector = Szkoły, parki, mieszkania publiczne i college miejskie mają każde swojego inspektora generalnego lub zarząd.
lawful-body-transit_inspector = Rozpatruje skargi na autobusy i pociągi CTA. To urząd stanu.
lawful-body-police_records = Odpowiada na wnioski o akta policji. List poniżej jest do tego urzędu.
lawful-body-department_records = Każdy urząd ma kogoś, kto odpowiada na wnioski o akta.
lawful-body-law_department = Prawnicy miasta. Możesz ich zapytać, jakim prawem kieruje się miasto. Działają dla miasta, nie dla Ciebie.
lawful-body-federal_rights = Przyjmuje skargi o prawa obywatelskie w Homeland Security. Prawo miasta nie sięga jego agentów.
lawful-body-federal_inspector = Przyjmuje skargi na pracowników Homeland Security.
lawful-body-court = Przepis miasta podobno nie daje prawa do pozwania miasta. Według doniesień ustawa stanu z grudnia 2025 pozwala pozywać za prawa złamane przy działaniach imigracyjnych. Zapytaj szybko prawnika.

## Letters

lawful-letters = Listy do wydruku
lawful-letters-how = Wydrukuj list i wypełnij puste miejsca ręcznie. Nic z tego, co napiszesz, do nas nie trafia.
lawful-letter-records = List: wniosek o akta
lawful-letter-what-records = O raporty, nagrania i dokumenty.
lawful-letter-complaint = List: skarga
lawful-letter-what-complaint = Z przepisami, które wyglądają na złamane.
lawful-letter-log = List: wniosek o raporty policji o ICE
lawful-letter-what-log = O dziennik detainerów i raport kwartalny, bez nazwisk.
lawful-letter-print = Wydrukuj tę stronę. Wypełnij puste miejsca ręcznie, podpisz i zachowaj kopię.
lawful-letter-english = List jest po angielsku, bo urząd czyta po angielsku.
lawful-letter-never = Nie pisz w nim o niczyim statusie imigracyjnym. Jeśli boisz się o kogoś, niech list wyśle prawnik.
lawful-told = Co nam powiedziano
lawful-change = Zmień
lawful-reviewed = Prawo na tej stronie sprawdzono ostatnio: { $day }.
lawful-anew = Zacznij od nowa

## The poster

rights-title = Twoje prawa wobec miasta
rights-print = Wydrukuj tę stronę jako plakat, w formacie Letter lub A4.
rights-headline = Miasto { $place } nie pyta o Twoje papiery
rights-lead = To dotyczy każdego: także ofiar i świadków. Gdy potrzebujesz pomocy, dzwoń pod 911.
rights-line-ask = Pracownicy miasta nie mogą pytać o Twoje obywatelstwo lub status imigracyjny, zapisywać go ani podawać, chyba że wymaga tego prawo lub sąd albo zgadzasz się na piśmie.
rights-line-form = Formularze miasta nie mogą o to pytać, chyba że wymaga tego prawo lub sąd.
rights-line-hold = Policja miejska nie może Cię zatrzymać, aresztować ani trzymać na podstawie nakazu imigracyjnego.
rights-line-handover = Policja miejska nie może oddać Cię ICE tylko z powodu imigracji.
rights-line-talk = W sprawie imigracyjnej pracownicy miasta nie mogą mówić ICE, kiedy wyjdziesz ani jak Cię znaleźć.
rights-line-help = Policja miejska nie może blokować ulic ani pomagać na miejscu w działaniu imigracyjnym.
rights-agent = Gdy przyjdzie agent imigracyjny
rights-agent-bound = Prawo miasta nie wiąże agentów federalnych. Wiąże ich inne prawo.
rights-agent-silent = Możesz zapytać: „Czy mogę odejść?” i powiedzieć, że chcesz prawnika.
rights-agent-paper = Poproś o pokazanie dokumentu. Nakaz sędziego podaje nazwę sądu i ma podpis sędziego. Formularze I-200 i I-205 nie są od sędziego.
rights-agent-note = Zachowaj spokój. Nie uciekaj i nie popychaj. Zapisz nazwiska, urząd i godzinę.
rights-hurt = Jeśli ktoś jest ranny, najpierw dzwoń pod 911.
rights-foot = To nie jest porada prawna.

## A complaint without a name

complaint-title = Skarga bez nazwiska
complaint-intro = Opowiedz, co się stało. Nie podajesz nazwiska. Nikt nie musi wiedzieć, kim jesteś.
complaint-promise-sealed = Tekst zostaje zaszyfrowany, gdy tylko do nas dotrze. Otworzyć go może tylko urząd, który zajmuje się skargami. Ten serwis nie może.
complaint-promise-code = Dostajesz numer z 16 cyfr. Z nim zobaczysz, co się dzieje ze skargą. Nie możemy odszukać numeru ponownie.
complaint-promise-self = Jeśli chcesz pozostać nieznany lub nieznana, nie podawaj nazwiska ani niczyjego statusu. Nie używaj telefonu ani komputera z pracy.
complaint-promise-english = Możesz pisać w swoim języku. Urząd pracuje po angielsku i może potrzebować czasu na tłumaczenie.
complaint-against = Kogo to dotyczy?
complaint-against-police_member = Policji w Chicago
complaint-against-other_city_agent = Innego urzędu miasta
complaint-allegation = Czego to dotyczy?
complaint-allegation-abuse_or_threat = Złe traktowanie, groźba lub obelga z powodu statusu imigracyjnego
complaint-allegation-assisted_enforcement = Pomoc dla ICE: przetrzymanie, oddanie, blokowanie ulic, podawanie danych
complaint-allegation-status_data = Pytanie o status, zapisywanie go lub podawanie
complaint-allegation-other = Coś innego albo nie wiem
complaint-text = Co się stało?
complaint-text-hint = Kiedy, gdzie, kto, co. Pomagają numery odznak lub samochodów. Najwyżej { $max } znaków.
complaint-send = Wyślij skargę
complaint-lacking = { $what ->
    [choice] Wybierz, kogo i czego to dotyczy. Nic jeszcze nie wysłano.
    [text] Napisz, co się stało. Nic jeszcze nie wysłano.
    [often] W tej chwili pisze wiele osób. Poczekaj minutę i wyślij jeszcze raz. Twój tekst jest poniżej.
   *[long] Tekst jest za długi. Skróć go. Nic jeszcze nie wysłano.
  }
complaint-closed = Teraz nie można tu złożyć skargi.
complaint-not-here = Nie można tu złożyć skargi, bo nie ma klucza urzędu, który mógłby ją otworzyć. Możesz napisać do tych urzędów. „Czy to było zgodne z prawem?” wydrukuje Ci list.
complaint-elsewhere = Żaden urząd miasta nie rozpatruje skarg na nich. Dlatego nic nie wysłano i nic nie zapisano. Rozpatrują je te urzędy. To, co napisałeś, jest nadal poniżej: możesz to skopiować.
complaint-elsewhere-letter = Odpowiedz na kilka pytań i wydrukuj list
code-title = Twój numer
code-intro = Skarga dotarła. To jest jej numer. Zapisz go teraz.
code-note = Na następnej stronie wpiszesz go raz, żeby było pewne, że go masz. Kto ma numer, może zobaczyć, co się dzieje ze skargą, ale nigdy jej treść.
code-noted = Numer jest zapisany
confirm-title = Wpisz swój numer
confirm-intro = Żeby nie przepadł. Potem zobaczysz go ostatni raz, z potwierdzeniem do wydruku.
confirm-send = Sprawdź numer
confirm-lost = Jeśli numer przepadł: skarga dotarła i zostanie przeczytana. Nie można jej śledzić i nikt nie odszuka numeru.
receipt-title = Potwierdzenie skargi
receipt-print = Wydrukuj tę stronę albo zapisz numer. Nie pokażemy go ponownie.
status-title = Co się dzieje z moją skargą?
status-intro = Wpisz numer z 16 cyfr.
status-code = Numer
status-send = Pokaż
status-wrong = Żadna skarga nie ma tego numeru. Sprawdź cyfry.
clock-age = { $days ->
    [0] Dotarła dzisiaj.
    [one] Ma { $days } dzień.
   *[other] Ma { $days } dni.
  }
clock-day = Dzień, w którym dotarła
clock-to = Idzie do
clock-copy = Kopia do, bo nie ma zgody, kto ją rozpatruje
clock-stage = Etap
clock-no-content = Jej treści nikomu tu nie pokazujemy.
clock-body-inspector_general = Inspektor generalny
clock-body-police_oversight = Cywilny nadzór nad policją (COPA)
clock-body-internal_affairs = Sprawy wewnętrzne policji
clock-body-attorney_general = Prokurator generalny Illinois
clock-body-law_department = Wydział prawny
clock-body-outside_city = Urząd spoza miasta
clock-stage-received = Przyjęta: czeka na człowieka
clock-stage-routed = Przekazana: człowiek wysłał ją do urzędu
clock-stage-closed = Zamknięta
docket-title = Skargi w liczbach
docket-until = Skargi, które dotarły do dnia { $day }:
docket-first = Ten rejestr jest nowy. Skargi liczy się tu całymi miesiącami, pierwszy raz: { $day }.
docket-rule = Liczb od 1 do mniej niż { $number } nie pokazujemy, żeby żadna liczba nie wskazała człowieka. Gdzie dałoby się je obliczyć, ukrywamy też inne.
docket-fewer = mniej niż { $number }
docket-withheld = ukryte
docket-bodies = Według urzędu
docket-stages = Według etapu
docket-ages = Według wieku
docket-age = Wiek
docket-number = Skargi
docket-age-month = mniej niż 30 dni
docket-age-quarter = od 30 do 89 dni
docket-age-half = od 90 do 179 dni
docket-age-longer = 180 dni lub więcej
