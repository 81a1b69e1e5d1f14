//! By what the objects of dead processes are known, and their removal.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use selfopt_core::digest::Digest;
use selfopt_core::{CommandLimits, SandboxError};

use super::cluster::Cluster;
use crate::command::{Marker, Owner};

/// On everything that belongs to one command: its name.
pub(super) const COMMAND: &str = "selfopt.command";
/// On pods that may reach nothing: what the policies go by.
pub(super) const CONFINED: &str = "selfopt.confined";
/// On the pods that SelfOpt itself runs in, so that policies can name them.
pub(super) const CLIENT: &str = "selfopt.client";

/// The process that waits for the command, as JSON.
const OWNER: &str = "selfopt.owner";
/// The second after which it is removed, whoever owns it.
const EXPIRES: &str = "selfopt.expires";

/// On top of the command's own time: for being scheduled and for coming up.
pub(super) const START: Duration = Duration::from_mins(10);

/// A name that no other command has, on whatever machine.
pub(super) fn name(marker: &Marker) -> String {
    let parts = [Owner::current().boot.as_bytes(), marker.as_str().as_bytes()];
    format!("selfopt-{}", Digest::of_parts(parts).prefix(20))
}

/// The labels of the objects of a command, and of its pod.
pub(super) fn labels(name: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(COMMAND.to_owned(), name.to_owned())])
}

/// Who an object belongs to, from now on.
pub(super) fn metadata(name: &str, limits: &CommandLimits) -> ObjectMeta {
    let owner = serde_json::to_string(Owner::current()).unwrap_or_default();
    let expires = now().saturating_add(limits.wall.0 / 1000 + 2 * START.as_secs());
    ObjectMeta {
        name: Some(name.to_owned()),
        labels: Some(labels(name)),
        annotations: Some(
            [(OWNER.to_owned(), owner), (EXPIRES.to_owned(), expires.to_string())].into(),
        ),
        ..ObjectMeta::default()
    }
}

/// Removes the Jobs and policies of dead processes of this machine, and those
/// whose time is over, whoever made them; returns how many Jobs.
pub(super) fn reap(cluster: &Cluster) -> Result<usize, SandboxError> {
    let is_over = |metadata: &ObjectMeta| is_over(metadata, now());
    let mut removed = 0;
    for job in cluster.jobs()? {
        if let Some(name) = job.metadata.name.as_deref().filter(|_| is_over(&job.metadata)) {
            cluster.delete_job(name)?;
            removed += 1;
        }
    }
    for policy in cluster.policies()? {
        if let Some(name) = policy.metadata.name.as_deref().filter(|_| is_over(&policy.metadata)) {
            cluster.delete_policy(name)?;
        }
    }
    Ok(removed)
}

/// A process of another machine, or of an earlier start of this one, cannot be
/// looked up: its objects go when their time is over.
fn is_over(metadata: &ObjectMeta, now: u64) -> bool {
    let annotations = metadata.annotations.as_ref();
    let annotation = |name: &str| annotations.and_then(|all| all.get(name));
    let expires = annotation(EXPIRES).and_then(|text| text.parse::<u64>().ok());
    if expires.is_none_or(|expires| now >= expires) {
        return true;
    }
    let owner = annotation(OWNER).and_then(|json| serde_json::from_str::<Owner>(json).ok());
    let here = Owner::current();
    owner.is_none_or(|owner| owner.boot == here.boot && !owner.is_alive())
}

/// Seconds since 1970: the only clock that machines share.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned_by(owner: &Owner) -> ObjectMeta {
        let mut metadata = metadata("a", &CommandLimits::default());
        let json = serde_json::to_string(owner).unwrap();
        metadata.annotations.as_mut().unwrap().insert(OWNER.to_owned(), json);
        metadata
    }

    #[test]
    fn objects_go_with_their_owner_or_their_time() {
        let here = Owner::current();
        assert!(!is_over(&owned_by(here), now()));
        let dead = Owner { start: here.start + 1, ..here.clone() };
        assert!(is_over(&owned_by(&dead), now()));
        let elsewhere = Owner { boot: "another machine's".to_owned(), ..dead };
        assert!(!is_over(&owned_by(&elsewhere), now()), "it may be alive");
        let later = now() + CommandLimits::default().wall.0 / 1000 + 2 * START.as_secs() + 1;
        assert!(is_over(&owned_by(here), later), "whoever owns it");
        assert!(is_over(&ObjectMeta::default(), 0), "nobody's");
    }

    #[test]
    fn names_are_those_of_objects() {
        let (one, other) = (name(&Marker::next()), name(&Marker::next()));
        assert_ne!(one, other);
        assert!(one.len() <= 63, "also a label's value");
        assert!(
            one.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
    }
}
