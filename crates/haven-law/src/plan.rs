//! Which clauses are in force on a day, worked out once so that a decision only looks them up.

use crate::pack::{Before, Instrument, Layer, Pack};
use crate::vocabulary::ActionId;
use jiff::civil::Date;

/// The clauses of one layer that speak to one act, under one reading of which versions are in force.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Positions in the pack's clauses.
    pub clauses: Vec<u32>,
    /// Instruments that speak to the act but whose law of that day is not encoded.
    pub uncovered: Vec<usize>,
    /// `instrument@version`, for the instruments that speak to the act.
    pub version: String,
}

/// What one layer says of one act on one day: one reading, or several where it is uncertain which version is in force.
#[derive(Clone, Debug)]
pub struct LayerPlan {
    /// The layer.
    pub layer: Layer,
    /// The readings, at least one.
    pub readings: Vec<Reading>,
}

#[derive(Clone, Debug)]
pub(crate) struct Regime {
    /// The first day.
    pub from: Date,
    /// By action.
    pub actions: Vec<Vec<LayerPlan>>,
}

/// The law by day and act.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// The stretches of time between two dates on which some version begins, the earliest first.
    pub regimes: Vec<Regime>,
}

/// The version of an instrument that a reading takes to be in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InForce {
    /// The version that began on this day.
    Version(Date),
    /// The instrument does not exist yet.
    NotYet,
    /// There may be law, but it is not encoded.
    Uncovered,
}

impl Plan {
    pub(crate) fn new(pack: &Pack) -> Plan {
        let mut boundaries: Vec<Date> = vec![Date::MIN];
        for version in pack.instruments.iter().flat_map(|instrument| &instrument.versions) {
            boundaries.push(version.from);
            boundaries.extend(version.uncertain_from);
        }
        boundaries.sort_unstable();
        boundaries.dedup();
        let regimes = boundaries
            .into_iter()
            .map(|from| Regime { from, actions: pack.vocabulary.action_ids().map(|(action, _)| layers(pack, from, action)).collect() })
            .collect();
        Plan { regimes }
    }

    /// What each layer says of an act on a day; layers that do not speak to it are left out, save the jurisdiction's own.
    pub(crate) fn layers(&self, day: Date, action: ActionId) -> &[LayerPlan] {
        let after = self.regimes.partition_point(|regime| regime.from <= day);
        self.regimes.get(after.saturating_sub(1)).and_then(|regime| regime.actions.get(action.index())).map_or(&[], Vec::as_slice)
    }

    /// Positions of the clauses that may be in force on a day, whatever the act.
    pub(crate) fn clauses_on(&self, day: Date) -> Vec<u32> {
        let after = self.regimes.partition_point(|regime| regime.from <= day);
        let mut all: Vec<u32> = self
            .regimes
            .get(after.saturating_sub(1))
            .into_iter()
            .flat_map(|regime| regime.actions.iter().flatten())
            .flat_map(|layer| layer.readings.iter().flat_map(|reading| reading.clauses.iter().copied()))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The versions of an instrument that may be in force on a day: more than one in a declared uncertain interval.
pub(crate) fn in_force(instrument: &Instrument, day: Date) -> Vec<InForce> {
    let current = match instrument.versions.iter().rev().find(|version| version.from <= day) {
        Some(version) => InForce::Version(version.from),
        None if instrument.before_first == Before::Unknown => InForce::Uncovered,
        None => InForce::NotYet,
    };
    let mut all = vec![current];
    if let Some(next) = instrument.versions.iter().find(|version| version.from > day)
        && next.uncertain_from.is_some_and(|from| from <= day)
    {
        all.push(InForce::Version(next.from));
    }
    all
}

fn layers(pack: &Pack, day: Date, action: ActionId) -> Vec<LayerPlan> {
    let mut plans = Vec::new();
    for layer in pack.layers() {
        let mut readings = vec![Reading::default()];
        for (position, instrument) in pack.instruments.iter().enumerate().filter(|(_, instrument)| instrument.layer == layer) {
            let speaks = instrument.addresses.binary_search(&action).is_ok();
            let advises = pack.clauses.iter().any(|clause| clause.instrument == position && clause.actions.contains(&action));
            if !speaks && !advises {
                continue;
            }
            readings = in_force(instrument, day)
                .into_iter()
                .flat_map(|version| readings.iter().map(move |reading| (version, reading.clone())))
                .map(|(version, reading)| extend(pack, position, instrument, action, version, reading, speaks))
                .collect();
        }
        let silent = readings.iter().all(|reading| reading.clauses.is_empty() && reading.uncovered.is_empty());
        if !silent || layer == pack.own_layer() {
            plans.push(LayerPlan { layer, readings });
        }
    }
    plans
}

fn extend(
    pack: &Pack,
    position: usize,
    instrument: &Instrument,
    action: ActionId,
    version: InForce,
    mut reading: Reading,
    speaks: bool,
) -> Reading {
    match version {
        InForce::NotYet => {}
        InForce::Uncovered => {
            if speaks {
                reading.uncovered.push(position);
            }
        }
        InForce::Version(from) => {
            if speaks {
                if !reading.version.is_empty() {
                    reading.version.push(' ');
                }
                reading.version.push_str(&format!("{}@{from}", instrument.id));
            }
            for (index, clause) in pack.clauses.iter().enumerate() {
                let current = clause.from <= from && clause.until.is_none_or(|until| until > from);
                if clause.instrument == position && current && clause.actions.binary_search(&action).is_ok() {
                    reading.clauses.push(u32::try_from(index).unwrap_or(u32::MAX));
                }
            }
        }
    }
    reading
}
