//! What a pod's status says: whether its command has begun, whether it ever
//! will, and how its container ended.

use k8s_openapi::api::core::v1::{ContainerStateTerminated, Pod};
use selfopt_core::StepStatus;

/// Reasons for waiting that waiting does not help against.
const HOPELESS: [&str; 7] = [
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
];

/// Where a pod is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Life {
    /// Its container has not begun; why, as far as somebody says.
    Waiting(String),
    /// Nor will it.
    Hopeless(String),
    /// It has begun, from this image.
    Running { pod: String, image: String },
    /// It has ended.
    Ended { pod: String, image: String, end: End },
}

impl Life {
    /// The image of its container, as far as that is known.
    pub(super) fn image(&self) -> &str {
        match self {
            Self::Running { image, .. } | Self::Ended { image, .. } => image,
            Self::Waiting(_) | Self::Hopeless(_) => "",
        }
    }
}

/// How a container ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct End {
    code: i32,
    reason: String,
    /// The pod's own reason: who ended it from outside.
    pod_reason: String,
    message: String,
}

/// Judges a pod.
pub(super) fn of(pod: &Pod) -> Life {
    let name = pod.metadata.name.clone().unwrap_or_default();
    let status = pod.status.clone().unwrap_or_default();
    let phase = status.phase.as_deref().unwrap_or_default();
    let container = status.container_statuses.unwrap_or_default().into_iter().next();
    let image = container.as_ref().map(|one| one.image_id.clone()).unwrap_or_default();
    let state = container.as_ref().and_then(|one| one.state.clone()).unwrap_or_default();
    let pod_reason = status.reason.clone().unwrap_or_default();
    let message = status.message.clone().unwrap_or_default();
    if let Some(terminated) = state.terminated {
        let end = End::of(terminated, pod_reason, message);
        return Life::Ended { pod: name, image, end };
    }
    if matches!(phase, "Failed" | "Succeeded") {
        // Ended before its container came up, or together with its node.
        let end = End { code: -1, reason: String::new(), pod_reason, message };
        return Life::Ended { pod: name, image, end };
    }
    if state.running.is_some() {
        return Life::Running { pod: name, image };
    }
    if let Some(waiting) = state.waiting {
        let reason = waiting.reason.unwrap_or_default();
        let why = said(&reason, &waiting.message.unwrap_or_default());
        let is_hopeless = HOPELESS.contains(&reason.as_str());
        return if is_hopeless { Life::Hopeless(why) } else { Life::Waiting(why) };
    }
    let conditions = status.conditions.unwrap_or_default();
    let unmet = conditions.into_iter().find(|condition| condition.status != "True");
    let why = unmet.map(|condition| {
        said(&condition.reason.unwrap_or_default(), &condition.message.unwrap_or_default())
    });
    Life::Waiting(why.unwrap_or_else(|| "no node has taken it yet".to_owned()))
}

fn said(reason: &str, message: &str) -> String {
    match (reason.is_empty(), message.is_empty()) {
        (_, true) => reason.to_owned(),
        (true, false) => message.to_owned(),
        (false, false) => format!("{reason}: {message}"),
    }
}

impl End {
    fn of(terminated: ContainerStateTerminated, pod_reason: String, message: String) -> Self {
        let own = terminated.message.unwrap_or_default();
        Self {
            code: terminated.exit_code,
            reason: terminated.reason.unwrap_or_default(),
            pod_reason,
            message: if message.is_empty() { own } else { message },
        }
    }

    /// How a command ended whose process 1 has said nothing: the kernel or the
    /// cluster ended it. `None` if process 1 failed by itself.
    pub(super) fn status(&self) -> Option<StepStatus> {
        let killed = StepStatus::Signaled { signal: rustix::process::Signal::KILL.as_raw() };
        match (self.reason.as_str(), self.pod_reason.as_str()) {
            ("OOMKilled", _) => Some(StepStatus::OutOfMemory),
            (_, "DeadlineExceeded") => Some(StepStatus::TimedOut),
            // The only thing that its requests do not cover.
            (_, "Evicted") if self.message.contains("ephemeral") => Some(StepStatus::DiskExceeded),
            (_, "Evicted" | "NodeLost" | "Preempting" | "Shutdown" | "Terminated") => Some(killed),
            _ if self.code == 137 || self.code == 143 => Some(killed),
            _ => None,
        }
    }

    /// The same for people.
    pub(super) fn describe(&self) -> String {
        let text = said(&said(&self.pod_reason, &self.reason), &self.message);
        if text.is_empty() {
            format!("it ended with {}", self.code)
        } else {
            format!("it ended with {}: {text}", self.code)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn life(status: &Value) -> Life {
        let pod = json!({ "metadata": { "name": "p" }, "status": status });
        of(&serde_json::from_value(pod).unwrap())
    }

    fn container(state: &Value) -> Value {
        json!({
            "phase": "Running",
            "containerStatuses": [{
                "name": "command", "image": "runner", "imageID": "sha256:1", "ready": false,
                "restartCount": 0, "state": state,
            }],
        })
    }

    fn ended(status: &Value) -> Option<StepStatus> {
        match life(status) {
            Life::Ended { end, .. } => end.status(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waiting_pods_say_why() {
        let pulling = life(&container(&json!({ "waiting": { "reason": "ContainerCreating" } })));
        assert_eq!(pulling, Life::Waiting("ContainerCreating".to_owned()));
        let waiting =
            json!({ "waiting": { "reason": "ImagePullBackOff", "message": "no such image" } });
        assert_eq!(
            life(&container(&waiting)),
            Life::Hopeless("ImagePullBackOff: no such image".to_owned())
        );
        let conditions = json!([{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes" }]);
        let full = life(&json!({ "phase": "Pending", "conditions": conditions }));
        assert_eq!(full, Life::Waiting("Unschedulable: 0/3 nodes".to_owned()));
        assert!(matches!(life(&json!({})), Life::Waiting(_)));
    }

    #[test]
    fn a_running_pod_names_its_image() {
        let running = life(&container(&json!({ "running": {} })));
        assert_eq!(running, Life::Running { pod: "p".to_owned(), image: "sha256:1".to_owned() });
    }

    #[test]
    fn ends_without_a_word_are_told_apart() {
        let terminated = |code: i32, reason: &str| {
            container(&json!({ "terminated": { "exitCode": code, "reason": reason } }))
        };
        assert_eq!(ended(&terminated(137, "OOMKilled")), Some(StepStatus::OutOfMemory));
        assert_eq!(ended(&terminated(137, "Error")), Some(StepStatus::Signaled { signal: 9 }));
        assert_eq!(ended(&terminated(125, "Error")), None);
        assert_eq!(ended(&terminated(0, "Completed")), None);
        let failed = |reason: &str, message: &str| json!({ "phase": "Failed", "reason": reason, "message": message });
        assert_eq!(ended(&failed("DeadlineExceeded", "")), Some(StepStatus::TimedOut));
        let full = "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.";
        assert_eq!(ended(&failed("Evicted", full)), Some(StepStatus::DiskExceeded));
        assert_eq!(
            ended(&failed("Evicted", "the node was low on memory")),
            Some(StepStatus::Signaled { signal: 9 })
        );
    }
}
