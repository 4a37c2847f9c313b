//! Findings: what the rules say of the deals and customers that somebody may see, one
//! sentence each, with the rows behind it beside; and those that the reader put off.

use crate::api::{self, SnoozeFn, WakeFn};
use crate::asked::{Asked, Tab};
use crate::frame::Head;
use domain::analysis::AnalysisQuery;
use domain::findings::{Finding, FindingsQuery, FindingsReport, FoundCustomer, FoundRows, NOTE_MAX, SnoozeForm, Snoozed, back_on};
use domain::pipeline::{Card, Choices};
use i18n::keys::{analysis, common, findings};
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use maud::{Markup, html as markup};
use ui::choice::Choice;
use ui::component::{Empty, Failed, Icon, Skeleton};
use ui::findings::{BEHIND, FORM, PATH, address, how, kind, sentence, told};
use ui::form::{AreaField, FormActions, FormError, Refusals, request_id, typed_or};
use ui::markup::{avatar, tier};
use ui::refresh::on_change;
use ui::toast::Toasts;
use ui::{Answer, fmt, t, texts, words};

#[component]
pub fn FindingsPage() -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| params.with(|params| Asked::from_query(Tab::Findings, |name| params.get(name))));
    let query = Memo::new(move |_| params.with(|params| FindingsQuery::from_query(|name| params.get(name))));
    let again = RwSignal::new(0_u32);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    // The form that is open reads nothing.
    let read = Memo::new(move |_| FindingsQuery { later: None, ..query.get() });
    let found = Resource::new(move || (read.get(), again.get()), |(query, _)| api::findings(query));
    on_change(
        |event| matches!(event.topic.as_str(), "deal" | "customer" | "view" | "settings"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    let (snooze, wake) = (ServerAction::<SnoozeFn>::new(), ServerAction::<WakeFn>::new());
    let toasts = Toasts::here();
    Effect::new(move |_| {
        if let Some(Ok(until)) = snooze.value().get().filter(|_| snooze.version().get() > 0) {
            toasts.say(texts().fmt(findings::SAID_LATER, &[("day", &fmt::date_iso(until))]));
            again.try_update(|n| *n += 1);
        }
    });
    Effect::new(move |_| {
        if wake.version().get() > 0 {
            again.try_update(|n| *n += 1);
        }
    });
    // What was refused of one opening of the form says nothing in the next.
    let opening = StoredValue::new(snooze.version().get_untracked());
    Effect::new(move |_| {
        query.with(|query| query.later.clone());
        opening.try_set_value(snooze.version().get_untracked());
    });
    let shown = StoredValue::new(query.with_untracked(|query| query.open.clone()));
    view! {
        <Head asked/>
        <Filters asked query choices/>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=8/> }>
                {move || {
                    // The form is opened and closed without reading anything.
                    let asked = query.get();
                    Suspend::new(async move {
                        match (found.await, choices.await) {
                            (Ok(report), Ok(choices)) => page(report, &choices, asked, (snooze, wake), opening, shown),
                            (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

/// Whose records: team and owner.
#[component]
fn Filters(asked: Memo<Asked>, query: Memo<FindingsQuery>, choices: Resource<Answer<Choices>>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(form) = form.get_untracked() else { return };
        let Some(data) = web_sys::FormData::new_with_form(&form).ok() else { return };
        let query = AnalysisQuery::from_query(|name| data.get(name).as_string().filter(|value| !value.is_empty()));
        navigate(&crate::asked::address(Tab::Findings, &query), NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=PATH node_ref=form role="search" aria-label=t(common::FILTER) on:submit=on_submit on:change=move |_| follow()>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    match choices.await {
                        Ok(choices) => chips(&asked.get(), &query.get(), &choices).into_any(),
                        Err(error) => view! { <span class="muted fs12" role="alert">{error.sentence()}</span> }.into_any(),
                    }
                })}
            </Suspense>
        </form>
    }
}

fn chips(asked: &Asked, query: &FindingsQuery, choices: &Choices) -> impl IntoView + use<> {
    // What other pages are narrowed by outlives a change here.
    let kept = asked.query.to_query().into_iter().filter(|(name, _)| !matches!(*name, "team" | "owner"));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let teams: Vec<_> = choices.teams.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let owners = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let (team, owner) = (query.team.map(|id| id.to_string()), query.owner.map(|id| id.to_string()));
    let narrowed = usize::from(team.is_some()) + usize::from(owner.is_some());
    view! {
        {kept}
        {(teams.len() > 1).then(|| view! { <Choice name="team" label=common::TEAM value=team.unwrap_or_default() list=teams/> })}
        <Choice name="owner" label=common::OWNER value=owner.unwrap_or_default() list=owners/>
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        {(narrowed > 0).then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}" "{narrowed}</a> })}
    }
}

/// What the page is narrowed by, in words.
fn filter(query: &FindingsQuery, choices: &Choices) -> String {
    let team = query.team.and_then(|id| choices.teams.iter().find(|one| one.0 == id)).map(|one| (common::TEAM, one.1.clone()));
    let owner = query.owner.and_then(|id| choices.owners.iter().find(|one| one.0 == id)).map(|one| (common::OWNER, one.1.clone()));
    ui::how::narrowed(team.into_iter().chain(owner), analysis::EVERYTHING)
}

fn page(
    report: FindingsReport,
    choices: &Choices,
    query: FindingsQuery,
    (snooze, wake): (ServerAction<SnoozeFn>, ServerAction<WakeFn>),
    opening: StoredValue<usize>,
    shown: StoredValue<Option<String>>,
) -> AnyView {
    let filter = filter(&query, choices);
    let as_of = report.as_of;
    let about = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(as_of))]);
    let count = texts().n(findings::N_ONE, findings::N_MANY, i64::try_from(report.findings.len()).unwrap_or(i64::MAX));
    let all = || report.findings.iter().chain(report.snoozed.iter().map(|one| &one.finding));
    let open = query.open.as_ref().map(|key| (all().find(|one| one.key == *key).cloned(), report.rows.clone()));
    let later = query.later.as_ref().and_then(|key| report.findings.iter().find(|one| one.key == *key).cloned());
    let panel = open.map(|(finding, rows)| match finding.zip(rows) {
        Some((finding, rows)) => view! { <Panel finding rows query=query.clone() shown/> }.into_any(),
        None => view! { <section class="card-box an-panel" id=BEHIND><p class="muted">{t(findings::GONE)}</p></section> }.into_any(),
    });
    let opened = panel.is_some();
    let form = later.map(|finding| view! { <Later finding query=query.clone() snooze opening as_of/> });
    let none = report.findings.is_empty();
    let empty = t(if report.snoozed.is_empty() { findings::NONE } else { findings::NONE_BUT_LATER }).to_owned();
    let items = report.findings.iter().map(|one| item(one, &query, &filter, as_of)).collect_view();
    let snoozed = (!report.snoozed.is_empty()).then(|| put_off(&report.snoozed, &query, wake));
    view! {
        <p class="an-message" role="status"><Icon name="waves"/><span>{count}</span><span class="muted fs12 push">{about}</span></p>
        <p class="fs12 muted fi-intro">{t(findings::INTRO)}</p>
        {form}
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main">
                {if none {
                    view! { <Empty icon="circle-check" text=empty/> }.into_any()
                } else {
                    view! { <ul class="fi-list" data-findings="">{items}</ul> }.into_any()
                }}
                {snoozed}
            </div>
            {panel}
        </div>
    }
    .into_any()
}

fn item(one: &Finding, query: &FindingsQuery, filter: &str, as_of: chrono::NaiveDate) -> impl IntoView + use<> {
    let says = markup! { (told(query, one)) (how(query, one, filter, as_of)) }.into_string();
    let label = texts().fmt(findings::LATER_LABEL, &[("what", &sentence(one))]);
    let later = FindingsQuery { later: Some(one.key.clone()), open: None, whole: false, ..query.clone() };
    view! {
        <li class="card-box fi" data-finding=one.key.clone() data-kind=one.what.kind().code() data-severity=one.severity.code()>
            <div class="grow" inner_html=says></div>
            <a class="btn btn-s btn-ghost" href=format!("{}#{FORM}", address(&later)) aria-label=label data-later=""><Icon name="history" class="i-14"/><span>{t(findings::LATER)}</span></a>
        </li>
    }
}

/// The form that puts a finding off.
#[component]
fn Later(
    finding: Finding,
    query: FindingsQuery,
    snooze: ServerAction<SnoozeFn>,
    opening: StoredValue<usize>,
    as_of: chrono::NaiveDate,
) -> impl IntoView {
    let (version, value) = (snooze.version(), snooze.value());
    // An answer of version 0 came with the page, from a form that was sent without scripts.
    let answer = move || {
        let now = version.get();
        if now == 0 || opening.try_get_value() != Some(now) { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let typed = typed_or(error.get_untracked().as_ref(), SnoozeForm::default());
    let note = if typed.finding == finding.key { typed.note } else { String::new() };
    let what = texts().fmt(findings::LATER_TITLE, &[("day", &fmt::date_iso(back_on(as_of))), ("what", t(kind(finding.what.kind())))]);
    let back = FindingsQuery { later: None, ..query.clone() };
    let request = request_id();
    view! {
        <section class="card-box fi-later" id=FORM>
            <h2>{what}</h2>
            <p class="fs13">{sentence(&finding)}</p>
            <ActionForm action=snooze attr:class="form">
                <FormError error/>
                <input type="hidden" name="form[finding]" value=finding.key.clone()/>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                <Where query=query.clone()/>
                <AreaField label=findings::WHY name="note" refusals value=note rows=2 required=true/>
                <p class="hint wide">{texts().fmt(findings::LATER_HINT, &[("n", &NOTE_MAX.to_string())])}</p>
                <FormActions pending=snooze.pending() back=address(&back) label=findings::PUT_OFF/>
            </ActionForm>
        </section>
    }
}

/// Where a form is, for the way back without scripts.
#[component]
fn Where(query: FindingsQuery) -> impl IntoView {
    let (team, owner) = (query.team.map(|id| id.to_string()), query.owner.map(|id| id.to_string()));
    view! {
        <input type="hidden" name="form[team]" value=team.unwrap_or_default()/>
        <input type="hidden" name="form[owner]" value=owner.unwrap_or_default()/>
    }
}

fn put_off(all: &[Snoozed], query: &FindingsQuery, wake: ServerAction<WakeFn>) -> impl IntoView + use<> {
    let n = all.len().to_string();
    let rows = all
        .iter()
        .map(|one| {
            let says = sentence(&one.finding);
            let label = texts().fmt(findings::WAKE_LABEL, &[("what", &says)]);
            let until = texts().fmt(findings::UNTIL, &[("day", &fmt::date_iso(one.until))]);
            let request = request_id();
            let (key, named) = (one.finding.key.clone(), one.finding.key.clone());
            let (note, query) = (one.note.clone(), query.clone());
            view! {
                <li class="fi-off" data-finding=named>
                    <div class="grow"><p>{says}</p><p class="fs12 muted">{until}" · "{note}</p></div>
                    <ActionForm action=wake>
                        <input type="hidden" name="form[finding]" value=key/>
                        <input type="hidden" name="form[request]" value="" prop:value=request/>
                        <Where query/>
                        <button class="btn btn-s" type="submit" aria-label=label>{t(findings::WAKE)}</button>
                    </ActionForm>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="card-box fi-snoozed" data-snoozed="">
            <summary>{texts().fmt(findings::SNOOZED, &[("n", &n)])}</summary>
            <ul>{rows}</ul>
        </details>
    }
}

/// The rows behind a finding: exactly so many.
#[component]
fn Panel(finding: Finding, rows: FoundRows, query: FindingsQuery, shown: StoredValue<Option<String>>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    let key = format!("{}{}", finding.key, if query.whole { "*" } else { "" });
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        // A change from elsewhere does not take the focus.
        if shown.try_update_value(|shown| shown.replace(key.clone()) != Some(key.clone())) == Some(true) {
            ui::browser::focus(heading.into());
        }
    });
    let what = t(kind(finding.what.kind()));
    let title = texts().fmt(if query.whole { findings::WHOLE_TITLE } else { findings::ROWS_TITLE }, &[("what", what)]);
    let closed = FindingsQuery { open: None, whole: false, ..query };
    let listed = rows.deals.len() + rows.customers.len();
    let cut = u64::try_from(listed).is_ok_and(|listed| listed < rows.total);
    let first = cut.then(|| texts().fmt(analysis::FIRST_OF, &[("n", &listed.to_string())]));
    let lines: String = rows
        .deals
        .iter()
        .map(|card| deal(card).into_string())
        .chain(rows.customers.iter().map(|row| customer(row).into_string()))
        .collect();
    view! {
        <section class="card-box an-panel" id=BEHIND aria-label=t(analysis::BEHIND)>
            <header>
                <h2 tabindex="-1" node_ref=heading>{title}</h2>
                <span class="count" data-behind="">{fmt::integer(i64::try_from(rows.total).unwrap_or(i64::MAX))}</span>
                <a class="btn btn-icon btn-s push" href=address(&closed) aria-label=t(analysis::CLOSE) title=t(analysis::CLOSE)><Icon name="x"/></a>
            </header>
            {first.map(|first| view! { <p class="fs12 muted">{first}</p> })}
            <ul class="an-deals" inner_html=lines></ul>
        </section>
    }
}

fn deal(card: &Card) -> Markup {
    let expected = card.expected_close_on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso);
    markup! {
        li data-deal-id=(card.id) {
            a href={ "/deals/" (card.id) } {
                (avatar(card.owner, &card.owner_name, "av-s"))
                span.grow {
                    span.row { b.ell title=(card.title) { (card.title) } (tier(card.tier)) }
                    span.fs12.muted.an-who { (card.customer_name) " · " (card.owner_name) }
                    span.fs12.muted.an-who { (t(common::EXPECTED_CLOSE)) " " (expected) }
                }
                span.an-end { span.num.strong { (words::money_text(card.amount)) } span.fs12.num { (words::rate(card.probability_bp)) } }
            }
        }
    }
}

fn customer(row: &FoundCustomer) -> Markup {
    let last = match row.last_won_on {
        Some(on) => texts().fmt(findings::LAST_WON, &[("day", &fmt::date_iso(on))]),
        None => t(findings::NEVER_WON).to_owned(),
    };
    markup! {
        li data-customer-id=(row.id) {
            a href={ "/customers/" (row.id) } {
                @if let Some(owner) = row.owner { (avatar(owner, &row.owner_name, "av-s")) }
                span.grow {
                    span.row { b.ell title=(row.name) { (row.name) } (tier(row.tier)) }
                    span.fs12.muted.an-who { @if row.owner.is_some() { (row.owner_name) } @else { (t(findings::NO_OWNER)) } }
                    span.fs12.muted.an-who { (last) }
                }
            }
        }
    }
}
