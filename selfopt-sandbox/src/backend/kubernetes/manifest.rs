//! The Job of a command, as the cluster is asked for it.

use std::collections::BTreeMap;
use std::path::Path;

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::{
    Capabilities, Container, EmptyDirVolumeSource, PersistentVolumeClaimVolumeSource, PodDNSConfig,
    PodSecurityContext, PodSpec, PodTemplateSpec, ResourceRequirements, SeccompProfile,
    SecurityContext, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use selfopt_core::{Phase, SandboxError};

use super::claim::Claim;
use super::labels::{CONFINED, START, labels, metadata};
use crate::backend::container::{
    Files, HOME, INIT, NPM_CACHE, WORKSPACE, directory, variables_inside,
};
use crate::backend::kubernetes_options::KubernetesOptions;
use crate::backend::launcher::Launch;
use crate::backend::package_managers::{is_listed, is_open};
use crate::command::{Namespaces, NpmConfig, SHELL, shell_arguments};
use crate::egress;
use crate::workspace::FileOwner;

/// The only container of a pod.
pub(super) const CONTAINER: &str = "command";

/// What fits into `/tmp`, in bytes. It counts as memory.
pub(super) const TEMPORARY_SIZE: u64 = 512 * 1024 * 1024;

/// What the log of a command and its container may take on the node's disk.
const NODE_DISK: u64 = 1024 * 1024 * 1024;

/// Process 1 ends a command by itself that is this much later than its limit:
/// we do it sooner, with a reason.
const LATE_SECONDS: u64 = 30;

/// The cluster forgets a Job by itself that nobody removed.
const KEPT_SECONDS: i32 = 300;

/// Volumes.
const SHARED: &str = "workspace";
const TEMPORARY: &str = "tmp";

/// Files of `/etc` that the node writes, whatever is asked for.
const WRITTEN_BY_NODES: [&str; 2] = ["/etc/hosts", "/etc/resolv.conf"];

/// Everything that a Job is made of.
pub(super) struct Request<'a> {
    pub name: &'a str,
    pub launch: Launch<'a>,
    pub options: &'a KubernetesOptions,
    pub claim: &'a Claim,
    pub user: FileOwner,
    pub files: &'a Files,
    pub npm: &'a NpmConfig,
}

/// The request.
pub(super) fn job(of: &Request<'_>) -> Result<Job, SandboxError> {
    let seconds = seconds(of).saturating_add(START.as_secs());
    let mut pod_labels = labels(of.name);
    if !is_open(of.launch.spec) {
        pod_labels.insert(CONFINED.to_owned(), "true".to_owned());
    }
    Ok(Job {
        metadata: metadata(of.name, &of.launch.spec.limits),
        spec: Some(JobSpec {
            // Once: a command that ran twice has no result.
            backoff_limit: Some(0),
            parallelism: Some(1),
            completions: Some(1),
            active_deadline_seconds: Some(signed(seconds)),
            ttl_seconds_after_finished: Some(KEPT_SECONDS),
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(pod_labels), ..ObjectMeta::default() }),
                spec: Some(pod(of)?),
            },
            ..JobSpec::default()
        }),
        status: None,
    })
}

/// When process 1 ends the command.
fn seconds(of: &Request<'_>) -> u64 {
    of.launch.spec.limits.wall.0.div_ceil(1000).saturating_add(LATE_SECONDS)
}

fn pod(of: &Request<'_>) -> Result<PodSpec, SandboxError> {
    let id = |number: u32| Some(i64::from(number));
    let is_open = is_open(of.launch.spec);
    // No server of names; a list may not be empty.
    let nowhere =
        PodDNSConfig { nameservers: Some(vec!["127.0.0.1".to_owned()]), ..PodDNSConfig::default() };
    Ok(PodSpec {
        restart_policy: Some("Never".to_owned()),
        // One that is given is an error when it is empty.
        runtime_class_name: of.options.runtime_class.clone(),
        hostname: Some("sandbox".to_owned()),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        host_network: Some(false),
        host_pid: Some(false),
        host_ipc: Some(false),
        share_process_namespace: Some(false),
        dns_policy: Some(if is_open { "Default" } else { "None" }.to_owned()),
        dns_config: (!is_open).then_some(nowhere),
        // Nothing in it needs longer to end. With 0 a pod would be forgotten
        // before its node has ended it.
        termination_grace_period_seconds: Some(1),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: id(of.user.uid),
            run_as_group: id(of.user.gid),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                localhost_profile: None,
            }),
            ..PodSecurityContext::default()
        }),
        volumes: Some(volumes(of)),
        containers: vec![container(of)?],
        ..PodSpec::default()
    })
}

fn volumes(of: &Request<'_>) -> Vec<Volume> {
    vec![
        Volume {
            name: SHARED.to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: of.options.claim.clone(),
                read_only: Some(false),
            }),
            ..Volume::default()
        },
        Volume {
            name: TEMPORARY.to_owned(),
            empty_dir: Some(EmptyDirVolumeSource {
                medium: Some("Memory".to_owned()),
                size_limit: Some(Quantity(TEMPORARY_SIZE.to_string())),
            }),
            ..Volume::default()
        },
    ]
}

fn container(of: &Request<'_>) -> Result<Container, SandboxError> {
    let limits = &of.launch.spec.limits;
    let quantity = |name: &str, value: String| (name.to_owned(), Quantity(value));
    // Asked for in full, so that a node that has less does not take it.
    let resources = BTreeMap::from([
        quantity("cpu", of.options.cores.to_string()),
        quantity("ephemeral-storage", NODE_DISK.to_string()),
        quantity("memory", limits.memory.0.to_string()),
    ]);
    Ok(Container {
        name: CONTAINER.to_owned(),
        image: Some(of.options.image.clone()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        command: Some(vec![INIT.to_owned()]),
        args: Some(arguments(of)),
        working_dir: Some("/".to_owned()),
        stdin: Some(false),
        tty: Some(false),
        resources: Some(ResourceRequirements {
            limits: Some(resources.clone()),
            requests: Some(resources),
            ..ResourceRequirements::default()
        }),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            privileged: Some(false),
            read_only_root_filesystem: Some(true),
            run_as_non_root: Some(true),
            capabilities: Some(Capabilities { add: None, drop: Some(vec!["ALL".to_owned()]) }),
            ..SecurityContext::default()
        }),
        volume_mounts: Some(mounts(of)?),
        ..Container::default()
    })
}

/// The arguments of process 1. The command starts with an empty environment:
/// nodes add variables that tell of the cluster.
fn arguments(of: &Request<'_>) -> Vec<String> {
    let limits = &of.launch.spec.limits;
    // One byte more than is kept tells that there was more.
    let keep = limits.output.0.saturating_add(1);
    let mut arguments = vec![
        "--frames".to_owned(),
        keep.to_string(),
        limits.output_kill.0.to_string(),
        seconds(of).to_string(),
        directory(of.launch.spec),
        "/usr/bin/env".to_owned(),
        "-i".to_owned(),
    ];
    let variables = variables_inside(of.launch.spec, of.npm, of.launch.marker, of.launch.tools);
    arguments.extend(variables.iter().map(|(name, value)| format!("{name}={value}")));
    arguments.push(SHELL.to_owned());
    // The kernel counts the processes of a user on a node together, so that
    // their number cannot be limited from inside.
    arguments.extend(shell_arguments(&of.launch.spec.cmd, limits, Namespaces::Host));
    arguments.iter().map(|argument| literal(argument)).collect()
}

/// An argument in which nodes find no `$(VARIABLE)` to replace.
fn literal(argument: &str) -> String {
    argument.replace('$', "$$")
}

fn mounts(of: &Request<'_>) -> Result<Vec<VolumeMount>, SandboxError> {
    let shared = |from: &Path, to: &str, read_only: bool| -> Result<VolumeMount, SandboxError> {
        Ok(VolumeMount {
            name: SHARED.to_owned(),
            mount_path: to.to_owned(),
            sub_path: Some(of.claim.path(from)?),
            read_only: Some(read_only),
            ..VolumeMount::default()
        })
    };
    let mut mounts = vec![
        shared(&of.launch.place.tree(), WORKSPACE, false)?,
        shared(&of.launch.place.home(), HOME, false)?,
        VolumeMount {
            name: TEMPORARY.to_owned(),
            mount_path: "/tmp".to_owned(),
            read_only: Some(false),
            ..VolumeMount::default()
        },
    ];
    let is_install = of.launch.spec.phase == Phase::Install;
    if is_install {
        mounts.push(shared(&of.launch.area.npm_cache(), NPM_CACHE, false)?);
    }
    if is_listed(of.launch.spec) {
        mounts.push(shared(&of.launch.place.egress(), egress::INSIDE, true)?);
    }
    for (file, inside) in of.files.mounts(is_install) {
        // Certificates of this machine are not in the volume; the image has
        // its own, and those that a variable names are copied.
        if !WRITTEN_BY_NODES.contains(&inside.as_str()) && of.claim.path(&file).is_ok() {
            mounts.push(shared(&file, &inside, true)?);
        }
    }
    for (dir, inside) in of.launch.tools.mounts() {
        mounts.push(shared(&dir, &inside, true)?);
    }
    Ok(mounts)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
