use selfopt_core::RepoId;
use uuid::Uuid;

use crate::{backend::Backend, values};

pub(crate) async fn a_locator_keeps_its_id(backend: &dyn Backend) {
    let store = backend.open().await;
    let one = store.repository(values::TEXT).await.unwrap();
    backend.clock().advance();
    let other = store.repository("https://example.com/a.git").await.unwrap();
    assert_ne!(one, other);
    assert_eq!(one.0.get_version_num(), 7);
    assert_eq!(store.repository(values::TEXT).await.unwrap(), one);
    assert_eq!(store.locator(one).await.unwrap().as_deref(), Some(values::TEXT));
    assert_eq!(backend.open().await.repository(values::TEXT).await.unwrap(), one);
}

pub(crate) async fn a_project_needs_its_repository(backend: &dyn Backend) {
    let store = backend.open().await;
    let repo = store.repository("/a").await.unwrap();
    store.set_project(repo, &values::project()).await.unwrap();
    store.set_project(repo, &values::project()).await.unwrap();
    let unknown = RepoId(Uuid::nil());
    let error = store.set_project(unknown, &values::project()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to keep the project of repository 00000000-0000-0000-0000-000000000000"
    );
}
