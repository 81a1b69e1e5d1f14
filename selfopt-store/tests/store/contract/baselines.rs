use crate::{backend::Backend, values};

pub(crate) async fn a_baseline_reads_back(backend: &dyn Backend) {
    let store = backend.open().await;
    let repo = store.repository("/a").await.unwrap();
    let full = values::baseline(values::commit(1), u64::MAX);
    let bare = values::baseline_without_benchmark(values::commit(2));
    store.put_baseline(repo, &full).await.unwrap();
    store.put_baseline(repo, &bare).await.unwrap();
    assert_eq!(store.baseline(repo, &full.commit).await.unwrap(), Some(full));
    assert_eq!(store.baseline(repo, &bare.commit).await.unwrap(), Some(bare));
}

pub(crate) async fn the_newest_baseline_counts(backend: &dyn Backend) {
    let store = backend.open().await;
    let repo = store.repository("/a").await.unwrap();
    let other = store.repository("/other").await.unwrap();
    let old = values::baseline(values::commit(1), 1);
    let new = values::baseline(values::commit(1), 2);
    store.put_baseline(repo, &old).await.unwrap();
    store.put_baseline(repo, &new).await.unwrap();
    assert_eq!(store.baseline(repo, &new.commit).await.unwrap().as_ref(), Some(&new));
    // A resumed run says again what it said before; that makes nothing newer.
    store.put_baseline(repo, &old).await.unwrap();
    assert_eq!(store.baseline(repo, &new.commit).await.unwrap().as_ref(), Some(&new));
    // The same content in another repository is another baseline.
    store.put_baseline(other, &old).await.unwrap();
    assert_eq!(store.baseline(other, &old.commit).await.unwrap(), Some(old));
    assert_eq!(store.baseline(other, &values::commit(2)).await.unwrap(), None);
}
