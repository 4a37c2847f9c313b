//! Presenting: a small deck of live pages, one slide each, for a meeting.
//!
//! Here is which slides there are ([`SLIDES`]), what opens them from their pages
//! ([`PresentLink`], and the key `f` by [`here`]), the state that slides share ([`Deck`]),
//! the deck around them ([`DeckView`]: keys, full screen, blank, freeze, swipe, focus,
//! what is said) and what a slide is made of ([`Face`], [`Behind`]).
//!
//! Not here: what a slide says. Each slice makes its own of its own figures, and `app`
//! puts them into the deck.
//!
//! The address is the only state, so that a deck works without scripts: `slide` names the
//! slide, what narrows its page narrows it too and stays for the others, and the figure
//! whose rows are open is in it as on the page.

pub mod api;
mod deck;
mod face;

pub use deck::DeckView;
pub use face::{Behind, Face, line};

use crate::browser;
use crate::component::Icon;
use crate::facts::{Facts, facts};
use crate::words::t;
use domain::policy::Action;
use i18n::Key;
use i18n::keys::{nav, present};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

pub const PATH: &str = "/present";
/// The parameter that names the slide.
const SLIDE: &str = "slide";
/// What names the rows that are open, on whatever slide: they stay on theirs.
const OPEN: [&str; 6] = ["stage", "part", "which", "column", "of", "list"];

/// A slide and the page that it is of.
pub struct Slide {
    pub code: &'static str,
    pub name: Key,
    pub page: &'static str,
    pub may: Option<Action>,
}

/// In the order of the navigation.
pub const SLIDES: &[Slide] = &[
    Slide { code: "home", name: nav::TODAY, page: "/home", may: None },
    Slide { code: "deals", name: nav::DEALS, page: "/deals", may: Some(Action::ReadDeals) },
    Slide { code: "funnel", name: nav::FUNNEL, page: "/funnel", may: Some(Action::ReadDeals) },
    Slide { code: "tiers", name: nav::TIERS, page: "/tiers", may: Some(Action::ReadCustomers) },
];

/// The slides that somebody may see.
pub fn slides(facts: &Facts) -> impl Iterator<Item = &'static Slide> + '_ {
    SLIDES.iter().filter(|slide| slide.may.is_none_or(|action| facts.may(action)))
}

/// Whether somebody presents at all: as `domain::routes` declares it.
fn presents(facts: &Facts) -> bool {
    facts.may(Action::ReadDeals)
}

/// The address of a slide, with what an address of its page says.
fn address(slide: &str, query: &ParamsMap) -> String {
    let mut query = query.clone();
    query.replace(SLIDE, slide.to_owned());
    format!("{PATH}{}", query.to_query_string())
}

/// Where `f` leads from a page; `None` where there is nothing to present.
#[must_use]
pub fn here(path: &str, search: &str, facts: &Facts) -> Option<String> {
    let slide = SLIDES.iter().find(|slide| slide.page == path).filter(|_| presents(facts))?;
    let rest = search.trim_start_matches('?');
    let and = if rest.is_empty() { "" } else { "&" };
    Some(format!("{PATH}?{SLIDE}={}{and}{rest}", slide.code))
}

/// Opens the page that it stands on as a slide, over the full screen where there is one.
#[component]
pub fn PresentLink(slide: &'static str) -> impl IntoView {
    let query = use_query_map();
    let click = move |event: leptos::ev::MouseEvent| {
        if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key() {
            browser::full_screen(true);
        }
    };
    presents(&facts()).then(|| {
        view! {
            <a class="btn pr-open" href=move || query.with(|query| address(slide, query)) title=t(present::START_TITLE) aria-keyshortcuts="f" on:click=click>
                <Icon name="presentation" class="i-14"/><span>{t(present::START)}</span>
            </a>
        }
    })
}

/// What the slides of a deck share.
#[derive(Clone, Copy)]
pub struct Deck {
    /// Of the deck's address.
    pub query: Memo<ParamsMap>,
    /// The code of the slide that is shown.
    pub slide: Memo<&'static str>,
    /// Counts how often the figures were read: slides read theirs when it changes.
    pub again: RwSignal<u32>,
    /// Whether changes elsewhere are followed. Not at first: what a meeting speaks of
    /// stays as it was when the meeting began.
    live: RwSignal<bool>,
    /// The slide, or the list on it, that had the focus last.
    shown: StoredValue<String>,
}

impl Deck {
    #[must_use]
    pub fn new() -> Self {
        let address = use_query_map();
        let query = Memo::new(move |_| address.get());
        let slide = Memo::new(move |_| {
            let asked = query.with(|query| query.get(SLIDE)).unwrap_or_default();
            let facts = facts();
            let found = slides(&facts).find(|slide| slide.code == asked).or_else(|| slides(&facts).next());
            found.map_or("home", |slide| slide.code)
        });
        Self { query, slide, again: RwSignal::new(0), live: RwSignal::new(false), shown: StoredValue::new(String::new()) }
    }

    /// A parameter of the address.
    #[must_use]
    pub fn get(self, name: &str) -> Option<String> {
        self.query.with(|query| query.get(name))
    }

    /// As [`Self::get`], if this slide is shown: what is open on one is not on another.
    #[must_use]
    pub fn own(self, slide: &str, name: &str) -> Option<String> {
        (self.slide.get() == slide).then(|| self.get(name)).flatten()
    }

    /// What the address says, without the rows that are open.
    #[must_use]
    pub fn rest(self) -> ParamsMap {
        let mut query = self.query.get();
        OPEN.iter().for_each(|name| {
            query.remove(name);
        });
        query
    }

    /// Another slide, or this one with nothing open.
    #[must_use]
    pub fn at(self, slide: &str) -> String {
        address(slide, &self.rest())
    }

    /// This slide with rows open.
    #[must_use]
    pub fn opened(self, which: &[(&'static str, &str)]) -> String {
        let mut query = self.rest();
        for (name, value) in which {
            query.replace(*name, (*value).to_owned());
        }
        address(self.slide.get(), &query)
    }

    fn is_open(self) -> bool {
        self.query.with(|query| OPEN.iter().any(|name| query.get_str(name).is_some()))
    }

    /// The page of the slide that is shown, narrowed as it is.
    fn page(self) -> String {
        let mut query = self.rest();
        query.remove(SLIDE);
        let page = SLIDES.iter().find(|slide| slide.code == self.slide.get()).map_or("/home", |slide| slide.page);
        format!("{page}{}", query.to_query_string())
    }
}

impl Default for Deck {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slide_is_of_a_page_and_asks_for_the_same_right() {
        use domain::routes::{Rule, rule};
        for slide in SLIDES {
            assert_eq!(rule(slide.page), Some(slide.may.map_or(Rule::SignedIn, Rule::May)), "{}", slide.page);
        }
        assert_eq!(rule(PATH), Some(Rule::May(Action::ReadDeals)));
    }

    #[test]
    fn a_slide_keeps_what_its_page_is_narrowed_by() {
        let query: ParamsMap = [("span", "year"), ("slide", "x")].into_iter().collect();
        assert_eq!(address("funnel", &query), "/present?span=year&slide=funnel");
    }
}
