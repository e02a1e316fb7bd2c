-- The register and the log under it. What may be changed afterwards is said by triggers, so that no other program that
-- opens this file changes the past by mistake; docs/formats/register.md explains the tables.

CREATE TABLE record (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    agency TEXT NOT NULL,
    station TEXT,
    incident TEXT NOT NULL REFERENCES record (id),
    at TEXT NOT NULL,
    happened INTEGER NOT NULL,
    version INTEGER NOT NULL,
    external TEXT UNIQUE,
    keep_until INTEGER NOT NULL
) STRICT;
CREATE INDEX record_kind ON record (kind, happened);
CREATE INDEX record_incident ON record (incident);

-- body and salt are the private record and the salt of its commitment; both are NULL after a lawful erasure, and only then.
CREATE TABLE version (
    record TEXT NOT NULL REFERENCES record (id),
    version INTEGER NOT NULL,
    log INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    body BLOB,
    salt BLOB,
    PRIMARY KEY (record, version),
    CHECK ((body IS NULL) = (salt IS NULL))
) STRICT;
CREATE UNIQUE INDEX version_entry ON version (log, idx);

-- Links to a case make an entry a pseudonym of a person: their own table, their own access, their own short retention.
CREATE TABLE link (
    record TEXT NOT NULL REFERENCES record (id),
    system TEXT NOT NULL,
    number TEXT NOT NULL,
    keep_until INTEGER NOT NULL,
    PRIMARY KEY (record, system, number)
) STRICT;
CREATE INDEX link_number ON link (system, number);

CREATE TABLE log_head (
    log INTEGER NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    checkpoint TEXT NOT NULL,
    frozen INTEGER NOT NULL,
    -- When the head was signed, in seconds since 1970: a clock that runs backwards is seen.
    signed INTEGER NOT NULL
) STRICT;

CREATE TABLE log_entry (
    log INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    entry BLOB NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (log, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_tile (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    root BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)
) STRICT, WITHOUT ROWID;

-- The checkpoints that were published, with the cosignatures of witnesses.
CREATE TABLE log_checkpoint (
    log INTEGER NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    published INTEGER NOT NULL,
    PRIMARY KEY (log, size)
) STRICT;

CREATE TRIGGER log_entry_keeps BEFORE UPDATE ON log_entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_entry_stays BEFORE DELETE ON log_entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_tile_keeps BEFORE UPDATE ON log_tile BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_tile_stays BEFORE DELETE ON log_tile BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head
    WHEN new.log <> old.log OR new.origin <> old.origin OR new.size < old.size OR old.frozen = 1
    BEGIN SELECT RAISE(ABORT, 'a log only grows, and a frozen one not at all'); END;
CREATE TRIGGER log_checkpoint_stays BEFORE DELETE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER record_stays BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'a record is amended or erased, never deleted'); END;
CREATE TRIGGER record_grows BEFORE UPDATE ON record
    WHEN new.id <> old.id OR new.kind <> old.kind OR new.version <= old.version OR new.external IS NOT old.external
    BEGIN SELECT RAISE(ABORT, 'a record is amended or erased, never taken back'); END;
CREATE TRIGGER version_stays BEFORE DELETE ON version BEGIN SELECT RAISE(ABORT, 'a record is amended or erased, never deleted'); END;
CREATE TRIGGER version_keeps BEFORE UPDATE ON version
    WHEN new.record <> old.record OR new.version <> old.version OR new.log <> old.log OR new.idx <> old.idx
        OR new.body IS NOT NULL OR new.salt IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a version is erased or stays as it is'); END;
