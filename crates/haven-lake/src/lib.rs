//! Lakes of data: the objects of S3, and of the stores that speak as it does, to be read as files are.
//!
//! The crate knows where objects lie and nothing of what is in them. It only lists and reads; it asks nobody but the store; and
//! no word of its holds what proves who asks. It is apart because the client for stores is large, and nothing else needs it.

use haven_scan::source::store::{Listed, Object, Store};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};
use object_store::path::{self, Path};
use object_store::{BackoffConfig, ClientOptions, Error, GetOptions, GetRange, ObjectStore, RetryConfig};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;

/// What an address begins with.
pub const SCHEME: &str = "s3://";

/// Objects named in one answer; a store gives no more.
const PAGE: usize = 1000;
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How long it may take until there is a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How often a question is asked once more, and for how long.
const RETRIES: usize = 3;
const RETRY: Duration = Duration::from_secs(45);
/// Questions one after another without an answer, from which on no more are asked.
const SILENT_MAX: usize = 12;
/// How often it is looked whether the scan was stopped.
const LOOK: Duration = Duration::from_millis(100);

/// Who asks, and where; as the edge has it from the environment.
#[derive(Clone, Default)]
pub struct Access {
    /// `AWS_ACCESS_KEY_ID`.
    pub key_id: Option<String>,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret: Option<String>,
    /// `AWS_SESSION_TOKEN`.
    pub token: Option<String>,
    /// `AWS_ENDPOINT_URL`: a store other than Amazon's.
    pub endpoint: Option<String>,
    /// `AWS_REGION`.
    pub region: Option<String>,
    /// `AWS_ALLOW_HTTP`: whether the endpoint may be one without encryption.
    pub allow_http: bool,
    /// `AWS_SKIP_SIGNATURE`: whether to ask without saying who does, as public buckets allow.
    pub unsigned: bool,
}

impl fmt::Debug for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Access").field("endpoint", &self.endpoint).field("region", &self.region).finish_non_exhaustive()
    }
}

/// Why a lake cannot be opened; no word of it is a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// The address is none.
    #[error("expected an address `s3://bucket` or `s3://bucket/folder`, found another one")]
    Address,
    /// Nothing says who asks.
    #[error("expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true for a public bucket")]
    Credentials,
    /// A setting is not what it must be.
    #[error("expected {0}, found something else")]
    Setting(&'static str),
    /// The store is to be asked without encryption, and nobody said that it may.
    #[error("AWS_ENDPOINT_URL is without encryption: whoever is between could read all; AWS_ALLOW_HTTP=true allows it")]
    Plain,
    /// There is no thread for it, or the client does not take the settings.
    #[error("the client for the store cannot be made")]
    Client,
}

/// A bucket, or what lies below a name in it.
pub struct Lake {
    store: AmazonS3,
    runtime: Runtime,
    bucket: String,
    /// What all names begin with; nothing, or without a slash at its end, or with one where the address had it.
    folder: String,
    stop: Arc<AtomicBool>,
    silent: AtomicUsize,
}

impl Lake {
    /// Makes ready to read; nothing is asked yet. `stop` ends whatever is being waited for.
    ///
    /// # Errors
    /// Where the address or what is known of the store cannot be right.
    pub fn open(address: &str, access: &Access, stop: Arc<AtomicBool>) -> Result<Self, Closed> {
        let (bucket, folder) = split(address).ok_or(Closed::Address)?;
        let options = ClientOptions::new().with_timeout(ANSWER).with_connect_timeout(CONNECT).with_allow_http(access.allow_http);
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: RETRY };
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_retry(retry).with_client_options(options);
        let region = access.region.as_deref().unwrap_or("us-east-1");
        builder = builder.with_region(checked(region, |c| c.is_ascii_alphanumeric() || c == '-', "a name in AWS_REGION")?);
        if let Some(endpoint) = access.endpoint.as_deref() {
            let rest = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"));
            let is_host = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '@' | '?' | '#'));
            rest.filter(|rest| is_host(rest)).ok_or(Closed::Setting("an address `https://host` in AWS_ENDPOINT_URL"))?;
            if endpoint.starts_with("http://") && !access.allow_http {
                return Err(Closed::Plain);
            }
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        let printed = |c: char| c.is_ascii_graphic();
        builder = match (access.key_id.as_deref(), access.secret.as_deref()) {
            (Some(key_id), Some(secret)) => builder
                .with_access_key_id(checked(key_id, printed, "printed characters in AWS_ACCESS_KEY_ID")?)
                .with_secret_access_key(checked(secret, printed, "printed characters in AWS_SECRET_ACCESS_KEY")?),
            _ if access.unsigned => builder.with_skip_signature(true),
            _ => return Err(Closed::Credentials),
        };
        if let Some(token) = access.token.as_deref().filter(|_| access.key_id.is_some()) {
            builder = builder.with_token(checked(token, printed, "printed characters in AWS_SESSION_TOKEN")?);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(|_| Closed::Client)?;
        let store = builder.build().map_err(|_| Closed::Client)?;
        Ok(Self { store, runtime, bucket: format!("{SCHEME}{bucket}"), folder: folder.to_owned(), stop, silent: AtomicUsize::new(0) })
    }

    /// Asks the store, until it answers or the scan is stopped.
    fn ask<T>(&self, question: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
        if self.silent.load(Ordering::Relaxed) >= SILENT_MAX {
            return Err(Trouble::Silent);
        }
        let stopped = async {
            while !self.stop.load(Ordering::Relaxed) {
                tokio::time::sleep(LOOK).await;
            }
        };
        let answer = self.runtime.block_on(async {
            tokio::select! {
                answer = question => answer.map_err(|error| Trouble::Answer(Box::new(error))),
                () = stopped => Err(Trouble::Stopped),
            }
        });
        match &answer {
            Err(Trouble::Answer(error)) if matches!(**error, Error::Generic { .. }) && code(error).is_none() => {
                self.silent.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.silent.store(0, Ordering::Relaxed),
        }
        answer
    }

    /// Part of the names that begin so.
    fn page(&self, prefix: &str, token: Option<String>, after: Option<String>, keys: usize) -> Result<PaginatedListResult, Trouble> {
        let options = PaginatedListOptions { offset: after, page_token: token, max_keys: Some(keys), ..PaginatedListOptions::default() };
        self.ask(self.store.list_paginated((!prefix.is_empty()).then_some(prefix), options))
    }

    /// Hands out what lies below a name; what it gives back ends the list before its end.
    fn below(&self, prefix: &str, each: &mut dyn FnMut(Listed) -> bool) -> Result<(), Trouble> {
        let (mut token, mut after, mut keys): (Option<String>, Option<String>, usize) = (None, None, PAGE);
        loop {
            match self.page(prefix, token.clone(), after.clone(), keys) {
                Ok(page) => {
                    for object in page.result.objects {
                        if !hand_out(object, each) {
                            return Ok(());
                        }
                    }
                    let Some(next) = page.page_token else { return Ok(()) };
                    token = Some(next);
                    after = None;
                    keys = (2 * keys).min(PAGE);
                }
                Err(Trouble::Answer(error)) => match *error {
                    // The client takes no page in which there is a name that it cannot write. It is looked for in ever shorter
                    // ones, and stepped over.
                    Error::InvalidPath { .. } if keys > 1 => keys /= 2,
                    Error::InvalidPath { source: path::Error::EmptySegment { path } | path::Error::BadSegment { path, .. } }
                        if after.as_ref() != Some(&path) =>
                    {
                        let reason = "its name has a part that is empty, `.` or `..`, or a control character: such a one is not read";
                        if !each(Listed::Unread { key: Some(path.clone()), reason: reason.to_owned() }) {
                            return Ok(());
                        }
                        (token, after, keys) = (None, Some(path), PAGE);
                    }
                    error => return Err(Trouble::Answer(Box::new(error))),
                },
                Err(trouble) => return Err(trouble),
            }
        }
    }
}

impl Store for Lake {
    fn name(&self) -> &str {
        &self.bucket
    }

    fn address(&self) -> String {
        if self.folder.is_empty() { self.bucket.clone() } else { format!("{}/{}", self.bucket, self.folder) }
    }

    fn list(&self, each: &mut dyn FnMut(Listed) -> bool) {
        let is_folder = self.folder.is_empty() || self.folder.ends_with('/');
        // The address may be that of one object: of all names that begin so, its own is the first.
        let own = (!is_folder).then(|| self.page(&self.folder, None, None, 1).ok()).flatten();
        let own = own.and_then(|page| page.result.objects.into_iter().next()).filter(|object| object.location.as_ref() == self.folder);
        if own.is_some_and(|object| !hand_out(object, each)) {
            return;
        }
        let prefix = if is_folder { self.folder.clone() } else { format!("{}/", self.folder) };
        if let Err(trouble) = self.below(&prefix, each) {
            each(Listed::Unread { key: None, reason: trouble.said() });
        }
    }

    fn stretch(&self, object: &Object, at: u64, bytes: usize) -> Result<Vec<u8>, String> {
        let path = Path::parse(&object.key).map_err(|_| "its name cannot be asked for".to_owned())?;
        let range = GetRange::Bounded(at..at.saturating_add(bytes as u64));
        let options = GetOptions { range: Some(range), if_match: object.version.clone(), ..GetOptions::default() };
        let answer = self.ask(async { self.store.get_opts(&path, options).await?.bytes().await }).map_err(|trouble| trouble.said())?;
        if answer.len() == bytes { Ok(answer.into()) } else { Err("the store gave other bytes of it than were asked for".to_owned()) }
    }
}

/// Hands out an object; an empty one, as folders are made of, holds nothing.
fn hand_out(object: object_store::ObjectMeta, each: &mut dyn FnMut(Listed) -> bool) -> bool {
    object.size == 0 || each(Listed::Object(Object { key: object.location.to_string(), bytes: object.size, version: object.e_tag }))
}

/// Why there is no answer.
enum Trouble {
    Stopped,
    /// It did not answer so often that it is not asked any more.
    Silent,
    Answer(Box<Error>),
}

impl Trouble {
    /// In words. The client's own may hold what proves who asks, ours do not.
    fn said(&self) -> String {
        match self {
            Self::Stopped => "the scan was stopped".to_owned(),
            Self::Silent => format!("the store did not answer {SILENT_MAX} times and is not asked any more"),
            Self::Answer(error) => {
                let said = code(error).map_or_else(String::new, |code| format!(" (`{code}`)"));
                let what = match (&**error, code(error).as_deref()) {
                    (_, Some("NoSuchBucket")) => "there is no such bucket",
                    (Error::NotFound { .. }, _) => "it is not there any more, or its name begins or ends with a slash",
                    (Error::Precondition { .. }, _) => "it was written to while it was read",
                    (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }, _) => "the store refuses it to whoever asks so",
                    (
                        _,
                        Some(
                            "AccessDenied"
                            | "InvalidAccessKeyId"
                            | "SignatureDoesNotMatch"
                            | "ExpiredToken"
                            | "InvalidToken"
                            | "AllAccessDisabled",
                        ),
                    ) => "the store refuses it to whoever asks so",
                    (_, Some(_)) => "the store answers with an error",
                    (error, None) if error.to_string().contains("incorrectly configured region") => {
                        "the bucket lies in another region than AWS_REGION says"
                    }
                    (_, None) => "the store does not answer, or the connection breaks",
                };
                format!("{what}{said}")
            }
        }
    }
}

/// The word by which a store says what is wrong.
fn code(error: &Error) -> Option<String> {
    let said = error.to_string();
    let (_, rest) = said.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    (code.len() <= 64 && code.chars().all(|c| c.is_ascii_alphanumeric())).then(|| code.to_owned())
}

/// Bucket and what all names begin with.
fn split(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix(SCHEME)?;
    let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
    let is_name = bucket.len() >= 3 && bucket.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    is_name.then_some((bucket, folder))
}

fn checked<'a>(value: &'a str, fits: impl Fn(char) -> bool, expected: &'static str) -> Result<&'a str, Closed> {
    if !value.is_empty() && value.chars().all(fits) { Ok(value) } else { Err(Closed::Setting(expected)) }
}
