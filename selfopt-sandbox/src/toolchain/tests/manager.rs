//! Package managers: pinned, fitting the lock file, the host's.

use selfopt_core::PackageManagerName::{Npm, Pnpm, YarnBerry, YarnClassic};

use super::super::integrity::{hex, sha512};
use super::super::{NpmError, ToolError, ToolsChoice};
use super::fake::{Fake, lines, managed};

const PNPM_9: &str = "lockfileVersion: '9.0'\n";

#[tokio::test]
async fn a_pinned_manager_is_obtained_once_and_then_offline() {
    let fake = Fake::new();
    fake.offer("pnpm", "9.15.0", "9.15.0", "pnpm");
    let needs = managed(Pnpm, Some("9.15.0"), None, &[]);
    assert_eq!(fake.lines(&needs).await, ["pnpm 9.15.0 from the registry"]);
    assert_eq!((fake.n_calls("view"), fake.n_calls("pack")), (1, 1));
    fake.go_offline();
    assert_eq!(fake.lines(&needs).await, ["pnpm 9.15.0 from the registry, cached"]);
    assert_eq!((fake.n_calls("view"), fake.n_calls("pack")), (1, 1));
    // Another request that it fits.
    let range = managed(Pnpm, Some("^9.1.0"), None, &[]);
    assert_eq!(fake.lines(&range).await, ["pnpm 9.15.0 from the registry, cached"]);
}

#[tokio::test]
async fn a_range_goes_on_meaning_what_it_meant() {
    let fake = Fake::new();
    for version in ["9.9.0", "9.15.0", "9.16.0-beta.1"] {
        fake.publish("pnpm", version, "pnpm");
    }
    fake.lists("pnpm", "9", &["9.15.0", "9.16.0-beta.1", "9.9.0"]);
    let needs = managed(Pnpm, None, None, &[("pnpm-lock.yaml", PNPM_9)]);
    assert_eq!(fake.lines(&needs).await, ["pnpm 9.15.0 from the registry"]);
    fake.publish("pnpm", "9.17.0", "pnpm");
    fake.lists("pnpm", "9", &["9.15.0", "9.17.0"]);
    assert_eq!(fake.lines(&needs).await, ["pnpm 9.15.0 from the registry, cached"]);
}

#[tokio::test]
async fn each_yarn_is_in_its_own_package() {
    let fake = Fake::new();
    fake.offer("yarn", "1", "1.22.22", "yarn");
    fake.offer("@yarnpkg/cli-dist", "4.0 - 4.13", "4.5.3", "yarn");
    let classic = managed(YarnClassic, None, None, &[]);
    assert_eq!(fake.lines(&classic).await, ["yarn 1.22.22 from the registry"]);
    let lock = [("yarn.lock", "__metadata:\n  version: 8\n")];
    let berry = managed(YarnBerry, None, None, &lock);
    assert_eq!(fake.lines(&berry).await, ["yarn 4.5.3 from the registry"]);
}

#[tokio::test]
async fn the_hosts_manager_is_used_when_it_fits() {
    let fake = Fake::new();
    fake.host_program("pnpm", "#!/bin/sh\necho 10.2.0\n");
    fake.offer("pnpm", "8", "8.15.9", "pnpm");
    let with = |version, lock| managed(Pnpm, version, None, &[("pnpm-lock.yaml", lock)]);
    assert_eq!(fake.lines(&with(None, PNPM_9)).await, ["pnpm 10.2.0, the host's"]);
    assert_eq!(fake.lines(&with(Some("10.2.0"), PNPM_9)).await, ["pnpm 10.2.0, the host's"]);
    assert_eq!(fake.n_calls("view"), 0);
    let old = with(None, "lockfileVersion: '6.0'\n");
    assert_eq!(fake.lines(&old).await, ["pnpm 8.15.9 from the registry"]);
    // npm is whatever the host has, unless it is pinned.
    assert!(fake.lines(&managed(Npm, None, None, &[])).await.is_empty());
}

#[tokio::test]
async fn without_a_network_a_near_one_of_the_host_will_do() {
    let fake = Fake::new();
    fake.go_offline();
    let needs = managed(Pnpm, Some("9.15.0"), None, &[]);
    let error = fake.resolve(&needs).await.unwrap_err();
    assert_eq!(error.to_string(), "pnpm 9.15.0 is needed and could not be obtained");
    assert!(error.hint().is_some_and(|hint| hint.contains("run once with a network")));
    fake.assert_nothing_is_kept();
    fake.host_program("pnpm", "#!/bin/sh\necho 8.1.0\n");
    assert!(fake.resolve(&needs).await.is_err(), "another major is another program");
    fake.host_program("pnpm", "#!/bin/sh\necho 9.1.0\n");
    let chain = fake.resolve(&needs).await.unwrap();
    assert_eq!(lines(&chain), ["pnpm 9.1.0, the host's"]);
    assert!(chain.warnings()[0].contains("npm cannot reach its registry (ENOTFOUND)"));
}

#[tokio::test]
async fn what_the_registry_lacks_is_named() {
    let fake = Fake::new();
    let error = fake.resolve(&managed(Pnpm, Some("99.0.0"), None, &[])).await.unwrap_err();
    let ToolError::Unobtainable { source, .. } = &error else { panic!("{error:?}") };
    assert!(matches!(source, NpmError::NotFound { .. }), "{source:?}");
    assert!(source.to_string().contains("@99.0.0"), "{source}");
    // A tag or an address is no version, so the lock file decides.
    fake.offer("pnpm", "9", "9.15.0", "pnpm");
    for text in ["latest", "https://evil.example/pnpm.tgz", "npm:evil@1", "file:../x"] {
        let needs = managed(Pnpm, Some(text), None, &[("pnpm-lock.yaml", PNPM_9)]);
        assert!(fake.lines(&needs).await[0].starts_with("pnpm 9.15.0"), "{text}");
    }
}

#[tokio::test]
async fn nothing_is_obtained_when_only_the_host_counts() {
    let fake = Fake::new();
    let needs = managed(Pnpm, Some("9.15.0"), None, &[]);
    let host = fake.resolver(ToolsChoice::Host);
    let error = host.resolve(&needs).await.unwrap_err();
    assert!(matches!(error, ToolError::NotOnHost { .. }), "{error:?}");
    fake.host_program("pnpm", "#!/bin/sh\necho 8.1.0\n");
    let chain = host.resolve(&needs).await.unwrap();
    assert_eq!(lines(&chain), ["pnpm 8.1.0, the host's"]);
    assert!(chain.warnings()[0].contains("9.15.0"), "{:?}", chain.warnings());
    assert_eq!(fake.n_calls("view"), 0);
}

#[tokio::test]
async fn a_pinned_hash_is_checked_even_if_the_version_is_there() {
    let fake = Fake::new();
    fake.offer("pnpm", "9.15.0", "9.15.0", "pnpm");
    fake.lines(&managed(Pnpm, Some("9.15.0"), None, &[])).await;
    let wrong = format!("sha512.{}", "0".repeat(128));
    let needs = managed(Pnpm, Some("9.15.0"), Some(&wrong), &[]);
    let error = fake.resolve(&needs).await.unwrap_err();
    assert!(matches!(error, ToolError::Integrity { .. }), "{error:?}");
    assert!(error.to_string().contains("packageManager"), "{error}");
    let integrity = sha512(&fake.tarball_path("pnpm", "9.15.0")).unwrap();
    let bytes = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        integrity.trim_start_matches("sha512-"),
    );
    let right = format!("sha512.{}", hex(&bytes.unwrap()));
    let right = managed(Pnpm, Some("9.15.0"), Some(&right), &[]);
    assert_eq!(fake.lines(&right).await, ["pnpm 9.15.0 from the registry"]);
    assert_eq!(fake.lines(&right).await, ["pnpm 9.15.0 from the registry, cached"]);
    let weak = managed(Pnpm, Some("9.15.0"), Some("sha1.abc"), &[]);
    assert!(fake.lines(&weak).await[0].contains("sha1 hash of its pin is not checked"));
}

#[tokio::test]
async fn two_at_once_obtain_it_once() {
    let fake = Fake::new();
    fake.offer("pnpm", "9.15.0", "9.15.0", "pnpm");
    let needs = managed(Pnpm, Some("9.15.0"), None, &[]);
    let (a, b) = (fake.resolver(ToolsChoice::Auto), fake.resolver(ToolsChoice::Auto));
    let (a, b) = tokio::join!(a.resolve(&needs), b.resolve(&needs));
    let mut lines = [lines(&a.unwrap()), lines(&b.unwrap())].concat();
    lines.sort();
    assert_eq!(lines, ["pnpm 9.15.0 from the registry", "pnpm 9.15.0 from the registry, cached"]);
    assert_eq!(fake.n_calls("pack"), 1);
}
