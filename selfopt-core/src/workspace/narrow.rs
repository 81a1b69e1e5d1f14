//! A project narrowed to one package of its workspace.

use thiserror::Error;

use super::order::with_dependencies;
use crate::config::{CommandsConfig, Config};
use crate::domain::{DetectedCommand, Project, Ratio, WorkspacePackage};

/// Names that are suggested in place of an unknown one.
const SUGGESTED: usize = 3;

/// Lines that support a build of several packages; the first of each.
const EVIDENCE_LINES: usize = 8;

/// A name that no package of the workspace has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.what())]
pub struct UnknownPackage {
    /// The name asked for.
    pub name: String,
    /// The names that look most like it, the likeliest first.
    pub nearest: Vec<String>,
    /// Packages that there are.
    pub n_packages: usize,
}

impl UnknownPackage {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self.nearest.as_slice() {
            [] => "leave out `--package` and `project.package` of `selfopt.toml`".to_owned(),
            nearest => {
                let names: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
                format!("the nearest names are {}; `selfopt detect` lists all", names.join(", "))
            }
        }
    }

    fn what(&self) -> String {
        match self.n_packages {
            0 => format!("there is no package `{}`: no workspace was found here", self.name),
            1 => format!("the workspace's only package is not `{}`", self.name),
            n => format!("none of the workspace's {n} packages is called `{}`", self.name),
        }
    }
}

impl Project {
    /// The project as one of its packages sees it: that package's commands, and
    /// a build of all that it depends on before its own. Dependencies are
    /// installed as before, and everything still runs at the root. `package` is
    /// a name or a folder.
    pub fn narrowed(&self, package: &str) -> Result<Self, UnknownPackage> {
        let folder = package.trim_start_matches("./").trim_end_matches('/');
        let by_name = self.packages.iter().find(|known| known.name == package);
        let chosen = by_name
            .or_else(|| self.packages.iter().find(|known| known.path == folder))
            .ok_or_else(|| self.unknown(package))?;
        Ok(Self {
            name: Some(chosen.name.clone()),
            package: Some(chosen.name.clone()),
            build_cmd: self.build_of(chosen),
            typecheck_cmd: chosen.typecheck_cmd.clone(),
            test_cmd: chosen.test_cmd.clone(),
            bench: chosen.bench.clone(),
            ..self.clone()
        })
    }

    /// The folder of the package that the project is narrowed to.
    pub fn package_folder(&self) -> Option<&str> {
        let name = self.package.as_ref()?;
        let package = self.packages.iter().find(|package| package.name == *name)?;
        Some(&package.path)
    }

    /// The task runner's or package manager's own command where there is one,
    /// else the builds one after the other.
    fn build_of(&self, package: &WorkspacePackage) -> Option<DetectedCommand> {
        if package.build_all.is_some() {
            return package.build_all.clone();
        }
        let needed = with_dependencies(&self.packages, &package.name);
        let builds: Vec<_> =
            needed.iter().filter_map(|package| package.build_cmd.as_ref()).collect();
        let last = *builds.last()?;
        if builds.len() == 1 {
            return Some(last.clone());
        }
        // A `cd` must not outlive its command.
        let cmds = builds.iter().map(|build| {
            if build.cmd.starts_with("cd ") {
                format!("({})", build.cmd)
            } else {
                build.cmd.clone()
            }
        });
        let confidence = builds.iter().map(|build| build.confidence.0).fold(1.0, f64::min);
        let lines = builds.iter().filter_map(|build| build.evidence.first().cloned());
        Some(DetectedCommand {
            cmd: cmds.collect::<Vec<_>>().join(" && "),
            confidence: Ratio(confidence),
            source: last.source,
            evidence: lines.take(EVIDENCE_LINES).collect(),
        })
    }

    fn unknown(&self, package: &str) -> UnknownPackage {
        let likeness = |known: &str| {
            let bare = known.rsplit('/').next().unwrap_or(known);
            strsim::jaro_winkler(package, known).max(strsim::jaro_winkler(package, bare))
        };
        let mut ranked: Vec<_> =
            self.packages.iter().map(|known| (likeness(&known.name), &known.name)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        UnknownPackage {
            name: package.to_owned(),
            nearest: ranked.into_iter().take(SUGGESTED).map(|(_, name)| name.clone()).collect(),
            n_packages: self.packages.len(),
        }
    }
}

/// The project as the configuration wants it: narrowed to `project.package`,
/// where it names one. Commands of the user stay.
pub fn focused(project: Project, config: &Config) -> Result<Project, UnknownPackage> {
    let Some(package) = &config.project.package else {
        return Ok(project);
    };
    let mut narrowed = project.narrowed(package)?;
    let CommandsConfig { install: _, build, typecheck, test, bench } = &config.commands;
    if build.is_some() {
        narrowed.build_cmd = project.build_cmd;
    }
    if typecheck.is_some() {
        narrowed.typecheck_cmd = project.typecheck_cmd;
    }
    if test.is_some() {
        narrowed.test_cmd = project.test_cmd;
    }
    if bench.is_some() || config.http.start.is_some() {
        narrowed.bench = project.bench;
    }
    Ok(narrowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::weigh;
    use crate::domain::{CommandSource, EvidenceLine};
    use crate::ports::{Claim, Fact};
    use crate::workspace::properties::package;

    fn command(cmd: &str, confidence: f64) -> DetectedCommand {
        let line = EvidenceLine { path: format!("{cmd}.json"), line: Some(1), text: String::new() };
        DetectedCommand {
            cmd: cmd.to_owned(),
            confidence: Ratio(confidence),
            source: CommandSource::Script,
            evidence: vec![line],
        }
    }

    fn project() -> Project {
        let mut core = package("@x/core", "packages/core", &[]);
        core.build_cmd = Some(command("cd packages/core && npx tsc", 0.7));
        let mut ui = package("@x/ui", "packages/ui", &["@x/core"]);
        ui.build_cmd = Some(command("npm run build -w @x/ui", 0.9));
        ui.test_cmd = Some(command("npm test -w @x/ui", 0.9));
        let docs = package("@x/docs", "docs", &["@x/ui"]);
        let install = Claim {
            fact: Fact::Install(Some("npm ci".to_owned())),
            confidence: Ratio(0.9),
            source: CommandSource::Lockfile,
            evidence: vec![],
        };
        let test = Claim { fact: Fact::Test(Some("npm test".to_owned())), ..install.clone() };
        Project { packages: vec![docs, core, ui], ..weigh(&[install, test]) }
    }

    #[test]
    fn a_package_brings_its_commands_and_the_builds_below_it() {
        let ui = project().narrowed("@x/ui").unwrap();
        let build = ui.build_cmd.clone().unwrap();
        assert_eq!(build.cmd, "(cd packages/core && npx tsc) && npm run build -w @x/ui");
        assert_eq!((build.confidence, build.evidence.len()), (Ratio(0.7), 2));
        assert_eq!(ui.test_cmd.as_ref().unwrap().cmd, "npm test -w @x/ui");
        assert_eq!(ui.install_cmd.as_ref().unwrap().cmd, "npm ci");
        assert_eq!(
            (ui.working_directory.as_str(), ui.package_folder()),
            (".", Some("packages/ui"))
        );
        // Narrowing twice is narrowing once, and another package is still there.
        assert_eq!(ui.narrowed("./packages/ui/").unwrap(), ui);
        let docs = ui.narrowed("@x/docs").unwrap();
        assert_eq!((docs.build_cmd, docs.test_cmd), (Some(build), None));
    }

    #[test]
    fn the_managers_own_command_goes_before_the_chain() {
        let mut project = project();
        project.packages[2].build_all = Some(command("pnpm --filter @x/ui... run build", 0.9));
        let build = project.narrowed("@x/ui").unwrap().build_cmd.unwrap();
        assert_eq!(build.cmd, "pnpm --filter @x/ui... run build");
    }

    #[test]
    fn what_the_user_wrote_stays() {
        let text = "[project]\npackage = \"@x/ui\"\n[commands]\nbuild = false\ntest = \"make\"\n";
        let config = Config::parse(text).unwrap().config;
        let mut project = project();
        project.test_cmd = Some(command("make", 1.0));
        let focused = focused(project, &config).unwrap();
        assert_eq!(focused.build_cmd, None);
        assert_eq!(focused.test_cmd.unwrap().cmd, "make");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let error = project().narrowed("uii").unwrap_err();
        assert_eq!(error.to_string(), "none of the workspace's 3 packages is called `uii`");
        assert_eq!(error.nearest.first().map(String::as_str), Some("@x/ui"));
        assert!(error.hint().contains("`@x/ui`"), "{}", error.hint());
        let nowhere = weigh(&[]).narrowed("ui").unwrap_err();
        assert!(nowhere.to_string().contains("no workspace was found"), "{nowhere}");
        assert!(nowhere.hint().contains("leave out"), "{}", nowhere.hint());
    }
}
