//! What is said when something is missing.

use selfopt_core::SandboxError;
use selfopt_core::{NoLog, Sandbox as _};

use crate::commands::{command, opened};
use crate::fake::{Behaviour, Fake, open};

fn hint(error: &SandboxError) -> String {
    assert!(matches!(error, SandboxError::Unavailable { .. }), "{error}");
    error.hint().expect("advice")
}

async fn refused(
    fake: &Fake,
    change: impl FnOnce(&mut selfopt_sandbox::KubernetesOptions),
) -> SandboxError {
    let mut options = fake.options();
    change(&mut options);
    open(&fake.base(), options).await.map(drop).expect_err("it cannot work")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_with_the_way_to_get_it() {
    let fake = Fake::start().await;
    let claim = refused(&fake, |options| options.claim = "other".to_owned()).await;
    assert!(claim.to_string().contains("`other`") && hint(&claim).contains("ReadWriteMany"));
    let class = refused(&fake, |options| options.runtime_class = Some("kata".to_owned())).await;
    assert!(class.to_string().contains("`kata`"), "{class}");
    assert!(hint(&class).contains("SELFOPT_KUBERNETES_RUNTIME_CLASS"));
    let place = refused(&fake, |options| options.mount = Some("/usr".into())).await;
    assert!(hint(&place).contains("--store"), "{place}");
    let nowhere = refused(&fake, |options| options.kubeconfig = Some("/none".into())).await;
    assert!(hint(&nowhere).contains("KUBECONFIG"), "{nowhere}");
    fake.state.for_one_node();
    let alone = refused(&fake, |_| {}).await;
    assert!(alone.to_string().contains("ReadWriteOnce"), "{alone}");
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_cannot_start_is_an_error_with_its_reason() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    fake.state.behave(Behaviour::NoImage);
    let error = workspace.run(command("true"), &NoLog).await.expect_err("no image");
    assert!(error.to_string().contains("no such image"), "{error}");
    assert!(hint(&error).contains("SELFOPT_RUNNER_IMAGE"));
    drop(workspace);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_changes_during_a_run_is_refused() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    sandbox.probe().await.expect("works");
    let workspace = opened(&sandbox, &[]).await;
    fake.state.behave(Behaviour::OtherImage);
    let error = workspace.run(command("true"), &NoLog).await.expect_err("another image");
    assert!(error.to_string().contains("sha256:2") && error.to_string().contains("digest"));
    drop(workspace);
    fake.end().await;
}
