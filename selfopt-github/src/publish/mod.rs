//! A draft becomes a pull request: blobs, tree, commit, branch, pull request,
//! in this order. Each step is found again, so that a process that dies
//! between any two of them is followed by one that goes on there, and there is
//! never a second pull request.

mod change;
mod own;

use selfopt_core::pull_request::{Allowance, BRANCH_PREFIX, Marker};
use selfopt_core::{CommitId, Publication, PullRequest, PullRequestDraft, PullRequestState};

use crate::error::GitHubError;
use crate::repository::Repository;

pub(crate) use own::foreign;

/// What the branch of a draft came to.
enum Branch {
    /// It holds the draft's commit.
    Ready,
    /// It holds something else that is not ours.
    Theirs { reason: &'static str },
    /// The base branch moved meanwhile.
    Moved { head: CommitId },
}

impl Repository {
    pub(crate) async fn publish_draft(
        &self,
        draft: &PullRequestDraft,
    ) -> Result<Publication, GitHubError> {
        check(draft)?;
        let Some(known) = self.newest_of(&draft.branch).await? else {
            return self.open_new(draft).await;
        };
        match known.state {
            PullRequestState::Merged => Ok(Publication::Merged(known)),
            PullRequestState::Closed => Ok(Publication::Suppressed(known)),
            PullRequestState::Open if is_same(&known, draft) => self.renew(draft, known).await,
            PullRequestState::Open => Ok(Publication::HandsOff {
                branch: draft.branch.clone(),
                reason: "the branch has a pull request that is not SelfOpt's".into(),
                pull_request: Some(known),
            }),
        }
    }

    async fn open_new(&self, draft: &PullRequestDraft) -> Result<Publication, GitHubError> {
        if let Some(head) = self.moved(draft).await? {
            return Ok(Publication::NeedsRevalidation { head });
        }
        if let Some(later) = self.later(draft).await? {
            return Ok(later);
        }
        match Box::pin(self.ready_branch(draft)).await? {
            Branch::Ready => {}
            Branch::Moved { head } => return Ok(Publication::NeedsRevalidation { head }),
            Branch::Theirs { reason } => {
                return Ok(Publication::HandsOff {
                    branch: draft.branch.clone(),
                    reason: reason.into(),
                    pull_request: None,
                });
            }
        }
        match self.open(draft).await {
            Ok(opened) => Ok(Publication::Opened(opened)),
            // Opened by somebody else at the same time, or by a request of ours
            // whose answer was lost.
            Err(error) if error.has_status(422) => {
                let found = self.newest_of(&draft.branch).await?;
                found
                    .filter(|one| one.state == PullRequestState::Open && is_same(one, draft))
                    .map(Publication::Found)
                    .ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// An open pull request of this change: it is brought to the draft's
    /// commit, unless it is there.
    async fn renew(
        &self,
        draft: &PullRequestDraft,
        known: PullRequest,
    ) -> Result<Publication, GitHubError> {
        let head = self.commit(known.head.as_str()).await?;
        if let Some(reason) = own::foreign(&head) {
            return Ok(Publication::HandsOff {
                branch: known.branch.clone(),
                reason: reason.into(),
                pull_request: Some(known),
            });
        }
        if known.marker.as_ref() == Some(&draft.marker) {
            return Ok(Publication::Found(known));
        }
        if let Some(head) = self.moved(draft).await? {
            return Ok(Publication::NeedsRevalidation { head });
        }
        match Box::pin(self.ready_branch(draft)).await? {
            Branch::Ready => {
                let renewed = self.retitle(known.number, draft).await?;
                Ok(Publication::Renewed(renewed))
            }
            Branch::Moved { head } => Ok(Publication::NeedsRevalidation { head }),
            Branch::Theirs { reason } => Ok(Publication::HandsOff {
                branch: known.branch.clone(),
                reason: reason.into(),
                pull_request: Some(known),
            }),
        }
    }

    /// Brings the branch to the draft's commit.
    async fn ready_branch(&self, draft: &PullRequestDraft) -> Result<Branch, GitHubError> {
        let base = self.commit(draft.base.as_str()).await?;
        let files = self.files_of(draft, base.tree()).await?;
        let tree = self.create_tree(base.tree(), &files).await?;
        if tree == base.tree() {
            return Err(GitHubError::Unfit { reason: "it changes nothing".into() });
        }
        let message = own::message(draft, &tree);
        let mut known = self.head_of(&draft.branch).await?;
        if known.is_none() {
            let commit = self.create_commit(&message, &tree, &draft.base).await?;
            if let Some(head) = self.moved(draft).await? {
                return Ok(Branch::Moved { head });
            }
            if self.create_branch(&draft.branch, &commit).await? {
                return Ok(Branch::Ready);
            }
            known = self.head_of(&draft.branch).await?;
        }
        let Some(known) = known else {
            return Err(GitHubError::Unfit { reason: "its branch comes and goes".into() });
        };
        let head = self.commit(known.as_str()).await?;
        if let Some(reason) = own::foreign(&head) {
            return Ok(Branch::Theirs { reason });
        }
        if head.tree() == tree && head.parent() == Some(draft.base.as_str()) {
            return Ok(Branch::Ready);
        }
        let commit = self.create_commit(&message, &tree, &draft.base).await?;
        // GitHub has no conditional update of a branch, so it is looked at
        // again as late as can be.
        if self.head_of(&draft.branch).await?.as_ref() != Some(&known) {
            return Ok(Branch::Theirs { reason: "somebody pushed to the branch just now" });
        }
        self.move_branch(&draft.branch, &commit).await?;
        Ok(Branch::Ready)
    }

    /// The head of the base branch, where it is not what the change was proved
    /// on.
    async fn moved(&self, draft: &PullRequestDraft) -> Result<Option<CommitId>, GitHubError> {
        match self.head_of(&draft.base_branch).await? {
            Some(head) => Ok(Some(head).filter(|head| *head != draft.base)),
            None => Err(GitHubError::Unfit {
                reason: format!("the branch `{}` is gone", draft.base_branch),
            }),
        }
    }

    /// Whether the repository has enough pull requests for now. The one that
    /// introduces SelfOpt is not counted out.
    async fn later(&self, draft: &PullRequestDraft) -> Result<Option<Publication>, GitHubError> {
        if draft.marker == Marker::Onboarding {
            return Ok(None);
        }
        let ours = self.ours().await?;
        let now = self.app.transport.pace.clock.now();
        Ok(match self.limits.judge(ours.open, &ours.opened, now) {
            Allowance::Allowed => None,
            Allowance::TooManyOpen { .. } => Some(Publication::Later {
                reason: format!("{} pull requests of SelfOpt are open already", self.limits.open),
                until: None,
            }),
            Allowance::TooManyThisHour { until } => Some(Publication::Later {
                reason: format!("{} were opened within the last hour", self.limits.hourly),
                until: Some(until),
            }),
        })
    }
}

/// Whether a pull request is the draft's, perhaps made from an earlier commit.
fn is_same(known: &PullRequest, draft: &PullRequestDraft) -> bool {
    known.marker.as_ref().is_some_and(|marker| marker.is_same_change(&draft.marker))
}

/// What can be told without asking.
fn check(draft: &PullRequestDraft) -> Result<(), GitHubError> {
    let unfit = |reason: &str| Err(GitHubError::Unfit { reason: reason.into() });
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_/".contains(c);
    if !draft.branch.starts_with(BRANCH_PREFIX) || !draft.branch.chars().all(plain) {
        return unfit("its branch is none of SelfOpt's");
    }
    if Marker::find(&draft.body).as_ref() != Some(&draft.marker) {
        return unfit("its body does not end with its marker");
    }
    let is_commit =
        |id: &str| [40, 64].contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_commit(draft.base.as_str()) {
        return unfit("its base is no commit");
    }
    Ok(())
}
