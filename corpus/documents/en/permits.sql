-- Permits of the department of transportation. Nothing in it is about a person's status.
CREATE TABLE permit (
  permit_id integer PRIMARY KEY,
  residential_zone text,
  permit_status text CHECK (permit_status IN ('valid', 'expired', 'revoked')),
  alien_species boolean, -- plants to be removed before digging
  native_planting boolean,
  removal_date date, -- of the container
  state_of_registration char(2),
  card_network text CHECK (card_network IN ('VISA', 'MC', 'AMEX')),
  citizen_request text -- number of the call to 311
);
COMMENT ON COLUMN permit.removal_date IS 'Day on which the container is taken away.';
INSERT INTO permit VALUES (1, '147', 'valid', true, false, '2026-05-01', 'IL', 'VISA', '26-001');
INSERT INTO permit VALUES (2, '383', 'expired', false, true, '2026-05-03', 'IN', 'MC', '26-002');
