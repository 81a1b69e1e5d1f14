//! Arguments of `selfopt pack`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  selfopt pack new my-pack
  selfopt pack test my-pack
  selfopt pack build my-pack
  selfopt pack add my-pack/dist/my-pack.wasm
  selfopt pack add https://example.org/lists.wasm --sha256 4f1c…
  selfopt pack update lists --sha256 9a03…
  selfopt pack tree src/a.ts

Exit codes: 0 done; 10 `test`: a block is not as it should be; 2 the pack or
the request is not usable, and the reason is printed.";

#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PackArgs {
    #[command(subcommand)]
    pub(crate) command: PackCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum PackCommand {
    /// Write the sources of a new pack into a new folder.
    New(PackNewArgs),
    /// Build a pack and run the pages of its rules through the build.
    Test(PackDirArgs),
    /// Build a pack.
    Build(PackBuildArgs),
    /// Say what a built pack is, and whether it can be used.
    Check {
        /// The built pack.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Use a pack in a project: writes selfopt.lock.
    Add(PackAddArgs),
    /// Get packs of a project anew from where they came from.
    Update(PackUpdateArgs),
    /// Print the syntax tree of a file, as rules see it.
    Tree(PackTreeArgs),
    /// List the packs of a project.
    List(PackProjectArgs),
    /// Stop using a pack in a project.
    Remove {
        /// The pack's id.
        id: String,
        #[command(flatten)]
        project: PackProjectArgs,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackNewArgs {
    /// The folder to make; its name is the pack's.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// What the rules are written in.
    #[arg(long, value_enum, default_value_t = PackLanguage::Rust)]
    pub(crate) lang: PackLanguage,
    /// A checkout of selfopt to take the SDK from [default: the release's, from the repository].
    #[arg(long, value_name = "DIR")]
    pub(crate) sdk: Option<PathBuf>,
}

/// What a pack is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PackLanguage {
    /// Rust, with the SDK: the same rule interface as the built-in rules.
    Rust,
    /// JavaScript, in a small engine of its own: needs Node and npm to build.
    Js,
    /// C, with a header and nothing else: needs clang to build.
    C,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackDirArgs {
    /// The pack's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackBuildArgs {
    #[command(flatten)]
    pub(crate) dir: PackDirArgs,
    /// The built pack [default: dist/NAME.wasm in the pack's folder].
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackAddArgs {
    /// A built pack: a file, or an https address.
    #[arg(value_name = "PATH|URL")]
    pub(crate) origin: String,
    /// The SHA-256 that it must have; an address needs one.
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: Option<String>,
    #[command(flatten)]
    pub(crate) project: PackProjectArgs,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackUpdateArgs {
    /// The pack's id [default: all packs of the project].
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The SHA-256 that the new bytes must have.
    #[arg(long, value_name = "HEX", requires = "id", conflicts_with = "accept")]
    pub(crate) sha256: Option<String>,
    /// Take whatever is there now.
    #[arg(long)]
    pub(crate) accept: bool,
    #[command(flatten)]
    pub(crate) project: PackProjectArgs,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackTreeArgs {
    /// A file in TypeScript or JavaScript.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Also show keywords and punctuation.
    #[arg(long)]
    pub(crate) tokens: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PackProjectArgs {
    /// The project's directory.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,
}

/// Which packs a scan uses.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PackChoice {
    /// Also use this built pack, without selfopt.lock; repeatable.
    #[arg(long = "pack", value_name = "FILE")]
    pub(crate) packs: Vec<PathBuf>,
    /// Leave the built-in rules out and use their WebAssembly builds.
    #[arg(long)]
    pub(crate) packs_only: bool,
    /// Refuse to scan unless the packs are exactly those of selfopt.lock.
    #[arg(long)]
    pub(crate) locked: bool,
}
