//! A proposal becomes one pull request, and stays one.

use std::collections::BTreeMap;

use selfopt_core::pull_request::{Marker, PullRequestLimits};
use selfopt_core::{
    CommitId, FileUpdate, Forge as _, ForgeError, Millis, Publication, PullRequestDraft,
    PullRequestState,
};

use crate::fake::Pull;
use crate::world::{BRANCH, DIFF, FASTER, FILES, SOURCE, World, number};

async fn publish(world: &World, draft: &PullRequestDraft) -> Publication {
    let published = world.repository().publish(draft).await;
    world.github.assert_contract();
    published.expect("published")
}

async fn refused(world: &World, draft: &PullRequestDraft) -> ForgeError {
    let refused = world.repository().publish(draft).await.expect_err("refused");
    assert_eq!(world.head(BRANCH), None, "{refused}");
    refused
}

#[tokio::test]
async fn a_pull_request_holds_the_change_and_nothing_else() {
    let world = World::new().await;
    let published = publish(&world, &world.draft()).await;
    let Publication::Opened(pull) = &published else { panic!("{published:?}") };
    assert_eq!((pull.number, pull.state), (1, PullRequestState::Open));
    assert_eq!(pull.marker.as_ref(), Some(&world.draft().marker));
    let draft = world.draft();
    let state = world.github.state();
    let head = &state.objects.branches[BRANCH];
    let main = &state.objects.branches["main"];
    let mut expected = state.objects.files(main);
    expected.insert("packages/web/src/has.js".into(), ("100755".into(), FASTER.into()));
    assert_eq!(state.objects.files(head), expected);
    let commit = &state.objects.commits[head];
    assert_eq!(commit.parents, std::slice::from_ref(main));
    let trailers = format!("SelfOpt-Base: {main}\nSelfOpt-Tree: {}\n", commit.tree);
    assert_eq!(
        commit.message,
        format!(
            "perf: search with includes\n\nSelfOpt-Proposal: prop-0123456789abcdef\n{trailers}"
        )
    );
    let Pull { title, body, branch, base, .. } = &state.pulls[0];
    assert_eq!((title.as_str(), base.as_str()), ("perf: search with includes", "main"));
    assert_eq!((body, branch.as_str()), (&draft.body, BRANCH));
}

#[tokio::test]
async fn requests_are_few_and_a_second_apart() {
    let world = World::new().await;
    publish(&world, &world.draft()).await;
    let commit = |at: &str| world.head(at).expect("a branch");
    let requests: Vec<String> =
        world.github.seen().iter().map(|line| line.replace(&commit("main"), "MAIN")).collect();
    let counted = requests.iter().fold(BTreeMap::<&str, usize>::new(), |mut all, line| {
        *all.entry(line.split(' ').next().expect("a method")).or_default() += 1;
        all
    });
    // Token, blob, tree, commit, branch, pull request.
    assert_eq!(counted["POST"], 6, "{requests:#?}");
    assert!(counted["GET"] <= 14 && !counted.contains_key("PATCH"), "{requests:#?}");
    // No time passed by itself, so each change but the first waited.
    assert_eq!(world.time.waits(), [Millis(1000); 5]);
}

#[tokio::test]
async fn said_twice_it_is_found() {
    let world = World::new().await;
    let first = publish(&world, &world.draft()).await;
    world.github.seen();
    let second = publish(&world, &world.draft()).await;
    assert!(matches!(second, Publication::Found(_)), "{second:?}");
    assert_eq!(number(&first), number(&second));
    assert!(
        world
            .github
            .seen()
            .iter()
            .all(|line| line.starts_with("GET") || line.contains("access_tokens"))
    );
    let found = world.repository().find(BRANCH).await.expect("an answer").expect("a pull request");
    assert_eq!(found.number, 1);
    let same = world.repository().pull_request(1).await.expect("an answer");
    assert_eq!(same, Some(found));
    assert_eq!(world.repository().pull_request(2).await.expect("an answer"), None);
    assert_eq!(world.repository().find("selfopt/none-0").await.expect("an answer"), None);
    world.github.assert_contract();
}

#[tokio::test]
async fn two_at_the_same_time_make_one() {
    let world = World::new().await;
    let (one, two) = (world.repository(), world.repository());
    let draft = world.draft();
    let (first, second) = tokio::join!(one.publish(&draft), two.publish(&draft));
    assert_eq!(number(&first.expect("published")), number(&second.expect("published")));
    assert_eq!(world.github.state().pulls.len(), 1);
    world.github.assert_contract();
}

#[tokio::test]
async fn a_base_that_moved_asks_for_another_proof() {
    let world = World::new().await;
    let draft = world.draft();
    let head = world.github.push("main", "other work", &[FILES[0], FILES[2]]);
    let published = publish(&world, &draft).await;
    assert_eq!(published, Publication::NeedsRevalidation { head: CommitId::new(head) });
    assert_eq!(world.head(BRANCH), None);
    assert!(
        world
            .github
            .seen()
            .iter()
            .all(|line| line.starts_with("GET") || line.contains("access_tokens"))
    );
}

#[tokio::test]
async fn proved_again_the_pull_request_moves_with_its_base() {
    let world = World::new().await;
    publish(&world, &world.draft()).await;
    let first = world.head(BRANCH);
    // Work went on, in another file.
    world.github.push("main", "other work", &[FILES[0], ("b.js", "100644", "1\n")]);
    let still = publish(&world, &world.draft()).await;
    assert!(matches!(still, Publication::Found(_)), "{still:?}");
    let renewed = publish(&world, &world.draft_as("prop-1111111111111111")).await;
    let Publication::Renewed(pull) = &renewed else { panic!("{renewed:?}") };
    assert_eq!(
        (pull.number, pull.marker.as_ref()),
        (1, Some(&world.draft_as("prop-1111111111111111").marker))
    );
    assert_ne!(world.head(BRANCH), first);
    let state = world.github.state();
    let commit = &state.objects.commits[&state.objects.branches[BRANCH]];
    assert_eq!(commit.parents, [state.objects.branches["main"].clone()]);
    assert!(state.objects.files(&state.objects.branches[BRANCH]).contains_key("b.js"));
}

#[tokio::test]
async fn closed_is_not_wanted_and_merged_is_done() {
    for merged in [false, true] {
        let world = World::new().await;
        publish(&world, &world.draft()).await;
        {
            let mut state = world.github.state();
            let pull = &mut state.pulls[0];
            (pull.state, pull.merged) = ("closed", merged);
            // People delete branches, and edit bodies.
            pull.body = "no thanks".into();
            state.objects.branches.remove(BRANCH);
        }
        let again = publish(&world, &world.draft_as("prop-2222222222222222")).await;
        match again {
            Publication::Merged(pull) if merged => assert_eq!(pull.state, PullRequestState::Merged),
            Publication::Suppressed(pull) if !merged => {
                assert_eq!(pull.state, PullRequestState::Closed);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(world.head(BRANCH), None);
    }
}

#[tokio::test]
async fn a_branch_with_others_commits_is_left_alone() {
    let world = World::new().await;
    publish(&world, &world.draft()).await;
    let ours = world.head(BRANCH).expect("a branch");
    let message = world.github.state().objects.commits[&ours].message.clone();
    let amended = [("packages/web/src/has.js", "100755", "mine\n")];
    for (why, message) in [("is not SelfOpt's", "mine"), ("was moved by somebody", &message)] {
        let theirs = world.github.push(BRANCH, message, &amended);
        for id in ["prop-0123456789abcdef", "prop-3333333333333333"] {
            let published = publish(&world, &world.draft_as(id)).await;
            let Publication::HandsOff { reason, pull_request, .. } = &published else {
                panic!("{published:?}")
            };
            assert!(reason.contains(why), "{reason}");
            assert_eq!(pull_request.as_ref().map(|one| one.number), Some(1));
        }
        assert_eq!(world.head(BRANCH), Some(theirs));
    }
    // Our commit, amended: same message and parent, another tree.
    {
        let mut state = world.github.state();
        let parents = state.objects.commits[&ours].parents.clone();
        let tree = state.objects.tree_of(&amended);
        let commit = state.objects.commit(&message, &tree, &parents);
        state.set_branch(BRANCH, &commit);
    }
    let published = publish(&world, &world.draft()).await;
    let Publication::HandsOff { reason, .. } = published else { panic!("{published:?}") };
    assert!(reason.contains("was changed by somebody"), "{reason}");
}

#[tokio::test]
async fn a_branch_of_this_name_that_is_not_ours_is_left_alone() {
    let world = World::new().await;
    let theirs = world.github.push(BRANCH, "mine", &FILES);
    let published = publish(&world, &world.draft()).await;
    assert!(
        matches!(&published, Publication::HandsOff { pull_request: None, .. }),
        "{published:?}"
    );
    assert_eq!(world.head(BRANCH), Some(theirs.clone()));
    // With a pull request that is not ours.
    let pull = pull(&world, 1, BRANCH, "acme/web", "mine");
    world.github.state().pulls.push(pull);
    let published = publish(&world, &world.draft()).await;
    assert!(
        matches!(&published, Publication::HandsOff { pull_request: Some(_), .. }),
        "{published:?}"
    );
    assert_eq!(world.head(BRANCH), Some(theirs));
}

fn pull(world: &World, number: u64, branch: &str, from: &str, body: &str) -> Pull {
    Pull {
        number,
        title: "x".into(),
        body: body.into(),
        branch: branch.into(),
        sha: world.head(branch).or_else(|| world.head("main")).expect("a branch"),
        base: "main".into(),
        state: "open",
        merged: false,
        created_at: world.time.text(Millis(0)),
        from: from.into(),
    }
}

#[tokio::test]
async fn a_forks_branch_of_this_name_is_nothing_to_us() {
    let world = World::new().await;
    // The marker can be copied by anybody, and the same owner can have a fork.
    let body = world.draft().body;
    let forks = [
        pull(&world, 1, BRANCH, "stranger/web", &body),
        pull(&world, 2, BRANCH, "acme/web-fork", &body),
    ];
    world.github.state().pulls.extend(forks);
    let published = publish(&world, &world.draft()).await;
    assert!(matches!(&published, Publication::Opened(one) if one.number == 3), "{published:?}");
}

#[tokio::test]
async fn there_are_never_too_many() {
    let world = World::new().await;
    let limits = PullRequestLimits { open: 3, hourly: 2 };
    let publish = async |branch: &str| {
        let draft = PullRequestDraft { branch: branch.into(), ..world.draft() };
        let repository = world.repository().with_limits(limits);
        repository.publish(&draft).await.expect("an answer")
    };
    // Others' pull requests do not count, however many.
    let others: Vec<Pull> =
        (1..=120).map(|number| pull(&world, number, "feature", "acme/web", "x")).collect();
    world.github.state().pulls.extend(others);
    assert!(matches!(publish("selfopt/a-1").await, Publication::Opened(_)));
    world.time.pass(Millis::from_minutes(20));
    assert!(matches!(publish("selfopt/a-2").await, Publication::Opened(_)));
    let later = publish("selfopt/a-3").await;
    let Publication::Later { until: Some(until), .. } = later else { panic!("{later:?}") };
    assert_eq!(world.head("selfopt/a-3"), None);
    let wait = until.0 - selfopt_core::Clock::now(&*world.time).0;
    assert!((30 * 60_000..=40 * 60_000).contains(&wait), "{wait}");
    // What is open already is found all the same.
    assert!(matches!(publish("selfopt/a-1").await, Publication::Found(_)));
    world.time.pass(Millis(wait));
    assert!(matches!(publish("selfopt/a-3").await, Publication::Opened(_)));
    world.time.pass(Millis::from_minutes(600));
    let later = publish("selfopt/a-4").await;
    assert!(matches!(&later, Publication::Later { until: None, .. }), "{later:?}");
    world.github.state().pulls[120].state = "closed";
    assert!(matches!(publish("selfopt/a-4").await, Publication::Opened(_)));
    world.github.assert_contract();
}

#[tokio::test]
async fn what_does_not_fit_is_not_published() {
    let patch = |folder: &str, diff: &str| {
        vec![FileUpdate::Patch { folder: folder.into(), diff: diff.into() }]
    };
    let create = |path: &str| FileUpdate::Create { path: path.into(), content: "x\n".into() };
    let of = |path: &str| DIFF.replace("src/has.js", path);
    let cases = [
        ("is not what the diff expects", patch("", DIFF)),
        ("is no file of its base", patch("packages/none", DIFF)),
        ("is a symbolic link", patch("packages/web", &of("link.js"))),
        ("outside", patch("../..", DIFF)),
        ("it changes nothing", Vec::new()),
        ("it changes nothing", patch("packages/web", "")),
        ("is there already", vec![create("README.md")]),
        ("a file of `.github`", vec![create(".github/workflows/x.yml")]),
        ("leads out", vec![create("../x")]),
        ("at most 5", (0..6).map(|n| create(&format!("{n}.js"))).collect()),
        ("twice", vec![create("a.js"), create("a.js")]),
        (
            "is not only changed",
            patch(
                "packages/web",
                "diff --git a/src/has.js b/src/has.js\ndeleted file mode 100644\n--- a/src/has.js\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-export function has(list, x) {\n-  return list.indexOf(x) !== -1;\n-}\n",
            ),
        ),
    ];
    let world = World::new().await;
    for (why, changes) in cases {
        let error = refused(&world, &PullRequestDraft { changes, ..world.draft() }).await;
        let why = why.replace("outside", "leads out of the repository");
        assert!(error.to_string().contains(&why), "{why}: {error}");
        assert!(!error.hint().is_empty());
    }
    for (why, draft) in [
        ("none of SelfOpt's", PullRequestDraft { branch: "main".into(), ..world.draft() }),
        ("marker", PullRequestDraft { body: "x".into(), ..world.draft() }),
        ("no commit", PullRequestDraft { base: CommitId::new("main"), ..world.draft() }),
        ("gone", PullRequestDraft { base_branch: "gone".into(), ..world.draft() }),
    ] {
        let error = refused(&world, &draft).await;
        assert!(error.to_string().contains(why), "{why}: {error}");
    }
    world.github.assert_contract();
}

#[tokio::test]
async fn the_introduction_adds_a_file_once() {
    let world = World::new().await;
    let draft = PullRequestDraft {
        branch: "selfopt/onboarding".into(),
        title: "Configure SelfOpt".into(),
        body: format!("Hello.\n\n{}\n", Marker::Onboarding.line()),
        message: "chore: configure SelfOpt".into(),
        changes: vec![FileUpdate::Create {
            path: "packages/web/selfopt.toml".into(),
            content: "# x\n".into(),
        }],
        marker: Marker::Onboarding,
        ..world.draft()
    };
    // It is not held back by limits.
    let repository = world.repository().with_limits(PullRequestLimits { open: 0, hourly: 0 });
    let published = repository.publish(&draft).await.expect("published");
    assert!(matches!(published, Publication::Opened(_)), "{published:?}");
    assert!(matches!(publish(&world, &draft).await, Publication::Found(_)));
    {
        let mut state = world.github.state();
        let files = state.objects.files(&state.objects.branches["selfopt/onboarding"]);
        assert_eq!(files["packages/web/selfopt.toml"], ("100644".to_owned(), "# x\n".to_owned()));
        assert_eq!(files["packages/web/src/has.js"].1, SOURCE);
        state.pulls[0].state = "closed";
    }
    assert!(matches!(publish(&world, &draft).await, Publication::Suppressed(_)));
}
