//! Layouts of exports: which column of a vendor's file is which of ours.
//!
//! A layout is data (`audit/layouts.toml`, or a mapping of the user's in the same form). A file is recognised by its header:
//! the layout that has the most of its columns there and leaves the fewest over. What is missing or new is said, because a
//! vendor that takes a column away changes what can be audited.

use crate::AuditError;
use crate::moment::Moments;
use crate::purpose::MASK;
use serde::Deserialize;
use std::collections::HashSet;

/// What a column of a log of searches, of changes of alert lists, or of dispatch can be. Sharing lists are read by [`crate::access`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Is {
    Id,
    Account,
    Agency,
    Networks,
    Devices,
    /// Two times in one cell: since and until.
    Period,
    Since,
    Until,
    Plate,
    Reason,
    Case,
    Time,
    SearchType,
    Moderation,
    Offense,
    /// Of an alert list: what was done.
    Event,
    /// Of an alert list: to what.
    Entity,
    /// Of dispatch: the number of the event.
    Number,
    /// Of dispatch: the number of another event that this one belongs to.
    Linked,
    /// Of dispatch: what kind of event it is.
    Type,
    /// Of dispatch: what somebody typed.
    Text,
    /// Of dispatch: asked as `text` is, and never printed.
    Unprinted,
    /// Of dispatch: where it was, as a part of the city that the register knows as a station.
    Place,
}

const ALL: &str = "`id`, `account`, `agency`, `networks`, `devices`, `period`, `since`, `until`, `plate`, `reason`, `case`, `time`, `search_type`, `moderation`, `offense`, `event`, `entity`, and of events of dispatch `number`, `linked`, `time`, `type`, `text`, `unprinted`, `place`";

/// The zone of a layout whose times are those of the jurisdiction.
const LOCAL: &str = "local";

/// The table that the rows of a layout belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// One search a row: [`crate::searches`].
    Searches,
    /// One change of an alert list a row: [`crate::hotlist`].
    Hotlist,
    /// One agency a row, with whom it shares.
    Sharing,
    /// One event of dispatch a row, or one line of its history: [`crate::dispatch`].
    Dispatch,
}

/// Everything known of layouts.
#[derive(Debug)]
pub struct Layouts {
    layouts: Vec<Layout>,
    pub(crate) marks: Marks,
    /// Words that vendors' own lists are made of, in small letters.
    words: HashSet<String>,
    /// The file whose form is shown to whoever writes one.
    form: String,
}

/// What stands in cells in place of a value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Marks {
    /// Taken out by whoever released the log: something stood there.
    pub(crate) redacted: Vec<String>,
    /// Put there by a program: no value, in any column.
    pub(crate) sentinel: Vec<String>,
    /// No value, in columns other than the reason, where such a word was typed by somebody.
    pub(crate) absent: Vec<String>,
    /// A line that begins so is no record: the download broke off, whatever its status said.
    pub(crate) incomplete: Vec<String>,
}

/// One layout of one kind of export.
#[derive(Debug)]
pub struct Layout {
    /// Its name in the file of layouts.
    pub id: String,
    /// What it is, in words.
    pub name: String,
    /// What its rows are.
    pub table: Table,
    /// What it is in truth where its rows name several agencies: the columns do not tell the two apart.
    pub(crate) several_agencies: Option<Other>,
    pub(crate) columns: Vec<Column>,
    /// Headers, normalised, of columns that are known and not read.
    ignore: Vec<String>,
    ignore_rest: bool,
}

/// A layout with the columns of another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Other {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A column of a layout.
#[derive(Debug)]
pub(crate) struct Column {
    /// As the vendor writes it, the usual form first.
    headers: Vec<String>,
    /// None in sharing lists.
    pub(crate) is: Option<Is>,
    needed: bool,
    pub(crate) moments: Moments,
    pub(crate) plus_is_space: bool,
    pub(crate) separators: Vec<String>,
    /// Of a place: the first of so many figures name it, as the first two of a beat's four name its district.
    pub(crate) figures: Option<(usize, usize)>,
}

impl Column {
    /// Its usual header.
    pub(crate) fn name(&self) -> &str {
        self.headers.first().map_or("", String::as_str)
    }
}

/// A header, recognised.
#[derive(Debug)]
pub struct Recognised<'a> {
    /// The layout.
    pub layout: &'a Layout,
    /// For each column of the layout, where it stands in the file.
    pub(crate) at: Vec<Option<usize>>,
    /// Columns of the layout that the file lacks, by their usual header.
    pub missing: Vec<String>,
    /// Headers of the file that the layout does not know.
    pub new: Vec<String>,
    /// Headers of the file that the layout knows and does not read.
    pub not_read: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    #[serde(default)]
    marks: Marks,
    #[serde(default)]
    times: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    layout: Vec<LayoutText>,
    /// How events of dispatch are held against the register; for [`crate::dispatch`].
    #[serde(default, rename = "dispatch")]
    _dispatch: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutText {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default = "searches")]
    table: Table,
    /// Where the layout was seen; for readers.
    #[serde(default, rename = "source")]
    _source: String,
    several_agencies: Option<Other>,
    /// The zone of times that name none.
    #[serde(default = "utc")]
    zone: String,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default)]
    column: Vec<ColumnText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnText {
    headers: Vec<String>,
    is: String,
    #[serde(default)]
    needed: bool,
    #[serde(default)]
    times: Vec<String>,
    #[serde(default)]
    plus_is_space: bool,
    #[serde(default)]
    separators: Vec<String>,
    figures: Option<(usize, usize)>,
}

fn searches() -> Table {
    Table::Searches
}

fn utc() -> String {
    "UTC".to_owned()
}

/// A header without what exports vary: `Org_Name`, `Org Name` and `org name` are one, and so are `Case #` and `case`.
fn normal(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Layouts {
    /// Reads the files of layouts, `(path, text)`, the house's own first: its form is what errors name. `local` is the zone of layouts
    /// whose `zone` is `local`. Where two layouts fit a header equally well, the later one is taken, so that a user's mapping comes last.
    ///
    /// # Errors
    /// [`AuditError::Data`] for a file that is not in that form.
    pub fn load(files: &[(String, String)], local: &str) -> Result<Self, AuditError> {
        let form = files.first().map(|(path, _)| path.clone()).unwrap_or_default();
        let mut layouts: Vec<Layout> = Vec::new();
        let mut marks = Marks::default();
        let mut times: Vec<String> = Vec::new();
        let mut words = HashSet::new();
        for (path, text) in files {
            let bad = |place: Option<String>, expected: &str, found: String| AuditError::Data {
                file: path.clone(),
                place,
                expected: expected.to_owned(),
                found,
            };
            let read: FileText = toml::from_str(text).map_err(|error| {
                let line = error.span().map(|span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
                bad(line.map(|line| format!("line {line}")), &format!("the form of {form}"), error.message().to_owned())
            })?;
            marks.redacted.extend(read.marks.redacted);
            marks.sentinel.extend(read.marks.sentinel);
            marks.absent.extend(read.marks.absent);
            marks.incomplete.extend(read.marks.incomplete);
            times.extend(read.times);
            words.extend(read.words.iter().map(|word| word.to_lowercase()));
            for layout in read.layout {
                let place = |what: &str| Some(format!("layout `{}`{what}", layout.id));
                if layouts.iter().any(|other| other.id == layout.id) {
                    return Err(bad(place(""), "an id of its own", "one that another layout has".to_owned()));
                }
                let mut columns = Vec::new();
                for column in &layout.column {
                    let Some(header) = column.headers.first() else {
                        return Err(bad(place(""), "`headers` with at least one header", "none".to_owned()));
                    };
                    let here = || place(&format!(", column `{header}`"));
                    let is = match layout.table {
                        Table::Searches | Table::Hotlist | Table::Dispatch => Some(
                            toml::Value::String(column.is.clone()).try_into().map_err(|_| bad(here(), ALL, format!("`{}`", column.is)))?,
                        ),
                        Table::Sharing => None,
                    };
                    let forms = if column.times.is_empty() { &times } else { &column.times };
                    let zone = if layout.zone == LOCAL { local } else { &layout.zone };
                    let moments = Moments::new(forms, zone).map_err(|found| bad(here(), "forms and zones of times", found))?;
                    columns.push(Column {
                        headers: column.headers.clone(),
                        is,
                        needed: column.needed,
                        moments,
                        plus_is_space: column.plus_is_space,
                        separators: column.separators.clone(),
                        figures: column.figures,
                    });
                }
                if !columns.iter().any(|column| column.needed) {
                    return Err(bad(place(""), "a column with `needed = true`, by which the layout is recognised", "none".to_owned()));
                }
                layouts.push(Layout {
                    name: if layout.name.is_empty() { layout.id.clone() } else { layout.name },
                    id: layout.id,
                    table: layout.table,
                    several_agencies: layout.several_agencies,
                    columns,
                    ignore_rest: layout.ignore.iter().any(|header| header == "*"),
                    ignore: layout.ignore.iter().map(|header| normal(header)).collect(),
                });
            }
        }
        Ok(Self { layouts, marks, words, form })
    }

    /// The layout whose header this is.
    pub fn recognise(&self, header: &[String]) -> Option<Recognised<'_>> {
        let fits = self.layouts.iter().map(|layout| layout.fit(header)).filter(|(fit, _)| fit.lacks_needed.is_empty());
        // Of equals the last, which `max_by` takes.
        fits.max_by(|(a, _), (b, _)| a.score.total_cmp(&b.score)).map(|(_, recognised)| recognised)
    }

    /// A cell of a vendor's own list without words that no such list has, and whether there were any: what somebody wrote there
    /// may be a name or a plate.
    pub(crate) fn listed(&self, cell: &str) -> (String, bool) {
        let mut shown = String::with_capacity(cell.len());
        let mut hidden = false;
        let mut any = false;
        let signs = |gap: &str| gap.chars().filter(|c| !c.is_control() && !matches!(c, '[' | ']')).collect::<String>();
        let mut rest = cell;
        while !rest.is_empty() {
            let begin = rest.find(char::is_alphanumeric).unwrap_or(rest.len());
            let (gap, from) = rest.split_at_checked(begin).unwrap_or((rest, ""));
            let end = from.find(|c: char| !c.is_alphanumeric()).unwrap_or(from.len());
            let (word, behind) = from.split_at_checked(end).unwrap_or((from, ""));
            rest = behind;
            let known = word.is_empty() || self.is_word(word);
            if known || !hidden {
                shown.push_str(&signs(gap));
            }
            if known {
                shown.push_str(word);
            } else if !hidden {
                shown.push_str(MASK);
            }
            hidden = !known;
            any |= hidden;
        }
        (shown, any)
    }

    /// Whether vendors' lists have a word, or all the words of one like `HotlistEntry`.
    fn is_word(&self, word: &str) -> bool {
        let lower = |part: &str| self.words.contains(&part.to_lowercase());
        let mut parts: Vec<String> = Vec::new();
        for letter in word.chars() {
            match parts.last_mut() {
                Some(part) if !letter.is_uppercase() || part.ends_with(char::is_uppercase) => part.push(letter),
                _ => parts.push(letter.to_string()),
            }
        }
        lower(word) || parts.len() > 1 && parts.iter().all(|part| lower(part))
    }

    /// Why a header is that of no layout, and what the reader can do.
    pub(crate) fn unknown(&self, file: &str, header: &[String]) -> AuditError {
        let nearest = self.layouts.iter().map(|layout| layout.fit(header)).max_by(|(a, _), (b, _)| a.score.total_cmp(&b.score));
        let nearest = match nearest {
            Some((fit, recognised)) if fit.score > 0.0 => {
                format!(" (nearest is `{}`, which needs also {})", recognised.layout.id, list(&fit.lacks_needed))
            }
            _ => String::new(),
        };
        // A file without a header begins with somebody's data: only what a layout calls a column is repeated, and as it says it.
        let known = |header: &String| {
            let header = normal(header);
            self.layouts.iter().flat_map(|layout| &layout.columns).flat_map(|column| &column.headers).find(|own| normal(own) == header)
        };
        let headers: Vec<String> = header.iter().filter_map(known).cloned().collect();
        let columns = |count: usize| if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
        let found = match (headers.len(), header.len() - headers.len()) {
            (0, rest) => format!("{} that no layout knows", columns(rest)),
            (_, 0) => list(&headers),
            (_, rest) => format!("{}, and {} that no layout knows", list(&headers), columns(rest)),
        };
        AuditError::Data {
            file: file.to_owned(),
            place: Some("header".to_owned()),
            expected: format!(
                "the columns of a known layout{nearest}; for another, write a mapping as in {}: a [[layout]] with `id` and, for \
                 each column that matters, a [[layout.column]] with `headers = [\"…\"]` and `is` one of {ALL}; `needed = true` on those that \
                 tell it apart, `ignore = [\"*\"]` for the rest",
                self.form
            ),
            found,
        }
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How well a header fits a layout.
struct Fit {
    /// Columns found, of all columns that either has.
    score: f64,
    lacks_needed: Vec<String>,
}

impl Layout {
    fn fit(&self, header: &[String]) -> (Fit, Recognised<'_>) {
        let names: Vec<String> = header.iter().map(|name| normal(name)).collect();
        let mut taken = vec![false; names.len()];
        let mut at = Vec::new();
        let mut missing = Vec::new();
        let mut lacks_needed = Vec::new();
        for column in &self.columns {
            let place = column.headers.iter().find_map(|header| {
                let wanted = normal(header);
                names.iter().zip(&taken).position(|(name, taken)| !taken && *name == wanted)
            });
            if let Some(taken) = place.and_then(|place| taken.get_mut(place)) {
                *taken = true;
            } else {
                missing.extend(column.headers.first().cloned());
                if column.needed {
                    lacks_needed.extend(column.headers.first().cloned());
                }
            }
            at.push(place);
        }
        let known = |name: &String| self.ignore_rest || self.ignore.contains(name);
        let rest = header.iter().zip(&names).zip(&taken).filter(|(_, taken)| !**taken);
        let (not_read, new): (Vec<_>, Vec<_>) = rest.partition(|((_, name), _)| known(name));
        let headers = |of: Vec<((&String, &String), &bool)>| of.into_iter().map(|((header, _), _)| header.clone()).collect::<Vec<_>>();
        let (not_read, new) = (headers(not_read), headers(new));
        let found = at.iter().flatten().count();
        #[expect(clippy::cast_precision_loss, reason = "counts of columns")]
        let score = found as f64 / (found + missing.len() + new.len()).max(1) as f64;
        (Fit { score, lacks_needed }, Recognised { layout: self, at, missing, new, not_read })
    }
}

impl Recognised<'_> {
    /// The column that is this, and where it stands in the file.
    pub(crate) fn column(&self, is: Is) -> Option<(&Column, usize)> {
        self.columns(is).next()
    }

    /// Every column that is this, and where it stands in the file.
    pub(crate) fn columns(&self, is: Is) -> impl Iterator<Item = (&Column, usize)> {
        self.layout.columns.iter().zip(&self.at).filter_map(move |(column, at)| (column.is == Some(is)).then_some((column, (*at)?)))
    }
}
