//! Workload files of the user: modules that export inputs, and calls that
//! `selfopt workload record` kept.

use std::collections::{BTreeMap, BTreeSet};

use selfopt_core::pipeline::RunError;
use selfopt_core::{Judged, Lab, Millis, Phase, Provenance, SourceTree, TouchedFunction};
use serde_json::json;

use super::bundles::bundle_exports;
use super::recording::{Recording, Source, calls_file};
use super::results::{LoadedFile, LoadedFunction, RecordedFunction};
use super::room::{Room, Script};
use super::sources::Sources;
use super::study::Detached;
use crate::instrument::{self, FunctionKind};

/// How long a module may take in its own count, and when it is ended.
const BUDGET: Millis = Millis::from_secs(30);
const LOAD: Script<'static> =
    Script { name: "workload.cjs", flags: "", phase: Phase::Test, limit: Millis::from_secs(60) };

/// The extension of recorded calls.
const RECORDED: &str = ".calls";
/// Functions of a file that an error lists.
const LISTED: usize = 12;

/// Reads all workload files for the functions that a candidate changes.
pub(super) async fn load(
    lab: &mut dyn Lab,
    sources: &Sources,
    registered: &BTreeMap<String, String>,
) -> Result<Vec<Recording>, RunError> {
    let paths = lab.config().proof.workloads.clone();
    let mut recordings = Vec::new();
    if paths.is_empty() {
        return Ok(recordings);
    }
    let room = Room::open(lab).await?;
    room.write(registered.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    for (n, path) in paths.into_iter().enumerate() {
        let file = File { path: &path, name: format!("file-{}", n + 1) };
        let loaded = file.read(lab, &room, sources).await;
        match loaded {
            Ok(recording) => recordings.push(recording),
            Err(error) => {
                room.close().await?;
                return Err(error);
            }
        }
    }
    room.close().await?;
    Ok(recordings)
}

/// One file.
struct File<'a> {
    /// From the project's root.
    path: &'a str,
    /// Names its calls.
    name: String,
}

impl File<'_> {
    async fn read(
        &self,
        lab: &mut dyn Lab,
        room: &Room,
        sources: &Sources,
    ) -> Result<Recording, RunError> {
        if !lab.tree().contains(self.path) {
            return Err(self.error(
                "it is not in the commit that is measured",
                "name a committed file, from the project's root",
            ));
        }
        let functions = &sources.touches.functions;
        let wanted = functions.iter().map(|one| {
            let rest = sources.function(one.id).and_then(|function| function.rest);
            json!({ "id": one.id, "name": name(one), "rest": rest })
        });
        let (module, recorded) = self.place(lab, room).await?;
        let request = json!({
            "module": module,
            "recorded": recorded,
            "functions": wanted.collect::<Vec<_>>(),
            "folder": room.absolute("calls"),
            "name": self.name,
            "budgetMs": BUDGET.0,
        });
        // The script writes into the folder and makes none.
        room.put("calls/keep", Vec::new()).await?;
        let loaded = match room.script::<LoadedFile>(lab, LOAD, &request).await? {
            Ok(loaded) => loaded,
            Err(error) => {
                let hint = "make it end by itself within 30 seconds, in one process";
                return Err(self.error(error.0, hint));
            }
        };
        if let Some(error) = loaded.error {
            return Err(self.error(error.what, error.hint));
        }
        for known in &loaded.names {
            if functions.iter().all(|one| name(one) != *known) {
                self.check_name(lab.tree(), known)?;
            }
        }
        for function in &loaded.functions {
            self.check_this(sources, function)?;
            for set in &function.cut {
                let note = format!(
                    "`{}` has more inputs in `{set}` than are taken: the first of them are used",
                    self.path
                );
                lab.note(&note).await?;
            }
        }
        self.recording(room, loaded.functions).await
    }

    /// The module, bundled beside itself so that what it reads by its own
    /// place is there; or the recorded calls.
    async fn place(
        &self,
        lab: &mut dyn Lab,
        room: &Room,
    ) -> Result<(Option<String>, Option<String>), RunError> {
        if self.path.ends_with(RECORDED) {
            let path = room.place().to_project(self.path);
            return Ok((None, Some(room.absolute(&path))));
        }
        if instrument::source(self.path, "").is_err() {
            return Err(self.error(
                "it is neither a module nor a file of recorded calls",
                "name a JavaScript or TypeScript module, or a `.calls` file of `selfopt workload record`",
            ));
        }
        let folder =
            self.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let bundle = room.place().to_project(&format!("{folder}selfopt-{}.mjs", self.name));
        match bundle_exports(lab, room, self.path, &bundle).await? {
            Ok(()) => Ok((Some(room.absolute(&bundle)), None)),
            Err(first) => Err(self.error(
                format!("it cannot be bundled: {first}"),
                "make its imports resolve on a fresh clone, after the install and before a build",
            )),
        }
    }

    async fn recording(
        &self,
        room: &Room,
        functions: Vec<LoadedFunction>,
    ) -> Result<Recording, RunError> {
        let provenance = Provenance::File { path: self.path.to_owned() };
        let mut recording = Recording::empty(Source { name: self.name.clone(), provenance });
        let mut files = room.take("calls/*.calls").await?;
        for one in functions {
            if let Some(bytes) = files.remove(&calls_file(&self.name, one.id)) {
                recording.calls.insert(one.id, bytes);
            }
            recording.sets.insert(one.id, one.sets);
            let recorded = RecordedFunction {
                id: one.id,
                seen: one.seen,
                kept: one.kept,
                elements: Some(one.elements),
                not_copyable: BTreeMap::new(),
                constructor_calls: 0,
            };
            recording.functions.insert(one.id, recorded);
        }
        Ok(recording)
    }

    /// Refuses inputs for a function that the project does not have.
    fn check_name(&self, tree: &dyn SourceTree, wanted: &str) -> Result<(), RunError> {
        let hint =
            "write functions as `selfopt prove` prints them, such as \"src/graph.js:Graph.walk\"";
        let Some((path, function)) = wanted.split_once(':') else {
            return Err(self.error(format!("`{wanted}` names no function"), hint));
        };
        let Some(text) = tree.text(path) else {
            return Err(self.error(
                format!("it has inputs for `{wanted}`, and there is no file `{path}`"),
                hint,
            ));
        };
        match unknown(path, &text, function) {
            None => Ok(()),
            Some(known) => Err(self.error(
                format!("it has inputs for `{wanted}`, and `{path}` has no function `{function}`"),
                known,
            )),
        }
    }

    /// Refuses calls of a method without an object.
    fn check_this(&self, sources: &Sources, given: &LoadedFunction) -> Result<(), RunError> {
        let needs_this = sources
            .function(given.id)
            .is_some_and(|function| function.kind == FunctionKind::Method && function.uses.this);
        if !needs_this || given.with_this == given.kept {
            return Ok(());
        }
        let name = sources.touches.function(given.id).map_or_else(String::new, name);
        Err(self.error(
            format!(
                "{} calls of `{name}` have no `this`, which it uses",
                given.kept - given.with_this
            ),
            "write them as `{ this: instance, args: [first] }`",
        ))
    }

    fn error(&self, what: impl Into<String>, hint: impl Into<String>) -> RunError {
        RunError::Workload { path: self.path.to_owned(), what: what.into(), hint: hint.into() }
    }
}

/// A file, and the functions that it has inputs for.
pub(super) struct Given {
    provenance: Provenance,
    functions: BTreeSet<u32>,
}

impl Given {
    pub(super) fn of(recording: &Recording) -> Self {
        Self {
            provenance: recording.source.provenance.clone(),
            functions: recording.calls.keys().copied().collect(),
        }
    }
}

/// Says which functions have no inputs in any file, and which files' inputs
/// could not be used, so that nobody takes a verdict for what it is not.
pub(super) async fn tell(
    lab: &mut dyn Lab,
    sources: &Sources,
    files: &[Given],
    detached: Option<&Detached>,
) -> Result<(), RunError> {
    if files.is_empty() {
        return Ok(());
    }
    let without: Vec<String> = sources
        .touches
        .functions
        .iter()
        .filter(|function| !files.iter().any(|file| file.functions.contains(&function.id)))
        .map(name)
        .collect();
    if let Some(note) = without_inputs(&without) {
        lab.note(&note).await?;
    }
    for function in &sources.touches.functions {
        let name = name(function);
        for file in files.iter().filter(|file| file.functions.contains(&function.id)) {
            let from = &file.provenance;
            let replayed = detached.and_then(|detached| detached.replayed_on(function.id, from));
            let why = match (&function.judged, replayed) {
                (Judged::Detached, Some(replayed)) if replayed.replayable > 0 => continue,
                (Judged::Detached, Some(replayed)) if replayed.unfaithful > 0 => {
                    "it does other than what was recorded: record it again".to_owned()
                }
                (Judged::Detached, Some(replayed)) => replayed
                    .undecidable
                    .keys()
                    .next()
                    .map_or("its results are not always the same".to_owned(), Clone::clone),
                (Judged::Detached, None) => "they could not be replayed".to_owned(),
                (Judged::InPlace { why } | Judged::NotAtAll { why }, _) => why.clone(),
            };
            let note = format!("the inputs for `{name}` in {from} cannot be used: {why}");
            lab.note(&note).await?;
        }
    }
    Ok(())
}

/// The sentence for functions that the change touches and no file has inputs
/// for: one, however many they are.
fn without_inputs(names: &[String]) -> Option<String> {
    let listed: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let listed = listed.join(", ");
    (!names.is_empty()).then(|| {
        format!("no workload file has inputs for {listed}{more}, which the change touches")
    })
}

/// The function as it is named in a workload file.
fn name(function: &TouchedFunction) -> String {
    format!("{}:{}", function.path, function.name)
}

/// `None` when the file has the function; else what it has.
pub(crate) fn unknown(path: &str, text: &str, function: &str) -> Option<String> {
    let source = match instrument::source(path, text) {
        Ok(source) => source,
        Err(error) => return Some(error.to_string()),
    };
    let names: Vec<String> =
        instrument::functions(&source).into_iter().map(|one| one.name).collect();
    if names.iter().any(|name| name == function) {
        return None;
    }
    let listed: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
    Some(match names.len() {
        0 => format!("`{path}` has no functions"),
        n if n > LISTED => format!("it has {} and {} more", listed.join(", "), n - LISTED),
        _ => format!("it has {}", listed.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_without_inputs_are_named_in_one_sentence() {
        let names = |n: usize| (0..n).map(|n| format!("a.js:f{n}")).collect::<Vec<_>>();
        assert_eq!(without_inputs(&[]), None);
        let two = without_inputs(&names(2)).unwrap();
        let expected =
            "no workload file has inputs for `a.js:f0`, `a.js:f1`, which the change touches";
        assert_eq!(two, expected);
        let many = without_inputs(&names(LISTED + 3)).unwrap();
        assert!(many.contains("`a.js:f11` and 3 more, which"), "{many}");
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        let text = "export function f() {}\nclass A { m() {} }\n";
        assert_eq!(unknown("a.js", text, "f"), None);
        assert_eq!(unknown("a.js", text, "A.m"), None);
        assert_eq!(unknown("a.js", text, "g").unwrap(), "it has f, A.m");
        assert_eq!(unknown("a.js", "", "g").unwrap(), "`a.js` has no functions");
        assert!(unknown("a.js", "(", "g").unwrap().contains("a.js"));
        let many: Vec<String> = (0..20).map(|n| format!("function f{n}() {{}}\n")).collect();
        assert!(unknown("a.js", &many.concat(), "g").unwrap().ends_with("f11 and 8 more"));
    }
}
