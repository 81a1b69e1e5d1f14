//! `selfopt init`: writes a commented `selfopt.toml` from what is detected.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use selfopt_core::config::{CONFIG_FILE, Config};
use selfopt_core::detection::detect;
use selfopt_core::{ExitCode, SourceTree};
use selfopt_sandbox::checkout::DirTree;

use crate::args::{Common, Format, InitArgs};
use crate::error::CliError;
use crate::render;

pub(crate) fn run(common: &Common, args: &InitArgs) -> Result<ExitCode, CliError> {
    if common.format != Format::Human {
        return Err(CliError::usage(
            "`init` writes TOML and has no other format",
            "leave `--format` out; `selfopt detect --format json` prints what is detected",
        ));
    }
    let tree = DirTree::open(&args.path)?;
    let tree: &dyn SourceTree = &tree;
    if !tree.contains("package.json") {
        return Err(CliError::usage(
            format!("`{}` has no package.json", args.path.display()),
            "run it in the folder of a JavaScript or TypeScript project",
        ));
    }
    // What an older file says is not what is detected.
    let project = detect(tree, &selfopt_detect::detectors(), &Config::default(), "");
    let text = selfopt_compose::config_file(&project)?;
    if args.stdout {
        render::text(&text);
        return Ok(ExitCode::Success);
    }
    let path = args.path.join(CONFIG_FILE);
    write(&path, &text, args.force)?;
    render::progress(&format!("wrote `{}`", path.display()));
    Ok(ExitCode::Success)
}

/// Makes the file. One that is there is only replaced when asked to; a link is
/// replaced itself, never what it points to.
fn write(path: &Path, text: &str, replace: bool) -> Result<(), CliError> {
    let failed = |source| CliError::Io { doing: format!("write `{}`", path.display()), source };
    if replace {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    match file {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(CliError::usage(
            format!("`{}` is already there", path.display()),
            "`--force` overwrites it; `--stdout` prints what would be written",
        )),
        Err(error) => Err(failed(error)),
    }
}
