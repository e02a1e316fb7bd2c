-- Case management of the department of family services. PostgreSQL 15.

CREATE TYPE case_state AS ENUM ('open', 'waiting', 'closed');

CREATE TABLE household (
    household_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ward           smallint NOT NULL CHECK (ward BETWEEN 1 AND 50),
    people         smallint NOT NULL,
    rent_month     numeric(8, 2),
    home_language  text
);
COMMENT ON TABLE household IS 'People who live and eat together; no names.';
COMMENT ON COLUMN household.home_language IS 'For letters and calls.';

CREATE TABLE member (
    member_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    household_id   bigint NOT NULL REFERENCES household,
    birth_year     smallint,
    relation       text CHECK (relation IN ('head', 'partner', 'child', 'other')),
    citz_cd        char(3) CHECK (citz_cd IN ('USC', 'LPR', 'REF', 'UND')),
    entry_dt       date,
    cntry_birth    char(2)
);
COMMENT ON COLUMN member.citz_cd IS 'Citizenship: USC citizen, LPR permanent resident, REF refugee, UND undocumented.';
COMMENT ON COLUMN member.entry_dt IS 'Day on which the person entered the United States.';
COMMENT ON COLUMN member.cntry_birth IS 'Country of birth, ISO 3166.';

CREATE TABLE service_case (
    case_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    household_id   bigint NOT NULL REFERENCES household,
    state          case_state NOT NULL DEFAULT 'open',
    entry_date     timestamptz NOT NULL DEFAULT now(),
    status         text CHECK (status IN ('new', 'active', 'expired')),
    origin         text CHECK (origin IN ('walk-in', 'phone', 'referral'))
);
COMMENT ON COLUMN service_case.entry_date IS 'When the case was entered.';
COMMENT ON COLUMN service_case.origin IS 'How the case came in.';

CREATE VIEW eligible AS
SELECT household_id, count(*) AS people FROM member WHERE citz_cd <> 'UND' GROUP BY household_id;
