//! Writing accepted patches into the user's files.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use selfopt_sandbox::checkout::{PatchError, PatchFile, apply_patch};

fn file<'a>(path: &'a str, before: &'a str, after: &'a str) -> PatchFile<'a> {
    PatchFile { path, before: before.as_bytes(), after: after.as_bytes() }
}

#[test]
fn all_files_are_replaced_and_keep_their_mode() {
    let dir = tempfile::tempdir().expect("a directory");
    let script = dir.path().join("run.sh");
    fs::write(&script, "old").expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("set");
    fs::create_dir(dir.path().join("src")).expect("created");
    fs::write(dir.path().join("src/a.js"), "1").expect("written");
    apply_patch(dir.path(), &[file("run.sh", "old", "new"), file("src/a.js", "1", "2")])
        .expect("applied");
    assert_eq!(fs::read(&script).expect("read"), b"new");
    assert_eq!(fs::read(dir.path().join("src/a.js")).expect("read"), b"2");
    assert_eq!(fs::metadata(&script).expect("there").permissions().mode() & 0o777, 0o755);
    assert_eq!(fs::read_dir(dir.path().join("src")).expect("listed").count(), 1);
}

#[test]
fn nothing_is_written_unless_all_fits() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("a.js"), "1").expect("written");
    fs::write(dir.path().join("b.js"), "changed").expect("written");
    symlink("a.js", dir.path().join("link.js")).expect("linked");
    symlink(".", dir.path().join("here")).expect("linked");
    let patch = [
        file("a.js", "1", "2"),
        file("b.js", "1", "2"),
        file("gone.js", "1", "2"),
        file("link.js", "1", "2"),
        file("here/a.js", "1", "2"),
        file("../a.js", "1", "2"),
        file("/etc/hostname", "1", "2"),
    ];
    let error = apply_patch(dir.path(), &patch).expect_err("conflicts");
    let PatchError::Conflicts { conflicts } = &error else { panic!("{error}") };
    let lines: Vec<_> =
        conflicts.iter().map(|conflict| format!("{} {}", conflict.path, conflict.reason)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    b.js changed since the run
    gone.js is not there
    link.js is reached through a symbolic link
    here/a.js is reached through a symbolic link
    ../a.js leads out of the project
    /etc/hostname leads out of the project
    ");
    assert_eq!(fs::read(dir.path().join("a.js")).expect("read"), b"1");
}
