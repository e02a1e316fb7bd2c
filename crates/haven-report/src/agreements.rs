//! The inventory of agreements and of access to the city's data, property and staff.

use crate::input::Input;
use crate::period::after;
use crate::report::{Report, Table};
use crate::view::{View, row};
use haven_register::register::Stored;
use jiff::ToSpan;

/// The inventory on the day of the report.
pub fn agreements(input: &Input<'_>) -> Report {
    let view = View::new(input, "agreements");
    let mut report = view.empty(format!("agreements-{}", input.as_of), None);
    let all = view.of_kind("agreement");
    let of = |keep: &dyn Fn(&Stored) -> bool| all.iter().copied().filter(|stored| keep(stored)).collect::<Vec<_>>();
    let open = of(&|stored| !ended(&view, stored));
    let with = |flag: Flag| open.iter().copied().filter(|stored| flags(&view, stored).contains(&flag)).collect::<Vec<_>>();
    let direct: Vec<&Stored> = open.iter().copied().filter(|stored| is(&view, stored, "access", "direct_access")).collect();
    let figures = vec![
        view.figure("open", &open),
        view.figure("direct", &direct),
        view.figure("undetermined", &with(Flag::Undetermined)),
        view.figure("barred", &with(Flag::Barred)),
        view.figure("expired", &with(Flag::Expired)),
        view.figure("renewal", &with(Flag::Renewal)),
        view.figure("ended", &of(&|stored| ended(&view, stored))),
    ];
    let marked: Vec<&Stored> = open.iter().copied().filter(|stored| !flags(&view, stored).is_empty()).collect();
    let tables = vec![table(&view, "marked", &marked), table(&view, "inventory", &all)];
    report.sections.push(view.section("inventory", figures, tables));
    report.notes.push(view.say("agreements_known", &[]));
    report
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    Undetermined,
    Barred,
    Expired,
    Renewal,
}

impl Flag {
    fn name(self) -> &'static str {
        match self {
            Flag::Undetermined => "flag_undetermined",
            Flag::Barred => "flag_barred",
            Flag::Expired => "flag_expired",
            Flag::Renewal => "flag_renewal",
        }
    }
}

fn ended(view: &View<'_>, stored: &Stored) -> bool {
    view.day(stored, "ended_on").is_some_and(|day| day <= view.input.as_of)
}

fn is(view: &View<'_>, stored: &Stored, field: &str, group: &str) -> bool {
    stored.record.text(field).is_some_and(|word| view.groups().has(group, word))
}

fn flags(view: &View<'_>, stored: &Stored) -> Vec<Flag> {
    if ended(view, stored) {
        return Vec::new();
    }
    let as_of = view.input.as_of;
    let direct = is(view, stored, "access", "direct_access");
    let undetermined = stored.record.text("purpose").is_none() || is(view, stored, "purpose", "purpose_not_determined");
    let near = after(as_of, view.groups().renewal_days.days());
    let mut flags = Vec::new();
    if direct && undetermined {
        flags.push(Flag::Undetermined);
    }
    if is(view, stored, "purpose", "purpose_barred") {
        flags.push(Flag::Barred);
    }
    if view.day(stored, "expires_on").is_some_and(|day| day < as_of) {
        flags.push(Flag::Expired);
    }
    if view.day(stored, "renews_on").is_some_and(|day| as_of <= day && day <= near) {
        flags.push(Flag::Renewal);
    }
    flags
}

fn table(view: &View<'_>, id: &str, agreements: &[&Stored]) -> Table {
    let line = |stored: &&Stored| {
        let record = &stored.record;
        let said: Vec<String> = flags(view, stored).into_iter().map(|flag| view.say(flag.name(), &[])).collect();
        let said = if ended(view, stored) { view.say("flag_ended", &[]) } else { said.join("; ") };
        let purpose = match record.text("purpose") {
            Some(_) => view.words(record, "purpose"),
            None => view.say("purpose_unsaid", &[]),
        };
        let cells = [
            view.words(record, "agreement"),
            view.words(record, "party"),
            view.station(record),
            view.words(record, "access"),
            view.words(record, "system"),
            purpose,
            view.when(record, "determined_on"),
            view.when(record, "renews_on"),
            view.when(record, "expires_on"),
            view.when(record, "ended_on"),
            crate::view::or_nothing(said),
        ];
        row(cells.map(Into::into), &[stored])
    };
    let columns = ["agreement", "party", "agency", "access", "systems", "purpose", "determined", "renews", "expires", "ended", "mark"];
    view.table(id, &columns, agreements.iter().map(line).collect())
}
