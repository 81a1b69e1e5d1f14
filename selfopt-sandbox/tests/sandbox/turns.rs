//! What every backend keeps to: two commands that run in turns.

use std::time::Duration;

use futures_util::future::join;
use selfopt_core::{CancelFlag, NoLog, Outcome, StepStatus, Turn};

use crate::fixture::{CancelOnOutput, Fixture, command};

contract! {
    commands_in_turns_never_run_at_once,
    descendants_take_turns_too,
    a_command_that_ends_leaves_the_machine_to_the_other,
    a_waiting_command_can_be_cancelled,
}

const TURN: Duration = Duration::from_millis(10);

/// Works for 150 ms of its own CPU time, and prints the stretches of the
/// machine's clock in which it ran: `start end` in nanoseconds. A gap of 3 ms
/// is no working on. The first one is the moment at which Node was started: on
/// a busy machine one side may be done before the other has come to its work.
const WORK: &str = "node -e '
    const now = process.hrtime.bigint;
    const born = now() - BigInt(Math.round(process.uptime() * 1e9));
    const out = [born + \" \" + born];
    let start = now(), last = start;
    while (process.cpuUsage().user + process.cpuUsage().system < 150000) {
        const t = now();
        if (t - last > 3000000n) { out.push(start + \" \" + last); start = t; }
        last = t;
    }
    out.push(start + \" \" + last);
    console.log(out.join(\"\\n\"));'";

/// Runs a command on both sides.
async fn both(fixture: &Fixture, first: &str, second: &str) -> [Outcome; 2] {
    let (one, two) = (fixture.open(&[]).await, fixture.open(&[]).await);
    let [a, b] = Turn::pair(TURN);
    let (first, second) = join(
        one.run_in_turns(command(first), a, &NoLog),
        two.run_in_turns(command(second), b, &NoLog),
    )
    .await;
    [first.expect("an outcome"), second.expect("an outcome")]
}

fn stretches(outcome: &Outcome) -> Vec<[u64; 2]> {
    assert!(outcome.succeeded(), "{}: {}", outcome.status, outcome.text());
    let text = outcome.text();
    let number = |text: &str| text.parse().expect("nanoseconds");
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(start, end)| [number(start), number(end)])
        .collect()
}

/// Nanoseconds in which both ran.
fn overlap(first: &[[u64; 2]], second: &[[u64; 2]]) -> u64 {
    let common = |a: &[u64; 2], b: &[u64; 2]| a[1].min(b[1]).saturating_sub(a[0].max(b[0]));
    first.iter().flat_map(|a| second.iter().map(move |b| common(a, b))).sum()
}

fn assert_turns(outcomes: &[Outcome; 2]) {
    let [first, second] = outcomes.each_ref().map(stretches);
    let ran: u64 = first.iter().map(|[start, end]| end - start).sum();
    // A signal takes its moment to arrive; without turns this is all of it on
    // two cores.
    assert!(overlap(&first, &second) < ran / 4, "{first:?} {second:?}");
    let alternates = first.first() < second.last() && second.first() < first.last();
    assert!(alternates, "one after the other: {first:?} {second:?}");
}

async fn commands_in_turns_never_run_at_once(fixture: Fixture) {
    assert_turns(&both(&fixture, WORK, WORK).await);
}

async fn descendants_take_turns_too(fixture: Fixture) {
    let session_of_its_own = format!("setsid -w {WORK}");
    assert_turns(&both(&fixture, &session_of_its_own, &session_of_its_own).await);
}

async fn a_command_that_ends_leaves_the_machine_to_the_other(fixture: Fixture) {
    let [short, long] = both(&fixture, "exit 3", &format!("{WORK}; echo done")).await;
    assert_eq!(short.status, StepStatus::Exited { code: 3 });
    assert!(long.succeeded() && long.text().ends_with("done\n"), "{}", long.text());
}

async fn a_waiting_command_can_be_cancelled(fixture: Fixture) {
    let cancel = CancelFlag::default();
    let endless = fixture.open_with(&[], cancel.clone()).await;
    let other = fixture.open(&[]).await;
    let sink = CancelOnOutput(cancel);
    let [a, b] = Turn::pair(TURN);
    let (endless, other) = join(
        endless.run_in_turns(command("while :; do :; done"), a, &NoLog),
        other.run_in_turns(command(&format!("echo now; {WORK}")), b, &sink),
    )
    .await;
    assert_eq!(endless.expect("an outcome").status, StepStatus::Cancelled);
    assert!(other.expect("an outcome").succeeded());
}
