//! Runs the detectors and weighs what they claim. For each kind of fact the
//! claim with the highest confidence wins; between equals the earlier one, so
//! the order of the detectors is their priority. Tags and notes add up. What
//! the user wrote is a claim of confidence 1.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::config::{CONFIG_FILE, CommandOverride, CommandsConfig, Config};
use crate::domain::{
    BenchKind, CommandSource, DetectedBench, DetectedCommand, DetectionNote, EvidenceLine,
    HttpLoad, NodeVersion, Project, Ratio, RejectedCommand, ServiceNeed, WorkspaceKind,
    WorkspacePackage,
};
use crate::ports::{Claim, Detector, Fact, SourceTree};

/// Finds out about a checkout. `config_text` is the text that `config` was
/// read from, for the lines of the user's overrides; it may be empty.
pub fn detect(
    tree: &dyn SourceTree,
    detectors: &[Box<dyn Detector>],
    config: &Config,
    config_text: &str,
) -> Project {
    let mut claims = user_claims(config, config_text);
    for detector in detectors {
        let more = detector.detect(tree, &claims);
        claims.extend(more);
    }
    let mut project = weigh(&claims);
    if let Some(bench) = project.bench.as_mut().filter(|bench| bench.kind == BenchKind::Http) {
        bench.load = Some(HttpLoad { start: Some(bench.cmd.clone()), ..config.http.clone() });
    }
    project
}

/// Merges claims into one picture of the project.
pub fn weigh(claims: &[Claim]) -> Project {
    Project {
        name: best(claims, |fact| match fact {
            Fact::Name(name) => Some(name.clone()),
            _ => None,
        })
        .map(|(name, _)| name),
        package_manager: best(claims, |fact| match fact {
            Fact::PackageManager(manager) => Some(manager.clone()),
            _ => None,
        })
        .map(|(manager, _)| manager),
        working_directory: best(claims, |fact| match fact {
            Fact::WorkingDirectory(path) => Some(path.clone()),
            _ => None,
        })
        .map_or_else(|| ".".to_owned(), |(path, _)| path),
        install_cmd: command(claims, |fact| match fact {
            Fact::Install(cmd) => Some(cmd.clone()),
            _ => None,
        }),
        build_cmd: command(claims, |fact| match fact {
            Fact::Build(cmd) => Some(cmd.clone()),
            _ => None,
        }),
        typecheck_cmd: command(claims, |fact| match fact {
            Fact::Typecheck(cmd) => Some(cmd.clone()),
            _ => None,
        }),
        test_cmd: command(claims, |fact| match fact {
            Fact::Test(cmd) => Some(cmd.clone()),
            _ => None,
        }),
        bench: bench(claims),
        node_version: best(claims, |fact| match fact {
            Fact::Node(version) => Some(version.clone()),
            _ => None,
        })
        .map(|(version, _)| version),
        workspace_kind: best(claims, |fact| match fact {
            Fact::Workspace(kind) => Some(*kind),
            _ => None,
        })
        .map_or(WorkspaceKind::None, |(kind, _)| kind),
        packages: packages(claims),
        package: None,
        apart: apart(claims),
        rejected: rejected(claims),
        services: services(claims),
        tags: tags(claims),
        notes: notes(claims),
    }
}

/// What `selfopt.toml` says about the project and its commands, as claims.
pub fn user_claims(config: &Config, config_text: &str) -> Vec<Claim> {
    let CommandsConfig { install, build, typecheck, test, bench } = &config.commands;
    let lines = override_lines(config_text);
    let line = |key: &str| lines.get(key).cloned();
    let cmd = |value: &CommandOverride| value.command().map(str::to_owned);
    let node = config.project.node_version().map(|(pick, version)| {
        let whole = EvidenceLine { path: CONFIG_FILE.to_owned(), line: None, text: String::new() };
        let source = line("project.node").unwrap_or(whole);
        Fact::Node(NodeVersion { pick, acceptable: Some(version), pinned: true, source })
    });
    let script = bench.as_ref().and_then(CommandOverride::command);
    let server = config.http.start.clone();
    // `bench = false` says that there is no script, which a server is none of.
    let bench = match (script, server) {
        (None, Some(start)) => ("http.start", Some(Fact::Bench(Some((BenchKind::Http, start))))),
        _ => (
            "commands.bench",
            bench.as_ref().map(|value| Fact::Bench(cmd(value).map(|cmd| (BenchKind::Script, cmd)))),
        ),
    };
    let both = (script.is_some() && config.http.start.is_some()).then(|| {
        Fact::Note(DetectionNote {
            message: "the benchmark of `[commands]` is measured and the server of `[http]` is not: a run measures one benchmark, and a command says most exactly which".to_owned(),
            hint: Some("to measure the server, take `bench` out of `[commands]`".to_owned()),
            evidence: line("http.start"),
        })
    });
    let facts = [
        ("project.package_manager", config.project.manager().map(Fact::PackageManager)),
        (
            "project.working_directory",
            config.project.working_directory.clone().map(Fact::WorkingDirectory),
        ),
        ("project.node", node),
        ("commands.install", install.as_ref().map(|value| Fact::Install(cmd(value)))),
        ("commands.build", build.as_ref().map(|value| Fact::Build(cmd(value)))),
        ("commands.typecheck", typecheck.as_ref().map(|value| Fact::Typecheck(cmd(value)))),
        ("commands.test", test.as_ref().map(|value| Fact::Test(cmd(value)))),
        bench,
        ("http.start", both),
    ];
    facts
        .into_iter()
        .filter_map(|(key, fact)| {
            Some(Claim {
                fact: fact?,
                confidence: Ratio(1.0),
                source: CommandSource::User,
                evidence: line(key).into_iter().collect(),
            })
        })
        .collect()
}

/// The line of each key that overrides what is detected, by table and key.
fn override_lines(config_text: &str) -> BTreeMap<String, EvidenceLine> {
    type Table = BTreeMap<String, toml::Spanned<toml::Value>>;

    #[derive(Deserialize)]
    struct Overrides {
        #[serde(default)]
        project: Table,
        #[serde(default)]
        commands: Table,
        #[serde(default)]
        http: Table,
    }

    let Ok(Overrides { project, commands, http }) = toml::from_str(config_text) else {
        return BTreeMap::new();
    };
    let keys = |table: &'static str, values: Table| {
        values.into_iter().map(move |(key, value)| (format!("{table}.{key}"), value.span().start))
    };
    keys("project", project)
        .chain(keys("commands", commands))
        .chain(keys("http", http))
        .map(|(key, start)| {
            let before = config_text.get(..start).unwrap_or_default();
            let line_idx = before.matches('\n').count();
            let text = config_text.lines().nth(line_idx).unwrap_or_default().trim().to_owned();
            let line = u32::try_from(line_idx + 1).ok();
            (key, EvidenceLine { path: CONFIG_FILE.to_owned(), line, text })
        })
        .collect()
}

/// The value of the most confident claim for which `pick` answers.
fn best<T>(claims: &[Claim], pick: impl Fn(&Fact) -> Option<T>) -> Option<(T, &Claim)> {
    let mut winner: Option<(T, &Claim)> = None;
    for claim in claims {
        let beaten = winner.as_ref().is_some_and(|(_, w)| w.confidence >= claim.confidence);
        if !beaten && let Some(value) = pick(&claim.fact) {
            winner = Some((value, claim));
        }
    }
    winner
}

fn command(
    claims: &[Claim],
    pick: impl Fn(&Fact) -> Option<Option<String>>,
) -> Option<DetectedCommand> {
    let (cmd, claim) = best(claims, pick)?;
    Some(DetectedCommand {
        cmd: cmd?,
        confidence: claim.confidence,
        source: claim.source,
        evidence: claim.evidence.clone(),
    })
}

fn bench(claims: &[Claim]) -> Option<DetectedBench> {
    let (bench, claim) = best(claims, |fact| match fact {
        Fact::Bench(bench) => Some(bench.clone()),
        _ => None,
    })?;
    let (kind, cmd) = bench?;
    Some(DetectedBench {
        kind,
        cmd,
        confidence: claim.confidence,
        source: claim.source,
        evidence: claim.evidence.clone(),
        load: None,
    })
}

/// What `pick` finds, sorted by its key; of equal keys the earliest claim's.
fn earliest<K: Ord, T>(claims: &[Claim], pick: impl Fn(&Fact) -> Option<(K, T)>) -> Vec<T> {
    let found: BTreeMap<K, T> = claims.iter().rev().filter_map(|claim| pick(&claim.fact)).collect();
    found.into_values().collect()
}

fn packages(claims: &[Claim]) -> Vec<WorkspacePackage> {
    earliest(claims, |fact| match fact {
        Fact::Package(package) => Some((package.path.clone(), (**package).clone())),
        _ => None,
    })
}

fn apart(claims: &[Claim]) -> Vec<String> {
    let folders: BTreeSet<_> = claims
        .iter()
        .filter_map(|claim| match &claim.fact {
            Fact::Apart(folder) => Some(folder.clone()),
            _ => None,
        })
        .collect();
    folders.into_iter().collect()
}

/// By phase, the earliest reason for each command.
fn rejected(claims: &[Claim]) -> Vec<RejectedCommand> {
    earliest(claims, |fact| match fact {
        Fact::Rejected(one) => Some(((one.phase, one.cmd.clone()), one.clone())),
        _ => None,
    })
}

/// Each need once, with its first line.
fn services(claims: &[Claim]) -> Vec<ServiceNeed> {
    earliest(claims, |fact| match fact {
        Fact::Service(service) => Some((service.name.clone(), service.clone())),
        _ => None,
    })
}

fn tags(claims: &[Claim]) -> Vec<String> {
    let tags: BTreeSet<_> = claims
        .iter()
        .filter_map(|claim| match &claim.fact {
            Fact::Tag(tag) => Some(tag.clone()),
            _ => None,
        })
        .collect();
    tags.into_iter().collect()
}

fn notes(claims: &[Claim]) -> Vec<crate::domain::DetectionNote> {
    let mut notes: Vec<_> = claims
        .iter()
        .filter_map(|claim| match &claim.fact {
            Fact::Note(note) => Some(note.clone()),
            _ => None,
        })
        .collect();
    notes.sort_by(|a, b| {
        let place = |note: &crate::domain::DetectionNote| {
            note.evidence.as_ref().map(|line| (line.path.clone(), line.line))
        };
        (place(a), &a.message).cmp(&(place(b), &b.message))
    });
    notes.dedup();
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DetectionNote;
    use crate::ports::MemoryTree;

    fn claim(fact: Fact, confidence: f64) -> Claim {
        Claim {
            fact,
            confidence: Ratio(confidence),
            source: CommandSource::Script,
            evidence: vec![],
        }
    }

    fn test(cmd: &str, confidence: f64) -> Claim {
        claim(Fact::Test(Some(cmd.into())), confidence)
    }

    fn chosen(claims: &[Claim]) -> Option<String> {
        weigh(claims).test_cmd.map(|test| test.cmd)
    }

    #[test]
    fn the_most_confident_claim_wins_and_the_earlier_of_equals() {
        assert_eq!(chosen(&[test("a", 0.5), test("b", 0.7)]), Some("b".into()));
        assert_eq!(chosen(&[test("a", 0.5), test("b", 0.5)]), Some("a".into()));
        assert_eq!(chosen(&[test("a", 0.5), claim(Fact::Test(None), 0.6)]), None);
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn tags_and_notes_add_up_sorted_and_once() {
        let note = |message: &str| {
            claim(
                Fact::Note(DetectionNote { message: message.into(), hint: None, evidence: None }),
                1.0,
            )
        };
        let tag = |name: &str| claim(Fact::Tag(name.into()), 0.1);
        let project =
            weigh(&[tag("vite"), note("b"), tag("ava"), note("a"), tag("vite"), note("b")]);
        assert_eq!(project.tags, ["ava", "vite"]);
        let messages: Vec<_> = project.notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(messages, ["a", "b"]);
    }

    #[test]
    fn the_user_wins_and_is_quoted_with_the_line() {
        struct Sure;
        impl Detector for Sure {
            fn detect(&self, _: &dyn SourceTree, _: &[Claim]) -> Vec<Claim> {
                vec![test("npm test", 1.0), claim(Fact::Build(Some("npm run build".into())), 0.9)]
            }
        }
        let text =
            "[budget]\nwall_minutes = 5\n\n[commands]\ntest = \"npm run unit\"\nbuild = false\n";
        let config = Config::parse(text).unwrap().config;
        let tree = MemoryTree::default();
        let project = detect(&tree, &[Box::new(Sure)], &config, text);
        let test = project.test_cmd.unwrap();
        assert_eq!((test.cmd.as_str(), test.source), ("npm run unit", CommandSource::User));
        assert_eq!(test.evidence[0].to_string(), "selfopt.toml:5");
        assert_eq!(test.evidence[0].text, "test = \"npm run unit\"");
        assert_eq!(project.build_cmd, None);
    }

    #[test]
    fn the_project_is_what_the_user_says() {
        let text =
            "[project]\npackage_manager = \"pnpm@9.1.0\"\nworking_directory = \"app\"\nnode = 20\n";
        let config = Config::parse(text).unwrap().config;
        let project = detect(&MemoryTree::default(), &[], &config, text);
        let manager = project.package_manager.unwrap();
        assert_eq!(
            (manager.name.to_string(), manager.version),
            ("pnpm".into(), Some("9.1.0".into()))
        );
        assert_eq!(project.working_directory, "app");
        let node = project.node_version.unwrap();
        assert_eq!((node.pick.as_str(), node.source.to_string()), ("20", "selfopt.toml:4".into()));
    }
}
