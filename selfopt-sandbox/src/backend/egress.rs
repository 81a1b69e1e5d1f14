//! What network a command of a local backend gets, and what is told of it.

use selfopt_core::{
    CancelFlag, CommandSpec, Enforcement, Guarantee, HostPattern, MemoryTree, Network,
    NetworkAccess, NetworkUse, Phase, SandboxError, Workspace as _,
};

use super::local::Engine;
use super::local_workspace::LocalWorkspace;
use crate::egress::{Egress, Policy, command, registries, variables};
use crate::failure::{blocking, other};
use crate::workspace::{Place, populate};

/// A command with its way out, if it has one.
pub(super) struct WayOut {
    spec: CommandSpec,
    proxy: Option<Egress>,
    /// What is said of a command without a proxy.
    network: Option<NetworkUse>,
}

impl WayOut {
    /// Opens what the command may have here: only installs have any.
    pub(super) async fn open(
        engine: &Engine,
        place: &Place,
        mut spec: CommandSpec,
    ) -> Result<Self, SandboxError> {
        let is_confined = engine.launcher.way_out().is_some();
        let has_any = spec.phase == Phase::Install && spec.network != Network::None;
        if has_any && is_confined && spec.network == Network::Open {
            if engine.installs != NetworkAccess::Open {
                return Err(other(
                    "an install asked for the whole network in a sandbox that passes hosts on a list; open it with `LocalSandbox::with_open_installs`",
                ));
            }
        } else if let (true, Some(own), Network::AllowList(hosts)) =
            (has_any, engine.launcher.way_out(), &spec.network)
        {
            let known = engine.registries().await?;
            let allowed: Vec<HostPattern> = known.iter().chain(hosts).cloned().collect();
            let policy = Policy::new(allowed, own.upstream().clone())
                .with_registries(known, own.credentials().clone());
            #[cfg(test)]
            let policy = policy.with_names(&engine.names);
            // Beside what we add the command keeps its own variables.
            spec.env.extend(variables(policy.allowed()));
            spec.cmd = command(&spec.cmd);
            let proxy = Egress::start(
                &place.egress(),
                engine.area.owner(),
                policy,
                engine.launcher.door(),
            )?;
            return Ok(Self { spec, proxy: Some(proxy), network: None });
        }
        let open = NetworkUse {
            access: NetworkAccess::Open,
            allowed: Vec::new(),
            withheld: Vec::new(),
            hosts: Vec::new(),
            more: 0,
        };
        Ok(Self { spec, proxy: None, network: has_any.then_some(open) })
    }

    /// The command as it is run.
    pub(super) fn command(&self) -> &CommandSpec {
        &self.spec
    }

    /// Closes it once the command has ended.
    pub(super) async fn close(self) -> Option<NetworkUse> {
        match self.proxy {
            Some(proxy) => Some(proxy.finish().await),
            None => self.network,
        }
    }
}

impl Engine {
    /// The hosts of the package managers' own configuration, asked for once.
    async fn registries(&self) -> Result<Vec<HostPattern>, SandboxError> {
        let ask = async {
            let (engine, cancel) = (self.clone(), CancelFlag::default());
            let workspace = blocking(move || {
                let place = engine.area.create("registries", None)?;
                let owner = engine.area.owner();
                let workspace = LocalWorkspace::live(
                    engine,
                    place.clone(),
                    "registries".to_owned(),
                    cancel.clone(),
                );
                populate(&place, &MemoryTree::default(), owner, &cancel)?;
                Ok(Box::new(workspace))
            })
            .await?;
            let hosts = registries(&*workspace).await?;
            workspace.close().await?;
            Ok(hosts)
        };
        self.registries.get_or_try_init(|| ask).await.cloned()
    }
}

/// The guarantee of a sandbox whose installs were opened.
pub(super) fn open_installs() -> Guarantee {
    Guarantee {
        level: Enforcement::None,
        reason: "selfopt.toml opens it (`[sandbox]` `network = \"open\"`): while dependencies are installed commands use the host's network; all other commands have a network namespace without interfaces".to_owned(),
    }
}
