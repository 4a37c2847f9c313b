//! What a page knows about where it is: who looks, in which language, theme,
//! and on which day. The server fills it once and sends it with the page;
//! nothing in a view asks the browser for its clock, language or zone.

use crate::live::Moment;
use chrono::NaiveDate;
use domain::org::Viewer;
use domain::policy::{Action, reach};
use i18n::{Lang, Texts};
use serde::{Deserialize, Serialize};

domain::codes! {
    Theme { System = "system", Light = "light", Dark = "dark" }
}

impl Theme {
    pub const COOKIE: &'static str = "weir_theme";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub lang: Lang,
    pub theme: Theme,
    /// `None` on public pages.
    pub viewer: Option<Viewer>,
    /// Taken before the page was rendered: what is announced later may be
    /// missing in it.
    pub moment: Moment,
}

impl Facts {
    /// What holds where nothing is known: while routes are listed, or in a page
    /// that lost its facts.
    fn unknown() -> Self {
        Self { lang: Lang::default(), theme: Theme::System, viewer: None, moment: Moment::default() }
    }
}

impl Facts {
    #[must_use]
    pub fn texts(&self) -> Texts {
        Texts::new(self.lang)
    }

    /// Today in the organisation's time zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.viewer.as_ref().map_or(NaiveDate::MIN, |v| v.today)
    }

    /// Whether navigation should offer what needs this right.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.viewer.as_ref().is_some_and(|v| reach(v.role, action).is_some())
    }
}

#[cfg(not(feature = "ssr"))]
mod source {
    use super::Facts;
    use std::cell::OnceCell;
    use std::sync::Arc;

    /// The element that carries the facts as JSON.
    pub const ELEMENT: &str = "facts";

    thread_local! { static FACTS: OnceCell<Arc<Facts>> = const { OnceCell::new() }; }

    fn read() -> Option<Facts> {
        let text = web_sys::window()?.document()?.get_element_by_id(ELEMENT)?.text_content()?;
        serde_json::from_str(&text).ok()
    }

    /// The facts of this page load.
    #[must_use]
    pub fn facts() -> Arc<Facts> {
        FACTS.with(|cell| cell.get_or_init(|| Arc::new(read().unwrap_or_else(Facts::unknown))).clone())
    }
}

#[cfg(feature = "ssr")]
mod source {
    use super::Facts;
    use std::sync::Arc;

    /// The facts of this request, which the server put into the context; the
    /// defaults while routes are being listed.
    #[must_use]
    pub fn facts() -> Arc<Facts> {
        leptos::prelude::use_context::<Arc<Facts>>().unwrap_or_else(|| Arc::new(Facts::unknown()))
    }
}

pub use source::facts;

/// Texts in the language of this page.
#[must_use]
pub fn texts() -> Texts {
    facts().texts()
}
