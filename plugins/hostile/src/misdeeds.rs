//! The misdeeds.

use std::sync::atomic::{AtomicU32, Ordering};

use selfopt_pack::guest::exports::selfopt::rules::guest::{
    Applicability, Condition, Declined, Edit, ErrorCode, Finding, Guest, MetBy, Obligation,
    PackError, PackInfo, Patch, RuleInfo, SourceFile, Span,
};

const RULES: [&str; 19] = [
    "backwards",
    "control",
    "flood-findings",
    "flood-text",
    "good",
    "grow",
    "loop",
    "no-condition",
    "no-utf8",
    "other-rule",
    "outside",
    "overlap",
    "panic",
    "recurse",
    "refuse",
    "remember",
    "split",
    "twice",
    "unproved",
];

struct Hostile;

const _: () = {
    selfopt_pack::guest::export!(Hostile with_types_in selfopt_pack::guest);
};

/// How often this instance was asked. A fresh instance says 0.
static ASKED: AtomicU32 = AtomicU32::new(0);

impl Guest for Hostile {
    fn describe() -> PackInfo {
        PackInfo {
            id: "hostile".to_owned(),
            version: "0.1.0".to_owned(),
            license: "MIT".to_owned(),
            description: "What no pack may.".to_owned(),
            options_schema: None,
            rules: RULES.into_iter().map(rule).collect(),
        }
    }

    fn configure(_: String) -> Result<(), PackError> {
        Ok(())
    }

    fn scan(file: SourceFile, rules: Vec<String>) -> Result<Vec<Finding>, PackError> {
        selfopt_pack::guest::report_panics();
        let rule = rules.first().map_or("", String::as_str);
        let found = |start, end| finding(rule, start, end, "found");
        Ok(match rule {
            "loop" => endless(file.text.len()),
            "grow" => vec![finding(rule, 0, grow(), "grown")],
            "recurse" => vec![found(0, deeper(file.text.len() as u32))],
            "panic" => panic!("the pack's own words"),
            "refuse" => {
                let message = "not today".to_owned();
                return Err(PackError { code: ErrorCode::Unsupported, message });
            }
            "flood-findings" => (0..20_000).map(|n| found(n % 7, 7)).collect(),
            "flood-text" => vec![finding(rule, 0, 1, &"x".repeat(8 << 20))],
            "outside" => vec![found(0, 1_000_000)],
            "backwards" => vec![found(5, 2)],
            "split" => vec![found(0, file.text.find('ż').map_or(0, |at| at as u32 + 1))],
            "other-rule" => vec![finding("good", 0, 1, "found")],
            "control" => vec![finding(rule, 0, 1, "\u{1b}[31mred")],
            "no-utf8" => vec![finding(rule, 0, 1, &no_utf8())],
            "twice" => vec![found(0, 1), found(0, 1)],
            "no-condition" => {
                let declined = Declined {
                    condition: "never-heard-of".to_owned(),
                    reason: "so".to_owned(),
                    span: Span { start: 0, end: 1 },
                };
                vec![Finding { declined: Some(declined), ..found(0, 1) }]
            }
            "remember" => {
                let asked = ASKED.fetch_add(1, Ordering::Relaxed);
                vec![finding(rule, 0, 1, &format!("asked {asked} times before"))]
            }
            _ => vec![found(0, 1)],
        })
    }

    fn propose(_: SourceFile, finding: Finding) -> Result<Option<Patch>, PackError> {
        let edit = |start, end| Edit { span: Span { start, end }, replacement: "/".to_owned() };
        let edits = match finding.rule.as_str() {
            "overlap" => vec![edit(0, 2), edit(1, 3)],
            _ => vec![edit(0, 1)],
        };
        let obligation = Obligation { condition: "is-sound".to_owned(), met_by: MetBy::Syntax };
        let obligations = if finding.rule == "unproved" { Vec::new() } else { vec![obligation] };
        Ok(Some(Patch { title: "Change it".to_owned(), edits, obligations }))
    }
}

fn rule(id: &str) -> RuleInfo {
    RuleInfo {
        id: id.to_owned(),
        version: "0.1.0".to_owned(),
        title: "a misdeed".to_owned(),
        why: "It is one.".to_owned(),
        applicability: Applicability::Safe,
        languages: Vec::new(),
        paths: Vec::new(),
        literals: vec![format!("@{id};")],
        kinds: Vec::new(),
        risk: 0,
        typical_speedup: 2.0,
        needs_bindings: false,
        conditions: vec![Condition {
            id: "is-sound".to_owned(),
            text: "It is sound.".to_owned(),
            met_by: MetBy::Syntax,
        }],
    }
}

fn finding(rule: &str, start: u32, end: u32, message: &str) -> Finding {
    let span = Span { start, end };
    Finding { rule: rule.to_owned(), span, message: message.to_owned(), declined: None }
}

fn endless(seed: usize) -> Vec<Finding> {
    let mut n = seed;
    loop {
        n = std::hint::black_box(n.wrapping_mul(31).wrapping_add(7));
    }
}

fn grow() -> u32 {
    let mut all = Vec::new();
    loop {
        all.push(std::hint::black_box(vec![1_u8; 1 << 20]));
        if all.len() > 1 << 20 {
            return 1;
        }
    }
}

/// Deep, and wide enough that no compiler makes a loop of it.
#[inline(never)]
fn deeper(n: u32) -> u32 {
    if n == u32::MAX {
        return 0;
    }
    deeper(n + 1) ^ deeper(n | 1).rotate_left(n % 7)
}

/// Text that is none, as a guest of another language could send it.
fn no_utf8() -> String {
    let bytes = vec![b'a', 0xff, 0xfe, b'z'];
    #[expect(unsafe_code, reason = "the misdeed itself: what the host must notice")]
    // SAFETY: none; the text is only handed to the host, byte by byte.
    unsafe {
        String::from_utf8_unchecked(bytes)
    }
}
