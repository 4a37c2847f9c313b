//! The one closed set of errors that crosses the wire, and their sentences.
//! Text of the database never does: a person gets an incident number.

use crate::facts::{Facts, facts};
use chrono::{DateTime, FixedOffset, Utc};
use domain::violation::Violation;
use i18n::fmt;
use i18n::keys::errors;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What server functions answer.
pub type Answer<T> = Result<T, ApiError>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    #[error("not signed in")]
    Unauthenticated,
    #[error("not allowed")]
    Forbidden,
    #[error("not found")]
    NotFound,
    /// What was typed is refused. `typed` gives a form without scripts its
    /// values back.
    #[error("refused")]
    Refused { found: Vec<Violation>, typed: Option<String> },
    #[error("changed meanwhile")]
    Stale { by: String, at: DateTime<Utc>, version: i32 },
    #[error("incident {incident}")]
    Unexpected { incident: String },
    /// No answer came, or none that could be read.
    #[error("no answer: {0}")]
    Transport(String),
}

impl FromServerFnError for ApiError {
    type Encoder = leptos::server_fn::codec::JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        return crate::server::unread(&error);
        #[cfg(not(feature = "ssr"))]
        {
            crate::live::unread();
            Self::Transport(error.to_string())
        }
    }
}

impl ApiError {
    /// What was refused, for showing it at the fields.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::Refused { found, .. } => found,
            _ => &[],
        }
    }

    /// A sentence for a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let facts = facts();
        let t = facts.texts();
        match self {
            Self::Unauthenticated => t.get(errors::UNAUTHENTICATED).to_owned(),
            Self::Forbidden => t.get(errors::FORBIDDEN).to_owned(),
            Self::NotFound => t.get(errors::NOT_FOUND).to_owned(),
            Self::Refused { found, .. } => crate::words::sentences(found.iter().map(violation_sentence)),
            Self::Stale { by, at, .. } if by.is_empty() => t.fmt(errors::STALE_SELF, &[("time", &instant(&facts, *at))]),
            Self::Stale { by, at, .. } => t.fmt(errors::STALE, &[("name", by), ("time", &instant(&facts, *at))]),
            Self::Unexpected { incident } => t.fmt(errors::UNEXPECTED, &[("incident", incident)]),
            Self::Transport(_) => t.get(errors::OFFLINE).to_owned(),
        }
    }
}

/// The sentence of one violation, in the language of the page.
#[must_use]
pub fn violation_sentence(violation: &Violation) -> String {
    let t = facts().texts();
    let params: Vec<(&str, &str)> = violation.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    errors::find(&violation.code).map_or_else(|| violation.code.clone(), |key| t.fmt(key, &params))
}

/// An instant in the organisation's time: `今天 09:12`.
#[must_use]
pub fn instant(facts: &Facts, at: DateTime<Utc>) -> String {
    fmt::instant_short(facts.lang, local(facts, at), facts.today())
}

/// An instant as the organisation's clocks show it.
#[must_use]
pub fn local(facts: &Facts, at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let offset = facts.viewer.as_ref().map_or(0, |v| v.offset_min);
    FixedOffset::east_opt(offset * 60).map_or_else(|| at.fixed_offset(), |zone| at.with_timezone(&zone))
}
