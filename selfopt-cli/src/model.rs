//! Which language model is asked, if any. It takes two: the user names a model
//! file of their own on the command line, and the repository allows it in its
//! selfopt.toml. Neither sends anything alone.

use std::sync::Arc;

use selfopt_core::PatchModel;
use selfopt_core::pipeline::RunError;
use selfopt_llm::ReplayModel;

use crate::args::ModelArgs;
use crate::compose::Session;
use crate::error::CliError;
use crate::render;

/// The model that the arguments and the project's configuration agree on.
pub(crate) async fn chosen(
    args: &ModelArgs,
    session: &Session,
) -> Result<Option<Arc<dyn PatchModel>>, CliError> {
    if let Some(folder) = &args.model_replay {
        let replay = ReplayModel::open(folder).map_err(RunError::Model)?;
        return Ok(Some(Arc::new(replay)));
    }
    let Some(file) = &args.model else {
        if session.config.model.enabled {
            render::progress(
                "selfopt.toml allows a language model; none is asked without `--model FILE`",
            );
        }
        return Ok(None);
    };
    let path = file.canonicalize().map_err(|source| CliError::Io {
        doing: format!("read the model file `{}`", file.display()),
        source,
    })?;
    // Who writes the file decides where the code goes.
    if path.starts_with(&session.checkout.repo_root) {
        return Err(CliError::usage(
            format!("the model file `{}` lies in the repository", file.display()),
            "keep it outside, such as in `~/.config/selfopt/`: what is committed must not decide where code is sent",
        ));
    }
    if !session.config.model.enabled {
        return Err(CliError::usage(
            "this repository does not allow a language model",
            "write `enabled = true` under `[model]` in its selfopt.toml and commit it, if its code may be sent to the provider",
        ));
    }
    live::client(args, &path, session).await.map(Some)
}

#[cfg(feature = "llm")]
mod live {
    use std::io::Read as _;
    use std::path::Path;

    use selfopt_compose::HostClock;
    use selfopt_llm::{HttpProvider, ModelClient, ModelParts, RetryPolicy, Settings, SystemPause};
    use selfopt_store::SqliteStore;

    use super::{Arc, CliError, ModelArgs, PatchModel, RunError, Session, render};

    /// A model file is read whole; what is larger is none.
    const MAX_BYTES: u64 = 64 * 1024;

    pub(super) async fn client(
        args: &ModelArgs,
        path: &Path,
        session: &Session,
    ) -> Result<Arc<dyn PatchModel>, CliError> {
        let io = |source| CliError::Io {
            doing: format!("read the model file `{}`", path.display()),
            source,
        };
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
            .map_err(io)?;
        let settings = Settings::parse(&text).map_err(RunError::Model)?;
        let key = std::env::var(&settings.key_variable).ok().filter(|key| !key.is_empty());
        let provider = HttpProvider::new(&settings, key.as_deref()).map_err(RunError::Model)?;
        if key.is_none() {
            render::warning(&format!(
                "`{}` is not set: the provider is asked without a key",
                settings.key_variable
            ));
        }
        render::progress(&format!(
            "functions of this repository are sent to {}/{}",
            settings.provider.name(),
            settings.model
        ));
        Ok(Arc::new(ModelClient::new(ModelParts {
            provider: Arc::new(provider),
            settings,
            spending: Arc::new(SqliteStore::open(&session.store_dir).await?),
            clock: Arc::new(HostClock::new()),
            pause: Arc::new(SystemPause),
            retry: RetryPolicy::default(),
            record: args.model_record.clone(),
            secrets: key.into_iter().collect(),
        })))
    }
}

#[cfg(not(feature = "llm"))]
mod live {
    use std::path::Path;

    use super::{Arc, CliError, ModelArgs, PatchModel, Session};

    #[expect(clippy::unused_async, reason = "the same as with the feature")]
    pub(super) async fn client(
        _: &ModelArgs,
        _: &Path,
        _: &Session,
    ) -> Result<Arc<dyn PatchModel>, CliError> {
        Err(CliError::usage(
            "this build of selfopt asks no language model",
            "build it with `--features llm`; `--model-replay` works without",
        ))
    }
}
