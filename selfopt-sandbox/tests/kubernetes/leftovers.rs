//! What dead processes leave behind, and commands that nobody waits for.

use std::process::Command;

use k8s_openapi::api::batch::v1::Job;
use selfopt_core::{NoLog, Sandbox as _};
use serde_json::json;

use crate::commands::{command, opened};
use crate::fake::Fake;

fn job(name: &str, owner: &str, expires: u64) -> Job {
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "name": name,
            "labels": { "selfopt.command": name },
            "annotations": { "selfopt.owner": owner, "selfopt.expires": expires.to_string() },
        },
        "spec": { "template": {} },
    });
    serde_json::from_value(job).expect("a Job")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_the_dead_is_removed() {
    const NEVER: u64 = 1 << 40;
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("readable");
    let namespace = std::fs::read_link("/proc/self/ns/pid").expect("readable");
    let namespace: String =
        namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    let owner = |boot: &str, pid: u32, start: u64| {
        let namespace = &namespace;
        json!({ "boot": boot, "pid_namespace": namespace, "pid": pid, "start": start }).to_string()
    };
    // A process of ours that has ended, and one of another machine.
    let mut dead = Command::new("true").spawn().expect("started");
    let pid = dead.id();
    dead.wait().expect("ended");
    fake.state.plant(job("dead", &owner(boot.trim(), pid, 1), NEVER));
    fake.state.plant(job("elsewhere", &owner("another", pid, 1), NEVER));
    fake.state.plant(job("expired", &owner("another", pid, 1), 1));
    fake.state.plant(job("nobodys", "?", NEVER));
    let report = sandbox.reap().await.expect("reaped");
    assert_eq!(report.processes, 3);
    assert_eq!(fake.state.left(), ["job elsewhere"]);
    fake.state.forget("elsewhere");
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_nobody_waits_for_is_removed() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    let begun = fake.base();
    {
        let run = std::pin::pin!(workspace.run(command("touch begun; sleep 3972"), &NoLog));
        let seen = async {
            let find = || {
                let works = std::fs::read_dir(begun.join("work")).expect("listed");
                works.filter_map(Result::ok).any(|one| one.path().join("root/tree/begun").exists())
            };
            while !find() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            outcome = run => panic!("it ended: {outcome:?}"),
            () = seen => {}
        }
    }
    fake.gone().await;
    assert_eq!(fake.state.left(), Vec::<String>::new());
    drop(workspace);
    fake.end().await;
}
