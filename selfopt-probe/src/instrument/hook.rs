//! The expression that finds the hook, and names that a file does not use.

use selfopt_syntax::{SourceFile, SymbolKind};

use super::refusal::Refusal;
use super::splice::Splices;

/// The stems of the inserted names: base, candidate, function and its other
/// version, hook, parameter, type, default export.
const STEMS: [&str; 8] = ["b", "c", "f", "g", "h", "p", "T", "default"];

/// Marks a file for linters and type checkers. TypeScript reads its mark from a
/// line comment only.
pub(super) const TYPES_MARK: &str = "/* eslint-disable */// @ts-nocheck";

/// How the code of one file reaches the hook.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    /// An expression in parentheses: the hook, or something falsy.
    pub(super) expression: String,
    /// A number that makes the inserted names unlike all names of the file.
    suffix: String,
    /// `any` annotations are needed.
    typed: bool,
}

impl Hook {
    /// The hook as seen from `file`; `others` are texts whose names matter too.
    pub(super) fn of(file: &SourceFile, others: &[&str]) -> Result<Self, Refusal> {
        let Some(bindings) = &file.bindings else {
            return Err(Refusal::UsesEval);
        };
        let declares = |name: &str| {
            bindings
                .symbols()
                .any(|(id, symbol)| symbol.kind != SymbolKind::Type && bindings.name(id) == name)
        };
        if declares("globalThis") {
            return Err(Refusal::ShadowedGlobals);
        }
        let typed = file.language.is_typescript();
        let any = |name: &str| if typed { format!("({name} as any)") } else { name.to_owned() };
        let global = any("globalThis");
        let symbol =
            if declares("Symbol") { format!("{global}.Symbol") } else { "Symbol".to_owned() };
        let key = format!(r#"{symbol}.for("selfopt.probe")"#);
        let expression = if declares("process") {
            format!(
                r#"(typeof globalThis==="object"&&({global}.process&&{global}.process[{key}]||{global}[{key}]))"#
            )
        } else {
            let process = any("process");
            format!(
                r#"(typeof process==="object"&&{process}[{key}]||typeof globalThis==="object"&&{global}[{key}])"#
            )
        };
        Ok(Self { expression, suffix: suffix(file, others), typed })
    }

    /// An inserted name.
    pub(super) fn name(&self, stem: &str) -> String {
        format!("${stem}{}", self.suffix)
    }

    /// `: any` where the language has types.
    pub(super) fn any(&self) -> &'static str {
        if self.typed { ":any" } else { "" }
    }

    /// Marks the file for linters and type checkers, on its first line.
    pub(super) fn mark(&self, splices: &mut Splices, file: &SourceFile) {
        let text = &*file.text;
        let at = if text.starts_with("#!") {
            text.find('\n').map_or(text.len(), |end| end + 1)
        } else if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let mark = if self.typed {
            let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
            format!("{TYPES_MARK}{newline}")
        } else {
            "/* eslint-disable */".to_owned()
        };
        let at = u32::try_from(at).unwrap_or(0);
        // A script's first line may lack its end: then there is nothing to mark.
        if !text.starts_with("#!") || text.contains('\n') {
            splices.behind(at, mark);
        }
    }

    /// Whether the language has types.
    pub(super) fn is_typed(&self) -> bool {
        self.typed
    }
}

/// The smallest number, or nothing, that makes all inserted names new.
fn suffix(file: &SourceFile, others: &[&str]) -> String {
    let texts = || std::iter::once(&*file.text).chain(others.iter().copied());
    let is_free = |suffix: &str| {
        STEMS
            .iter()
            .map(|stem| format!("${stem}{suffix}"))
            .all(|name| texts().all(|text| !text.contains(&name)))
    };
    let mut suffix = String::new();
    let mut n = 0;
    // A text of finite length has room for finitely many.
    while !is_free(&suffix) {
        n += 1;
        suffix = format!("_{n}");
    }
    suffix
}
