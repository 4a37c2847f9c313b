//! The two pages before the door: a form on the left, the weir on the right.

use crate::switch::{LanguageSwitch, ThemeSwitch};
use i18n::keys::{auth, nav};
use leptos::prelude::*;
use ui::component::Heading;
use ui::t;

#[component]
pub fn Frame(title: i18n::Key, #[prop(optional)] note: Option<i18n::Key>, children: Children) -> impl IntoView {
    view! {
        <div class="auth">
            <main class="auth-form" id="main">
                <div class="wordmark"><Mark/>{t(nav::PRODUCT_NAME)}</div>
                <div class="auth-box"><Heading text=t(title)/>{children()}</div>
                <div class="auth-foot">
                    <span>{note.map(t)}</span>
                    <span><LanguageSwitch/><ThemeSwitch/></span>
                </div>
            </main>
            <div class="auth-pic" aria-hidden="true">
                <Picture/>
                <p>{t(auth::MOTTO_FIRST)}<br/>{t(auth::MOTTO_SECOND)}</p>
            </div>
        </div>
    }
}

/// Level line over the notch of the weir.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="32" height="32" viewBox="0 0 16 16" fill="none" aria-hidden="true">
            <path d="M1.5 3.75h13" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"></path>
            <path d="M1.5 7.5h3.6L8 12.75 10.9 7.5h3.6" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
}

/// Water that stands in the notch. The same in both themes: it is a picture.
#[component]
fn Picture() -> impl IntoView {
    let ripples = [(420, "0.16"), (466, "0.13"), (512, "0.1"), (558, "0.07"), (604, "0.04")]
        .map(|(y, opacity)| view! { <path d=format!("M0 {y}H760") stroke="#71b7bd" stroke-opacity=opacity stroke-width="1"></path> });
    view! {
        <svg viewBox="0 0 760 900" preserveAspectRatio="xMidYMid slice">
            <defs>
                <linearGradient id="water" x1="0" x2="0" y1="0" y2="1">
                    <stop stop-color="#14707a"></stop>
                    <stop offset="1" stop-color="#0a4a52"></stop>
                </linearGradient>
            </defs>
            <rect width="760" height="900" fill="#0b4047"></rect>
            <path d="M0 372H760V900H0Z" fill="url(#water)"></path>
            <path d="M0 372H760" stroke="#cfe6e7" stroke-width="2"></path>
            {ripples.into_iter().collect_view()}
            <path d="M0 452H250L380 660 510 452H760V900H0Z" fill="#0b2e33"></path>
            <path d="M0 452H250L380 660 510 452H760" fill="none" stroke="#0a2328" stroke-width="2"></path>
            <path d="M158 348h26l-13 18z" fill="none" stroke="#cfe6e7" stroke-width="2" stroke-linejoin="round"></path>
        </svg>
    }
}
