//! What the backend `kubernetes` must be told.

use std::net::IpAddr;
use std::path::PathBuf;

use selfopt_core::SandboxError;

/// A cluster, and what of it may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubernetesOptions {
    /// The file that says how the cluster is reached; `None` for the usual one,
    /// or inside of a cluster for that one.
    pub kubeconfig: Option<PathBuf>,
    /// The namespace of all that is made; `None` for the configuration's.
    pub namespace: Option<String>,
    /// The claim of a volume that this machine and all nodes can mount.
    pub claim: String,
    /// Where that volume is mounted here; `None` for the directory of the
    /// sandbox itself.
    pub mount: Option<PathBuf>,
    /// The runner image, as nodes can pull it.
    pub image: String,
    /// The runtime class of pods; `None` for the cluster's usual runtime.
    pub runtime_class: Option<String>,
    /// Cores of each command.
    pub cores: u32,
    /// Where pods reach this process during installs; `None` for the address
    /// that this machine has on the way to others.
    pub address: Option<IpAddr>,
}

const IMAGE: &str = "selfopt-runner:latest";
const RUNTIME_CLASS: &str = "gvisor";
const CORES: u32 = 2;

impl KubernetesOptions {
    /// Everything as usual, with this volume.
    pub fn new(claim: impl Into<String>) -> Self {
        Self {
            kubeconfig: None,
            namespace: None,
            claim: claim.into(),
            mount: None,
            image: IMAGE.to_owned(),
            runtime_class: Some(RUNTIME_CLASS.to_owned()),
            cores: CORES,
            address: None,
        }
    }

    /// From the variables `SELFOPT_KUBERNETES_*` and `SELFOPT_RUNNER_IMAGE`.
    pub fn from_environment() -> Result<Self, SandboxError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SandboxError> {
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let own = |name: &str| variable(&format!("SELFOPT_KUBERNETES_{name}"));
        let Some(claim) = own("CLAIM") else {
            return Err(unusable(
                "`SELFOPT_KUBERNETES_CLAIM` does not name the volume of the workspaces",
                "set it to the name of a PersistentVolumeClaim that is mounted here too, with the store in it (`--store DIR`)",
            ));
        };
        let mut options = Self::new(claim);
        options.namespace = own("NAMESPACE");
        options.mount = own("MOUNT").map(PathBuf::from);
        if let Some(image) = variable("SELFOPT_RUNNER_IMAGE") {
            options.image = image;
        }
        if let Some(class) = own("RUNTIME_CLASS") {
            options.runtime_class = Some(class).filter(|class| class != "none");
        }
        if let Some(cores) = own("CORES") {
            let cores = cores.parse().ok().filter(|cores| *cores > 0);
            options.cores = cores.ok_or_else(|| {
                unusable("`SELFOPT_KUBERNETES_CORES` is not a number of cores", "write `2`")
            })?;
        }
        if let Some(address) = own("ADDRESS") {
            options.address = Some(address.parse().map_err(|_| {
                unusable(
                    "`SELFOPT_KUBERNETES_ADDRESS` is not an IP address",
                    "write the one at which pods reach this process: of a pod its own",
                )
            })?);
        }
        Ok(options)
    }
}

fn unusable(reason: &str, hint: &str) -> SandboxError {
    SandboxError::Unavailable {
        backend: "kubernetes".to_owned(),
        reason: reason.to_owned(),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<KubernetesOptions, SandboxError> {
        KubernetesOptions::from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(found.1.to_owned())
        })
    }

    #[test]
    fn only_the_volume_must_be_named() {
        let claim = ("SELFOPT_KUBERNETES_CLAIM", "work");
        assert_eq!(read(&[claim]).unwrap(), KubernetesOptions::new("work"));
        assert!(read(&[]).unwrap_err().to_string().contains("SELFOPT_KUBERNETES_CLAIM"));
        let all = read(&[
            claim,
            ("SELFOPT_KUBERNETES_NAMESPACE", "runs"),
            ("SELFOPT_KUBERNETES_RUNTIME_CLASS", "none"),
            ("SELFOPT_KUBERNETES_CORES", "4"),
            ("SELFOPT_KUBERNETES_ADDRESS", "10.1.2.3"),
            ("SELFOPT_KUBERNETES_MOUNT", ""),
            ("SELFOPT_RUNNER_IMAGE", "images.example/runner@sha256:1"),
        ])
        .unwrap();
        assert_eq!((all.namespace.as_deref(), all.runtime_class), (Some("runs"), None));
        assert_eq!((all.cores, all.mount), (4, None));
        assert_eq!(all.image, "images.example/runner@sha256:1");
        for wrong in [("SELFOPT_KUBERNETES_CORES", "0"), ("SELFOPT_KUBERNETES_ADDRESS", "here")] {
            assert!(read(&[claim, wrong]).unwrap_err().to_string().contains(wrong.0));
        }
    }
}
