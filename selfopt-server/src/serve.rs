//! Running the service until it is told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use selfopt_core::{Millis, Timestamp};
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};

use crate::github::keep_up;
use crate::service::{Service, ServiceError};
use crate::timekeeper::keep_time;
use crate::worker::{WorkerParts, recover};

/// How often schedules and dead workers are looked at.
const HOUSEKEEPING: Duration = Duration::from_secs(10);

/// How long an answer is kept under its idempotency key: a week.
const KEYS_KEPT: Millis = Millis::from_minutes(7 * 24 * 60);

/// Serves the API, works, and keeps time, until the service is stopped. What is
/// at work then is left so that the next start goes on with it.
pub async fn serve(
    service: Service,
    ready: impl FnOnce(SocketAddr, &str),
) -> Result<(), ServiceError> {
    let listen = service.listen();
    let listener =
        TcpListener::bind(listen).await.map_err(ServiceError::io(format!("listen on {listen}")))?;
    let address = listener.local_addr().map_err(ServiceError::io("read the own address"))?;
    recover(&service.parts).await?;
    let router = service.router(address.port());
    let stop = service.stop();
    let housekeeping = tokio::spawn(keep_house(service.parts.clone()));
    let hosting = tokio::spawn(keep_up(service.parts.clone()));
    let working = tokio::spawn(service.worker()?.run());
    ready(address, service.token());
    let served = axum::serve(listener, router)
        .with_graceful_shutdown({
            let stop = stop.clone();
            async move { stop.ordered().await }
        })
        .await;
    // Also when serving failed by itself.
    stop.stop();
    for task in [working, hosting, housekeeping] {
        if task.await.is_err() {
            tracing::error!("a task of the service stopped at a defect");
        }
    }
    served.map_err(ServiceError::io("serve the API"))
}

/// Works beside a service on the same data folder, until it is stopped.
pub async fn work(service: Service) -> Result<(), ServiceError> {
    recover(&service.parts).await?;
    service.worker()?.run().await;
    Ok(())
}

async fn keep_house(parts: WorkerParts) {
    let mut ticks = interval(HOUSEKEEPING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = parts.stop.ordered() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = recover(&parts).await {
            tracing::error!(%error, "dead workers cannot be looked for");
        }
        let before = Timestamp(parts.clock.now().0.saturating_sub(KEYS_KEPT.0));
        if let Err(error) = parts.store.forget_keys(before).await {
            tracing::error!(%error, "old idempotency keys cannot be forgotten");
        }
        match keep_time(&*parts.store, &*parts.clock).await {
            Ok(0) => {}
            Ok(_) => parts.changed.send_modify(|count| *count = count.wrapping_add(1)),
            Err(error) => tracing::error!(%error, "the schedules cannot be kept"),
        }
    }
}
