//! Small components of the design system. No inline styles anywhere: the
//! content security policy forbids them.

use crate::browser;
use crate::words::{self, t};
use domain::customers::Tier;
use domain::ids::UserId;
use domain::money::Money;
use i18n::Key;
use i18n::keys::common;
use leptos::html;
use leptos::prelude::*;

/// An icon of the sprite `/icons.svg`; always with a word beside it, or with a
/// label on its button.
#[component]
pub fn Icon(name: &'static str, #[prop(default = "")] class: &'static str) -> impl IntoView {
    let href = format!("/icons.svg#{name}");
    view! { <svg class=format!("i {class}") aria-hidden="true"><use href=href></use></svg> }
}

/// The heading of a page, which is also its title in tabs and history.
#[component]
pub fn Heading(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <leptos_meta::Title text=format!("{text} · 堰 Weir")/>
        <h1>{text}</h1>
    }
}

/// A person as a round sign.
#[component]
pub fn Avatar(id: UserId, name: String, #[prop(default = "")] class: &'static str) -> impl IntoView {
    let sign = words::initial(&name);
    view! { <span class=format!("av {class}") data-h=words::hue(id.0).to_string() title=name aria-hidden="true">{sign}</span> }
}

/// A customer's tier, short on cards with the long word as its title.
#[component]
pub fn TierBadge(tier: Tier) -> impl IntoView {
    view! { <span class=words::tier_class(tier) title=words::tier(tier)>{words::tier_short(tier)}</span> }
}

/// A way to reach somebody; nothing if there is no such way.
pub fn reach_button(href: Option<String>, icon: &'static str, label: Key, name: &str, value: &str) -> Option<impl IntoView + use<>> {
    let label = crate::texts().fmt(label, &[("name", name)]);
    href.map(
        |href| view! { <a class="btn btn-icon btn-s" href=href aria-label=label title=value.to_owned()><Icon name=icon class="i-14"/></a> },
    )
}

/// An amount as number and small grey unit.
#[component]
pub fn Amount(amount: Money) -> impl IntoView {
    let (number, unit) = words::money_short(amount);
    view! { <span class="num">{number}<i class="u">{unit}</i></span> }
}

/// A small tank, filled to the stage's place among all stages.
#[component]
pub fn Gauge(position: i32, of: i32) -> impl IntoView {
    let (depth, y, height) = words::gauge(position, of);
    view! {
        <svg class="gauge" viewBox="0 0 12 14" aria-hidden="true">
            <rect class="gauge-tank" x=".75" y=".75" width="10.5" height="12.5" rx="2"></rect>
            <rect class=format!("g{depth}") x="2" y=y width="8" height=height rx=".8"></rect>
        </svg>
    }
}

/// Parts of a whole as a thin bar: width in proportion, class for the colour.
#[component]
pub fn StackBar(#[prop(into)] parts: Signal<Vec<(i64, &'static str)>>, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let rects = move || {
        let parts = parts.get();
        let total: i64 = parts.iter().map(|(n, _)| n).sum();
        let mut x = 0.0;
        parts
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, class)| {
                #[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
                let width = n as f64 * 100.0 / total as f64;
                let rect =
                    view! { <rect class=class x=format!("{x:.2}") y="0" width=format!("{:.2}", (width - 0.6).max(0.4)) height="4"></rect> };
                x += width;
                rect
            })
            .collect_view()
    };
    view! { <svg class="stack" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=move || label.get()>{rects}</svg> }
}

/// What a list says that has nothing to show: one sentence, one action.
#[component]
pub fn Empty(
    text: String,
    #[prop(default = "list-checks")] icon: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! { <div class="empty"><Icon name=icon/><p>{text}</p>{children.map(|c| c())}</div> }
}

/// Grey lines of about the final size, while a page is fetched.
#[component]
pub fn Skeleton(#[prop(default = 8)] rows: usize) -> impl IntoView {
    view! {
        <div class="skel-list" role="status" aria-label=t(common::LOADING)>
            {(0..rows).map(|_| view! { <div class="skel"></div> }).collect_view()}
        </div>
    }
}

/// An error in place of what could not be read.
#[component]
pub fn Failed(error: crate::ApiError) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <Icon name="plug-zap"/>
            <p>{error.sentence()}</p>
            <a class="btn" href="">{t(common::RETRY)}</a>
        </div>
    }
}

/// The total of the filtered set, what else is said of it, and the ways to the other pages.
#[component]
pub fn Pager(total: String, first: Option<String>, next: Option<String>, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <nav class="pager" aria-label=t(common::PAGES)>
            <span class="total num" role="status">{total}</span>
            {children.map(|said| said())}
            {first.map(|href| view! { <a href=href><Icon name="chevron-left" class="i-14"/>{t(common::FIRST_PAGE)}</a> })}
            {next.map(|href| view! { <a href=href rel="next">{t(common::NEXT_PAGE)}<Icon name="chevron-right" class="i-14"/></a> })}
        </nav>
    }
}

/// Takes the list that is shown home as a file: every row of it, not the page.
/// `query` is what narrows and sorts it, as in `?tier=vip`.
#[component]
pub fn ExportMenu(list: &'static str, #[prop(into)] query: Signal<String>) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let file = |kind: &'static str, label: Key| {
        let href = move || format!("/export/{list}.{kind}{}", query.get());
        view! { <a class="menu-i" href=href download="" rel="external" on:click=move |_| browser::fold(menu)>{t(label)}</a> }
    };
    view! {
        <details class="menu" node_ref=menu on:keydown=move |event| browser::fold_by_escape(menu, &event)>
            <summary class="btn" title=t(common::EXPORT_HINT)><Icon name="download" class="i-14"/><span>{t(common::EXPORT)}</span></summary>
            <nav class="pop" aria-label=t(common::EXPORT_HINT)>{file("csv", common::EXPORT_CSV)}{file("xlsx", common::EXPORT_XLSX)}</nav>
        </details>
    }
}

/// Where files come in, for those who may import. `kind`: what is imported.
#[component]
pub fn ImportLink(kind: &'static str) -> impl IntoView {
    crate::facts().may(domain::policy::Action::Import).then(|| {
        view! {
            <a class="btn" href=format!("/import?kind={kind}")><Icon name="upload" class="i-14"/><span>{t(i18n::keys::data::NAV)}</span></a>
        }
    })
}
