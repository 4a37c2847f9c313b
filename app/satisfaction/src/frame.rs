//! What the pages of satisfaction have alike.

use i18n::Key;
use i18n::keys::satisfaction;
use leptos::prelude::*;
use ui::component::{Empty, Failed};
use ui::{ApiError, t};

/// Which list is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Surveys,
    Plans,
}

/// Between the surveys and the plans.
#[component]
pub fn Tabs(here: Place) -> impl IntoView {
    let tab = |place: Place, href: &'static str, label: Key| {
        view! { <a href=href aria-current=(here == place).then_some("page")>{t(label)}</a> }
    };
    view! {
        <nav class="seg seg-s" aria-label=t(satisfaction::TITLE)>
            {tab(Place::Surveys, "/surveys", satisfaction::SURVEYS)}
            {tab(Place::Plans, "/surveys/plans", satisfaction::PLANS)}
        </nav>
    }
}

/// An error in place of a page: what is not there has a way back.
#[component]
pub fn Missing(error: ApiError, back: &'static str, label: Key) -> impl IntoView {
    match error {
        ApiError::NotFound | ApiError::Forbidden => {
            view! { <Empty text=error.sentence() icon="smile"><a class="btn" href=back>{t(label)}</a></Empty> }.into_any()
        }
        error => view! { <Failed error/> }.into_any(),
    }
}

/// A number of tenths: `40.0`, `−33.3`, a dash.
pub fn tenths(x10: Option<i64>) -> String {
    let Some(x10) = x10 else { return ui::fmt::NO_VALUE.to_owned() };
    let sign = if x10 < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}.{}", x10.abs() / 10, x10.abs() % 10)
}

/// A count of answers as a signed number.
pub fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
