//! Ids: of what has content derived from it, so that it can be said again; new
//! ones for what has none, repositories and runs.

use std::sync::Mutex;

use selfopt_core::{ArtifactRecord, RepoId, Timestamp, digest::Digest};
use uuid::{ContextV7, Uuid};

/// The id of where an artifact lies.
pub(crate) fn of_artifact(artifact: &ArtifactRecord) -> String {
    let ArtifactRecord { proposal, storage_path, .. } = artifact;
    let digest = Digest::of_parts([proposal.as_str().as_bytes(), storage_path.as_bytes()]);
    format!("art-{}", digest.prefix(16))
}

/// The id of a baseline, by what is kept of it.
pub(crate) fn of_baseline(repo: RepoId, record: &str) -> String {
    let digest = Digest::of_parts([repo.0.as_bytes().as_slice(), record.as_bytes()]);
    format!("base-{}", digest.prefix(16))
}

/// Makes UUIDv7s that grow, also within one millisecond.
#[derive(Debug, Default)]
pub(crate) struct IdSource {
    context: Mutex<ContextV7>,
}

impl IdSource {
    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        let Timestamp(millis) = now;
        let nanos = u32::try_from(millis % 1000).expect("less than 1000") * 1_000_000;
        Uuid::new_v7(uuid::Timestamp::from_unix(&self.context, millis / 1000, nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_their_time_and_grow_within_a_millisecond() {
        let source = IdSource::default();
        let at = Timestamp(1_700_000_000_123);
        let ids: Vec<_> = (0..100).map(|_| source.next(at)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids[0].get_version_num(), 7);
        let time = ids[0].get_timestamp().expect("v7 has a time");
        assert_eq!(time.to_unix(), (1_700_000_000, 123_000_000));
    }
}
