//! Passwords: argon2id with the parameters that OWASP advises, few at a time, and not many tries.

use crate::error::CliError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The shortest password: NIST SP 800-63B-4 for one that stands alone. No rule about digits or marks: they make people write
/// it down.
pub(super) const LETTERS_MIN: usize = 15;
/// The longest one; more would only be work.
pub(super) const LETTERS_MAX: usize = 200;
/// How many different letters it has at least.
const DIFFERENT_MIN: usize = 6;
/// How many are worked out at once, each in 19 MiB.
const AT_ONCE: usize = 2;
/// Tries for one id in a row, and after how long there is another one.
const TRIES: NonZeroU32 = some(10);
const ANOTHER_AFTER: Duration = Duration::from_secs(30);
/// Tries for all ids in a second, and in a row: a watch of two hundred that begins is let in within half a minute.
const TRIES_A_SECOND: NonZeroU32 = some(5);
const TRIES_IN_A_ROW: NonZeroU32 = some(60);
/// After how many ids those are forgotten who may try again anyway.
const IDS_MAX: usize = 10_000;

const fn some(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weak {
    /// It is too short or too long.
    Length,
    /// It repeats a few letters, or is made of the id.
    Plain,
}

/// Whether a new password will do.
pub(super) fn weak(id: &str, password: &str) -> Option<Weak> {
    let letters: Vec<char> = password.chars().collect();
    if !(LETTERS_MIN..=LETTERS_MAX).contains(&letters.len()) {
        return Some(Weak::Length);
    }
    let different: std::collections::BTreeSet<char> = letters.into_iter().collect();
    // What is left beside the id and the service's name is what has to be guessed.
    let rest = password.to_lowercase().replace(&id.to_lowercase(), "").replace("haven", "");
    (different.len() < DIFFERENT_MIN || rest.chars().count() < LETTERS_MIN / 2).then_some(Weak::Plain)
}

/// So many tries for all people together.
pub(super) fn limit_for_all() -> DefaultDirectRateLimiter {
    RateLimiter::direct(Quota::per_second(TRIES_A_SECOND).allow_burst(TRIES_IN_A_ROW))
}

/// What passwords are checked with.
pub(super) struct Passwords {
    places: Semaphore,
    each: DefaultKeyedRateLimiter<[u8; 32]>,
    all: DefaultDirectRateLimiter,
    /// A hash that belongs to nobody: an id that there is not costs what one costs that there is.
    nobodys: String,
}

impl Passwords {
    /// With all tries free.
    pub(super) fn new() -> Result<Passwords, CliError> {
        let each = Quota::with_period(ANOTHER_AFTER).unwrap_or(Quota::per_minute(some(2)));
        Ok(Passwords {
            places: Semaphore::new(AT_ONCE),
            each: RateLimiter::keyed(each.allow_burst(TRIES)),
            all: limit_for_all(),
            nobodys: hash("a password that nobody has")?,
        })
    }

    /// Whether there may be a try for an id. What was typed is kept only as a hash, and not for long.
    pub(super) fn may_try(&self, id: &str) -> bool {
        if self.each.len() > IDS_MAX {
            self.each.retain_recent();
        }
        self.all.check().is_ok() && self.each.check_key(&Sha256::digest(id).into()).is_ok()
    }

    /// Whether a password is the one that was hashed; without a hash the same work says no.
    pub(super) async fn is_right(&self, password: &str, kept: Option<&str>) -> Result<bool, CliError> {
        let (there, kept) = (kept.is_some(), kept.unwrap_or(&self.nobodys).to_owned());
        let password = password.to_owned();
        let right = self.work(move || {
            let kept = PasswordHash::new(&kept).map_err(|error| wrong(&error))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
        });
        Ok(right.await? && there)
    }

    /// What is kept of a password.
    pub(super) async fn hash(&self, password: &str) -> Result<String, CliError> {
        let password = password.to_owned();
        self.work(move || hash(&password)).await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, CliError> + Send + 'static) -> Result<T, CliError> {
        // The semaphore is never closed.
        let place = self.places.acquire().await.map_err(|error| CliError::other(error.to_string(), "report this"))?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(place);
        done.map_err(|error| CliError::other(error.to_string(), "report this"))?
    }
}

/// argon2id, 19 MiB, two passes, one lane: the library's own choice, which is OWASP's; a test holds it.
fn hash(password: &str) -> Result<String, CliError> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| wrong(&error))
}

fn wrong(error: &impl std::fmt::Display) -> CliError {
    CliError::other(format!("a password cannot be checked: {error}"), "report this")
}
