CREATE TABLE patient (
  patient_id serial PRIMARY KEY,
  blood_group varchar(3),
  nationality varchar(40),
  imm_stat_cd char(2) CHECK (imm_stat_cd IN ('CT', 'PR', 'RF', 'AS', 'UN')), -- immigration status of the patient
  imm_rec text, -- immunization record
  interpreter boolean
);
COMMENT ON COLUMN patient.imm_rec IS 'Immunizations: vaccine and day.';
COPY patient (patient_id, blood_group, nationality, imm_stat_cd, imm_rec, interpreter) FROM stdin;
1	A+	Honduran	AS	MMR 2024	t
2	0-	American	CT	DTaP 2021	f
3	B+	Polish	PR	HepB 2020	t
\.
