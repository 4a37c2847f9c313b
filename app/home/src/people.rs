//! Beside the work: who needs help, and what the organisation lacks.

use crate::address;
use domain::home::{Gaps, Helped, Home, HomeQuery, Listed};
use domain::ids::UnitId;
use domain::pipeline::NextStep;
use i18n::Key;
use i18n::keys::home;
use leptos::prelude::*;
use ui::component::{Avatar, Empty, Icon};
use ui::{fmt, t, texts, words};

/// The people with most that is late; each number leads to its rows.
pub fn people(found: &Home, query: &HomeQuery) -> Option<impl IntoView + use<>> {
    if found.choice.is_none() || !found.several {
        return None;
    }
    let none = found.people.is_empty();
    let rows = found.people.iter().map(|row| helped(row, query)).collect_view();
    Some(view! {
        <section class="card-box" aria-labelledby="hm-help">
            <header><h2 id="hm-help">{t(home::HELP)}</h2></header>
            {if none {
                view! { <Empty icon="users" text=t(home::HELP_NONE).to_owned()/> }.into_any()
            } else {
                view! {
                    <div class="table-wrap">
                        <table class="table hm-help" data-help="">
                            <thead><tr>
                                <th scope="col">{t(home::PERSON)}</th><th scope="col" class="r">{t(home::COL_STEPS)}</th>
                                <th scope="col" class="r">{t(home::COL_STALLED)}</th><th scope="col" class="r">{t(home::COL_CONTACTS)}</th>
                                <th scope="col" class="r">{t(home::COL_OPEN)}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <p class="fs12 muted hm-note">{t(home::HELP_NOTE)}</p>
                }.into_any()
            }}
        </section>
    })
}

fn helped(row: &Helped, query: &HomeQuery) -> impl IntoView + use<> {
    let cell = |n: i64, to: String, class: &'static str| {
        if n == 0 {
            view! { <td class="r num muted">"0"</td> }.into_any()
        } else {
            view! { <td class="r num"><a class=class href=to>{fmt::integer(n)}</a></td> }.into_any()
        }
    };
    let to = |list| address::person(query, row.id, Some(list));
    view! {
        <tr data-person=row.id.to_string()>
            <td><a class="row row-1" href=address::person(query, row.id, None)><Avatar id=row.id name=row.name.clone() class="av-s"/><span class="ell">{row.name.clone()}</span></a></td>
            {cell(row.overdue_steps, address::deals(Some(row.id), NextStep::Overdue), "danger")}
            {cell(row.stalled, to(Listed::Stalled), "warn")}
            {cell(row.overdue_contacts, to(Listed::Contacts), "warn")}
            <td class="r num nowrap">{words::sums_text(&row.open, false)}</td>
        </tr>
    }
}

/// What administrators and HR look after.
pub fn gaps(found: &Home) -> Option<impl IntoView + use<>> {
    let gaps = found.gaps.as_ref()?;
    let outside = (gaps.without_sign_in_count > 0).then(|| without_sign_in(gaps));
    let units = |title: Key, units: &[(UnitId, String)]| {
        let links = units
            .iter()
            .map(|(id, name)| view! { <li><a href=format!("/settings/people?unit={id}")>{name.clone()}</a></li> })
            .collect_view();
        (!units.is_empty()).then(
            || view! { <h3>{t(title)}" "<span class="count count-warn num">{units.len()}</span></h3><ul class="hm-names">{links}</ul> },
        )
    };
    let left = gaps.of_people_who_left.filter(|(deals, customers)| deals + customers > 0).map(|(deals, customers)| {
        let deals = (deals > 0).then(|| texts().n(home::LEFT_DEALS_ONE, home::LEFT_DEALS_MANY, deals));
        let customers = (customers > 0).then(|| texts().n(home::LEFT_CUSTOMERS_ONE, home::LEFT_CUSTOMERS_MANY, customers));
        let lines = deals
            .into_iter()
            .chain(customers)
            .map(|line| view! { <li class="row row-1"><Icon name="triangle-alert" class="i-14"/>{line}</li> });
        view! { <ul class="hm-left warn">{lines.collect_view()}</ul> }
    });
    let nothing = outside.is_none() && gaps.empty_units.is_empty() && gaps.without_manager.is_empty() && left.is_none();
    Some(view! {
        <section class="card-box hm-gaps" aria-labelledby="hm-gaps" data-gaps="">
            <header><h2 id="hm-gaps">{t(home::GAPS)}</h2></header>
            {nothing.then(|| view! { <Empty icon="circle-check" text=t(home::NO_GAPS).to_owned()/> })}
            {left}
            {units(home::WITHOUT_MANAGER, &gaps.without_manager)}
            {units(home::EMPTY_UNITS, &gaps.empty_units)}
            {outside}
        </section>
    })
}

fn without_sign_in(gaps: &Gaps) -> impl IntoView + use<> {
    let n = texts().fmt(home::OF_PEOPLE, &[("n", &fmt::integer(gaps.without_sign_in_count)), ("all", &fmt::integer(gaps.people))]);
    let more = i64::try_from(gaps.without_sign_in.len()).is_ok_and(|shown| shown < gaps.without_sign_in_count);
    let names = gaps
        .without_sign_in
        .iter()
        .map(|(id, name)| view! { <li><a href=format!("/settings/people?edit={id}")>{name.clone()}</a></li> })
        .collect_view();
    view! {
        <h3>{t(home::WITHOUT_SIGN_IN)}" "<span class="fs12 muted num">{n}</span></h3>
        <ul class="hm-names">{names}{more.then(|| view! { <li><a href="/settings/people">{t(home::AND_MORE)}</a></li> })}</ul>
        <details class="hm-how"><summary>{t(home::HOW)}</summary><p class="fs12 muted">{t(home::DEF_SIGN_IN)}</p></details>
    }
}
