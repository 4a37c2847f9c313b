//! `weir serve`: opens the database, listens, and ends cleanly on SIGTERM.

use crate::config::Settings;
use crate::live::Closing;
use crate::router;
use axum::serve::ListenerExt;
use std::error::Error;
use std::future::IntoFuture;
use std::time::{Duration, Instant};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What is no longer needed is forgotten this often.
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
/// So often it is asked whether the pools of the day are still to be looked through: soon
/// after midnight, wherever that is.
const RECYCLE_EVERY: Duration = Duration::from_secs(300);
/// Open answers get so long to finish once the process is told to end.
const GRACE: Duration = Duration::from_secs(5);

pub async fn run(settings: Settings) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let site = settings.site_folder().ok_or("the built site was not found; run `make build`, or set WEIR_SITE to its folder")?;
    let store = Store::open(&settings.database, settings.day).await?;
    let (close, closing) = watch::channel(false);
    let router = router::build(store.clone(), &settings, &site, Closing(closing))?;
    let listener = TcpListener::bind(settings.address).await.map_err(|error| format!("{}: {error}", settings.address))?;
    tracing::info!(address = %settings.address, database = store.kind(), ms = started.elapsed().as_millis(), "serving");
    if store.org().is_none() {
        tracing::info!("no organisation yet: open http://{}/set-up", settings.address);
    }
    let tidy = tokio::spawn(tidy(store.clone()));
    let recycle = tokio::spawn(recycle(store.clone()));
    let ask = tokio::spawn(ask(store.clone()));
    // Small answers go out at once instead of waiting for the client's next word.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "no delay could not be set");
        }
    });
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stopped().await;
        let _ = close.send(true);
        let _ = tell.send(());
    });
    let deadline = async {
        let _ = told.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server.into_future() => result?,
        () = deadline => tracing::warn!("some answers were cut off"),
    }
    tidy.abort();
    recycle.abort();
    ask.abort();
    store.close().await?;
    tracing::info!("ended");
    Ok(())
}

async fn stopped() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
    tracing::info!("told to end");
}

async fn tidy(store: Store) {
    loop {
        if let Err(error) = store.tidy().await {
            tracing::error!(%error, "tidying failed");
        }
        tokio::time::sleep(TIDY_EVERY).await;
    }
}

/// Once a day, whichever process comes first.
async fn recycle(store: Store) {
    loop {
        match store.recycle_nightly().await {
            Ok(Some(fallen)) => tracing::info!(count = fallen.len(), "customers and leads fell into the pools"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "recycling failed"),
        }
        tokio::time::sleep(RECYCLE_EVERY).await;
    }
}

/// Whom surveys ask by themselves, once a day, as [`recycle`].
async fn ask(store: Store) {
    loop {
        match store.surveys_nightly().await {
            Ok(Some(made)) => tracing::info!(invitations = made, "surveys made their invitations"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "invitations of surveys failed"),
        }
        tokio::time::sleep(RECYCLE_EVERY).await;
    }
}
