//! What GitHub sent, one delivery after the other, in a task of its own: each is
//! in the store until it is handled, so that a process that dies loses none.

use std::time::Duration;

use selfopt_core::{
    KeptDelivery, Millis, NewRequest, RequestOrigin, SetUp, StoreError, Timestamp, retry_after,
};
use selfopt_github::webhook::{Event, InstallationAction, PullRequestAction, PushEvent};

use super::error::HostError;
use super::host::GitHub;
use super::settings::OnPush;
use super::{pulls, set_up};
use crate::folder::Folder;
use crate::worker::WorkerParts;

/// How often something is looked for that nobody told of.
const LOOK: Duration = Duration::from_secs(1);

/// How often something is tried: for about a day, so that a GitHub that is away
/// for hours costs nothing.
const TRIES: u32 = 6;

/// How long an id is remembered after its delivery is over: GitHub sends
/// deliveries again for three days, on request.
const REMEMBERED: Millis = Millis::from_minutes(7 * 24 * 60);

/// Handles what GitHub sent and sets repositories up, until the service stops.
pub(crate) async fn keep_up(parts: WorkerParts) {
    let Some(github) = parts.github.clone() else { return };
    match Folder::sweep(&parts.data) {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "checkouts that killed processes left are removed"),
        Err(error) => tracing::warn!(%error, "old checkouts cannot be looked for"),
    }
    let before = Timestamp(parts.clock.now().0.saturating_sub(REMEMBERED.0));
    if let Err(error) = github.store.forget_deliveries(before).await {
        tracing::error!(%error, "old deliveries cannot be forgotten");
    }
    let mut changed = parts.changed.subscribe();
    while !parts.stop.is_ordered() {
        changed.mark_unchanged();
        match step(&parts, &github).await {
            // There may be more.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "what GitHub sent cannot be read"),
        }
        tokio::select! {
            () = parts.stop.ordered() => {}
            _ = tokio::time::timeout(LOOK, changed.changed()) => {}
        }
    }
}

/// Does one thing; false when there is none.
async fn step(parts: &WorkerParts, github: &GitHub) -> Result<bool, StoreError> {
    if let Some(delivery) = github.store.next_delivery().await? {
        deliver(parts, github, &delivery).await?;
    } else if let Some(hosted) = github.store.next_set_up().await? {
        set_up::run(parts, github, &hosted).await?;
    } else {
        return Ok(false);
    }
    parts.changed.send_modify(|count| *count = count.wrapping_add(1));
    Ok(true)
}

async fn deliver(
    parts: &WorkerParts,
    github: &GitHub,
    delivery: &KeptDelivery,
) -> Result<(), StoreError> {
    let KeptDelivery { id, payload, tries } = delivery;
    let handled = tokio::select! {
        handled = handle(parts, github, payload) => handled,
        // It is kept, and handled by the next start.
        () = parts.stop.ordered() => return Ok(()),
    };
    let Err(error) = handled else {
        tracing::info!(delivery = id, "a delivery of GitHub's is handled");
        return github.store.end_delivery(id).await;
    };
    let again = again(parts, &error, *tries);
    tracing::warn!(delivery = id, %error, tries, again = again.is_some(), "a delivery failed");
    github.store.fail_delivery(id, &error.to_string(), again).await
}

/// When to try again, if at all.
pub(super) fn again(parts: &WorkerParts, error: &HostError, tries: u32) -> Option<Timestamp> {
    if !error.may_pass() || tries > TRIES {
        return None;
    }
    let at = Timestamp(parts.clock.now().0.saturating_add(retry_after(tries).0));
    Some(error.until().map_or(at, |until| until.max(parts.clock.now())))
}

async fn handle(parts: &WorkerParts, github: &GitHub, payload: &str) -> Result<(), HostError> {
    let event = serde_json::from_str(payload).map_err(HostError::Delivery)?;
    match event {
        Event::Installation(event) => {
            let id = event.installation;
            match event.action {
                InstallationAction::Created
                | InstallationAction::Resumed
                | InstallationAction::PermissionsAccepted => {
                    github.store.keep_installation(id.0, &event.account).await?;
                }
                InstallationAction::Suspended => {
                    github.forget(id);
                    github.store.suspend_installation(id.0).await?;
                }
                InstallationAction::Deleted => {
                    github.forget(id);
                    github.store.remove_installation(id.0).await?;
                    return Ok(());
                }
            }
            for repository in &event.repositories {
                github.connect(id, repository).await?;
            }
        }
        Event::Repositories(event) => {
            for repository in &event.removed {
                github.store.disconnect(event.installation.0, repository.id).await?;
            }
            for repository in &event.added {
                github.connect(event.installation, repository).await?;
            }
        }
        Event::Push(event) if event.is_default_branch => pushed(parts, github, &event).await?,
        Event::PullRequest(event) => {
            let looks = matches!(
                event.action,
                PullRequestAction::Opened
                    | PullRequestAction::Synchronized
                    | PullRequestAction::Closed { .. }
            );
            if looks {
                pulls::look(parts, github, &event).await?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A push to the default branch: what is optimized moved on.
async fn pushed(parts: &WorkerParts, github: &GitHub, event: &PushEvent) -> Result<(), HostError> {
    let known = github.known(event.installation, &event.repository).await?;
    let Some(hosted) = known else { return Ok(()) };
    if matches!(hosted.set_up, SetUp::Failed { .. }) {
        // What was in the way may be gone with this commit.
        github.store.want_set_up(hosted.repo).await?;
        return Ok(());
    }
    let (_, head) = github.newest(&hosted, &github.reach(&hosted)?).await?;
    if github.settings.on_push == OnPush::Run && hosted.set_up == SetUp::Done {
        let key = Some(format!("push:{}:{head}", hosted.repo));
        let new = NewRequest { repo: hosted.repo, origin: RequestOrigin::Person, key };
        parts.store.request_run(new).await?;
    }
    Ok(())
}
