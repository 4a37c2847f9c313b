//! What the page of today is made of, written as text on the server. Nothing of it reacts but
//! links, folds and forms, which need no scripts, so the browser puts it in as it comes and
//! knows nothing of how it is made: the first page of the day is the smallest.

use crate::address;
use crate::api::Today;
use crate::people::{gaps, people};
use crate::won::won;
use crate::work::work;
use domain::home::{Home, HomeQuery, TopFindings, Whose};
use domain::policy::Action;
use domain::pool::settings::PoolKind;
use i18n::Key;
use i18n::keys::{boss, customers, field, findings, home, nav, pool, quotes, satisfaction};
use leptos::prelude::*;
use ui::component::Icon;
use ui::findings::told;
use ui::{facts, fmt, t, texts};

/// Where a mention is said to be seen, by a form that works without scripts.
const SEEN: &str = "/api/home/seen_mention";

/// The page as it is put in.
pub fn written(found: &Home, query: &HomeQuery) -> Today {
    let beside = !found.people.is_empty() || found.choice.is_some() && found.several || found.gaps.is_some();
    let body = view! {
        <div class="hm" class:has-side=beside>
            <div class="hm-col">{quick()}{mentions(found)}{falling(found)}{plans(found)}{approvals(found)}{found.won.as_ref().map(|of| won(of, query, true))}{top_findings(found)}{work(found, query)}</div>
            {beside.then(|| view! { <div class="hm-col">{people(found, query)}{gaps(found)}</div> })}
        </div>
    };
    Today { head: head(found, query).to_html(), body: body.to_html() }
}

/// Where the first findings come, which are asked for when the page stands: nothing of it waits
/// for them, and without scripts the link leads to all.
fn top_findings(found: &Home) -> Option<impl IntoView + use<>> {
    let all = ui::findings::address(found.findings.as_ref()?);
    Some(view! {
        <section class="card-box hm-findings" aria-labelledby="hm-findings" data-top-findings="">
            <header>
                <h2 id="hm-findings">{t(findings::TOP)}</h2>
                <a class="push fs12" href=all>{t(findings::ALL)}</a>
            </header>
            <div class="is-through" data-first-findings="" inner_html=ui::written::skeleton(3)></div>
        </section>
    })
}

/// The first findings, as their page tells them.
pub fn first_findings(top: &TopFindings) -> String {
    let rows = top
        .first
        .iter()
        .map(|one| {
            let says = told(&top.of, one).into_string();
            view! { <li data-finding=one.key.clone() data-kind=one.what.kind().code() inner_html=says></li> }
        })
        .collect_view();
    let shown = u64::try_from(top.first.len()).unwrap_or(u64::MAX);
    let more = (top.total > shown).then(|| view! { <p class="muted fs12 num">{texts().n(findings::N_ONE, findings::N_MANY, i64::try_from(top.total).unwrap_or(i64::MAX))}</p> });
    if top.first.is_empty() {
        view! { <p class="muted">{t(findings::NONE)}</p> }.to_html()
    } else {
        view! { <ul class="fi-list">{rows}</ul>{more} }.to_html()
    }
}

/// The day, and whose records are shown.
fn head(found: &Home, query: &HomeQuery) -> impl IntoView + use<> {
    let day = fmt::date_weekday(facts().lang, found.as_of);
    let left = match found.quarter_days_left {
        0 => t(home::LAST_DAY).to_owned(),
        n => texts().n(home::DAYS_LEFT_ONE, home::DAYS_LEFT_MANY, n),
    };
    let choice = found.choice.clone().map(|unit| {
        let mine = query.whose == Some(Whose::Mine) && found.person.is_none();
        let here = |on: bool| on.then_some("true");
        view! {
            <nav class="seg seg-s" aria-label=t(home::WHOSE)>
                <a href=address::whose(query, Some(Whose::Mine)) aria-current=here(mine)>{t(home::MINE)}</a>
                <a href=address::whose(query, None) aria-current=here(!mine && found.person.is_none())>{unit}</a>
            </nav>
        }
    });
    let person = found.person.as_ref().map(|(_, name)| {
        let what = texts().fmt(home::ONLY_PERSON, &[("name", name)]);
        let label = texts().fmt(i18n::keys::common::TAKE_OFF, &[("what", &what)]);
        view! { <span class="chip is-on">{what}<a class="btn btn-icon btn-s" href=address::whose(query, None) aria-label=label><Icon name="x" class="i-14"/></a></span> }
    });
    view! {
        <span class="muted fs13 num hm-day">{day}" · "{left}</span>
        <div class="end hm-whose">{person}{choice}</div>
    }
}

/// Follow-ups in which colleagues named the reader.
fn mentions(found: &Home) -> Option<impl IntoView + use<>> {
    let facts = facts();
    if found.mentions.is_empty() {
        return None;
    }
    let rows = found
        .mentions
        .iter()
        .map(|row| {
            let about = row.deal.as_ref().map_or_else(String::new, |(_, title)| format!(" · {title}"));
            let says = texts().fmt(home::NAMED_BY, &[("name", &row.by), ("customer", &row.customer_name)]);
            let seen = texts().fmt(home::SEEN_OF, &[("name", &row.by)]);
            view! {
                <li data-mention=row.id.to_string()>
                    <div class="grow">
                        <a class="med" href=row.href()>{says}{about}</a>
                        <div class="fs12 muted">{row.text.clone()}</div>
                    </div>
                    <span class="fs12 muted nowrap">{ui::error::instant(&facts, row.at)}</span>
                    <form method="post" action=SEEN>
                        <input type="hidden" name="form[mention]" value=row.id.to_string()/>
                        <button class="btn btn-s btn-icon" type="submit" aria-label=seen.clone() title=seen><Icon name="check" class="i-14"/></button>
                    </form>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <section class="card-box hm-mentions" aria-labelledby="hm-mentions" data-mentions=found.mentions.len().to_string()>
            <header><h2 id="hm-mentions">{t(home::MENTIONS)}</h2></header>
            <ul class="hm-rows">{rows}</ul>
        </section>
    })
}

/// What is done with a phone in the hand, and has no place in its bar.
fn quick() -> Option<impl IntoView> {
    let facts = facts();
    let ways = [
        (Action::Oversee, domain::boss::PATH, "chart-column", boss::TITLE),
        (Action::CheckIn, "/field/nearby", "map-pin", field::NEARBY),
        (Action::WriteDeals, "/customers/quick", "user-plus", customers::QUICK),
        (Action::LogWork, "/tasks", "list-checks", nav::TASKS),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .filter(|(action, ..)| facts.may(*action))
        .map(|(_, href, icon, label)| view! { <a class="btn" href=href><Icon name=icon class="i-14"/>{t(label)}</a> })
        .collect();
    (!ways.is_empty()).then(|| view! { <nav class="hm-quick" aria-label=t(boss::QUICK)>{ways}</nav> })
}

/// Own customers that fall into the public pool soon, and own leads that fall into theirs.
fn falling(found: &Home) -> impl IntoView + use<> {
    let named = |text: &str, left: i64, kind: PoolKind| {
        texts().fmt(pool::FALLING_OF, &[("name", text), ("left", &ui::pools::days_left(left, kind))])
    };
    let customers =
        found.falling.first.iter().map(|one| (format!("/customers/{}", one.id), named(&one.name, one.left, PoolKind::Customers)));
    let leads = found.falling_leads.first.iter().map(|one| (format!("/deals/{}", one.id), named(&one.title, one.left, PoolKind::Leads)));
    let notice = |of, count, says, named| Notice { of, is_late: false, icon: "waves", count, says, all: None, named }.banner();
    let customers = notice("customers", found.falling.total, (pool::FALLING_ONE, pool::FALLING_MANY), customers.collect());
    let leads = notice("leads", found.falling_leads.total, (pool::LEADS_FALLING_ONE, pool::LEADS_FALLING_MANY), leads.collect());
    view! { {customers}{leads} }
}

/// Own plans after low scores of which nothing was decided in time.
fn plans(found: &Home) -> Option<impl IntoView + use<>> {
    let due = &found.plans;
    let named = due.first.iter().map(|(id, name, on)| {
        let text = texts().fmt(satisfaction::LATE_OF, &[("name", name), ("day", &fmt::date_iso(*on))]);
        (format!("/surveys/plans/{id}"), text)
    });
    let says = (satisfaction::PLANS_LATE_ONE, satisfaction::PLANS_LATE_MANY);
    Notice { of: "plans", is_late: true, icon: "circle-alert", count: due.overdue, says, all: None, named: named.collect() }.banner()
}

/// Discounts of others that wait for the reader.
fn approvals(found: &Home) -> Option<impl IntoView + use<>> {
    let due = &found.approvals;
    let named = due
        .first
        .iter()
        .map(|(id, name, customer)| (format!("/quotes/{id}"), texts().fmt(quotes::WAITING_OF, &[("name", name), ("customer", customer)])));
    let (says, all) = ((quotes::WAITING_ONE, quotes::WAITING_MANY), Some("/quotes/approvals"));
    Notice { of: "approvals", is_late: false, icon: "stamp", count: due.total, says, all, named: named.collect() }.banner()
}

/// What waits for the reader: how much, and the first of it by name.
struct Notice {
    /// Of what, for tests and styles.
    of: &'static str,
    /// It is past its day.
    is_late: bool,
    icon: &'static str,
    count: i64,
    says: (Key, Key),
    /// Where all of it is.
    all: Option<&'static str>,
    named: Vec<(String, String)>,
}

impl Notice {
    /// Nothing where nothing waits.
    fn banner(self) -> Option<impl IntoView + use<>> {
        let Self { of, is_late, icon, count, says: (one, many), all, named } = self;
        if count == 0 {
            return None;
        }
        let says = view! { <b>{texts().n(one, many, count)}</b> };
        let says = match all {
            Some(href) => view! { <a href=href>{says}</a> }.into_any(),
            None => says.into_any(),
        };
        let class = if is_late { "banner banner-danger hm-due" } else { "banner banner-warn hm-due" };
        Some(view! {
            <section class=class data-due=of data-count=count.to_string()>
                <Icon name=icon/>
                <div class="grow">
                    {says}
                    <ul>{named.into_iter().map(|(href, text)| view! { <li><a href=href>{text}</a></li> }).collect_view()}</ul>
                </div>
            </section>
        })
    }
}
