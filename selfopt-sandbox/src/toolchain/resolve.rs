//! Decides where each tool is from: the host's where it fits, else the
//! registry's.

use std::path::PathBuf;

use super::bundler::Bundler;
use super::cache::ToolCache;
use super::chain::{Origin, Tool, ToolChain};
use super::error::{NpmError, ToolError};
use super::host::{Host, HostTool};
use super::integrity::PinnedHash;
use super::needs::{ManagerNeed, ManagerVersion, NodeNeed, ToolNeeds};
use super::npm::NpmClient;
use super::obtain::{Failure, Obtained, Request, obtain, other_node_needed};
use super::packages::{Hashed, Package, Program, package};
use super::range::{VersionRange, major_of};
use crate::backend::{LocalSandbox, host_path};

/// Whether tools are obtained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ToolsChoice {
    /// What the host lacks is obtained.
    #[default]
    Auto,
    /// Nothing is obtained.
    Host,
}

/// A range that reaches below this major is a promise to consumers. It does not
/// say that the project's own tests run there.
const OLDEST_DEVELOPED_WITH: u64 = 16;

/// Nobody maintains what is older. A gain that is proved there helps nobody,
/// so that a mere suggestion of it does not count.
const OLDEST_SUGGESTED: u64 = 18;

/// Finds the tools of a project.
pub struct ToolResolver {
    pub(super) host: Host,
    pub(super) npm: NpmClient,
    pub(super) cache: ToolCache,
    pub(super) choice: ToolsChoice,
    pub(super) pinned_bundler: Bundler,
    pub(super) announce: Box<dyn Fn(&str) + Send + Sync>,
}

impl ToolResolver {
    /// For a sandbox: with the host's programs that are seen in it, and a cache
    /// in its base directory.
    pub fn new(sandbox: &LocalSandbox, choice: ToolsChoice) -> Result<Self, ToolError> {
        let paths = |path: Vec<String>| path.into_iter().map(PathBuf::from).collect::<Vec<_>>();
        let (seen, user) = (paths(sandbox.program_path()), paths(host_path()));
        let cache = ToolCache::open(sandbox.base())?;
        let host = sandbox.image_tools().map_or_else(|| Host::new(seen), Host::of_image);
        Ok(Self::with(host, NpmClient::on(&user), cache, choice))
    }

    pub(super) fn with(host: Host, npm: NpmClient, cache: ToolCache, choice: ToolsChoice) -> Self {
        let pinned_bundler = Bundler::here();
        Self { host, npm, cache, choice, pinned_bundler, announce: Box::new(|_| {}) }
    }

    /// Calls this with the name of a tool before it is looked for in the
    /// registry, which takes a moment.
    #[must_use]
    pub fn announcing(mut self, announce: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.announce = Box::new(announce);
        self
    }

    /// The tools that a project needs.
    pub async fn resolve(&self, needs: &ToolNeeds) -> Result<ToolChain, ToolError> {
        let mut chain = ToolChain::default();
        if let Some(need) = &needs.node {
            self.node(need, &mut chain).await?;
        }
        let node = chain.tools.first().cloned();
        let is_obtained = node.as_ref().is_some_and(|node| node.origin.is_foreign());
        let node = node.and_then(|node| node.version);
        let manages_npm = needs.manager.as_ref().is_some_and(|need| {
            need.program == Program::Npm && need.version != ManagerVersion::Any
        });
        if let Some(node) = node.as_deref().filter(|_| is_obtained && !manages_npm) {
            self.npm_for(node, &mut chain).await?;
        }
        if let Some(need) = &needs.manager {
            self.manager(need, node.as_deref(), &mut chain).await?;
        }
        if needs.bundler {
            self.bundler(&self.pinned_bundler, &mut chain).await;
        }
        if needs.load {
            self.load(&mut chain).await;
        }
        Ok(chain)
    }

    async fn node(&self, need: &NodeNeed, chain: &mut ToolChain) -> Result<(), ToolError> {
        let host = self.host.tool(Program::Node).await;
        let of_host = |version: &str, why| Tool {
            program: Program::Node,
            version: Some(version.to_owned()),
            origin: self.host.origin(),
            why,
        };
        if let Some(HostTool { version, .. }) = &host
            && fits(need, version)
        {
            let is_other = major_of(version) != Some(need.major);
            let why = need.acceptable.as_ref().filter(|_| is_other).map(|range| {
                format!("`{range}` accepts it; {} suggests {}", need.source, need.major)
            });
            chain.tools.push(of_host(version, why));
            return Ok(());
        }
        // Another one of an image: the major itself before what is acceptable.
        let others = self.host.other_nodes();
        let of_major = others
            .iter()
            .find(|(version, _)| major_of(version) == Some(need.major) && fits(need, version));
        let other = of_major.or_else(|| others.iter().find(|(version, _)| fits(need, version)));
        if let Some((version, dir)) = other {
            let origin = Origin::Image { dir: Some((*dir).to_owned()) };
            chain.tools.push(Tool { origin, ..of_host(version, None) });
            return Ok(());
        }
        if let Some(HostTool { version, .. }) = host.as_ref().filter(|host| outlives(need, host)) {
            let why =
                format!("{} suggests {}, which nobody maintains any more", need.source, need.major);
            chain.tools.push(of_host(version, Some(why)));
            return Ok(());
        }
        let wish = format!("Node {} is what `{}` asks for", need.major, need.source);
        if self.choice == ToolsChoice::Host {
            if let Some(HostTool { version, .. }) = host {
                chain.warnings.push(format!("{wish}; the host's {version} is used"));
                chain.tools.push(of_host(&version, None));
            }
            return Ok(());
        }
        let Some(range) = VersionRange::major(need.major) else {
            return Ok(());
        };
        let preferred = need.acceptable.as_ref();
        let exact = preferred.filter(|wanted| wanted.exact().is_some() && wanted.overlaps(&range));
        let wanted = Wanted { range: exact.unwrap_or(&range), preferred, hash: None };
        match self.obtain(Program::Node, need.major, &wanted).await {
            Ok(obtained) => chain.tools.push(of_registry(obtained, None)),
            Err(Failure::Npm(source)) => {
                let may_do = |version: &&HostTool| {
                    let accepts = |range: &VersionRange| range.contains(&version.version);
                    !need.pinned && need.acceptable.as_ref().is_none_or(accepts)
                };
                let Some(HostTool { version, .. }) = host.as_ref().filter(may_do) else {
                    let needed = format!("Node {}", wanted.range);
                    let host = host.map(|host| format!("the host's {}", host.version));
                    let asked_by = Some(need.source.clone());
                    return Err(ToolError::Unobtainable { needed, asked_by, host, source });
                };
                chain.warnings.push(format!("{wish}, and {source}; the host's {version} is used"));
                chain.tools.push(of_host(version, None));
            }
            Err(Failure::Final(error)) => return Err(error),
        }
        Ok(())
    }

    /// npm, if the host's does not run with a Node that was obtained.
    async fn npm_for(&self, node: &str, chain: &mut ToolChain) -> Result<(), ToolError> {
        if self.host.tool(Program::Npm).await.is_some_and(|npm| npm.runs_with(node)) {
            return Ok(());
        }
        // The major that this Node comes with.
        let major = match major_of(node).unwrap_or_default() {
            0..=14 => 6,
            15..=17 => 8,
            18..=23 => 10,
            _ => 11,
        };
        let Some(range) = VersionRange::major(major) else {
            return Ok(());
        };
        let wanted = Wanted { range: &range, preferred: None, hash: None };
        match self.obtain(Program::Npm, major, &wanted).await {
            Ok(obtained) => {
                let why = format!("the host's does not run with Node {node}");
                chain.tools.push(of_registry(obtained, Some(why)));
                Ok(())
            }
            Err(Failure::Npm(source)) => {
                let needed = format!("npm {range}");
                Err(ToolError::Unobtainable { needed, asked_by: None, host: None, source })
            }
            Err(Failure::Final(error)) => Err(error),
        }
    }

    async fn manager(
        &self,
        need: &ManagerNeed,
        node: Option<&str>,
        chain: &mut ToolChain,
    ) -> Result<(), ToolError> {
        let program = need.program;
        let (range, hash, unchecked) = match &need.version {
            ManagerVersion::Any => return Ok(()),
            ManagerVersion::Carried(path) => {
                let dir = self.cache.carried(path)?;
                let origin = Origin::Repository { path: path.clone(), dir };
                chain.tools.push(Tool { program, version: None, origin, why: None });
                return Ok(());
            }
            ManagerVersion::Pinned { range, hash, unchecked } => {
                (range, hash.as_ref(), unchecked.clone())
            }
            ManagerVersion::Fitting(range) => (range, None, None),
        };
        let host = self.host.tool(program).await;
        let of_host = |version: String| Tool {
            program,
            version: Some(version),
            origin: self.host.origin(),
            why: None,
        };
        if let Some(HostTool { version, .. }) = host.as_ref().filter(|host| suits(need, host)) {
            chain.tools.push(of_host(version.clone()));
            return Ok(());
        }
        if self.choice == ToolsChoice::Host {
            let Some(HostTool { version, .. }) = host else {
                return Err(ToolError::NotOnHost { needed: format!("{program} {range}") });
            };
            chain.warnings.push(format!(
                "{program} {range} is what the project asks for; the host's {version} is used"
            ));
            chain.tools.push(of_host(version));
            return Ok(());
        }
        // Both Yarns are the same program; the range tells which.
        let major = range.lowest_major().unwrap_or_default();
        match self.obtain(program, major, &Wanted { range, preferred: None, hash }).await {
            Ok(obtained) => {
                if let Some(other) = node.and_then(|node| other_node_needed(&obtained.tool, node)) {
                    chain.warnings.push(format!(
                        "{program} {} says that it needs Node `{other}`, and runs with {}",
                        obtained.tool.version,
                        node.unwrap_or_default()
                    ));
                }
                chain.tools.push(of_registry(
                    obtained,
                    unchecked.or_else(|| elsewhere(program, major, hash)),
                ));
                Ok(())
            }
            Err(Failure::Npm(source)) => {
                let same_major = |host: &HostTool| major_of(&host.version) == Some(major);
                let Some(HostTool { version, .. }) = host.filter(same_major) else {
                    let needed = format!("{program} {range}");
                    return Err(ToolError::Unobtainable {
                        needed,
                        asked_by: None,
                        host: None,
                        source,
                    });
                };
                chain.warnings.push(format!(
                    "{program} {range} is pinned, and {source}; the host's {version} is used"
                ));
                chain.tools.push(of_host(version));
                Ok(())
            }
            Err(Failure::Final(error)) => Err(error),
        }
    }

    async fn obtain(
        &self,
        program: Program,
        major: u64,
        wanted: &Wanted<'_>,
    ) -> Result<Obtained, Failure> {
        let Some(package) = package_here(program, major) else {
            let platform = format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH);
            return Err(Failure::Npm(NpmError::NoBuild { platform }));
        };
        let Wanted { range, preferred, hash } = *wanted;
        let request = Request { program, package: &package, range, preferred, hash };
        obtain(&request, &self.cache, &self.npm, &*self.announce).await
    }
}

struct Wanted<'a> {
    range: &'a VersionRange,
    preferred: Option<&'a VersionRange>,
    hash: Option<&'a PinnedHash>,
}

fn package_here(program: Program, major: u64) -> Option<Package> {
    package(program, major, std::env::consts::OS, std::env::consts::ARCH)
}

/// Why a pinned hash says nothing, if it is about another package.
fn elsewhere(program: Program, major: u64, hash: Option<&PinnedHash>) -> Option<String> {
    let package = package_here(program, major)?;
    (hash.is_some() && package.hashed == Hashed::Elsewhere).then(|| {
        format!(
            "the hash of its pin is not about `{}`; the registry's sha512 is checked",
            package.name
        )
    })
}

pub(super) fn of_registry(obtained: Obtained, why: Option<String>) -> Tool {
    let Obtained { tool, was_cached } = obtained;
    Tool {
        program: tool.program,
        version: Some(tool.version),
        origin: Origin::Registry { integrity: tool.integrity, dir: tool.dir, was_cached },
        why,
    }
}

/// Whether the host's Node is what the project needs.
fn fits(need: &NodeNeed, version: &str) -> bool {
    if major_of(version) == Some(need.major) {
        let major = VersionRange::major(need.major);
        // A range that excludes the major altogether is contradicted by it.
        let is_contradicted =
            |range: &VersionRange| major.as_ref().is_some_and(|major| !range.overlaps(major));
        return need
            .acceptable
            .as_ref()
            .is_none_or(|range| range.contains(version) || is_contradicted(range));
    }
    let says_enough = |range: &&VersionRange| {
        range.lowest_major().is_some_and(|lowest| lowest >= OLDEST_DEVELOPED_WITH)
    };
    !need.pinned
        && need.acceptable.as_ref().filter(says_enough).is_some_and(|range| range.contains(version))
}

/// Whether the host's Node takes the place of one that is only suggested and
/// has reached the end of its life.
fn outlives(need: &NodeNeed, host: &HostTool) -> bool {
    let accepts = |range: &VersionRange| range.contains(&host.version);
    !need.pinned
        && need.major < OLDEST_SUGGESTED
        && major_of(&host.version).is_some_and(|major| major >= OLDEST_SUGGESTED)
        && need.acceptable.as_ref().is_none_or(accepts)
}

/// Whether the host's package manager is what the project needs.
fn suits(need: &ManagerNeed, host: &HostTool) -> bool {
    match &need.version {
        ManagerVersion::Pinned { range, .. } => range.contains(&host.version),
        ManagerVersion::Fitting(range) => {
            // pnpm 9 and 10 write the same lock files.
            let is_next = need.program == Program::Pnpm
                && range.lowest_major() == Some(9)
                && major_of(&host.version) == Some(10);
            is_next || range.contains(&host.version)
        }
        ManagerVersion::Carried(_) | ManagerVersion::Any => true,
    }
}
