//! Notes about what will stand in the way, and trees that look like it and
//! have nothing to fear.

use selfopt_core::{DetectionNote, MemoryTree};

use crate::detected;

/// The only note that holds these words.
#[track_caller]
fn noted(files: &[(&str, &str)], words: &str) -> DetectionNote {
    let project = detected(files);
    let mut found = project.notes.iter().filter(|note| note.message.contains(words));
    let note = found.next().unwrap_or_else(|| panic!("no {words:?} in {:#?}", project.notes));
    assert_eq!(found.next(), None);
    assert!(note.hint.as_ref().is_some_and(|hint| !hint.is_empty()), "{note:?}");
    note.clone()
}

#[track_caller]
fn place(note: &DetectionNote) -> String {
    note.evidence.as_ref().expect("every diagnosis has its line").to_string()
}

/// Nothing is noted about the install.
#[track_caller]
fn quiet(files: &[(&str, &str)]) {
    let mut files = files.to_vec();
    files.push(("test/a.test.js", ""));
    let project = detected(&files);
    assert!(project.notes.is_empty(), "{:#?}", project.notes);
}

const TESTS: (&str, &str) = ("test/a.test.js", "");

fn manifest(rest: &str) -> String {
    format!("{{\n\"name\": \"x\",\n\"scripts\": {{\"test\": \"mocha\"}},\n{rest}\n}}")
}

const NPM_LOCK: &str = r#"{
  "name": "x",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "x",
      "devDependencies": {
        "mocha": "^10.0.0",
        "left": "^1.0.0"
      }
    },
    "node_modules/left": {
      "version": "1.0.0",
      "resolved": "https://registry.npm.example/left/-/left-1.0.0.tgz",
      "integrity": "sha512-x"
    },
    "node_modules/mocha": {
      "version": "10.1.0",
      "resolved": "https://registry.npm.example/mocha/-/mocha-10.1.0.tgz",
      "integrity": "sha512-x"
    },
    "node_modules/mocha/node_modules/esbuild": {
      "version": "0.20.0",
      "resolved": "https://registry.npm.example/esbuild/-/esbuild-0.20.0.tgz",
      "hasInstallScript": true
    },
    "node_modules/fsevents": {
      "version": "1.2.13",
      "resolved": "https://registry.npm.example/fsevents/-/fsevents-1.2.13.tgz",
      "hasInstallScript": true,
      "optional": true,
      "dependencies": {
        "nan": "^2.12.1"
      }
    }
  }
}
"#;

const MOCHA: &str = "\"devDependencies\": {\n\"mocha\": \"^10.0.0\",\n\"left\": \"^1.0.0\"\n}";

#[test]
fn an_ordinary_repository_has_no_notes() {
    let text = manifest(MOCHA);
    quiet(&[("package.json", &text), ("package-lock.json", NPM_LOCK)]);
    let yarn = "# yarn lockfile v1\n\n\nleft@^1.0.0:\n  version \"1.0.0\"\n  resolved \"https://registry.npm.example/left/-/left-1.0.0.tgz#x\"\n\nmocha@^10.0.0, mocha@^10.1.0:\n  version \"10.1.0\"\n  resolved \"https://registry.npm.example/mocha/-/mocha-10.1.0.tgz#x\"\n";
    quiet(&[("package.json", &text), ("yarn.lock", yarn)]);
    let pnpm = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      left:\n        specifier: ^1.0.0\n        version: 1.0.0\n      mocha:\n        specifier: ^10.0.0\n        version: 10.1.0\n\npackages:\n\n  left@1.0.0:\n    resolution: {integrity: sha512-x}\n\n  mocha@10.1.0:\n    resolution: {integrity: sha512-x}\n";
    quiet(&[("package.json", &text), ("pnpm-lock.yaml", pnpm)]);
    let bun = "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": {\n      \"name\": \"x\",\n      \"devDependencies\": {\n        \"left\": \"^1.0.0\",\n        \"mocha\": \"^10.0.0\",\n      },\n    },\n  },\n  \"packages\": {\n    \"left\": [\"left@1.0.0\", \"\", {}, \"sha512-x\"],\n\n    \"mocha\": [\"mocha@10.1.0\", \"\", {}, \"sha512-x\"],\n  }\n}\n";
    quiet(&[("package.json", &text), ("bun.lock", bun)]);
    quiet(&[("package.json", &text)]);
}

#[test]
fn dependencies_from_repositories() {
    let asked = manifest("\"dependencies\": {\n\"a\": \"user/repo#main\",\n\"b\": \"^1.0.0\"\n}");
    let note = noted(&[("package.json", &asked), TESTS], "`a` comes from `github.com`");
    assert_eq!(place(&note), "package.json:5");
    let lock = NPM_LOCK.replace(
        "https://registry.npm.example/left/-/left-1.0.0.tgz",
        "https://codeload.github.com/l/left/tar.gz/abc",
    );
    let text = manifest(MOCHA);
    let note = noted(
        &[("package.json", &text), ("package-lock.json", &lock), TESTS],
        "`left` comes from `codeload.github.com`",
    );
    assert_eq!(place(&note), "package-lock.json:15");
    let first = "{\n  \"lockfileVersion\": 1,\n  \"dependencies\": {\n    \"left\": {\n      \"version\": \"https://api.github.com/repos/l/left/tarball/abc\"\n    },\n    \"mocha\": {\n      \"version\": \"10.1.0\"\n    }\n  }\n}";
    noted(
        &[("package.json", &text), ("package-lock.json", first), TESTS],
        "`left` comes from `api.github.com`",
    );
    let yarn = "# yarn lockfile v1\n\n\nleft@^1.0.0:\n  version \"1.0.0\"\n  resolved \"https://me:secret@git.corp.example/left.git#abc\"\n\nmocha@^10.0.0:\n  version \"10.1.0\"\n";
    let note = noted(&[("package.json", &text), ("yarn.lock", yarn), TESTS], "git.corp.example");
    assert!(!format!("{note:?}").contains("secret"), "{note:?}");
    let asked =
        manifest("\"dependencies\": {\n\"a\": \"https://me:secret@git.corp.example/a.git\"\n}");
    let note = noted(&[("package.json", &asked), TESTS], "git.corp.example");
    assert!(!format!("{note:?}").contains("secret"), "{note:?}");
}

#[test]
fn packages_from_a_registry_of_their_own() {
    let lock =
        NPM_LOCK.replace("https://registry.npm.example/left/", "https://npm.corp.example/left/");
    let text = manifest(MOCHA);
    let files = [("package.json", text.as_str()), ("package-lock.json", &lock), TESTS];
    let note = noted(&files, "`left` comes from a registry of its own, `npm.corp.example`");
    assert_eq!(place(&note), "package-lock.json:15");
    let npmrc = "; mine\n//npm.corp.example/:_authToken=canary\n@corp:registry=https://me:canary@npm.corp.example/\n";
    let note = noted(&[("package.json", &text), (".npmrc", npmrc), TESTS], "takes `@corp` from");
    assert_eq!(place(&note), ".npmrc:3");
    assert!(!format!("{note:?}").contains("canary"), "{note:?}");
    quiet(&[("package.json", &text), (".npmrc", "package-lock=false\nlegacy-peer-deps=true\n")]);
    let published = manifest("\"publishConfig\": {\"registry\": \"https://npm.corp.example/\"}");
    quiet(&[("package.json", &published)]);
}

#[test]
fn install_scripts_that_compile_or_download() {
    let asked =
        manifest("\"devDependencies\": {\n\"re2\": \"^1.20.0\",\n\"puppeteer\": \"^22\"\n}");
    let note =
        noted(&[("package.json", &asked), TESTS], "the install script of `puppeteer` and `re2`");
    assert!(note.hint.unwrap().contains("PUPPETEER_SKIP_DOWNLOAD=1"));
    let lock = NPM_LOCK.replace(
        "\"node_modules/left\": {\n",
        "\"node_modules/left\": {\n      \"hasInstallScript\": true,\n      \"dependencies\": {\n        \"prebuild-install\": \"^7\"\n      },\n",
    );
    let text = manifest(MOCHA);
    let note = noted(
        &[("package.json", &text), ("package-lock.json", &lock), TESTS],
        "the install script of `left` needs a compiler",
    );
    assert!(place(&note).starts_with("package-lock.json:"));
    let optional = manifest("\"optionalDependencies\": {\"re2\": \"^1.20.0\"}");
    quiet(&[("package.json", &optional)]);
    // pnpm runs no install scripts that it was not told to run.
    let asked = manifest("\"devDependencies\": {\"puppeteer\": \"^22\"}");
    let pnpm = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      puppeteer:\n        specifier: ^22\n        version: 22.1.0\n\npackages:\n\n  puppeteer@22.1.0:\n    resolution: {integrity: sha512-x}\n";
    quiet(&[("package.json", &asked), ("pnpm-lock.yaml", pnpm)]);
}

#[test]
fn submodules_without_files() {
    let text = manifest("\"private\": true");
    let modules = "[submodule \"spec\"]\n\tpath = spec/suite\n\turl = https://github.com/a/suite.git\n[submodule \"x\"]\n\tpath = vendor/x\n\turl = ../x\n";
    let files =
        [("package.json", text.as_str()), (".gitmodules", modules), ("vendor/x/a.c", ""), TESTS];
    let note = noted(&files, "is not checked out");
    assert_eq!(note.message, "the git submodule `spec/suite` is not checked out");
    assert_eq!(note.evidence.unwrap().text, "path = spec/suite");
}

#[test]
fn lock_files_that_are_out_of_date() {
    let newer =
        manifest("\"devDependencies\": {\n\"mocha\": \"^10.0.0\",\n\"left\": \"^2.0.0\"\n}");
    let npm = [("package.json", newer.as_str()), ("package-lock.json", NPM_LOCK), TESTS];
    let note = noted(&npm, "`package-lock.json` is out of date");
    assert!(note.message.contains("`left` is 1.0.0 in it and ^2.0.0"), "{}", note.message);
    assert_eq!(place(&note), "package.json:6");
    let more = manifest("\"devDependencies\": {\n\"mocha\": \"^10.0.0\",\n\"right\": \"1\"\n}");
    let yarn = "# yarn lockfile v1\n\n\nmocha@^10.0.0:\n  version \"10.1.0\"\n";
    noted(&[("package.json", &more), ("yarn.lock", yarn), TESTS], "`right` is not in it");
    let pnpm = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      mocha:\n        specifier: ^10.0.0\n        version: 10.1.0\n\npackages:\n";
    noted(&[("package.json", &more), ("pnpm-lock.yaml", pnpm), TESTS], "`right` is not in it");
    // A range that the locked version fits is no reason for npm to refuse.
    let wider = manifest("\"devDependencies\": {\n\"mocha\": \">=9\",\n\"left\": \"1.x\"\n}");
    quiet(&[("package.json", &wider), ("package-lock.json", NPM_LOCK)]);
    // Overrides change what is asked for.
    let overridden = newer.replace("\"name\"", "\"overrides\": {\"left\": \"1.0.0\"},\n\"name\"");
    quiet(&[("package.json", &overridden), ("package-lock.json", NPM_LOCK)]);
    // Half a lock file.
    let half = pnpm.trim_end().trim_end_matches("packages:");
    quiet(&[("package.json", &more), ("pnpm-lock.yaml", half)]);
    // A lock file of something else.
    let foreign =
        manifest("\"devDependencies\": {\"mocha\": \"^10.0.0\", \"a\": \"1\", \"b\": \"1\"}");
    quiet(&[("package.json", &foreign), ("yarn.lock", yarn)]);
}

#[test]
fn projects_without_unit_tests() {
    let none = "{\"name\": \"x\", \"scripts\": {\"build\": \"tsc\"}}";
    let note = noted(&[("package.json", none)], "the project has no tests");
    assert_eq!(place(&note), "package.json");
    let browser = "{\"name\": \"x\",\n\"scripts\": {\"test:e2e\": \"playwright test\"}}";
    let note = noted(&[("package.json", browser)], "no unit tests were found; there are others");
    assert!(note.message.contains("`npm run test:e2e` needs Chrome"), "{}", note.message);
    assert_eq!(place(&note), "package.json:2");
    let unit =
        "{\"name\": \"x\", \"scripts\": {\"test\": \"mocha\", \"test:e2e\": \"playwright test\"}}";
    quiet(&[("package.json", unit)]);
}

/// Detection of a workspace's largest lock files must not be felt.
#[test]
fn large_and_hostile_lock_files_are_read_once_and_without_harm() {
    let mut lock = String::from("{\n  \"lockfileVersion\": 3,\n  \"packages\": {\n");
    for number in 0..20_000 {
        let address = "https://registry.npm.example/p/-/p-1.0.0.tgz";
        let name = format!("    \"node_modules/p{number}\": {{\n");
        let fields = format!("      \"version\": \"1.0.0\",\n      \"resolved\": \"{address}\"\n");
        lock.extend([name.as_str(), fields.as_str(), "    },\n"]);
    }
    lock.push_str("    \"node_modules/last\": {\n      \"version\": \"1.0.0\",\n      \"resolved\": \"git+ssh://git@github.com/a/last.git#c\"\n    }\n  }\n}\n");
    let text = manifest("\"dependencies\": {\"last\": \"^1.0.0\"}");
    noted(&[("package.json", &text), ("package-lock.json", &lock), TESTS], "`last` comes from");
    let odd = [
        "\"node_modules/\": {\n\"resolved\": \"://\"\n\"resolved\": \"git@\"",
        "@:\n  resolved \"@\"\n\"\":\n  version \"\"",
        "packages:\n\n  /:\n    resolution: {tarball: }\n  @@:\n    name: ''\nimporters:\n\n  .:\n",
        "__metadata:\n\"é@workspace:.\":\n  resolution: \"@\"\n  dependencies:\n    : \n",
        "{\n  \"packages\": {\n    \"a\": [\"\n    \"b\": [\"é\", \"\n",
        "\u{feff}\u{0}é\n\t\n  :",
    ];
    for text in odd {
        for path in [
            "package-lock.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            ".gitmodules",
            ".npmrc",
        ] {
            let tree = MemoryTree::new([
                ("package.json", "{\"dependencies\": {\"a\": \"^1\", \"b\": \"x/y\"}}"),
                (path, text),
            ]);
            let config = selfopt_core::config::Config::default();
            selfopt_core::detection::detect(&tree, &selfopt_detect::detectors(), &config, "");
        }
    }
}
