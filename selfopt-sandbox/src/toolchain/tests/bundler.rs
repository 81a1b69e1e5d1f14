//! The bundler: one exact version with a hash of ours, and no error without it.

use std::fs;
use std::path::PathBuf;

use super::super::bundler::Bundler;
use super::super::integrity::sha512;
use super::super::packages::{Program, package};
use super::super::{ToolChain, ToolNeeds, ToolResolver, ToolsChoice};
use super::fake::{Fake, lines};

const VERSION: &str = "0.25.12";

/// The bundler's package for the machine that tests run on.
pub(super) fn esbuild_package() -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    package(Program::Esbuild, 0, os, arch).expect("a build for this platform").name
}

fn offering() -> Fake {
    let fake = Fake::new();
    fake.offer(&esbuild_package(), VERSION, VERSION, "esbuild");
    fake
}

/// A resolver that expects what the fake registry offers.
pub(super) fn expecting(fake: &Fake, choice: ToolsChoice) -> ToolResolver {
    let integrity = sha512(&fake.tarball_path(&esbuild_package(), VERSION)).expect("published");
    let pinned_bundler = Bundler::with_integrity(&integrity);
    ToolResolver { pinned_bundler, ..fake.resolver(choice) }
}

async fn resolve(resolver: &ToolResolver) -> ToolChain {
    resolver.resolve(&ToolNeeds::default().with_bundler()).await.expect("never an error")
}

fn programs(chain: &ToolChain) -> Vec<String> {
    let names = |dir: String| fs::read_dir(PathBuf::from(dir)).expect("a directory");
    let names = chain.host_path().into_iter().flat_map(names);
    names.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
}

#[tokio::test]
async fn it_is_obtained_once_and_has_a_name_of_ours() {
    let fake = offering();
    let resolver = expecting(&fake, ToolsChoice::Auto);
    let chain = resolve(&resolver).await;
    assert_eq!(lines(&chain), ["esbuild 0.25.12 from the registry"]);
    assert_eq!(programs(&chain), ["selfopt-esbuild"]);
    assert!(chain.facts()["tool_esbuild"].starts_with("0.25.12 sha512-"));
    fake.go_offline();
    let chain = resolve(&resolver).await;
    assert_eq!(lines(&chain), ["esbuild 0.25.12 from the registry, cached"]);
    assert_eq!(fake.n_calls("pack"), 1);
    // What is in the cache is used by `--tools host` too.
    let host = resolve(&expecting(&fake, ToolsChoice::Host)).await;
    assert_eq!(lines(&host), ["esbuild 0.25.12 from the registry, cached"]);
}

#[tokio::test]
async fn nothing_but_the_pinned_content_is_used() {
    let fake = offering();
    // The registry is in agreement with itself, but not with us.
    let chain = resolve(&fake.resolver(ToolsChoice::Auto)).await;
    assert!(chain.tools().is_empty());
    let [warning] = chain.warnings() else { panic!("{:?}", chain.warnings()) };
    assert!(warning.contains("is not what selfopt promises"), "{warning}");
    fake.assert_nothing_is_kept();
}

#[tokio::test]
async fn without_it_there_is_a_warning_and_no_error() {
    let fake = offering();
    fake.go_offline();
    let chain = resolve(&expecting(&fake, ToolsChoice::Auto)).await;
    assert!(chain.tools().is_empty());
    let [warning] = chain.warnings() else { panic!("{:?}", chain.warnings()) };
    assert!(warning.contains("npm cannot reach its registry (ENOTFOUND)"), "{warning}");
    assert!(warning.contains("never on copies of their inputs"), "{warning}");
    let calls = fake.n_calls("view");
    let chain = resolve(&expecting(&fake, ToolsChoice::Host)).await;
    assert!(chain.warnings()[0].contains("`--tools host` obtains nothing"));
    assert_eq!(fake.n_calls("view"), calls);
}

#[tokio::test]
async fn it_is_not_looked_for_unless_it_is_needed() {
    let fake = offering();
    let chain = fake.resolve(&ToolNeeds::default()).await.expect("resolved");
    assert!(chain.tools().is_empty() && chain.warnings().is_empty());
    assert_eq!(fake.n_calls("view"), 0);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod hosts {
    use super::*;

    /// A program for Linux on `x86_64` that prints eight bytes.
    fn printing(text: [u8; 8]) -> Vec<u8> {
        let mut code = Vec::new();
        code.extend([0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0]); // write to standard output
        code.extend([0x48, 0x8d, 0x35, 16, 0, 0, 0]); // from behind the code
        code.extend([0xba, 8, 0, 0, 0, 0x0f, 0x05]); // eight bytes
        code.extend([0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05]); // exit with 0
        code.extend(text);
        let size = 120 + code.len() as u64;
        let base = 0x40_0000_u64;
        let mut program = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        program.extend([2, 0, 62, 0, 1, 0, 0, 0]);
        for word in [base + 120, 64, 0] {
            program.extend(word.to_le_bytes());
        }
        program.extend([0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        program.extend([1, 0, 0, 0, 5, 0, 0, 0]);
        for word in [0, base, base, size, size, 4096] {
            program.extend(word.to_le_bytes());
        }
        program.extend(code);
        program
    }

    #[tokio::test]
    async fn the_hosts_is_used_when_it_is_the_same_version() {
        let fake = offering();
        let host = expecting(&fake, ToolsChoice::Host);
        fake.host_program("esbuild", "#!/bin/sh\necho 0.25.12\n");
        assert!(resolve(&host).await.tools().is_empty(), "a script may start anything");
        fake.host_binary("esbuild", &printing(*b"0.25.11\n"));
        assert!(resolve(&host).await.tools().is_empty(), "another version");
        fake.host_binary("esbuild", &printing(*b"0.25.12\n"));
        let chain = resolve(&host).await;
        assert_eq!(lines(&chain), ["esbuild 0.25.12, the host's"]);
        assert_eq!(programs(&chain), ["selfopt-esbuild"]);
        assert_eq!(chain.facts()["tool_esbuild"], "0.25.12");
    }

    #[tokio::test]
    async fn a_packages_script_leads_to_its_program() {
        let fake = offering();
        fake.host_program("esbuild", "#!/usr/bin/env node\n");
        fake.host_package("esbuild", r#"{"name": "esbuild", "version": "0.25.12"}"#);
        let inside = format!("lib/esbuild/node_modules/{}/bin/esbuild", esbuild_package());
        fake.binary(&inside, &printing(*b"0.25.12\n"));
        let chain = resolve(&expecting(&fake, ToolsChoice::Host)).await;
        assert_eq!(lines(&chain), ["esbuild 0.25.12, the host's"]);
    }
}
