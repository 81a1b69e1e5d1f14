//! `selfopt pack new`: the sources of a pack that builds, passes its tests and
//! finds something.

use std::path::Path;

use selfopt_core::ExitCode;

use crate::args::{PackLanguage, PackNewArgs};
use crate::error::CliError;
use crate::render;

/// A template file and where it goes.
type Template = (&'static str, &'static str);

const RUST: &[Template] = &[
    ("selfopt-pack.toml", include_str!("../../../templates/rust/selfopt-pack.toml.in")),
    ("Cargo.toml", include_str!("../../../templates/rust/Cargo.toml.in")),
    (".gitignore", "/dist\n/target\n"),
    ("src/lib.rs", include_str!("../../../templates/rust/lib.rs.in")),
    ("src/filter_then_length.rs", include_str!("../../../templates/rust/filter_then_length.rs.in")),
    ("rules/filter-then-length.md", include_str!("../../../templates/filter-then-length.md")),
    ("tests/pages.rs", include_str!("../../../templates/rust/pages.rs.in")),
];

const C: &[Template] = &[
    ("selfopt-pack.toml", include_str!("../../../templates/c/selfopt-pack.toml.in")),
    (".gitignore", "/dist\n"),
    ("src/pack.c", include_str!("../../../templates/c/pack.c.in")),
    ("src/selfopt_pack.h", include_str!("../../../templates/c/selfopt_pack.h")),
    ("rules/json-clone.md", include_str!("../../../templates/json-clone.md")),
];

const JS: &[Template] = &[
    ("selfopt-pack.toml", include_str!("../../../templates/js/selfopt-pack.toml.in")),
    ("package.json", include_str!("../../../templates/js/package.json.in")),
    (".gitignore", "/dist\n/node_modules\n"),
    ("src/pack.js", include_str!("../../../templates/js/pack.js.in")),
    ("src/snapshot.js", include_str!("../../../templates/js/snapshot.js")),
    ("rules/json-clone.md", include_str!("../../../templates/json-clone.md")),
];

pub(super) fn run(args: &PackNewArgs) -> Result<ExitCode, CliError> {
    let dir = &args.dir;
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_kebab = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_kebab {
        return Err(CliError::usage(
            format!("`{name}` cannot be a pack's name"),
            "use small letters, digits and `-`, beginning with a letter: `my-pack`",
        ));
    }
    if dir.exists() {
        return Err(CliError::usage(
            format!("`{}` is already there", dir.display()),
            "name a folder that is to be made",
        ));
    }
    let templates = match args.lang {
        PackLanguage::Rust => RUST,
        PackLanguage::Js => JS,
        PackLanguage::C => C,
    };
    let words = Words { name, sdk: args.sdk.as_deref() };
    for (path, text) in templates {
        write(&dir.join(path), &words.fill(text)?)?;
    }
    render::text(&format!(
        "made `{dir}`\n\nnext:\n  selfopt pack test {dir}     builds it and runs rules/*.md\n  \
         selfopt scan --pack {dir}/dist/{name}.wasm PROJECT\n",
        dir = dir.display(),
    ));
    Ok(ExitCode::Success)
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |source| CliError::Io { doing: format!("write `{}`", path.display()), source };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

/// What templates are filled with.
struct Words<'a> {
    name: &'a str,
    sdk: Option<&'a Path>,
}

impl Words<'_> {
    fn fill(&self, template: &str) -> Result<String, CliError> {
        let type_name: String = self.name.split('-').map(capitalized).collect();
        Ok(template
            .replace("{{name}}", self.name)
            .replace("{{module}}", &self.name.replace('-', "_"))
            .replace("{{type}}", &type_name)
            .replace("{{sdk}}", &self.dependency("selfopt-pack", "sdk")?)
            .replace("{{sdk-test}}", &self.dependency("selfopt-pack-test", "sdk-test")?))
    }

    fn dependency(&self, name: &str, folder: &str) -> Result<String, CliError> {
        let Some(sdk) = self.sdk else {
            let (git, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
            return Ok(format!("{name} = {{ git = \"{git}\", tag = \"v{version}\" }}"));
        };
        let path = sdk.join("plugins").join(folder).canonicalize().map_err(|error| {
            CliError::usage(
                format!("`{}` is no checkout of selfopt: {error}", sdk.display()),
                "name the folder that holds `plugins/sdk`",
            )
        })?;
        Ok(format!("{name} = {{ path = {:?} }}", path.display().to_string()))
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
