//! The only node: runs the container of a pod with Docker, as its manifest
//! says, and writes down what came of it.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use serde_json::{Value, json};

use super::state::{Behaviour, Log, Objects, State};

/// What nodes add to every container.
const SERVICE: (&str, &str) = ("KUBERNETES_SERVICE_HOST", "10.96.0.1");

/// Makes the pod of a Job, and runs it.
pub(super) fn run(job: &Job, state: &Arc<State>) {
    let name = job.metadata.name.clone().unwrap_or_default();
    let pod_name = format!("{name}-x7k2p");
    let template = job.spec.clone().unwrap_or_default().template;
    let mut metadata = template.metadata.unwrap_or_default();
    metadata.name = Some(pod_name.clone());
    metadata.labels.get_or_insert_default().insert("job-name".to_owned(), name);
    let labels = metadata.labels.clone().unwrap_or_default();
    let spec = template.spec.unwrap_or_default();
    let pod = Pod { metadata, spec: Some(spec.clone()), status: None };
    let behaviour = state.change(|all| {
        all.pods.insert(pod_name.clone(), pod);
        all.behaviour
    });
    let set = |status: Value| set_status(state, &pod_name, &status);
    match behaviour {
        Behaviour::NoImage => {
            let reason = json!({ "reason": "ImagePullBackOff", "message": "no such image" });
            set(status("Pending", "", &json!({ "waiting": reason })));
        }
        Behaviour::OutOfMemory => {
            state.change(|all| {
                all.logs.insert(pod_name.clone(), Log { bytes: Vec::new(), is_complete: true })
            });
            let end = json!({ "exitCode": 137, "reason": "OOMKilled" });
            set(status("Failed", "sha256:1", &json!({ "terminated": end })));
        }
        Behaviour::Run | Behaviour::OtherImage => {
            let image = if behaviour == Behaviour::Run { "sha256:1" } else { "sha256:2" };
            let container = spec.containers[0].clone();
            let is_cut_off = is_cut_off(&state.look(), &labels);
            let mut docker = docker(&pod_name, &spec, &container, &state.volume, is_cut_off);
            state.change(|all| all.logs.insert(pod_name.clone(), Log::default()));
            set(status("Running", image, &json!({ "running": {} })));
            let (state, pod_name) = (Arc::clone(state), pod_name.clone());
            std::thread::spawn(move || follow(&mut docker, &pod_name, image, &state));
        }
    }
}

/// Ends the pod of a Job, and forgets it.
pub(super) fn end(job: &str, state: &Arc<State>) {
    let pods: Vec<String> = {
        let all = state.look();
        let names = all.pods.keys().filter(|name| name.starts_with(&format!("{job}-")));
        names.cloned().collect()
    };
    for pod in pods {
        let state = Arc::clone(state);
        std::thread::spawn(move || {
            // One that has ended, or never was, is fine.
            let remove = Command::new("docker").args(["rm", "--force", &pod]).output();
            remove.expect("the client is there");
            state.change(|all| {
                all.pods.remove(&pod);
                all.logs.remove(&pod);
            });
        });
    }
}

/// Whether the policies leave a pod no way out: those that select it are added
/// up, and without any everything is allowed.
fn is_cut_off(all: &Objects, labels: &BTreeMap<String, String>) -> bool {
    if all.ignores_policies {
        return false;
    }
    let selects = |policy: &&NetworkPolicy| {
        let spec = policy.spec.clone().unwrap_or_default();
        let selector = spec.pod_selector.unwrap_or_default().match_labels.unwrap_or_default();
        spec.policy_types.unwrap_or_default().iter().any(|kind| kind == "Egress")
            && selector.iter().all(|(name, value)| labels.get(name) == Some(value))
    };
    let mine: Vec<_> = all.policies.values().filter(selects).collect();
    let opens = |policy: &&NetworkPolicy| {
        policy
            .spec
            .as_ref()
            .is_some_and(|spec| spec.egress.as_ref().is_some_and(|it| !it.is_empty()))
    };
    !mine.is_empty() && !mine.iter().any(opens)
}

/// The container, as Docker is asked for it.
fn docker(
    name: &str,
    pod: &PodSpec,
    container: &Container,
    volume: &Path,
    is_cut_off: bool,
) -> Command {
    let security = container.security_context.clone().unwrap_or_default();
    let user = pod.security_context.clone().unwrap_or_default();
    let limits = container.resources.clone().unwrap_or_default().limits.unwrap_or_default();
    let limit = |name: &str| limits.get(name).map_or("0", |quantity| quantity.0.as_str());
    let mut docker = Command::new("docker");
    docker.args(["run", "--rm", "--name", name, "--ipc", "none"]);
    docker.args(["--network", if is_cut_off { "none" } else { "host" }]);
    docker.args(["--memory", limit("memory"), "--memory-swap", limit("memory")]);
    docker.args(["--cpus", limit("cpu")]);
    let ids = [user.run_as_user, user.run_as_group].map(Option::unwrap_or_default);
    docker.arg("--user").arg(format!("{}:{}", ids[0], ids[1]));
    if security.read_only_root_filesystem == Some(true) {
        docker.arg("--read-only");
    }
    if security.allow_privilege_escalation == Some(false) {
        docker.args(["--security-opt", "no-new-privileges"]);
    }
    for dropped in security.capabilities.unwrap_or_default().drop.unwrap_or_default() {
        docker.args(["--cap-drop", &dropped]);
    }
    for mount in container.volume_mounts.iter().flatten() {
        let found = pod.volumes.iter().flatten().find(|volume| volume.name == mount.name);
        let found = found.expect("validated");
        if let Some(empty) = &found.empty_dir {
            let size = empty.size_limit.as_ref().map_or("0", |size| size.0.as_str());
            docker
                .arg("--tmpfs")
                .arg(format!("{}:rw,exec,mode=1777,size={size}", mount.mount_path));
        } else {
            let from = volume.join(mount.sub_path.as_deref().unwrap_or_default());
            let read_only = if mount.read_only == Some(true) { ",readonly" } else { "" };
            docker.arg("--mount").arg(format!(
                "type=bind,source={},target={}{read_only}",
                from.display(),
                mount.mount_path
            ));
        }
    }
    docker.arg("--env").arg(format!("{}={}", SERVICE.0, SERVICE.1));
    let expanded = |text: &String| expand(text);
    let command: Vec<_> = container.command.iter().flatten().map(expanded).collect();
    docker.args(["--entrypoint", &command[0], "--workdir", "/"]);
    docker.arg(container.image.as_deref().unwrap_or_default());
    docker.args(&command[1..]).args(container.args.iter().flatten().map(expanded));
    docker.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    docker
}

/// What nodes make of `$(NAME)` and `$$` in arguments.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) =
            rest.strip_prefix('(').and_then(|name| name.split_once(')'))
        {
            let known = if name == SERVICE.0 { SERVICE.1.to_owned() } else { format!("$({name})") };
            out.push_str(&known);
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

/// Collects the log, and how it ended.
fn follow(docker: &mut Command, pod: &str, image: &str, state: &State) {
    let mut child = docker.spawn().expect("the client is there");
    let mut output = child.stdout.take().expect("piped");
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = output.read(&mut buffer) {
        state.change(|all| {
            if let Some(log) = all.logs.get_mut(pod) {
                log.bytes.extend_from_slice(&buffer[..length]);
            }
        });
    }
    let code = child.wait().expect("it ends").code().unwrap_or(-1);
    state.change(|all| {
        if let Some(log) = all.logs.get_mut(pod) {
            log.is_complete = true;
        }
    });
    let reason = if code == 0 { "Completed" } else { "Error" };
    let phase = if code == 0 { "Succeeded" } else { "Failed" };
    let end = json!({ "terminated": { "exitCode": code, "reason": reason } });
    set_status(state, pod, &status(phase, image, &end));
}

fn status(phase: &str, image: &str, container: &Value) -> Value {
    json!({
        "phase": phase,
        "containerStatuses": [{
            "name": "command", "image": "runner", "imageID": image, "ready": false,
            "restartCount": 0, "state": container,
        }],
    })
}

fn set_status(state: &State, pod: &str, status: &Value) {
    let status = serde_json::from_value(status.clone()).expect("a status");
    state.change(|all| {
        if let Some(pod) = all.pods.get_mut(pod) {
            pod.status = Some(status);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn arguments_are_expanded_as_nodes_do() {
        assert_eq!(expand("a $(KUBERNETES_SERVICE_HOST) $(OTHER) $x"), "a 10.96.0.1 $(OTHER) $x");
        assert_eq!(expand("$$(KUBERNETES_SERVICE_HOST) $$$$ $"), "$(KUBERNETES_SERVICE_HOST) $$ $");
    }
}
