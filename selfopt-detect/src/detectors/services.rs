//! What a project needs beside itself: databases, queues, Docker, Chrome. Only
//! what a file says outright counts; a client library alone does not, because
//! tests may well imitate what it talks to.

use selfopt_core::{Claim, CommandSource, Detector, EvidenceLine, Fact, ServiceNeed, SourceTree};
use serde_yaml_ng::Value;

use super::manager_for;
use super::service_names::{BROWSERS, CLIENTS, DRIVERS, STAND_INS, of_image};
use crate::ci::{self, Ci, CiCommand};
use crate::evidence::{claim, find_line, whole_file};
use crate::kind::{Kind, drives_chrome, from_name, tokens};
use crate::manifest::Manifest;
use crate::scripts::{Leaf, Node, Scripts};
use crate::tree_facts::{file_name, is_own, is_test};

pub(super) struct Services;

/// Test files that are read for what they load.
const MAX_TEST_FILES: usize = 60;
/// The largest of them; tests with more are data.
const MAX_TEST_BYTES: u64 = 64 << 10;
/// The largest compose file or schema that is read.
const MAX_BYTES: u64 = 1 << 20;

impl Detector for Services {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let manifest = Manifest::root_or_default(tree);
        let ci = ci::read(tree);
        let manager = manager_for(so_far, tree, &manifest, &ci);
        let scripts = Scripts { manifest: &manifest, manager };
        let mut needs = Needs::default();
        of_ci(&ci, &mut needs);
        of_dependencies(tree, &manifest, &mut needs);
        of_scripts(tree, &scripts, &mut needs);
        of_compose(tree, &manifest, &mut needs);
        of_tests(tree, &manifest, &mut needs);
        needs.0.into_iter().map(need).collect()
    }
}

/// Each service with the first line that says so.
#[derive(Default)]
struct Needs(Vec<ServiceNeed>);

impl Needs {
    fn add(&mut self, name: &str, evidence: EvidenceLine) {
        if !self.has(name) {
            self.0.push(ServiceNeed { name: name.to_owned(), evidence });
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known.name == name)
    }
}

fn need(service: ServiceNeed) -> Claim {
    let line = service.evidence.clone();
    claim(Fact::Service(service), 0.8, CommandSource::Synthesized, vec![line])
}

/// Containers beside a job that runs tests.
fn of_ci(ci: &Ci, needs: &mut Needs) {
    for service in &ci.services {
        let image = service.image.as_str();
        let last = image.split('@').next().unwrap_or_default().rsplit('/').next();
        let name = last.unwrap_or_default().split(':').next().unwrap_or_default();
        let name = of_image(image).unwrap_or(name);
        if !name.is_empty() && !name.contains('$') {
            needs.add(name, service.line.clone());
        }
    }
    // `docker run -d -p 3306:3306 mysql:8`, where the tests run as well.
    let runs = |command: &&CiCommand| command.cmd.starts_with("docker run ");
    for command in ci.commands.iter().filter(runs) {
        let mut images = command.cmd.split_whitespace().skip(2).filter(|word| {
            !word.starts_with(['-', '$', '/', '.']) && !word.contains('=') && word.contains(':')
        });
        // Of the images of a matrix one is enough.
        let is_known = needs.0.iter().any(|known| known.evidence == command.line);
        if let Some(name) = images.find_map(of_image).filter(|_| !is_known) {
            needs.add(name, command.line.clone());
        }
    }
}

/// Dependencies that start containers, and browsers that are configured.
fn of_dependencies(tree: &dyn SourceTree, manifest: &Manifest, needs: &mut Needs) {
    for (name, field) in &manifest.dependencies {
        if let Some(module) = name.strip_prefix("@testcontainers/") {
            needs.add("docker", field.line.clone());
            if let Some(service) = of_image(module) {
                needs.add(service, field.line.clone());
            }
        } else if name == "testcontainers" {
            needs.add("docker", field.line.clone());
        }
    }
    for (package, start) in BROWSERS {
        let config = || {
            let mut paths = tree.entries().iter().map(|entry| entry.path.as_str());
            paths.find(|path| is_own(path) && file_name(path).starts_with(start))
        };
        if manifest.depends_on(package)
            && let Some(path) = config()
        {
            needs.add("chrome", whole_file(path));
        }
    }
}

/// What the scripts of tests start or change.
fn of_scripts(tree: &dyn SourceTree, scripts: &Scripts<'_>, needs: &mut Needs) {
    for script in &scripts.manifest.scripts {
        // `docker:test` is about tests, `docker:prod` is not.
        let is_test = from_name(&script.name) == Kind::Test
            || tokens(&script.name)
                .iter()
                .any(|word| matches!(word.as_str(), "test" | "tests" | "e2e" | "integration"));
        let Some(node) = scripts.expand(&script.name).filter(|_| is_test) else {
            continue;
        };
        let root = Node::Script(node);
        for leaf in root.leaves() {
            match leaf.kind {
                Kind::Docker => needs.add("docker", script.line.clone()),
                Kind::Browser if starts_chrome(leaf) => needs.add("chrome", script.line.clone()),
                // A migration before the tests: its database must be there.
                Kind::Migrate => {
                    if let Some((service, line)) = schema_database(tree) {
                        needs.add(service, line);
                    }
                }
                _ => {}
            }
        }
    }
}

fn starts_chrome(leaf: &Leaf) -> bool {
    leaf.core.first().is_some_and(|program| drives_chrome(program))
}

/// The database of a Prisma schema.
fn schema_database(tree: &dyn SourceTree) -> Option<(&'static str, EvidenceLine)> {
    let path =
        ["prisma/schema.prisma", "schema.prisma"].into_iter().find(|path| tree.contains(path))?;
    let text = text(tree, path)?;
    let databases = [
        ("postgresql", "postgres"),
        ("postgres", "postgres"),
        ("mysql", "mysql"),
        ("sqlserver", "mssql"),
        ("mongodb", "mongodb"),
        ("cockroachdb", "cockroachdb"),
    ];
    databases.into_iter().find_map(|(provider, service)| {
        let line = find_line(path, &text, |line| {
            let line = line.trim();
            line.starts_with("provider") && line.ends_with(&format!("\"{provider}\""))
        });
        line.line.is_some().then_some((service, line))
    })
}

/// Containers of a compose file whose client the project depends on; all of
/// them where the tests' scripts start Docker.
fn of_compose(tree: &dyn SourceTree, manifest: &Manifest, needs: &mut Needs) {
    let starts_docker = needs.has("docker");
    let talks_to = |service: &str| {
        CLIENTS.iter().any(|(package, of)| *of == service && manifest.depends_on(package))
    };
    let is_compose = |path: &str| {
        let is_named = ["docker-compose", "compose."].iter().any(|start| path.starts_with(start));
        !path.contains('/') && is_named && [".yml", ".yaml"].iter().any(|end| path.ends_with(end))
    };
    let paths: Vec<_> = tree
        .entries()
        .iter()
        .map(|entry| entry.path.as_str())
        .filter(|path| is_compose(path))
        .take(8)
        .collect();
    for path in paths {
        let Some(text) = text(tree, path) else {
            continue;
        };
        let Ok(root) = serde_yaml_ng::from_str::<Value>(&text) else {
            continue;
        };
        let services = root.get("services").and_then(Value::as_mapping);
        for service in services.into_iter().flat_map(|services| services.values()) {
            let Some(image) = service.get("image").and_then(Value::as_str) else {
                continue;
            };
            let known = of_image(image).filter(|name| starts_docker || talks_to(name));
            if let Some(name) = known.filter(|name| !imitated(manifest, name)) {
                needs.add(name, find_line(path, &text, |line| line.contains(image)));
            }
        }
    }
}

/// What test files load and do not replace.
fn of_tests(tree: &dyn SourceTree, manifest: &Manifest, needs: &mut Needs) {
    let clients = CLIENTS.iter().copied().chain(DRIVERS.map(|driver| (driver, "chrome")));
    let open: Vec<_> = clients
        .filter(|(package, service)| {
            manifest.depends_on(package) && !needs.has(service) && !imitated(manifest, service)
        })
        .collect();
    if open.is_empty() {
        return;
    }
    let tests = tree
        .entries()
        .iter()
        .filter(|entry| entry.size > 0 && entry.size <= MAX_TEST_BYTES)
        .filter(|entry| is_test(&entry.path) && is_own(&entry.path));
    for entry in tests.take(MAX_TEST_FILES) {
        let Some(text) = tree.text(&entry.path) else {
            continue;
        };
        for (package, service) in &open {
            let quoted = [format!("'{package}'"), format!("\"{package}\"")];
            let has = |line: &str, words: &[&str]| {
                quoted.iter().any(|name| line.contains(name))
                    && words.iter().any(|word| line.contains(word))
            };
            let line =
                find_line(&entry.path, &text, |line| has(line, &["require(", "from ", "import "]));
            let is_replaced = text.lines().any(|line| has(line, &["mock(", "stub(", "proxyquire"]));
            let is_type = line.text.starts_with("import type");
            if line.line.is_some() && !is_replaced && !is_type {
                needs.add(service, line);
            }
        }
    }
}

/// Whether the tests bring the service along.
fn imitated(manifest: &Manifest, service: &str) -> bool {
    STAND_INS.iter().any(|(package, of)| *of == service && manifest.depends_on(package))
}

fn text(tree: &dyn SourceTree, path: &str) -> Option<String> {
    tree.entry(path).filter(|entry| entry.size <= MAX_BYTES)?;
    tree.text(path)
}
