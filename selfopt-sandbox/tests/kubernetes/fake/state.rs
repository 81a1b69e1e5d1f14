//! What the cluster knows: Jobs, policies, pods and their logs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use tokio::sync::watch;

/// How the node treats the next pods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Runs them.
    #[default]
    Run,
    /// Finds no image.
    NoImage,
    /// Runs them and reports another image than before.
    OtherImage,
    /// Ends them for memory before process 1 has said anything.
    OutOfMemory,
}

/// The cluster.
pub(crate) struct State {
    pub(super) volume: PathBuf,
    all: Mutex<Objects>,
    /// Raised with each change.
    changed: watch::Sender<u64>,
}

/// Everything that changes.
#[derive(Default)]
pub(super) struct Objects {
    pub(super) version: u64,
    pub(super) jobs: BTreeMap<String, Job>,
    pub(super) policies: BTreeMap<String, NetworkPolicy>,
    pub(super) pods: BTreeMap<String, Pod>,
    pub(super) logs: BTreeMap<String, Log>,
    /// Every Job that was ever made.
    pub(super) made: Vec<Job>,
    violations: Vec<String>,
    pub(super) behaviour: Behaviour,
    /// The network plugin does nothing.
    pub(super) ignores_policies: bool,
    /// The claim can be mounted by one node only.
    pub(super) is_for_one_node: bool,
    /// Logs break off after so many bytes, once for each entry.
    pub(super) cuts: Vec<usize>,
}

/// What a container wrote.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    pub(super) bytes: Vec<u8>,
    pub(super) is_complete: bool,
}

impl State {
    pub(super) fn new(volume: &Path) -> Self {
        let (changed, _) = watch::channel(0);
        Self { volume: volume.to_owned(), all: Mutex::default(), changed }
    }

    /// Looks at it.
    pub(super) fn look(&self) -> MutexGuard<'_, Objects> {
        self.all.lock().expect("not poisoned")
    }

    /// Changes it, and wakes who waits for that.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Objects) -> T) -> T {
        let mut all = self.look();
        all.version += 1;
        let (done, version) = (change(&mut all), all.version);
        drop(all);
        self.changed.send_replace(version);
        done
    }

    /// Wakes with each change.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Writes down that a rule was broken.
    pub(super) fn violate(&self, what: String) {
        self.look().violations.push(what);
    }

    /// Rules that were broken.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.look().violations.clone()
    }

    /// Objects of commands that are still there.
    pub(crate) fn left(&self) -> Vec<String> {
        let all = self.look();
        let jobs = all.jobs.keys().map(|name| format!("job {name}"));
        let pods = all.pods.keys().map(|name| format!("pod {name}"));
        let policies = all.policies.keys().filter(|name| *name != "selfopt-deny-all");
        jobs.chain(pods).chain(policies.map(|name| format!("policy {name}"))).collect()
    }

    /// All policies, by name.
    pub(crate) fn policies(&self) -> Vec<String> {
        self.look().policies.keys().cloned().collect()
    }

    /// How many Jobs were ever made.
    pub(crate) fn made(&self) -> usize {
        self.look().made.len()
    }

    /// From now on the node does this.
    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.look().behaviour = behaviour;
    }

    /// From now on policies hold nothing.
    pub(crate) fn ignore_policies(&self) {
        self.look().ignores_policies = true;
    }

    /// The volume is for one node.
    pub(crate) fn for_one_node(&self) {
        self.look().is_for_one_node = true;
    }

    /// The next log breaks off after so many bytes.
    pub(crate) fn cut_log(&self, after: usize) {
        self.look().cuts.push(after);
    }

    /// Somebody else removes it.
    pub(crate) fn forget(&self, job: &str) {
        self.change(|all| all.jobs.remove(job));
    }

    /// An object that somebody else left.
    pub(crate) fn plant(&self, job: Job) {
        let name = job.metadata.name.clone().expect("a name");
        self.change(|all| all.jobs.insert(name, job));
    }
}
