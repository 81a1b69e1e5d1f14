//! The candidate's files as a study reads and writes them.

use std::collections::BTreeMap;

use selfopt_core::config::PathsConfig;
use selfopt_core::pipeline::scannable_files;
use selfopt_core::{Candidate, Judged, SourceTree, TouchedFunction, Touches};
use selfopt_syntax::SourceFile;

use serde_json::{Value, json};

use crate::instrument::{
    self, Exposed, FunctionAt, Instrumented, Pair, Refusal, Target, Touched, append_line,
    registration, source, touched,
};

/// One changed file that holds functions.
pub(super) struct ChangedSource {
    pub(super) path: String,
    pub(super) touched: Touched,
    /// Numbers of its functions, in the order of `touched.functions`.
    pub(super) ids: Vec<u32>,
}

/// The changed files, and what is said of them.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) files: Vec<ChangedSource>,
    pub(super) touches: Touches,
}

/// Which side's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Base,
    Candidate,
}

impl Sources {
    /// Reads the candidate's files.
    pub(super) fn of(candidate: &Candidate) -> Self {
        let mut sources = Self::default();
        for file in &candidate.files {
            let touched = match touched(&file.path, &file.before, &file.after) {
                Ok(touched) => touched,
                Err(error) => {
                    sources.touches.outside.get_or_insert(error.to_string());
                    continue;
                }
            };
            if touched.outside {
                sources
                    .touches
                    .outside
                    .get_or_insert(format!("`{}` changes outside of functions", file.path));
            }
            sources.add(file.path.clone(), touched);
        }
        sources
    }

    /// Adds a file; the numbers that its functions get.
    pub(super) fn add(&mut self, path: String, touched: Touched) -> Vec<u32> {
        let mut ids = Vec::new();
        for function in &touched.functions {
            let id = u32::try_from(self.touches.functions.len()).unwrap_or(u32::MAX);
            ids.push(id);
            self.touches.functions.push(TouchedFunction {
                id,
                path: path.clone(),
                name: function.base.name.clone(),
                line: touched.before.line(function.base.span.start),
                judged: judged(&touched, function),
            });
        }
        self.files.push(ChangedSource { path, touched, ids: ids.clone() });
        ids
    }

    /// The numbers of functions that are judged on copies.
    pub(super) fn detached(&self) -> Vec<u32> {
        self.numbers(|judged| *judged == Judged::Detached)
    }

    /// The numbers of functions that are judged beside the base.
    pub(super) fn in_place(&self) -> Vec<u32> {
        self.numbers(|judged| matches!(judged, Judged::InPlace { .. }))
    }

    /// The functions as the hook is told of them, `of` which version: a
    /// transform may hide from the value how it was written.
    pub(super) fn described(
        &self,
        wanted: &[u32],
        of: impl Fn(&instrument::TouchedFunction) -> &FunctionAt,
    ) -> Vec<Value> {
        let functions = self.files.iter().flat_map(|file| {
            file.chosen(wanted).map(|(id, one)| {
                let function = of(one);
                json!({
                    "id": id,
                    "name": format!("{}:{}", file.path, function.name),
                    "isAsync": function.is_async,
                    "isGenerator": function.is_generator,
                    "rest": function.rest,
                    "usesThis": function.uses.this || function.uses.super_,
                })
            })
        });
        functions.collect()
    }

    fn numbers(&self, wanted: impl Fn(&Judged) -> bool) -> Vec<u32> {
        let functions = self.touches.functions.iter();
        functions.filter(|one| wanted(&one.judged)).map(|one| one.id).collect()
    }

    /// The file of a function.
    pub(super) fn path(&self, id: u32) -> &str {
        self.touches.function(id).map_or("", |one| &one.path)
    }

    /// One of the base's functions.
    pub(super) fn function(&self, id: u32) -> Option<&instrument::FunctionAt> {
        self.files.iter().find_map(|file| file.function(id)).map(|one| &one.base)
    }

    /// The texts and numbers that both versions of a function name.
    pub(super) fn literals(&self, id: u32) -> instrument::Literals {
        let mut literals = instrument::Literals::default();
        for file in &self.files {
            if let Some(function) = file.function(id) {
                literals.add(&file.touched.after, &function.candidate);
                literals.add(&file.touched.before, &function.base);
            }
        }
        literals
    }

    /// Whether both versions can stand beside each other.
    pub(super) fn can_run_beside(&self, id: u32) -> bool {
        self.files.iter().any(|file| {
            file.touched.in_place.is_none()
                && file.function(id).is_some_and(|one| beside(one, Version::Base).refusal.is_none())
        })
    }

    /// What cannot be judged on copies is tried beside the base, where that is
    /// possible.
    pub(super) fn fall_back(&mut self, id: u32, why: String) {
        let can = self.can_run_beside(id);
        if let Some(function) = self.touches.functions.iter_mut().find(|one| one.id == id) {
            function.judged = if can { Judged::InPlace { why } } else { Judged::NotAtAll { why } };
        }
    }
}

/// The instrumented text of a file with the line that says that it was loaded.
pub(crate) fn announced(file: &SourceFile, text: String) -> String {
    match instrument::announcement(file) {
        Some(line) => append_line(&text, &line),
        None => text,
    }
}

fn announcing(file: &SourceFile, made: Instrumented) -> Instrumented {
    if made.sites.is_empty() {
        return made;
    }
    Instrumented { text: announced(file, made.text), ..made }
}

/// How a function can be judged, as far as the text tells.
fn judged(touched: &Touched, function: &instrument::TouchedFunction) -> Judged {
    let why_not = match (&function.base.path, function.base.refusal) {
        (Some(_), None) if function.candidate.path.is_some() => return Judged::Detached,
        (_, Some(refusal)) => refusal.to_string(),
        _ => Refusal::NotExposable.to_string(),
    };
    match (touched.in_place, beside(function, Version::Base).refusal) {
        (None, None) => Judged::InPlace { why: why_not },
        (Some(refusal), _) | (None, Some(refusal)) if refusal.as_str() == why_not => {
            Judged::NotAtAll { why: why_not }
        }
        (Some(refusal), _) | (None, Some(refusal)) => {
            Judged::NotAtAll { why: format!("{why_not}, {refusal}") }
        }
    }
}

impl ChangedSource {
    fn function(&self, id: u32) -> Option<&instrument::TouchedFunction> {
        let at = self.ids.iter().position(|one| *one == id)?;
        self.touched.functions.get(at)
    }

    /// The base's text that records calls of these functions, and what could
    /// not be instrumented.
    pub(super) fn recording(&self, wanted: &[u32]) -> Instrumented {
        let targets: Vec<Target<'_>> =
            self.chosen(wanted).map(|(id, one)| Target { id, function: &one.base }).collect();
        announcing(&self.touched.before, instrument::record(&self.touched.before, &targets))
    }

    /// One version's text with its functions exposed.
    pub(super) fn exposing(&self, wanted: &[u32], version: Version) -> Exposed {
        let targets: Vec<Target<'_>> = self
            .chosen(wanted)
            .map(|(id, one)| {
                let function = match version {
                    Version::Base => &one.base,
                    Version::Candidate => &one.candidate,
                };
                Target { id, function }
            })
            .collect();
        let file = match version {
            Version::Base => &self.touched.before,
            Version::Candidate => &self.touched.after,
        };
        instrument::expose(file, &targets)
    }

    /// The base's text in which both versions run side by side; with
    /// `Version::Base` the base runs beside itself. All functions that change
    /// have both versions, so that a wanted one finds the others as they are
    /// on its side.
    pub(super) fn side_by_side(
        &self,
        wanted: &[u32],
        against: Version,
    ) -> Result<Instrumented, Refusal> {
        let pairs: Vec<Pair<'_>> = self
            .chosen(&self.ids)
            .map(|(id, one)| {
                let base = beside(one, Version::Base);
                Pair { id, base, candidate: beside(one, against) }
            })
            .collect();
        let other = match against {
            Version::Base => &self.touched.before,
            Version::Candidate => &self.touched.after,
        };
        let made = instrument::in_place(&self.touched.before, other, &pairs)?;
        // What is the same in both versions needs no second one.
        let lacks_another =
            made.refused.iter().any(|(id, _)| !wanted.contains(id) && self.changes(*id));
        if against == Version::Candidate && lacks_another {
            return Err(Refusal::ChangesOutsideTheFunction);
        }
        Ok(announcing(&self.touched.before, made))
    }

    /// Whether the text of a function is another in the candidate.
    fn changes(&self, id: u32) -> bool {
        self.function(id).is_some_and(|one| {
            let (before, after) = (&self.touched.before.text, &self.touched.after.text);
            one.base.span.text(before) != one.candidate.span.text(after)
        })
    }

    /// Whether the file holds one of these functions.
    pub(super) fn holds(&self, wanted: &[u32]) -> bool {
        self.ids.iter().any(|id| wanted.contains(id))
    }

    fn chosen<'a>(
        &'a self,
        wanted: &'a [u32],
    ) -> impl Iterator<Item = (u32, &'a instrument::TouchedFunction)> {
        let numbered = self.ids.iter().copied().zip(&self.touched.functions);
        numbered.filter(|(id, _)| wanted.contains(id))
    }
}

/// The function that runs beside its other version: the one that the module
/// can name, or where that cannot be wrapped, the innermost that holds the
/// change. What a callback inside of it does is its own affair.
pub(super) fn beside(one: &instrument::TouchedFunction, version: Version) -> &FunctionAt {
    let whole = one.base.refusal.is_none() && one.candidate.refusal.is_none();
    match (whole, version) {
        (true, Version::Base) => &one.base,
        (true, Version::Candidate) => &one.candidate,
        (false, Version::Base) => &one.inner_base,
        (false, Version::Candidate) => &one.inner_candidate,
    }
}

/// Every file of the project with a registration line, by path.
pub(crate) fn registered(tree: &dyn SourceTree) -> BTreeMap<String, String> {
    scannable_files(tree, &PathsConfig::default())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|file| {
            let text = tree.text(&file.path)?;
            let line = registration(&source(&file.path, &text).ok()?)?;
            Some((file.path, append_line(&text, &line)))
        })
        .collect()
}

/// What was made of a file, with the registration line that the file has, if
/// any: what a constructor does is no longer seen once it is instrumented.
pub(crate) fn with_registration(file: &SourceFile, text: String) -> String {
    match registration(file) {
        Some(line) => append_line(&text, &line),
        None => text,
    }
}
