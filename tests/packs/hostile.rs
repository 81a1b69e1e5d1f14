//! A pack that does what no pack may: every misdeed is contained, named and
//! survived.

use selfopt::packs::{FailureKind, Limits, PackHost, RulePacks};
use selfopt::syntax::{Language, SourceFile, parse};
use selfopt::{PatchTemplate as _, RuleId, Scanner as _};

use crate::{HOSTILE, host, pack};

fn hostile() -> RulePacks {
    let pack = host().load(&pack(HOSTILE)).expect("it describes itself well");
    RulePacks::new(vec![pack], []).expect("no rule is there twice")
}

fn file(path: &str, rule: &str) -> SourceFile {
    parse(path, Language::TypeScript, format!("// @{rule}; żółw\n"))
}

/// Scans a file that asks for a misdeed, and then one that does not.
#[track_caller]
fn check(rule: &str, kind: FailureKind, says: &str) {
    let packs = hostile();
    let bad = file("bad.ts", rule);
    let findings = packs.scan(&bad);
    for finding in &findings {
        assert_eq!(packs.propose(&bad, finding), None, "{rule}");
    }
    let report = packs.report().remove(0);
    let failure =
        report.failures.failed.get("bad.ts").unwrap_or_else(|| panic!("{rule}: no failure"));
    assert_eq!((failure.kind, report.id.as_str()), (kind, "hostile"), "{failure}");
    assert!(failure.message.contains(says), "{rule}: {failure}");
    assert!(packs.withdraws("bad.ts", &RuleId::new(rule)));
    // The run goes on, with the same pack.
    let good = packs.scan(&file("good.ts", "good"));
    assert_eq!(good.len(), 1, "{rule}");
    assert!(!packs.withdraws("good.ts", &RuleId::new("good")));
    assert!(packs.propose(&file("good.ts", "good"), &good[0]).is_some());
    let report = packs.report().remove(0);
    assert!(!report.failures.switched_off && !report.failures.incomplete);
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    check("loop", FailureKind::Fuel, "fuel");
}

#[test]
fn growing_memory_is_stopped() {
    check("grow", FailureKind::Memory, "memory");
}

#[test]
fn deep_recursion_is_stopped() {
    check("recurse", FailureKind::Stack, "stack");
}

#[test]
fn a_panic_is_told_in_its_own_words() {
    check("panic", FailureKind::Trap, "the pack's own words");
}

#[test]
fn a_refusal_is_told() {
    check("refuse", FailureKind::Refused, "not today");
}

#[test]
fn floods_are_stopped() {
    check("flood-findings", FailureKind::Flood, "");
    check("flood-text", FailureKind::Flood, "");
}

#[test]
fn spans_outside_of_the_file_are_lies() {
    check("outside", FailureKind::Lie, "0..1000000");
    check("backwards", FailureKind::Lie, "5..2");
    check("split", FailureKind::Lie, "inside of a character");
}

#[test]
fn findings_that_do_not_fit_the_description_are_lies() {
    check("other-rule", FailureKind::Lie, "not asked for");
    check("no-condition", FailureKind::Lie, "never-heard-of");
    check("twice", FailureKind::Lie, "twice");
    check("control", FailureKind::Lie, "control characters");
    check("no-utf8", FailureKind::Lie, "");
}

#[test]
fn patches_that_cannot_be_right_are_lies() {
    check("overlap", FailureKind::Lie, "overlap");
    check("unproved", FailureKind::Lie, "is-sound");
}

#[test]
fn nothing_is_remembered_from_file_to_file() {
    let packs = hostile();
    for path in ["a.ts", "b.ts", "c.ts"] {
        let found = packs.scan(&file(path, "remember"));
        assert_eq!(found[0].message, "asked 0 times before", "{path}");
    }
}

#[test]
fn a_pack_that_fails_again_and_again_is_off_whatever_the_order() {
    let paths = ["a.ts", "b.ts", "c.ts", "d.ts", "e.ts"];
    let order = |indices: [usize; 5]| {
        let packs = hostile();
        for index in indices {
            let rule = if index == 1 { "good" } else { "panic" };
            packs.scan(&file(paths[index], rule));
        }
        assert!(packs.withdraws("b.ts", &RuleId::new("good")), "nothing of it counts");
        packs.report()
    };
    let forwards = order([0, 1, 2, 3, 4]);
    let failed: Vec<_> = forwards[0].failures.failed.keys().collect();
    assert_eq!(failed, ["a.ts", "c.ts", "d.ts"]);
    assert!(forwards[0].failures.switched_off);
    assert_eq!(order([4, 3, 2, 1, 0]), forwards);
    assert_eq!(order([2, 4, 0, 3, 1]), forwards);
}

#[test]
fn a_deadline_ends_what_fuel_does_not() {
    let limits = Limits {
        file_fuel: u64::MAX / 2,
        deadline: std::time::Duration::from_millis(50),
        ..Limits::default()
    };
    let host = PackHost::new(limits, None).expect("the runtime starts");
    let pack = host.load(&pack(HOSTILE)).expect("it describes itself well");
    let packs = RulePacks::new(vec![pack], []).expect("no rule is there twice");
    assert_eq!(packs.scan(&file("bad.ts", "loop")), []);
    let failures = packs.report().remove(0).failures;
    assert_eq!(failures.failed["bad.ts"].kind, FailureKind::Deadline);
    assert!(failures.incomplete);
}

#[test]
fn fuel_is_the_same_every_time() {
    let fuel = || {
        let packs = hostile();
        packs.scan(&file("a.ts", "good"));
        packs.report().remove(0).fuel
    };
    assert!(fuel() > 0);
    assert_eq!(fuel(), fuel());
}

#[test]
fn a_rule_has_one_owner() {
    let load = || host().load(&pack(HOSTILE)).expect("it describes itself well");
    let twice = RulePacks::new(vec![load(), load()], []).unwrap_err().to_string();
    assert!(twice.contains("the pack `hostile`"), "{twice}");
    let taken = [("good".to_owned(), "the built-in rules".to_owned())];
    let taken = RulePacks::new(vec![load()], taken).unwrap_err().to_string();
    assert!(taken.contains("the built-in rules"), "{taken}");
}
