//! The plans after low scores: who works on which, until when, and what came of it.

use crate::api;
use crate::frame::{Place, Tabs};
use crate::words;
use domain::ids::UserId;
use domain::survey::plan::{PlanStatus, effect};
use domain::survey::view::{PlanFilter, PlanList, PlanRow};
use i18n::keys::{common, satisfaction};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use maud::html as markup;
use ui::choice::Choice;
use ui::component::{Avatar, Empty, ExportMenu, Failed, Heading, Skeleton};
use ui::how::{self, How};
use ui::links::address;
use ui::refresh::on_change;
use ui::{fmt, t, texts};

const PATH: &str = "/surveys/plans";
const NAMES: [&str; 7] = ["status", "owner", "overdue", "customer", "from", "to", "survey"];

#[component]
pub fn SurveyPlansPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| PlanFilter::from_query(|name| q.get(name))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (asked.get(), again.get()), |(asked, _)| api::plans(asked));
    on_change(
        |event| event.topic == "survey",
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <header class="top">
            <Heading text=t(satisfaction::PLANS)/>
            <Tabs here=Place::Plans/>
            <div class="end"><ExportMenu list="plans" query=Signal::derive(move || asked.with(|a| address("", &a.to_query())))/></div>
        </header>
        <Transition fallback=|| view! { <div class="body"><Skeleton rows=8/></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(list) => view! { <Found list asked=asked.get_untracked()/> }.into_any(),
                    Err(error) => view! { <div class="body"><Failed error/></div> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Found(list: PlanList, asked: PlanFilter) -> impl IntoView {
    let empty = list.rows.is_empty();
    let all = (!asked.is_empty()).then(|| view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> });
    let text = if asked.is_empty() { satisfaction::NO_PLANS } else { common::EMPTY_FILTERED };
    view! {
        <Filters asked=asked.clone() owners=list.owners.clone()/>
        <div class="body">
            {if empty {
                view! { <Empty text=t(text).to_owned() icon="smile">{all}</Empty> }.into_any()
            } else {
                view! {
                    <div class="sections is-wide">
                        <Rate list=list.clone() asked/>
                        <section class="card-box">
                            <h2>{texts().n(satisfaction::N_PLANS_ONE, satisfaction::N_PLANS_MANY, list.total)}</h2>
                            <div class="table-wrap" tabindex="0" role="region" aria-label=t(satisfaction::PLANS)>
                                <table class="table cards-on-phone" data-plans="">
                                    <thead><tr>
                                        <th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::STATUS)}</th><th scope="col">{t(satisfaction::LOW_ON)}</th>
                                        <th scope="col">{t(satisfaction::DUE)}</th><th scope="col">{t(satisfaction::BEFORE)}</th><th scope="col">{t(satisfaction::AFTER)}</th>
                                        <th scope="col">{t(common::OWNER)}</th><th scope="col">{t(satisfaction::ACTION)}</th>
                                    </tr></thead>
                                    <tbody>{list.rows.into_iter().map(move |plan| row(plan, list.as_of)).collect_view()}</tbody>
                                </table>
                            </div>
                        </section>
                    </div>
                }.into_any()
            }}
        </div>
    }
}

#[component]
fn Filters(asked: PlanFilter, owners: Vec<(UserId, String)>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let value = |name: &&'static str| data.get(name).as_string().filter(|v| !v.trim().is_empty()).map(|v| (*name, v));
        navigate(
            &address(PATH, &NAMES.iter().filter_map(value).collect::<Vec<_>>()),
            NavigateOptions { scroll: false, ..Default::default() },
        );
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    let statuses = PlanStatus::ALL.iter().map(|v| (v.code().to_owned(), t(words::plan(*v)).to_owned())).collect();
    let owners: Vec<_> = owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let late = vec![("1".to_owned(), t(satisfaction::ONLY_OVERDUE).to_owned())];
    let code = |v: Option<String>| v.unwrap_or_default();
    let hidden = [
        ("customer", asked.customer.map(|v| v.to_string())),
        ("from", asked.from.map(|v| v.to_string())),
        ("to", asked.to.map(|v| v.to_string())),
        ("survey", asked.survey.map(|v| v.to_string())),
    ];
    view! {
        <form class="filterbar" method="get" action=PATH node_ref=form role="search" aria-label=t(satisfaction::FILTER_PLANS) on:submit=on_submit on:change=move |_| follow()>
            {hidden.into_iter().filter_map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value/> })).collect_view()}
            <Choice name="status" label=common::STATUS value=code(asked.status.map(|v| v.to_string())) list=statuses/>
            {(owners.len() > 1).then(|| view! { <Choice name="owner" label=common::OWNER value=code(asked.owner.map(|v| v.to_string())) list=owners/> })}
            <Choice name="overdue" label=satisfaction::OVERDUE value=code(asked.overdue.then(|| "1".to_owned())) list=late/>
            {(!asked.is_empty()).then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
            // Raw text to a browser with scripts, so hydration must not look inside.
            <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        </form>
    }
}

/// The share of the plans that are closed, and how it is counted.
#[component]
fn Rate(list: PlanList, asked: PlanFilter) -> impl IntoView {
    let of = list.closed_loop;
    let rate = fmt::percent(of.rate_bp(), 1);
    let link = |closed: bool, n: i64| {
        let filter = if closed { PlanFilter { status: Some(PlanStatus::Closed), ..asked.clone() } } else { asked.clone() };
        let says = texts().fmt(if closed { satisfaction::PLANS_CLOSED_N } else { satisfaction::PLANS_ALL_N }, &[("n", &fmt::integer(n))]);
        markup! { a href=(address(PATH, &filter.to_query())) { (says) } }
    };
    let period = match (asked.from, asked.to) {
        (Some(from), Some(to)) => how::days(from, to),
        _ => t(satisfaction::ALL_TIME).to_owned(),
    };
    let owner = asked.owner.map(|owner| {
        let name = list.owners.iter().find(|(id, _)| *id == owner).map_or_else(|| fmt::NO_VALUE.to_owned(), |(_, name)| name.clone());
        (common::OWNER, name)
    });
    let status = asked.status.map(|status| (common::STATUS, t(words::plan(status)).to_owned()));
    let filter = how::narrowed([owner, status].into_iter().flatten(), satisfaction::EVERY_PLAN);
    let how = How {
        name: t(satisfaction::CLOSED_LOOP),
        definition: t(satisfaction::DEF_CLOSED_LOOP),
        formula: how::ratio(&fmt::integer(of.closed), &fmt::integer(of.plans), &rate),
        numerator: Some(link(true, of.closed)),
        denominator: Some(link(false, of.plans)),
        period,
        filter: &filter,
        as_of: list.as_of,
    };
    let how = how.markup().into_string();
    let late = (of.overdue > 0).then(|| texts().n(satisfaction::N_OVERDUE_ONE, satisfaction::N_OVERDUE_MANY, of.overdue));
    view! {
        <section class="card-box">
            <div class="an-figure" data-figure="closed_loop">
                <h2>{t(satisfaction::CLOSED_LOOP)}</h2>
                <p class="v num">{rate}</p>
                <p class="an-parts">{late}</p>
                <div inner_html=how></div>
            </div>
        </section>
    }
}

fn row(plan: PlanRow, today: chrono::NaiveDate) -> impl IntoView {
    let late = plan.overdue(today);
    let after = plan.after.as_ref().map_or_else(|| fmt::NO_VALUE.to_owned(), words::scores);
    let (csat, nps) = plan.after.as_ref().map_or((None, None), |after| effect(&plan.before, after));
    let change = csat.or(nps).map(|effect| effect.change());
    let class = match change {
        Some(1..) => "delta delta-good",
        Some(..=-1) => "delta delta-bad",
        _ => "delta delta-flat",
    };
    let change =
        change.map(|n| view! { <span class=class>{if n > 0 { format!("+{n}") } else { format!("{n}").replace('-', "\u{2212}") }}</span> });
    let action = if plan.action.is_empty() { fmt::NO_VALUE.to_owned() } else { plan.action.clone() };
    view! {
        <tr data-plan-id=plan.id.to_string() data-status=plan.status.code()>
            <td><a href=format!("{PATH}/{}", plan.id)>{plan.customer_name}</a></td>
            <td data-label=t(common::STATUS)><span class=words::plan_badge(plan.status)>{t(words::plan(plan.status))}</span></td>
            <td class="num" data-label=t(satisfaction::LOW_ON)>{fmt::date_iso(plan.on)}</td>
            <td class="num" data-label=t(satisfaction::DUE) class:danger=late>{fmt::date_iso(plan.due_on)}</td>
            <td class="num" data-label=t(satisfaction::BEFORE)>{words::scores(&plan.before)}</td>
            <td class="num" data-label=t(satisfaction::AFTER)>{after}" "{change}</td>
            <td data-label=t(common::OWNER)><span class="row row-1"><Avatar id=plan.owner name=plan.owner_name.clone() class="av-s"/><span>{plan.owner_name.clone()}</span></span></td>
            <td class="wrap" data-label=t(satisfaction::ACTION)>{action}</td>
        </tr>
    }
}
