//! The customers behind a figure: exactly so many, what they brought, and each as a link.

use super::asked::{Asked, BEHIND};
use super::say::{self, said};
use crate::why::scores;
use domain::tiers::figures::{CustomerSet, FigureCustomer, FigureCustomers};
use i18n::keys::tiers;
use leptos::html;
use leptos::prelude::*;
use maud::{Markup, html};
use ui::component::Icon;
use ui::markup::{avatar, tier};
use ui::{fmt, t};

/// `shown`: the figure that has the focus already, so that a change from elsewhere does
/// not take it.
#[component]
pub fn Panel(found: FigureCustomers, set: CustomerSet, asked: Asked, shown: StoredValue<Option<CustomerSet>>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        if shown.try_update_value(|shown| shown.replace(set) != Some(set)) == Some(true) {
            ui::browser::focus(heading.into());
        }
    });
    let listed = u64::try_from(found.rows.len()).unwrap_or(u64::MAX);
    let order =
        if listed < found.all.count { said(tiers::FIRST_OF, &[("n", say::number(listed))]) } else { t(tiers::MOST_FIRST).to_owned() };
    let sum = said(tiers::BEHIND_SUM, &[("amount", say::money(found.all.minor, found.currency))]);
    let rows: String = found.rows.iter().map(|row| line(row, set, &found).into_string()).collect();
    view! {
        <section class="card-box an-panel" id=BEHIND aria-label=t(tiers::BEHIND)>
            <header>
                <h2 tabindex="-1" node_ref=heading>{say::set(set)}</h2>
                <span class="count" data-behind="">{say::number(found.all.count)}</span>
                <a class="btn btn-icon btn-s push" href=asked.closed() aria-label=t(tiers::CLOSE_LIST) title=t(tiers::CLOSE_LIST)><Icon name="x"/></a>
            </header>
            <p class="row between fs12 wrap"><span class="strong num" data-sum="">{sum}</span><span class="muted">{order}</span></p>
            {if rows.is_empty() {
                view! { <p class="muted">{t(tiers::NONE_BEHIND)}</p> }.into_any()
            } else {
                view! { <ul class="an-deals" inner_html=rows></ul> }.into_any()
            }}
        </section>
    }
}

fn line(row: &FigureCustomer, set: CustomerSet, of: &FigureCustomers) -> Markup {
    let who = row.owner.as_ref().map_or_else(|| t(i18n::keys::nav::PUBLIC_POOL).to_owned(), |(_, name)| name.clone());
    let moved = set.goes_by_dates().then(|| said(tiers::CHANGED, &[("from", say::standing(row.before)), ("to", say::standing(row.after))]));
    let bought = row.last_order.map(|on| said(tiers::BOUGHT, &[("n", fmt::integer(row.orders)), ("day", fmt::date_iso(on))]));
    let abc = row.abc.map(|class| said(tiers::SET_ABC, &[("class", class.code().to_owned())]));
    let scored = row.rfm.map(|rfm| format!("RFM {}", scores(rfm)));
    let about: Vec<String> = moved.into_iter().chain(abc).chain(scored).chain(bought).collect();
    html! {
        li data-customer-id=(row.id) {
            a href={ "/customers/" (row.id) } {
                @if let Some((id, name)) = &row.owner { (avatar(*id, name, "av-s")) }
                span.grow {
                    span.row { b.ell title=(row.name) { (row.name) } (tier(row.tier)) }
                    span.fs12.muted.an-who { (who) }
                    @if !about.is_empty() { span.fs12.an-why { (about.join(" · ")) } }
                }
                span.an-end { span.num.strong { (say::money(row.paid_minor, of.currency)) } }
            }
        }
    }
}
