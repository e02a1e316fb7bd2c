//! Whether a request may pass, for servers that ask before they pass it on (`auth_request` of nginx and its like).
//!
//! Such a server passes the whole of an answer or nothing. So only a request of which nothing is withheld may pass here; where
//! something would have to be taken out, the answer is no, and says that the way is through the gateway. INVARIANT: only status
//! 200 lets pass, and it is given when the judgement is durable.

use crate::journal::End;
use crate::paths;
use crate::problem::{Out, problem};
use crate::proxy::{Judged, Live, Refused, Told, said, word};
use crate::ruling::Ruling;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The path of the endpoint.
const DECIDE: &str = "/decide";
/// What the client asked for, as it wrote it.
const ORIGINAL_URI: &str = "x-original-uri";
/// By which method.
const ORIGINAL_METHOD: &str = "x-original-method";
/// The certificate that the client showed, in PEM, escaped as in an address.
const CERTIFICATE: &str = "haven-client-certificate";
/// What the server found of it.
const VERIFIED: &str = "haven-client-verified";
/// The word for a certificate that is in order.
const SUCCESS: &str = "SUCCESS";

/// What the answer says beside its status.
const OUTCOME: &str = "haven-outcome";
const REASON: &str = "haven-reason";
const CLAUSES: &str = "haven-clauses";
/// Where a request that may not pass here can be asked for all the same.
const THROUGH: &str = "haven-through";

impl Live {
    /// Says whether a request may pass.
    pub(crate) async fn decide<B>(&self, request: &Request<B>) -> Response<Out> {
        let mut told = Told::default();
        let (response, became) = match self.weigh(request, &mut told).await {
            Ok(response) => (response, "released"),
            Err(refused) => {
                // Who asks need not learn more of a place than that nothing leaves it.
                let status = match refused.status {
                    status if status.is_server_error() || status == StatusCode::UNAUTHORIZED => status,
                    _ => StatusCode::FORBIDDEN,
                };
                let mut response = problem(status, refused.reason, &refused.detail, &refused.clauses);
                says(response.headers_mut(), "refuse", &refused.clauses);
                response.headers_mut().insert(REASON, HeaderValue::from_static(refused.reason));
                if refused.reason == MUST_BE_SCRUBBED {
                    response.headers_mut().insert(THROUGH, HeaderValue::from_static("gateway"));
                }
                (response, refused.reason)
            }
        };
        self.figures.answered(&told.route, &told.recipient, became);
        response
    }

    async fn weigh<B>(&self, request: &Request<B>, told: &mut Told) -> Result<Response<Out>, Refused> {
        if request.uri().path() != DECIDE {
            return Err(Refused::new(500, "endpoint", "requests are weighed at /decide"));
        }
        let desk = self.desk()?;
        let headers = request.headers();
        let asked = |name: &str| {
            word(headers, name).ok_or_else(|| Refused::new(500, "endpoint", "X-Original-URI and X-Original-Method, each once"))
        };
        let (uri, method) = (asked(ORIGINAL_URI)?, asked(ORIGINAL_METHOD)?);
        let path = paths::plain(uri.split(['?', '#']).next().unwrap_or_default())?;
        let certificate = self.client_certificate(headers)?;
        let id = self.who(certificate.as_ref(), headers).await?;
        let (recipient, place) = told.at(desk, id, path, method)?;
        let Judged { ruling, entry, ending } = self.judged(desk, recipient, place, said(headers)).await?;
        let clauses: Vec<String> = entry.provisions.into_iter().collect();
        match ruling {
            Ruling::Release => {
                // The server does not say how it ended.
                ending.over(End::Whole);
                let mut response = Response::new(crate::problem::whole(""));
                says(response.headers_mut(), "release", &clauses);
                Ok(response)
            }
            Ruling::Scrub(_) => {
                ending.over(End::Blocked);
                Err(Refused {
                    clauses,
                    ..Refused::new(403, MUST_BE_SCRUBBED, "something would have to be taken out: ask through the gateway")
                })
            }
            Ruling::Refuse(refusal) => Err(refusal.into()),
        }
    }

    /// The certificate that the client showed to the server, where the server was told to say so and found it in order.
    fn client_certificate(&self, headers: &HeaderMap) -> Result<Option<CertificateDer<'static>>, Refused> {
        if !self.decision.as_ref().is_some_and(|decision| decision.certificates) || !headers.contains_key(CERTIFICATE) {
            return Ok(None);
        }
        if word(headers, VERIFIED) != Some(SUCCESS) {
            return Err(Refused::nobody());
        }
        let escaped = word(headers, CERTIFICATE).ok_or_else(Refused::nobody)?;
        let pem: Vec<u8> = percent_decode_str(escaped).collect();
        CertificateDer::from_pem_slice(&pem).map(Some).map_err(|_| Refused::nobody())
    }
}

/// The word for a release that this door cannot make.
const MUST_BE_SCRUBBED: &str = "must_be_scrubbed";

fn says(headers: &mut HeaderMap, outcome: &'static str, clauses: &[String]) {
    headers.insert(OUTCOME, HeaderValue::from_static(outcome));
    // Ids of provisions are ASCII; one that were not could be read in the register.
    if let Ok(clauses) = HeaderValue::from_str(&clauses.join(", ")) {
        headers.insert(CLAUSES, clauses);
    }
}
