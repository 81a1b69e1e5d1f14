//! The engine with everything built in.

use std::sync::Arc;

use selfopt_core::pipeline::Engine;
use selfopt_probe::NodeProbe;
use selfopt_rules::BuiltinRules;

use crate::host::threads;

/// An engine with everything built in.
#[must_use]
pub fn with_builtins(engine: Engine) -> Engine {
    engine
        .detectors(selfopt_detect::detectors())
        .scanner(BuiltinRules::default())
        .template(BuiltinRules::default())
        .probe(Arc::new(NodeProbe))
        .threads(threads())
}
