//! The tiers as a slide of a meeting: how many customers each has, and how much of the
//! revenue they bring.

use crate::api;
use crate::column::swatch;
use domain::customers::Tier;
use domain::money::{Currency, Sums};
use domain::rounding::ratio_bp;
use domain::tiers::board::{TierBoard, TierCard, TierColumn, TierFilter};
use i18n::keys::{common, present, tiers};
use leptos::prelude::*;
use ui::component::{Failed, Skeleton};
use ui::present::{Behind, Deck, Face, line};
use ui::{fmt, t, texts, words};

const CODE: &str = "tiers";

/// The slide; its figures, and the customers behind them, are read when the deck begins.
pub fn slide(deck: Deck) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let filter = Memo::new(move |_| TierFilter::from_query(|name| deck.get(name)));
    let found = Resource::new(move || (filter.get(), deck.again.get()), |(filter, _)| api::board(filter, 0));
    let opened = Memo::new(move |_| deck.own(CODE, "of").and_then(|code| Tier::parse(&code)));
    move || {
        view! {
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || {
                    let opened = opened.get();
                    Suspend::new(async move {
                        match found.await {
                            Ok(found) => shown(deck, &found, opened, &filter.get_untracked()),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        }
        .into_any()
    }
}

fn shown(deck: Deck, found: &TierBoard, opened: Option<Tier>, filter: &TierFilter) -> AnyView {
    let all = found.revenue();
    let customers: i64 = found.columns.iter().map(|column| column.count).sum();
    let message = found.columns.first().map(|best| message(found.currency, best, customers, &all)).unwrap_or_default();
    let values =
        [("day", words::day(&ui::facts(), found.since)), ("amount", words::sums_text(&all, false)), ("n", fmt::integer(customers))];
    let lead = texts().fmt(present::TIERS_LEAD, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let narrowed = narrowed(found, filter);
    let columns = found.columns.iter().map(|each| column(deck, each, found.currency, &all)).collect_view();
    let panel = opened.and_then(|tier| found.columns.iter().find(|column| column.tier == tier)).map(|column| behind(deck, column));
    view! {
        <Face deck code=CODE message lead=vec![lead, narrowed]>
            <ul class="pr-columns">{columns}</ul>
            {panel}
        </Face>
    }
    .into_any()
}

/// What the filter leaves, in words.
fn narrowed(found: &TierBoard, filter: &TierFilter) -> String {
    let name = |list: &[(domain::ids::UnitId, String)], id| list.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    let owner = filter.owner.map(|id| {
        found.choices.owners.iter().find(|(known, _)| *known == id).map_or_else(|| fmt::NO_VALUE.to_owned(), |(_, name)| name.clone())
    });
    let named = |label, value: String| texts().fmt(common::NAMED, &[("what", t(label)), ("value", &value)]);
    let text = |value: &String| Some(value.clone()).filter(|value| !value.is_empty());
    let parts: Vec<String> = [
        filter.team.and_then(|id| name(&found.teams, id)).map(|value| named(common::TEAM, value)),
        owner.map(|value| named(common::OWNER, value)),
        text(&filter.industry),
        text(&filter.region),
        filter.late.then(|| t(present::TIER_LATE).to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { String::new() } else { texts().fmt(present::NARROWED, &[("what", &parts.join(" · "))]) }
}

fn minor(sums: &Sums, currency: Currency) -> i64 {
    sums.0.iter().find(|line| line.currency == currency).map_or(0, |line| line.sum_minor)
}

fn share(part: &Sums, all: &Sums, currency: Currency) -> Option<i64> {
    ratio_bp(minor(part, currency), minor(all, currency))
}

/// The best tier: its part of the customers, and of what they bring.
fn message(currency: Currency, best: &TierColumn, customers: i64, all: &Sums) -> String {
    let Some(revenue) = share(&best.revenue, all, currency) else { return t(present::TIERS_NONE).to_owned() };
    let of = fmt::percent(ratio_bp(best.count, customers), 1);
    let (tier, revenue) = (words::tier(best.tier), fmt::percent(Some(revenue), 1));
    texts().fmt(present::TIERS_MESSAGE, &[("tier", &tier), ("customers", &of), ("revenue", &revenue)])
}

fn column(deck: Deck, column: &TierColumn, currency: Currency, all: &Sums) -> impl IntoView + use<> {
    let code = column.tier.code();
    let name = words::tier(column.tier);
    let total = fmt::integer(column.count);
    let label = texts().fmt(present::TO_SLIDE, &[("what", &name), ("name", &total)]);
    let bp = share(&column.revenue, all, currency);
    let width = format!("{:.2}", bp.map_or(0.0, |bp| f64::from(i32::try_from(bp).unwrap_or(0)) / 100.0));
    let rate = bp.map_or_else(|| t(tiers::NO_REVENUE).to_owned(), |bp| fmt::percent(Some(bp), 1));
    view! {
        <li data-tier=code>
            <p class="row"><span class=swatch(column.tier)></span><b class="ell">{name}</b></p>
            {if column.count > 0 {
                view! { <a class="pr-figure num" href=deck.opened(&[("of", code)]) aria-label=label data-count="" data-noscroll="">{total}</a> }.into_any()
            } else {
                view! { <span class="pr-figure num" data-count="">{total}</span> }.into_any()
            }}
            <p class="muted">{t(present::TIER_N)}</p>
            <dl>
                <div><dt>{t(present::TIER_REVENUE)}</dt><dd class="num strong">{words::sums_text(&column.revenue, false)}</dd></div>
                <div><dt>{t(present::TIER_SHARE)}</dt><dd class="num strong" data-share="">{rate}</dd></div>
                <div><dt>{t(present::TIER_LATE)}</dt><dd class="num" class:danger={column.late > 0}>{fmt::integer(column.late)}</dd></div>
            </dl>
            <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="0" width=width height="6"></rect></svg>
        </li>
    }
}

fn behind(deck: Deck, column: &TierColumn) -> impl IntoView + use<> {
    let title = texts().fmt(present::TIER_CUSTOMERS, &[("tier", &words::tier(column.tier))]);
    let facts = ui::facts();
    let row = |card: &TierCard| {
        let owner = card.owner.as_ref().map_or_else(|| fmt::NO_VALUE.to_owned(), |(_, name)| name.clone());
        let last = card.last.map_or_else(
            || t(tiers::NEVER_CONTACTED).to_owned(),
            |(kind, on)| format!("{} {}", words::day(&facts, on), t(words::follow_up(kind))),
        );
        line(&card.id.to_string(), &card.name, &format!("{owner} · {last}"), &words::sums_text(&card.revenue, false)).into_string()
    };
    let (listed, rows) = (column.cards.len(), column.cards.iter().map(row).collect::<String>());
    view! { <Behind deck title frozen=column.count total=column.count listed about=String::new() rows/> }
}
