//! The menu that chooses the columns of a list. A form with GET of checkboxes, so that it
//! works without scripts; with them every tick is followed at once. The address is the only
//! state: `domain::columns`.

use crate::browser;
use crate::component::Icon;
use crate::links::address;
use crate::words::t;
use domain::columns::{ALONE, Column, Columns, NAME};
use i18n::Key;
use i18n::keys::{board, columns as words, common, customers, deal};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;

/// A parameter of an address. A form without scripts sends its columns one by one.
#[must_use]
pub fn asked(query: &ParamsMap, name: &str) -> Option<String> {
    if name == NAME { query.get_all(name).map(|codes| codes.join(",")) } else { query.get(name) }
}

/// What a column is called, in its head and in the menu.
#[must_use]
pub const fn label(column: Column) -> Key {
    match column {
        Column::Customer => common::CUSTOMER,
        Column::Tier => common::TIER,
        Column::Stage => common::STAGE,
        Column::Pipeline => common::PIPELINE,
        Column::Amount => common::AMOUNT,
        Column::Probability => common::PROBABILITY,
        Column::Close => common::EXPECTED_CLOSE,
        Column::Next => common::NEXT_STEP,
        Column::Owner => common::OWNER,
        Column::Team => common::TEAM,
        Column::Short => customers::SHORT_NAME,
        Column::Industry => common::INDUSTRY,
        Column::Region => common::REGION,
        Column::Size => common::SIZE,
        Column::Source => common::SOURCE,
        Column::Product => common::PRODUCT,
        Column::Open => customers::OPEN_AMOUNT,
        Column::JobTitle => common::JOB_TITLE,
        Column::Role => customers::CONTACT_ROLE,
        Column::Phone => common::PHONE,
        Column::Email => common::EMAIL,
        Column::Website => common::WEBSITE,
        Column::Stay => board::DAYS_IN_STAGE,
        Column::FirstContact => deal::FIRST_CONTACT,
        Column::Active => words::ACTIVE,
        Column::LastContact => words::LAST_CONTACT,
        Column::Left => words::LEFT,
        Column::Closed => deal::CLOSED_AT,
        Column::Notes => common::NOTES,
        Column::Created => common::CREATED_AT,
        Column::Updated => customers::UPDATED,
    }
}

/// The menu. `rest`: what else the address says, which stays.
#[component]
pub fn ColumnsMenu(
    path: &'static str,
    #[prop(into)] columns: Signal<Columns>,
    #[prop(into)] rest: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let kind = columns.with_untracked(Columns::kind);
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let ticked = Columns::parse(kind, &String::from(data.get_all(NAME).join(",")));
        let query: Vec<_> = rest.get_untracked().into_iter().chain(ticked.to_query()).collect();
        // Each tick is no page of its own to go back to.
        navigate(&address(path, &query), NavigateOptions { scroll: false, replace: true, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
            browser::fold(menu);
        }
    };
    let boxes = Columns::of(kind)
        .iter()
        .map(|&column| {
            let on = columns.with_untracked(|columns| columns.has(column));
            view! {
                <label class="check">
                    <input type="checkbox" name=NAME value=column.code() checked=on prop:checked=move || columns.with(|columns| columns.has(column))/>
                    <span>{t(label(column))}</span>
                </label>
            }
        })
        .collect_view();
    let kept = move || rest.get().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let usual = move || rest.with(|rest| address(path, rest));
    view! {
        <details class="more-filters cols" node_ref=menu on:keydown=move |event| browser::fold_by_escape(menu, &event)>
            <summary class="btn" title=t(words::HINT)><Icon name="columns-3" class="i-14"/><span>{t(words::TITLE)}</span></summary>
            <form class="pop" method="get" action=path node_ref=form aria-label=t(words::HINT) on:submit=on_submit on:change=move |_| follow()>
                {kept}
                // Without it, no tick at all would look like nothing asked.
                <input type="hidden" name=NAME value=ALONE/>
                {boxes}
                <a class="btn btn-ghost btn-s" href=usual hidden=move || columns.with(Columns::is_usual)>{t(words::USUAL)}</a>
                <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
            </form>
        </details>
    }
}

/// The columns for a filter form, so that they stay while the filter is changed.
#[component]
pub fn ColumnsKept(#[prop(into)] columns: Signal<Columns>) -> impl IntoView {
    let codes = move || columns.with(|columns| columns.to_query().map(|(_, codes)| codes)).unwrap_or_default();
    view! { <input type="hidden" name=NAME value=codes prop:value=codes/> }
}
