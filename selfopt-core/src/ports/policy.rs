//! How strong an isolation has to be. A [`Policy`] names a level for each
//! guarantee and is held against what a backend reports of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sandbox::{Enforcement, Guarantee, Isolation, SandboxError};

/// Every guarantee that a backend reports on, sorted.
pub const GUARANTEES: [&str; 9] =
    ["cpu", "disk", "filesystem", "memory", "network", "output", "processes", "secrets", "time"];

/// The least level of each guarantee; what is not named may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Policy {
    required: BTreeMap<String, Enforcement>,
}

/// A guarantee that does not hold as a policy requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The guarantee.
    pub name: String,
    /// The level that is required.
    pub required: Enforcement,
    /// What there is; `None` if the backend says nothing about it.
    pub found: Option<Guarantee>,
}

impl Policy {
    /// Whatever there is: for code that its user would run anyway.
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything by the kernel: for code of strangers, with nobody watching.
    pub fn all_enforced() -> Self {
        GUARANTEES
            .into_iter()
            .fold(Self::none(), |policy, name| policy.requiring(name, Enforcement::Enforced))
    }

    /// The same with a level for one more guarantee.
    #[must_use]
    pub fn requiring(mut self, name: &str, level: Enforcement) -> Self {
        self.required.insert(name.to_owned(), level);
        self
    }

    /// An error that names everything that is weaker than required.
    pub fn check(&self, isolation: &Isolation) -> Result<(), SandboxError> {
        let unmet: Vec<Unmet> = self
            .required
            .iter()
            .filter_map(|(name, required)| {
                let found = isolation.guarantees.get(name);
                let level = found.map_or(Enforcement::None, |found| found.level);
                (level < *required).then(|| Unmet {
                    name: name.clone(),
                    required: *required,
                    found: found.cloned(),
                })
            })
            .collect();
        if unmet.is_empty() {
            return Ok(());
        }
        Err(SandboxError::BelowPolicy { backend: isolation.backend.clone(), unmet })
    }
}

/// `memory is best effort (…)`, one after the other.
pub(super) fn unmet_list(unmet: &[Unmet]) -> String {
    let one = |unmet: &Unmet| match &unmet.found {
        Some(found) => format!("{} is {} ({})", unmet.name, found.level, found.reason),
        None => format!("{} is not reported", unmet.name),
    };
    unmet.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What would meet each of them.
pub(super) fn remedies(unmet: &[Unmet]) -> String {
    let one = |unmet: &Unmet| format!("{}: {}", unmet.name, remedy(&unmet.name));
    let each = unmet.iter().map(one).collect::<Vec<_>>().join("; ");
    format!("{each}; or drop the requirement for code that you trust")
}

/// What makes a guarantee hold that does not.
fn remedy(name: &str) -> &'static str {
    match name {
        "cpu" | "memory" => {
            "use `--isolation docker`, or `--isolation bubblewrap` as root or where the user owns a control group (cgroup v2)"
        }
        "disk" => "use `--isolation docker` with a volume of limited size",
        "network" => {
            "use `--isolation docker` or `--isolation bubblewrap`, and let installs reach listed hosts only"
        }
        "filesystem" | "processes" | "secrets" | "time" => {
            "use `--isolation docker` or `--isolation bubblewrap`"
        }
        _ => "use `--isolation docker`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn isolation(rows: &[(&str, Enforcement)]) -> Isolation {
        let guarantee = |level| Guarantee { level, reason: "of a reason".to_owned() };
        Isolation {
            backend: "bubblewrap".to_owned(),
            version: None,
            clones: "copy".to_owned(),
            guarantees: rows
                .iter()
                .map(|(name, level)| ((*name).to_owned(), guarantee(*level)))
                .collect(),
            fallback: None,
        }
    }

    #[test]
    fn a_policy_without_requirements_takes_anything() {
        assert!(Policy::none().check(&isolation(&[])).is_ok());
    }

    #[test]
    fn everything_enforced_is_met_by_nothing_less() {
        let all = GUARANTEES.map(|name| (name, Enforcement::Enforced));
        assert!(Policy::all_enforced().check(&isolation(&all)).is_ok());
        for index in 0..all.len() {
            for level in [Enforcement::None, Enforcement::BestEffort] {
                let mut weaker = all;
                weaker[index].1 = level;
                let error = Policy::all_enforced().check(&isolation(&weaker)).expect_err("weaker");
                let SandboxError::BelowPolicy { unmet, .. } = error else { panic!("{error}") };
                assert_eq!(unmet.len(), 1);
                assert_eq!(unmet[0].name, all[index].0);
            }
        }
    }

    #[test]
    fn each_unmet_guarantee_is_named_with_its_reason_and_a_remedy() {
        let policy = Policy::none()
            .requiring("memory", Enforcement::Enforced)
            .requiring("time", Enforcement::BestEffort)
            .requiring("disk", Enforcement::BestEffort);
        let there =
            isolation(&[("memory", Enforcement::BestEffort), ("time", Enforcement::BestEffort)]);
        let error = policy.check(&there).expect_err("two are unmet");
        assert_eq!(
            error.to_string(),
            "isolation `bubblewrap` is weaker than required: disk is not reported; memory is best effort (of a reason)"
        );
        let hint = error.hint().expect("advice");
        assert!(hint.starts_with("disk: use") && hint.contains("; memory: use"), "{hint}");
    }
}
