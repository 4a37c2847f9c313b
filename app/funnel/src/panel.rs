//! The deals behind a figure: exactly so many, their sum, and each as a link.

use crate::asked::{Asked, BEHIND, Figure};
use crate::say;
use domain::funnel::report::{FunnelDeal, FunnelDeals, FunnelReport, FunnelSide, MeasureKind, Part, Which};
use domain::money::Money;
use i18n::Key;
use i18n::keys::funnel;
use leptos::html;
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::Icon;
use ui::markup::{avatar, tier};
use ui::{fmt, t, texts, words};

/// `shown`: the figure that has the focus already, so that a change from
/// elsewhere does not take it.
#[component]
pub fn Panel(report: FunnelReport, deals: FunnelDeals, asked: Asked, figure: Figure, shown: StoredValue<Option<Figure>>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        if shown.try_update_value(|shown| shown.replace(figure) != Some(figure)) == Some(true) {
            ui::browser::focus(heading.into());
        }
    });
    let stage = usize::from(figure.stage);
    let last = stage + 1 == report.stages.len();
    let side = match figure.which {
        Which::Now => Some(&report.now),
        Which::Before => report.before.as_ref(),
    };
    let values = [("stage", say::stage(&report, stage)), ("part", t(say::part(figure.part, last)).to_owned())];
    let title = texts().fmt(funnel::PART_OF, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
    let period = side.map(|side| say::period(side.period)).unwrap_or_default();
    let sum = words::money_text(Money { minor: deals.sum_minor, currency: report.currency });
    let total = i64::try_from(deals.total).unwrap_or(i64::MAX);
    let listed = i64::try_from(deals.rows.len()).unwrap_or(i64::MAX);
    let order =
        if listed < total { texts().fmt(funnel::FIRST_OF, &[("n", &fmt::integer(listed))]) } else { t(funnel::LARGEST_FIRST).to_owned() };
    let reasons = side.filter(|_| figure.part == Part::Lost).map(|side| reasons(&report, side, asked.query.measure, stage).into_string());
    let rows: String = deals.rows.iter().map(|deal| line(deal).into_string()).collect();
    view! {
        <section class="card-box fn-panel" id=BEHIND aria-label=t(funnel::BEHIND)>
            <header>
                <h2 tabindex="-1" node_ref=heading>{title}</h2>
                <span class="count" data-behind="">{fmt::integer(total)}</span>
                <a class="btn btn-icon btn-s push" href=asked.closed() aria-label=t(funnel::CLOSE) title=t(funnel::CLOSE)><Icon name="x"/></a>
            </header>
            <p class="row between fs12 wrap"><span class="strong num" data-sum="">{texts().fmt(funnel::SUM, &[("amount", &sum)])}</span><span class="muted">{period}" · "{order}</span></p>
            {reasons.map(|reasons| view! { <div class="fn-reasons" inner_html=reasons></div> })}
            {if rows.is_empty() {
                view! { <p class="muted">{t(funnel::NONE_BEHIND)}</p> }.into_any()
            } else {
                view! { <ul class="fn-deals" inner_html=rows></ul> }.into_any()
            }}
        </section>
    }
}

/// Why deals were lost here, as small bars.
fn reasons(report: &FunnelReport, side: &FunnelSide, measure: MeasureKind, stage: usize) -> Markup {
    let lines = side.reasons.get(stage).map(Vec::as_slice).unwrap_or_default();
    let most = lines.iter().map(|line| line.value).max().unwrap_or(0).max(1);
    let word = |key: Option<Key>| t(key.unwrap_or(funnel::NO_REASON));
    html! {
        h3 { (t(funnel::REASONS)) }
        dl {
            @for line in lines {
                @let share = line.value.max(0).saturating_mul(100) / most;
                dt { (word(line.reason.map(words::lost_reason))) }
                dd {
                    svg.bar.bar-s width="100%" height="4" aria-hidden="true" { rect width={ (share) "%" } height="4" {} }
                    span.num { (say::value(report, measure, line.value)) " · " (say::rate(line.share_bp)) }
                }
            }
        }
    }
}

fn line(deal: &FunnelDeal) -> Markup {
    let card = &deal.card;
    html! {
        li data-deal-id=(card.id) {
            a href={ "/deals/" (card.id) } {
                (avatar(card.owner, &card.owner_name, "av-s"))
                span.grow {
                    span.row { b.ell title=(card.title) { (card.title) } (tier(card.tier)) }
                    span.fs12.muted.fn-who { (card.customer_name) " · " (card.owner_name) }
                    @if let Some(reason) = deal.lost_reason { span.fs12.fn-why { (t(words::lost_reason(reason))) } }
                }
                span.num.strong { (words::money_text(card.amount)) }
            }
        }
    }
}
