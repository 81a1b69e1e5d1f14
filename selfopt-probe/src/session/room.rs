//! One tree of a study: files are written into it, scripts of the runtime and
//! commands of the project run in it.

use std::collections::BTreeMap;

use selfopt_core::pipeline::RunError;
use selfopt_core::{
    Bytes, CollectLimits, CollectedFile, CommandLimits, CommandSpec, FileWrite, Lab, Millis,
    Network, Outcome, Phase, SandboxError, Workspace,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::ScriptError;
use super::runtime::{PRELOAD, Place};

/// Results are small; what is larger was not written by us.
const RESULT_LIMIT: CollectLimits =
    CollectLimits { files: 1, file_size: Bytes::from_mib(64), total: Bytes::from_mib(64) };
/// Recorded calls of all functions together.
const CALLS_LIMIT: CollectLimits =
    CollectLimits { files: 1000, file_size: Bytes::from_mib(64), total: Bytes::from_mib(512) };

/// A tree with the runtime in it.
pub(crate) struct Room {
    workspace: Box<dyn Workspace>,
    place: Place,
    /// The working directory as commands in the tree see it.
    directory: String,
}

impl Room {
    /// A fresh tree of the unchanged code.
    pub(crate) async fn open(lab: &mut dyn Lab) -> Result<Self, RunError> {
        let workspace = lab.fork().await?;
        let place = Place::new(&lab.project().working_directory);
        workspace.apply(&place.files()).await?;
        let pwd = command(lab, "pwd", Phase::Test, Millis::from_secs(30));
        let outcome = lab.run(&*workspace, &pwd).await?;
        let directory = String::from_utf8_lossy(&outcome.stdout).trim_end().to_owned();
        Ok(Self { workspace, place, directory })
    }

    /// Where the runtime lies.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// An absolute path of the runtime's folder, as commands see it.
    pub(crate) fn absolute(&self, name: &str) -> String {
        format!("{}/{}", self.directory, Place::inside(name))
    }

    /// Writes files of the project, by path.
    pub(crate) async fn write<'t>(
        &self,
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<(), RunError> {
        let files: Vec<FileWrite> = files
            .into_iter()
            .map(|(path, text)| FileWrite {
                path: path.to_owned(),
                bytes: text.as_bytes().to_vec(),
            })
            .collect();
        Ok(self.workspace.apply(&files).await?)
    }

    /// Writes a file of the runtime's folder.
    pub(crate) async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), RunError> {
        let file = FileWrite { path: self.place.path(name), bytes };
        Ok(self.workspace.apply(&[file]).await?)
    }

    /// Runs one of the project's commands as it is.
    pub(crate) async fn run(
        &self,
        lab: &mut dyn Lab,
        command: &CommandSpec,
    ) -> Result<Outcome, RunError> {
        lab.run(&*self.workspace, command).await
    }

    /// Runs one of the project's commands with the hook in every Node process.
    pub(crate) async fn run_hooked(
        &self,
        lab: &mut dyn Lab,
        command: &CommandSpec,
    ) -> Result<Outcome, RunError> {
        let cmd = format!(
            "selfopt_script=hook.cjs selfopt_request=probe.json\n. ./{}\n{}",
            Place::inside(PRELOAD),
            command.cmd
        );
        lab.run(&*self.workspace, &CommandSpec { cmd, ..command.clone() }).await
    }

    /// Runs a script of the runtime on a request and reads its result.
    pub(crate) async fn script<T: DeserializeOwned>(
        &self,
        lab: &mut dyn Lab,
        script: Script<'_>,
        request: &impl Serialize,
    ) -> Result<Result<T, ScriptError>, RunError> {
        let name = script.name;
        let request = serde_json::to_value(request)
            .map_err(|source| RunError::Json { what: "a request", source })?;
        let mut request = request;
        let result = format!("{name}.result.json");
        if let Some(fields) = request.as_object_mut() {
            fields.insert("result".into(), self.absolute(&result).into());
        }
        self.put(&format!("{name}.request.json"), request.to_string().into_bytes()).await?;
        // What an earlier run left must not be taken for this one's.
        self.put(&result, Vec::new()).await?;
        let cmd = format!(
            "node {} {} {}",
            script.flags,
            shell_word(&self.absolute(name)),
            shell_word(&self.absolute(&format!("{name}.request.json")))
        );
        let command = command(lab, &cmd, script.phase, script.limit);
        let outcome = lab.run(&*self.workspace, &command).await?;
        if !outcome.succeeded() {
            return Ok(Err(ScriptError::of(name, &outcome, &command.limits)));
        }
        let files = match self.workspace.collect(&[self.place.path(&result)], RESULT_LIMIT).await {
            Ok(files) => files,
            Err(SandboxError::TooMuch { what }) => return Ok(Err(ScriptError(what))),
            Err(error) => return Err(error.into()),
        };
        let bytes = files.first().map(|file| file.bytes.as_slice()).unwrap_or_default();
        Ok(serde_json::from_slice(bytes)
            .map_err(|error| ScriptError(format!("the result of `{name}` does not read: {error}"))))
    }

    /// A plain command in the tree.
    pub(crate) async fn plain(
        &self,
        lab: &mut dyn Lab,
        cmd: &str,
        limit: Millis,
    ) -> Result<Outcome, RunError> {
        let command = command(lab, cmd, Phase::Build, limit);
        lab.run(&*self.workspace, &command).await
    }

    /// The files of the runtime's folder that match, by name in it.
    pub(crate) async fn take(&self, glob: &str) -> Result<BTreeMap<String, Vec<u8>>, RunError> {
        let prefix = self.place.path("");
        let found = self.workspace.collect(&[self.place.path(glob)], CALLS_LIMIT).await?;
        Ok(found
            .into_iter()
            .filter_map(|file| Some((file.path.strip_prefix(&prefix)?.to_owned(), file.bytes)))
            .collect())
    }

    /// Writes files by their path in the workspace.
    pub(crate) async fn apply(&self, files: &[FileWrite]) -> Result<(), RunError> {
        Ok(self.workspace.apply(files).await?)
    }

    /// Takes files by their path in the workspace.
    pub(crate) async fn collect(
        &self,
        globs: &[String],
        limits: CollectLimits,
    ) -> Result<Vec<CollectedFile>, RunError> {
        Ok(self.workspace.collect(globs, limits).await?)
    }

    /// Removes the tree.
    pub(crate) async fn close(self) -> Result<(), RunError> {
        Ok(self.workspace.close().await?)
    }
}

/// A script of the runtime and how it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script<'a> {
    /// Its file name.
    pub(crate) name: &'a str,
    /// Flags for Node.
    pub(crate) flags: &'a str,
    /// The phase that its time is counted under.
    pub(crate) phase: Phase,
    /// How long it may take.
    pub(crate) limit: Millis,
}

/// A command without network.
fn command(lab: &dyn Lab, cmd: &str, phase: Phase, limit: Millis) -> CommandSpec {
    CommandSpec {
        cmd: cmd.to_owned(),
        working_directory: lab.project().working_directory.clone(),
        env: BTreeMap::new(),
        phase,
        network: Network::None,
        limits: CommandLimits { wall: limit, ..CommandLimits::default() },
    }
}

/// Text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
