//! Two commits of the user's repository.

use std::path::Path;

use git2::{BranchType, Repository};
use selfopt_sandbox::checkout::{CheckoutError, open_range};

use crate::checkout::{commit, repository, write};

fn diff(dir: &Path, range: &str) -> String {
    open_range(dir, range).expect("opened").diff
}

fn refused(dir: &Path, range: &str) -> CheckoutError {
    let error = open_range(dir, range).expect_err("refused");
    assert!(!error.hint().is_empty(), "{error}");
    error
}

#[test]
fn the_base_is_the_project_and_the_rest_a_diff() {
    let (dir, repository) = repository(&[("package.json", "{}"), ("src/a.js", "1\n2\n3\n")]);
    let base = repository.head().expect("a head").target().expect("a commit");
    // The user's way of showing diffs is another matter.
    let mut config = repository.config().expect("a configuration");
    config.set_bool("diff.noprefix", true).expect("set");
    write(dir.path(), &[("src/a.js", "1\nB\n3\n")]);
    let head = commit(&repository);
    // What is not committed counts for nothing.
    write(dir.path(), &[("src/a.js", "dirty\n")]);
    let range = open_range(dir.path(), &format!("{base}..{head}")).expect("opened");
    assert_eq!(range.checkout.commit.as_str(), base.to_string());
    assert_eq!(range.head.as_str(), head.to_string());
    assert_eq!(range.checkout.tree.read("src/a.js").expect("read"), b"1\n2\n3\n");
    assert!(range.checkout.dirty.is_empty());
    let lines: Vec<_> = range.diff.lines().filter(|line| !line.starts_with("index ")).collect();
    let expected = [
        "diff --git a/src/a.js b/src/a.js",
        "--- a/src/a.js",
        "+++ b/src/a.js",
        "@@ -1,3 +1,3 @@",
        " 1",
        "-2",
        "+B",
        " 3",
    ];
    assert_eq!(lines, expected);
    assert_eq!(diff(dir.path(), "HEAD~1.."), range.diff);
}

#[test]
fn three_dots_leave_out_what_the_base_did_meanwhile() {
    let (dir, repository) = repository(&[("package.json", "{}"), ("a.js", "a\n"), ("b.js", "b\n")]);
    let fork = repository.head().expect("a head").peel_to_commit().expect("a commit");
    repository.branch("side", &fork, false).expect("a branch");
    write(dir.path(), &[("a.js", "A\n")]);
    let main = commit(&repository);
    repository.set_head("refs/heads/side").expect("on the branch");
    repository.checkout_head(Some(git2::build::CheckoutBuilder::new().force())).expect("out");
    write(dir.path(), &[("b.js", "B\n")]);
    commit(&repository);
    let two = diff(dir.path(), &format!("{main}..side"));
    assert!(two.contains("b/a.js") && two.contains("b/b.js"), "{two}");
    let three = open_range(dir.path(), &format!("{main}...side")).expect("opened");
    assert!(!three.diff.contains("b/a.js") && three.diff.contains("b/b.js"), "{}", three.diff);
    assert_eq!(three.checkout.commit.as_str(), fork.id().to_string());
    assert!(repository.find_branch("side", BranchType::Local).is_ok());
}

#[test]
fn only_the_projects_folder_counts() {
    let files = [("web/package.json", "{}"), ("web/a.js", "a\n"), ("api/b.js", "b\n")];
    let (dir, repository) = repository(&files);
    write(dir.path(), &[("web/a.js", "A\n"), ("api/b.js", "B\n")]);
    commit(&repository);
    let diff = diff(&dir.path().join("web"), "HEAD~1..HEAD");
    assert!(diff.contains("b/web/a.js") && !diff.contains("api"), "{diff}");
}

#[test]
fn what_is_no_text_is_named_as_binary() {
    let (dir, repository) = repository(&[("package.json", "{}"), ("a.js", "a\n"), ("b.js", "b\n")]);
    std::fs::write(dir.path().join("a.js"), b"\xe9\n").expect("written");
    std::fs::write(dir.path().join("b.js"), b"\0\n").expect("written");
    commit(&repository);
    let diff = diff(dir.path(), "HEAD~1..HEAD");
    for name in ["a.js", "b.js"] {
        assert!(diff.contains(&format!("Binary files a/{name} and b/{name} differ")), "{diff}");
    }
}

#[test]
fn what_names_no_two_commits_is_refused() {
    let (dir, _) = repository(&[("package.json", "{}")]);
    for range in ["", "HEAD", ".."] {
        let error = refused(dir.path(), range);
        assert!(matches!(error, CheckoutError::NotARange { .. }), "{range}: {error:?}");
    }
    let error = refused(dir.path(), "none..HEAD");
    assert_eq!(error.to_string(), "`none` is no commit of this repository");
    let orphan = unrelated(&dir);
    let error = refused(dir.path(), &format!("{orphan}...HEAD"));
    assert!(matches!(error, CheckoutError::NoMergeBase { shallow: false, .. }), "{error:?}");
}

/// A commit with no ancestor in common with the others.
fn unrelated(dir: &tempfile::TempDir) -> git2::Oid {
    let repository = Repository::open(dir.path()).expect("a repository");
    let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
    let who = git2::Signature::now("a", "a@example.com").expect("a signature");
    repository.commit(None, &who, &who, "another", &tree, &[]).expect("committed")
}
