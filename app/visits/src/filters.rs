//! Whose visits: the filters that the pages of this slice share.

use domain::customers::Tier;
use domain::ids::{UnitId, UserId};
use domain::pipeline::Choices;
use i18n::keys::common;
use leptos::prelude::*;
use ui::choice::Choice;
use ui::{Answer, words};

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
