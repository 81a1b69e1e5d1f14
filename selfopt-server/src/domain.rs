//! The words of the core as the API's answers: each is sent as the core writes
//! it, and described by the core's own schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema as ApiSchema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! domain {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Serialize, Deserialize)]
            #[serde(transparent)]
            pub(crate) struct $name(pub(crate) $type);

            // Takes the name's place in the document until the core's schema
            // is put there.
            impl PartialSchema for $name {
                fn schema() -> RefOr<ApiSchema> {
                    utoipa::openapi::ObjectBuilder::new().build().into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($name))
                }
            }
        )+

        /// The names that the API gives to words of the core, with their
        /// schemas.
        pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
            vec![$((stringify!($name), subschema::<$type>(generator))),+]
        }
    };
}

fn subschema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

domain! {
    /// A repository.
    RepositoryView: selfopt_core::RepositoryRecord;
    /// What was detected.
    ProjectView: selfopt_core::Project;
    /// Commands that override detection.
    CommandsView: selfopt_core::config::CommandsConfig;
    /// What a person confirmed.
    ConfirmedView: selfopt_core::ConfirmedCommands;
    /// Why nothing runs.
    PauseView: selfopt_core::RepoPause;
    /// A request for a run.
    RequestView: selfopt_core::RunRequest;
    /// A run.
    RunView: selfopt_core::RunRecord;
    /// How the unchanged code did.
    BaselineView: selfopt_core::Baseline;
    /// Something that happened in a run.
    EventView: selfopt_core::JournalEntry;
    /// A place worth improving.
    OpportunityView: selfopt_core::Opportunity;
    /// What became of a candidate, with every verdict.
    AttemptView: selfopt_core::Attempt;
    /// A proved proposal.
    ProposalView: selfopt_core::ProposalRecord;
    /// Where an artifact lies.
    ArtifactView: selfopt_core::ArtifactRecord;
    /// A token for programs, without its secret.
    TokenView: selfopt_core::ApiToken;
    /// Why a proposal is not wanted.
    DismissalView: selfopt_core::Dismissal;
    /// A pull request with a proposal's change.
    PullRequestRecordView: selfopt_core::PullRequestRecord;
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident of $row:ident: $type:ty;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        pub(crate) struct $name {
            /// The rows, in the list's order.
            items: Vec<$row>,
            /// The cursor of the next page; null on the last one.
            next: Option<String>,
        }

        impl From<selfopt_core::Page<$type>> for $name {
            fn from(page: selfopt_core::Page<$type>) -> Self {
                let next = page.next.map(|cursor| cursor.to_string());
                Self { items: page.items.into_iter().map($row).collect(), next }
            }
        }
    )+};
}

pages! {
    /// A page of repositories, newest first.
    RepositoryPage of RepositoryView: selfopt_core::RepositoryRecord;
    /// A page of requests, newest first.
    RequestPage of RequestView: selfopt_core::RunRequest;
    /// A page of runs, newest first.
    RunPage of RunView: selfopt_core::RunRecord;
    /// A page of opportunities, in rank order.
    OpportunityPage of OpportunityView: selfopt_core::Opportunity;
    /// A page of attempts, in the order made.
    AttemptPage of AttemptView: selfopt_core::Attempt;
    /// A page of proposals, newest first.
    ProposalPage of ProposalView: selfopt_core::ProposalRecord;
}
