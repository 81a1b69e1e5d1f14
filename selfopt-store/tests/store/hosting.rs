//! What a service keeps for repositories at a host.

use std::sync::Arc;

use selfopt_core::pull_request::Fingerprint;
use selfopt_core::{
    Clock as _, CommitId, Delivered, HostingStore, NewDelivery, NewHosted, ProposalId,
    PullRequestRecord, PullRequestState, RepoId, RepositoryStore as _, SetUp, Timestamp,
};
use selfopt_store::SqliteStore;
use tempfile::TempDir;

use crate::clock::StoppedClock;

struct Place {
    dir: TempDir,
    clock: Arc<StoppedClock>,
}

impl Place {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: Arc::new(StoppedClock::new()) }
    }

    /// One more handle, as another process has it.
    async fn open(&self) -> Box<dyn HostingStore> {
        Box::new(self.store().await)
    }

    async fn store(&self) -> SqliteStore {
        SqliteStore::open_with_clock(self.dir.path(), self.clock.clone()).await.unwrap()
    }

    fn later(&self, millis: u64) -> Timestamp {
        Timestamp(self.clock.now().0 + millis)
    }
}

fn named(host_id: u64, name: &str) -> NewHosted {
    let locator = format!("https://github.com/{name}");
    NewHosted { host_id, name: name.to_owned(), locator }
}

#[tokio::test]
async fn a_delivery_is_kept_once_and_handled_in_its_order() {
    let place = Place::new();
    let (store, other) = (place.open().await, place.open().await);
    let delivery = |id: &str, payload: &str| NewDelivery {
        id: id.to_owned(),
        event: "push".to_owned(),
        payload: payload.to_owned(),
    };
    assert_eq!(store.keep_delivery(&delivery("b", "first")).await.unwrap(), Delivered::New);
    assert_eq!(other.keep_delivery(&delivery("b", "forged")).await.unwrap(), Delivered::Again);
    assert_eq!(store.keep_delivery(&delivery("a", "second")).await.unwrap(), Delivered::New);

    let first = store.next_delivery().await.unwrap().unwrap();
    assert_eq!((first.id.as_str(), first.payload.as_str(), first.tries), ("b", "first", 1));
    // Nobody ended it, as when the process died: it comes again.
    assert_eq!(other.next_delivery().await.unwrap().unwrap().tries, 2);
    other.fail_delivery("b", "GitHub is away", Some(place.later(60_000))).await.unwrap();
    assert_eq!(store.next_delivery().await.unwrap().unwrap().id, "a");
    store.end_delivery("a").await.unwrap();
    assert_eq!(store.next_delivery().await.unwrap(), None);
    place.clock.advance_by(60_000);
    assert_eq!(store.next_delivery().await.unwrap().unwrap().tries, 3);
    store.fail_delivery("b", "for the last time", None).await.unwrap();
    assert_eq!(store.next_delivery().await.unwrap(), None);

    // Over, but not new: its id is remembered until it is forgotten.
    assert_eq!(store.keep_delivery(&delivery("a", "again")).await.unwrap(), Delivered::Again);
    assert_eq!(store.forget_deliveries(Timestamp(0)).await.unwrap(), 0);
    assert_eq!(store.forget_deliveries(place.later(1)).await.unwrap(), 2);
}

#[tokio::test]
async fn a_repository_stays_the_same_through_renames_and_reinstallations() {
    let place = Place::new();
    let store = place.open().await;
    store.keep_installation(7, "acme").await.unwrap();
    let repo = store.connect(7, &named(1, "acme/web")).await.unwrap();
    let hosted = store.hosted(repo).await.unwrap().unwrap();
    assert_eq!((hosted.host_id, hosted.name.as_str()), (1, "acme/web"));
    assert_eq!((hosted.installation, hosted.suspended), (Some(7), false));
    assert_eq!(hosted.set_up, SetUp::Wanted { tries: 0 });

    let head = CommitId::new("ab".repeat(20));
    store.set_head(repo, "main", &head).await.unwrap();
    store.set_introduction(repo, "https://github.com/acme/web/pull/1").await.unwrap();
    store.end_set_up(repo).await.unwrap();
    assert_eq!(store.connect(7, &named(1, "acme/shop")).await.unwrap(), repo);
    let renamed = store.hosted_by(1).await.unwrap().unwrap();
    assert_eq!((renamed.name.as_str(), renamed.set_up), ("acme/shop", SetUp::Done));
    assert_eq!((renamed.default_branch.as_deref(), renamed.head), (Some("main"), Some(head)));
    let locator = place.store().await.locator(repo).await.unwrap();
    assert_eq!(locator.as_deref(), Some("https://github.com/acme/shop"));

    // Another repository takes the name that the first had, and has now.
    let new = store.connect(7, &named(2, "acme/shop")).await.unwrap();
    assert_ne!(new, repo);
    let locator = place.store().await.locator(new).await.unwrap();
    assert_eq!(locator.as_deref(), Some("https://github.com/acme/shop"));

    store.suspend_installation(7).await.unwrap();
    assert!(store.hosted(repo).await.unwrap().unwrap().suspended);
    store.keep_installation(7, "acme").await.unwrap();
    assert!(!store.hosted(repo).await.unwrap().unwrap().suspended);
    store.disconnect(8, 1).await.unwrap();
    assert_eq!(store.hosted(repo).await.unwrap().unwrap().installation, Some(7));
    store.disconnect(7, 2).await.unwrap();
    assert_eq!(store.hosted(new).await.unwrap().unwrap().installation, None);
    store.remove_installation(7).await.unwrap();
    assert_eq!(store.hosted(repo).await.unwrap().unwrap().installation, None);
    assert_eq!(store.connect(9, &named(1, "acme/shop")).await.unwrap(), repo);
    let back = store.hosted(repo).await.unwrap().unwrap();
    assert_eq!((back.installation, back.set_up), (Some(9), SetUp::Wanted { tries: 0 }));
    assert!(back.introduction.is_some());
}

#[tokio::test]
async fn what_could_not_be_set_up_is_tried_again_when_it_is_time() {
    let place = Place::new();
    let store = place.open().await;
    let repo = store.connect(7, &named(1, "acme/web")).await.unwrap();
    let set_up = |taken: Option<selfopt_core::HostedRepository>| taken.map(|one| one.set_up);
    let taken = store.next_set_up().await.unwrap();
    assert_eq!(set_up(taken), Some(SetUp::Wanted { tries: 1 }));
    store.fail_set_up(repo, "GitHub is away", Some(place.later(60_000))).await.unwrap();
    assert_eq!(store.next_set_up().await.unwrap(), None);
    place.clock.advance_by(60_000);
    let taken = store.next_set_up().await.unwrap();
    assert_eq!(set_up(taken), Some(SetUp::Wanted { tries: 2 }));
    store.fail_set_up(repo, "no package.json", None).await.unwrap();
    assert_eq!(store.next_set_up().await.unwrap(), None);
    let failed = store.hosted(repo).await.unwrap().unwrap().set_up;
    assert_eq!(failed, SetUp::Failed { error: "no package.json".to_owned() });
    store.want_set_up(repo).await.unwrap();
    let taken = store.next_set_up().await.unwrap();
    assert_eq!(set_up(taken), Some(SetUp::Wanted { tries: 1 }));
    store.disconnect(7, 1).await.unwrap();
    assert_eq!(store.next_set_up().await.unwrap(), None);
}

#[tokio::test]
async fn the_newest_pull_request_of_a_change_counts() {
    let place = Place::new();
    let store = place.open().await;
    let repo = store.connect(7, &named(1, "acme/web")).await.unwrap();
    let fingerprint = Fingerprint::parse("0123456789abcdef").unwrap();
    let record = |repo: RepoId, number, state| PullRequestRecord {
        repo,
        number,
        url: format!("https://github.com/acme/web/pull/{number}"),
        proposal: ProposalId::new("prop-0123456789abcdef"),
        fingerprint: fingerprint.clone(),
        state,
        hands_off: None,
        opened_at: Timestamp(number),
    };
    assert_eq!(store.pull_request_of(repo, &fingerprint).await.unwrap(), None);
    let open = record(repo, 4, PullRequestState::Open);
    store.keep_pull_request(&open).await.unwrap();
    assert_eq!(store.pull_request_of(repo, &fingerprint).await.unwrap(), Some(open.clone()));
    let theirs = PullRequestRecord { hands_off: Some("theirs".to_owned()), ..open };
    store.keep_pull_request(&theirs).await.unwrap();
    store.keep_pull_request(&record(repo, 4, PullRequestState::Closed)).await.unwrap();
    let closed = store.pull_request_of(repo, &fingerprint).await.unwrap().unwrap();
    assert_eq!(closed, PullRequestRecord { state: PullRequestState::Closed, ..theirs });
    let newer = record(repo, 9, PullRequestState::Merged);
    store.keep_pull_request(&newer).await.unwrap();
    assert_eq!(store.pull_request_of(repo, &fingerprint).await.unwrap(), Some(newer));
    let other = Fingerprint::parse("ffffffffffffffff").unwrap();
    assert_eq!(store.pull_request_of(repo, &other).await.unwrap(), None);
}
