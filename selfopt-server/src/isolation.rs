//! What keeps repository code apart. The operator says it, in the server's own
//! configuration; a repository has no say, or whoever may commit to one could
//! open the machine that runs all.

use std::path::Path;

use selfopt_core::config::{Config, SandboxConfig};
use selfopt_core::{Enforcement, Isolation, Policy, SandboxError};
use selfopt_sandbox::{IsolationChoice, LocalSandbox, choose_local};

/// The isolation that the operator configured.
#[derive(Debug, Clone)]
pub struct ServerIsolation {
    choice: IsolationChoice,
    policy: Policy,
}

impl ServerIsolation {
    /// The isolation asked for. `Auto` takes bubblewrap or Docker and never
    /// plain processes: these have to be asked for by name. Everything but
    /// plain processes has to enforce at least that files, secrets and
    /// processes of the machine are out of reach.
    #[must_use]
    pub fn new(choice: IsolationChoice) -> Self {
        let policy = match choice {
            IsolationChoice::Process => Policy::none(),
            _ => ["filesystem", "processes", "secrets"]
                .into_iter()
                .fold(Policy::none(), |policy, name| policy.requiring(name, Enforcement::Enforced)),
        };
        Self { choice, policy }
    }

    /// The same, refused unless every guarantee is enforced.
    #[must_use]
    pub fn all_enforced(self) -> Self {
        Self { policy: Policy::all_enforced(), ..self }
    }

    /// A sandbox as configured, or an error that says what is missing.
    pub async fn sandbox(&self, base: &Path) -> Result<(LocalSandbox, Isolation), SandboxError> {
        choose_local(self.choice, base, &self.policy).await
    }
}

/// The configuration with the server's word on isolation in place of the
/// repository's.
pub(crate) fn with_server_sandbox(config: Config) -> Config {
    Config { sandbox: SandboxConfig::default(), ..config }
}

#[cfg(test)]
mod tests {
    use selfopt_core::{Guarantee, NetworkAccess};

    use super::*;

    #[test]
    fn a_repository_has_no_say_in_its_isolation() {
        let config = Config::parse("[sandbox]\nnetwork = \"open\"\nallow_hosts = [\"a.example\"]")
            .unwrap()
            .config;
        assert_eq!(config.sandbox.network, NetworkAccess::Open);
        let config = with_server_sandbox(config);
        assert_eq!(config.sandbox, SandboxConfig::default());
        assert_ne!(config.sandbox.network, NetworkAccess::Open);
    }

    #[test]
    fn plain_processes_have_to_be_asked_for() {
        let none = |name: &str| {
            (name.to_owned(), Guarantee { level: Enforcement::None, reason: "none".to_owned() })
        };
        let process = Isolation {
            backend: "process".to_owned(),
            version: None,
            clones: "copy".to_owned(),
            guarantees: ["filesystem", "processes", "secrets"].map(none).into(),
            fallback: None,
        };
        for choice in [IsolationChoice::Auto, IsolationChoice::Docker, IsolationChoice::Bubblewrap]
        {
            assert!(ServerIsolation::new(choice).policy.check(&process).is_err(), "{choice:?}");
        }
        let asked = ServerIsolation::new(IsolationChoice::Process);
        assert!(asked.policy.check(&process).is_ok());
        assert!(asked.all_enforced().policy.check(&process).is_err());
    }
}
