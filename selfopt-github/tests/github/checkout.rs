//! A commit's files, and nothing that the repository would like to run.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use selfopt_core::{CommitId, Millis};
use selfopt_github::checkout::{CheckoutError, CheckoutLimits};
use selfopt_github::{App, AppSettings, Checks, Endpoints, Repository, Secret};
use tempfile::TempDir;

use crate::git_server::{GitServer, git};
use crate::world::{KEY, World};

/// The App with its API at one place and its repositories at another.
fn repository(world: &World, git: &str) -> Repository {
    let app = App::new(AppSettings {
        app_id: crate::fake::APP_ID,
        key: Secret::new(KEY),
        endpoints: Endpoints::new(&world.github.url(), git).expect("loopback"),
        clock: world.time.clone(),
        pause: world.time.clone(),
        timeout: Duration::from_mins(1),
        max_wait: Millis(0),
    });
    World::repository_of(&app.expect("an App"), Checks::None)
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("set");
}

/// Two commits, with whatever could make git run something.
fn fill(work: &Path, canary: &Path) {
    fs::create_dir(work.join("src")).expect("a folder");
    fs::write(work.join("src/a.js"), "1\n").expect("written");
    script(&work.join("run.sh"), &format!("touch {}", canary.display()));
    fs::write(work.join(".gitattributes"), "*.bin filter=lfs diff=lfs\n*.js filter=evil\n")
        .expect("written");
    fs::write(work.join("big.bin"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
        .expect("written");
    let submodule = "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c \"touch /tmp/never\"\n\tupdate = !touch never\n";
    fs::write(work.join(".gitmodules"), submodule).expect("written");
    fs::write(work.join(".lfsconfig"), "[lfs]\n\turl = http://127.0.0.1:9/\n").expect("written");
    std::os::unix::fs::symlink("src/a.js", work.join("link")).expect("a link");
    git(work, &["add", "-A"]);
    let commit = "0123456789abcdef0123456789abcdef01234567";
    git(work, &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},x")]);
    git(work, &["commit", "--quiet", "-m", "first"]);
    fs::write(work.join("src/a.js"), "2\n").expect("written");
    git(work, &["add", "src/a.js"]);
    git(work, &["commit", "--quiet", "-m", "second"]);
}

/// All bytes of a folder, git's own files included.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("a type");
        all.extend_from_slice(entry.file_name().as_encoded_bytes());
        if kind.is_dir() {
            all.extend(bytes(&entry.path()));
        } else if kind.is_file() {
            all.extend(fs::read(entry.path()).expect("read"));
        }
    }
    all
}

#[tokio::test]
async fn one_commit_arrives_and_nothing_runs() {
    let world = World::new().await;
    let place = TempDir::new().expect("a folder");
    let canary = place.path().join("canary");
    let server = GitServer::start(|work| fill(work, &canary)).await;
    let repository = repository(&world, &server.url());
    for (name, content) in [("HEAD", "2\n"), ("HEAD~1", "1\n")] {
        let commit = CommitId::new(server.commit(name));
        let folder = place.path().join(commit.as_str());
        let done = repository.checkout(&commit, &folder, CheckoutLimits::default()).await;
        let done = done.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((&done.commit, &done.folder), (&commit, &folder));
        assert_eq!(fs::read_to_string(folder.join("src/a.js")).expect("read"), content);
        assert_eq!(fs::read_link(folder.join("link")).expect("a link"), Path::new("src/a.js"));
        let mode = fs::metadata(folder.join("run.sh")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o111, 0o111);
        assert!(fs::read_to_string(folder.join("big.bin")).expect("read").starts_with("version"));
        assert!(fs::read_dir(folder.join("x")).expect("an empty folder").next().is_none());
        assert_eq!(git(&folder, &["rev-list", "--count", "HEAD"]), "1");
        let files = git(&folder, &["ls-files", "--cached"]);
        let expected = [
            ".gitattributes",
            ".gitmodules",
            ".lfsconfig",
            "big.bin",
            "link",
            "run.sh",
            "src/a.js",
            "x",
        ];
        assert_eq!(files.lines().collect::<Vec<_>>(), expected);
        assert!(!folder.join(".git/hooks").exists() && !folder.join(".git/modules").exists());
        // The token is nowhere, plain or encoded; neither is the address.
        let all = bytes(&folder);
        let sent = server.authorizations.lock().expect("not poisoned").clone();
        let basic = sent.iter().flatten().next().expect("credentials").clone();
        let basic = basic.trim_start_matches("Basic ").to_owned();
        for secret in ["ghs_canary", basic.as_str(), "extraHeader", "x-access-token"] {
            let found = all.windows(secret.len()).any(|some| some == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
    assert!(!canary.exists());
    let sent = server.authorizations.lock().expect("not poisoned").clone();
    assert!(!sent.is_empty() && sent.iter().all(Option::is_some), "{sent:?}");
}

#[tokio::test]
async fn what_cannot_be_checked_out_says_why() {
    let world = World::new().await;
    let place = TempDir::new().expect("a folder");
    let server = GitServer::start(|work| fill(work, Path::new("/nonexistent"))).await;
    let repository = repository(&world, &server.url());
    let commit = CommitId::new(server.commit("HEAD"));
    let limits = CheckoutLimits::default();
    let check = async |commit: &CommitId, folder: &str, limits| {
        let folder = place.path().join(folder);
        repository.checkout(commit, &folder, limits).await.expect_err("no checkout")
    };
    for bad in ["main", "--upload-pack=touch", "0123", ""] {
        let error = check(&CommitId::new(bad), "a", limits).await;
        assert!(matches!(error, CheckoutError::NotACommit { .. }), "{error}");
    }
    let error = check(&CommitId::new("f".repeat(40)), "b", limits).await;
    assert!(matches!(error, CheckoutError::Git { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("ghs_"), "{error}");
    fs::create_dir(place.path().join("c")).expect("a folder");
    fs::write(place.path().join("c/x"), "x").expect("written");
    let error = check(&commit, "c", limits).await;
    assert!(matches!(error, CheckoutError::NotEmpty { .. }), "{error}");
    let error = check(&commit, "d", CheckoutLimits { bytes: 10, ..limits }).await;
    assert!(matches!(error, CheckoutError::TooLarge { limit: 10 }), "{error}");
    let error = check(&commit, "e", CheckoutLimits { timeout: Duration::ZERO, ..limits }).await;
    assert!(matches!(error, CheckoutError::TimedOut { .. }), "{error}");
    world.github.state().installed = false;
    world.github.state().tokens.clear();
    let fresh = self::repository(&world, &server.url());
    let error = fresh.checkout(&commit, &place.path().join("f"), limits).await;
    assert!(matches!(error, Err(CheckoutError::Token(_))), "{error:?}");
}

#[tokio::test]
async fn a_token_follows_no_redirect_of_a_git_server() {
    // A server that redirects would get the token, if redirects were followed.
    let world = World::new().await;
    let target = GitServer::start(|work| fill(work, Path::new("/nonexistent"))).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let to = target.url();
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        while let Ok((mut stream, _)) = listener.accept() {
            let mut some = [0; 2048];
            let n = stream.read(&mut some).unwrap_or_default();
            let text = String::from_utf8_lossy(&some[..n]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
            let _ = write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {to}{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
    });
    let place = TempDir::new().expect("a folder");
    let commit = CommitId::new(target.commit("HEAD"));
    let repository = repository(&world, &format!("http://{address}"));
    let done =
        repository.checkout(&commit, &place.path().join("x"), CheckoutLimits::default()).await;
    assert!(matches!(done, Err(CheckoutError::Git { .. })), "{done:?}");
    assert!(target.authorizations.lock().expect("not poisoned").is_empty());
}
