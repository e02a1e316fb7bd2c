//! Which recipients have access to what, under which agreement and determination of purpose, until when.
//!
//! Each agreement is put to the law as one that would be entered into or renewed, each direct access as one that is provided.
//! INVARIANT: access that no agreement in force covers, or whose purpose nobody determined, is never in order.

use crate::form;
use crate::judge::{Cited, cited};
use haven_law::decide::Verdict;
use haven_law::pack::Pack;
use haven_law::request::{Request, RequestError, Scope, action_named};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use thiserror::Error;

/// Access without anybody between.
const DIRECT: &str = "direct";

/// A purpose that is none, as the law says it.
const NO_PURPOSE: &str = "none";

/// The register of agreements, as a file holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreements {
    /// Whose agency's data it is.
    pub agency: String,
    #[serde(default)]
    agreement: Vec<Agreement>,
    #[serde(default)]
    access: Vec<Access>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Agreement {
    id: String,
    /// A requester of the law.
    party: String,
    /// `direct` or `extract`.
    access: String,
    systems: BTreeSet<String>,
    #[serde(default)]
    purpose: Option<String>,
    /// Who determined it, by staff id, and when.
    #[serde(default)]
    determined_by: Option<String>,
    #[serde(default)]
    determined_on: Option<Date>,
    from: Date,
    until: Date,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Access {
    party: String,
    access: String,
    system: String,
}

/// Whether something is in order. In the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is.
    InOrder,
    /// A person must decide first.
    Refer,
    /// It must not be: refused, or not to be renewed.
    Stop,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing speaks against it.
    Nothing,
    /// The law prohibits it.
    Prohibited,
    /// The law leaves it to a person.
    LeftToAPerson,
    /// Nobody determined the purpose.
    Undetermined,
    /// Another purpose was determined.
    OtherPurpose,
    /// No agreement names this recipient, this system and this access.
    NoAgreement,
    /// The agreement has ended.
    Ended,
    /// The agreement has not begun.
    NotBegun,
}

impl Why {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "in order",
            Self::Prohibited => "the law prohibits it",
            Self::LeftToAPerson => "counsel decides first",
            Self::Undetermined => "nobody determined the purpose and signed for it",
            Self::OtherPurpose => "another purpose was determined",
            Self::NoAgreement => "no agreement covers it",
            Self::Ended => "the agreement has ended",
            Self::NotBegun => "the agreement has not begun",
        }
    }
}

/// What was found of an agreement or an access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The agreement's id; of an access none.
    pub agreement: Option<String>,
    /// The other side, a requester of the law.
    pub party: String,
    /// The systems.
    pub systems: Vec<String>,
    /// Whether it is in order.
    pub standing: Standing,
    /// Why.
    pub why: Why,
    /// What decided.
    pub provisions: Vec<Cited>,
    /// The day on which it ends.
    pub until: Option<Date>,
}

/// What is wrong with a register of agreements.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AgreementsError {
    /// Not of its form.
    #[error("agreements: {0}")]
    Form(String),
    /// Something that the law does not know.
    #[error("agreement or access {number}, {field}: expected {expected}")]
    Fact {
        /// Which, from 1.
        number: usize,
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
    },
    /// An id stands twice, or an agreement ends before it begins.
    #[error("agreement {number}: {problem}")]
    Agreement {
        /// Which, from 1.
        number: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

impl Agreements {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, AgreementsError> {
        let read: Self = form::read(text).map_err(AgreementsError::Form)?;
        let mut ids = BTreeSet::new();
        for (number, agreement) in (1..).zip(&read.agreement) {
            let wrong = |problem| AgreementsError::Agreement { number, problem };
            if agreement.id.trim().is_empty() {
                return Err(wrong("expected an id, found none"));
            }
            if !ids.insert(&agreement.id) {
                return Err(wrong("its id stands twice"));
            }
            // A signature by nobody is none, and what covers nothing was meant to cover something.
            if agreement.determined_by.as_ref().is_some_and(|by| by.trim().is_empty()) {
                return Err(wrong("expected in `determined_by` a staff id, found none"));
            }
            if agreement.systems.iter().all(|system| system.trim().is_empty()) {
                return Err(wrong("expected systems, found none"));
            }
            if agreement.until < agreement.from {
                return Err(wrong("it ends before it begins"));
            }
        }
        Ok(read)
    }

    /// The systems that an agreement covers; none where there is no such agreement.
    pub fn systems(&self, id: &str) -> Option<&BTreeSet<String>> {
        self.agreement.iter().find(|agreement| agreement.id == id).map(|agreement| &agreement.systems)
    }

    /// The purpose that was determined for an agreement, as the law says it; none where there is no such agreement.
    pub fn purpose(&self, id: &str) -> Option<&str> {
        self.agreement.iter().find(|agreement| agreement.id == id)?.purpose.as_deref()
    }

    /// Holds all of it against the law on a day: agreements first, as if each were to be renewed, then what is in use.
    ///
    /// # Errors
    /// What the law does not know.
    pub fn check(&self, pack: &Pack, day: Date) -> Result<Vec<Line>, AgreementsError> {
        let mut lines = Vec::new();
        for (number, agreement) in (1..).zip(&self.agreement) {
            let (standing, why, provisions) = self.law(pack, "sign_data_agreement", agreement, day, number)?;
            lines.push(Line {
                agreement: Some(agreement.id.clone()),
                party: agreement.party.clone(),
                systems: agreement.systems.iter().cloned().collect(),
                standing,
                why,
                provisions,
                until: Some(agreement.until),
            });
        }
        for access in &self.access {
            lines.push(self.in_use(pack, access, None, day)?);
        }
        Ok(lines)
    }

    /// How direct access of a party to a system stands on a day, under one agreement and no other.
    ///
    /// # Errors
    /// What the law does not know.
    pub fn under(&self, id: &str, party: &str, system: &str, pack: &Pack, day: Date) -> Result<Line, AgreementsError> {
        let access = Access { party: party.to_owned(), access: DIRECT.to_owned(), system: system.to_owned() };
        self.in_use(pack, &access, Some(id), day)
    }

    fn in_use(&self, pack: &Pack, access: &Access, under: Option<&str>, day: Date) -> Result<Line, AgreementsError> {
        let covers = |agreement: &&Agreement| {
            under.is_none_or(|id| agreement.id == id)
                && agreement.party == access.party
                && agreement.access == access.access
                && agreement.systems.contains(&access.system)
        };
        let line = |standing, why, provisions, until| Line {
            agreement: None,
            party: access.party.clone(),
            systems: vec![access.system.clone()],
            standing,
            why,
            provisions,
            until,
        };
        let mut best: Option<Line> = None;
        for (number, agreement) in (1..).zip(&self.agreement).filter(|(_, agreement)| covers(agreement)) {
            let found = if day > agreement.until {
                line(Standing::Stop, Why::Ended, Vec::new(), Some(agreement.until))
            } else if day < agreement.from {
                line(Standing::Stop, Why::NotBegun, Vec::new(), Some(agreement.until))
            } else {
                let act = if access.access == DIRECT { "provide_direct_access" } else { "sign_data_agreement" };
                let (standing, why, provisions) = self.law(pack, act, agreement, day, number)?;
                // Access whose purpose nobody determined is without a valid agreement, whoever must decide about it.
                let standing = if why == Why::Undetermined { Standing::Stop } else { standing };
                line(standing, why, provisions, Some(agreement.until))
            };
            // Nobody can tell under which of several agreements access is used.
            if found.why == Why::Prohibited {
                return Ok(found);
            }
            if best.as_ref().is_none_or(|before| found.standing < before.standing) {
                best = Some(found);
            }
        }
        Ok(best.unwrap_or_else(|| line(Standing::Stop, Why::NoAgreement, Vec::new(), None)))
    }

    fn law(
        &self,
        pack: &Pack,
        act: &str,
        agreement: &Agreement,
        day: Date,
        number: usize,
    ) -> Result<(Standing, Why, Vec<Cited>), AgreementsError> {
        let wrong = |error: RequestError| AgreementsError::Fact { number, field: error.field, expected: error.expected };
        let action = action_named(pack, act).map_err(wrong)?;
        let mut request = Request::new(pack, day, action, Some(self.agency.clone()), Scope::default());
        // A purpose for which nobody signed is none.
        let stated = agreement.purpose.as_deref().filter(|purpose| *purpose != NO_PURPOSE);
        let determined = stated.is_some() && agreement.determined_by.is_some() && agreement.determined_on.is_some_and(|on| on <= day);
        let purpose = stated.filter(|_| determined).unwrap_or(NO_PURPOSE);
        for (fact, value) in
            [("requester", agreement.party.as_str()), ("access", &agreement.access), ("recorded_purpose", purpose), ("legal_basis", "none")]
        {
            request.state(pack, fact, &Value::from(value)).map_err(wrong)?;
        }
        // A purpose that is stated and not signed for is still what the agreement says it is for.
        if let Some(stated) = stated.filter(|_| !determined) {
            let mut as_stated = request.clone();
            as_stated.state(pack, "recorded_purpose", &Value::from(stated)).map_err(wrong)?;
            let decision = pack.decide(&as_stated);
            if decision.verdict == Verdict::Prohibited {
                return Ok((Standing::Stop, Why::Prohibited, cited(&decision)));
            }
        }
        let decision = pack.decide(&request);
        let provisions = cited(&decision);
        Ok(match decision.verdict {
            Verdict::Prohibited => (Standing::Stop, Why::Prohibited, provisions),
            _ if !determined => (Standing::Refer, Why::Undetermined, provisions),
            Verdict::NeedsFacts => (Standing::Refer, Why::LeftToAPerson, provisions),
            Verdict::Required | Verdict::Permitted => (Standing::InOrder, Why::Nothing, provisions),
        })
    }
}
