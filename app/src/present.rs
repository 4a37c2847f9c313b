//! The deck of a meeting: the slides that slices make of their pages, in one place. The
//! deck itself is `ui::present`.

use crate::navigation::Mark;
use leptos::prelude::*;
use ui::present::{Deck, DeckView, SLIDES};

#[component]
pub fn PresentPage() -> impl IntoView {
    let deck = Deck::new();
    let facts = ui::facts();
    // All of them now: what is frozen is frozen at one time.
    let (home, deals, funnel) = (home::slide(deck), pipeline::slide(deck), funnel::slide(deck));
    let may = SLIDES.iter().find(|slide| slide.code == "tiers").and_then(|slide| slide.may).is_none_or(|action| facts.may(action));
    let tiers = may.then(|| tiers::slide(deck));
    let slide = move || match deck.slide.get() {
        "deals" => deals(),
        "funnel" => funnel(),
        "tiers" => tiers.as_ref().map_or_else(|| ().into_any(), |tiers| tiers()),
        _ => home(),
    };
    view! { <DeckView deck mark=view! { <Mark/> }.into_any()>{slide}</DeckView> }
}
