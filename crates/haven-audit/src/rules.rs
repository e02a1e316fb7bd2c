//! The rules and figures of an audit, read from `audit/rules.toml`, and the SQL each becomes.

use crate::AuditError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The bits of one word, less its sign: a row's rules are one BIGINT.
const RULES_MAX: usize = 62;

/// What a rule or a figure is asked of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Searches, one a row: the view `seen`.
    #[default]
    Searches,
    /// Changes of alert lists, one a row: the view `alerts`.
    Alerts,
}

impl Of {
    /// Both, in the order in which reports show them.
    pub const ALL: [Self; 2] = [Self::Searches, Self::Alerts];

    /// The table that logs are imported to.
    pub fn table(self) -> &'static str {
        match self {
            Self::Searches => "searches",
            Self::Alerts => "hotlists",
        }
    }

    /// What its rows are called.
    pub fn rows(self) -> &'static str {
        match self {
            Self::Searches => "searches",
            Self::Alerts => "alerts",
        }
    }

    /// The view that rules and figures speak of.
    pub fn view(self) -> &'static str {
        match self {
            Self::Searches => "seen",
            Self::Alerts => "alerts",
        }
    }
}

/// A question that is put to every row, or to groups of rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, for good.
    pub id: String,
    /// What it found, in a line.
    pub title: String,
    /// Why anybody should look.
    pub why: String,
    /// What looks the same and is not.
    pub false_positives: String,
    /// What it is asked of; searches where nothing is said.
    #[serde(default)]
    pub of: Of,
    /// SQL: a condition of a row of its view.
    pub when: String,
    /// What it adds to a row's place in the queue.
    pub weight: u16,
    /// SQL: what makes a group; no groups where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per: Vec<String>,
    /// SQL: a condition of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub having: Option<String>,
}

/// A table of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Its name, for good.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The heads of its columns.
    pub head: Vec<String>,
    /// What it counts; searches where nothing is said.
    #[serde(default)]
    pub of: Of,
    /// SQL over the view of that.
    pub sql: String,
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    /// A number.
    Number(i64),
    /// A word: letters, digits, `_`, `/`, `-`.
    Word(String),
}

impl std::fmt::Display for Parameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// The rules of an audit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The file they stand in, for errors.
    #[serde(skip)]
    pub file: String,
    /// What stands in braces in the SQL.
    pub parameters: BTreeMap<String, Parameter>,
    /// The questions.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// The tables.
    #[serde(rename = "figure")]
    pub figures: Vec<Figure>,
}

impl Rules {
    /// Reads the rules of a file; `over` replaces parameters by name.
    ///
    /// # Errors
    /// What is not as it must be, with its place: a double id, a word in braces that is no parameter, a group without its
    /// condition, a parameter that could end a literal. Whether the SQL holds is known when it is put to the columns.
    pub fn load(file: &str, text: &str, over: &[(&str, Parameter)]) -> Result<Self, AuditError> {
        let data = |place: String, expected: &str, found: String| AuditError::Data {
            file: file.to_owned(),
            place: Some(place),
            expected: expected.to_owned(),
            found,
        };
        let mut rules: Self = toml::from_str(text).map_err(|error| AuditError::Data {
            file: file.to_owned(),
            place: error.span().map(|span| format!("line {}", text.get(..span.start).unwrap_or(text).lines().count().max(1))),
            expected: "rules as docs/audit.md describes them".to_owned(),
            found: error.message().to_owned(),
        })?;
        file.clone_into(&mut rules.file);
        for (name, value) in over {
            match rules.parameters.get_mut(*name) {
                Some(parameter) => *parameter = value.clone(),
                None => return Err(data("parameters".to_owned(), "the parameter", format!("no `{name}`"))),
            }
        }
        for (name, value) in &rules.parameters {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '/' | '-');
            if let Parameter::Word(word) = value
                && !word.chars().all(plain)
            {
                return Err(data(format!("parameter `{name}`"), "letters, digits, `_`, `/` and `-`", format!("`{word}`")));
            }
        }
        if rules.rules.len() > RULES_MAX {
            return Err(data("rules".to_owned(), "62 at most", rules.rules.len().to_string()));
        }
        let mut ids = BTreeSet::new();
        let named = rules.rules.iter().map(|rule| &rule.id).chain(rules.figures.iter().map(|figure| &figure.id));
        for id in named {
            if !ids.insert(id.clone()) {
                return Err(data(format!("`{id}`"), "an id of its own", "one that stood before".to_owned()));
            }
        }
        let parameters = rules.parameters.clone();
        let fill = |place: &str, sql: &mut String| -> Result<(), AuditError> {
            for (name, value) in &parameters {
                *sql = sql.replace(&format!("{{{name}}}"), &value.to_string());
            }
            match sql.split_once('{') {
                None => Ok(()),
                Some((_, rest)) => {
                    let word = rest.split('}').next().unwrap_or(rest);
                    Err(data(format!("`{place}`"), "a parameter in braces", format!("`{word}`")))
                }
            }
        };
        for rule in &mut rules.rules {
            fill(&rule.id, &mut rule.when)?;
            if let Some(having) = &mut rule.having {
                fill(&rule.id, having)?;
            }
            if rule.per.is_empty() == rule.having.is_some() {
                return Err(data(format!("`{}`", rule.id), "`per` and `having` together", "one of them".to_owned()));
            }
        }
        for figure in &mut rules.figures {
            fill(&figure.id, &mut figure.sql)?;
        }
        Ok(rules)
    }

    /// The zone in which nights and months are reckoned.
    pub fn zone(&self) -> String {
        self.parameters.get("zone").map(ToString::to_string).unwrap_or_else(|| "UTC".to_owned())
    }

    /// The rules that are asked of each row, with their bits.
    pub fn of_rows(&self, of: Of) -> impl Iterator<Item = (u32, &Rule)> {
        (0..).zip(&self.rules).filter(move |(_, rule)| rule.of == of && rule.per.is_empty())
    }

    /// The view that rules and figures speak of: rows, what is known of their agencies, local time, the owner of the log (the agency
    /// or, where a log names none because it is that of one agency, its file) and, of searches, how many days they look back. `offset` is SQL: what local time is ahead of `time`, in milliseconds ([`crate::moment::offset_sql`]).
    ///
    /// All of it is arithmetic of whole columns: what an engine does with zones, it does a row at a time.
    pub fn view(&self, of: Of, offset: &str) -> String {
        let back = match of {
            Of::Searches => ", (arrow_cast(time, 'Int64') - arrow_cast(since, 'Int64')) / 86400000.0 AS days_back",
            Of::Alerts => "",
        };
        format!(
            "SELECT s.*, a.state, a.federal, a.fusion, a.kind, a.agreement, a.declared, coalesce(s.agency, s.file) AS owner, to_char(s.local, '%Y-%m') AS month, \
             arrow_cast(s.local, 'Date32') AS day, date_part('hour', s.local) AS hour FROM (SELECT *, \
             arrow_cast(arrow_cast(time, 'Int64') + {offset}, 'Timestamp(Millisecond, None)') AS local{back} FROM {table}) s \
             LEFT JOIN agencies a ON s.agency = a.agency",
            table = of.table(),
        )
    }
}

impl Rule {
    /// The query that counts what it finds: rows, or the rows of its groups.
    pub fn query(&self) -> String {
        match &self.having {
            None => format!("SELECT count(*) FROM {} WHERE {}", self.of.view(), self.when),
            Some(having) => format!(
                "SELECT {per}, count(*) AS {rows} FROM {view} WHERE ({when}) AND {known} GROUP BY {per} HAVING {having}",
                rows = self.of.rows(),
                view = self.of.view(),
                per = self.per.join(", "),
                when = self.when,
                known = self.per.iter().map(|name| format!("{name} IS NOT NULL")).collect::<Vec<_>>().join(" AND "),
            ),
        }
    }
}
