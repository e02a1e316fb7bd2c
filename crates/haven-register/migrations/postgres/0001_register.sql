-- The register and the log under it; the same tables as in SQLite, see there and docs/formats/register.md. Links lie in a
-- schema of their own, so that they can be granted apart.

CREATE TABLE record (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    agency TEXT NOT NULL,
    station TEXT,
    incident TEXT NOT NULL REFERENCES record (id),
    at TEXT NOT NULL,
    happened BIGINT NOT NULL,
    version BIGINT NOT NULL,
    external TEXT UNIQUE,
    keep_until BIGINT NOT NULL
);
CREATE INDEX record_kind ON record (kind, happened);
CREATE INDEX record_incident ON record (incident);

CREATE TABLE version (
    record TEXT NOT NULL REFERENCES record (id),
    version BIGINT NOT NULL,
    log BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    body BYTEA,
    salt BYTEA,
    PRIMARY KEY (record, version),
    CHECK ((body IS NULL) = (salt IS NULL))
);
CREATE UNIQUE INDEX version_entry ON version (log, idx);

CREATE SCHEMA links;
CREATE TABLE links.link (
    record TEXT NOT NULL REFERENCES record (id),
    system TEXT NOT NULL,
    number TEXT NOT NULL,
    keep_until BIGINT NOT NULL,
    PRIMARY KEY (record, system, number)
);
CREATE INDEX link_number ON links.link (system, number);

CREATE TABLE log_head (
    log BIGINT NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    checkpoint TEXT NOT NULL,
    frozen BIGINT NOT NULL,
    signed BIGINT NOT NULL
);

CREATE TABLE log_entry (
    log BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    entry BYTEA NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (log, idx)
);

CREATE TABLE log_tile (
    log BIGINT NOT NULL,
    level BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    root BYTEA NOT NULL,
    PRIMARY KEY (log, level, idx)
);

CREATE TABLE log_checkpoint (
    log BIGINT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    published BIGINT NOT NULL,
    PRIMARY KEY (log, size)
);

CREATE FUNCTION log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only';
END $$;
CREATE FUNCTION log_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.log <> old.log OR new.origin <> old.origin OR new.size < old.size OR old.frozen = 1 THEN
        RAISE EXCEPTION 'a log only grows, and a frozen one not at all';
    END IF;
    RETURN new;
END $$;
CREATE FUNCTION record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a record is amended or erased, never deleted';
END $$;
CREATE FUNCTION record_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.id <> old.id OR new.kind <> old.kind OR new.version <= old.version OR new.external IS DISTINCT FROM old.external THEN
        RAISE EXCEPTION 'a record is amended or erased, never taken back';
    END IF;
    RETURN new;
END $$;
CREATE FUNCTION version_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.record <> old.record OR new.version <> old.version OR new.log <> old.log OR new.idx <> old.idx
        OR new.body IS NOT NULL OR new.salt IS NOT NULL THEN
        RAISE EXCEPTION 'a version is erased or stays as it is';
    END IF;
    RETURN new;
END $$;

CREATE TRIGGER log_entry_stays BEFORE UPDATE OR DELETE ON log_entry FOR EACH ROW EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_tile_stays BEFORE UPDATE OR DELETE ON log_tile FOR EACH ROW EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_checkpoint_stays BEFORE DELETE ON log_checkpoint FOR EACH ROW EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION log_head_grows();
CREATE TRIGGER record_stays BEFORE DELETE ON record FOR EACH ROW EXECUTE FUNCTION record_stays();
CREATE TRIGGER record_grows BEFORE UPDATE ON record FOR EACH ROW EXECUTE FUNCTION record_grows();
CREATE TRIGGER version_stays BEFORE DELETE ON version FOR EACH ROW EXECUTE FUNCTION record_stays();
CREATE TRIGGER version_keeps BEFORE UPDATE ON version FOR EACH ROW EXECUTE FUNCTION version_keeps();
-- TRUNCATE passes by triggers of rows.
CREATE TRIGGER log_entry_whole BEFORE TRUNCATE ON log_entry FOR EACH STATEMENT EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_tile_whole BEFORE TRUNCATE ON log_tile FOR EACH STATEMENT EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_head_whole BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION log_stays();
CREATE TRIGGER log_checkpoint_whole BEFORE TRUNCATE ON log_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION log_stays();
CREATE TRIGGER record_whole BEFORE TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION record_stays();
CREATE TRIGGER version_whole BEFORE TRUNCATE ON version FOR EACH STATEMENT EXECUTE FUNCTION record_stays();
