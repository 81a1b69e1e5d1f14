//! The evidence bundle: holds as it is, and no forged one does.

use selfopt::digest::Digest;
use selfopt::evidence::{Replay, VerifyReport, unpack, verify};
use selfopt::{AttemptStatus, ExitCode};

use crate::fixture::Fixture;

async fn bundle() -> Vec<u8> {
    let report = Fixture::new(&["gain"]);
    let run = Box::pin(report.run()).await;
    std::fs::read(&run.proposals[0].bundle).expect("the bundle is where the report says")
}

fn failed(report: &VerifyReport) -> Vec<&str> {
    report.checks.iter().filter(|check| !check.passed).map(|check| check.what.as_str()).collect()
}

#[tokio::test]
async fn a_bundle_verifies_every_time_alike() {
    let bytes = bundle().await;
    let name = format!("bundle-{}.tar", Digest::of(&bytes));
    let first = verify(Some(&name), &bytes).expect("the bundle reads");
    assert!(first.valid, "{first:#?}");
    for _ in 0..100 {
        assert_eq!(verify(Some(&name), &bytes).expect("the bundle reads"), first);
    }
}

#[tokio::test]
async fn a_wrong_name_is_found() {
    let bytes = bundle().await;
    let name = format!("bundle-{}.tar", Digest::of(b"other"));
    assert_eq!(failed(&verify(Some(&name), &bytes).expect("the bundle reads")), ["archive"]);
}

/// Changes a file of the archive and its digest in the manifest, as somebody
/// would who wants to be believed.
pub(crate) fn forge(bytes: &[u8], file: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut files = unpack(bytes).expect("the bundle reads");
    let text = String::from_utf8(files[file].clone()).expect("the file is text");
    let changed = change(&text);
    assert_ne!(text, changed, "nothing was forged in {file}");
    let (old, new) = (Digest::of(text.as_bytes()), Digest::of(changed.as_bytes()));
    files.insert(file.to_owned(), changed.into_bytes());
    let manifest = String::from_utf8(files["manifest.json"].clone()).expect("the manifest is text");
    files.insert("manifest.json".into(), manifest.replace(old.as_str(), new.as_str()).into_bytes());
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in &files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        archive.append_data(&mut header, name, content.as_slice()).expect("memory can be written");
    }
    archive.into_inner().expect("memory can be written")
}

/// What a forger does to a file.
type Change = fn(&str) -> String;

#[tokio::test]
async fn forged_contents_with_a_matching_manifest_are_found() {
    let bytes = bundle().await;
    let cases: [(&str, Change, &str); 7] = [
        ("gates.json", |text| raise_first_number(text, "\"cpu_us\": "), "gate benchmark"),
        (
            "gates.json",
            |text| {
                text.replacen("\"hodges_lehmann\": 4", "\"hodges_lehmann\": 5", 1).replacen(
                    "\"hodges_lehmann\": 3",
                    "\"hodges_lehmann\": 5",
                    1,
                )
            },
            "gate benchmark",
        ),
        (
            "baseline.json",
            |text| {
                let (alone, pairs) = text.split_once("\"pairs\"").expect("A/A pairs");
                format!("{alone}\"pairs\"{}", raise_first_number(pairs, "\"cpu_us\": "))
            },
            "noise",
        ),
        (
            "baseline.json",
            |text| text.replacen("\"turn_us\": 1", "\"turn_us\": 2", 1),
            "gate benchmark",
        ),
        ("proposal.json", |text| text.replacen("\"gain\": 0.", "\"gain\": 0.9", 1), "figures"),
        ("diff.patch", |text| text.replacen("+export", "+ export", 1), "ids"),
        (
            "gates.json",
            |text| text.replacen("\"max_slowdown\": 0.03", "\"max_slowdown\": 0.5", 1),
            "gate benchmark",
        ),
    ];
    for (file, change, expected) in cases {
        let report = verify(None, &forge(&bytes, file, change)).expect("the bundle reads");
        assert!(failed(&report).contains(&expected), "{file}: {report:#?}");
    }
}

/// Puts a 9 in front of the first number after `key`.
fn raise_first_number(text: &str, key: &str) -> String {
    text.replacen(key, &format!("{key}9"), 1)
}

#[tokio::test]
async fn a_gate_that_was_cut_out_is_missed() {
    let bytes = bundle().await;
    let cut = |text: &str| {
        let mut records: serde_json::Value =
            serde_json::from_str(text).expect("gates.json is JSON");
        records.as_array_mut().expect("an array").retain(|record| record["gate"] != "tests");
        serde_json::to_string_pretty(&records).expect("JSON writes")
    };
    let report = verify(None, &forge(&bytes, "gates.json", cut)).expect("the bundle reads");
    assert!(failed(&report).contains(&"gates"), "{report:#?}");
}

#[tokio::test]
async fn one_gates_record_cannot_stand_in_for_another() {
    let bytes = bundle().await;
    for gate in ["build", "typecheck", "tests", "benchmark", "risk"] {
        let swap = |text: &str| {
            let mut records: serde_json::Value =
                serde_json::from_str(text).expect("gates.json is JSON");
            let limits = records[0].clone();
            for record in records.as_array_mut().expect("an array") {
                if record["gate"] == gate {
                    *record = limits.clone();
                    record["gate"] = gate.into();
                }
            }
            serde_json::to_string_pretty(&records).expect("JSON writes")
        };
        let report = verify(None, &forge(&bytes, "gates.json", swap)).expect("the bundle reads");
        assert!(failed(&report).contains(&format!("gate {gate}").as_str()), "{gate}: {report:#?}");
    }
}

#[tokio::test]
async fn a_bundle_can_be_proved_again() {
    let bytes = bundle().await;
    let replay = Replay::read(&bytes).expect("the bundle reads");
    let fixture = Fixture::new(&["gain"]);
    let candidate = replay.candidate(&fixture.tree()).expect("the files are those of the bundle");
    let report = fixture.prove(candidate).await;
    assert_eq!(report.exit.code, ExitCode::Success, "{report:#?}");
    assert_eq!(report.attempts[0].status, AttemptStatus::Accepted);
    let other = Fixture::new(&["same"]);
    assert!(replay.candidate(&other.tree()).is_err());
}

#[tokio::test]
async fn garbage_is_an_error_and_no_panic() {
    let bytes = bundle().await;
    assert!(verify(None, b"not an archive").is_err());
    assert!(verify(None, &bytes[..bytes.len() / 2]).is_err());
}
