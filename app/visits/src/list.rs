//! The list of what is due, in groups: overdue, today, this week, later.

use crate::api::UndoVisitFn;
use crate::page::{Asked, PATH, Parts};
use domain::revisit::Escalation;
use domain::tiers::Asks;
use domain::visits::Standing;
use domain::visits::record::VisitDone;
use domain::visits::view::{VisitList, VisitRow};
use i18n::keys::{common, visits};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Avatar, Empty, Icon, Pager, TierBadge};
use ui::form::{FormError, request_id};
use ui::links::address;
use ui::reach::{Reach, visit_form};
use ui::{Facts, fmt, service, t, texts, words};

#[component]
pub fn List(list: VisitList, asked: Asked, undo: ServerAction<UndoVisitFn>) -> impl IntoView {
    let done = list.done.clone().map(|done| view! { <Done done undo/> });
    let first = asked.after.is_some().then(|| asked.address());
    let next = list.page.next.clone().map(|after| {
        let mut query = asked.query();
        query.push(("after", after));
        address(PATH, &query)
    });
    let rows = &list.page.rows;
    let is_whole = first.is_none() && next.is_none();
    let groups = Standing::ALL
        .iter()
        .filter_map(|standing| {
            let rows: Vec<VisitRow> = rows.iter().filter(|row| row.standing == *standing).cloned().collect();
            (!rows.is_empty()).then(|| view! { <Group standing=*standing rows is_whole/> })
        })
        .collect_view();
    let inside = if rows.is_empty() {
        let text = if asked.filter.is_empty() { visits::NONE_DUE } else { common::EMPTY_FILTERED };
        let all = (!asked.filter.is_empty()).then(|| view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> });
        view! { <Empty text=t(text).to_owned() icon="heart-handshake">{all}</Empty> }.into_any()
    } else {
        let total = texts().n(visits::N_ONE, visits::N_MANY, list.page.total);
        view! {
            {groups}
            <p class="hint">{t(visits::LADDER)}</p>
            <Pager total first next/>
        }
        .into_any()
    };
    view! {
        {done}
        <Parts list=list.clone() asked/>
        {inside}
    }
}

/// What was written down a moment ago, with the way back.
#[component]
fn Done(done: VisitDone, undo: ServerAction<UndoVisitFn>) -> impl IntoView {
    let value = undo.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let request = request_id();
    let text = texts().fmt(visits::RECORDED, &[("name", &done.customer_name)]);
    let back = done.may_undo.then(|| {
        view! {
            <ActionForm action=undo>
                <input type="hidden" name="form[id]" value=done.id.to_string()/>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <button class="btn btn-s" type="submit" data-undo-visit="" title=t(visits::TAKEN_BACK)>{t(common::UNDO)}</button>
            </ActionForm>
        }
    });
    view! {
        <div class="banner banner-ok" role="status" data-done="">
            <Icon name="circle-check"/>
            <span class="grow">{text}" "<a href=format!("/customers/{}", done.customer)>{t(common::OPEN)}</a></span>
            {back}
        </div>
        <FormError error/>
    }
}

/// `is_whole`: all of them are on the page, and are counted; else the tabs say how many there are.
#[component]
fn Group(standing: Standing, rows: Vec<VisitRow>, is_whole: bool) -> impl IntoView {
    let n = is_whole.then(|| fmt::integer(i64::try_from(rows.len()).unwrap_or_default()));
    view! {
        <section data-group=standing.code() class="visit-group">
            <h2>{t(words::standing(standing))}" "<span class="muted num">{n}</span></h2>
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(words::standing(standing))>
                <table class="table cards-on-phone">
                    <thead><tr>
                        <th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(visits::DUE)}</th><th scope="col">{t(visits::LAST)}</th>
                        <th scope="col">{t(common::OWNER)}</th><th scope="col">{t(visits::HEARS)}</th><th scope="col">{t(visits::NEEDS)}</th>
                        <th scope="col">{t(visits::REACH)}</th>
                    </tr></thead>
                    <tbody>{rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// Why: how often, and by what (`每 30 天 · 拜访`), or after what.
fn why(facts: &Facts, row: &VisitRow) -> String {
    let days = match row.asks {
        Asks::Every(days) => fmt::days(facts.lang, i64::from(days)),
        Asks::After(occasion) => return service::occasion(facts, occasion),
    };
    let what = service::channels(&row.channels);
    if what.is_empty() {
        texts().fmt(visits::EVERY, &[("days", &days)])
    } else {
        texts().fmt(visits::EVERY_BY, &[("days", &days), ("what", &what)])
    }
}

#[component]
fn Row(row: VisitRow) -> impl IntoView {
    let facts = ui::facts();
    let day = words::day(&facts, row.due);
    let late = row.overdue_days > 0;
    let due = if late { texts().fmt(visits::DUE_LATE, &[("day", &day), ("days", &fmt::days(facts.lang, row.overdue_days))]) } else { day };
    let last = row.last.map_or_else(|| fmt::NO_VALUE.to_owned(), |on| words::day(&facts, on));
    let why = why(&facts, &row);
    let hears = row.level.map(|level| {
        let names =
            row.told.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>().join(if facts.lang == i18n::Lang::Zh { "、" } else { ", " });
        let class = if level == Escalation::Owner { "badge" } else { "badge badge-danger" };
        view! { <span class=class data-level=level.code()>{t(words::escalation(level))}</span>" "<span class="told">{names}</span> }
    });
    let needs = (row.needs > 0).then(|| {
        let text = texts().n(visits::N_NEEDS_ONE, visits::N_NEEDS_MANY, row.needs);
        let title = text.clone();
        view! { <a href=format!("/visits/needs?customer={}", row.customer) title=title>{fmt::integer(row.needs)}<span class="sr">" "{text}</span></a> }
    });
    let record = texts().fmt(visits::RECORD_OF, &[("name", &row.name)]);
    let form = visit_form(row.customer, None, &row.reach);
    let void = |nothing: bool| nothing.then_some("");
    let (no_level, no_needs) = (void(row.level.is_none()), void(row.needs == 0));
    view! {
        <tr data-customer-id=row.customer.to_string() data-standing=row.standing.code()>
            <td><span class="row row-1"><a class="ell" href=format!("/customers/{}", row.customer) title=row.name.clone()>{row.name.clone()}</a><TierBadge tier=row.tier/></span></td>
            <td class="num" data-label=t(visits::DUE) class:danger=late title=fmt::date_iso(row.due)>{due}</td>
            <td data-label=t(visits::LAST)><span class="num">{last}</span>" "<small class="muted" data-why="">{why}</small></td>
            <td data-label=t(common::OWNER)><span class="row row-1"><Avatar id=row.owner name=row.owner_name.clone() class="av-s"/><span>{row.owner_name.clone()}</span></span></td>
            <td data-label=t(visits::HEARS) data-void=no_level>{hears}</td>
            <td data-label=t(visits::NEEDS) data-void=no_needs>{needs}</td>
            <td data-label=t(visits::REACH)><span class="row row-1 visit-reach">
                <Reach customer=row.customer of=row.reach.clone()/>
                <a class="btn btn-s" href=form title=record data-record=""><Icon name="notebook-pen" class="i-14"/>{t(visits::RECORD)}<span class="sr">" "{row.name.clone()}</span></a>
            </span></td>
        </tr>
    }
}
