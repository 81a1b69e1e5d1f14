//! Which functions a language model is asked about: where the time goes and
//! the code has loops, and only what recorded calls reach.

use std::collections::BTreeSet;

use selfopt_syntax::{Language, Node, SourceFile, parse};

use super::Job;
use crate::domain::{
    Heat, Judged, ModelTarget, ProfileLine, Ratio, SurveyedFunction, TouchedFunction, Way,
};
use crate::gates::GateLab;
use crate::pipeline::{Dispatcher, Ground, RunError, scannable_files};
use crate::ports::{FunctionPlace, Probe, SurveyRequest};

/// Functions that are recorded for each that may be asked about: not every one
/// is called.
const LOOKED_AT: usize = 3;

/// Lines of the profile that a model is shown.
const PROFILE_LINES: usize = 8;

/// Functions that are longer are not for a small change.
const MAX_LINES: u32 = 150;

/// Array methods that go through a list.
const ITERATES: [&str; 20] = [
    "concat",
    "every",
    "filter",
    "find",
    "findIndex",
    "flat",
    "flatMap",
    "forEach",
    "includes",
    "indexOf",
    "join",
    "map",
    "reduce",
    "reduceRight",
    "shift",
    "slice",
    "some",
    "sort",
    "splice",
    "unshift",
];

const LOOPS: [&str; 4] = ["for_statement", "for_in_statement", "while_statement", "do_statement"];

impl Job<'_> {
    /// The functions that are asked about, the most promising first.
    pub(super) async fn targets(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
        probe: &dyn Probe,
    ) -> Result<Vec<ModelTarget>, RunError> {
        let wanted = ground.config.model.targets as usize;
        let mut all = Self::places(dispatcher.state().heat.as_ref(), ground, probe)?;
        all.truncate(wanted.saturating_mul(LOOKED_AT));
        if all.is_empty() {
            return Ok(all);
        }
        let request = SurveyRequest {
            functions: all.iter().map(|one| format!("{}:{}", one.path, one.name)).collect(),
            overhead_runs: 0,
            seed: ground.seed,
        };
        let survey = probe.survey(&mut GateLab { ground, dispatcher }, &request).await?;
        let mut targets = Vec::new();
        for mut target in all {
            let surveyed = survey
                .functions
                .iter()
                .find(|one| one.function.path == target.path && one.function.name == target.name);
            let Some(surveyed) = surveyed else { continue };
            if !matches!(surveyed.way(), Way::Detached | Way::InPlace) {
                continue;
            }
            let text = ground.tree.text(&target.path).unwrap_or_default();
            describe(&mut target, surveyed, &text);
            targets.push(target);
        }
        targets.truncate(wanted);
        Ok(targets)
    }

    /// Every function with a loop, by share of time times complexity.
    fn places(
        heat: Option<&Heat>,
        ground: &Ground<'_>,
        probe: &dyn Probe,
    ) -> Result<Vec<ModelTarget>, RunError> {
        let files = scannable_files(ground.tree, &ground.config.paths)?;
        let places = probe.functions(ground.tree, ground.config);
        let mut found = Vec::new();
        for (path, language) in files.iter().map(|file| (&file.path, file.language)) {
            let here: Vec<&FunctionPlace> = places.iter().filter(|one| one.path == *path).collect();
            let Some(text) = ground.tree.text(path).filter(|_| !here.is_empty()) else { continue };
            let source = read(path, language, &text);
            found.extend(here.into_iter().filter_map(|place| target(place, &source, heat)));
        }
        // The places come in the order of files and lines, and the sort is stable.
        found.sort_by_key(|one| std::cmp::Reverse(score(one)));
        Ok(found)
    }
}

fn read(path: &str, language: Language, text: &str) -> SourceFile {
    parse(path.to_owned(), language, text.to_owned())
}

fn target(place: &FunctionPlace, source: &SourceFile, heat: Option<&Heat>) -> Option<ModelTarget> {
    let node = source.tree.smallest_containing(place.span);
    let complexity = complexity(node, place);
    let line = source.line(place.span.start);
    let is_long = source.line(place.span.end).saturating_sub(line) >= MAX_LINES;
    if complexity < 2 || is_long {
        return None;
    }
    let function = TouchedFunction {
        id: 0,
        path: place.path.clone(),
        name: place.name.clone(),
        line,
        judged: Judged::Detached,
    };
    let shares = heat.and_then(|heat| heat.shares_of(&function));
    let mut profile: Vec<ProfileLine> =
        shares.map(|shares| profile_line(&place.name, shares)).into_iter().collect();
    profile.extend(heat.into_iter().flat_map(|heat| profile_of_named(heat, node, place)));
    Some(ModelTarget {
        path: place.path.clone(),
        name: place.name.clone(),
        line,
        span: place.span,
        complexity,
        share_permille: shares.map(|[share, _]| permille(share)),
        calls: 0,
        elements: None,
        inputs: Vec::new(),
        profile,
    })
}

/// What was recorded of a function.
fn describe(target: &mut ModelTarget, surveyed: &SurveyedFunction, text: &str) {
    target.calls = surveyed.seen();
    let recorded = surveyed.compared.iter().filter(|one| one.kept > 0);
    target.elements = recorded.clone().map(|one| one.elements).max_by_key(|sizes| sizes.max);
    // The names of fields are data, unless the code itself has them.
    let known: BTreeSet<&str> = words(text).collect();
    let is_known = |line: &&String| {
        let place = line.split(": ").next().unwrap_or_default();
        !place.contains('"') && words(place).all(|word| is_of_paths(word) || known.contains(word))
    };
    // Of the calls whose sizes are told.
    let shapes = recorded
        .filter(|one| one.replayed.as_ref().is_some_and(|replayed| !replayed.shapes.is_empty()))
        .max_by_key(|one| one.elements.max);
    let most = shapes.and_then(|one| one.replayed.as_ref()).map(|replayed| &replayed.shapes);
    target.inputs = most.into_iter().flatten().filter(is_known).cloned().collect();
}

/// The names in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.split(move |c| !is_part(c)).filter(|word| !word.is_empty())
}

/// Words that the recorder writes into the places of values itself.
fn is_of_paths(word: &str) -> bool {
    ["this", "args", "key", "value", "buffer", "Prototype", "valueOf"].contains(&word)
        || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What the profile has of the functions that the code names, the hottest
/// first.
fn profile_of_named(heat: &Heat, node: Node<'_>, place: &FunctionPlace) -> Vec<ProfileLine> {
    let kinds = ["identifier", "property_identifier", "private_property_identifier"];
    let inside = node.subtree().filter(|one| place.span.contains(one.span()));
    let named: BTreeSet<&str> = inside.filter(|one| one.is_any(&kinds)).map(Node::text).collect();
    let own_name = place.name.rsplit(['.', '/']).next().unwrap_or_default();
    let mut lines: Vec<ProfileLine> = heat
        .functions
        .iter()
        .filter(|one| named.contains(one.function.as_str()) && one.function != own_name)
        .map(|one| profile_line(&one.function, [one.share, one.own]))
        .filter(|line| line.share_permille > 0)
        .collect();
    lines.sort_by(|a, b| {
        b.share_permille.cmp(&a.share_permille).then_with(|| a.function.cmp(&b.function))
    });
    lines.dedup_by(|a, b| a.function == b.function);
    lines.truncate(PROFILE_LINES - 1);
    lines
}

fn profile_line(function: &str, [share, own]: [Ratio; 2]) -> ProfileLine {
    ProfileLine {
        function: function.to_owned(),
        share_permille: permille(share),
        own_permille: permille(own),
    }
}

/// Time in thousandths times complexity. What was not seen by the profiler
/// ranks as a thousandth.
fn score(target: &ModelTarget) -> u64 {
    u64::from(target.share_permille.unwrap_or(1).max(1)) * u64::from(target.complexity)
}

/// 1, and for each loop or call that goes through a list 1, three times as
/// much for each that is around it, up to four.
fn complexity(function: Node<'_>, place: &FunctionPlace) -> u32 {
    let inside = |node: &Node<'_>| place.span.contains(node.span());
    let mut sum: u32 = 1;
    for node in function.subtree().filter(inside).filter(|node| is_loop(*node)) {
        let around = node.ancestors().filter(inside).filter(|one| is_loop(*one)).count();
        sum = sum.saturating_add(3_u32.pow(u32::try_from(around.min(4)).unwrap_or(4)));
    }
    sum
}

fn is_loop(node: Node<'_>) -> bool {
    if node.is_any(&LOOPS) {
        return true;
    }
    let method = || {
        let callee = node.child_by_field("function").filter(|one| one.is("member_expression"))?;
        Some(callee.child_by_field("property")?.text())
    };
    node.is("call_expression") && method().is_some_and(|name| ITERATES.contains(&name))
}

fn permille(share: Ratio) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share from 0 to 1"
    )]
    let permille = (share.0.clamp(0.0, 1.0) * 1000.0).round() as u32;
    permille
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::Span;

    use super::*;

    fn of(text: &str) -> Option<ModelTarget> {
        let source = read("src/a.js", Language::JavaScript, text);
        let end = u32::try_from(text.len()).unwrap();
        let place =
            FunctionPlace { path: "src/a.js".into(), name: "f".into(), span: Span::new(0, end) };
        target(&place, &source, None)
    }

    #[test]
    fn nested_loops_count_three_times() {
        let flat =
            of("function f(a) { for (const x of a) g(x); for (const x of a) g(x); }").unwrap();
        let nested = of("function f(a) { for (const x of a) a.includes(x); }").unwrap();
        assert_eq!((flat.complexity, nested.complexity), (3, 5));
        assert_eq!(of("function f(a) { return a + 1; }"), None);
    }

    fn heat(functions: &[(&str, f64, f64)]) -> Heat {
        let functions = functions.iter().map(|(name, share, own)| crate::domain::FunctionHeat {
            path: "src/a.js".into(),
            function: (*name).into(),
            share: Ratio(*share),
            own: Ratio(*own),
        });
        Heat { profiled: "npm test".into(), own_us: 1000, functions: functions.collect() }
    }

    #[test]
    fn the_profile_is_that_of_the_function_and_of_those_that_it_names() {
        let text = "function f(a) { for (const x of a) a.push(g(x), this.h(x)); }";
        let end = u32::try_from(text.len()).unwrap();
        let place =
            FunctionPlace { path: "src/a.js".into(), name: "f".into(), span: Span::new(0, end) };
        let heat = heat(&[
            ("g", 0.1, 0.1),
            ("f", 0.5, 0.2),
            ("other", 0.9, 0.9),
            ("h", 0.3, 0.2),
            ("x", 0.0, 0.0),
        ]);
        let source = read("src/a.js", Language::JavaScript, text);
        let target = target(&place, &source, Some(&heat)).unwrap();
        let lines: Vec<(&str, u32, u32)> = target
            .profile
            .iter()
            .map(|one| (one.function.as_str(), one.share_permille, one.own_permille))
            .collect();
        assert_eq!(lines, [("f", 500, 200), ("h", 300, 200), ("g", 100, 100)]);
        assert_eq!(target.share_permille, Some(500));
    }

    #[test]
    fn fields_are_named_where_the_code_names_them() {
        let mut one = of("function f(a) { for (const x of a) a.includes(x.id); }").unwrap();
        let shapes = [
            "args[0]: array, 0 to 9 long",
            "args[0][].id: string, 2 long",
            "args[0][].secretName: string, 9 long",
            "args[0][][\"some key\"]: string",
            "args[1]{value}: integer",
        ];
        let replayed = crate::domain::Replayed {
            shapes: shapes.iter().map(|line| (*line).to_owned()).collect(),
            ..crate::domain::Replayed::default()
        };
        let compared = crate::domain::FunctionEquivalence {
            function: 0,
            provenance: crate::domain::Provenance::Tests,
            in_place: false,
            seen: 7,
            unseen: None,
            kept: 3,
            not_copyable: std::collections::BTreeMap::new(),
            elements: crate::domain::Sizes { min: 0, median: 4, max: 9 },
            replayed: Some(replayed),
            failed: None,
        };
        let function = TouchedFunction {
            id: 0,
            path: "src/a.js".into(),
            name: "f".into(),
            line: 1,
            judged: Judged::Detached,
        };
        let surveyed = SurveyedFunction { function, inside: 0, compared: vec![compared] };
        describe(&mut one, &surveyed, "function f(a) { for (const x of a) a.includes(x.id); }");
        assert_eq!(one.inputs, [shapes[0], shapes[1], shapes[4]]);
        assert_eq!((one.calls, one.elements.map(|sizes| sizes.max)), (7, Some(9)));
    }

    #[test]
    fn time_and_complexity_rank_together() {
        let one = of("function f(a) { for (const x of a) a.includes(x); }").unwrap();
        let hot = ModelTarget { share_permille: Some(500), complexity: 2, ..one.clone() };
        let cold = ModelTarget { share_permille: Some(0), complexity: 100, ..one };
        assert!(score(&hot) > score(&cold));
    }
}
