//! What a command of a script does: the kinds, and how each one may take part
//! in a test or build command.

mod flags;
mod names;
mod programs;
mod reasons;
mod table;

pub(crate) use flags::run_once;
pub(crate) use names::{from_name, tokens};
pub(crate) use programs::is_known;
pub(crate) use reasons::{drives_chrome, reason, reason_among_others, severity};

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A test runner that is known by its name.
    Test,
    /// Something that looks like a test: `node test/all.js`.
    MaybeTest,
    /// Tests against other parts, services or the network.
    Integration,
    /// Tests in a browser.
    Browser,
    /// Checks of what ships: bundle formats, type declarations, sizes.
    PackageTest,
    /// Compiles or bundles.
    Build,
    /// Generates code that the build or the tests need.
    Codegen,
    /// Checks types and writes nothing.
    Typecheck,
    /// A linter or a spell checker.
    Lint,
    /// A formatter.
    Format,
    /// A benchmark.
    Bench,
    /// Does not end on its own.
    Watch,
    /// Starts an application.
    Server,
    /// Changes a database.
    Migrate,
    /// Needs a database or an environment to be set up.
    NeedsSetup,
    /// Changes something outside of the checkout.
    Publish,
    /// Installs dependencies.
    Install,
    /// Talks to the network.
    Network,
    /// Needs Docker.
    Docker,
    /// Rewrites snapshots or fixtures.
    UpdatesFiles,
    /// Runs only some of the tests.
    Partial,
    /// Builds documentation or a website.
    Docs,
    /// Moves, removes or prints; harmless.
    Housekeeping,
    /// Does nothing, as `echo "no test specified" && exit 1`.
    Placeholder,
    /// Unknown.
    Other,
}

impl Kind {
    /// Whether a test command may hold it beside the tests.
    pub(crate) const fn fits_tests(self) -> bool {
        matches!(
            self,
            Self::Test
                | Self::MaybeTest
                | Self::Build
                | Self::Codegen
                | Self::Housekeeping
                | Self::Other
        )
    }

    /// Whether it is a test of any sort that a plain run can do.
    pub(crate) const fn is_test(self) -> bool {
        matches!(self, Self::Test | Self::MaybeTest)
    }

    /// Why a build command must not hold it, if it must not.
    pub(crate) const fn unsafe_in_build(self) -> Option<&'static str> {
        match self {
            Self::Migrate => Some("it runs a database migration"),
            Self::NeedsSetup => Some("it needs a database or an environment"),
            Self::Publish => Some("it changes something outside of the checkout"),
            Self::Network => Some("it talks to the network"),
            Self::Docker => Some("it needs Docker"),
            Self::Watch | Self::Server => Some("it does not end on its own"),
            Self::UpdatesFiles => Some("it rewrites files of the checkout"),
            _ => None,
        }
    }

    /// Why a command of this kind is no unit test.
    pub(crate) const fn not_a_unit_test(self) -> Option<&'static str> {
        match self {
            Self::Integration => Some("it is an integration test"),
            Self::Browser => Some("it needs a browser"),
            Self::PackageTest => Some("it checks the published package"),
            Self::Lint => Some("it is a linter"),
            Self::Format => Some("it is a formatter"),
            Self::Typecheck => Some("it only checks types"),
            Self::Bench => Some("it is a benchmark"),
            Self::Install => Some("it installs dependencies"),
            Self::Partial => Some("it runs only some of the tests"),
            Self::Placeholder => Some("it is a placeholder"),
            other => other.unsafe_in_build(),
        }
    }
}

/// What a command does, judged by its program, its arguments and the name of
/// the script that holds it. `words` are without wrappers and assignments.
pub(crate) fn classify(words: &[String], script: &str) -> Kind {
    let Some((program, args)) = words.split_first() else {
        return Kind::Housekeeping;
    };
    let by_name = from_name(script);
    let by_program = if flags::watches(program, args) {
        Kind::Watch
    } else if flags::updates_files(args) {
        Kind::UpdatesFiles
    } else {
        match programs::kind_of(program, args) {
            Kind::Test if flags::is_partial(args) => Kind::Partial,
            Kind::Test if flags::names_integration(args) => Kind::Integration,
            kind => kind,
        }
    };
    // Declarations are written, whatever the script's name says.
    let writes = args.iter().any(|arg| arg == "--emitDeclarationOnly" || arg == "--outDir");
    if by_program == Kind::Build && writes {
        return Kind::Build;
    }
    combine(by_program, by_name, program)
}

/// A known program says what runs; the script's name says on what.
fn combine(by_program: Kind, by_name: Kind, program: &str) -> Kind {
    let narrows_tests = matches!(
        by_name,
        Kind::Integration
            | Kind::Browser
            | Kind::PackageTest
            | Kind::UpdatesFiles
            | Kind::Partial
            | Kind::Watch
            | Kind::Network
            | Kind::Docker
            | Kind::Bench
    );
    let says_otherwise =
        matches!(by_name, Kind::Lint | Kind::Format | Kind::Docs | Kind::Typecheck);
    match by_program {
        Kind::Test if narrows_tests => by_name,
        Kind::MaybeTest if narrows_tests || says_otherwise => by_name,
        // A compiler in a script that says it checks: `types:check = tsc`.
        Kind::Build if by_name == Kind::Typecheck && programs::is_type_checker(program) => by_name,
        Kind::Other if by_name == Kind::Test => Kind::MaybeTest,
        Kind::Other => by_name,
        _ => by_program,
    }
}

/// What a task of a task runner does: `nx run-many --targets=test`. The name
/// is all there is.
pub(crate) fn of_task(task: &str) -> Kind {
    from_name(task)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::split;

    fn kind(command: &str, script: &str) -> Kind {
        classify(&split(command)[0].words, script)
    }

    #[test]
    fn commands_are_told_apart() {
        let cases = [
            ("jest", "test", Kind::Test),
            ("vitest run", "test", Kind::Test),
            ("jest --watch", "test:watch", Kind::Watch),
            ("jest -u", "test:update", Kind::UpdatesFiles),
            ("vitest bench --run", "bench", Kind::Bench),
            ("mocha e2e/*.js", "test:e2e", Kind::Integration),
            ("node --test", "test", Kind::Test),
            ("node --watch app.js", "dev", Kind::Watch),
            ("node --import tsx --test src/a.test.ts", "test", Kind::Test),
            ("node test/all.js", "test", Kind::MaybeTest),
            ("node scripts/build.js", "build", Kind::Build),
            ("node ./run.js", "test", Kind::MaybeTest),
            ("tsx lib/db/migrate", "build", Kind::Migrate),
            ("prisma migrate deploy", "update-db", Kind::Migrate),
            ("prisma generate", "postinstall", Kind::Codegen),
            ("tsc", "build", Kind::Build),
            ("tsc --noEmit", "build", Kind::Typecheck),
            ("tsc -p tsconfig.json", "test:types", Kind::Typecheck),
            ("tsc --watch", "build:watch", Kind::Watch),
            ("vite", "dev", Kind::Server),
            ("vite build", "build", Kind::Build),
            ("next dev", "dev", Kind::Server),
            ("playwright test", "test", Kind::Browser),
            ("cypress run", "test", Kind::Browser),
            ("karma start --single-run", "test", Kind::Browser),
            ("eslint . --fix", "test", Kind::Lint),
            ("prettier --check .", "test", Kind::Format),
            ("vitest run -c vitest.e2e.config.ts", "test:serve", Kind::Integration),
            ("mocha --exclude test/e2e/**", "test", Kind::Test),
            ("node --test --test-only test/a.js", "test:a", Kind::Partial),
            ("mocha", "test-only", Kind::Test),
            ("tsc --emitDeclarationOnly", "types", Kind::Build),
            ("npm publish", "release", Kind::Publish),
            ("git push --tags", "postversion", Kind::Publish),
            ("size-limit", "test:size", Kind::PackageTest),
            ("docker compose up", "test", Kind::Docker),
            ("rimraf dist", "clean", Kind::Housekeeping),
            ("bun test", "test", Kind::Test),
            ("react-scripts test", "test", Kind::Watch),
            ("react-scripts test --watchAll=false", "test", Kind::Test),
            ("ng test", "test", Kind::Browser),
            ("node check-db.js", "check-db", Kind::NeedsSetup),
        ];
        for (command, script, expected) in cases {
            assert_eq!(kind(command, script), expected, "{script}: {command}");
        }
    }
}
