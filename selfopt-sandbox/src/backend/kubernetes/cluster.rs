//! The cluster, asked from ordinary threads.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::node::v1::RuntimeClass;
use kube::api::{DeleteParams, ListParams, LogParams, PostParams, WatchEvent, WatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config, Error};
use selfopt_core::SandboxError;

use super::BACKEND;
use super::labels::{COMMAND, START};
use super::life::{self, Life};
use super::manifest::CONTAINER;
use super::policy::{DENY_ALL, deny_all};
use crate::backend::container::{Requests, with_causes};
use crate::backend::kubernetes_options::KubernetesOptions;
use crate::failure::other;

/// One request may take this long.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long one watch lasts before the next.
const WATCH_SECONDS: u32 = 60;
/// Access that a volume needs whose pods run on several nodes.
const MANY: &str = "ReadWriteMany";

/// A connection to the API server.
pub(super) struct Cluster {
    requests: Requests,
    client: Client,
    namespace: String,
    version: String,
}

impl Cluster {
    /// Connects, by the usual configuration or the one that is named.
    pub(super) fn connect(options: &KubernetesOptions) -> Result<Self, SandboxError> {
        let requests = Requests::start("selfopt-kubernetes", START + 2 * PATIENCE)?;
        let (file, namespace) = (options.kubeconfig.clone(), options.namespace.clone());
        let connected = requests.wait(async move {
            let mut config = match file {
                Some(path) => {
                    let read = Kubeconfig::read_from(path)?;
                    Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await?
                }
                None => Config::infer().await.map_err(Error::InferConfig)?,
            };
            // A command may be silent for long, and so may its log.
            config.read_timeout = None;
            let namespace = namespace.unwrap_or_else(|| config.default_namespace.clone());
            let client = Client::try_from(config)?;
            let version = in_time(client.apiserver_version()).await?;
            Ok::<_, Error>((client, namespace, version.git_version))
        });
        let (client, namespace, version) = connected.unwrap_or_else(|| Err(late())).map_err(
            |error| {
                unavailable(
                    format!("the cluster cannot be reached: {}", reason(&error)),
                    "look whether `kubectl version` works here, or name the cluster by `KUBECONFIG`",
                )
            },
        )?;
        Ok(Self { requests, client, namespace, version })
    }

    /// The API server's version.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Looks for what commands need: the volume, the runtime, and the policy
    /// that keeps them from everything, which is made if it is not there.
    pub(super) fn look_for(&self, claim: &str, class: Option<&str>) -> Result<(), SandboxError> {
        let (client, namespace) = (self.client.clone(), self.namespace.clone());
        let name = claim.to_owned();
        let found = self.ask("look at the volume of the workspaces", async move {
            Api::<PersistentVolumeClaim>::namespaced(client, &namespace).get_opt(&name).await
        })?;
        let modes =
            found.map(|found| found.spec.unwrap_or_default().access_modes.unwrap_or_default());
        match modes {
            None => {
                return Err(unavailable(
                    format!("there is no PersistentVolumeClaim `{claim}` in `{}`", self.namespace),
                    "make one with the access mode ReadWriteMany, and mount it here too",
                ));
            }
            Some(modes) if !modes.iter().any(|mode| mode == MANY) => {
                return Err(unavailable(
                    format!(
                        "the volume of `{claim}` can be mounted by one node only ({})",
                        modes.join(", ")
                    ),
                    "use a claim with the access mode ReadWriteMany",
                ));
            }
            Some(_) => {}
        }
        if let Some(class) = class {
            self.look_for_class(class)?;
        }
        self.deny_all()
    }

    fn look_for_class(&self, class: &str) -> Result<(), SandboxError> {
        let (client, name) = (self.client.clone(), class.to_owned());
        let found =
            self.answer(async move { Api::<RuntimeClass>::all(client).get_opt(&name).await });
        match found {
            Ok(Some(_)) => Ok(()),
            // Who may not look finds out with the first pod.
            Err(error) if code(&error) == Some(403) => Ok(()),
            Err(error) => Err(failed("look at the runtime class", &error)),
            Ok(None) => Err(unavailable(
                format!("the cluster has no runtime class `{class}`"),
                "install gVisor on its nodes, or name another class in `SELFOPT_KUBERNETES_RUNTIME_CLASS`; `none` takes the usual runtime, whose kernel is the node's",
            )),
        }
    }

    fn deny_all(&self) -> Result<(), SandboxError> {
        let api = self.policies_api();
        self.ask("make the network policy of all commands", async move {
            let wanted = deny_all();
            match api.get_opt(DENY_ALL).await? {
                None => match api.create(&PostParams::default(), &wanted).await {
                    // Another process was faster.
                    Err(error) if code(&error) == Some(409) => Ok(()),
                    made => made.map(drop),
                },
                Some(found) if found.spec == wanted.spec => Ok(()),
                Some(mut found) => {
                    found.spec = wanted.spec;
                    api.replace(DENY_ALL, &PostParams::default(), &found).await.map(drop)
                }
            }
        })
    }

    /// Makes a Job.
    pub(super) fn create_job(&self, job: Job) -> Result<(), SandboxError> {
        let api = self.jobs_api();
        self.ask("make a Job", async move { api.create(&PostParams::default(), &job).await })
            .map(drop)
    }

    /// Makes a policy.
    pub(super) fn create_policy(&self, policy: NetworkPolicy) -> Result<(), SandboxError> {
        let api = self.policies_api();
        self.ask("make a network policy", async move {
            api.create(&PostParams::default(), &policy).await
        })
        .map(drop)
    }

    /// All Jobs of commands.
    pub(super) fn jobs(&self) -> Result<Vec<Job>, SandboxError> {
        let api = self.jobs_api();
        self.ask("list Jobs", async move { api.list(&of_commands()).await }).map(|list| list.items)
    }

    /// All policies of commands.
    pub(super) fn policies(&self) -> Result<Vec<NetworkPolicy>, SandboxError> {
        let api = self.policies_api();
        self.ask("list network policies", async move { api.list(&of_commands()).await })
            .map(|list| list.items)
    }

    /// Removes a Job with its pods; one that is gone is fine.
    pub(super) fn delete_job(&self, name: &str) -> Result<(), SandboxError> {
        let (api, name) = (self.jobs_api(), name.to_owned());
        self.ask("remove a Job", async move {
            if_there(api.delete(&name, &DeleteParams::foreground()).await.map(drop))
        })
    }

    /// Removes a policy; one that is gone is fine.
    pub(super) fn delete_policy(&self, name: &str) -> Result<(), SandboxError> {
        let (api, name) = (self.policies_api(), name.to_owned());
        self.ask("remove a network policy", async move {
            if_there(api.delete(&name, &DeleteParams::default()).await.map(drop))
        })
    }

    /// Waits until the pod of a command has begun or never will; why not, if it
    /// takes too long.
    pub(super) fn begun(&self, command: &str) -> Result<Life, SandboxError> {
        let (api, selector) = (self.pods(), selector(command));
        self.ask("wait for a pod", async move {
            let mut last = Life::Waiting("no pod was made for the Job".to_owned());
            let begun = until(&api, &selector, |pod| {
                last = pod.map_or_else(|| last.clone(), life::of);
                !matches!(last, Life::Waiting(_))
            });
            match tokio::time::timeout(START, begun).await {
                Ok(Err(error)) => Err(error),
                // Waiting still, and for too long.
                Ok(Ok(())) | Err(_) => Ok(last),
            }
        })
    }

    /// Waits until a command has no pod any more, for that long; whether it has
    /// none.
    pub(super) fn is_gone(&self, command: &str, patience: Duration) -> Result<bool, SandboxError> {
        let (api, selector) = (self.pods(), selector(command));
        self.ask("wait for the end of a pod", async move {
            let gone = until(&api, &selector, |pod| pod.is_none());
            tokio::time::timeout(patience, gone).await.map_or(Ok(false), |gone| gone.map(|()| true))
        })
    }

    /// Where the pod of a command is in its life; `None` without one.
    pub(super) fn life(&self, command: &str) -> Result<Option<Life>, SandboxError> {
        let (api, selector) = (self.pods(), selector(command));
        self.ask("look at a pod", async move { in_time(life(&api, &selector)).await })
    }

    /// The API of pods, for who follows one.
    pub(super) fn pods(&self) -> Api<Pod> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Work that goes on while nobody waits.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.requests.spawn(work);
    }

    fn jobs_api(&self) -> Api<Job> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    fn policies_api(&self) -> Api<NetworkPolicy> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    fn answer<T: Send + 'static>(
        &self,
        request: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.requests.wait(request).unwrap_or_else(|| Err(late()))
    }

    fn ask<T: Send + 'static>(
        &self,
        doing: &str,
        request: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, SandboxError> {
        self.answer(request).map_err(|error| failed(doing, &error))
    }
}

/// Where the pod of a command is in its life; `None` without one.
pub(super) async fn life(api: &Api<Pod>, selector: &str) -> Result<Option<Life>, Error> {
    let pods = api.list(&ListParams::default().labels(selector)).await?;
    Ok(pods.items.first().map(life::of))
}

/// How the log of a pod is followed.
pub(super) fn following() -> LogParams {
    LogParams { container: Some(CONTAINER.to_owned()), follow: true, ..LogParams::default() }
}

/// The pods of a command.
pub(super) fn selector(command: &str) -> String {
    format!("{COMMAND}={command}")
}

fn of_commands() -> ListParams {
    ListParams::default().labels(COMMAND)
}

/// Follows the only pod that the selector finds, until it is as it should be.
async fn until(
    api: &Api<Pod>,
    selector: &str,
    mut is_done: impl FnMut(Option<&Pod>) -> bool,
) -> Result<(), Error> {
    loop {
        let list = in_time(api.list(&ListParams::default().labels(selector))).await?;
        if is_done(list.items.first()) {
            return Ok(());
        }
        let version = list.metadata.resource_version.unwrap_or_default();
        let watch = WatchParams::default().labels(selector).timeout(WATCH_SECONDS);
        let mut events = pin!(in_time(api.watch(&watch, &version)).await?);
        while let Some(event) = events.next().await {
            let is_done = match &event {
                Ok(WatchEvent::Added(pod) | WatchEvent::Modified(pod)) => is_done(Some(pod)),
                Ok(WatchEvent::Deleted(_)) => is_done(None),
                Ok(WatchEvent::Bookmark(_)) => false,
                // Too old, or cut off: from the beginning.
                Ok(WatchEvent::Error(_)) | Err(_) => break,
            };
            if is_done {
                return Ok(());
            }
        }
    }
}

async fn in_time<T>(request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(PATIENCE, request).await.unwrap_or_else(|_| Err(late()))
}

fn late() -> Error {
    Error::Service("the API server did not answer in time".into())
}

fn code(error: &Error) -> Option<u16> {
    match error {
        Error::Api(status) => Some(status.code),
        _ => None,
    }
}

fn if_there(done: Result<(), Error>) -> Result<(), Error> {
    match done {
        Err(error) if code(&error) == Some(404) => Ok(()),
        done => done,
    }
}

fn failed(doing: &str, error: &Error) -> SandboxError {
    let reason = reason(error);
    if matches!(code(error), Some(401 | 403)) {
        return unavailable(
            format!("the cluster does not let this user {doing}: {reason}"),
            "give its account the role in docs/guides/kubernetes.md",
        );
    }
    other(format!("failed to {doing}: {reason}"))
}

fn reason(error: &Error) -> String {
    if let Error::Api(status) = error {
        return format!("{} ({})", status.message, status.code);
    }
    with_causes(error)
}

pub(super) fn unavailable(reason: impl Into<String>, hint: impl Into<String>) -> SandboxError {
    SandboxError::Unavailable {
        backend: BACKEND.to_owned(),
        reason: reason.into(),
        hint: hint.into(),
    }
}
