//! The share of customers who were visited in time, how it is counted, and who they are.

use crate::api;
use crate::filters::Whose;
use domain::home::Span;
use domain::pipeline::Choices;
use domain::visits::view::{TimelyQuery, TimelyReport, TimelyRow, TimelySet};
use i18n::Key;
use i18n::keys::{common, visits};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Set;
use ui::component::{Avatar, Empty, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::filter_form::FilterForm;
use ui::how::{How, days, narrowed, ratio};
use ui::links::address;
use ui::refresh::on_change;
use ui::{Answer, fmt, t, texts, words};

const PATH: &str = "/visits/timely";
const NAMES: &[&str] = &["span", "owner", "team", "tier", "set"];

#[component]
pub fn TimelyPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| TimelyQuery::from_query(|name| q.get(name))));
    let found = Resource::new(move || asked.get(), api::timely);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    on_change(|event| matches!(event.topic.as_str(), "customer" | "settings"), move || found.refetch());
    view! {
        <header class="top">
            <a class="back" href="/visits"><Icon name="chevron-left" class="i-14"/>{t(visits::TITLE)}</a>
            <Heading text=t(visits::TIMELY)/>
        </header>
        <FilterForm path=PATH label=visits::FILTERS names=NAMES>
            <Transition fallback=|| ()>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        let choices = choices.await;
                        view! { <Chips asked choices/> }
                    })
                }}
            </Transition>
        </FilterForm>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match (found.await, choices.await) {
                        (Ok(report), choices) => {
                            view! { <Report report asked=asked.get_untracked() choices/> }.into_any()
                        }
                        (Err(error), _) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

const fn span_name(span: Span) -> Key {
    match span {
        Span::Month => visits::SPAN_MONTH,
        Span::Quarter => visits::SPAN_QUARTER,
        Span::Year => visits::SPAN_YEAR,
    }
}

const fn set_name(set: TimelySet) -> Key {
    match set {
        TimelySet::Due => visits::SET_DUE,
        TimelySet::Kept => visits::SET_KEPT,
        TimelySet::Missed => visits::SET_MISSED,
    }
}

#[component]
fn Chips(asked: TimelyQuery, choices: Answer<Choices>) -> impl IntoView {
    let spans = Span::ALL.iter().map(|v| (v.code().to_owned(), t(span_name(*v)).to_owned())).collect();
    let span = asked.span.unwrap_or(Span::Quarter).to_string();
    let filter = asked.filter;
    let clear = (!filter.is_empty()).then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}</a> });
    view! {
        {asked.set.map(|set| view! { <input type="hidden" name="set" value=set.code()/> })}
        <Set name="span" label=common::PERIOD value=span list=spans/>
        <Whose choices owner=filter.owner team=filter.team tier=filter.tier/>
        {clear}
    }
}

fn of(asked: &TimelyQuery, set: TimelySet) -> String {
    address(PATH, &TimelyQuery { set: Some(set), ..asked.clone() }.to_query())
}

#[component]
fn Report(report: TimelyReport, asked: TimelyQuery, choices: Answer<Choices>) -> impl IntoView {
    let TimelyReport { share, from, to, as_of, set, total, rows } = report;
    let value = fmt::percent(share.bp(), 1);
    let (kept, due) = (fmt::integer(share.kept), fmt::integer(share.due));
    let says = if share.due == 0 {
        t(visits::TIMELY_NONE).to_owned()
    } else {
        texts().fmt(visits::TIMELY_SAYS, &[("due", &due), ("kept", &kept)])
    };
    let filter = &asked.filter;
    let (teams, owners) = choices.map(|choices| (choices.teams, choices.owners)).unwrap_or_default();
    let team = |id| teams.iter().find(|(known, _)| *known == id).map(|(_, name)| (common::TEAM, name.clone()));
    let owner = |id| owners.iter().find(|(known, _)| *known == id).map(|(_, name)| (common::OWNER, name.clone()));
    let parts = [filter.team.and_then(team), filter.owner.and_then(owner), filter.tier.map(|tier| (common::TIER, words::tier(tier)))];
    let link = |set: TimelySet, n: &str| maud::html! { a href=(of(&asked, set)) { (n) } };
    let how = How {
        name: t(visits::TIMELY),
        definition: t(visits::TIMELY_DEF),
        formula: ratio(&kept, &due, &value),
        numerator: Some(link(TimelySet::Kept, &kept)),
        denominator: Some(link(TimelySet::Due, &due)),
        period: days(from, to),
        filter: &narrowed(parts.into_iter().flatten(), visits::ALL_MINE),
        as_of,
    }
    .markup()
    .into_string();
    let tabs = TimelySet::ALL
        .iter()
        .map(|one| {
            let n = match one {
                TimelySet::Due => share.due,
                TimelySet::Kept => share.kept,
                TimelySet::Missed => share.due - share.kept,
            };
            view! { <a href=of(&asked, *one) aria-current=(*one == set).then_some("true") data-set=one.code() data-noscroll="">{t(set_name(*one))}<span class="count num">{fmt::integer(n)}</span></a> }
        })
        .collect_view();
    let shown = i64::try_from(rows.len()).unwrap_or_default();
    let cut = (shown < total).then(|| {
        let text = texts().fmt(visits::FIRST_OF, &[("n", &fmt::integer(shown)), ("total", &fmt::integer(total))]);
        view! { <p class="hint">{text}</p> }
    });
    view! {
        <div class="sections is-wide">
            <section class="card-box" data-timely="">
                <div class="stats" role="group" aria-label=t(visits::TIMELY)>
                    <div class="stat"><span class="k">{t(visits::TIMELY)}</span><span class="v num" data-share="">{value}</span></div>
                </div>
                <p>{says}</p>
                <div inner_html=how></div>
            </section>
            <nav class="tabs" aria-label=t(visits::CUSTOMERS)>{tabs}</nav>
            {if rows.is_empty() {
                view! { <Empty text=t(common::EMPTY_FILTERED).to_owned() icon="heart-handshake"/> }.into_any()
            } else {
                view! { <Rows rows/>{cut} }.into_any()
            }}
        </div>
    }
}

#[component]
fn Rows(rows: Vec<TimelyRow>) -> impl IntoView {
    let row = |row: TimelyRow| {
        let times = format!("{} / {}", fmt::integer(row.timed.kept), fmt::integer(row.timed.due));
        view! {
            <tr data-customer-id=row.customer.to_string()>
                <td><span class="row row-1"><a class="ell" href=format!("/customers/{}", row.customer) title=row.name.clone()>{row.name.clone()}</a><TierBadge tier=row.tier/></span></td>
                <td data-label=t(common::OWNER)><span class="row row-1"><Avatar id=row.owner name=row.owner_name.clone() class="av-s"/><span>{row.owner_name.clone()}</span></span></td>
                <td class="r num" data-label=t(visits::TIMES)>{times}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(visits::CUSTOMERS)>
            <table class="table cards-on-phone">
                <thead><tr><th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::OWNER)}</th><th scope="col" class="r">{t(visits::TIMES)}</th></tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
