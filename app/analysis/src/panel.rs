//! The deals behind a figure: exactly so many, their sums, and each as a link.

use crate::asked::{Asked, BEHIND, Figure};
use crate::say;
use domain::analysis::{AnalysisDeal, AnalysisDeals, Set, What};
use i18n::keys::analysis;
use leptos::html;
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::Icon;
use ui::markup::{avatar, tier};
use ui::{fmt, t, texts, words};

/// `shown`: the figure that has the focus already, so that a change from elsewhere does
/// not take it.
#[component]
pub fn Panel(
    title: String,
    deals: AnalysisDeals,
    asked: Asked,
    figure: Figure,
    when: String,
    shown: StoredValue<Option<Figure>>,
) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        if shown.try_update_value(|shown| shown.replace(figure) != Some(figure)) == Some(true) {
            ui::browser::focus(heading.into());
        }
    });
    let listed = u64::try_from(deals.rows.len()).unwrap_or(u64::MAX);
    let weighted = matches!(figure.set, Set::Due(_, What::Weighted));
    let sum = if matches!(figure.set, Set::Steps(_)) {
        // A deal with several steps would be added several times.
        String::new()
    } else if weighted {
        texts().fmt(analysis::SUM_WEIGHTED, &[("amount", &say::amounts(&deals.weighted))])
    } else {
        texts().fmt(analysis::SUM, &[("amount", &say::sums(&deals.sums))])
    };
    let by_days = figure.set.goes_by_days();
    let order = if listed < deals.total {
        texts().fmt(analysis::FIRST_OF, &[("n", &say::number(listed))])
    } else {
        t(if by_days { analysis::LONGEST_FIRST } else { analysis::LARGEST_FIRST }).to_owned()
    };
    let rows: String = deals.rows.iter().map(|deal| line(deal, weighted).into_string()).collect();
    view! {
        <section class="card-box an-panel" id=BEHIND aria-label=t(analysis::BEHIND)>
            <header>
                <h2 tabindex="-1" node_ref=heading>{title}</h2>
                <span class="count" data-behind="">{say::number(deals.total)}</span>
                <a class="btn btn-icon btn-s push" href=asked.closed() aria-label=t(analysis::CLOSE) title=t(analysis::CLOSE)><Icon name="x"/></a>
            </header>
            <p class="row between fs12 wrap"><span class="strong num" data-sum="">{sum}</span><span class="muted">{when}" · "{order}</span></p>
            {if rows.is_empty() {
                view! { <p class="muted">{t(analysis::NONE_BEHIND)}</p> }.into_any()
            } else {
                view! { <ul class="an-deals" inner_html=rows></ul> }.into_any()
            }}
        </section>
    }
}

fn line(deal: &AnalysisDeal, weighted: bool) -> Markup {
    let card = &deal.card;
    html! {
        li data-deal-id=(card.id) {
            a href={ "/deals/" (card.id) } {
                (avatar(card.owner, &card.owner_name, "av-s"))
                span.grow {
                    span.row { b.ell title=(card.title) { (card.title) } (tier(card.tier)) }
                    span.fs12.muted.an-who { (card.customer_name) " · " (card.owner_name) }
                    @if let Some(on) = deal.step { span.fs12.an-why { (texts().fmt(analysis::STEP_ON, &[("day", &fmt::date_iso(on))])) } }
                    @if let Some(reason) = deal.lost_reason { span.fs12.an-why { (say::reason(Some(reason))) } }
                }
                span.an-end {
                    span.num.strong { (words::money_text(card.amount)) }
                    @if weighted { span.fs12.num { (words::rate(card.probability_bp)) } }
                    @if let Some(days) = deal.days {
                        @let key = if deal.step.is_some() { analysis::LATE_BY } else { analysis::DAYS };
                        span.fs12.num { (texts().fmt(key, &[("n", &fmt::integer(days))])) }
                    }
                }
            }
        }
    }
}
