//! Own customers that are near: how far, when they were last contacted, and what one does at
//! their door. The position stays on the phone, which only sorts what the page brought with it;
//! without a position, or without scripts, customers are found by name and region.

use crate::api::{self, ConsentFn};
use crate::check_in::Ask;
use crate::device::{alive, device_texts};
use domain::field::Planned;
use domain::field::page::{FieldPage as Found, NearCustomer};
use i18n::keys::{common, field};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::collections::BTreeSet;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::{links, t, texts, words};

const PATH: &str = "/field/nearby";

/// What an address asks for: a text and a region.
type Asked = (String, String);

#[component]
pub fn NearbyPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| (q.get("q").unwrap_or_default(), q.get("region").unwrap_or_default())));
    let consent = ServerAction::<ConsentFn>::new();
    let found = Resource::new(move || consent.version().get(), |_| api::field(None));
    view! {
        <header class="top">
            <a class="back" href="/field"><Icon name="chevron-left" class="i-14"/>{t(field::TITLE)}</a>
            <Heading text=t(field::NEARBY)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        match found.await {
                            Ok(page) => view! { <Shown page asked consent/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

#[component]
fn Shown(page: Found, asked: Asked, consent: ServerAction<ConsentFn>) -> impl IntoView {
    let viewer = ui::facts().viewer.clone();
    let person = viewer.map(|viewer| viewer.id.to_string()).unwrap_or_default();
    let holds = page.consent.holds();
    let root = alive();
    let (text, region) = asked;
    let regions: BTreeSet<String> = page.customers.iter().map(|one| one.region.clone()).filter(|region| !region.is_empty()).collect();
    let nobody = page.customers.is_empty();
    let shown: Vec<NearCustomer> = page.customers.into_iter().filter(|one| one.fits(&text, &region)).collect();
    let none = shown.is_empty();
    let options = std::iter::once((String::new(), texts().fmt(common::ALL_OF, &[("what", t(common::REGION))])))
        .chain(regions.into_iter().map(|region| (region.clone(), region)))
        .collect();
    let left_out = (page.more > 0).then(|| view! { <p class="hint">{texts().n(field::MORE_ONE, field::MORE_MANY, page.more)}</p> });
    view! {
        <div class="sections ck" node_ref=root data-field-near="" data-person=person data-texts=device_texts(&texts()) data-consent=if holds { "1" } else { "0" }>
            {(!holds).then(|| view! { <Ask consent=page.consent rules=page.rules action=consent nearby=true/> })}
            {holds.then(|| view! {
                <button class="btn ck-fix" type="button" data-field-fix="" data-scripts="" hidden><Icon name="map-pin" class="i-14"/>{t(field::LOCATE)}</button>
            })}
            <p class="muted" role="status" data-field-status="">{t(if holds { field::NEAR_READY } else { field::NEAR_WITHOUT })}</p>
            <form class="nb-find" method="get" action=PATH role="search" aria-label=t(common::FILTER)>
                <label><span class="sr">{t(field::FIND)}</span><input class="input" type="search" name="q" value=text placeholder=t(field::FIND) autocomplete="off" data-field-find=""/></label>
                <label><span class="sr">{t(common::REGION)}</span><select class="input" name="region" data-field-region="">{ui::form::options(options, &region)}</select></label>
                <button class="btn" type="submit" data-field-submit="">{t(common::SEARCH)}</button>
            </form>
            {if nobody {
                view! { <Empty text=t(field::NO_CUSTOMERS).to_owned() icon="building-2"><a class="btn" href="/customers">{t(field::TO_CUSTOMERS)}</a></Empty> }.into_any()
            } else {
                view! {
                    <ul class="nb-list" data-field-list="" aria-label=t(field::NEARBY)>{shown.into_iter().map(line).collect_view()}</ul>
                    <p class="muted" data-field-none="" hidden=!none>{t(field::NONE_FOUND)}</p>
                }
                .into_any()
            }}
            {left_out}
            <p class="hint">{t(field::NEAR_STAYS)}</p>
        </div>
    }
}

fn line(customer: NearCustomer) -> impl IntoView {
    let facts = ui::facts();
    let last = customer
        .last
        .map_or_else(|| t(field::NO_CONTACT).to_owned(), |on| texts().fmt(field::LAST_ON, &[("day", &words::day(&facts, on))]));
    let planned = match (customer.planned, customer.step.as_str()) {
        (Planned::None, _) => String::new(),
        (_, "") => t(field::PLANNED_TODAY).to_owned(),
        (_, step) => texts().fmt(field::PLANNED_FOR, &[("step", step)]),
    };
    let said = [planned, last, customer.region.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let named = |key| texts().fmt(key, &[("name", &customer.name)]);
    let call = links::tel(&customer.phone).map(|href| {
        view! { <a class="btn" href=href rel="external" aria-label=named(common::CALL) data-near-call=""><Icon name="phone" class="i-14"/>{t(field::CALL)}</a> }
    });
    let way = customer.place.map(|at| {
        let href = links::geo(at.lat, at.lon, &customer.name);
        view! { <a class="btn" href=href rel="external" aria-label=named(field::NAVIGATE_TO) data-near-way=""><Icon name="map-pin" class="i-14"/>{t(field::NAVIGATE)}</a> }
    });
    let (lat, lon) = customer.place.map(|at| (at.lat.to_string(), at.lon.to_string())).unzip();
    let near = if customer.place.is_none() { t(field::NO_PLACE) } else { "" };
    view! {
        <li class="card-box nb-one" data-customer=customer.id.to_string() data-name=customer.name.clone() data-region=customer.region.clone() data-lat=lat data-lon=lon>
            <div class="row"><a class="med ell nb-name" href=format!("/customers/{}", customer.id)>{customer.name.clone()}</a><TierBadge tier=customer.tier/><span class="num push nowrap" data-field-dist="">{near}</span></div>
            <p class="fs12 muted">{said}</p>
            <div class="nb-acts">
                {call}
                {way}
                <a class="btn" href=format!("/field?at={}", customer.id) aria-label=named(field::CHECK_IN_AT) data-near-in=""><Icon name="map-pin-check" class="i-14"/>{t(field::CHECK_IN)}</a>
            </div>
        </li>
    }
}
