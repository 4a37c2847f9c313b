//! What a slide is made of: its message, its body, and the rows behind a figure.

use super::Deck;
use crate::component::Icon;
use crate::facts::texts;
use crate::fmt;
use crate::words::t;
use i18n::keys::present;
use leptos::html;
use leptos::prelude::*;
use maud::{Markup, html};

/// A slide: one sentence that could be wrong, what else is to be said, and the figures.
/// The sentence is the heading, and has the focus when the slide comes up.
#[component]
pub fn Face(deck: Deck, code: &'static str, #[prop(into)] message: String, lead: Vec<String>, children: Children) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        // Not when the rows behind a figure have it.
        if !deck.query.with_untracked(|query| super::OPEN.iter().any(|name| query.get_str(name).is_some())) && took(deck, code) {
            crate::browser::focus(heading.into());
        }
    });
    let lead = lead.into_iter().filter(|line| !line.is_empty()).map(|line| view! { <p class="pr-lead">{line}</p> }).collect_view();
    view! {
        <div class="pr-face" data-slide=code>
            <leptos_meta::Title text=format!("{message} · 堰 Weir")/>
            <h1 tabindex="-1" node_ref=heading>{message}</h1>
            {lead}
            <div class="pr-body">{children()}</div>
        </div>
    }
}

/// Whether the focus goes there: once, and not again when figures are read again.
fn took(deck: Deck, to: &str) -> bool {
    deck.shown.try_update_value(|shown| std::mem::replace(shown, to.to_owned()) != to) == Some(true)
}

/// The rows behind a figure of the slide, over a part of it. `frozen`: the figure as the
/// slide shows it; `total`: how many rows there are now.
#[component]
pub fn Behind(deck: Deck, title: String, frozen: i64, total: i64, listed: usize, about: String, rows: String) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    let name = title.clone();
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        if took(deck, &name) {
            crate::browser::focus(heading.into());
        }
    });
    let n = |n: i64| fmt::integer(n);
    let changed = (frozen != total).then(|| texts().fmt(present::CHANGED, &[("frozen", &n(frozen)), ("now", &n(total))]));
    let shown = i64::try_from(listed).unwrap_or(i64::MAX);
    let cut = (shown < total).then(|| texts().fmt(present::FIRST_OF, &[("n", &n(shown)), ("total", &n(total))]));
    let label = title.clone();
    view! {
        <section class="pr-behind" id="behind" aria-label=label>
            <header>
                <h2 tabindex="-1" node_ref=heading>{title}</h2>
                <span class="num strong" data-behind="">{n(total)}</span>
                <a class="pr-btn" href=move || deck.at(deck.slide.get()) data-noscroll="" aria-label=t(present::CLOSE_LIST) title=t(present::CLOSE_LIST)><Icon name="x"/></a>
            </header>
            {(!about.is_empty()).then(|| view! { <p class="num">{about}</p> })}
            {changed.map(|text| view! { <p class="warn" role="status">{text}</p> })}
            {if rows.is_empty() {
                view! { <p>{t(present::NO_ROWS)}</p> }.into_any()
            } else {
                view! { <ul inner_html=rows></ul> }.into_any()
            }}
            {cut.map(|text| view! { <p>{text}</p> })}
        </section>
    }
}

/// A row behind a figure: what it is, what of it, and how much. No link: a press in a
/// meeting must not lead out of it.
#[must_use]
pub fn line(id: &str, what: &str, of: &str, value: &str) -> Markup {
    html! {
        li data-row=(id) {
            span.grow { b { (what) } span { (of) } }
            span.num.strong { (value) }
        }
    }
}
