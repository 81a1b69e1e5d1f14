//! The process dies between any two requests, or in the middle of one, and
//! another one goes on: there is one pull request, and it is right.

use selfopt_core::{Forge as _, Publication};

use crate::fake::{Fault, Kind};
use crate::world::{BRANCH, FASTER, World};

/// More requests than publishing takes.
const MOST: usize = 40;

/// Lets a process die at its n-th request, and starts another one; whether the
/// first one got so far.
async fn dies_at(world: &World, n: usize, kind: Kind, id: &str) -> bool {
    world.github.fail(Fault { method: "", path: "", after: n, times: 1, kind });
    let repository = world.repository();
    let draft = world.draft_as(id);
    let died = tokio::select! {
        published = repository.publish(&draft) => {
            published.expect("published");
            false
        }
        () = world.github.hung.notified() => true,
    };
    world.github.state().faults.clear();
    died
}

async fn check(world: &World, n: usize, id: &str) {
    let published = world.repository().publish(&world.draft_as(id)).await.expect("published");
    let is_there = matches!(
        published,
        Publication::Opened(_) | Publication::Found(_) | Publication::Renewed(_)
    );
    assert!(is_there, "{n}: {published:?}");
    world.github.assert_contract();
    let state = world.github.state();
    assert_eq!(state.pulls.len(), 1, "{n}");
    let head = &state.objects.branches[BRANCH];
    let commit = &state.objects.commits[head];
    assert_eq!(commit.parents, [state.objects.branches["main"].clone()], "{n}");
    assert_eq!(state.objects.files(head)["packages/web/src/has.js"].1, FASTER, "{n}");
    assert_eq!(state.pulls[0].sha, *head, "{n}");
    assert!(state.pulls[0].body.contains(id), "{n}");
}

#[tokio::test]
async fn a_new_pull_request_survives_every_death() {
    for kind in [Kind::Hang, Kind::HangAfter] {
        let mut deaths = 0;
        for n in 0..MOST {
            let world = World::new().await;
            let died = dies_at(&world, n, kind.clone(), "prop-0123456789abcdef").await;
            check(&world, n, "prop-0123456789abcdef").await;
            if !died {
                break;
            }
            deaths = n + 1;
        }
        assert!((12..MOST).contains(&deaths), "{deaths}");
    }
}

#[tokio::test]
async fn a_renewed_pull_request_survives_every_death() {
    for kind in [Kind::Hang, Kind::HangAfter] {
        let mut deaths = 0;
        for n in 0..MOST {
            let world = World::new().await;
            world.repository().publish(&world.draft()).await.expect("published");
            let files = [crate::world::FILES[0], ("b.js", "100644", "1\n")];
            world.github.push("main", "other work", &files);
            let died = dies_at(&world, n, kind.clone(), "prop-1111111111111111").await;
            check(&world, n, "prop-1111111111111111").await;
            if !died {
                break;
            }
            deaths = n + 1;
        }
        assert!((12..MOST).contains(&deaths), "{deaths}");
    }
}

#[tokio::test]
async fn lost_answers_do_nothing_twice() {
    for n in 0..MOST {
        let world = World::new().await;
        world.github.fail(Fault { method: "", path: "", after: n, times: 1, kind: Kind::CutAfter });
        let published = world.repository().publish(&world.draft()).await;
        let published = published.unwrap_or_else(|error| panic!("{n}: {error}"));
        assert!(
            matches!(published, Publication::Opened(_) | Publication::Found(_)),
            "{published:?}"
        );
        assert_eq!(world.github.state().pulls.len(), 1, "{n}");
        world.github.assert_contract();
        if world.github.state().faults[0].times == 1 {
            break;
        }
    }
}
