//! Opening the user's repository.

use std::fs;
use std::path::Path;

use git2::{IndexEntry, IndexTime, Oid, Repository, Signature};
use selfopt_core::SourceTree as _;
use selfopt_sandbox::checkout::{
    Checkout, CheckoutError, CheckoutOptions, DirTree, DirtyPolicy, open,
};
use tempfile::TempDir;

const ALLOW: CheckoutOptions = CheckoutOptions { dirty: DirtyPolicy::Allow };

pub(crate) fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("beneath the root")).expect("created");
        fs::write(path, content).expect("written");
    }
}

pub(crate) fn commit(repository: &Repository) -> Oid {
    let mut index = repository.index().expect("an index");
    index.add_all(["."], git2::IndexAddOption::DEFAULT, None).expect("added");
    commit_index(repository, &mut index)
}

fn commit_index(repository: &Repository, index: &mut git2::Index) -> Oid {
    index.write().expect("written");
    let tree = repository.find_tree(index.write_tree().expect("a tree")).expect("found");
    let who = Signature::now("a", "a@example.com").expect("a signature");
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("HEAD"), &who, &who, "message", &tree, &parents).expect("committed")
}

pub(crate) fn repository(files: &[(&str, &str)]) -> (TempDir, Repository) {
    let dir = tempfile::tempdir().expect("a directory");
    let repository = Repository::init(dir.path()).expect("a repository");
    write(dir.path(), files);
    commit(&repository);
    (dir, repository)
}

fn refused(path: &Path) -> CheckoutError {
    let error = open(path, &CheckoutOptions::default()).expect_err("refused");
    assert!(!error.hint().is_empty() && !error.hint().ends_with('.'), "{}", error.hint());
    error
}

fn paths(checkout: &Checkout) -> Vec<&str> {
    checkout.tree.entries().iter().map(|entry| entry.path.as_str()).collect()
}

#[test]
fn the_commit_is_read_and_not_the_files() {
    let (dir, repository) =
        repository(&[("package.json", "{}"), ("src/a.js", "committed"), (".nvmrc", "20")]);
    fs::write(dir.path().join("src/a.js"), "changed").expect("written");
    let checkout = open(dir.path(), &ALLOW).expect("opened");
    assert_eq!(paths(&checkout), [".nvmrc", "package.json", "src/a.js"]);
    assert_eq!(checkout.tree.read("src/a.js").expect("read"), b"committed");
    assert_eq!(checkout.dirty, ["src/a.js"]);
    let head = repository.head().expect("a head").target().expect("a commit");
    assert_eq!(checkout.commit.as_str(), head.to_string());
    assert_eq!(
        (checkout.subfolder.as_str(), checkout.detached, checkout.shallow),
        ("", false, false)
    );
    assert_eq!(checkout.root, dir.path().canonicalize().expect("there"));
}

#[test]
fn modes_and_links_are_kept() {
    let (dir, repository) = repository(&[("package.json", "{}"), ("run.sh", "x")]);
    std::os::unix::fs::symlink("run.sh", dir.path().join("link")).expect("linked");
    fs::set_permissions(
        dir.path().join("run.sh"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .expect("set");
    commit(&repository);
    let tree = open(dir.path(), &CheckoutOptions::default()).expect("clean").tree;
    assert_eq!(tree.entry("link").and_then(|entry| entry.symlink.as_deref()), Some("run.sh"));
    assert!(tree.entry("run.sh").is_some_and(|entry| entry.executable && entry.size == 1));
}

#[test]
fn a_subfolder_is_judged_by_itself() {
    let (dir, repository) = repository(&[
        ("package.json", "{}"),
        ("packages/a/package.json", "{}"),
        ("packages/a/x.js", "1"),
        ("packages/ab/y.js", "2"),
        ("other.js", "1"),
    ]);
    fs::write(dir.path().join("other.js"), "changed").expect("written");
    fs::write(dir.path().join("packages/ab/y.js"), "changed").expect("written");
    let project = dir.path().join("packages/a");
    let checkout = open(&project, &CheckoutOptions::default()).expect("clean in there");
    assert_eq!(paths(&checkout), ["package.json", "x.js"]);
    assert_eq!(checkout.subfolder, "packages/a");
    assert_eq!(checkout.repo_root, dir.path().canonicalize().expect("there"));

    write(dir.path(), &[("packages/a/new.js", "untracked"), ("packages/a/selfopt.toml", "x = 1")]);
    let error = refused(&project);
    assert!(
        matches!(&error, CheckoutError::Dirty { paths, .. } if *paths == ["new.js", "selfopt.toml"]),
        "{error}"
    );
    write(dir.path(), &[("packages/a/.gitignore", "new.js\nselfopt.toml\n.gitignore\n")]);
    open(&project, &CheckoutOptions::default()).expect("ignored files do not count");

    write(dir.path(), &[("packages/c/package.json", "{}")]);
    assert!(matches!(
        refused(&dir.path().join("packages/c")),
        CheckoutError::SubfolderNotCommitted { .. }
    ));
    drop(repository);
}

#[test]
fn staged_and_deleted_files_are_changes() {
    let (dir, repository) = repository(&[("package.json", "{}"), ("a.js", "1"), ("b.js", "1")]);
    fs::remove_file(dir.path().join("a.js")).expect("removed");
    write(dir.path(), &[("c.js", "staged")]);
    let mut index = repository.index().expect("an index");
    index.add_path(Path::new("c.js")).expect("added");
    index.write().expect("written");
    assert_eq!(open(dir.path(), &ALLOW).expect("opened").dirty, ["a.js", "c.js"]);
}

#[test]
fn a_detached_head_is_fine() {
    let (dir, repository) = repository(&[("package.json", "{}")]);
    let head = repository.head().expect("a head").target().expect("a commit");
    repository.set_head_detached(head).expect("detached");
    assert!(open(dir.path(), &CheckoutOptions::default()).expect("opened").detached);
}

#[test]
fn a_shallow_clone_is_fine_and_noted() {
    let (dir, repository) = repository(&[("package.json", "{}")]);
    let head = repository.head().expect("a head").target().expect("a commit");
    fs::write(repository.path().join("shallow"), format!("{head}\n")).expect("written");
    let checkout = open(dir.path(), &CheckoutOptions::default()).expect("opened");
    assert!(checkout.shallow);
    insta::assert_snapshot!(checkout.notes.join("; "), @"the repository is a shallow clone; only its newest commits are there");
}

#[test]
fn submodules_and_lfs_pointers_are_noted() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n";
    let (dir, repository) = repository(&[("package.json", "{}"), ("big.bin", pointer)]);
    let mut index = repository.index().expect("an index");
    let time = IndexTime::new(0, 0);
    let head = repository.head().expect("a head").target().expect("a commit");
    index
        .add(&IndexEntry {
            ctime: time,
            mtime: time,
            dev: 0,
            ino: 0,
            mode: 0o160_000,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: head,
            flags: 0,
            flags_extended: 0,
            path: b"vendor/lib".to_vec(),
        })
        .expect("added");
    commit_index(&repository, &mut index);
    fs::create_dir_all(dir.path().join("vendor/lib")).expect("created");
    fs::write(dir.path().join("big.bin"), "12345").expect("checked out by LFS");
    let checkout = open(dir.path(), &CheckoutOptions::default()).expect("opened");
    assert_eq!(paths(&checkout), ["big.bin", "package.json"]);
    insta::assert_snapshot!(checkout.notes.join("\n"), @r"
    submodules are left out: `vendor/lib`
    files under Git LFS are pointers, not their contents: `big.bin`
    ");
}

#[test]
fn what_cannot_be_used_says_why() {
    let dir = tempfile::tempdir().expect("a directory");
    assert!(matches!(refused(&dir.path().join("nothing")), CheckoutError::NoSuchPath { .. }));
    fs::write(dir.path().join("file"), "").expect("written");
    assert!(matches!(refused(&dir.path().join("file")), CheckoutError::NotADirectory { .. }));
    assert!(matches!(refused(&dir.path().join("file/below")), CheckoutError::NoSuchPath { .. }));
    assert!(matches!(refused(dir.path()), CheckoutError::NotARepository { .. }));
    Repository::init(dir.path()).expect("a repository");
    assert!(matches!(refused(dir.path()), CheckoutError::Unborn { .. }));
    assert!(matches!(refused(&dir.path().join(".git")), CheckoutError::NotARepository { .. }));

    let bare = tempfile::tempdir().expect("a directory");
    Repository::init_bare(bare.path()).expect("a repository");
    assert!(matches!(refused(bare.path()), CheckoutError::Bare { .. }));
}

#[test]
fn a_package_json_is_needed() {
    let (dir, repository) = repository(&[
        ("README.md", "x"),
        ("api/jobs/package.json", "{}"),
        ("api/package.json", "{}"),
        ("web/package.json", "{}"),
    ]);
    let error = refused(dir.path());
    assert!(matches!(&error, CheckoutError::NoPackageJson { .. }), "{error}");
    let hint = error.hint();
    assert!(hint.starts_with("choose one of the folders that have one: `api`, `web`; "), "{hint}");
    assert!(hint.contains("`selfopt optimize /") && hint.ends_with("/api`"), "{hint}");
    write(dir.path(), &[("package.json", "{}")]);
    insta::assert_snapshot!(refused(dir.path()).hint(), @"commit it: `git add package.json && git commit`");
    drop(repository);
}

#[test]
#[ignore = "needs root: nobody else makes another user's repository"]
fn another_users_repository_is_refused() {
    let (dir, repository) = repository(&[("package.json", "{}")]);
    drop(repository);
    for path in [dir.path().to_owned(), dir.path().join(".git")] {
        std::os::unix::fs::chown(path, Some(4711), Some(4711)).expect("root may");
    }
    assert!(matches!(refused(dir.path()), CheckoutError::DubiousOwnership { .. }));
}

#[test]
fn a_plain_folder_is_a_tree_too() {
    let dir = tempfile::tempdir().expect("a directory");
    write(
        dir.path(),
        &[
            (".gitignore", "dist\n"),
            (".github/ci.yml", "on: push"),
            ("dist/a.js", ""),
            ("node_modules/a/a.js", ""),
            ("src/a.js", "1"),
            ("src/node_modules/b.js", ""),
        ],
    );
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).expect("linked");
    let tree = DirTree::open(dir.path()).expect("opened");
    let paths: Vec<_> = tree.entries().iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, [".github/ci.yml", ".gitignore", "link", "src/a.js"]);
    assert_eq!(tree.read("src/a.js").expect("read"), b"1");
    assert_eq!(tree.read("link").expect("the target"), b"/etc/passwd");
    tree.read("dist/a.js").expect_err("not listed");
    tree.read("../x").expect_err("not listed");
    assert!(matches!(
        DirTree::open(&dir.path().join("none")),
        Err(CheckoutError::NoSuchPath { .. })
    ));
}
