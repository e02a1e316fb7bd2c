//! Decisions that reviewers write down.

use haven_audit::decisions::decisions;

#[test]
fn a_filled_in_queue_is_read_and_what_is_wrong_is_said_by_its_row() {
    let head = "search,row,decision,because,by,on\n";
    let check = |rows: &str, expected: Result<usize, &str>| match (decisions("decided.csv", format!("{head}{rows}").as_bytes()), expected) {
        (Ok(read), Ok(count)) => assert_eq!(read.len(), count, "{rows}"),
        (Err(error), Err(part)) => {
            let error = error.to_string();
            assert!(error.starts_with("decided.csv, row ") && error.contains(part), "{error}");
            assert!(!error.contains("Kowalski"), "{error}");
        }
        (found, expected) => panic!("{rows}: expected {expected:?}, found {found:?}"),
    };
    check("abc:1,1,,,,\nabc:2,2,explained,the case has a charge,rev-07,2026-11-27\n", Ok(1));
    check("abc:1,1,guilty,x,rev-07,2026-11-27\n", Err("row 2: expected `decision` as one of explained"));
    check("abc:1,1,explained,,rev-07,2026-11-27\n", Err("a reason"));
    check("abc:1,1,explained,x,Kowalski,2026-11-27\n", Err("an id with a digit"));
    check("abc:1,1,explained,x,rev-07,27 November\n", Err("a day"));
    check("abc:1,1,explained,x,rev-07,2026-11-27\nabc:1,1,referred,x,rev-07,2026-11-27\n", Err("row 3: expected one decision"));
    let error = decisions("decided.csv", b"search,decision\n").unwrap_err().to_string();
    assert_eq!(error, "decided.csv, row 1: expected a column `because`, found none");
}
