//! Ctrl-C, and what a CI service sends instead.

use std::future::pending;

/// Waits until somebody wants us to end.
pub(super) async fn interruption() {
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => {
            if pressed.is_err() {
                pending::<()>().await;
            }
        }
        () = termination() => {}
    }
}

#[cfg(unix)]
async fn termination() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => pending().await,
    }
}

#[cfg(not(unix))]
async fn termination() {
    pending::<()>().await;
}
