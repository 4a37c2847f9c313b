//! The page: head, what was won, what to do, people.

use crate::address;
use crate::api;
use crate::people::{gaps, people};
use crate::won::won;
use crate::work::work;
use domain::findings::FindingsQuery;
use domain::home::{Home, HomeQuery, Parts, TopFindings, Whose};
use domain::policy::Action;
use domain::pool::settings::PoolKind;
use i18n::Key;
use i18n::keys::{boss, customers, field, findings, home, nav, pool, quotes, satisfaction};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::findings::told;
use ui::present::PresentLink;
use ui::refresh::on_change;
use ui::{Answer, facts, fmt, t, texts};

/// The first findings, once they were asked for in the browser.
type TopRead = RwSignal<Option<Answer<TopFindings>>>;

/// Where a mention is said to be seen, by a form that works without scripts.
const SEEN: &str = "/api/home/seen_mention";

/// After changes they are asked for again no sooner than so many milliseconds after the last
/// time: they go through all deals, and a busy team changes something every few seconds.
const TOP_AGAIN_MS: f64 = 60_000.0;

#[component]
pub fn HomePage() -> impl IntoView {
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| HomeQuery::from_query(|name| address.get(name))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (asked.get(), again.get()), |(query, _)| api::home(query));
    let top = TopRead::new(None);
    let told = facts().viewer.as_ref().is_some_and(|viewer| Parts::of(viewer.role).findings);
    Effect::new(move |last: Option<(HomeQuery, f64)>| {
        again.track();
        let (query, now) = (asked.get(), ui::browser::now());
        if let Some(last) = last.filter(|(of, at)| *of == query && now - at < TOP_AGAIN_MS) {
            return last;
        }
        if !told {
            return (query, now);
        }
        let of = query.clone();
        spawn_local(async move {
            let read = api::findings(of).await;
            top.try_set(Some(read));
        });
        (query, now)
    });
    on_change(
        |event| matches!(event.topic.as_str(), "deal" | "customer" | "task" | "org" | "settings" | "view" | "survey" | "quote" | "ticket"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <header class="top">
            <Heading text=t(nav::TODAY)/>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move { found.await.ok().map(|found| head(&found, &asked.get_untracked())) })}
            </Transition>
            <div class="end"><PresentLink slide="home"/></div>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => page(&found, &asked.get_untracked(), top).into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
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

fn page(found: &Home, query: &HomeQuery, top: TopRead) -> impl IntoView + use<> {
    let beside = !found.people.is_empty() || found.choice.is_some() && found.several || found.gaps.is_some();
    view! {
        <div class="hm" class:has-side=beside>
            <div class="hm-col">{quick()}{mentions(found)}{falling(found)}{plans(found)}{approvals(found)}{found.won.as_ref().map(|of| won(of, query, true))}{top_findings(found, top)}{work(found, query)}</div>
            {beside.then(|| view! { <div class="hm-col">{people(found, query)}{gaps(found)}</div> })}
        </div>
    }
}

/// The first findings, as their page tells them. They are asked for when the page stands:
/// nothing of it waits for them, and without scripts the link leads to all.
fn top_findings(found: &Home, top: TopRead) -> Option<impl IntoView + use<>> {
    let query = found.findings.clone()?;
    let all = ui::findings::address(&query);
    Some(view! {
        <section class="card-box hm-findings" aria-labelledby="hm-findings" data-top-findings="">
            <header>
                <h2 id="hm-findings">{t(findings::TOP)}</h2>
                <a class="push fs12" href=all>{t(findings::ALL)}</a>
            </header>
            {move || top.with(|top| match top {
                None => view! { <Skeleton rows=3/> }.into_any(),
                Some(Ok(top)) => first_of(&query, top).into_any(),
                Some(Err(error)) => view! { <Failed error=error.clone()/> }.into_any(),
            })}
        </section>
    })
}

pub fn first_of(query: &FindingsQuery, top: &TopFindings) -> impl IntoView + use<> {
    let rows = top
        .first
        .iter()
        .map(|one| {
            let says = told(query, one).into_string();
            view! { <li data-finding=one.key.clone() data-kind=one.what.kind().code() inner_html=says></li> }
        })
        .collect_view();
    let shown = u64::try_from(top.first.len()).unwrap_or(u64::MAX);
    let more = (top.total > shown).then(|| view! { <p class="muted fs12 num">{texts().n(findings::N_ONE, findings::N_MANY, i64::try_from(top.total).unwrap_or(i64::MAX))}</p> });
    if top.first.is_empty() {
        view! { <p class="muted">{t(findings::NONE)}</p> }.into_any()
    } else {
        view! { <ul class="fi-list">{rows}</ul>{more} }.into_any()
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
    let customers = notice("customers", found.falling.total, (pool::FALLING_ONE, pool::FALLING_MANY), customers.collect());
    let leads = notice("leads", found.falling_leads.total, (pool::LEADS_FALLING_ONE, pool::LEADS_FALLING_MANY), leads.collect());
    view! { {customers}{leads} }
}

fn notice(what: &'static str, total: i64, (one, many): (Key, Key), named: Vec<(String, String)>) -> Option<impl IntoView + use<>> {
    (total > 0).then(|| {
        view! {
            <section class="banner banner-warn hm-falling" data-falling=total.to_string() data-of=what>
                <Icon name="waves"/>
                <div class="grow">
                    <b>{texts().n(one, many, total)}</b>
                    <ul>{named.into_iter().map(|(href, text)| view! { <li><a href=href>{text}</a></li> }).collect_view()}</ul>
                </div>
            </section>
        }
    })
}

/// Own plans after low scores of which nothing was decided in time.
fn plans(found: &Home) -> Option<impl IntoView + use<>> {
    let due = &found.plans;
    if due.overdue == 0 {
        return None;
    }
    let named = due.first.iter().map(|(id, name, on)| {
        let text = texts().fmt(satisfaction::LATE_OF, &[("name", name), ("day", &fmt::date_iso(*on))]);
        view! { <li><a href=format!("/surveys/plans/{id}")>{text}</a></li> }
    });
    Some(view! {
        <section class="banner banner-danger hm-falling" data-plans-late=due.overdue.to_string()>
            <Icon name="circle-alert"/>
            <div class="grow">
                <b>{texts().n(satisfaction::PLANS_LATE_ONE, satisfaction::PLANS_LATE_MANY, due.overdue)}</b>
                <ul>{named.collect_view()}</ul>
            </div>
        </section>
    })
}

/// Discounts of others that wait for the reader.
fn approvals(found: &Home) -> Option<impl IntoView + use<>> {
    let due = &found.approvals;
    if due.total == 0 {
        return None;
    }
    let named = due.first.iter().map(|(id, name, customer)| {
        let text = texts().fmt(quotes::WAITING_OF, &[("name", name), ("customer", customer)]);
        view! { <li><a href=format!("/quotes/{id}")>{text}</a></li> }
    });
    Some(view! {
        <section class="banner banner-warn hm-falling" data-approvals=due.total.to_string()>
            <Icon name="stamp"/>
            <div class="grow">
                <a href="/quotes/approvals"><b>{texts().n(quotes::WAITING_ONE, quotes::WAITING_MANY, due.total)}</b></a>
                <ul>{named.collect_view()}</ul>
            </div>
        </section>
    })
}
