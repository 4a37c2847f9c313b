//! What the board is narrowed by. A form with GET, so that it works without
//! scripts; the address is the only state.

use domain::tiers::board::{TierBoard, TierFilter};
use i18n::keys::{common, tiers};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;
use ui::choice::{Choice, Only};
use ui::component::Icon;
use ui::{Answer, fmt, t, texts};

pub const PATH: &str = "/tiers";
pub const REVIEW: &str = "/tiers/review";

/// The board and the review: the way from one to the other.
#[component]
pub fn Tabs(here: &'static str) -> impl IntoView {
    let link = |href: &'static str, icon, label| {
        view! { <a href=href aria-current=(href == here).then_some("page")><Icon name=icon class="i-14"/>{t(label)}</a> }
    };
    view! {
        <nav class="seg seg-s" aria-label=t(tiers::PAGES)>
            {link(PATH, "layers", tiers::NAV)}{link(REVIEW, "list-checks", tiers::REVIEW)}
        </nav>
    }
}

/// The address of a board.
pub fn address(filter: &TierFilter) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in filter.to_query() {
        map.insert(name, value);
    }
    format!("{PATH}{}", map.to_query_string())
}

#[component]
pub fn Filters(filter: Memo<TierFilter>, found: Resource<Answer<TierBoard>>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let filter = TierFilter::from_query(|name| data.get(name).as_string());
        navigate(&address(&filter), NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=PATH node_ref=form role="search" aria-label=t(tiers::FILTERS) on:submit=on_submit on:change=move |_| follow()>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    found.await.ok().map(|board| view! { <Chips filter=filter.get_untracked() board/> })
                })}
            </Transition>
        </form>
    }
}

#[component]
fn Chips(filter: TierFilter, board: TierBoard) -> impl IntoView {
    let late: i64 = board.columns.iter().map(|column| column.late).sum();
    let TierBoard { choices, teams, .. } = board;
    let owners: Vec<_> = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let teams: Vec<_> = teams.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let texts_of = |mut known: Vec<String>, chosen: &str| {
        if !chosen.is_empty() && !known.iter().any(|text| text == chosen) {
            known.push(chosen.to_owned());
        }
        known.into_iter().map(|text| (text.clone(), text)).collect::<Vec<_>>()
    };
    let code = |value: Option<String>| value.unwrap_or_default();
    let active = filter.active();
    let only_late = texts().fmt(tiers::ONLY_LATE, &[("n", &fmt::integer(late))]);
    let without_late = address(&TierFilter { late: false, ..filter.clone() });
    let with_late = address(&TierFilter { late: true, ..filter.clone() });
    view! {
        <Choice name="region" label=common::REGION value=filter.region.clone() list=texts_of(choices.regions, &filter.region)/>
        <Choice name="industry" label=common::INDUSTRY value=filter.industry.clone() list=texts_of(choices.industries, &filter.industry)/>
        {(teams.len() > 1).then(|| view! { <Choice name="team" label=tiers::TEAM value=code(filter.team.map(|v| v.to_string())) list=teams/> })}
        <Choice name="owner" label=common::OWNER value=code(filter.owner.map(|v| v.to_string())) list=owners/>
        {if filter.late {
            view! { <Only name="late" value="1".to_owned() what=only_late off=without_late/> }.into_any()
        } else {
            view! { <a class="chip" href=with_late data-late="">{only_late}</a> }.into_any()
        }}
        // As text: a browser with scripts does not parse what is inside.
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        {(active > 0).then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}" "{active}</a> })}
    }
}
