//! What is counted, for Prometheus: numbers, and words of the configuration. Nothing of a request and nothing of a record.

use metrics::{Counter, Gauge, Key, KeyName, Label, Level, Metadata, Recorder as _, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// Answers, by route, recipient and what became of them.
const REQUESTS: &str = "haven_guard_requests_total";
/// Requests without one reading.
const MALFORMED: &str = "haven_guard_malformed_total";
/// Releases that ended, by how.
const ENDED: &str = "haven_guard_ended_total";
/// Second entries that could not be recorded.
const LOST: &str = "haven_guard_unrecorded_ends_total";
/// Bytes of records that left.
const BYTES: &str = "haven_guard_bytes_total";
/// Connections that are open.
const CONNECTIONS: &str = "haven_guard_connections";
/// Configurations read again.
const RELOADS: &str = "haven_guard_reloads_total";

/// The counters of one gateway.
pub struct Figures {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Default for Figures {
    fn default() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        for (name, unit, says) in [
            (REQUESTS, Unit::Count, "answers, by route, recipient and what became of the request"),
            (MALFORMED, Unit::Count, "requests that can be read in two ways or none"),
            (ENDED, Unit::Count, "releases that ended, by how"),
            (LOST, Unit::Count, "ends of releases that could not be recorded"),
            (BYTES, Unit::Bytes, "bytes of records that left"),
            (RELOADS, Unit::Count, "configurations read again, by whether they were taken"),
        ] {
            recorder.describe_counter(KeyName::from_const_str(name), Some(unit), says.into());
        }
        recorder.describe_gauge(KeyName::from_const_str(CONNECTIONS), Some(Unit::Count), "connections that are open".into());
        Self { recorder, handle }
    }
}

impl Figures {
    fn counter(&self, name: &'static str, labels: &[(&'static str, &str)]) -> Counter {
        let labels: Vec<Label> = labels.iter().map(|(name, value)| Label::new(*name, (*value).to_owned())).collect();
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
    }

    /// An answer.
    pub fn answered(&self, route: &str, recipient: &str, became: &str) {
        self.counter(REQUESTS, &[("route", route), ("recipient", recipient), ("became", became)]).increment(1);
    }

    /// A request without one reading.
    pub fn malformed(&self) {
        self.counter(MALFORMED, &[]).increment(1);
    }

    /// A release that ended, and whether that was recorded.
    pub fn ended(&self, how: &str, is_recorded: bool) {
        self.counter(ENDED, &[("how", how)]).increment(1);
        if !is_recorded {
            self.counter(LOST, &[]).increment(1);
        }
    }

    /// Bytes of a record that left; asked for once for each body.
    pub fn bytes(&self) -> Counter {
        self.counter(BYTES, &[])
    }

    /// A configuration that was read again.
    pub fn reloaded(&self, is_taken: bool) {
        self.counter(RELOADS, &[("taken", if is_taken { "yes" } else { "no" })]).increment(1);
    }

    /// The connections that are open.
    pub fn connections(&self) -> Gauge {
        self.recorder.register_gauge(&Key::from_static_name(CONNECTIONS), &METADATA)
    }

    /// All of it, as Prometheus reads it.
    pub fn text(&self) -> String {
        self.handle.render()
    }

    /// Puts what was counted in order; from time to time.
    pub fn tidy(&self) {
        self.handle.run_upkeep();
    }
}
