//! The deck around the slides: it hears keys and fingers, goes over the full screen, blanks,
//! freezes, and says what it did.

use super::{Deck, Slide, api, slides};
use crate::browser;
use crate::component::Icon;
use crate::error::local;
use crate::facts::{facts, texts};
use crate::fmt;
use crate::palette::keys::{composing, enabled, typing};
use crate::refresh::on_change;
use crate::words::t;
use i18n::keys::present;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{KeyboardEvent, PointerEvent};

/// A finger that moved so far across, in pixels, turns the page.
const SWIPE: f64 = 60.0;

/// What a key or a finger asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Next,
    Previous,
    First,
    Last,
    Blank,
    Live,
    Full,
    End,
}

/// `mark`: the sign of the product. `children`: the slide that is shown.
#[component]
pub fn DeckView(deck: Deck, mark: AnyView, children: Children) -> impl IntoView {
    let facts = facts();
    let all: Vec<&'static Slide> = slides(&facts).collect();
    let count = all.len();
    let said = RwSignal::new(String::new());
    let blank = RwSignal::new(false);
    let cover = NodeRef::<html::Button>::new();
    let time = Resource::new(move || deck.again.get(), |_| api::now());
    let here = {
        let all = all.clone();
        Memo::new(move |_| all.iter().position(|slide| slide.code == deck.slide.get()).unwrap_or_default())
    };
    let follow = move || {
        if deck.live.try_get_untracked() == Some(true) {
            deck.again.try_update(|n| *n += 1);
        }
    };
    on_change(|event| matches!(event.topic.as_str(), "deal" | "customer" | "task" | "org"), follow);

    let navigate = use_navigate();
    // One entry of the history, however many slides: back leads to where one came from.
    let go = move |to: &str| navigate(to, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    let codes: Vec<&'static str> = all.iter().map(|slide| slide.code).collect();
    let names: Vec<_> = all.iter().map(|slide| slide.name).collect();
    let turn = {
        let go = go.clone();
        move |to: usize| {
            let Some(code) = codes.get(to).filter(|code| **code != deck.slide.get_untracked()) else { return };
            go(&untrack(|| deck.at(code)));
            let (n, of) = ((to + 1).to_string(), codes.len().to_string());
            said.set(texts().fmt(present::SLIDE_OF, &[("n", &n), ("of", &of), ("name", names.get(to).map_or("", |name| t(*name)))]));
        }
    };
    let toggle_live = move || {
        let live = !deck.live.get_untracked();
        deck.live.set(live);
        if live {
            deck.again.update(|n| *n += 1);
        }
        said.set(t(if live { present::NOW_LIVE } else { present::NOW_FROZEN }).to_owned());
    };
    let set_blank = move |on: bool| {
        blank.set(on);
        said.set(t(if on { present::NOW_BLANK } else { present::NOW_SHOWN }).to_owned());
        if on {
            if let Some(cover) = cover.get_untracked() {
                request_animation_frame(move || {
                    let _ = cover.focus();
                });
            }
        }
    };
    // Leaving the full screen by the browser's own way ends the deck; by ours it does not.
    let ours = StoredValue::new(false);
    let full = move || {
        ours.set_value(browser::is_full_screen());
        browser::full_screen(!browser::is_full_screen());
    };
    let end = {
        let go = go.clone();
        move || {
            ours.try_set_value(true);
            browser::full_screen(false);
            go(&untrack(|| deck.page()));
        }
    };
    let does = {
        let end = end.clone();
        move |what: Does| {
            let at = here.get_untracked();
            match what {
                Does::Next => turn((at + 1).min(count.saturating_sub(1))),
                Does::Previous => turn(at.saturating_sub(1)),
                Does::First => turn(0),
                Does::Last => turn(count.saturating_sub(1)),
                Does::Blank => set_blank(!blank.get_untracked()),
                Does::Live => toggle_live(),
                Does::Full => full(),
                // What lies on top goes first: the blank, the rows behind a figure, the deck.
                Does::End if blank.get_untracked() => set_blank(false),
                Does::End if untrack(|| deck.is_open()) => go(&untrack(|| deck.at(deck.slide.get()))),
                Does::End => end(),
            }
        }
    };
    Effect::new({
        let (does, end) = (does.clone(), end.clone());
        move |_| {
            let (does, end) = (does.clone(), end.clone());
            let hears = window_event_listener(leptos::ev::keydown, move |event| {
                // A blank screen comes back by any key, which does nothing else.
                if blank.get_untracked() && !is_modifier(&event) {
                    event.prevent_default();
                    set_blank(false);
                } else if let Some(what) = heard(&event) {
                    event.prevent_default();
                    does(what);
                }
            });
            let screen = window_event_listener_untyped("fullscreenchange", move |_| {
                if !browser::is_full_screen() && ours.try_update_value(|ours| !std::mem::take(ours)) == Some(true) {
                    end();
                }
            });
            on_cleanup(move || {
                hears.remove();
                screen.remove();
            });
        }
    });
    on_cleanup(|| browser::full_screen(false));

    // A finger across turns the page; up and down it scrolls.
    let from = StoredValue::new(None::<(i32, f64, f64)>);
    let down = move |event: PointerEvent| {
        let touch = event.pointer_type() == "touch" && event.is_primary();
        from.set_value(touch.then(|| (event.pointer_id(), f64::from(event.client_x()), f64::from(event.client_y()))));
    };
    let up = {
        let does = does.clone();
        move |event: PointerEvent| {
            let Some((id, x, y)) = from.try_update_value(Option::take).flatten() else { return };
            let (across, along) = (f64::from(event.client_x()) - x, f64::from(event.client_y()) - y);
            if id == event.pointer_id() && across.abs() > SWIPE && across.abs() > 2.0 * along.abs() {
                does(if across < 0.0 { Does::Next } else { Does::Previous });
            }
        }
    };

    let when = move || {
        let live = deck.live.get();
        Suspend::new(async move {
            let at = time.await.ok()?;
            let at = local(&crate::facts(), at);
            let time = format!("{} {}", fmt::date_iso(at.date_naive()), fmt::time(at.time()));
            let key = if live { present::LIVE_AT } else { present::FROZEN_AT };
            Some(texts().fmt(key, &[("time", &time)]))
        })
    };
    let rail = all.clone().into_iter().enumerate().map(|(index, slide)| {
        let current = move || (here.get() == index).then_some("page");
        view! {
            <a href=move || deck.at(slide.code) aria-current=current class:is-past=move || index < here.get() data-to=slide.code data-noscroll="">
                <span class="num">{index + 1}</span>" "<span class="pr-name">{t(slide.name)}</span>
            </a>
        }
    });
    let rail = rail.collect_view();
    let neighbour = move |next: bool| {
        let at = here.get();
        let to = if next { Some(at + 1).filter(|to| *to < count) } else { at.checked_sub(1) };
        to.and_then(|to| all.get(to)).map(|slide| {
            let (rel, icon, text) = if next { ("next", "chevron-right", present::NEXT) } else { ("prev", "chevron-left", present::PREVIOUS) };
            let label = texts().fmt(present::TO_SLIDE, &[("what", t(text)), ("name", t(slide.name))]);
            view! { <a class="pr-btn" href=deck.at(slide.code) rel=rel aria-label=label.clone() title=label data-noscroll=""><Icon name=icon/></a> }
        })
    };
    let before = neighbour.clone();
    let organisation = facts.viewer.as_ref().map(|viewer| viewer.organisation.clone());
    view! {
        <main class="pr" id="main" data-device="meeting" on:pointerdown=down on:pointerup=up on:pointercancel=move |_| from.set_value(None)>
            <div class="pr-in" inert=move || blank.get()>
                <header class="pr-head">
                    <span class="row">{mark}<span class="ell">{organisation}" · "{move || name(deck)}</span></span>
                    <span class="pr-when">
                        <span class="row num" data-when=move || if deck.live.get() { "live" } else { "frozen" }>
                            {move || view! { <Icon name=if deck.live.get() { "waves" } else { "snowflake" }/> }}
                            <Transition fallback=|| ()>{when}</Transition>
                        </span>
                        <button class="pr-btn needs-scripts" type="button" aria-keyshortcuts="l" data-live="" on:click=move |_| toggle_live()>
                            {move || t(if deck.live.get() { present::FREEZE } else { present::GO_LIVE })}
                        </button>
                        <a class="pr-btn" href=move || deck.page() data-end="" aria-label=t(present::END) title=t(present::END) on:click={
                            let end = end.clone();
                            move |event| if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                                event.prevent_default();
                                end();
                            }
                        }><Icon name="x"/></a>
                    </span>
                </header>
                {children()}
                <footer class="pr-foot">
                    <nav class="pr-turn" aria-label=t(present::TURN)>{move || before(false)}{move || neighbour(true)}</nav>
                    <nav class="pr-rail" aria-label=t(present::SLIDES)>{rail}</nav>
                    <p class="pr-keys needs-scripts" aria-hidden="true">{t(present::KEYS)}</p>
                </footer>
            </div>
            <button class="pr-blank" type="button" hidden=move || !blank.get() node_ref=cover aria-label=t(present::UNBLANK) on:click=move |_| set_blank(false)></button>
            <div class="sr" role="status" aria-live="polite" data-said="">{move || said.get()}</div>
        </main>
    }
}

/// The name of the slide that is shown.
fn name(deck: Deck) -> &'static str {
    super::SLIDES.iter().find(|slide| slide.code == deck.slide.get()).map_or("", |slide| t(slide.name))
}

fn is_modifier(event: &KeyboardEvent) -> bool {
    matches!(event.key().as_str(), "Shift" | "Control" | "Alt" | "Meta" | "AltGraph" | "CapsLock")
}

/// What a key asks for. Letters are single-key shortcuts, which can be switched off;
/// arrows and Escape are not.
fn heard(event: &KeyboardEvent) -> Option<Does> {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if modified || composing(event) || event.default_prevented() || typing(event) {
        return None;
    }
    let letter = |does| (!event.repeat() && enabled()).then_some(does);
    match event.key().as_str() {
        "ArrowRight" | "PageDown" => Some(Does::Next),
        "ArrowLeft" | "PageUp" => Some(Does::Previous),
        "Home" => Some(Does::First),
        "End" => Some(Does::Last),
        "Escape" => Some(Does::End),
        "b" | "B" => letter(Does::Blank),
        "l" | "L" => letter(Does::Live),
        "f" | "F" => letter(Does::Full),
        _ => None,
    }
}
