//! `selfopt pack`: rule packs, for those who write them and those who use them.

mod check;
mod new;
mod project;
mod test;
mod tree;
mod update;

use selfopt_core::ExitCode;

use crate::args::{Common, Format, PackArgs, PackBuildArgs, PackCommand};
use crate::error::CliError;
use crate::packs::{MANIFEST, Manifest, PackStore, build};
use crate::render;

pub(crate) fn run(common: &Common, args: PackArgs) -> Result<ExitCode, CliError> {
    if !matches!(common.format, Format::Human | Format::Json) {
        return Err(CliError::usage("`pack` has no such format", "use human or json"));
    }
    match args.command {
        PackCommand::New(args) => new::run(&args),
        PackCommand::Build(args) => run_build(common, &args),
        PackCommand::Test(args) => test::run(common, &args.dir),
        PackCommand::Check { file } => check::run(common, &file),
        PackCommand::Add(args) => project::add(common, &args),
        PackCommand::Update(args) => update::run(common, &args),
        PackCommand::Tree(args) => tree::run(common, &args),
        PackCommand::List(args) => project::list(common, &args),
        PackCommand::Remove { id, project } => project::remove(&id, &project),
    }
}

fn run_build(common: &Common, args: &PackBuildArgs) -> Result<ExitCode, CliError> {
    let built = build(&args.dir.dir, args.out.as_deref())?;
    // A pack that cannot be used is not built, whatever lies on the disk.
    let host = PackStore::of(common)?.host()?;
    let name = built.path.display().to_string();
    let pack = host.load(&built.wasm).map_err(|error| CliError::pack(name.clone(), error))?;
    let manifest = Manifest::read(&args.dir.dir)?;
    if (manifest.id.as_str(), manifest.version.as_str())
        != (pack.info().id.as_str(), pack.info().version.as_str())
    {
        return Err(CliError::usage(
            format!(
                "the pack says that it is `{}` {}, `{MANIFEST}` says `{}` {}",
                pack.info().id,
                pack.info().version,
                manifest.id,
                manifest.version
            ),
            "make them agree",
        ));
    }
    match common.format {
        Format::Json => render::json(&check::document(&pack, built.wasm.len()))?,
        _ => render::text(&format!(
            "built `{name}`: {} {}, {} bytes\nsha256 {}\n",
            pack.info().id,
            pack.info().version,
            built.wasm.len(),
            built.sha256
        )),
    }
    Ok(ExitCode::Success)
}
