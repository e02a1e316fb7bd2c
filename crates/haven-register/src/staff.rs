//! Who may sign in: members of staff by id, one-time codes, sessions. Kept apart from records, and no part of the log.
//!
//! Secrets never lie here in the clear: of codes and sessions only their SHA-256, of passwords only what argon2 made of
//! them. What is revoked, used or over is deleted, so that the tables hold nobody's past. What was changed and by whom is an
//! entry of the kind `access`, which the edge records before it calls anything here.

use crate::db::{DbError, Row, Tx, Value};
use crate::entry::{FieldError, check_staff};
use crate::register::Register;
use jiff::Timestamp;

/// The list of words for roles.
const ROLES: &str = "role";

/// SHA-256 of a secret that its holder keeps.
pub type Hash = [u8; 32];

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What was given is not in its form.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// There is a member of that id.
    #[error("there is a member of staff of that id already")]
    Present,
    /// There is none.
    #[error("expected the id of an enrolled member of staff, found another one")]
    Absent,
    /// The member signs in at the city's own service, and a password here would be a way around what that asks for.
    #[error("expected a member of staff who signs in here, found one who signs in at the city's own service")]
    Elsewhere,
}

/// A member of staff.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// The id, in capitals.
    pub id: String,
    /// The roles, words of the list `role`.
    pub roles: Vec<String>,
    /// The station, where there is one.
    pub station: Option<String>,
    /// What argon2 made of the password; none where none was set yet, or the member signs in elsewhere.
    pub password: Option<String>,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// When the member was enrolled, in seconds since 1970.
    pub created: i64,
}

/// A member with what an administrator sees of them.
pub struct Listed {
    /// The member.
    pub member: Member,
    /// Until when a code is valid, in seconds since 1970, where one is.
    pub code_until: Option<i64>,
    /// How many sessions are open.
    pub sessions: i64,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of what the browser holds.
    pub token: Hash,
    /// When it began, in seconds since 1970.
    pub created: i64,
    /// When it was last used, to the minute or so.
    pub seen: i64,
    /// When it ends.
    pub expires: i64,
}

const MEMBER: &str = "m.id, m.roles, m.station, m.password, m.disabled, m.created";

/// An id as it is kept. Capitals: what two people write differently is one id.
pub fn id_of(typed: &str) -> Result<String, FieldError> {
    let id = typed.trim().to_ascii_uppercase();
    check_staff("staff", &id)?;
    Ok(id)
}

fn member(row: &Row) -> Result<Member, DbError> {
    Ok(Member {
        id: row.text(0)?,
        roles: row.text(1)?.split(';').filter(|role| !role.is_empty()).map(str::to_owned).collect(),
        station: row.maybe_text(2)?,
        password: row.maybe_text(3)?,
        disabled: row.int(4)? != 0,
        created: row.int(5)?,
    })
}

fn session(row: &Row, from: usize) -> Result<Session, DbError> {
    let token = row.hash(from, || "table staff_session".to_owned())?;
    Ok(Session { token, created: row.int(from + 1)?, seen: row.int(from + 2)?, expires: row.int(from + 3)? })
}

fn bytes(hash: &Hash) -> Value {
    Value::Blob(Some(hash.to_vec()))
}

impl Register {
    /// Roles as they are kept, in the order of the list and each once.
    fn roles(&self, roles: &[String]) -> Result<String, FieldError> {
        let words = self.schema().list(ROLES);
        let names: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
        if roles.iter().any(|role| !names.contains(&role.as_str())) {
            return Err(FieldError::new("roles", format!("some of {}", names.join(", ")), "another word"));
        }
        Ok(names.into_iter().filter(|name| roles.iter().any(|role| role == name)).collect::<Vec<_>>().join(";"))
    }

    fn station(&self, station: Option<&str>) -> Result<Option<String>, FieldError> {
        let Some(typed) = station.map(str::trim).filter(|typed| !typed.is_empty()) else { return Ok(None) };
        let wrong = || FieldError::new("station", "a station of the jurisdiction's register.toml", "another name");
        Ok(Some(self.schema().station_typed(typed).ok_or_else(wrong)?.name.clone()))
    }

    async fn staff_write(&self, tx: Tx) -> Result<(), DbError> {
        tx.commit().await?;
        self.db.settle().await
    }

    /// All members of staff, by id.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn staff(&self, now: Timestamp) -> Result<Vec<Listed>, DbError> {
        let mut tx = self.db.read().await?;
        let statement = format!(
            "SELECT {MEMBER}, (SELECT count(*) FROM staff_session s WHERE s.member = m.id AND s.expires > $1), \
             coalesce((SELECT c.expires FROM staff_code c WHERE c.member = m.id AND c.expires > $1), 0) FROM staff_member m ORDER BY m.id"
        );
        let rows = tx.query(statement, vec![now.as_second().into()]).await?;
        let listed = |row: &Row| {
            Ok(Listed { member: member(row)?, sessions: row.int(6)?, code_until: Some(row.int(7)?).filter(|until| *until > 0) })
        };
        rows.iter().map(listed).collect()
    }

    /// A member of staff by id, as it is kept.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn member(&self, id: &str) -> Result<Option<Member>, DbError> {
        let mut tx = self.db.read().await?;
        let row = tx.one(format!("SELECT {MEMBER} FROM staff_member m WHERE m.id = $1"), vec![id.into()]).await?;
        row.as_ref().map(member).transpose()
    }

    /// Whether what [`Register::enrol`] would be given is in its form and the id is free: to be asked before the entry about
    /// it is recorded.
    ///
    /// # Errors
    /// [`StaffError`].
    pub async fn may_enrol(&self, typed: &str, roles: &[String], station: Option<&str>) -> Result<String, StaffError> {
        let id = id_of(typed)?;
        self.roles(roles)?;
        self.station(station)?;
        if self.member(&id).await?.is_some() { Err(StaffError::Present) } else { Ok(id) }
    }

    /// Enrols a member; with a code, until `until`, who sets a password, and without one, who signs in elsewhere.
    ///
    /// # Errors
    /// [`StaffError`].
    pub async fn enrol(
        &self,
        id: &str,
        roles: &[String],
        station: Option<&str>,
        code: Option<(&Hash, Timestamp)>,
        now: Timestamp,
    ) -> Result<(), StaffError> {
        let id = id_of(id)?;
        let values = vec![id.as_str().into(), self.roles(roles)?.into(), self.station(station)?.into(), now.as_second().into()];
        let mut tx = self.db.write().await?;
        let statement = "INSERT INTO staff_member (id, roles, station, password, disabled, created, changed) \
                         VALUES ($1, $2, $3, NULL, 0, $4, $4) ON CONFLICT DO NOTHING";
        if tx.execute(statement, values).await? == 0 {
            return Err(StaffError::Present);
        }
        if let Some((code, until)) = code {
            insert_code(&mut tx, &id, code, until).await?;
        }
        Ok(self.staff_write(tx).await?)
    }

    /// Gives a member another code: the password they had is gone, and so are their sessions.
    ///
    /// # Errors
    /// [`StaffError`].
    pub async fn renew_code(&self, id: &str, code: &Hash, until: Timestamp, now: Timestamp) -> Result<(), StaffError> {
        let mut tx = self.db.write().await?;
        if tx.one("SELECT 1 FROM staff_subject WHERE member = $1", vec![id.into()]).await?.is_some() {
            return Err(StaffError::Elsewhere);
        }
        let statement = "UPDATE staff_member SET password = NULL, changed = $2 WHERE id = $1";
        if tx.execute(statement, vec![id.into(), now.as_second().into()]).await? == 0 {
            return Err(StaffError::Absent);
        }
        delete_sessions(&mut tx, id).await?;
        insert_code(&mut tx, id, code, until).await?;
        Ok(self.staff_write(tx).await?)
    }

    /// Whether a code is the one a member has, and still valid.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn has_code(&self, id: &str, code: &Hash, now: Timestamp) -> Result<bool, DbError> {
        let mut tx = self.db.read().await?;
        let statement = "SELECT c.expires FROM staff_code c JOIN staff_member m ON m.id = c.member \
                         WHERE c.member = $1 AND c.code = $2 AND c.expires > $3 AND m.disabled = 0";
        Ok(tx.one(statement, vec![id.into(), bytes(code), now.as_second().into()]).await?.is_some())
    }

    /// Uses a code up: the member has this password from here on, and no session from before. Says whether it was valid.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn use_code(&self, id: &str, code: &Hash, password: &str, now: Timestamp) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        let statement = "DELETE FROM staff_code WHERE member = $1 AND code = $2 AND expires > $3 \
                         AND EXISTS (SELECT 1 FROM staff_member WHERE id = $1 AND disabled = 0)";
        if tx.execute(statement, vec![id.into(), bytes(code), now.as_second().into()]).await? == 0 {
            return Ok(false);
        }
        put_password(&mut tx, id, password, now).await?;
        self.staff_write(tx).await?;
        Ok(true)
    }

    /// Gives a member another password, and ends their sessions.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn set_password(&self, id: &str, password: &str, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.write().await?;
        put_password(&mut tx, id, password, now).await?;
        self.staff_write(tx).await
    }

    /// Whether roles are words of the list: to be asked before the entry about them is recorded.
    ///
    /// # Errors
    /// [`FieldError`].
    pub fn may_have_roles(&self, roles: &[String]) -> Result<(), FieldError> {
        self.roles(roles).map(|_| ())
    }

    /// Gives a member these roles and no others, at once, in open sessions too.
    ///
    /// # Errors
    /// [`StaffError`].
    pub async fn set_roles(&self, id: &str, roles: &[String], now: Timestamp) -> Result<(), StaffError> {
        let values = vec![id.into(), self.roles(roles)?.into(), now.as_second().into()];
        let mut tx = self.db.write().await?;
        if tx.execute("UPDATE staff_member SET roles = $2, changed = $3 WHERE id = $1", values).await? == 0 {
            return Err(StaffError::Absent);
        }
        Ok(self.staff_write(tx).await?)
    }

    /// Whether a station is one of the jurisdiction's, or none: to be asked before the entry about it is recorded.
    ///
    /// # Errors
    /// [`FieldError`].
    pub fn may_have_station(&self, station: &str) -> Result<(), FieldError> {
        self.station(Some(station)).map(|_| ())
    }

    /// Gives a member this station, at once, in open sessions too; an empty one takes it away.
    ///
    /// # Errors
    /// [`StaffError`].
    pub async fn set_station(&self, id: &str, station: &str, now: Timestamp) -> Result<(), StaffError> {
        let values = vec![id.into(), self.station(Some(station))?.into(), now.as_second().into()];
        let mut tx = self.db.write().await?;
        if tx.execute("UPDATE staff_member SET station = $2, changed = $3 WHERE id = $1", values).await? == 0 {
            return Err(StaffError::Absent);
        }
        Ok(self.staff_write(tx).await?)
    }

    /// Whether a member has a one-time code that still sets a password.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn has_open_code(&self, id: &str, now: Timestamp) -> Result<bool, DbError> {
        let mut tx = self.db.read().await?;
        let statement = "SELECT 1 FROM staff_code WHERE member = $1 AND expires > $2";
        Ok(tx.one(statement, vec![id.into(), now.as_second().into()]).await?.is_some())
    }

    /// Refuses a member, or lets them sign in again. Who is refused has no session and no code any more.
    ///
    /// # Errors
    /// [`StaffError`].
    pub async fn set_disabled(&self, id: &str, disabled: bool, now: Timestamp) -> Result<(), StaffError> {
        let mut tx = self.db.write().await?;
        let values = vec![id.into(), i64::from(disabled).into(), now.as_second().into()];
        if tx.execute("UPDATE staff_member SET disabled = $2, changed = $3 WHERE id = $1", values).await? == 0 {
            return Err(StaffError::Absent);
        }
        if disabled {
            delete_sessions(&mut tx, id).await?;
            tx.execute("DELETE FROM staff_code WHERE member = $1", vec![id.into()]).await?;
        }
        Ok(self.staff_write(tx).await?)
    }

    /// Begins a session of a member who is not refused; says whether it began. Sessions and codes that are over are deleted.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn begin_session(&self, token: &Hash, id: &str, until: Timestamp, now: Timestamp) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        let second = now.as_second();
        tx.execute("DELETE FROM staff_session WHERE expires <= $1", vec![second.into()]).await?;
        tx.execute("DELETE FROM staff_code WHERE expires <= $1", vec![second.into()]).await?;
        let statement = "INSERT INTO staff_session (token, member, created, seen, expires) \
                         SELECT $1, m.id, $3, $3, $4 FROM staff_member m WHERE m.id = $2 AND m.disabled = 0";
        let begun = tx.execute(statement, vec![bytes(token), id.into(), second.into(), until.as_second().into()]).await? == 1;
        self.staff_write(tx).await?;
        Ok(begun)
    }

    /// The session of a token with its member; none where it is over, was revoked, or the member is refused.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn session(&self, token: &Hash, now: Timestamp) -> Result<Option<(Member, Session)>, DbError> {
        let mut tx = self.db.read().await?;
        let statement = format!(
            "SELECT {MEMBER}, s.token, s.created, s.seen, s.expires FROM staff_session s JOIN staff_member m ON m.id = s.member \
             WHERE s.token = $1 AND s.expires > $2 AND m.disabled = 0"
        );
        let row = tx.one(statement, vec![bytes(token), now.as_second().into()]).await?;
        row.map(|row| Ok((member(&row)?, session(&row, 6)?))).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn see_session(&self, token: &Hash, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.write().await?;
        tx.execute("UPDATE staff_session SET seen = $2 WHERE token = $1", vec![bytes(token), now.as_second().into()]).await?;
        tx.commit().await
    }

    /// The open sessions of a member, the newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn sessions(&self, id: &str, now: Timestamp) -> Result<Vec<Session>, DbError> {
        let mut tx = self.db.read().await?;
        let statement =
            "SELECT token, created, seen, expires FROM staff_session WHERE member = $1 AND expires > $2 ORDER BY created DESC, token";
        tx.query(statement, vec![id.into(), now.as_second().into()]).await?.iter().map(|row| session(row, 0)).collect()
    }

    /// Ends one session of a member; says whether it was there.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn revoke_session(&self, id: &str, token: &Hash) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        let ended = tx.execute("DELETE FROM staff_session WHERE member = $1 AND token = $2", vec![id.into(), bytes(token)]).await?;
        self.staff_write(tx).await?;
        Ok(ended > 0)
    }

    /// Ends all sessions of a member; gives their number.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn revoke_sessions(&self, id: &str) -> Result<u64, DbError> {
        let mut tx = self.db.write().await?;
        let ended = delete_sessions(&mut tx, id).await?;
        self.staff_write(tx).await?;
        Ok(ended)
    }

    /// The member of a subject of the city's own service, by SHA-256 of issuer and subject.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn member_of_subject(&self, subject: &Hash) -> Result<Option<Member>, DbError> {
        let mut tx = self.db.read().await?;
        let statement = format!("SELECT {MEMBER} FROM staff_subject s JOIN staff_member m ON m.id = s.member WHERE s.subject = $1");
        tx.one(statement, vec![bytes(subject)]).await?.as_ref().map(member).transpose()
    }

    /// Makes a member that of a subject. Says whether it is: not where another subject has it, nor where it has a password.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn bind_subject(&self, subject: &Hash, id: &str) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        let statement = "INSERT INTO staff_subject (subject, member) SELECT $1, m.id FROM staff_member m \
                         WHERE m.id = $2 AND m.password IS NULL ON CONFLICT DO NOTHING";
        let bound = tx.execute(statement, vec![bytes(subject), id.into()]).await? == 1;
        if bound {
            // Who signs in elsewhere sets no password here.
            tx.execute("DELETE FROM staff_code WHERE member = $1", vec![id.into()]).await?;
        }
        self.staff_write(tx).await?;
        Ok(bound)
    }
}

async fn insert_code(tx: &mut Tx, id: &str, code: &Hash, until: Timestamp) -> Result<(), DbError> {
    tx.execute("DELETE FROM staff_code WHERE member = $1", vec![id.into()]).await?;
    let statement = "INSERT INTO staff_code (member, code, expires) VALUES ($1, $2, $3)";
    tx.execute(statement, vec![id.into(), bytes(code), until.as_second().into()]).await?;
    Ok(())
}

async fn put_password(tx: &mut Tx, id: &str, password: &str, now: Timestamp) -> Result<(), DbError> {
    let values = vec![id.into(), password.into(), now.as_second().into()];
    tx.execute("UPDATE staff_member SET password = $2, changed = $3 WHERE id = $1", values).await?;
    delete_sessions(tx, id).await?;
    Ok(())
}

async fn delete_sessions(tx: &mut Tx, id: &str) -> Result<u64, DbError> {
    tx.execute("DELETE FROM staff_session WHERE member = $1", vec![id.into()]).await
}
