use std::fmt::Write as _;

use super::*;
use crate::domain::{Better, Unit};

/// The tool, each case, and what is left of the output.
fn shown(stdout: &[u8]) -> String {
    let output = read(stdout, false);
    let Some(read) = output.read else { return format!("nothing read: {:?}", output.problem) };
    let mut text = format!("{:?}, judged by {:?}\n", read.tool, read.measure);
    for case in &read.cases {
        let unit = match case.unit {
            Unit::Picoseconds => "ps",
            Unit::MicroOpsPerSecond => "e-6 ops/s",
            Unit::Bytes => "bytes",
            Unit::Millionths => "e-6",
        };
        let better = if case.better == Better::Lower { "lower" } else { "higher" };
        let _ = writeln!(text, "{}: {} {unit}, {better} is better", case.name, case.value);
    }
    text.push_str("rest:\n");
    text.push_str(&read.rest);
    text
}

/// One snapshot of each real output.
macro_rules! fixtures {
    ($($name:ident = $file:literal),* $(,)?) => {
        const FIXTURES: &[&[u8]] = &[$(include_bytes!(concat!("fixtures/", $file))),*];
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(shown(include_bytes!(concat!("fixtures/", $file))));
            }
        )*
    };
}

fixtures! {
    vitest_of_version_4 = "vitest-4.txt",
    vitest_of_version_5 = "vitest-5.txt",
    tinybench_of_version_2 = "tinybench-2.txt",
    tinybench_of_version_4 = "tinybench-4.txt",
    tinybench_of_version_6 = "tinybench-6.txt",
    tinybench_as_json = "tinybench-6-json.txt",
    tinybench_as_indented_json = "tinybench-6-json-pretty.txt",
    tinybench_results_of_version_6 = "tinybench-6-results.txt",
    tinybench_results_of_version_2 = "tinybench-2-results.txt",
    mitata_text = "mitata.txt",
    mitata_groups = "mitata-groups.txt",
    mitata_markdown = "mitata-markdown.txt",
    mitata_json = "mitata-json.txt",
    mitata_with_an_error = "mitata-error.txt",
    benchmark_js = "benchmark-js.txt",
    the_document = "document.txt",
}

#[test]
fn other_output_is_left_alone() {
    let texts = [
        "",
        "checksum 12\n",
        "parsed x 3 ops/sec\n",
        "name hz\na 1\n",
        "[1,2,3]\n{\"schema\":\"selfopt.bench/1\"}\n{\"schema\":\"other\",\"cases\":[]}\n",
        "{\"schema\":\"selfopt.bench/1\",\"cases\":[{\"name\":\"a\",\"value\":-1,\"unit\":\"ns\"}]}\n",
        "{\"schema\":\"selfopt.bench/1\",\"cases\":[{\"name\":\"a\",\"value\":1,\"unit\":\"rows\"}]}\n",
        "┌───┬\n│ a │\n├───┼\n│ 1 │\n└───┴\n",
        "took 3 ms/iter\n",
    ];
    for text in texts {
        assert_eq!(read(text.as_bytes(), false), BenchOutput::default(), "{text}");
    }
}

#[test]
fn two_cases_of_one_name_are_told_apart() {
    let line = "a x 1,000 ops/sec ±1.00% (9 runs sampled)\n";
    let read = read(line.repeat(2).as_bytes(), false).read.unwrap();
    let names: Vec<_> = read.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["a", "a (2)"]);
}

#[test]
fn json_that_was_cut_off_is_no_output_without_figures() {
    let json = include_bytes!("fixtures/mitata-json.txt");
    let cut = &json[..json.len() / 2];
    assert!(read(cut, true).problem.is_some_and(|problem| problem.contains("samples")));
    assert_eq!(read(b"long, and no JSON\n", true), BenchOutput::default());
}

#[test]
fn too_many_figures_are_not_read_in_part() {
    let line = "a x 1,000 ops/sec ±1.00% (9 runs sampled)\n";
    let output = read(line.repeat(1001).as_bytes(), false);
    assert!(output.read.is_none() && output.problem.unwrap().contains("1001"));
}

#[test]
fn lines_about_speed_are_no_part_of_the_rest() {
    let text = "checksum 7\nalpha x 1,000 ops/sec ±1.00% (9 runs sampled)\nFastest is alpha\n1.3 times as fast: alpha\n\nseen 3 rows\n";
    assert_eq!(read(text.as_bytes(), false).read.unwrap().rest, "checksum 7\nseen 3 rows\n");
}

#[test]
fn damaged_outputs_do_no_harm() {
    for fixture in FIXTURES {
        for at in (0..fixture.len()).step_by(101) {
            let _ = read(&fixture[..at], true);
            let mut damaged = fixture.to_vec();
            damaged[at] = b'9';
            damaged.remove(at / 2);
            let _ = read(&damaged, false);
        }
    }
}
