//! A tier: its figures, what it promises, its customers.

use crate::card::CardView;
use crate::controls::address;
use crate::drag::Drag;
use crate::moves::Mover;
use crate::state::Col;
use domain::customers::Tier;
use domain::money::{CurrencySum, Money, Sums};
use domain::rounding::ratio_bp;
use domain::tiers::board::TierFilter;
use i18n::keys::tiers;
use leptos::prelude::*;
use ui::component::Icon;
use ui::{fmt, service, t, texts, words};

#[component]
pub fn ColumnView(col: Col, mover: Mover, drag: Drag, #[prop(into)] shown: Signal<Tier>) -> impl IntoView {
    let tier = col.tier;
    let over = Memo::new(move |_| drag.held.get().is_some_and(|held| held.over == Some(tier) && held.from != tier));
    // An administrator may rename it while the board is open.
    let name = move || {
        ui::tier_names::track();
        words::tier(tier)
    };
    let narrowed = mover.state.filter.with_value(Clone::clone);
    let late = move || {
        let n = col.figures.with(|figures| figures.late);
        let text = texts().n(tiers::LATE_ONE, tiers::LATE_MANY, n);
        let href = address(&TierFilter { late: true, ..narrowed.clone() });
        if n == 0 {
            return view! { <span class="ok row row-1"><Icon name="check" class="i-14"/>{t(tiers::NONE_LATE)}</span> }.into_any();
        }
        view! { <a class="danger row row-1" href=href><Icon name="circle-alert" class="i-14"/>{text}</a> }.into_any()
    };
    let more = move || {
        col.next.with(Option::is_some).then(|| {
            let left = col.figures.with(|figures| figures.count) - i64::try_from(col.cards.with(Vec::len)).unwrap_or_default();
            let text = texts().fmt(tiers::SHOW_MORE, &[("n", &fmt::integer(left.max(0)))]);
            view! { <button class="btn more" type="button" data-more=tier.code() on:click=move |_| mover.more(tier)>{text}</button> }
        })
    };
    let empty = move || col.cards.with(Vec::is_empty).then(|| view! { <p class="col-empty">{t(tiers::COLUMN_EMPTY)}</p> });
    view! {
        <section class="tcol" class:is-over=over class:is-shown=move || shown.get() == tier data-tier=tier.code() aria-label=name>
            <header>
                <div class="row"><span class=swatch(tier)></span><h2>{name}</h2><span class="count num">{move || fmt::integer(col.figures.with(|f| f.count))}</span>
                    <span class="grow"></span>
                    <b class="num">{move || col.figures.with(|f| words::sums_text(&f.revenue, false))}</b>
                </div>
                <p class="fs12 muted share">{move || mover.state.whole.with(|whole| col.figures.with(|f| share(&f.revenue, whole)))}</p>
                {move || col.service.with(|promised| {
                    let line = |(name, value): (_, String)| {
                        // What is told in words has a row of its own.
                        let is_long = value.chars().count() > LONG;
                        view! { <div class:is-long=is_long><dt>{t(name)}</dt><dd>{value}</dd></div> }
                    };
                    view! { <dl>{service::promises(promised).into_iter().map(line).collect_view()}</dl> }
                })}
                <div class="row between fs12">{late}</div>
            </header>
            <ul class="tcards" aria-label=name>
                <For each=move || col.cards.get() key=|card| (card.id, card.version, card.tier.code(), card.breaches.len(), card.open.count(), card.last, card.falls) let:card>
                    <CardView card mover drag/>
                </For>
            </ul>
            {empty}
            {more}
        </section>
    }
}

/// Characters of a promise that do not fit beside others.
const LONG: usize = 14;

/// The colour of a tier.
pub const fn swatch(tier: Tier) -> &'static str {
    match tier {
        Tier::Vip => "sw sw-vip",
        Tier::Ordinary => "sw sw-ord",
        Tier::Potential => "sw sw-pot",
    }
}

/// A tier's part of what all tiers brought, each currency for itself, with what
/// is divided by what.
fn share(part: &Sums, whole: &Sums) -> String {
    if whole.count() == 0 {
        return format!("{} {}", fmt::NO_VALUE, t(tiers::NO_REVENUE));
    }
    let line = |all: &CurrencySum| {
        let minor = part.0.iter().find(|line| line.currency == all.currency).map_or(0, |line| line.sum_minor);
        let bp = ratio_bp(i128::from(minor), i128::from(all.sum_minor));
        let money = |minor| words::money_text(Money { minor, currency: all.currency });
        texts().fmt(tiers::SHARE, &[("part", &money(minor)), ("whole", &money(all.sum_minor)), ("rate", &fmt::percent(bp, 1))])
    };
    whole.0.iter().map(line).collect::<Vec<_>>().join(" · ")
}
