//! What one needs of a customer at its door, on a phone only: the ways to reach it first, then when
//! somebody was last in contact, what comes next, what is open and what is owed. At a desk all of
//! it is in sight anyway.

use domain::customers::CustomerDetail;
use domain::policy::Action;
use i18n::keys::{common, contracts, customers, field};
use leptos::prelude::*;
use ui::component::Icon;
use ui::owed::{OwedBrief, OwedRead};
use ui::{facts, fmt, links, t, texts, words};

#[component]
pub fn Door(detail: CustomerDetail, owed: OwedRead) -> impl IntoView {
    let facts = facts();
    let row = &detail.row;
    let named = |key, name: &str| texts().fmt(key, &[("name", name)]);
    // Who is asked first comes first; the company's own number if nobody has one.
    let numbers = detail.contacts.iter().map(|contact| (contact.name.as_str(), contact.phone.as_str()));
    let call = numbers.chain([(row.name.as_str(), row.phone.as_str())]).find_map(|(name, phone)| Some((name, links::tel(phone)?)));
    let call = call.map(|(name, href)| {
        view! { <a class="btn" href=href rel="external" aria-label=named(common::CALL, name) data-door="call"><Icon name="phone" class="i-14"/>{t(field::CALL)}</a> }
    });
    let way = detail.position.map(|(longitude, latitude)| {
        let href = links::geo(latitude, longitude, &row.name);
        view! { <a class="btn" href=href rel="external" aria-label=named(field::NAVIGATE_TO, &row.name) data-door="way"><Icon name="map-pin" class="i-14"/>{t(field::NAVIGATE)}</a> }
    });
    // One checks in at customers of one's own.
    let own = facts.viewer.as_ref().is_some_and(|viewer| row.owner.as_ref().is_some_and(|(id, _)| *id == viewer.id));
    let check_in = (own && facts.may(Action::CheckIn)).then(|| {
        view! { <a class="btn" href=format!("/field?at={}", row.id) data-door="in"><Icon name="map-pin-check" class="i-14"/>{t(field::CHECK_IN)}</a> }
    });
    let write = detail.may_log.then(|| {
        view! { <a class="btn" href="#fu-content" data-door="write"><Icon name="notebook-pen" class="i-14"/>{t(customers::WRITE)}</a> }
    });
    let last = row
        .last
        .map_or_else(|| fmt::NO_VALUE.to_owned(), |(kind, on)| format!("{} · {}", words::day(&facts, on), t(words::follow_up(kind))));
    let next = detail.open_deals.iter().filter_map(|card| Some((card.next_on?, card))).min_by_key(|(on, card)| (*on, card.id));
    let next = next.map(|(on, card)| {
        let what = if card.next_step.is_empty() { card.title.clone() } else { card.next_step.clone() };
        let late = on < facts.today();
        view! { <a href=format!("/deals/{}", card.id) class:danger=late>{words::day(&facts, on)}" · "{what}</a> }
    });
    let open = texts().n(common::N_DEALS_ONE, common::N_DEALS_MANY, row.open.count());
    let open = if row.open.count() > 0 { format!("{open} · {}", words::sums_text(&row.open, false)) } else { open };
    view! {
        <section class="door" aria-label=t(customers::DOOR)>
            <div class="door-acts">{call}{way}{check_in}{write}</div>
            <dl class="kv">
                <dt>{t(customers::LAST_CONTACT)}</dt><dd>{last}</dd>
                <dt>{t(common::NEXT_STEP)}</dt><dd>{match next { Some(next) => next.into_any(), None => fmt::NO_VALUE.into_any() }}</dd>
                <dt>{t(customers::OPEN_DEALS)}</dt><dd><a class="num" href="#open-deals">{open}</a></dd>
                {facts.may(Action::ReadContracts).then(|| view! { <dt>{t(contracts::OUTSTANDING)}</dt><dd><OwedBrief read=owed/></dd> })}
            </dl>
        </section>
    }
}
