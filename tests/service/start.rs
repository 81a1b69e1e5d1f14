//! Starting the service, and refusing to.

use std::process::Output;

use crate::program::{Serving, serve};

fn run(args: &[&str]) -> (tempfile::TempDir, Output) {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let output = serve(data.path()).args(args).output().expect("the program starts");
    (data, output)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_check_says_what_is_there_and_starts_nothing() {
    let (data, output) = run(&["--check", "--isolation", "process"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("isolation: process"), "{said}");
    assert!(data.path().join("selfopt.db").exists());
}

#[test]
fn an_address_for_others_is_refused() {
    let (_, output) = run(&["--listen", "0.0.0.0:0", "--isolation", "process"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("other machines") && said.contains("127.0.0.1"), "{said}");
}

#[test]
fn isolation_weaker_than_configured_is_refused() {
    let args = ["--check", "--isolation", "process", "--require-enforced"];
    let (_, output) = run(&args);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("weaker than required"), "{said}");
}

#[test]
fn the_document_is_exported() {
    let (_, output) = run(&["--openapi"]);
    assert_eq!(output.status.code(), Some(0));
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("the document is JSON");
    assert_eq!(document, selfopt::server::openapi());
}

/// The token is for whoever starts the service, and for no log.
#[test]
fn the_token_is_in_a_file_for_its_user_alone() {
    let data = tempfile::tempdir().expect("a temporary directory can be made");
    let serving = Serving::start(data.path());
    let file = data.path().join("token");
    let kept = std::fs::read_to_string(&file).expect("the token is kept");
    assert_eq!(kept, serving.api.token);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
