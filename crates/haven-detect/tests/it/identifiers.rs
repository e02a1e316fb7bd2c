//! Numbers in the forms in which people write them, each kind with its near misses.

use crate::sample::detector;

#[test]
fn numbers_are_told_apart() {
    let detector = detector();
    let check = |text: &str, kind: &str, valid: bool| {
        let found = detector.identifier(text);
        assert_eq!((found.label, found.valid), (kind, Some(valid)), "`{text}`: {}", found.why);
    };
    for (text, kind, valid) in [
        ("A012345678", "a_number", true),
        ("A# 012-345-678", "a_number", true),
        ("Alien number: 12345678", "a_number", true),
        ("USCIS# 012 345 678", "a_number", true),
        ("A-Number 000000000", "a_number", false),
        ("Número de extranjero: 098765432", "a_number", true),
        ("영주권번호 012345678", "a_number", true),
        ("invoice A0123456", "none", false),
        ("part no. A12345678", "none", false),
        ("IOE0912345678", "uscis_receipt", true),
        ("Receipt number MSC-21-900-12345", "uscis_receipt", true),
        ("LIN 21 123 4567", "uscis_receipt", false),
        ("container MSC 4", "none", false),
        ("N0012345678", "sevis_id", true),
        ("SEVIS ID: N001234567", "sevis_id", false),
        ("I-94 number 12345678901", "i94", true),
        ("I-94: 123456789A1", "i94", true),
        ("I-94 no. 1234567", "i94", false),
        ("I-94 at exit 45", "none", false),
        ("ITIN 912-70-1234", "itin", true),
        ("912-70-1234", "itin", true),
        ("ITIN: 912-93-1234", "itin", false),
        ("SSN 312-70-1234", "none", false),
        ("phone 912-555-1234", "none", false),
        ("Passport No 548192037", "passport_number", true),
        ("Passport No. 548192037", "passport_number", true),
        ("Pasaporte: G12345678", "passport_number", true),
        ("여권번호: M48192037", "passport_number", true),
        ("passport 12345", "passport_number", false),
        ("passport photos, 555-0123", "none", false),
        ("matrícula consular 12345678", "matricula_consular", true),
        ("Visa foil number K1234567", "visa_foil", true),
        ("Visa ending 4242", "none", false),
        ("visa class H-1B", "visa_class", true),
        ("Adm. class F2", "visa_class", true),
        ("seat F2", "none", false),
        ("I-247A", "ice_form", true),
        ("detainer on form I-247", "ice_form", true),
        ("I-200 administrative warrant", "ice_form", true),
        ("lane closed on I-200", "none", false),
        ("4f9a012345678c", "none", false),
        ("ISBN 978-0-12-345678-6", "none", false),
    ] {
        check(text, kind, valid);
    }
}
