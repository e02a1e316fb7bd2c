### Co to za dokument? Po jednym znaku.

paper-title = Co to za dokument?
paper-step = Pytanie { $number }
paper-unknown = Nie widzę tego albo nie wiem
paper-type-other = Nic z tego? Wpisz, co tam jest
paper-type = Wpisz, co tam jest
paper-type-day = Podaj dzień
paper-no-names = Nie wpisuj nazwisk.
paper-next = Dalej
paper-back = Wstecz
paper-done = To wszystko, co widzę
paper-again = Inny dokument

paper-ask-signer = Kto to podpisał?
paper-why-signer = Spójrz na koniec dokumentu. Najwięcej mówi stanowisko pod podpisem. Nakaz sądowy wydaje tylko sędzia (judge, magistrate) sądu.
paper-see-signer-judge = Sędzia sądu
paper-alt-signer-judge = Rysunek: podpis, a pod nim tytuł Judge.
paper-see-signer-magistrate = Sędzia magistrate judge
paper-alt-signer-magistrate = Rysunek: podpis, a pod nim tytuł United States Magistrate Judge.
paper-see-signer-officer = Funkcjonariusz imigracyjny
paper-alt-signer-officer = Rysunek: podpis, a pod nim tytuł Deportation Officer.
paper-see-signer-immigration-judge = Sędzia imigracyjny
paper-alt-signer-immigration-judge = Rysunek: podpis, a pod nim tytuł Immigration Judge.
paper-see-signer-none = Nikt nie podpisał
paper-alt-signer-none = Rysunek: pusta linia na podpis.
paper-see-signer-cut-off = Jest ucięte albo nieczytelne
paper-alt-signer-cut-off = Rysunek: koniec strony, oderwany w miejscu podpisu.
paper-see-signer-screen = To nie papier, tylko trafienie na ekranie
paper-alt-signer-screen = Rysunek: ekran, na którym widać trafienie.

paper-ask-top = Co jest na górze?
paper-why-top = Dokument sędziego podaje sąd. Formularz imigracyjny podaje Homeland Security. Sąd imigracyjny nie jest sądem z sędziami sądowymi.
paper-see-top-district = Sąd federalny (United States District Court)
paper-alt-top-district = Rysunek: nagłówek sądu, United States District Court, z dwiema stronami i numerem sprawy.
paper-see-top-circuit = Sąd stanowy, na przykład Circuit Court of Cook County
paper-alt-top-circuit = Rysunek: nagłówek sądu, Circuit Court of Cook County, z dwiema stronami i numerem sprawy.
paper-see-top-homeland = Homeland Security albo ICE
paper-alt-top-homeland = Rysunek: formularz z polami, na górze Department of Homeland Security, numer formularza w dolnym rogu.
paper-see-top-immigration-court = Sąd imigracyjny
paper-alt-top-immigration-court = Rysunek: formularz z polami, na górze Immigration Court.

paper-see-form_number-i-200 = Formularz I-200
paper-alt-form_number-i-200 = Rysunek: dolny róg formularza z napisem Form I-200.
paper-see-form_number-i-205 = Formularz I-205
paper-alt-form_number-i-205 = Rysunek: dolny róg formularza z napisem Form I-205.
paper-see-form_number-i-247a = Formularz I-247A
paper-alt-form_number-i-247a = Rysunek: dolny róg formularza z napisem Form I-247A.
paper-see-form_number-i-203 = Formularz I-203
paper-alt-form_number-i-203 = Rysunek: dolny róg formularza z napisem Form I-203.
paper-see-form_number-i-286 = Formularz I-286
paper-alt-form_number-i-286 = Rysunek: dolny róg formularza z napisem Form I-286.
paper-see-form_number-i-862 = Formularz I-862
paper-alt-form_number-i-862 = Rysunek: dolny róg formularza z napisem Form I-862.
paper-see-form_number-ao-442 = AO 442
paper-alt-form_number-ao-442 = Rysunek: dolny róg formularza z napisem AO 442.
paper-see-form_number-ao-93 = AO 93
paper-alt-form_number-ao-93 = Rysunek: dolny róg formularza z napisem AO 93.

paper-see-ncic_file-immigration-violator = Immigration Violator File
paper-alt-ncic_file-immigration-violator = Rysunek: ekran z nazwą Immigration Violator File i nakazem administracyjnym.
paper-see-ncic_file-wanted-person = Wanted Person File (osoba poszukiwana)
paper-alt-ncic_file-wanted-person = Rysunek: ekran z osobą poszukiwaną, przestępstwem i agencją, która to wpisała.
paper-see-ncic_file-other = Inny zbiór
paper-alt-ncic_file-other = Rysunek: ekran z nazwą innego zbioru.

# Co to jest, w jednym zdaniu.
paper-is-judicial_warrant = Ma znaki nakazu sędziego. Nie odmawiaj: sprawdź go w sądzie, a potem zrób to, co w nim jest, i nic więcej.
paper-is-court_order = Ma znaki postanowienia sądu. Nie odmawiaj: zadzwoń do prawnika agencji, a potem zrób to, co nakazuje, i nic więcej.
paper-is-administrative_warrant = To dokument imigracyjny. Wystawili go urzędnicy imigracyjni, a nie sędzia sądu.
paper-is-detainer = To prośba, żeby kogoś zatrzymać dłużej albo powiedzieć, kiedy wychodzi. To prośba, a nie nakaz.
paper-is-subpoena = To żądanie akt albo odpowiedzi. Przyjmij je, niczego nie wydawaj i jeszcze dziś daj prawnikowi agencji.
paper-is-cannot_tell = Znaki nie wystarczają, żeby wiedzieć, co to jest. Jeszcze nic z nim nie rób i nie odmawiaj. Zapytaj przełożonego.
# Czym to nie jest.
paper-not-judicial_warrant = To nie jest dokument funkcjonariusza imigracyjnego, bez względu na to, kto go przyniósł.
paper-not-court_order = To nie jest prośba, której można odmówić.
paper-not-administrative_warrant = To nie jest nakaz sędziego. Nie podpisał go żaden sędzia sądu, nawet jeśli jest tam słowo „warrant”.
paper-not-detainer = To nie jest nakaz. Nie podpisał go żaden sędzia.
paper-not-subpoena = To nie jest nakaz. Nikomu nie pozwala wejść i nie nakazuje zatrzymania.
paper-not-cannot_tell = Nie wiadomo, czy to nakaz sędziego, i nie wiadomo, czy nim nie jest.

paper-sure = Jak pewne to jest
paper-not = Czym to nie jest
paper-sure-settled = Podane znaki to rozstrzygają i żaden nie mówi co innego.
paper-sure-against = Znaki to rozstrzygają, ale jeden wskazuje na coś innego. Zobacz niżej.
paper-sure-conflict = Znaki są sprzeczne. Zadzwoń do sekretariatu sądu, który jest podany, pod numer, który sam znajdziesz.
paper-sure-open = Widać kilka znaków, ale to za mało.
paper-sure-nothing = Nie rozpoznano jeszcze żadnego znaku.
paper-leads = Co chcesz teraz wiedzieć?
paper-check = Mimo to sprawdź
paper-signs = Po jakich znakach
paper-no-signs = Po żadnym, który się liczy.
paper-against = Znaki, które wskazują na coś innego
paper-missing = Jeszcze brakuje
paper-look-next = Na co spojrzeć teraz
paper-look-more = Inne znaki, na które można spojrzeć
