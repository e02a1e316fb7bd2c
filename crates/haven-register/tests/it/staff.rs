//! Who may sign in, on both databases: codes, sessions, roles, subjects, and what is left in the file.

use crate::register::check;
use crate::world::{create, now, open, request};
use haven_register::db::Address;
use haven_register::register::Register;
use haven_register::staff::{Hash, StaffError, id_of};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

fn at(text: &str) -> Timestamp {
    now(text).timestamp()
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

fn roles(text: &str) -> Vec<String> {
    text.split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect()
}

const NINE: &str = "2026-05-04 09:00";
const TEN: &str = "2026-05-04 10:00";
const LATER: &str = "2026-05-08 09:00";
const PASSWORD: &str = "$argon2id$of-a-password";

/// A member who has set a password.
async fn enrolled(register: &Register, id: &str, of: &str) {
    register.enrol(id, &roles(of), Some("12"), Some((&hash(id), at(LATER))), at(NINE)).await.unwrap();
    assert!(register.use_code(id, &hash(id), PASSWORD, at(NINE)).await.unwrap());
}

#[test]
fn a_code_sets_a_password_once_and_in_time() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        let code = Some((&hash("code"), at(LATER)));
        register.enrol("s-7", &roles("supervisor,officer"), Some("12"), code, at(NINE)).await.unwrap();
        let member = register.member("S-7").await.unwrap().unwrap();
        assert_eq!((member.id.as_str(), member.station.as_deref(), member.disabled), ("S-7", Some("012"), false));
        assert_eq!(member.roles, ["officer", "supervisor"], "in the order of the list");
        assert_eq!(member.password, None);
        assert!(matches!(register.enrol("S-7", &roles("officer"), None, code, at(NINE)).await, Err(StaffError::Present)));
        for (id, code, when, valid) in [
            ("S-7", "another", NINE, false),
            ("S-8", "code", NINE, false),
            ("S-7", "code", LATER, false),
            ("S-7", "code", TEN, true),
            ("S-7", "code", TEN, false),
        ] {
            assert_eq!(register.has_code(id, &hash(code), at(when)).await.unwrap(), valid, "{id} {code} {when}");
            assert_eq!(register.use_code(id, &hash(code), PASSWORD, at(when)).await.unwrap(), valid, "{id} {code} {when}");
        }
        assert_eq!(register.member("S-7").await.unwrap().unwrap().password.as_deref(), Some(PASSWORD));
        // Another code: the password and the sessions are gone at once.
        assert!(register.begin_session(&hash("t"), "S-7", at(LATER), at(TEN)).await.unwrap());
        register.renew_code("S-7", &hash("second"), at(LATER), at(TEN)).await.unwrap();
        assert_eq!(register.member("S-7").await.unwrap().unwrap().password, None);
        assert!(register.session(&hash("t"), at(TEN)).await.unwrap().is_none());
        let listed = register.staff(at(TEN)).await.unwrap();
        assert_eq!((listed.len(), listed[0].code_until, listed[0].sessions), (1, Some(at(LATER).as_second()), 0));
        assert_eq!(register.staff(at(LATER)).await.unwrap()[0].code_until, None);
        assert!(matches!(register.renew_code("S-9", &hash("x"), at(LATER), at(TEN)).await, Err(StaffError::Absent)));
        register.close().await;
    });
}

#[test]
fn a_session_ends_in_every_way_it_can() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        enrolled(&register, "S-7", "officer").await;
        enrolled(&register, "S-8", "officer").await;
        let whose = async |token: &str, when: &str| register.session(&hash(token), at(when)).await.unwrap().map(|(member, _)| member.id);
        let begin = async |token: &str, id: &str| register.begin_session(&hash(token), id, at("2026-05-04 21:00"), at(NINE)).await.unwrap();
        assert!(begin("one", "S-7").await && begin("two", "S-7").await && begin("three", "S-8").await);
        assert!(!begin("four", "S-9").await, "nobody's session begins");
        assert_eq!(whose("one", TEN).await.as_deref(), Some("S-7"));
        assert_eq!(whose("four", TEN).await, None);
        // It is used; it is over.
        register.see_session(&hash("one"), at(TEN)).await.unwrap();
        let (_, session) = register.session(&hash("one"), at(TEN)).await.unwrap().unwrap();
        assert_eq!((session.created, session.seen), (at(NINE).as_second(), at(TEN).as_second()));
        assert_eq!(whose("one", "2026-05-04 21:00").await, None);
        // One of one's own is ended, never somebody else's.
        assert!(!register.revoke_session("S-8", &hash("one")).await.unwrap());
        assert!(register.revoke_session("S-7", &hash("one")).await.unwrap());
        assert_eq!((whose("one", TEN).await, whose("two", TEN).await.as_deref()), (None, Some("S-7")));
        // All of a member.
        assert!(begin("five", "S-7").await);
        assert_eq!(register.sessions("S-7", at(TEN)).await.unwrap().len(), 2);
        assert_eq!(register.revoke_sessions("S-7").await.unwrap(), 2);
        assert_eq!((whose("two", TEN).await, whose("three", TEN).await.as_deref()), (None, Some("S-8")));
        // Another password.
        assert!(begin("six", "S-7").await);
        register.set_password("S-7", PASSWORD, at(TEN)).await.unwrap();
        assert_eq!(whose("six", TEN).await, None);
        // Shut out, and in again: what was open stays shut.
        assert!(begin("seven", "S-7").await);
        register.set_disabled("S-7", true, at(TEN)).await.unwrap();
        assert_eq!(whose("seven", TEN).await, None);
        assert!(!begin("eight", "S-7").await);
        register.set_disabled("S-7", false, at(TEN)).await.unwrap();
        assert_eq!(whose("seven", TEN).await, None);
        assert!(begin("nine", "S-7").await);
        // What is over is deleted when another one begins.
        assert!(register.begin_session(&hash("ten"), "S-8", at("2026-05-05 21:00"), at("2026-05-05 09:00")).await.unwrap());
        assert_eq!(register.sessions("S-8", at(NINE)).await.unwrap().len(), 1);
        assert!(register.sessions("S-7", at(NINE)).await.unwrap().is_empty());
        register.close().await;
    });
}

#[test]
fn roles_hold_at_once_and_only_words_of_the_list_do() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        enrolled(&register, "S-7", "officer").await;
        register.begin_session(&hash("t"), "S-7", at(LATER), at(NINE)).await.unwrap();
        register.set_roles("S-7", &roles("auditor"), at(TEN)).await.unwrap();
        assert_eq!(register.session(&hash("t"), at(TEN)).await.unwrap().unwrap().0.roles, ["auditor"]);
        register.set_roles("S-7", &[], at(TEN)).await.unwrap();
        assert!(register.session(&hash("t"), at(TEN)).await.unwrap().unwrap().0.roles.is_empty());
        assert!(matches!(register.set_roles("S-9", &roles("auditor"), at(TEN)).await, Err(StaffError::Absent)));
        assert!(matches!(register.set_disabled("S-9", true, at(TEN)).await, Err(StaffError::Absent)));
        for (id, of, station, says) in [
            ("Maria", "officer", None, "`staff`: expected the id of a member of staff"),
            ("", "officer", None, "found nothing"),
            ("S-10", "king", None, "`roles`: expected some of officer, supervisor, counsel, auditor, administrator, found another word"),
            ("S-10", "officer", Some("Maria"), "`station`"),
        ] {
            let error = register.enrol(id, &roles(of), station, None, at(NINE)).await.unwrap_err();
            let told = error.to_string();
            assert!(told.contains(says) && !told.contains("Maria"), "{told}");
            assert_eq!(register.may_enrol(id, &roles(of), station).await.unwrap_err().to_string(), told);
        }
        assert!(matches!(register.may_enrol("s-7", &roles("officer"), None).await, Err(StaffError::Present)));
        assert_eq!(id_of(" s-7 ").unwrap(), "S-7");
        register.close().await;
    });
}

#[test]
fn a_subject_of_the_city_is_one_member_and_takes_nobody_over() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        enrolled(&register, "S-7", "officer").await;
        register.enrol("S-8", &roles("officer"), None, Some((&hash("c"), at(LATER))), at(NINE)).await.unwrap();
        assert!(!register.bind_subject(&hash("a"), "S-7").await.unwrap(), "who has a password is not taken over");
        assert!(!register.bind_subject(&hash("a"), "S-9").await.unwrap(), "nobody");
        assert!(register.bind_subject(&hash("a"), "S-8").await.unwrap());
        assert!(!register.has_code("S-8", &hash("c"), at(NINE)).await.unwrap(), "and sets no password here");
        let code = register.renew_code("S-8", &hash("d"), at(LATER), at(NINE)).await;
        assert!(matches!(code, Err(StaffError::Elsewhere)), "nor may anybody give them one");
        assert!(!register.bind_subject(&hash("b"), "S-8").await.unwrap(), "one member, one subject");
        register.enrol("S-10", &roles("officer"), None, None, at(NINE)).await.unwrap();
        assert!(!register.bind_subject(&hash("a"), "S-10").await.unwrap(), "one subject, one member");
        assert_eq!(register.member_of_subject(&hash("a")).await.unwrap().unwrap().id, "S-8");
        assert!(register.member_of_subject(&hash("b")).await.unwrap().is_none());
        // None of it is a record, and none of it is in the log.
        assert_eq!((register.check().await.unwrap(), register.head(1).await.unwrap().size), (0, 0));
        register.close().await;
    });
}

#[test]
fn what_is_revoked_leaves_no_bytes_behind() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        enrolled(&register, "S-7", "officer").await;
        let token = hash("a token");
        register.begin_session(&token, "S-7", at(LATER), at(NINE)).await.unwrap();
        let Address::File(path) = &address else {
            // PostgreSQL's keeper sees to it.
            return register.close().await;
        };
        let there = || std::fs::read(path).unwrap().windows(32).any(|bytes| bytes == token);
        assert!(register.forget().await.unwrap() && there());
        register.revoke_session("S-7", &token).await.unwrap();
        assert!(register.forget().await.unwrap() && !there());
        register.close().await;
    });
}

/// A register of the version before, on both databases, is brought up to date when it is opened.
#[test]
fn a_register_of_the_version_before_gets_the_tables() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        register.add(request("R-1"), &now("2026-05-04 12:00")).await.unwrap();
        register.close().await;
        let back = ["staff_subject", "staff_session", "staff_code", "staff_member"].map(|table| format!("DROP TABLE {table}"));
        let mut back: Vec<String> = back.into_iter().chain(["DELETE FROM _sqlx_migrations WHERE version > 1".to_owned()]).collect();
        match &address {
            Address::File(path) => {
                let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.unwrap();
                for statement in back {
                    sqlx::query(AssertSqlSafe(statement)).execute(&pool).await.unwrap();
                }
                pool.close().await;
            }
            Address::Server(url) => {
                back[0] = "DROP SCHEMA staff CASCADE".to_owned();
                back.drain(1..4);
                let pool = PgPool::connect(url).await.unwrap();
                for statement in back {
                    sqlx::query(AssertSqlSafe(statement)).execute(&pool).await.unwrap();
                }
                pool.close().await;
            }
        }
        let register = open(&address, &folder).await;
        assert_eq!(register.check().await.unwrap(), 1);
        enrolled(&register, "S-7", "officer").await;
        register.close().await;
    });
}
