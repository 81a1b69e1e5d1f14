//! What the API server checks of a manifest: that its fields are those of the
//! OpenAPI, and the rules that stand in its descriptions.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a body as a resource. A field that the type does not have is lost on
/// the way there and back, and so found.
pub(super) fn read<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, String> {
    let sent: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let object: T = serde_json::from_value(sent.clone()).map_err(|error| error.to_string())?;
    let read = serde_json::to_value(&object).map_err(|error| error.to_string())?;
    if sent == read {
        Ok(object)
    } else {
        Err(format!("strict decoding error: {sent} is not {read}"))
    }
}

/// The rules for a Job.
pub(super) fn job(job: &Job) -> Result<(), String> {
    metadata(&job.metadata)?;
    let spec = job.spec.as_ref().ok_or("spec: required")?;
    for (name, number) in [
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished.map(i64::from)),
    ] {
        check(number.is_none_or(|number| number >= 0), &format!("{name}: negative"))?;
    }
    if let Some(labels) = &spec.template.metadata {
        check_labels(labels)?;
    }
    let pod = spec.template.spec.as_ref().ok_or("spec.template.spec: required")?;
    pod_spec(pod)
}

fn pod_spec(pod: &PodSpec) -> Result<(), String> {
    let restart = pod.restart_policy.as_deref();
    check(matches!(restart, Some("Never" | "OnFailure")), "restartPolicy: not of a Job")?;
    let class = pod.runtime_class_name.as_deref();
    check(class.is_none_or(is_name), "runtimeClassName: not a name")?;
    let servers = pod.dns_config.as_ref().and_then(|config| config.nameservers.as_ref());
    let has_servers = servers.is_some_and(|servers| !servers.is_empty());
    check(pod.dns_policy.as_deref() != Some("None") || has_servers, "dnsConfig: required")?;
    check(pod.hostname.as_deref().is_none_or(is_name), "hostname: not a name")?;
    check(!pod.containers.is_empty(), "containers: required")?;
    let volumes: Vec<&str> =
        pod.volumes.iter().flatten().map(|volume| volume.name.as_str()).collect();
    check(volumes.iter().all(|name| is_name(name)), "volumes: not a name")?;
    pod.containers.iter().try_for_each(|one| container(one, &volumes))
}

fn container(one: &Container, volumes: &[&str]) -> Result<(), String> {
    check(is_name(&one.name), "container: not a name")?;
    check(one.image.as_ref().is_some_and(|image| !image.is_empty()), "image: required")?;
    let mut paths = Vec::new();
    for mount in one.volume_mounts.iter().flatten() {
        check(volumes.contains(&mount.name.as_str()), "volumeMounts: no such volume")?;
        check(
            !paths.contains(&&mount.mount_path),
            &format!("mounted twice: {}", mount.mount_path),
        )?;
        check(!mount.mount_path.contains(':'), "mountPath: has a colon")?;
        let sub_path = mount.sub_path.as_deref().unwrap_or_default();
        let is_within = !sub_path.starts_with('/') && sub_path.split('/').all(|part| part != "..");
        check(is_within, &format!("subPath: leads out: {sub_path}"))?;
        paths.push(&mount.mount_path);
    }
    let resources = one.resources.clone().unwrap_or_default();
    let (limits, requests) =
        (resources.limits.unwrap_or_default(), resources.requests.unwrap_or_default());
    for (name, quantity) in limits.iter().chain(&requests) {
        check(
            quantity.0.parse::<u64>().is_ok(),
            &format!("{name}: not a quantity: {}", quantity.0),
        )?;
    }
    check(requests.keys().all(|name| limits.contains_key(name)), "requests beyond limits")
}

/// The rules for a policy.
pub(super) fn policy(policy: &NetworkPolicy) -> Result<(), String> {
    metadata(&policy.metadata)?;
    let spec = policy.spec.as_ref().ok_or("spec: required")?;
    for kind in spec.policy_types.iter().flatten() {
        check(matches!(kind.as_str(), "Ingress" | "Egress"), "policyTypes: unknown")?;
    }
    for peer in spec.egress.iter().flatten().flat_map(|rule| rule.to.iter().flatten()) {
        let is_block = peer.ip_block.is_some();
        let is_selector = peer.pod_selector.is_some() || peer.namespace_selector.is_some();
        check(is_block != is_selector, "to: either a block or selectors")?;
        if let Some(block) = &peer.ip_block {
            let address = block.cidr.split_once('/').map(|(address, _)| address);
            let is_address = address.is_some_and(|it| it.parse::<std::net::IpAddr>().is_ok());
            check(is_address, "cidr: not a block")?;
        }
    }
    Ok(())
}

fn metadata(metadata: &ObjectMeta) -> Result<(), String> {
    let name = metadata.name.as_deref().ok_or("name or generateName is required")?;
    check(is_name(name), &format!("name: not one: {name}"))?;
    check_labels(metadata)
}

fn check_labels(metadata: &ObjectMeta) -> Result<(), String> {
    for (name, value) in metadata.labels.iter().flatten() {
        let is_value = value.len() <= 63
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        check(is_value && name.len() <= 63, &format!("label: {name}={value}"))?;
    }
    Ok(())
}

/// A label of RFC 1123.
fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn check(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_do_not_exist_are_found() {
        let head = r#""apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "a" }"#;
        read::<Job>(format!("{{ {head} }}").as_bytes()).expect("a Job");
        for wrong in [
            format!(r#"{{ {head}, "spec": {{ "template": {{}}, "backofLimit": 0 }} }}"#),
            format!(r#"{{ {head}, "spec": {{ "template": {{}}, "backoffLimit": "0" }} }}"#),
            head.replace("batch/v1", "batch/v2"),
        ] {
            read::<Job>(wrong.as_bytes()).expect_err(&wrong);
        }
    }
}
