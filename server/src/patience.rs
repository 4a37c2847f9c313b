//! How long a form is waited for. What receives files has few places: a phone that went away in
//! the middle of one must not keep its own.

use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::time::timeout;

/// Times after which a body is given up.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Without anything of it coming.
    pub silent: Duration,
    /// However much of it comes.
    pub whole: Duration,
}

impl Patience {
    #[must_use]
    pub const fn of(whole: Duration) -> Self {
        Self { silent: Duration::from_secs(30), whole }
    }

    /// The next part of a body.
    pub async fn part<T>(self, reading: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Cut> {
        timeout(self.silent, reading).await.map_err(|_| Cut::Late)?.map_err(|error| Cut::Broken(error.status()))
    }

    /// All of a body.
    pub async fn whole<T>(self, reading: impl Future<Output = Result<T, Cut>>) -> Result<T, Cut> {
        timeout(self.whole, reading).await.unwrap_or(Err(Cut::Late))
    }
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Late,
    /// The sender went away, sent more than is taken, or this is no form.
    Broken(StatusCode),
}

impl IntoResponse for Cut {
    fn into_response(self) -> Response {
        match self {
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Broken(StatusCode::PAYLOAD_TOO_LARGE) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
        .into_response()
    }
}
