//! The bar of filters of the pages of this slice. With scripts each change is followed at
//! once.

use domain::customers::Tier;
use domain::ids::{UnitId, UserId};
use domain::pipeline::Choices;
use i18n::Key;
use i18n::keys::common;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::choice::Choice;
use ui::links::address;
use ui::{Answer, t, words};

/// `names`: of the controls that go into the address.
#[component]
pub fn FilterForm(path: &'static str, label: Key, names: &'static [&'static str], children: Children) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let value = |name: &&'static str| data.get(name).as_string().filter(|v| !v.trim().is_empty()).map(|v| (*name, v));
        let to = address(path, &names.iter().filter_map(value).collect::<Vec<_>>());
        navigate(&to, NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=path node_ref=form role="search" aria-label=t(label) on:submit=on_submit on:change=move |_| follow()>
            {children()}
            // Raw text to a browser with scripts, so hydration must not look inside.
            <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        </form>
    }
}

/// Owner, team and tier, as far as there is a choice. Without the choices a page can be
/// narrowed by the tier all the same.
#[component]
pub fn Whose(
    choices: Answer<Choices>,
    #[prop(optional_no_strip)] owner: Option<UserId>,
    #[prop(optional_no_strip)] team: Option<UnitId>,
    #[prop(optional_no_strip)] tier: Option<Tier>,
    #[prop(default = true)] with_tier: bool,
) -> impl IntoView {
    let (teams, owners) = choices.map(|choices| (choices.teams, choices.owners)).unwrap_or_default();
    let teams: Vec<_> = teams.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let owners: Vec<_> = owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
    let code = |v: Option<String>| v.unwrap_or_default();
    view! {
        {(teams.len() > 1).then(|| view! { <Choice name="team" label=common::TEAM value=code(team.map(|v| v.to_string())) list=teams/> })}
        {(owners.len() > 1).then(|| view! { <Choice name="owner" label=common::OWNER value=code(owner.map(|v| v.to_string())) list=owners/> })}
        {with_tier.then(|| view! { <Choice name="tier" label=common::TIER value=code(tier.map(|v| v.to_string())) list=tiers/> })}
    }
}
