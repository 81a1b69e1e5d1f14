//! The packages of a workspace: which there are, what they depend on, and how
//! each is built and tested from the root.

use selfopt_core::{Project, WorkspaceKind, WorkspacePackage};

use crate::detected;

const NPM: &str = r#"{"private": true, "workspaces": ["packages/*"]}"#;

fn names(project: &Project) -> Vec<&str> {
    project.packages.iter().map(|package| package.name.as_str()).collect()
}

#[track_caller]
fn package<'a>(project: &'a Project, name: &str) -> &'a WorkspacePackage {
    let found = project.packages.iter().find(|package| package.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {:?}", names(project)))
}

/// Build, build of all, type check, tests and benchmark.
fn commands(package: &WorkspacePackage) -> [Option<&str>; 5] {
    let WorkspacePackage { build_cmd, build_all, typecheck_cmd, test_cmd, bench, .. } = package;
    let [build, all, typecheck, test] = [build_cmd, build_all, typecheck_cmd, test_cmd]
        .map(|command| command.as_ref().map(|command| command.cmd.as_str()));
    [build, all, typecheck, test, bench.as_ref().map(|bench| bench.cmd.as_str())]
}

/// A workspace of `core` and of `web`, which needs it, with everything to run.
fn shop(root: &str, files: &[(&str, &str)]) -> Project {
    let scripts = r#""scripts": {"build": "tsc", "typecheck": "tsc --noEmit", "test": "mocha", "test:watch": "mocha -w", "bench": "node bench.js"}"#;
    let core = format!(r#"{{"name": "@shop/core", {scripts}}}"#);
    let web = format!(
        r#"{{"name": "@shop/web", "dependencies": {{"@shop/core": "workspace:^"}}, {scripts}}}"#
    );
    let mut all = vec![
        ("package.json", root),
        ("packages/core/package.json", core.as_str()),
        ("packages/web/package.json", web.as_str()),
    ];
    all.extend(files);
    detected(&all)
}

/// The root's manifest, more files, the kind, and the commands of `web`.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], WorkspaceKind, [Option<&'a str>; 5]);

#[test]
fn every_manager_is_spoken_to_in_its_own_idiom() {
    let berry = ("yarn.lock", "__metadata:\n");
    let cases: [Case<'_>; 5] = [
        (
            NPM,
            &[("package-lock.json", "{}")],
            WorkspaceKind::Npm,
            [
                Some("npm run build -w @shop/web"),
                None,
                Some("npm run typecheck -w @shop/web"),
                Some("npm test -w @shop/web"),
                Some("npm run bench -w @shop/web"),
            ],
        ),
        (
            "{}",
            &[("pnpm-lock.yaml", ""), ("pnpm-workspace.yaml", "packages: ['packages/**']")],
            WorkspaceKind::Pnpm,
            [
                Some("pnpm --filter @shop/web run build"),
                Some("pnpm --filter @shop/web... run build"),
                Some("pnpm --filter @shop/web run typecheck"),
                Some("pnpm --filter @shop/web run test"),
                Some("pnpm --filter @shop/web run bench"),
            ],
        ),
        (
            r#"{"workspaces": {"packages": ["packages/*"], "nohoist": ["**"]}}"#,
            &[("yarn.lock", "# yarn lockfile v1\n")],
            WorkspaceKind::Yarn,
            [
                Some("yarn workspace @shop/web run build"),
                None,
                Some("yarn workspace @shop/web run typecheck"),
                Some("yarn workspace @shop/web run test"),
                Some("yarn workspace @shop/web run bench"),
            ],
        ),
        (
            NPM,
            &[berry],
            WorkspaceKind::Yarn,
            [
                Some("yarn workspace @shop/web run build"),
                None,
                Some("yarn workspace @shop/web run typecheck"),
                Some("yarn workspace @shop/web run test"),
                Some("yarn workspace @shop/web run bench"),
            ],
        ),
        (
            NPM,
            &[("bun.lock", "{}")],
            WorkspaceKind::Bun,
            [
                Some("bun run --filter @shop/web build"),
                None,
                Some("bun run --filter @shop/web typecheck"),
                Some("bun run --filter @shop/web test"),
                Some("bun run --filter @shop/web bench"),
            ],
        ),
    ];
    for (root, files, kind, expected) in cases {
        let project = shop(root, files);
        assert_eq!(project.workspace_kind, kind);
        assert_eq!(names(&project), ["@shop/core", "@shop/web"]);
        let web = package(&project, "@shop/web");
        assert_eq!(commands(web), expected, "{kind:?}");
        assert_eq!(web.depends_on, ["@shop/core"]);
        let line = web.test_cmd.as_ref().unwrap().evidence[0].to_string();
        assert_eq!(line, "packages/web/package.json:1");
    }
}

#[test]
fn a_chain_of_builds_follows_the_dependencies() {
    let narrowed = |project: &Project| {
        let web = project.narrowed("@shop/web").unwrap();
        web.build_cmd.unwrap().cmd
    };
    let npm = shop(NPM, &[("package-lock.json", "{}")]);
    assert_eq!(narrowed(&npm), "npm run build -w @shop/core && npm run build -w @shop/web");
    let pnpm = shop("{}", &[("pnpm-lock.yaml", ""), ("pnpm-workspace.yaml", "packages: ['**']")]);
    assert_eq!(narrowed(&pnpm), "pnpm --filter @shop/web... run build");
}

#[test]
fn turbo_and_nx_build_where_they_build_dependencies_first() {
    let with = |dependency: &str, file: &'static str, text: &'static str| {
        let root = format!(
            r#"{{"workspaces": ["packages/*"], "devDependencies": {{"{dependency}": "2"}}}}"#
        );
        let project = shop(&root, &[("package-lock.json", "{}"), (file, text)]);
        let build = package(&project, "@shop/web").build_all.clone();
        (project.workspace_kind, build.map(|build| build.cmd))
    };
    let below = r#"{ /* first */ "tasks": {"build": {"dependsOn": ["^build"]}}}"#;
    let turbo = "npx turbo run build --filter=@shop/web".to_owned();
    assert_eq!(with("turbo", "turbo.json", below), (WorkspaceKind::Turbo, Some(turbo)));
    let flat = r#"{"tasks": {"build": {}}}"#;
    assert_eq!(with("turbo", "turbo.json", flat), (WorkspaceKind::Turbo, None));
    // What the root does not install, `npx` would fetch.
    assert_eq!(with("x", "turbo.json", below), (WorkspaceKind::Turbo, None));
    let defaults = r#"{"targetDefaults": {"build": {"dependsOn": ["^build"]}}}"#;
    let nx = "npx nx run @shop/web:build".to_owned();
    assert_eq!(with("nx", "nx.json", defaults), (WorkspaceKind::Nx, Some(nx)));
    assert_eq!(with("nx", "nx.json", "{}"), (WorkspaceKind::Nx, None));
}

#[test]
fn lerna_without_workspaces_calls_its_packages_itself() {
    let project = shop("{}", &[("package-lock.json", "{}"), ("lerna.json", "{}")]);
    assert_eq!(project.workspace_kind, WorkspaceKind::Lerna);
    assert_eq!(
        commands(package(&project, "@shop/web")),
        [
            Some("npx lerna run build --scope @shop/web"),
            Some("npx lerna run build --scope @shop/web --include-dependencies"),
            Some("npx lerna run typecheck --scope @shop/web"),
            Some("npx lerna run test --scope @shop/web"),
            Some("npx lerna run bench --scope @shop/web"),
        ]
    );
    let with_workspaces = shop(NPM, &[("package-lock.json", "{}"), ("lerna.json", "{}")]);
    let test = commands(package(&with_workspaces, "@shop/web"))[3];
    assert_eq!(test, Some("npm test -w @shop/web"));
}

#[test]
fn nx_projects_need_no_workspace_and_no_package_json() {
    let project = detected(&[
        ("package.json", r#"{"devDependencies": {"nx": "20"}}"#),
        ("nx.json", r#"{"targetDefaults": {"build": {"dependsOn": ["^build"]}}}"#),
        (
            "libs/core/project.json",
            r#"{"name": "core", "targets": {"build": {"executor": "@nx/js:tsc"}, "test": {"executor": "@nx/jest:jest"}, "e2e": {"executor": "@nx/cypress:cypress"}}}"#,
        ),
        ("libs/core/src/a.spec.ts", ""),
        (
            "apps/web/project.json",
            r#"{"implicitDependencies": ["core"], "targets": {"build": {"executor": "@nx/vite:build"}, "test": {"command": "vitest --watch"}}}"#,
        ),
        ("tools/gen/package.json", r#"{"name": "gen", "scripts": {"test": "node --test"}}"#),
        ("fixtures/x/project.json", "{}"),
    ]);
    assert_eq!(project.workspace_kind, WorkspaceKind::Nx);
    assert_eq!(names(&project), ["web", "core", "gen"]);
    let core = commands(package(&project, "core"));
    assert_eq!(core[0], Some("npx nx run core:build --skip-nx-cache"));
    assert_eq!(core[3], Some("npx nx run core:test --skip-nx-cache"));
    let web = package(&project, "web");
    assert_eq!(web.depends_on, ["core"]);
    assert_eq!(commands(web)[1], Some("npx nx run web:build"));
    assert_eq!(commands(web)[3], None, "a watcher is no test command");
    assert_eq!(commands(package(&project, "gen"))[3], Some("npx nx run gen:test --skip-nx-cache"));
    // The root runs what they share.
    assert_eq!(project.test_cmd.unwrap().cmd, "npx nx run-many -t test --skip-nx-cache");
}

#[test]
fn dependencies_are_found_in_every_group_and_form() {
    let package_json = |name: &str, rest: &str| format!(r#"{{"name": "{name}"{rest}}}"#);
    let all = r#", "dependencies": {"b": "^1", "alias": "workspace:c@*", "react": "19"},
        "devDependencies": {"linked": "link:../d", "a": "*"},
        "peerDependencies": {"e": "*"}, "optionalDependencies": {"own": "file:../f"}"#;
    let files: Vec<(String, String)> = [("package.json".to_owned(), NPM.to_owned())]
        .into_iter()
        .chain(["a", "b", "c", "d", "e", "f"].map(|name| {
            let rest = if name == "a" { all } else { "" };
            (format!("packages/{name}/package.json"), package_json(name, rest))
        }))
        .collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = detected(&files);
    assert_eq!(package(&project, "a").depends_on, ["b", "c", "d", "e", "f"]);
    assert!(package(&project, "b").depends_on.is_empty());
}

#[test]
fn parts_of_scripts_and_tools_without_one_run_in_the_folder() {
    let project = detected(&[
        (
            "package.json",
            r#"{"workspaces": ["packages/*"], "devDependencies": {"typescript": "5"}}"#,
        ),
        ("package-lock.json", "{}"),
        (
            "packages/a/package.json",
            r#"{"name": "a", "scripts": {"test": "eslint . && mocha", "build": "tsc && npm publish"}}"#,
        ),
        ("packages/a/tsconfig.json", "{}"),
        ("packages/a/src/a.ts", ""),
        ("packages/b/package.json", r#"{"name": "b", "devDependencies": {"typescript": "5"}}"#),
        ("packages/b/tsconfig.json", "{}"),
        ("packages/b/src/b.ts", ""),
        ("packages/b/bench/index.js", ""),
    ]);
    let a = package(&project, "a");
    assert_eq!(commands(a)[3], Some("cd packages/a && npx mocha"));
    assert_eq!(commands(a)[2], Some("npx tsc --noEmit -p packages/a"));
    let b = package(&project, "b");
    assert_eq!(commands(b)[2], Some("cd packages/b && npx tsc --noEmit"));
    assert_eq!(commands(b)[4], Some("cd packages/b && node bench/index.js"));
    assert_eq!(b.bench.as_ref().unwrap().evidence[0].path, "packages/b/bench/index.js");
}

#[test]
fn tests_without_a_script_are_run_by_the_roots_runner() {
    let test_of_a = |script: &str| {
        let root =
            format!(r#"{{"workspaces": ["packages/*"], "scripts": {{"test": "{script}"}}}}"#);
        let project = detected(&[
            ("package.json", &root),
            ("package-lock.json", "{}"),
            ("packages/a/package.json", r#"{"name": "a"}"#),
            ("packages/a/src/a.test.ts", ""),
            ("packages/b/package.json", r#"{"name": "b"}"#),
            ("packages/b/src/b.ts", ""),
        ]);
        assert_eq!(commands(package(&project, "b"))[3], None, "b has no tests");
        commands(package(&project, "a"))[3].map(str::to_owned)
    };
    let cases = [
        ("vitest run", Some("npx vitest run packages/a/")),
        ("vitest", Some("npx vitest run packages/a/")),
        ("vitest run --coverage", Some("npx vitest run packages/a/ --coverage")),
        ("TZ=UTC jest --ci", Some("TZ=UTC npx jest packages/a/ --ci")),
        ("eslint . && jest", Some("npx jest packages/a/")),
        // Told where to look already, two runners, or one that takes no folder.
        ("jest packages/b", None),
        ("jest && vitest run", None),
        ("turbo run test", None),
        ("node --test", None),
    ];
    for (script, expected) in cases {
        assert_eq!(test_of_a(script).as_deref(), expected, "{script}");
    }
}

#[test]
fn packages_without_a_name_of_their_own_go_by_their_folder() {
    let files = |lock: &'static str, text: &'static str| {
        let test = r#"{"scripts": {"test": "mocha"}}"#;
        let twin = r#"{"name": "a", "scripts": {"test": "mocha"}}"#;
        let project = detected(&[
            ("package.json", NPM),
            (lock, text),
            ("pnpm-workspace.yaml", "packages: ['packages/*']"),
            ("packages/a/package.json", twin),
            ("packages/b c/package.json", twin),
            ("packages/d/package.json", test),
        ]);
        assert_eq!(names(&project), ["a", "packages/b c", "packages/d"]);
        let cmds = project.packages.iter().map(|one| one.test_cmd.as_ref().unwrap().cmd.clone());
        cmds.collect::<Vec<_>>()
    };
    assert_eq!(
        files("package-lock.json", "{}"),
        ["npm test -w a", "npm test -w 'packages/b c'", "npm test -w packages/d"]
    );
    assert_eq!(
        files("pnpm-lock.yaml", ""),
        [
            "pnpm --filter a run test",
            "pnpm --filter './packages/b c' run test",
            "pnpm --filter ./packages/d run test"
        ]
    );
    assert_eq!(
        files("yarn.lock", "__metadata:\n"),
        [
            "yarn workspace a run test",
            "cd 'packages/b c' && yarn run test",
            "cd packages/d && yarn run test"
        ]
    );
}

#[test]
fn globs_choose_the_packages_and_broken_ones_are_noted() {
    let ok = r#"{"name": "x"}"#;
    let project = detected(&[
        (
            "package.json",
            r#"{"workspaces": ["packages/**", "!packages/*/test/**", "apps/{web,api}"]}"#,
        ),
        ("package-lock.json", "{}"),
        ("packages/a/package.json", ok),
        ("packages/a/test/fixture/package.json", ok),
        ("packages/a/node_modules/m/package.json", ok),
        ("packages/group/b/package.json", r#"{"name": "b"}"#),
        ("packages/broken/package.json", "{"),
        ("apps/web/package.json", r#"{"name": "web"}"#),
        ("apps/other/package.json", r#"{"name": "other"}"#),
    ]);
    assert_eq!(names(&project), ["web", "x", "b"]);
    let note = project.notes.iter().find(|note| note.message.contains("packages/broken")).unwrap();
    assert!(note.hint.is_some() && note.evidence.is_some());
}

#[test]
fn a_huge_workspace_is_cut_with_a_note() {
    let scripts: Vec<_> = (0..30).map(|n| format!("\"s{n}\": \"tsc\"")).collect();
    let manifest = format!("{{\"scripts\": {{\"test\": \"mocha\", {}}}}}", scripts.join(","));
    let mut files = vec![("package.json".to_owned(), NPM.to_owned())];
    files.extend((0..520).map(|n| (format!("packages/p{n:03}/package.json"), manifest.clone())));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = detected(&files);
    assert_eq!(project.packages.len(), 500);
    let says = |part: &str| project.notes.iter().any(|note| note.message.contains(part));
    assert!(says("520 packages; the first 500"), "{:?}", project.notes);
    assert!(says("more than 10000 scripts"), "{:?}", project.notes);
    assert!(project.packages[0].test_cmd.is_some());
    assert!(project.packages[499].test_cmd.is_none());
}

#[test]
fn hostile_workspaces_end_soon() {
    let deep = "p/".repeat(200);
    let mut files = vec![
        (
            "package.json".to_owned(),
            format!(r#"{{"workspaces": ["**", "{}x", "{{a,"]}}"#, "**/".repeat(60)),
        ),
        ("turbo.json".to_owned(), "[".repeat(100_000)),
        ("nx.json".to_owned(), "{\"plugins\": 3, \"targetDefaults\": []}".to_owned()),
        ("lerna.json".to_owned(), "\u{0}".to_owned()),
        ("pnpm-workspace.yaml".to_owned(), "packages: &a [*a]".to_owned()),
    ];
    for (at, _) in deep.match_indices('/') {
        let name = deep[..at].len();
        let text = format!(
            r#"{{"name": "$(x){name}", "dependencies": {{"$(x){}": "link:../..//.."}}}}"#,
            name + 5
        );
        files.push((format!("{}/package.json", &deep[..at]), text));
        files.push((
            format!("{}/project.json", &deep[..at]),
            r#"{"targets": {"test": 3, "a": {"executor": ":"}}}"#.to_owned(),
        ));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = detected(&files);
    assert_eq!(project.packages.len(), 200);
}
