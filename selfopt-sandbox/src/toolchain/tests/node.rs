//! Node: the host's where it fits, the project's where it does not.

use super::super::packages::{Program, package};
use super::super::{ToolError, ToolsChoice};
use super::fake::{Fake, lines, with_node};

/// The package of Node for the machine that tests run on.
fn node_package() -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    package(Program::Node, 22, os, arch).expect("a build for this platform").name
}

fn offering(versions: &[&str], major: &str) -> Fake {
    let fake = Fake::new();
    for version in versions {
        fake.publish(&node_package(), version, "node");
    }
    fake.lists(&node_package(), major, versions);
    fake
}

#[tokio::test]
async fn the_hosts_node_is_used_when_it_fits() {
    let fake = Fake::new();
    let host = "node 20.20.2, the host's";
    for (needs, expected) in [
        (with_node("20", None, true), host.to_owned()),
        (with_node("20", Some(">=20.1"), true), host.to_owned()),
        // The version file contradicts the range and wins.
        (with_node("20", Some(">=22"), true), host.to_owned()),
        (
            with_node("22", Some(">=18"), false),
            format!("{host} (`>=18` accepts it; .nvmrc:1 suggests 22)"),
        ),
        (
            with_node("22", Some("^18.12 || >=20"), false),
            format!("{host} (`^18.12 || >=20` accepts it; .nvmrc:1 suggests 22)"),
        ),
    ] {
        assert_eq!(fake.lines(&needs).await, [expected], "{needs:?}");
    }
    assert_eq!(fake.n_calls("view"), 0);
}

#[tokio::test]
async fn another_node_is_obtained_when_the_hosts_does_not_fit() {
    for (pick, acceptable, pinned) in [
        ("22", None, true),
        ("22", Some(">=18"), true),
        ("22", None, false),
        // A promise to consumers does not decide.
        ("22", Some(">=0.3.1"), false),
        ("22", Some(">=22.3 <22.11.1"), false),
    ] {
        let fake = offering(&["22.2.0", "22.9.0", "22.11.0"], "22");
        let needs = with_node(pick, acceptable, pinned);
        let found = fake.lines(&needs).await;
        assert_eq!(found[0], "node 22.11.0 from the registry", "{needs:?}");
        // Our npm says nothing about what it runs with.
        assert_eq!(found.len(), 1);
    }
    let fake = offering(&["22.2.0", "22.9.0", "22.11.0"], "22");
    let needs = with_node("22", Some("~22.2 || ~22.9"), true);
    assert_eq!(fake.lines(&needs).await, ["node 22.9.0 from the registry"]);
    let fake = Fake::new();
    fake.offer(&node_package(), "22.2.0", "22.2.0", "node");
    let exact = with_node("22", Some("22.2.0"), true);
    assert_eq!(fake.lines(&exact).await, ["node 22.2.0 from the registry"]);
}

#[tokio::test]
async fn a_dead_node_is_used_only_where_it_is_demanded() {
    let fake = offering(&["14.21.3"], "14");
    let host = "node 20.20.2, the host's (.nvmrc:1 suggests 14, which nobody maintains any more)";
    for acceptable in [None, Some(">=10"), Some(">=0.3.1")] {
        assert_eq!(fake.lines(&with_node("14", acceptable, false)).await, [host], "{acceptable:?}");
    }
    assert_eq!(fake.n_calls("view"), 0);
    // Pinned, or the range excludes the host's.
    for (acceptable, pinned) in [(None, true), (Some(">=10"), true), (Some("^12 || ^14"), false)] {
        let found = fake.lines(&with_node("14", acceptable, pinned)).await;
        assert!(found[0].starts_with("node 14.21.3 from the registry"), "{found:?}");
    }
    // A host with a dead one is no better.
    fake.host_program("node", "#!/bin/sh\necho v16.20.2\n");
    let found = fake.lines(&with_node("14", None, false)).await;
    assert!(found[0].starts_with("node 14.21.3 from the registry"), "{found:?}");
    // What is maintained is no matter of this.
    let fake = offering(&["18.20.4"], "18");
    let found = fake.lines(&with_node("18", None, false)).await;
    assert_eq!(found, ["node 18.20.4 from the registry"]);
}

#[tokio::test]
async fn a_newer_minor_of_the_hosts_major_is_obtained() {
    let fake = offering(&["20.1.0", "20.30.0"], "20");
    let needs = with_node("20", Some(">=20.25"), true);
    assert_eq!(fake.lines(&needs).await, ["node 20.30.0 from the registry"]);
}

#[tokio::test]
async fn without_a_network_a_suggestion_is_dropped_and_a_demand_is_not() {
    let fake = Fake::new();
    fake.go_offline();
    let chain = fake.resolve(&with_node("22", None, false)).await.unwrap();
    assert_eq!(lines(&chain), ["node 20.20.2, the host's"]);
    assert!(chain.warnings()[0].contains("Node 22"), "{:?}", chain.warnings());
    let error = fake.resolve(&with_node("22", None, true)).await.unwrap_err();
    assert!(matches!(error, ToolError::Unobtainable { .. }), "{error:?}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("--tools host") && hint.contains("20.20.2"), "{hint}");
    let text = "Node 22 is needed (`.nvmrc:1`) and could not be obtained";
    assert_eq!(error.to_string(), text);
    // The range excludes the host's.
    assert!(fake.resolve(&with_node("22", Some(">=22"), false)).await.is_err());
    let host = fake.resolver(ToolsChoice::Host);
    let chain = host.resolve(&with_node("22", None, true)).await.unwrap();
    assert_eq!(lines(&chain), ["node 20.20.2, the host's"]);
    assert_eq!(chain.warnings().len(), 1);
}

#[tokio::test]
async fn npm_is_obtained_too_when_the_hosts_cannot_run_with_that_node() {
    let fake = offering(&["18.20.4"], "18");
    fake.offer("npm", "10", "10.9.2", "npm");
    let needs = with_node("18", None, true);
    assert_eq!(fake.lines(&needs).await, ["node 18.20.4 from the registry"]);
    // As a package, the host's npm says what it needs.
    fake.host_package(
        "npm",
        r#"{"name": "npm", "version": "11.0.0", "engines": {"node": ">=20"}}"#,
    );
    assert_eq!(
        fake.lines(&needs).await,
        [
            "node 18.20.4 from the registry, cached",
            "npm 10.9.2 from the registry (the host's does not run with Node 18.20.4)",
        ]
    );
}
