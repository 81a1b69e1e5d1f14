//! What is asked about a repository before anything is done with it.

use std::fs;

use selfopt_core::{CommitId, Forge as _, PullRequestState};
use selfopt_github::checkout::CheckoutLimits;

use crate::git_server::{git, make_bare};
use crate::world::{BRANCH, World, number};

#[tokio::test]
async fn a_repository_says_its_number_its_branch_and_its_newest_commit() {
    let world = World::new().await;
    let repository = world.repository();
    let about = repository.about().await.expect("an answer");
    assert_eq!((about.id, about.default_branch.as_str(), about.archived), (5, "main", false));
    let head = repository.head("main").await.expect("an answer");
    assert_eq!(head.map(|head| head.to_string()), world.head("main"));
    assert_eq!(repository.head("gone").await.expect("an answer"), None);
    world.github.assert_contract();
}

#[tokio::test]
async fn a_pull_request_is_ours_until_somebody_commits_to_it() {
    let world = World::new().await;
    let repository = world.repository();
    let number = number(&repository.publish(&world.draft()).await.expect("published"));
    let now = async || repository.pull_request(number).await.expect("an answer").expect("it is");
    let ours = now().await;
    assert_eq!(ours.state, PullRequestState::Open);
    assert_eq!(repository.taken_over(&ours).await.expect("an answer"), None);
    world.github.push(BRANCH, "mine", &[("src/has.js", "100644", "mine\n")]);
    let theirs = repository.taken_over(&now().await).await.expect("an answer");
    assert!(theirs.is_some_and(|reason| reason.contains("not SelfOpt's")));
    world.github.assert_contract();
}

#[tokio::test]
async fn real_commits_are_known_and_fetched() {
    let world = World::new().await;
    let host = tempfile::tempdir().expect("a folder");
    let work = host.path().join("work");
    fs::create_dir_all(work.join("src")).expect("a folder");
    fs::write(work.join("src/a.js"), "1;\n").expect("written");
    git(&work, &["init", "--quiet", "--initial-branch=main"]);
    git(&work, &["add", "--all"]);
    git(&work, &["commit", "--quiet", "--message", "first"]);
    make_bare(host.path(), &work);
    let head = CommitId::new(world.github.serve_git(host.path()));
    let repository = world.repository();
    assert_eq!(repository.head("main").await.expect("an answer"), Some(head.clone()));
    let folder = host.path().join("checkout");
    let limits = CheckoutLimits::default();
    let checkout = repository.checkout(&head, &folder, limits).await.expect("fetched");
    assert_eq!(checkout.commit, head);
    assert_eq!(fs::read_to_string(folder.join("src/a.js")).expect("a file"), "1;\n");
    // A token that the fake never gave opens nothing.
    world.github.state().tokens.clear();
    let refused = repository.checkout(&head, &host.path().join("again"), limits).await;
    assert!(refused.is_err());
    world.github.assert_contract();
}
