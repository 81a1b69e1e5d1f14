//! Keeps the calls that any command makes of named functions, as a workload
//! file for later proofs: what is put into a workspace, and what is taken out
//! of it after the command ran.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use selfopt_core::{Bytes, CollectLimits, CollectedFile, FileWrite, Sizes, SourceTree, Unseen};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use crate::instrument::{self, Target};
use crate::session::{
    Loaded, PRELOAD, Place, announced, reason, registered, unchecked, unknown_function,
    with_registration,
};

const PROBE: &str = "probe.json";
const MARKS: &str = "probe.json.marks";
const KEPT: &str = "workload.calls";
const COLLECTED: &str = "collect.result.json";

/// What one call and all calls of a function may take in a workload file. More
/// than in a test run: a real run is why the file is made.
const BYTES_PER_CALL: Bytes = Bytes::from_mib(4);
const BYTES_PER_FUNCTION: Bytes = Bytes::from_mib(16);
/// Values in one call.
const NODES_PER_CALL: u32 = 300_000;
const TAKEN: CollectLimits =
    CollectLimits { files: 3, file_size: Bytes::from_mib(128), total: Bytes::from_mib(160) };

/// Calls of these functions are to be kept.
#[derive(Debug, Clone)]
pub struct RecordRequest {
    place: Place,
    names: Vec<String>,
    /// The instrumented files, by path.
    texts: BTreeMap<String, String>,
    seed: u64,
}

/// A function cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// It is not written as a function.
    #[error("`{name}` names no function")]
    Form {
        /// As it was given.
        name: String,
    },
    /// There is no such file.
    #[error("`{name}` cannot be recorded: the commit has no file `{path}`")]
    File {
        /// The function.
        name: String,
        /// The file.
        path: String,
    },
    /// The file has no such function.
    #[error("`{path}` has no function `{function}`")]
    Function {
        /// The file.
        path: String,
        /// The function.
        function: String,
        /// What the file has.
        known: String,
    },
    /// It cannot be instrumented.
    #[error("`{name}` cannot be recorded: {why}")]
    Refused {
        /// The function.
        name: String,
        /// Why not.
        why: String,
    },
    /// What the scripts wrote does not read.
    #[error("what was recorded does not read: {message}")]
    Unreadable {
        /// What is wrong.
        message: String,
    },
}

impl RecordError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Form { .. } | Self::File { .. } => Some(
                "write the file from the project's root and the function, as in `--function src/graph.js:Graph.walk`".into(),
            ),
            Self::Function { known, .. } => Some(known.clone()),
            Self::Refused { .. } => {
                Some("record the function that calls it, or one that it calls".into())
            }
            Self::Unreadable { .. } => None,
        }
    }
}

/// What was kept of one function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct KeptFunction {
    /// `path:name`.
    pub name: String,
    /// Calls that the command made.
    pub seen: u64,
    /// Why none was seen, where none was.
    #[serde(default)]
    pub unseen: Option<Unseen>,
    /// Calls in the workload file; together they stand for all that could be
    /// copied.
    pub kept: u64,
    /// Their sizes, in elements.
    pub elements: Option<Sizes>,
    /// Calls that could not be copied, by reason.
    pub not_copyable: BTreeMap<String, u64>,
    /// Calls as a constructor, which are not kept.
    pub constructor_calls: u64,
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The workload file; absent when no call could be kept.
    pub bytes: Option<Vec<u8>>,
    /// By function, in the order in which they were asked for.
    pub functions: Vec<KeptFunction>,
}

#[derive(Deserialize)]
struct Collected {
    functions: Vec<KeptFunction>,
}

impl RecordRequest {
    /// For functions, `path:name`, of a project whose commands run in this
    /// directory.
    pub fn new(
        tree: &dyn SourceTree,
        working_directory: &str,
        names: &[String],
        seed: u64,
    ) -> Result<Self, RecordError> {
        let mut wanted: BTreeMap<&str, Vec<(u32, &str)>> = BTreeMap::new();
        for (id, name) in (0..).zip(names) {
            let (path, function) =
                name.split_once(':').ok_or_else(|| RecordError::Form { name: name.clone() })?;
            wanted.entry(path).or_default().push((id, function));
        }
        let mut texts = registered(tree);
        for (path, functions) in wanted {
            let text = instrumented(tree, path, &functions)?;
            texts.insert(path.to_owned(), text);
        }
        let texts = unchecked(tree, texts);
        Ok(Self { place: Place::new(working_directory), names: names.to_vec(), texts, seed })
    }

    /// What has to be in the workspace before the project is built.
    pub fn files(&self) -> Vec<FileWrite> {
        let functions: Vec<_> = (0_u32..)
            .zip(&self.names)
            .map(|(id, name)| json!({ "id": id, "name": name }))
            .collect();
        let probe = json!({
            "mode": "record",
            "out": "out",
            "seed": self.seed & 0xffff_ffff,
            "functions": functions,
            "limits": {
                "bytesPerCall": BYTES_PER_CALL,
                "bytesPerFunction": BYTES_PER_FUNCTION,
                "nodesPerCall": NODES_PER_CALL,
            },
        });
        let inside = Place::inside;
        let collect = json!({
            "result": inside(COLLECTED), "probe": inside(PROBE), "workload": "recorded",
        });
        let pack = json!({
            "result": inside("pack.result.json"), "collected": inside(COLLECTED), "into": inside(KEPT),
        });
        let mut files = self.place.files();
        for (name, bytes) in [
            (PROBE, probe.to_string().into_bytes()),
            ("collect.request.json", collect.to_string().into_bytes()),
            ("pack.request.json", pack.to_string().into_bytes()),
            // The hook writes into the folder and makes none.
            ("out/keep", Vec::new()),
        ] {
            files.push(FileWrite { path: self.place.path(name), bytes });
        }
        let texts = self.texts.iter();
        files.extend(
            texts.map(|(path, text)| FileWrite {
                path: path.clone(),
                bytes: text.as_bytes().to_vec(),
            }),
        );
        files
    }

    /// The command with the recorder in every Node process that it starts.
    pub fn wrap(&self, cmd: &str) -> String {
        format!(
            "selfopt_script=hook.cjs selfopt_request={PROBE}\n. ./{}\n{cmd}",
            Place::inside(PRELOAD)
        )
    }

    /// The command that adds up what was recorded.
    pub fn collect_command(&self) -> String {
        let script = |name: &str, request: &str| {
            format!("node {} {}", Place::inside(name), Place::inside(request))
        };
        format!(
            "{} && {}",
            script("collect.cjs", "collect.request.json"),
            script("workload-pack.cjs", "pack.request.json")
        )
    }

    /// What to collect from the workspace afterwards.
    pub fn globs(&self) -> Vec<String> {
        [COLLECTED, KEPT, MARKS].map(|name| self.place.path(name)).to_vec()
    }

    /// How much of it at most.
    pub fn limits(&self) -> CollectLimits {
        TAKEN
    }

    /// What the command that adds up says of its failure, from what it printed.
    pub fn failure(&self, text: &str) -> String {
        reason("collect.cjs", text).unwrap_or("it printed nothing").to_owned()
    }

    /// Reads what was collected.
    pub fn read(&self, files: Vec<CollectedFile>) -> Result<Kept, RecordError> {
        let mut by_path: BTreeMap<String, Vec<u8>> =
            files.into_iter().map(|file| (file.path, file.bytes)).collect();
        let result = by_path.remove(&self.place.path(COLLECTED)).unwrap_or_default();
        let mut collected: Collected = serde_json::from_slice(&result)
            .map_err(|error| RecordError::Unreadable { message: error.to_string() })?;
        let marks = by_path.remove(&self.place.path(MARKS)).unwrap_or_default();
        let loaded = Loaded::read(&marks);
        for one in collected.functions.iter_mut().filter(|one| one.seen == 0) {
            let path = one.name.split_once(':').map_or("", |(path, _)| path);
            one.unseen = Some(match &loaded {
                Ok(loaded) => loaded.unseen(path),
                Err(why) => why.clone(),
            });
        }
        let any = collected.functions.iter().any(|one| one.kept > 0);
        let bytes = by_path.remove(&self.place.path(KEPT)).filter(|bytes| any && !bytes.is_empty());
        if any && bytes.is_none() {
            let message = "the calls were not written".to_owned();
            return Err(RecordError::Unreadable { message });
        }
        Ok(Kept { bytes, functions: collected.functions })
    }
}

/// One file with these functions recording.
fn instrumented(
    tree: &dyn SourceTree,
    path: &str,
    functions: &[(u32, &str)],
) -> Result<String, RecordError> {
    let full = |function: &str| format!("{path}:{function}");
    let missing = |function: &str| RecordError::File { name: full(function), path: path.into() };
    let text = tree.text(path).ok_or_else(|| missing(functions.first().map_or("", |one| one.1)))?;
    for (_, function) in functions {
        if let Some(known) = unknown_function(path, &text, function) {
            let (path, function) = (path.to_owned(), (*function).to_owned());
            return Err(RecordError::Function { path, function, known });
        }
    }
    let refused = |function: &str, why: String| RecordError::Refused { name: full(function), why };
    let source = instrument::source(path, &text)
        .map_err(|error| refused(functions.first().map_or("", |one| one.1), error.to_string()))?;
    let all = instrument::functions(&source);
    let targets: Vec<Target<'_>> = functions
        .iter()
        .filter_map(|(id, name)| {
            let function = all.iter().find(|one| one.name == *name)?;
            Some(Target { id: *id, function })
        })
        .collect();
    let made = instrument::record(&source, &targets);
    if let Some((id, refusal)) = made.refused.first() {
        let name = functions.iter().find(|one| one.0 == *id).map_or("", |one| one.1);
        return Err(refused(name, refusal.to_string()));
    }
    Ok(with_registration(&source, announced(&source, made.text)))
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    fn request(names: &[&str]) -> Result<RecordRequest, RecordError> {
        let tree = MemoryTree::new([
            (
                "src/a.js",
                "export function f(x) { return x; }\nexport class A { constructor() {} m() { return 1; } }\n",
            ),
            ("src/b.js", "export class B { x = 1; }\n"),
        ]);
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        RecordRequest::new(&tree, "web/", &names, 1)
    }

    #[test]
    fn named_functions_record_and_classes_are_registered() {
        let request = request(&["src/a.js:A.m", "src/a.js:f"]).unwrap();
        let files = request.files();
        let text = |path: &str| {
            let file =
                files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path}"));
            String::from_utf8(file.bytes.clone()).unwrap()
        };
        let a = text("src/a.js");
        assert!(a.contains(".call(0,this,") && a.contains(".call(1,this,"), "{a}");
        assert!(a.contains("classes(\"src/a.js\"") && text("src/b.js").contains("classes("), "{a}");
        let probe: serde_json::Value =
            serde_json::from_str(&text("web/node_modules/.selfopt/probe.json")).unwrap();
        assert_eq!(probe["functions"][0], json!({ "id": 0, "name": "src/a.js:A.m" }));
        assert!(request.wrap("npm start").ends_with("preload.sh\nnpm start"));
    }

    #[test]
    fn what_cannot_be_recorded_says_why_and_what_there_is() {
        let error = |name: &str| request(&[name]).unwrap_err();
        assert!(error("f").to_string().contains("names no function"));
        assert!(error("src/c.js:f").to_string().contains("no file `src/c.js`"));
        let function = error("src/a.js:g");
        assert_eq!(function.to_string(), "`src/a.js` has no function `g`");
        assert_eq!(function.hint().unwrap(), "it has f, A.constructor, A.m");
        assert!(error("src/a.js:A.constructor").to_string().ends_with(": constructor"));
    }

    #[test]
    fn what_was_not_written_is_an_error() {
        let request = request(&["src/a.js:f"]).unwrap();
        let file = |name: &str, bytes: &[u8]| CollectedFile {
            path: format!("web/node_modules/.selfopt/{name}"),
            bytes: bytes.to_vec(),
        };
        let result = |kept: u64| {
            json!({ "mode": "record", "functions": [{
                "id": 0, "name": "src/a.js:f", "seen": 9, "kept": kept, "elements": null,
                "notCopyable": { "function": 2 }, "constructorCalls": 1,
            }] })
            .to_string()
        };
        assert!(request.read(Vec::new()).is_err());
        assert!(request.read(vec![file(COLLECTED, result(3).as_bytes())]).is_err());
        let files = vec![file(COLLECTED, result(3).as_bytes()), file(KEPT, b"calls")];
        let kept = request.read(files).unwrap();
        assert_eq!(kept.bytes.as_deref(), Some(&b"calls"[..]));
        assert_eq!((kept.functions[0].seen, kept.functions[0].constructor_calls), (9, 1));
        let none = request.read(vec![file(COLLECTED, result(0).as_bytes())]).unwrap();
        assert_eq!(none.bytes, None);
        assert_eq!(none.functions[0].not_copyable.get("function"), Some(&2));
    }
}
