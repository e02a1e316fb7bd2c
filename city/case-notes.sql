-- A small database of a sample city's office, made up. `sqlite3 city/case-notes.db < city/case-notes.sql` makes it anew.
CREATE TABLE household (
  id INTEGER PRIMARY KEY,
  opened TEXT NOT NULL,
  ward INTEGER,
  persons INTEGER,
  res_status TEXT CHECK (res_status IN ('citizen', 'lpr', 'visa', 'none')),
  interpreter_language TEXT
);
CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES household (id),
  written TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE TABLE repair (
  id INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES household (id),
  status TEXT NOT NULL,
  removal_date TEXT
);
INSERT INTO household VALUES
  (1, '2026-01-12', 12, 4, 'lpr', 'Spanish'),
  (2, '2026-01-19', 25, 2, 'citizen', NULL),
  (3, '2026-02-02', 12, 5, 'none', 'Polish'),
  (4, '2026-02-03', 40, 1, 'visa', 'Mandarin'),
  (5, '2026-03-17', 25, 3, 'none', 'Ukrainian');
INSERT INTO note VALUES
  (1, 1, '2026-01-12', 'The tenant asked about heating. The boiler was repaired on the same day.'),
  (2, 3, '2026-02-02', 'The mother said that she has no papers and is afraid to sign the lease.'),
  (3, 4, '2026-02-04', 'The tenant showed a work permit when he collected the keys.'),
  (4, 5, '2026-03-18', 'The family was told that the city does not ask about immigration status.');
INSERT INTO repair VALUES (1, 1, 'done', NULL), (2, 2, 'open', '2026-04-01');
