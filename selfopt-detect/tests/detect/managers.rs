//! Package managers, installs, tags and Node versions.

use selfopt_core::PackageManagerName::{
    self, Bun, None as Nobody, Npm, Pnpm, YarnBerry, YarnClassic,
};

use crate::detected;

#[track_caller]
fn check(files: &[(&str, &str)], name: PackageManagerName, install: Option<&str>) {
    let project = detected(files);
    assert_eq!(project.package_manager.map(|manager| manager.name), Some(name), "{files:?}");
    assert_eq!(project.install_cmd.map(|install| install.cmd).as_deref(), install, "{files:?}");
}

#[test]
fn lock_files_decide() {
    let manifest = ("package.json", "{}");
    check(&[manifest], Npm, Some("npm install"));
    check(&[manifest, ("package-lock.json", "{}")], Npm, Some("npm ci"));
    check(&[manifest, ("pnpm-lock.yaml", "")], Pnpm, Some("pnpm install --frozen-lockfile"));
    check(&[manifest, ("bun.lockb", "\u{0}")], Bun, Some("bun install --frozen-lockfile"));
    check(
        &[manifest, ("yarn.lock", "# yarn lockfile v1\n")],
        YarnClassic,
        Some("yarn install --frozen-lockfile"),
    );
    check(
        &[manifest, ("yarn.lock", "__metadata:\n  version: 8\n")],
        YarnBerry,
        Some("yarn install --immutable"),
    );
    check(&[("index.html", "")], Nobody, None);
}

#[test]
fn what_is_pinned_decides_before_lock_files() {
    let yarn = |version: &str| format!("{{\"packageManager\": \"yarn@{version}\"}}");
    check(
        &[("package.json", &yarn("1.22.0")), ("yarn.lock", "")],
        YarnClassic,
        Some("yarn install --frozen-lockfile"),
    );
    check(
        &[("package.json", &yarn("4.1.0")), ("yarn.lock", "")],
        YarnBerry,
        Some("yarn install --immutable"),
    );
    let pinned = r#"{"packageManager": "pnpm@10.14.0-0+sha512.abc"}"#;
    let project = detected(&[("package.json", pinned), ("package-lock.json", "{}")]);
    assert_eq!(project.package_manager.unwrap().version.as_deref(), Some("10.14.0-0"));
    assert_eq!(project.install_cmd.unwrap().cmd, "pnpm install");
    assert!(project.notes[0].message.contains("was written by npm"), "{:?}", project.notes);
    let engines = r#"{"devEngines": {"packageManager": {"name": "pnpm", "version": "11"}}}"#;
    check(&[("package.json", engines)], Pnpm, Some("pnpm install"));
    let demanded = r#"{"scripts": {"preinstall": "npx only-allow pnpm"}}"#;
    check(&[("package.json", demanded)], Pnpm, Some("pnpm install"));
}

#[test]
fn between_two_lock_files_the_scripts_decide() {
    let scripts = r#"{"scripts": {"a": "yarn b", "b": "x"}}"#;
    let locks = [("package-lock.json", "{}"), ("yarn.lock", "# yarn lockfile v1\n")];
    check(
        &[("package.json", scripts), locks[0], locks[1]],
        YarnClassic,
        Some("yarn install --frozen-lockfile"),
    );
    check(&[("package.json", "{}"), locks[0], locks[1]], Npm, Some("npm ci"));
}

#[test]
fn each_manager_has_its_own_words() {
    let scripts = |manager: &str| {
        format!(
            "{{\"packageManager\": \"{manager}\", \"scripts\": {{\"test\": \"eslint . && jest\", \"build\": \"tsc\"}}}}"
        )
    };
    for (manager, test, build) in [
        ("npm@10.0.0", "npx jest", "npm run build"),
        ("pnpm@9.0.0", "pnpm exec jest", "pnpm run build"),
        ("yarn@4.0.0", "yarn jest", "yarn run build"),
        ("bun@1.2.0", "bunx jest", "bun run build"),
    ] {
        let project = detected(&[("package.json", &scripts(manager)), ("a.test.js", "")]);
        assert_eq!(project.test_cmd.unwrap().cmd, test);
        assert_eq!(project.build_cmd.unwrap().cmd, build);
    }
}

#[test]
fn tags_name_frameworks_and_tools() {
    let manifest = r#"{"main": "x.js", "scripts": {"test": "node --test"}, "dependencies": {"react": "19", "next": "16"}}"#;
    let project = detected(&[("package.json", manifest), ("vite.config.ts", "")]);
    assert_eq!(project.tags, ["library", "next", "node:test", "react", "vite"]);
}
