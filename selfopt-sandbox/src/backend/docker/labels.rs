//! Labels by which containers of dead processes are known, and their removal.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use selfopt_core::{CommandLimits, SandboxError};

use super::daemon::Daemon;
use crate::command::Owner;

/// The process that waits for the command, as JSON.
const OWNER: &str = "selfopt.owner";
/// The second after which the container is removed, whoever owns it.
const EXPIRES: &str = "selfopt.expires";

/// On top of the command's own time: for starting, and for the turns of others.
const GRACE: Duration = Duration::from_hours(1);

/// The labels of a command that begins now.
pub(super) fn labels(limits: &CommandLimits) -> HashMap<String, String> {
    let owner = serde_json::to_string(Owner::current()).unwrap_or_default();
    let expires = now().saturating_add(4 * limits.wall.0 / 1000 + GRACE.as_secs());
    HashMap::from([(OWNER.to_owned(), owner), (EXPIRES.to_owned(), expires.to_string())])
}

/// Removes the containers of dead processes, and those whose time is over;
/// returns how many.
pub(super) fn reap(daemon: &Daemon) -> Result<usize, SandboxError> {
    let mut removed = 0;
    for container in daemon.with_label(OWNER)? {
        let labels = container.labels.unwrap_or_default();
        if let Some(id) = container.id.filter(|_| is_over(&labels, now())) {
            daemon.remove(&id)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn is_over(labels: &HashMap<String, String>, now: u64) -> bool {
    let owner = labels.get(OWNER).and_then(|json| serde_json::from_str::<Owner>(json).ok());
    let expires = labels.get(EXPIRES).and_then(|text| text.parse::<u64>().ok());
    let is_expired = expires.is_none_or(|expires| now >= expires);
    is_expired || owner.is_none_or(|owner| !owner.is_alive())
}

/// Seconds since 1970: the only clock that survives a restart of the machine.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_over_with_its_owner_or_its_time() {
        let limits = CommandLimits::default();
        let mine = labels(&limits);
        assert!(!is_over(&mine, now()));
        let later = now() + 4 * limits.wall.0 / 1000 + GRACE.as_secs() + 1;
        assert!(is_over(&mine, later), "whoever owns it");
        let mut dead = mine.clone();
        let owner = Owner { start: Owner::current().start + 1, ..Owner::current().clone() };
        dead.insert(OWNER.to_owned(), serde_json::to_string(&owner).unwrap());
        assert!(is_over(&dead, now()));
        let earlier = Owner { boot: "another".to_owned(), ..Owner::current().clone() };
        dead.insert(OWNER.to_owned(), serde_json::to_string(&earlier).unwrap());
        assert!(is_over(&dead, now()));
        assert!(is_over(&HashMap::from([(OWNER.to_owned(), "?".to_owned())]), 0));
    }
}
