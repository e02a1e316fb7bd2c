//! What the parts of a cluster must have in common, and how each makes sure of it.
//!
//! A client's settings travel with every query to the scheduler and with every task to the executors. Among them is a seal: the
//! program's version, the law's digest where the law is asked, the store that is read. Whoever holds another version or another
//! law refuses, in words, before anything is answered: plans of another version may decode and mean something else.

use crate::codec::{Logical, Physical};
use ballista_core::config::{BALLISTA_CLIENT_IO_RETRY_WAIT_TIME_MS, BALLISTA_CLIENT_PULL};
use ballista_core::extension::SessionConfigExt;
use datafusion::common::config_err;
use datafusion::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::SessionConfig;
use haven_audit::law::Law;
use std::any::Any;
use std::sync::Arc;

/// What a client, a scheduler and each executor are made of; theirs must be the same.
#[derive(Clone, Debug)]
pub struct Node {
    /// The program with its version, and the engine's.
    pub program: String,
    /// The law's digest.
    pub law: String,
    /// Our functions, by which queries call what SQL has not.
    pub functions: Vec<Arc<ScalarUDF>>,
}

impl Node {
    /// A part that has this law.
    pub fn new(law: &Arc<Law>) -> Node {
        Node {
            program: format!("haven-cluster {} with DataFusion {}", env!("CARGO_PKG_VERSION"), datafusion::DATAFUSION_VERSION),
            law: law.pack().digest.clone(),
            functions: vec![Arc::new(law.function())],
        }
    }

    /// Settings that understand a seal.
    pub(crate) fn config(&self) -> SessionConfig {
        SessionConfig::new_with_ballista()
            .with_option_extension(Seal::default())
            .with_ballista_logical_extension_codec(Arc::new(Logical::default()))
            .with_ballista_physical_extension_codec(Arc::new(Physical::default()))
            .with_ballista_grpc_client_max_message_size(MESSAGE_MAX)
            // A scheduler that tells its client of every step by itself drops what does not fit, the last step too, and the
            // client would wait for ever: it asks instead.
            .set_bool(BALLISTA_CLIENT_PULL, true)
            .set_u64(BALLISTA_CLIENT_IO_RETRY_WAIT_TIME_MS, RETRY_MS)
    }

    /// Refuses what was asked by another version, or of another law.
    pub(crate) fn check(&self, who: &str, config: &SessionConfig) -> Result<(), DataFusionError> {
        let seal = config.options().extensions.get::<Seal>().cloned().unwrap_or_default();
        let refuse = |expected: &str, found: &str| {
            let found = if found.is_empty() { "nothing" } else { found };
            Err(DataFusionError::Execution(format!("the {who} refuses: expected {expected}, as it has itself, found {found}")))
        };
        if seal.program != self.program {
            return refuse(&self.program, &seal.program);
        }
        if !seal.law.is_empty() && seal.law != self.law {
            return refuse(&format!("the law {}", self.law), &seal.law);
        }
        Ok(())
    }
}

/// The most that one message may hold: a plan with what is known of all agencies of a country is a few MiB.
pub(crate) const MESSAGE_MAX: usize = 64 << 20;

/// How long until what another executor has is fetched once more; it is fetched three times.
const RETRY_MS: u64 = 500;

/// What travels with each query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seal {
    pub(crate) program: String,
    /// Empty where the law is not asked.
    pub(crate) law: String,
    /// `s3://bucket`; empty where the data are files. Whoever reads it has credentials of its own: none travel.
    pub(crate) store: String,
}

impl ConfigExtension for Seal {
    const PREFIX: &'static str = "haven";
}

impl ExtensionOptions for Seal {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), DataFusionError> {
        match key {
            "program" => value.clone_into(&mut self.program),
            "law" => value.clone_into(&mut self.law),
            "store" => value.clone_into(&mut self.store),
            _ => return config_err!("expected program, law or store, found `{key}`"),
        }
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        [("program", &self.program), ("law", &self.law), ("store", &self.store)]
            .map(|(key, value)| ConfigEntry {
                key: format!("{}.{key}", Self::PREFIX),
                value: Some(value.clone()),
                description: "docs/scale.md",
            })
            .into()
    }
}
