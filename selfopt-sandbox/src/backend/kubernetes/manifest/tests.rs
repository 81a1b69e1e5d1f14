//! Jobs as they are asked for.

use selfopt_core::{Bytes, CommandLimits, CommandSpec, Millis, Network};
use serde_json::{Value, json};

use super::*;
use crate::command::Marker;
use crate::toolchain::ToolChain;
use crate::workspace::Area;

fn shape(spec: &CommandSpec) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let area = Area::open(dir.path(), "kubernetes", None).unwrap();
    let place = area.create("test", None).unwrap();
    let npm = NpmConfig::default();
    let user = FileOwner { uid: 1000, gid: 1000 };
    let files = Files::write(&dir.path().join("etc"), user, &npm).unwrap();
    let mut options = KubernetesOptions::new("work");
    options.mount = Some(dir.path().to_owned());
    let request = Request {
        name: "selfopt-1",
        launch: Launch {
            area: &area,
            place: &place,
            spec,
            marker: &Marker::next(),
            tools: &ToolChain::default(),
        },
        claim: &Claim::new(&options, dir.path()).unwrap(),
        options: &options,
        user,
        files: &files,
        npm: &npm,
    };
    serde_json::to_value(job(&request).unwrap()).unwrap()
}

fn spec(phase: Phase, network: Network) -> CommandSpec {
    CommandSpec {
        cmd: "echo $(HOME) $HOME $$".to_owned(),
        working_directory: "./packages/a".to_owned(),
        env: BTreeMap::new(),
        phase,
        network,
        limits: CommandLimits {
            wall: Millis(1500),
            memory: Bytes::from_mib(512),
            output: Bytes(9),
            output_kill: Bytes(99),
            ..CommandLimits::default()
        },
    }
}

fn mounted(job: &Value) -> Vec<(String, bool)> {
    let mounts = &job["spec"]["template"]["spec"]["containers"][0]["volumeMounts"];
    let one = |mount: &Value| {
        (mount["mountPath"].as_str().unwrap().to_owned(), mount["readOnly"] == true)
    };
    mounts.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn everything_is_taken_away_that_can_be() {
    let job = shape(&spec(Phase::Test, Network::None));
    let (top, pod) = (&job["spec"], &job["spec"]["template"]["spec"]);
    assert_eq!((&top["backoffLimit"], &top["ttlSecondsAfterFinished"]), (&json!(0), &json!(300)));
    assert_eq!(top["activeDeadlineSeconds"], json!(2 + 30 + 600));
    for (key, value) in [
        ("automountServiceAccountToken", json!(false)),
        ("dnsPolicy", json!("None")),
        ("enableServiceLinks", json!(false)),
        ("hostIPC", json!(false)),
        ("hostNetwork", json!(false)),
        ("hostPID", json!(false)),
        ("restartPolicy", json!("Never")),
        ("runtimeClassName", json!("gvisor")),
        (
            "securityContext",
            json!({
                "runAsGroup": 1000, "runAsNonRoot": true, "runAsUser": 1000,
                "seccompProfile": { "type": "RuntimeDefault" },
            }),
        ),
    ] {
        assert_eq!(pod[key], value, "{key}");
    }
    assert!(pod["serviceAccountName"].is_null());
    let container = &pod["containers"][0];
    assert_eq!(
        container["securityContext"],
        json!({
            "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] },
            "privileged": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
        })
    );
    let resources = &container["resources"];
    assert_eq!(resources["limits"]["memory"], json!((512 << 20).to_string()));
    assert_eq!(resources["limits"]["cpu"], json!("2"));
    assert_eq!(resources["limits"], resources["requests"]);
    let writable: Vec<_> = mounted(&job).into_iter().filter(|(_, read_only)| !read_only).collect();
    let writable: Vec<_> = writable.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(writable, ["/sandbox", "/home/sandbox", "/tmp"]);
    let labels = &job["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels, &json!({ "selfopt.command": "selfopt-1", "selfopt.confined": "true" }));
}

#[test]
fn the_command_arrives_as_it_is() {
    let job = shape(&spec(Phase::Test, Network::None));
    let arguments = &job["spec"]["template"]["spec"]["containers"][0]["args"];
    let arguments: Vec<_> =
        arguments.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let first = ["--frames", "10", "99", "32", "/sandbox/packages/a", "/usr/bin/env", "-i"];
    assert_eq!(arguments[..7], first);
    // What nodes make of it: `$$` is `$`, and `$(HOME)` would be replaced.
    assert_eq!(arguments.last(), Some(&"echo $$(HOME) $$HOME $$$$"));
    assert!(arguments.iter().any(|one| one.starts_with("PATH=/sandbox/packages/a/node_modules")));
}

#[test]
fn only_an_install_has_a_way_out() {
    let has = |job: &Value, path: &str| mounted(job).iter().any(|(one, _)| one == path);
    let is_confined =
        |job: &Value| job["spec"]["template"]["metadata"]["labels"]["selfopt.confined"] == "true";
    let listed = shape(&spec(Phase::Install, Network::AllowList(Vec::new())));
    assert!(has(&listed, egress::INSIDE) && has(&listed, NPM_CACHE) && is_confined(&listed));
    let open = shape(&spec(Phase::Install, Network::Open));
    assert!(!has(&open, egress::INSIDE) && !is_confined(&open));
    assert_eq!(open["spec"]["template"]["spec"]["dnsPolicy"], "Default");
    for network in [Network::AllowList(Vec::new()), Network::Open, Network::None] {
        let job = shape(&spec(Phase::Benchmark, network));
        assert!(!has(&job, egress::INSIDE) && !has(&job, NPM_CACHE) && is_confined(&job));
    }
}

#[test]
fn a_runtime_class_is_left_out_and_never_empty() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = KubernetesOptions::new("work");
    options.runtime_class = None;
    let area = Area::open(dir.path(), "kubernetes", None).unwrap();
    let npm = NpmConfig::default();
    let user = FileOwner { uid: 1000, gid: 1000 };
    let request = Request {
        name: "selfopt-1",
        launch: Launch {
            area: &area,
            place: &area.create("test", None).unwrap(),
            spec: &spec(Phase::Test, Network::None),
            marker: &Marker::next(),
            tools: &ToolChain::default(),
        },
        claim: &Claim::new(&options, dir.path()).unwrap(),
        options: &options,
        user,
        files: &Files::write(&dir.path().join("etc"), user, &npm).unwrap(),
        npm: &npm,
    };
    let job = serde_json::to_value(job(&request).unwrap()).unwrap();
    assert!(job["spec"]["template"]["spec"].get("runtimeClassName").is_none());
}
