//! What is outstanding by how long it is overdue, and the contracts that are.

use crate::api;
use crate::tables::{Contracts, money};
use domain::contracts::standing::AgeingLine;
use domain::contracts::view::{AgeingReport, ContractFilter};
use domain::finance::AgeingBucket;
use i18n::keys::{common, contracts};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton};
use ui::links::address;
use ui::owed::concerns;
use ui::refresh::on_change;
use ui::{t, texts, words};

#[component]
pub fn AgeingPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(|q| ContractFilter::from_query(|name| q.get(name))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (filter.get(), again.get()), |(filter, _)| api::ageing(filter));
    on_change(concerns, move || {
        again.try_update(|n| *n += 1);
    });
    view! {
        <header class="top">
            <a class="back" href="/contracts"><Icon name="chevron-left" class="i-14"/>{t(contracts::TITLE)}</a>
            <Heading text=t(contracts::AGEING)/>
            <div class="end"><ExportMenu list="receivables" query=Signal::derive(move || filter.with(|f| address("", &f.to_query())))/></div>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(report) => view! { <Report report/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Report(report: AgeingReport) -> impl IntoView {
    if report.ageing.0.is_empty() {
        return view! { <Empty text=t(contracts::NOTHING_OWED).to_owned() icon="receipt"/> }.into_any();
    }
    let total = texts().n(contracts::N_OVERDUE_ONE, contracts::N_OVERDUE_MANY, report.overdue_total);
    let heads = AgeingBucket::ALL.iter().map(|bucket| view! { <th scope="col" class="r">{t(words::ageing(*bucket))}</th> }).collect_view();
    let late = !report.overdue.is_empty();
    view! {
        <div class="sections is-wide">
            <section class="card-box">
                <h2>{t(contracts::AGEING)}</h2>
                <div class="table-wrap" tabindex="0" role="region" aria-label=t(contracts::AGEING)>
                    <table class="table cards-on-phone" data-ageing="">
                        <thead><tr><th scope="col">{t(common::CURRENCY)}</th>{heads}<th scope="col" class="r">{t(contracts::OUTSTANDING)}</th></tr></thead>
                        <tbody>{report.ageing.0.into_iter().map(line).collect_view()}</tbody>
                    </table>
                </div>
                <p class="hint">{t(contracts::AGEING_HINT)}</p>
            </section>
            <section class="card-box">
                <h2>{total}</h2>
                {late.then(|| view! { <Contracts rows=report.overdue/> })}
            </section>
        </div>
    }
    .into_any()
}

fn line(line: AgeingLine) -> impl IntoView {
    let bucket = |bucket: &AgeingBucket| {
        view! { <td class="r num" data-bucket=bucket.code() data-label=t(words::ageing(*bucket))>{money(line.of(*bucket), line.currency)}</td> }
    };
    view! {
        <tr data-currency=line.currency.code()>
            <th scope="row">{line.currency.code()}</th>
            {AgeingBucket::ALL.iter().map(bucket).collect_view()}
            <td class="r num" data-label=t(contracts::OUTSTANDING)>{money(line.total_minor(), line.currency)}</td>
        </tr>
    }
}
