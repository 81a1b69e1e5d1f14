//! The four languages a repository's source files are written in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which grammar a file is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// `.tsx`.
    Tsx,
    /// `.js`, `.mjs`, `.cjs`.
    JavaScript,
    /// `.jsx`.
    Jsx,
}

impl Language {
    /// The language of a path by its extension. Declaration files (`.d.ts` and
    /// kin) hold no code that runs and have none.
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next()?;
        let (stem, extension) = name.rsplit_once('.')?;
        match extension {
            "ts" | "mts" | "cts" if is_declaration(stem) => None,
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            "js" | "mjs" | "cjs" => Some(Self::JavaScript),
            "jsx" => Some(Self::Jsx),
            _ => None,
        }
    }

    /// Whether type annotations are part of the language.
    pub fn is_typescript(self) -> bool {
        matches!(self, Self::TypeScript | Self::Tsx)
    }

    /// Whether `<T>value` opens a JSX element and not a type assertion.
    pub fn has_jsx(self) -> bool {
        !matches!(self, Self::TypeScript)
    }
}

/// `x.d` of `x.d.ts`, and `x.d.css` of `x.d.css.ts` (arbitrary extensions, TypeScript 5).
fn is_declaration(stem: &str) -> bool {
    stem.rsplit('.').take(2).collect::<Vec<_>>().contains(&"d")
        && !matches!(stem.split_once('.'), None | Some(("", _)))
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn extensions() {
        let check = |path, expected| assert_eq!(Language::from_path(path), expected, "{path}");
        check("src/a.ts", Some(Language::TypeScript));
        check("src/a.test.mts", Some(Language::TypeScript));
        check("a.cts", Some(Language::TypeScript));
        check("src/[id]/page.tsx", Some(Language::Tsx));
        check("a.js", Some(Language::JavaScript));
        check("a.cjs", Some(Language::JavaScript));
        check("a.mjs", Some(Language::JavaScript));
        check("a.jsx", Some(Language::Jsx));
        check("types.d.ts", None);
        check("types.d.mts", None);
        check("style.d.css.ts", None);
        check("ts", None);
        check("dir.ts/readme", None);
    }
}
