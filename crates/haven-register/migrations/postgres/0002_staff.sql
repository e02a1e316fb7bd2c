-- Who may sign in; the same tables as in SQLite, see there. In a schema of their own, so that they can be granted apart.

CREATE SCHEMA staff;

CREATE TABLE staff.staff_member (
    id TEXT NOT NULL PRIMARY KEY,
    roles TEXT NOT NULL,
    station TEXT,
    password TEXT,
    disabled BIGINT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL
);

CREATE TABLE staff.staff_code (
    member TEXT NOT NULL PRIMARY KEY REFERENCES staff.staff_member (id),
    code BYTEA NOT NULL,
    expires BIGINT NOT NULL
);

CREATE TABLE staff.staff_session (
    token BYTEA NOT NULL PRIMARY KEY,
    member TEXT NOT NULL REFERENCES staff.staff_member (id),
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX staff_session_member ON staff.staff_session (member);

CREATE TABLE staff.staff_subject (
    subject BYTEA NOT NULL PRIMARY KEY,
    member TEXT NOT NULL UNIQUE REFERENCES staff.staff_member (id)
);
