//! `package.json`, with the line of every key that detection quotes.

use std::collections::BTreeMap;

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use selfopt_core::{Claim, EvidenceLine, SourceTree};

use crate::evidence::{Lines, note, quoted};

/// Scripts that are read; real packages have some hundred at most.
const MAX_SCRIPTS: usize = 400;
/// The longest script that is read; real ones have some kilobyte at most.
const MAX_SCRIPT_BYTES: usize = 8 << 10;

/// A `package.json`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manifest {
    /// `name`.
    pub(crate) name: Option<Field>,
    /// `scripts`, in the order written.
    pub(crate) scripts: Vec<Script>,
    /// Where each script stands in `scripts`.
    places: BTreeMap<String, usize>,
    /// Dependencies of every sort.
    pub(crate) dependencies: BTreeMap<String, Field>,
    /// `packageManager`.
    pub(crate) package_manager: Option<Field>,
    /// `devEngines.packageManager`: name and version.
    pub(crate) dev_engines_manager: Option<(Field, Option<String>)>,
    /// `main`: the file that the package is.
    pub(crate) main: Option<String>,
    /// `engines.node`.
    pub(crate) engines_node: Option<Field>,
    /// `devEngines.runtime`, where it is Node: the range.
    pub(crate) dev_engines_node: Option<Field>,
    /// `volta`: versions by program.
    pub(crate) volta: BTreeMap<String, Field>,
    /// The globs of `workspaces`.
    pub(crate) workspaces: Option<(Vec<String>, EvidenceLine)>,
    /// `wireit`: what the scripts run whose text is `wireit`.
    pub(crate) wireit: BTreeMap<String, WireitTask>,
    /// Whether it is meant to be published: not private and with an entry.
    pub(crate) is_library: bool,
}

/// A string of the manifest and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) value: String,
    pub(crate) line: EvidenceLine,
}

/// A task of `wireit`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WireitTask {
    /// The command line, where it runs one.
    pub(crate) command: Option<String>,
    /// Scripts that run before: `build`, `./packages/x:build`.
    pub(crate) dependencies: Vec<String>,
    /// Whether it goes on until it is stopped.
    pub(crate) is_service: bool,
}

/// A script and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) line: EvidenceLine,
}

impl Manifest {
    /// The manifest at the root of the tree: `None` when there is none, a note
    /// when it cannot be read.
    pub(crate) fn root(tree: &dyn SourceTree) -> Result<Option<Self>, Box<Claim>> {
        Self::read(tree, "package.json")
    }

    /// The root's manifest, or an empty one; whoever reports broken files has
    /// done so.
    pub(crate) fn root_or_default(tree: &dyn SourceTree) -> Self {
        Self::root(tree).ok().flatten().unwrap_or_default()
    }

    /// The manifest at this path.
    pub(crate) fn read(tree: &dyn SourceTree, path: &str) -> Result<Option<Self>, Box<Claim>> {
        let Some(text) = tree.text(path) else {
            return Ok(None);
        };
        let text = text.trim_start_matches('\u{feff}');
        let broken = |line_idx: usize, what: &str| {
            let line = text.lines().nth(line_idx).unwrap_or_default();
            Box::new(note(
                format!("`{path}` could not be read: {what}"),
                "repair the file, or set the commands in `selfopt.toml`",
                quoted(path, line_idx, line),
            ))
        };
        // npm takes strict JSON only; what it refuses is reported as broken.
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
            return Err(broken(error.line().saturating_sub(1), &error.to_string()));
        }
        let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())
            .map_err(|error| broken(error.line_display().saturating_sub(1), &error.to_string()))?;
        match parsed.value {
            Some(Value::Object(root)) => Ok(Some(Self::from_object(path, text, &root))),
            _ => Err(broken(0, "it holds no object")),
        }
    }

    fn from_object(path: &str, text: &str, root: &Object<'_>) -> Self {
        let reader = Reader { lines: Lines::new(path, text) };
        let scripts = root.get_object("scripts").map_or_else(Vec::new, |scripts| {
            let script = |prop: &ObjectProp<'_>| {
                let Field { value, line } = reader.field(prop)?;
                Some(Script { name: prop.name.as_str().to_owned(), text: value, line })
            };
            let all = scripts.properties.iter().filter_map(script);
            all.filter(|script| script.text.len() <= MAX_SCRIPT_BYTES).take(MAX_SCRIPTS).collect()
        });
        let groups =
            ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
        let dependencies = groups
            .iter()
            .filter_map(|group| root.get_object(group))
            .flat_map(|group| &group.properties)
            .filter_map(|prop| Some((prop.name.as_str().to_owned(), reader.field(prop)?)))
            .collect();
        let in_object = |object: &str, key: &str| {
            root.get_object(object).and_then(|object| reader.field(object.get(key)?))
        };
        let dev_engines_manager = root
            .get_object("devEngines")
            .and_then(|engines| match &engines.get("packageManager")?.value {
                Value::Object(manager) => Some(manager),
                Value::Array(managers) => managers.elements.first()?.as_object(),
                _ => None,
            })
            .and_then(|manager| {
                let version = manager.get_string("version").map(|lit| lit.value.to_string());
                Some((reader.field(manager.get("name")?)?, version))
            });
        let is_private = root.get_boolean("private").is_some_and(|lit| lit.value);
        let has_entry =
            ["main", "module", "exports", "types"].iter().any(|key| root.get(key).is_some());
        Self {
            places: places(&scripts),
            name: root.get("name").and_then(|prop| reader.field(prop)),
            scripts,
            dependencies,
            package_manager: root.get("packageManager").and_then(|prop| reader.field(prop)),
            dev_engines_manager,
            main: root.get_string("main").map(|lit| lit.value.to_string()),
            engines_node: in_object("engines", "node"),
            dev_engines_node: dev_engines_node(root, &reader),
            volta: ["node", "npm", "pnpm", "yarn"]
                .into_iter()
                .filter_map(|program| Some((program.to_owned(), in_object("volta", program)?)))
                .collect(),
            workspaces: root.get("workspaces").and_then(|prop| reader.globs(prop)),
            wireit: wireit(root),
            is_library: has_entry && !is_private,
        }
    }

    /// A manifest of nothing but scripts.
    pub(crate) fn of_scripts(scripts: Vec<Script>) -> Self {
        Self { places: places(&scripts), scripts, ..Self::default() }
    }

    /// The script of this name.
    pub(crate) fn script(&self, name: &str) -> Option<&Script> {
        self.scripts.get(*self.places.get(name)?)
    }

    /// Whether this package is a dependency of any sort.
    pub(crate) fn depends_on(&self, package: &str) -> bool {
        self.dependencies.contains_key(package)
    }
}

/// The first of two scripts of one name counts.
fn places(scripts: &[Script]) -> BTreeMap<String, usize> {
    let places = scripts.iter().enumerate().rev();
    places.map(|(idx, script)| (script.name.clone(), idx)).collect()
}

/// The version of Node in `devEngines.runtime`, which names one runtime or a
/// list of them.
fn dev_engines_node(root: &Object<'_>, reader: &Reader<'_>) -> Option<Field> {
    let node = |value: &Value<'_>| {
        let runtime = value.as_object()?;
        let is_node = runtime.get_string("name").is_some_and(|name| name.value == "node");
        is_node.then(|| reader.field(runtime.get("version")?)).flatten()
    };
    match &root.get_object("devEngines")?.get("runtime")?.value {
        Value::Array(runtimes) => runtimes.elements.iter().take(MAX_SCRIPTS).find_map(node),
        one => node(one),
    }
}

/// Reads fields with their lines.
struct Reader<'a> {
    lines: Lines<'a>,
}

/// The tasks under `wireit`.
fn wireit(root: &Object<'_>) -> BTreeMap<String, WireitTask> {
    let tasks = root.get_object("wireit").map_or(&[][..], |tasks| &tasks.properties);
    let task = |prop: &ObjectProp<'_>| {
        let task = prop.value.as_object()?;
        let dependency = |value: &Value<'_>| match value {
            Value::StringLit(name) => Some(name.value.to_string()),
            Value::Object(object) => Some(object.get_string("script")?.value.to_string()),
            _ => None,
        };
        let dependencies = task.get_array("dependencies").map_or_else(Vec::new, |list| {
            list.elements.iter().take(MAX_SCRIPTS).filter_map(dependency).collect()
        });
        let command = task.get_string("command").map(|command| command.value.to_string());
        let is_service = task.get("service").is_some_and(|service| match &service.value {
            Value::BooleanLit(on) => on.value,
            other => other.as_object().is_some(),
        });
        let command = command.filter(|command| command.len() <= MAX_SCRIPT_BYTES);
        let name = prop.name.as_str().to_owned();
        Some((name, WireitTask { command, dependencies, is_service }))
    };
    tasks.iter().take(MAX_SCRIPTS).filter_map(task).collect()
}

impl Reader<'_> {
    fn field(&self, prop: &ObjectProp<'_>) -> Option<Field> {
        let value = prop.value.as_string_lit()?.value.to_string();
        Some(Field { value, line: self.lines.at(prop.range.start) })
    }

    fn globs(&self, prop: &ObjectProp<'_>) -> Option<(Vec<String>, EvidenceLine)> {
        let list = match &prop.value {
            Value::Array(list) => list,
            Value::Object(object) => object.get_array("packages")?,
            _ => return None,
        };
        let globs = list
            .elements
            .iter()
            .filter_map(|glob| Some(glob.as_string_lit()?.value.to_string()))
            .collect();
        Some((globs, self.lines.at(prop.range.start)))
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn keys_have_their_lines() {
        let text = "{\n  \"name\": \"x\",\n  \"scripts\": {\n    \"test\": \"a\", \"lint\": \"b\"\n  },\n  \"devDependencies\": { \"jest\": \"1\" }\n}";
        let tree = MemoryTree::new([("package.json", text)]);
        let manifest = Manifest::root(&tree).unwrap().unwrap();
        assert_eq!(manifest.script("lint").unwrap().line.to_string(), "package.json:4");
        assert!(manifest.depends_on("jest"));
        assert_eq!(manifest.name.unwrap().line.line, Some(2));
    }

    #[test]
    fn broken_files_end_in_a_note_with_the_line() {
        let deep = "[".repeat(100_000);
        for text in ["{\n \"a\": ,\n}", "", "[]", "{\"a\":1}}", &deep, "{ 'a': 1 }", "\u{0}"] {
            let tree = MemoryTree::new([("package.json", text)]);
            let claim = Manifest::root(&tree).unwrap_err();
            assert_eq!(claim.evidence[0].path, "package.json");
            assert!(claim.evidence[0].line.is_some(), "{text:.20}");
        }
        let odd = r#"{"scripts": 3, "workspaces": true, "name": {}, "engines": []}"#;
        let manifest = Manifest::root(&MemoryTree::new([("package.json", odd)])).unwrap().unwrap();
        assert!(manifest.scripts.is_empty() && manifest.name.is_none());
    }
}
