//! Several processes on one store, and the death of one of them. The children
//! are this test binary again, told by a variable what to be.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use selfopt_core::{
    JournalStore as _, OpportunityStore as _, RepositoryStore as _, RunId, RunStore as _,
};
use selfopt_store::SqliteStore;
use uuid::Uuid;

use crate::{
    contract::journal::entry,
    values::{new_run, opportunity},
};

const STORE: &str = "SELFOPT_TEST_CHILD_STORE";
const MARK: &str = "child says ";

/// This test again in a process of its own.
fn child(test: &str, store: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(STORE, store)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[expect(clippy::print_stdout, reason = "the parent listens")]
fn say(what: &dyn std::fmt::Display) {
    println!("{MARK}{what}");
}

/// What a child says, as it says it.
fn hear(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.filter_map(|line| Some(line.unwrap().split_once(MARK)?.1.to_owned()))
}

/// Only the first opening is delicate, so each round has a new store, and the
/// children start on one signal: the end of their input.
#[tokio::test]
async fn processes_that_open_a_new_store_at_once_agree() {
    if let Some(dir) = env::var_os(STORE) {
        say(&"ready");
        io::stdin().read_to_end(&mut Vec::new()).unwrap();
        let store = SqliteStore::open(dir.as_ref()).await.unwrap();
        say(&store.repository("/a").await.unwrap());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let test = "processes::processes_that_open_a_new_store_at_once_agree";
    for round in 0..6 {
        let place = dir.path().join(round.to_string());
        let mut children: Vec<_> = (0..6).map(|_| child(test, &place)).collect();
        let mut heard: Vec<_> = children.iter_mut().map(hear).collect();
        for lines in &mut heard {
            assert_eq!(lines.next().as_deref(), Some("ready"));
        }
        for child in &mut children {
            drop(child.stdin.take());
        }
        let said: Vec<_> = heard.into_iter().flatten().collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(said.len(), 6);
        assert!(said.iter().all(|id| *id == said[0]), "{said:?}");
    }
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_it_had_written() {
    if let Some(dir) = env::var_os(STORE) {
        return write_until_killed(dir.as_ref()).await;
    }
    let dir = tempfile::tempdir().unwrap();
    let test = "processes::a_killed_process_loses_nothing_that_it_had_written";
    for _ in 0..3 {
        let mut child = child(test, dir.path());
        let said: Vec<_> = hear(&mut child).take(16).collect();
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it wrote until it was killed");

        let run = RunId(Uuid::parse_str(&said[0]).unwrap());
        let store = SqliteStore::open(dir.path()).await.unwrap();
        let journal = store.journal(run).await.unwrap();
        assert!(journal.len() >= said.len() - 1, "{} of {said:?}", journal.len());
        for (n, kept) in (0..).zip(&journal) {
            assert_eq!(*kept, entry(n, "note"));
        }
        // The scan of each entry came before it; the last may be on its own.
        let n_scanned = store.opportunities(run).await.unwrap().len();
        assert_eq!(n_scanned % N_SCANNED, 0, "scans are kept whole");
        let n_scans = n_scanned / N_SCANNED;
        assert!(n_scans == journal.len() || n_scans == journal.len() + 1);
        store.close().await;
    }
}

const N_SCANNED: usize = 20;

async fn write_until_killed(dir: &Path) {
    let store = SqliteStore::open(dir).await.unwrap();
    let repo = store.repository("/a").await.unwrap();
    let run = store.create_run(new_run(repo)).await.unwrap().id;
    say(&run);
    for n in 0.. {
        let scan: Vec<_> =
            (0..N_SCANNED).map(|place| opportunity(&format!("{n}-{place}"), 1)).collect();
        store.put_opportunities(run, &scan).await.unwrap();
        store.append(run, entry(n, "note")).await.unwrap();
        say(&n);
    }
}
