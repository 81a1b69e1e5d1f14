//! Both versions bundled, and the recorded calls replayed on them: all files of
//! a candidate in one bundle, those of a survey as far as they load together.

use std::collections::BTreeMap;

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Millis, Provenance, Replayed};
use selfopt_syntax::SourceFile;

use super::bundles::{Format, bundle};
use super::failure::ScriptError;
use super::recording::{Recording, calls_file};
use super::replaying::{Comparison, replay};
use super::room::Room;
use super::sources::{Sources, Version};
use super::study::{Detached, FunctionStudy};

/// Files that a note lists.
const LISTED: usize = 12;

/// How long one function's replay and its variations may take. A benchmark
/// repeats few kinds of calls, and large ones.
fn replay_budget(provenance: &Provenance) -> Millis {
    match provenance {
        Provenance::Benchmark | Provenance::HttpLoad => Millis::from_secs(4),
        _ => Millis::from_secs(10),
    }
}

/// Files that are bundled together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    paths: Vec<String>,
    format: Format,
}

impl Group {
    /// All of these files in one: an ES module can import what is none.
    fn of(files: &[(String, Format)]) -> Self {
        let is_module = files.iter().any(|(_, format)| *format == Format::Esm);
        let format = if is_module { Format::Esm } else { Format::CommonJs };
        Self { paths: files.iter().map(|(path, _)| path.clone()).collect(), format }
    }

    /// The modules, and the others.
    fn by_format(files: Vec<(String, Format)>) -> Vec<Self> {
        let (modules, others): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, format)| *format == Format::Esm);
        [modules, others]
            .iter()
            .filter(|files| !files.is_empty())
            .map(|one| Self::of(one))
            .collect()
    }

    /// Two groups of a group that has several files.
    fn halves(mut self) -> [Self; 2] {
        let rest = self.paths.split_off(self.paths.len() / 2);
        let format = self.format;
        [self, Self { paths: rest, format }]
    }
}

/// By function and name of the source.
type By<T> = BTreeMap<(u32, String), T>;

/// What the replays of a group gave, and why some gave nothing.
type Replays = (By<Replayed>, By<String>);

/// What is replayed in which room.
struct Ground<'a> {
    room: &'a Room,
    wanted: &'a [u32],
    recordings: &'a [Recording],
    registered: &'a BTreeMap<String, String>,
}

impl FunctionStudy {
    /// Bundles both versions and replays the recorded calls.
    pub(super) async fn detach(
        &mut self,
        lab: &mut dyn Lab,
        wanted: &[u32],
        recordings: Vec<Recording>,
        registered: &BTreeMap<String, String>,
    ) -> Result<Result<Detached, ScriptError>, RunError> {
        let room = Room::open(lab).await?;
        // A script that the tests never load would run when the bundle is loaded.
        let is_called = |id: &u32| recordings.iter().any(|one| one.calls.contains_key(id));
        let called: Vec<u32> = wanted.iter().copied().filter(is_called).collect();
        let all = Group::of(&formats(&self.sources, wanted));
        let files = formats(&self.sources, &called);
        let together = Group { format: all.format, ..Group::of(&files) };
        let mut open = if self.apart { Group::by_format(files) } else { vec![together] };
        let ground = Ground { room: &room, wanted, recordings: &recordings, registered };
        let (mut replayed, mut failed) = Replays::default();
        let mut not_loaded = Vec::new();
        while let Some(group) = open.pop() {
            match self.replay_group(lab, &ground, &group).await? {
                Ok((some, others)) => {
                    replayed.extend(some);
                    failed.extend(others);
                }
                Err(_) if self.apart && group.paths.len() > 1 => open.extend(group.halves()),
                Err(error) if self.apart => {
                    for path in group.paths {
                        let why = format!(
                            "`{path}` cannot be loaded by itself: {}",
                            error.at_load().unwrap_or(&error.0)
                        );
                        failed.extend(ground.calls_of(&self.sources, &path, &why));
                        not_loaded.push(path);
                    }
                }
                Err(error) => {
                    room.close().await?;
                    return Ok(Err(error));
                }
            }
        }
        if let Some(note) = note(&mut not_loaded) {
            lab.note(&note).await?;
        }
        let detached = Detached { room, format: all.format, recordings, replayed, failed };
        for ((id, _), why) in &detached.failed {
            if detached.of(*id).next().is_none() {
                self.sources.fall_back(*id, why.clone());
            }
        }
        Ok(Ok(detached))
    }

    /// Bundles these files and replays the calls of their functions. `Err` says
    /// why they cannot be bundled or, where files are looked at apart, loaded.
    async fn replay_group(
        &self,
        lab: &mut dyn Lab,
        ground: &Ground<'_>,
        group: &Group,
    ) -> Result<Result<Replays, ScriptError>, RunError> {
        let Ground { room, wanted, recordings, registered } = *ground;
        let Group { paths, format } = group;
        for (side, version) in [("a", Version::Base), ("b", Version::Candidate)] {
            let texts = self.exposed(wanted, version, registered);
            if let Err(error) = bundle(lab, room, &texts, paths, side, *format).await? {
                return Ok(Err(error));
            }
        }
        let (mut replayed, mut failed) = Replays::default();
        for recording in recordings {
            let source = recording.source.name.as_str();
            let is_here = |id: u32| paths.iter().any(|path| path == self.sources.path(id));
            let calls = recording.calls.iter();
            for (id, bytes) in calls.filter(|(id, _)| wanted.contains(id) && is_here(**id)) {
                room.put(&calls_file(source, *id), bytes.clone()).await?;
                let comparison = Comparison {
                    calls: source,
                    function: *id,
                    side: "b",
                    format: *format,
                    seed: self.seed,
                    variations: lab.config().proof.variations,
                    budget: replay_budget(&recording.source.provenance),
                    literals: &self.sources.literals(*id),
                    shapes: self.apart,
                };
                let of = (*id, source.to_owned());
                match replay(lab, room, comparison).await? {
                    Ok(result) => drop(replayed.insert(of, result)),
                    Err(error) if self.apart && error.at_load().is_some() => return Ok(Err(error)),
                    Err(error) => drop(failed.insert(of, error.0)),
                }
            }
        }
        Ok(Ok((replayed, failed)))
    }
}

impl Ground<'_> {
    /// The same reason for all recorded calls of a file's functions.
    fn calls_of(&self, sources: &Sources, path: &str, why: &str) -> By<String> {
        let of = |recording: &Recording| {
            let ids = recording.calls.keys().filter(|id| sources.path(**id) == path);
            let source = recording.source.name.clone();
            ids.map(|id| ((*id, source.clone()), why.to_owned())).collect::<Vec<_>>()
        };
        self.recordings.iter().flat_map(of).collect()
    }
}

/// The files of these functions.
fn formats(sources: &Sources, wanted: &[u32]) -> Vec<(String, Format)> {
    let files = sources.files.iter().filter(|file| file.holds(wanted));
    files
        .map(|file| {
            let is_module = is_module(&file.touched.before);
            (file.path.clone(), if is_module { Format::Esm } else { Format::CommonJs })
        })
        .collect()
}

/// Whether the file is an ES module by its own syntax.
fn is_module(file: &SourceFile) -> bool {
    file.tree
        .root()
        .children()
        .any(|node| matches!(node.kind(), "import_statement" | "export_statement"))
}

/// The sentence for files that could not be loaded.
fn note(paths: &mut [String]) -> Option<String> {
    paths.sort();
    let listed: Vec<String> = paths.iter().take(LISTED).map(|path| format!("`{path}`")).collect();
    let more = match paths.len().saturating_sub(LISTED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let listed = listed.join(", ");
    (!paths.is_empty())
        .then(|| format!("what cannot be loaded by itself is not judged on copies: {listed}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[(&str, Format)]) -> Vec<(String, Format)> {
        paths.iter().map(|(path, format)| ((*path).to_owned(), *format)).collect()
    }

    #[test]
    fn a_survey_bundles_each_format_by_itself_and_splits_what_does_not_load() {
        let mixed = files(&[
            ("a.js", Format::Esm),
            ("b.cjs", Format::CommonJs),
            ("c.js", Format::Esm),
            ("d.js", Format::Esm),
        ]);
        let groups = Group::by_format(mixed.clone());
        let shown = |group: &Group| (group.paths.join(" "), group.format);
        let shown_all = groups.iter().map(shown).collect::<Vec<_>>();
        let expected = [("a.js c.js d.js", Format::Esm), ("b.cjs", Format::CommonJs)];
        assert_eq!(shown_all, expected.map(|(paths, format)| (paths.to_owned(), format)));
        let halves = groups[0].clone().halves();
        assert_eq!(halves.map(|one| one.paths.join(" ")), ["a.js", "c.js d.js"]);
        assert_eq!(Group::of(&mixed).format, Format::Esm);
        assert!(Group::by_format(Vec::new()).is_empty());
    }

    #[test]
    fn files_that_do_not_load_are_named() {
        assert_eq!(note(&mut []), None);
        let mut two = ["viz/b.js".to_owned(), "viz/a.js".to_owned()];
        assert!(note(&mut two).unwrap().ends_with(": `viz/a.js`, `viz/b.js`"));
        let mut many: Vec<String> = (0..LISTED + 2).map(|n| format!("{n}.js")).collect();
        assert!(note(&mut many).unwrap().ends_with(" and 2 more"));
    }
}
