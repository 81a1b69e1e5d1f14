//! Commands run with the tools that were found, under both backends.

use std::collections::BTreeMap;
use std::sync::Arc;

use selfopt_core::PackageManagerName::YarnBerry;
use selfopt_core::{
    CancelFlag, CommandLimits, CommandSpec, MemoryTree, Network, NoLog, Phase, Sandbox as _,
    WorkspaceSpec,
};

use super::super::packages::{Program, package};
use super::super::{ToolNeeds, ToolsChoice};
use super::bundler::{esbuild_package, expecting};
use super::fake::{Fake, managed, with_node};
use crate::LocalSandbox;

async fn output(sandbox: &LocalSandbox, files: &MemoryTree, directory: &str, cmd: &str) -> String {
    let files = Arc::new(files.clone());
    let spec = WorkspaceSpec { label: "test".into(), files, cancel: CancelFlag::default() };
    let workspace = sandbox.open(spec).await.expect("a workspace");
    let spec = CommandSpec {
        cmd: cmd.into(),
        working_directory: directory.into(),
        env: BTreeMap::new(),
        phase: Phase::Test,
        network: Network::None,
        limits: CommandLimits::default(),
    };
    let outcome = workspace.run(spec, &NoLog).await.expect("an outcome");
    assert!(outcome.succeeded(), "{}", outcome.text());
    outcome.text()
}

async fn an_obtained_node_comes_first(sandbox: LocalSandbox) {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let name = package(Program::Node, 18, os, arch).expect("a build for this platform").name;
    let fake = Fake::new().with_base(sandbox.base());
    fake.offer(&name, "18", "18.99.0", "node");
    let chain = fake.resolve(&with_node("18", None, true)).await.expect("resolved");
    let sandbox = sandbox.with_tool_chain(chain);
    let version = output(&sandbox, &MemoryTree::default(), "", "node --version").await;
    assert_eq!(version, "18.99.0\n");
    let environment = sandbox.environment().await.expect("facts");
    assert_eq!(environment.fixed["node"], "18.99.0");
    let fact = &environment.fixed["tool_node"];
    assert!(fact.starts_with("18.99.0 sha512-"), "{fact}");
}

async fn a_carried_yarn_is_found_from_any_folder(sandbox: LocalSandbox) {
    let fake = Fake::new().with_base(sandbox.base());
    let path = ".yarn/releases/yarn-4.1.0.cjs";
    let files = [
        (".yarnrc.yml", format!("yarnPath: {path}\n")),
        (path, "console.log('carried', process.argv.slice(2).join(' '))".to_owned()),
        ("packages/a/index.js", String::new()),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let needs = managed(YarnBerry, Some("4.1.0"), None, &files);
    let chain = fake.resolve(&needs).await.expect("resolved");
    assert_eq!(chain.tools()[0].to_string(), format!("yarn from the repository: `{path}`"));
    assert_eq!(fake.n_calls("view"), 0);
    let sandbox = sandbox.with_tool_chain(chain);
    let tree = MemoryTree::new(files);
    for directory in ["", "packages/a"] {
        assert_eq!(output(&sandbox, &tree, directory, "yarn run x").await, "carried run x\n");
    }
}

async fn the_bundler_leaves_the_projects_own_alone(sandbox: LocalSandbox) {
    let fake = Fake::new().with_base(sandbox.base());
    fake.offer(&esbuild_package(), "0.25.12", "0.25.12", "esbuild");
    let resolver = expecting(&fake, ToolsChoice::Auto);
    let chain = resolver.resolve(&ToolNeeds::default().with_bundler()).await.expect("resolved");
    let sandbox = sandbox.with_tool_chain(chain);
    let cmd = "selfopt-esbuild; command -v esbuild | grep -c toolchain || true";
    let output = output(&sandbox, &MemoryTree::default(), "", cmd).await;
    assert_eq!(output, "0.25.12\n0\n");
}

mod process {
    use crate::LocalSandbox;

    #[tokio::test]
    async fn the_bundler_leaves_the_projects_own_alone() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::process(dir.path()).expect("a sandbox");
        super::the_bundler_leaves_the_projects_own_alone(sandbox).await;
    }

    #[tokio::test]
    async fn an_obtained_node_comes_first() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::process(dir.path()).expect("a sandbox");
        super::an_obtained_node_comes_first(sandbox).await;
    }

    #[tokio::test]
    async fn a_carried_yarn_is_found_from_any_folder() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::process(dir.path()).expect("a sandbox");
        super::a_carried_yarn_is_found_from_any_folder(sandbox).await;
    }
}

#[cfg(target_os = "linux")]
mod bubblewrap {
    use crate::LocalSandbox;

    #[tokio::test]
    async fn the_bundler_leaves_the_projects_own_alone() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::bubblewrap(dir.path()).expect("bubblewrap is needed");
        super::the_bundler_leaves_the_projects_own_alone(sandbox).await;
    }

    #[tokio::test]
    async fn an_obtained_node_comes_first() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::bubblewrap(dir.path()).expect("bubblewrap is needed");
        super::an_obtained_node_comes_first(sandbox).await;
    }

    #[tokio::test]
    async fn a_carried_yarn_is_found_from_any_folder() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::bubblewrap(dir.path()).expect("bubblewrap is needed");
        super::a_carried_yarn_is_found_from_any_folder(sandbox).await;
    }
}
