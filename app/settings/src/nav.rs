//! The way between the pages of the settings; on a phone there is no other.

use domain::policy::Action;
use i18n::keys::{data, economics, field, nav, pool, quotes, rates, settings, visits};
use leptos::html;
use leptos::prelude::*;
use ui::{browser, facts, t};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Account,
    People,
    Products,
    PriceBooks,
    Pipelines,
    Tiers,
    Pools,
    Workdays,
    VisitForms,
    Field,
    Costs,
    Currencies,
}

#[component]
pub fn SettingsNav(here: Place) -> impl IntoView {
    let facts = facts();
    let link = |place: Place, href: &'static str, word| view! { <a href=href aria-current=(place == here).then_some("page")>{t(word)}</a> };
    let manages = facts.may(Action::ManageSettings);
    // Of a dozen a phone shows three or four: where one is, is among them.
    let tabs = NodeRef::<html::Nav>::new();
    Effect::new(move |_| {
        if let Some(tabs) = tabs.get() {
            browser::show_part(tabs, "[aria-current]");
        }
    });
    view! {
        <nav class="tabs" aria-label=t(nav::SETTINGS) node_ref=tabs>
            {link(Place::Account, "/account", settings::ACCOUNT)}
            {facts.may(Action::ReadPeople).then(|| link(Place::People, "/settings/people", settings::PEOPLE))}
            {facts.may(Action::Import).then(|| view! { <a href="/import">{t(data::NAV)}</a> })}
            {manages.then(|| link(Place::Products, "/settings/products", settings::PRODUCTS))}
            {manages.then(|| link(Place::PriceBooks, "/settings/price-books", quotes::BOOKS))}
            {manages.then(|| link(Place::Pipelines, "/settings/pipelines", settings::PIPELINES))}
            {manages.then(|| link(Place::Tiers, "/settings/tiers", settings::TIERS))}
            {manages.then(|| link(Place::Pools, "/settings/pools", pool::SETTINGS))}
            {manages.then(|| link(Place::Workdays, "/settings/workdays", visits::WORKDAYS))}
            {manages.then(|| link(Place::VisitForms, "/settings/visit-forms", visits::FORMS))}
            {manages.then(|| link(Place::Field, "/settings/field", field::SETTINGS))}
            {facts.may(Action::RecordCosts).then(|| link(Place::Costs, "/settings/costs", economics::COSTS))}
            {facts.may(Action::RecordRates).then(|| link(Place::Currencies, domain::rates::CURRENCIES, rates::TITLE))}
        </nav>
    }
}
