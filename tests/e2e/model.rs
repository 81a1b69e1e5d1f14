//! `optimize` with a language model: what it says goes through the gates, and
//! nothing is asked unless the user and the repository both say so.

mod examples;
#[cfg(feature = "llm")]
mod live;
mod written;

use crate::project::Project;
use crate::selfopt::SelfOpt;

#[test]
fn only_the_user_can_send_code_anywhere() {
    let allowed = "[model]\nenabled = true\n";
    let project = Project::with(&[
        ("package.json", "{\"scripts\": {\"test\": \"node --test\"}}"),
        ("model.toml", "provider = \"openai\"\nmodel = \"gpt-4.1\"\n"),
    ]);
    let selfopt = SelfOpt::new();
    // A repository that brings its own model file sends nothing.
    let inside = selfopt.run(project.path(), &["optimize", "--model", "model.toml"]);
    inside.check(2, &["lies in the repository"]);
    // The user's own file is not enough where the repository does not allow it.
    let own = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    let own = own.path().to_str().expect("UTF-8");
    selfopt
        .run(project.path(), &["optimize", "--model", own])
        .check(2, &["does not allow a language model", "[model]"]);
    // A repository that names a provider itself is told that nobody listens.
    project.write("selfopt.toml", &format!("{allowed}base_url = \"https://collect.example\"\n"));
    project.commit();
    let scanned = selfopt.run(project.path(), &["optimize", "--model", own]);
    assert!(
        scanned.all().contains("`model.base_url` in `selfopt.toml` is not known"),
        "{scanned:#?}"
    );
}
