//! The load driver: put together once from a lock file, and no error without
//! it.

use std::fs;
use std::path::PathBuf;

use super::super::{ToolNeeds, ToolsChoice};
use super::fake::{Fake, lines};

fn needs() -> ToolNeeds {
    ToolNeeds::default().with_load()
}

#[tokio::test]
async fn it_is_put_together_once_and_is_seen_as_one_program() {
    let fake = Fake::new();
    let chain = fake.resolve(&needs()).await.expect("never an error");
    assert_eq!(lines(&chain), ["autocannon 9.0.0 from the registry"]);
    assert!(chain.facts()["tool_autocannon"].starts_with("9.0.0 sha256-"));
    let [bin] = chain.host_path().try_into().expect("one directory");
    let program = PathBuf::from(&bin).join("selfopt-load").canonicalize().expect("it is there");
    assert!(program.ends_with("package/load.cjs"));
    assert!(program.with_file_name("node_modules").join("autocannon").is_dir());
    assert_eq!(fs::read_dir(bin).expect("a directory").count(), 1);
    fake.go_offline();
    for choice in [ToolsChoice::Auto, ToolsChoice::Host] {
        let chain = fake.resolver(choice).resolve(&needs()).await.expect("never an error");
        assert_eq!(lines(&chain), ["autocannon 9.0.0 from the registry, cached"]);
    }
    assert_eq!(fake.n_calls("ci"), 1);
}

#[tokio::test]
async fn without_it_there_is_a_warning_and_nothing_is_kept() {
    let fake = Fake::new();
    fake.go_offline();
    for (choice, says) in [
        (ToolsChoice::Auto, "npm cannot reach its registry (ENOTFOUND)"),
        (ToolsChoice::Host, "`--tools host` obtains nothing"),
    ] {
        let chain = fake.resolver(choice).resolve(&needs()).await.expect("never an error");
        assert!(chain.tools().is_empty());
        let [warning] = chain.warnings() else { panic!("{:?}", chain.warnings()) };
        assert!(warning.contains(says), "{warning}");
        assert!(warning.contains("`[http]` cannot run"), "{warning}");
    }
    fake.assert_nothing_is_kept();
}
