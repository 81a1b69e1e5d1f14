//! `selfopt pack` and packs in a scan, as a user has them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use selfopt::digest::Digest;

use crate::{HOSTILE, built, files::repository, pack};

pub(crate) struct Ran {
    code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn selfopt(store: &Path, dir: &Path, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_selfopt"))
        .arg("--store")
        .arg(store)
        .args(args)
        .current_dir(dir)
        .output()
        .expect("the program starts");
    Ran {
        code: output.status.code().expect("it exits by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn check(&self, code: i32, says: &[&str]) -> &Self {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert_eq!(self.code, code, "{all}");
        for part in says {
            assert!(all.contains(part), "no `{part}` in:\n{all}");
        }
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("JSON")
    }
}

/// A project with one file that the hostile pack has a good rule for, and one bad.
pub(crate) fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(dir.path().join("src")).expect("a folder");
    std::fs::write(dir.path().join("src/a.ts"), "// @good;\nexport {};\n").expect("a file");
    std::fs::write(dir.path().join("src/b.ts"), "// @loop;\nexport {};\n").expect("a file");
    dir
}

#[test]
fn a_pack_is_added_used_listed_and_removed() {
    let (store, project) = (tempfile::tempdir().unwrap(), project());
    let run = |args: &[&str]| selfopt(store.path(), project.path(), args);
    let file = built(HOSTILE).display().to_string();
    let hash = Digest::of(&pack(HOSTILE));
    run(&["pack", "list"]).check(0, &["no packs"]);
    run(&["pack", "add", &file]).check(0, &["added hostile 0.1.0 with 19 rules", "selfopt.lock"]);
    let lock = std::fs::read_to_string(project.path().join("selfopt.lock")).unwrap();
    for part in ["id = \"hostile\"", "interface = \"0.1.0\"", hash.as_str(), &file] {
        assert!(lock.contains(part), "no `{part}` in:\n{lock}");
    }
    run(&["pack", "list"]).check(0, &["hostile 0.1.0", &hash.as_str()[..12]]);

    let scan = run(&["scan", "--format", "json"]);
    scan.check(0, &["the rule pack `hostile` failed on `src/b.ts`", "ran out of fuel"]);
    let report = scan.json();
    assert_eq!(report["opportunities"][0]["rule"], "good");
    assert_eq!(report["opportunities"].as_array().unwrap().len(), 1);
    assert_eq!(report["packs"][0]["sha256"], hash.as_str());
    run(&["scan", "--rule", "good"]).check(0, &["good"]);
    run(&["scan", "--rule", "never-heard-of"]).check(2, &["there is no rule"]);

    run(&["pack", "remove", "other"]).check(2, &["has no pack `other`"]);
    run(&["pack", "remove", "hostile"]).check(0, &["removed hostile"]);
    assert_eq!(run(&["scan", "--format", "json"]).json()["packs"], serde_json::json!([]));
}

#[test]
fn a_lock_file_brings_no_pack_by_itself() {
    let (mine, theirs, project) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), project());
    let file = built(HOSTILE).display().to_string();
    selfopt(theirs.path(), project.path(), &["pack", "add", &file]).check(0, &[]);
    let hash = Digest::of(&pack(HOSTILE));
    selfopt(mine.path(), project.path(), &["scan"])
        .check(2, &["not on this machine", "selfopt pack add", hash.as_str()]);
}

#[test]
fn a_wrong_hash_is_refused() {
    let (store, project) = (tempfile::tempdir().unwrap(), project());
    let file = built(HOSTILE).display().to_string();
    let wrong = "0".repeat(64);
    selfopt(store.path(), project.path(), &["pack", "add", &file, "--sha256", &wrong])
        .check(2, &["has the SHA-256", "do not add it"]);
    assert!(!project.path().join("selfopt.lock").exists());
}

#[test]
fn an_address_needs_a_hash_and_a_safe_way() {
    let (store, project) = (tempfile::tempdir().unwrap(), project());
    let wasm = pack(HOSTILE);
    let hash = Digest::of(&wasm);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hostile.wasm", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 2048];
            let n = stream.read(&mut request).unwrap();
            assert!(n > 0);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                wasm.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&wasm).unwrap();
        }
    });
    let run = |args: &[&str]| selfopt(store.path(), project.path(), args);
    run(&["pack", "add", &address]).check(2, &["needs `--sha256`", hash.as_str()]);
    run(&["pack", "add", &address, "--sha256", hash.as_str()]).check(0, &["added hostile"]);
    server.join().unwrap();
    run(&["pack", "add", "http://example.org/a.wasm", "--sha256", hash.as_str()])
        .check(2, &["is not an https address"]);
}

#[test]
fn a_store_without_runs_has_no_history() {
    let store = tempfile::tempdir().unwrap();
    selfopt(store.path(), store.path(), &["rules", "stats"]).check(0, &["no run came to its end"]);
}

#[test]
fn what_is_no_pack_is_said_with_what_to_do() {
    let (store, project) = (tempfile::tempdir().unwrap(), project());
    std::fs::write(project.path().join("a.wasm"), "no").unwrap();
    selfopt(store.path(), project.path(), &["pack", "check", "a.wasm"])
        .check(2, &["`a.wasm` cannot be used", "no WebAssembly component", "selfopt pack build"]);
}

#[test]
fn packs_only_finds_what_the_built_in_rules_find() {
    let store = tempfile::tempdir().unwrap();
    let dir = repository().join("examples/storefront");
    let scan = |args: &[&str]| {
        let mut report = selfopt(store.path(), &dir, args).check(0, &[]).json();
        report["packs"] = serde_json::Value::Null;
        report
    };
    let native = scan(&["scan", "--format", "json"]);
    assert!(native["opportunities"].as_array().unwrap().len() >= 5);
    assert_eq!(scan(&["scan", "--packs-only", "--format", "json"]), native);
}

#[test]
fn rules_of_packs_obey_comments_too() {
    let dir = tempfile::tempdir().unwrap();
    let text = "export function keys(rows) {\n\
                // selfopt-disable-next-line spread-object-accumulator -- three rows\n\
                return rows.reduce((all, row) => ({ ...all, [row.id]: row.name }), {});\n}\n";
    std::fs::create_dir(dir.path().join("src")).unwrap();
    std::fs::write(dir.path().join("src/a.js"), text).unwrap();
    let store = tempfile::tempdir().unwrap();
    for args in [&["scan", "--format", "json"][..], &["scan", "--packs-only", "--format", "json"]] {
        let report = selfopt(store.path(), dir.path(), args).check(0, &[]).json();
        assert_eq!(report["opportunities"].as_array().unwrap().len(), 0, "{report:#}");
        assert_eq!(report["suppressed"][0]["reason"], "three rows");
        assert_eq!(report["suppressed"][0]["opportunity"]["line"], 3);
        assert_eq!(report["notes"].as_array().unwrap().len(), 0, "{report:#}");
    }
}

/// The examples are what `pack new` writes, so that both are always built and tested.
#[test]
fn the_examples_are_what_a_new_pack_is() {
    let dir = tempfile::tempdir().unwrap();
    for (name, language) in [("json-clone-c", "c"), ("json-clone-js", "js")] {
        selfopt(dir.path(), dir.path(), &["pack", "new", name, "--lang", language])
            .check(0, &["selfopt pack test"]);
        let (new, example) =
            (dir.path().join(name), repository().join("plugins/examples").join(name));
        for file in ["selfopt-pack.toml", "rules/json-clone.md"] {
            assert_eq!(
                std::fs::read(new.join(file)).unwrap(),
                std::fs::read(example.join(file)).unwrap(),
                "{name}/{file}"
            );
        }
        for file in std::fs::read_dir(new.join("src")).unwrap().flatten() {
            let copy = example.join("src").join(file.file_name());
            assert_eq!(
                std::fs::read(file.path()).unwrap(),
                std::fs::read(&copy).unwrap(),
                "{}",
                copy.display()
            );
        }
    }
    selfopt(dir.path(), dir.path(), &["pack", "new", "json-clone-c"]).check(2, &["already there"]);
    selfopt(dir.path(), dir.path(), &["pack", "new", "Not A Name"]).check(2, &["small letters"]);
}

/// Packs of other languages find what one in Rust would, with offsets of UTF-8.
#[test]
fn other_languages_read_the_same_snapshot() {
    use selfopt::Scanner as _;
    let text = "const żółw = '🐢'; const a = JSON.parse(JSON.stringify({ żółw }));\n";
    let file = selfopt::syntax::parse("a.js", selfopt::syntax::Language::JavaScript, text);
    let start = u32::try_from(text.find("JSON.parse").unwrap()).unwrap();
    for name in ["json-clone-c", "json-clone-js"] {
        let pack = crate::host().load(&pack(&format!("test-packs/{name}.wasm"))).unwrap();
        let packs = selfopt::packs::RulePacks::new(vec![pack], []).unwrap();
        let found = packs.scan(&file);
        assert_eq!(found.len(), 1, "{name}: {:?}", packs.report());
        assert_eq!(
            (found[0].span.start, found[0].span.end as usize),
            (start, text.len() - 2),
            "{name}"
        );
    }
}
