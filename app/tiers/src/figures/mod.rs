//! Charts of the tiers: the few that bring most, recency and frequency, and who went
//! where between two dates. Each with a sentence, a table, how it was counted, and the
//! way to exactly its customers.
//!
//! [`pareto`], [`heat`] and [`migration`] draw, as text that never changes while it is
//! shown, [`charts`] the same for the pointer; [`panel`] lists customers, [`say`] has the words. [`asked`] is the address, the
//! only state.
//!
//! Not here: what counts (`domain::tiers::figures`).

mod asked;
#[cfg(feature = "ssr")]
pub mod charts;
mod heat;
mod migration;
mod panel;
mod pareto;
mod say;

use crate::api;
use crate::controls::{FIGURES, Filters, Place, Tabs};
use asked::Asked;
use domain::tiers::figures::{CustomerSet, FigureCustomers, TierFigures};
use i18n::keys::{common, tiers};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use panel::Panel;
use say::Of;
use ui::component::{Empty, Failed, Heading, Skeleton};
use ui::follow::follower;
use ui::refresh::on_change;
use ui::{fmt, t, texts};

#[component]
pub fn FiguresPage() -> impl IntoView {
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| Asked::from_query(|name| address.get(name))));
    let query = Memo::new(move |_| asked.with(|asked| asked.query.clone()));
    let filter = Memo::new(move |_| query.with(|query| query.filter.clone()));
    let part = Memo::new(move |_| asked.with(Asked::part));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (query.get(), again.get()), |(query, _)| api::figures(query));
    let behind = Resource::new(
        move || (part.get(), again.get()),
        |(part, _)| async move {
            match part {
                Some(part) => api::customers(part).await.map(Some),
                None => Ok(None),
            }
        },
    );
    on_change(
        |event| matches!(event.topic.as_str(), "customer" | "deal" | "settings"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    let shown = StoredValue::new(asked.with_untracked(|asked| asked.set));
    let follow = follower(false);
    view! {
        <header class="top an-top">
            <Heading text=t(tiers::FIGURES_TITLE)/>
            <Tabs here=FIGURES/>
        </header>
        <Filters filter found place=Place::Figures(query)/>
        <div class="body" on:click=follow>
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match (found.await, behind.await) {
                        (Ok(report), Ok(customers)) => {
                            let asked = asked.get_untracked();
                            if asked.set.is_none() {
                                shown.try_set_value(None);
                            }
                            charts(&report, customers, &asked, shown)
                        }
                        (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn charts(report: &TierFigures, customers: Option<FigureCustomers>, asked: &Asked, shown: StoredValue<Option<CustomerSet>>) -> AnyView {
    if report.customers == 0 && asked.set.is_none() {
        let narrowed = asked.query.filter.active() > 0;
        return view! {
            <Empty icon="layers" text=t(if narrowed { tiers::EMPTY_FILTERED } else { tiers::EMPTY }).to_owned()>
                {narrowed.then(|| view! { <a class="btn" href=FIGURES>{t(common::CLEAR_FILTERS)}</a> })}
            </Empty>
        }
        .into_any();
    }
    let filter = say::filter(asked, report);
    let of = Of { asked, report, filter: &filter };
    let (pareto, heat, migration) = (pareto::card(&of).into_string(), heat::card(&of).into_string(), migration::card(&of).into_string());
    let as_of = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(report.as_of))]);
    let n = i64::try_from(report.customers).unwrap_or(i64::MAX);
    let total = texts().n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, n);
    let panel = customers.zip(asked.set).map(|(found, set)| view! { <Panel found set asked=asked.clone() shown/> });
    let opened = panel.is_some();
    view! {
        <p class="fs12 muted tf-about"><span data-total="">{total}</span>" · "{ui::how::days(report.since, report.as_of)}" · "{as_of}</p>
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main" node_ref=ui::chart::watch(false)>
                <div class="an-two">
                    <section class="card-box" data-card="pareto" inner_html=pareto></section>
                    <section class="card-box" data-card="migration" inner_html=migration></section>
                </div>
                <section class="card-box" data-card="rfm" inner_html=heat></section>
            </div>
            {panel}
        </div>
    }
    .into_any()
}
