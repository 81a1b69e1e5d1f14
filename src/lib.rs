//! SelfOpt as a library: finds, proves and packages performance improvements
//! in JavaScript and TypeScript repositories.
//!
//! An [`Engine`](pipeline::Engine) is composed of detectors, scanners, patch
//! templates and gates, and of adapters for sandbox, store, artifacts and
//! clock; `examples/` has programs that compose one. Nothing is proposed that
//! did not pass every built-in gate.

pub use selfopt_core::*;

/// The built-in detectors.
pub mod detect {
    pub use selfopt_detect::*;
}

/// Patches by a language model.
pub mod llm {
    pub use selfopt_llm::*;
}

/// Rule packs as WebAssembly.
#[cfg(feature = "packs")]
pub mod packs {
    pub use selfopt_plugin_host::*;
}

/// What looks into functions.
pub mod probe {
    pub use selfopt_probe::*;
}

/// The built-in rules.
pub mod rules {
    pub use selfopt_rules::*;
}

/// Sandboxes and checkouts.
pub mod sandbox {
    pub use selfopt_sandbox::*;
}

/// The service.
#[cfg(feature = "server")]
pub mod server {
    pub use selfopt_server::*;
}

/// The embedded store.
pub mod store {
    pub use selfopt_store::*;
}

/// Syntax trees, bindings, edits and diffs, as rules see them.
pub mod syntax {
    pub use selfopt_syntax::*;
}
