-- Who may sign in. Apart from records: nothing here is part of an entry, and the log commits to none of it. A member of
-- staff is an id, never a name; docs/access.md says what is kept and for how long.

CREATE TABLE staff_member (
    -- In capitals, in the form that records know.
    id TEXT NOT NULL PRIMARY KEY,
    -- Words of the list `role`, separated by semicolons.
    roles TEXT NOT NULL,
    station TEXT,
    -- argon2id in the form of PHC; none before enrolment, and none for who signs in elsewhere.
    password TEXT,
    disabled INTEGER NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;

-- Codes with which a member sets a password, once: only their SHA-256.
CREATE TABLE staff_code (
    member TEXT NOT NULL PRIMARY KEY REFERENCES staff_member (id),
    code BLOB NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

-- Sessions: only the SHA-256 of what the browser holds. One that is revoked is deleted.
CREATE TABLE staff_session (
    token BLOB NOT NULL PRIMARY KEY,
    member TEXT NOT NULL REFERENCES staff_member (id),
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_session_member ON staff_session (member);

-- Who signs in at the city's own service: SHA-256 of issuer and subject.
CREATE TABLE staff_subject (
    subject BLOB NOT NULL PRIMARY KEY,
    member TEXT NOT NULL UNIQUE REFERENCES staff_member (id)
) STRICT;
