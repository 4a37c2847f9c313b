//! The chips of a filter bar: a choice that narrows, one that always has a
//! value, a condition without a control of its own, and those of all pages of
//! deals together. They are controls of a form with GET, so that a filter bar works without scripts; what follows a
//! change is the form's.

use crate::component::Icon;
use crate::facts::texts;
use crate::form::options;
use crate::words::{self, t};
use domain::customers::Tier;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Choices, Source};
use i18n::Key;
use i18n::keys::common;
use leptos::prelude::*;

/// A choice that narrows, or does not; it says what it is about until it says
/// what is chosen. The property beside the attribute, which a browser ignores
/// once the person has chosen.
#[component]
pub fn Choice(name: &'static str, label: Key, value: String, list: Vec<(String, String)>) -> impl IntoView {
    let on = !value.is_empty();
    let all = texts().fmt(common::ALL_OF, &[("what", t(label))]);
    view! {
        <label class="chip" class:is-on=on><span class=if on { "" } else { "sr" }>{t(label)}</span>
            <select name=name><option value="" selected=!on prop:selected=!on>{all}</option>{options(list, &value)}</select>
        </label>
    }
}

/// A choice that always has a value.
#[component]
pub fn Set(name: &'static str, label: Key, value: String, list: Vec<(String, String)>) -> impl IntoView {
    view! { <label class="chip is-on"><span>{t(label)}</span><select name=name>{options(list, &value)}</select></label> }
}

/// A condition that has no control of its own, with the way to take it off.
#[component]
pub fn Only(name: &'static str, value: String, #[prop(into)] what: String, off: String) -> impl IntoView {
    let label = texts().fmt(common::TAKE_OFF, &[("what", &what)]);
    view! {
        <span class="chip is-on">
            <input type="hidden" name=name value=value/>{what}
            <a class="btn btn-icon btn-s" href=off aria-label=label><Icon name="x" class="i-14"/></a>
        </span>
    }
}

/// What every page of deals is narrowed by: team, owner, tier, source, product.
#[component]
pub fn Narrow(filter: DealFilter, choices: Choices) -> impl IntoView {
    let value = |value: Option<String>| value.unwrap_or_default();
    let teams: Vec<_> = choices.teams.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let owners = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let products = choices.products.iter().map(|p| (p.id.to_string(), words::product_name(p))).collect();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), words::tier(*v))).collect();
    let sources = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
    view! {
        {(teams.len() > 1).then(|| view! { <Choice name="team" label=common::TEAM value=value(filter.team.map(|v| v.to_string())) list=teams/> })}
        <Choice name="owner" label=common::OWNER value=value(filter.owner.map(|v| v.to_string())) list=owners/>
        <Choice name="tier" label=common::TIER value=value(filter.tier.map(|v| v.to_string())) list=tiers/>
        <Choice name="source" label=common::SOURCE value=value(filter.source.map(|v| v.to_string())) list=sources/>
        <Choice name="product" label=common::PRODUCT value=value(filter.product.map(|v| v.to_string())) list=products/>
    }
}

/// The same in words, for figures that leave the page: `负责人：王芳`.
#[must_use]
pub fn narrowed(filter: &DealFilter, choices: &Choices) -> Vec<String> {
    let named = |label: Key, value: String| texts().fmt(common::NAMED, &[("what", t(label)), ("value", &value)]);
    let gone = || crate::fmt::NO_VALUE.to_owned();
    let lang = crate::facts().lang;
    let pipeline = filter.pipeline.and_then(|id| choices.pipelines.iter().find(|p| p.id == id));
    let team = filter.team.map(|id| choices.teams.iter().find(|(known, _)| *known == id).map_or_else(gone, |(_, name)| name.clone()));
    let owner = filter.owner.map(|id| choices.owners.iter().find(|(known, _)| *known == id).map_or_else(gone, |(_, name)| name.clone()));
    let product = filter.product.map(|id| choices.products.iter().find(|p| p.id == id).map_or_else(gone, words::product_name));
    [
        pipeline.map(|p| named(common::PIPELINE, words::pick(lang, &p.name_zh, &p.name_en))),
        team.map(|value| named(common::TEAM, value)),
        owner.map(|value| named(common::OWNER, value)),
        filter.tier.map(|v| named(common::TIER, words::tier(v))),
        filter.source.map(|v| named(common::SOURCE, t(words::source(v)).to_owned())),
        product.map(|value| named(common::PRODUCT, value)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
