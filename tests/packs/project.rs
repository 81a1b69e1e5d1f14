//! Packs of a project over time: options, updates, a lock file that is obeyed.

use std::path::Path;

use selfopt::digest::Digest;

use crate::commands::{project, selfopt};
use crate::{HOSTILE, SETTINGS, built, pack};

fn write(dir: &Path, name: &str, text: &str) {
    std::fs::write(dir.join(name), text).expect("a file is written");
}

/// Messages of the findings in a scan.
fn messages(store: &Path, dir: &Path) -> Vec<String> {
    let report = selfopt(store, dir, &["scan", "--format", "json"]).check(0, &[]).json();
    let found = report["opportunities"].as_array().expect("a list").iter();
    found.map(|found| found["message"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn options_reach_the_rules() {
    let (store, project) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (store, dir) = (store.path(), project.path());
    write(dir, "a.ts", "export const a = ['longer than twenty bytes', 'of nine', 'x'];\n");
    selfopt(store, dir, &["pack", "add", &built(SETTINGS).display().to_string()])
        .check(0, &["added settings"]);
    assert_eq!(messages(store, dir), ["a text of 26 bytes, allowed are 20"]);
    write(dir, "selfopt.toml", "[packs.settings]\nmost_bytes = 4\n");
    let both = ["a text of 26 bytes, allowed are 4", "a text of 9 bytes, allowed are 4"];
    assert_eq!(messages(store, dir), both);
    write(dir, "selfopt.toml", "[packs.settings]\nmost_bytes = 100\n");
    assert_eq!(messages(store, dir), [""; 0]);
    for (options, fault) in [
        ("most_bytes = 0", "`/most_bytes`"),
        ("most_bytes = 'many'", "`/most_bytes`"),
        ("most_byte = 3", "most_byte"),
    ] {
        write(dir, "selfopt.toml", &format!("[packs.settings]\n{options}\n"));
        selfopt(store, dir, &["scan"]).check(2, &["settings", fault]);
    }
}

#[test]
fn a_rule_of_a_pack_is_switched_off_like_any_other() {
    let (store, project) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (store, dir) = (store.path(), project.path());
    write(dir, "a.ts", "export const a = 'longer than twenty bytes';\n");
    selfopt(store, dir, &["pack", "add", &built(SETTINGS).display().to_string()]).check(0, &[]);
    assert_eq!(messages(store, dir).len(), 1);
    write(dir, "selfopt.toml", "[rules]\ndisable = [\"long-text\"]\n");
    assert_eq!(messages(store, dir).len(), 0);
}

#[test]
fn an_update_is_shown_and_taken_only_on_request() {
    let (store, project) = (tempfile::tempdir().unwrap(), project());
    let (store, dir) = (store.path(), project.path());
    let run = |args: &[&str]| selfopt(store, dir, args);
    let lock = || std::fs::read_to_string(dir.join("selfopt.lock")).unwrap();
    run(&["pack", "update"]).check(0, &["no packs"]);
    std::fs::copy(built(HOSTILE), dir.join("my.wasm")).unwrap();
    run(&["pack", "add", "my.wasm"]).check(0, &[]);
    run(&["pack", "update"]).check(0, &["hostile 0.1.0: unchanged"]);
    run(&["pack", "update", "other"]).check(2, &["has no pack `other`"]);

    // A custom section at the end changes the bytes and nothing else.
    let before = lock();
    let mut newer = pack(HOSTILE);
    newer.extend_from_slice(b"\0\x05\x04more");
    let (old, new) = (Digest::of(&pack(HOSTILE)), Digest::of(&newer));
    std::fs::write(dir.join("my.wasm"), &newer).unwrap();
    let seen = ["hostile 0.1.0 → 0.1.0", old.as_str(), new.as_str()];
    run(&["pack", "update"]).check(2, &seen).check(2, &["nothing was changed", "--accept"]);
    run(&["pack", "update", "hostile", "--sha256", old.as_str()]).check(2, &["not the pack"]);
    assert_eq!(lock(), before);
    run(&["pack", "update", "hostile", "--sha256", new.as_str()]).check(0, &seen);
    assert!(lock().contains(new.as_str()) && !lock().contains(old.as_str()), "{}", lock());
    let report = run(&["scan", "--format", "json"]).check(0, &[]).json();
    assert_eq!(report["packs"][0]["sha256"], new.as_str());

    std::fs::copy(built(HOSTILE), dir.join("my.wasm")).unwrap();
    let report = run(&["pack", "update", "--accept", "--format", "json"]).check(0, &[]).json();
    assert_eq!(report["packs"][0]["new"]["sha256"], old.as_str());
    assert_eq!(lock(), before);

    std::fs::copy(built(SETTINGS), dir.join("my.wasm")).unwrap();
    run(&["pack", "update", "--accept"]).check(2, &["is no longer `hostile`, but `settings`"]);
    assert_eq!(lock(), before);
}

#[test]
fn locked_means_exactly_these_packs() {
    let (store, project) = (tempfile::tempdir().unwrap(), project());
    let (store, dir) = (store.path(), project.path());
    let scan = |more: &[&str]| selfopt(store, dir, &[&["scan", "--locked"], more].concat());
    let (hostile, settings) =
        (built(HOSTILE).display().to_string(), built(SETTINGS).display().to_string());
    scan(&[]).check(0, &[]);
    scan(&["--pack", &settings]).check(2, &["`settings` 0.1.0 is not in `selfopt.lock`"]);
    selfopt(store, dir, &["pack", "add", &hostile]).check(0, &[]);
    scan(&[]).check(0, &[]);
    scan(&["--pack", &settings]).check(2, &["is not in `selfopt.lock`"]);
    write(dir, "selfopt.toml", "[packs.settings]\nmost_bytes = 4\n");
    scan(&[]).check(2, &["options for `settings`"]);
    std::fs::remove_file(dir.join("selfopt.toml")).unwrap();

    let lock = std::fs::read_to_string(dir.join("selfopt.lock")).unwrap();
    for (right, wrong, says) in [
        ("\"0.1.0\"", "\"0.2.0\"", "`hostile` is 0.2.0, and it is 0.1.0"),
        ("\"good\"", "\"better\"", "`hostile` has other rules"),
    ] {
        write(dir, "selfopt.lock", &lock.replacen(right, wrong, 1));
        scan(&[]).check(2, &[says, "selfopt pack update hostile --accept"]);
        selfopt(store, dir, &["pack", "update", "hostile", "--accept"]).check(0, &[]);
        scan(&[]).check(0, &[]);
    }
    // The bytes in the store are no longer those that the file pins.
    let kept = store.join("packs").join(format!("{}.wasm", Digest::of(&pack(HOSTILE)).as_str()));
    std::fs::write(kept, pack(SETTINGS)).unwrap();
    scan(&[]).check(2, &["not on this machine"]);
}

#[test]
fn a_tree_shows_what_rules_see() {
    let (store, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(dir.path(), "a.ts", "list.at(-1);\n");
    let run = |args: &[&str]| selfopt(store.path(), dir.path(), args);
    run(&["pack", "tree", "a.ts"])
        .check(0, &["        property: property_identifier 1:6-1:8 \"at\"\n"]);
    let tree = run(&["pack", "tree", "a.ts", "--format", "json"]).check(0, &[]).json();
    assert_eq!(tree["nodes"][0]["kind"], "program");
    run(&["pack", "tree", "a.d.ts"]).check(2, &["is no file that rules see"]);
    run(&["pack", "tree", "b.ts"]).check(2, &["`b.ts` cannot be read"]);
}

/// A pack in C builds in a moment; this one crashes where a block says so.
#[test]
fn a_crash_names_its_block_and_the_others_go_on() {
    let (store, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = |dir: &Path, args: &[&str]| selfopt(store.path(), dir, args);
    run(place.path(), &["pack", "new", "fragile", "--lang", "c"]).check(0, &[]);
    let dir = place.path().join("fragile");
    let source = std::fs::read_to_string(dir.join("src/pack.c")).unwrap();
    let scan = "  text all = {source, source_len};\n";
    assert!(source.contains(scan));
    let crash = "  for (u32 i = 0; i < all.len; i++)\n    \
                 if (stands(all, i, TEXT(\"crash\"))) __builtin_trap();\n";
    write(&dir.join("src"), "pack.c", &source.replace(scan, &format!("{scan}{crash}")));

    let copy = "JSON.parse(JSON.stringify(a))";
    // Four of them: a scan would have switched the pack off at the third.
    let crashes = format!("```ts report\n{copy}; // crash\n```\n\n").repeat(4);
    let page = format!("# json-clone\n\n{crashes}```ts report\n{copy};\n```\n");
    write(&dir.join("rules"), "json-clone.md", &page);
    let ran = run(&dir, &["pack", "test"]);
    ran.check(10, &["1 claims of the pages hold, 4 faults"]);
    for line in [3, 7, 11, 15] {
        let place = format!("rules/json-clone.md, line {line}: wrong: `scan` crashed");
        ran.check(10, &[&place]);
    }
    ran.check(10, &["no block says what `json-clone` leaves alone", "`ts nothing`"]);

    let page = format!("```ts report\n{copy};\n```\n\n```ts nothing\nJSON.parse(a);\n```\n");
    write(&dir.join("rules"), "json-clone.md", &page);
    let ran = run(&dir, &["pack", "test"]);
    ran.check(0, &["2 claims of the pages hold, 0 faults"]);
    assert!(!ran.stderr.contains("leaves alone"), "{}", ran.stderr);

    let page = format!("```ts nothing\n{copy};\n```\n");
    write(&dir.join("rules"), "json-clone.md", &page);
    run(&dir, &["pack", "test"]).check(10, &["line 1: noisy: a finding"]);
}
