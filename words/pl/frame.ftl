### What every page says around its content. Machine-checked, not reviewed; the English text governs.

frame-skip = Przejdź do treści
frame-hurt = Jeśli ktoś jest ranny lub w niebezpieczeństwie:
frame-help-first = najpierw pomoc.
frame-nav = Strony
frame-languages = Języki
frame-unreviewed = Te słowa napisała i sprawdziła maszyna. Żaden człowiek ich nie przejrzał. Rozstrzyga tekst angielski.
frame-about = O tej usłudze
frame-no-advice = To nie jest porada prawna.
frame-decides = Haven rozstrzyga tylko na podstawie przytoczonych przepisów. Gdy przepisy zostawiają pytanie otwarte, Haven to mówi, a odpowiadają prawnicy miasta.
frame-no-names = Haven nie przechowuje niczyjego nazwiska ani statusu imigracyjnego.
frame-pack = Pakiet przepisów
frame-design = Wygląd:
frame-ask = Zapytaj
frame-questions = Wszystkie pytania
frame-paper = Pismo
frame-residents = Czy to było legalne?
frame-law = Prawo
frame-reports = Sprawozdania
frame-desk = Stanowisko
frame-release = Wydanie
frame-log = Decyzje
frame-sign-in = Zaloguj się
