//! Customer economics: who came and went, what they bring and what winning them costs,
//! for everybody and split. Every figure says how it was counted and leads to exactly its
//! customers.

use crate::api;
use crate::asked::{Asked, BEHIND, Tab};
use crate::economics_figures::{Of, customers, money};
use crate::frame::Head;
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::economics::history::EconomicsSet;
use domain::economics::report::{ECONOMICS, EconomicsBy, EconomicsFigures, EconomicsQuery, EconomicsReport, EconomicsRows, months};
use domain::home::Span;
use domain::money::Money;
use domain::period::add_months;
use domain::pipeline::Source;
use i18n::keys::{common, economics};
use i18n::{Key, Lang};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Icon, Skeleton, TierBadge};
use ui::how::days;
use ui::links::address;
use ui::refresh::on_change;
use ui::{facts, fmt, t, texts, words};

#[component]
pub fn EconomicsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| EconomicsQuery::from_query(|name| q.get(name))));
    let tab = Memo::new(move |_| query.with(|q| Asked::from_query(Tab::Economics, |name| q.get(name))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (asked.get(), again.get()), |(asked, _)| api::economics(asked));
    on_change(
        |event| matches!(event.topic.as_str(), "deal" | "customer" | "settings"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <Head asked=tab/>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(report) => view! { <Found report asked=asked.get_untracked()/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// What a set is called.
pub const fn set_name(set: EconomicsSet) -> Key {
    match set {
        EconomicsSet::Start => economics::SET_START,
        EconomicsSet::Lost => economics::SET_LOST,
        EconomicsSet::Kept => economics::SET_KEPT,
        EconomicsSet::New => economics::SET_NEW,
        EconomicsSet::Early => economics::SET_EARLY,
        EconomicsSet::Back => economics::SET_BACK,
        EconomicsSet::End => economics::SET_END,
        EconomicsSet::Buyers => economics::SET_BUYERS,
        EconomicsSet::Repeat => economics::SET_REPEAT,
        EconomicsSet::YearStart => economics::SET_YEAR_START,
        EconomicsSet::YearLost => economics::SET_YEAR_LOST,
    }
}

/// What a group is called.
pub fn group_name(by: EconomicsBy, code: &str) -> String {
    match by {
        EconomicsBy::Tier => Tier::parse(code).map(words::tier).unwrap_or_default(),
        EconomicsBy::Source => Source::parse(code).map(|source| t(words::source(source)).to_owned()).unwrap_or_default(),
        EconomicsBy::Industry if code.is_empty() => t(economics::NO_INDUSTRY).to_owned(),
        EconomicsBy::Industry => code.to_owned(),
    }
}

#[component]
fn Found(report: EconomicsReport, asked: EconomicsQuery) -> impl IntoView {
    let controls = view! { <Controls asked=asked.clone() span=report.span by=report.by start=report.period.start() as_of=report.as_of running=report.running/> };
    if report.all.buyers + report.all.end + report.all.moves.start + report.all.year_start == 0 && report.rows.is_none() {
        return view! { {controls}<Empty icon="chart-column" text=t(economics::EMPTY).to_owned()/> }.into_any();
    }
    let n = |n: i64| fmt::integer(n);
    let moves = report.all.moves;
    let (back, end) = (report.all.back, report.all.end);
    let mut says = texts().fmt(
        economics::SAYS,
        &[("start", &n(moves.start)), ("lost", &n(moves.lost_of_start)), ("new", &n(moves.new)), ("back", &n(back)), ("end", &n(end))],
    );
    // So that the sentence adds up.
    let gone = moves.start - moves.lost_of_start + moves.new + back - end;
    if gone != 0 {
        let between = if facts().lang == Lang::Zh { "" } else { " " };
        says = format!("{says}{between}{}", texts().fmt(economics::SAYS_GONE, &[("gone", &n(gone))]));
    }
    let last = report.period.end_exclusive().pred_opt().unwrap_or(report.period.start());
    let period = days(report.period.start(), last);
    let running = report.running.then(|| format!(" · {}", t(economics::RUNNING)));
    let of = Of { report: &report, asked: &asked };
    let cards = format!(
        "{}{}{}",
        customers(&of).into_string(),
        report.all.money.iter().map(|one| money(&of, one).into_string()).collect::<String>(),
        crate::course::card(&of).into_string()
    );
    let groups = view! { <Groups report=report.clone() asked=asked.clone()/> };
    let panel = report.rows.clone().map(|rows| view! { <Behind rows by=report.by asked=asked.clone() period=period.clone()/> });
    let opened = panel.is_some();
    view! {
        {controls}
        <p class="an-message" role="status"><Icon name="waves"/><span>{says}</span><span class="muted fs12 push">{period}{running}</span></p>
        <div class="an-grid" class:has-panel=opened>
            <div class="an-main" node_ref=ui::chart::watch(false)>
                <div class="an-main" inner_html=cards></div>
                {groups}
            </div>
            {panel}
        </div>
    }
    .into_any()
}

/// Links, so that they work without scripts.
#[component]
fn Controls(asked: EconomicsQuery, span: Span, by: EconomicsBy, start: NaiveDate, as_of: NaiveDate, running: bool) -> impl IntoView {
    let base = EconomicsQuery { set: None, group: None, ..asked };
    let to = |query: EconomicsQuery| address(ECONOMICS, &query.to_query());
    let spans = [(Span::Month, economics::MONTH), (Span::Quarter, economics::QUARTER), (Span::Year, economics::YEAR)];
    let spans = spans.map(|(one, name)| {
        let href = to(EconomicsQuery { span: Some(one), ..base.clone() });
        view! { <a href=href aria-current=(one == span).then_some("true") data-span=one.code()>{t(name)}</a> }
    });
    let splits = [
        (EconomicsBy::Tier, economics::BY_TIER),
        (EconomicsBy::Industry, economics::BY_INDUSTRY),
        (EconomicsBy::Source, economics::BY_SOURCE),
    ];
    let splits = splits.map(|(one, name)| {
        let href = to(EconomicsQuery { by: Some(one), ..base.clone() });
        view! { <a href=href aria-current=(one == by).then_some("true") data-by=one.code()>{t(name)}</a> }
    });
    let turned = |by: i32| add_months(start, by * months(span));
    let before = turned(-1).map(|at| to(EconomicsQuery { at: Some(at), ..base.clone() }));
    let after = turned(1).filter(|at| !running && *at <= as_of).map(|at| to(EconomicsQuery { at: Some(at), ..base.clone() }));
    view! {
        <div class="econ-bar" role="group" aria-label=t(economics::CONTROLS)>
            <nav class="seg" aria-label=t(economics::SPAN)>{spans.into_iter().collect_view()}</nav>
            {before.map(|href| view! { <a class="btn" href=href data-earlier=""><Icon name="chevron-left" class="i-14"/>{t(economics::EARLIER)}</a> })}
            {after.map(|href| view! { <a class="btn" href=href data-later="">{t(economics::LATER)}<Icon name="chevron-right" class="i-14"/></a> })}
            <nav class="seg" aria-label=t(economics::BY)>{splits.into_iter().collect_view()}</nav>
        </div>
    }
}

#[component]
fn Groups(report: EconomicsReport, asked: EconomicsQuery) -> impl IntoView {
    let by = report.by;
    let costs = report.sees_costs && by == EconomicsBy::Source;
    let head = match by {
        EconomicsBy::Tier => common::TIER,
        EconomicsBy::Industry => common::INDUSTRY,
        EconomicsBy::Source => common::SOURCE,
    };
    let row = |of: &EconomicsFigures| {
        let code = of.group.clone().unwrap_or_default();
        let name = group_name(by, &code);
        let cell = |set: EconomicsSet, n: i64| {
            // Without a code there is no group to ask for.
            if n == 0 || code.is_empty() {
                return view! { <span>{fmt::integer(n)}</span> }.into_any();
            }
            let query = EconomicsQuery { set: Some(set), group: Some(code.clone()), by: Some(by), ..asked.clone() };
            let label = texts().fmt(economics::OPEN_LIST, &[("set", &format!("{name} · {}", t(set_name(set)))), ("n", &fmt::integer(n))]);
            view! { <a href=address(ECONOMICS, &query.to_query()) title=label data-noscroll="">{fmt::integer(n)}</a> }.into_any()
        };
        let money = |value: fn(&domain::economics::report::MoneyFigures) -> Option<i64>| {
            let each: Vec<String> = of
                .money
                .iter()
                .filter_map(|money| value(money).map(|minor| words::money_text(Money { minor, currency: money.currency })))
                .collect();
            if each.is_empty() { fmt::NO_VALUE.to_owned() } else { each.join(" · ") }
        };
        let cac = costs.then(|| view! { <td class="r num" data-label=t(economics::CAC)>{money(|money| money.cac_minor)}</td> });
        view! {
            <tr data-group=code.clone()>
                <th scope="row">{name.clone()}</th>
                <td class="r num" data-label=t(economics::SET_START)>{cell(EconomicsSet::Start, of.moves.start)}</td>
                <td class="r num" data-label=t(economics::SET_LOST)>{cell(EconomicsSet::Lost, of.moves.lost_of_start)}</td>
                <td class="r num" data-label=t(economics::SET_NEW)>{cell(EconomicsSet::New, of.moves.new)}</td>
                <td class="r num" data-label=t(economics::SET_END)>{cell(EconomicsSet::End, of.end)}</td>
                <td class="r num" data-label=t(economics::CHURN)>{fmt::percent(of.churn.churn_bp, 1)}</td>
                <td class="r num" data-label=t(economics::REPEAT)>{fmt::percent(of.repeat_bp, 1)}</td>
                <td class="r num" data-label=t(economics::REVENUE)>{money(|money| Some(money.revenue_minor))}</td>
                <td class="r num" data-label=t(economics::LTV)>{money(|money| money.ltv.map(|ltv| ltv.minor))}</td>
                {cac}
            </tr>
        }
    };
    let rows = report.groups.iter().map(row).collect_view();
    view! {
        <section class="card-box" data-card="groups">
            <h2>{t(economics::TABLE)}</h2>
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(economics::TABLE)>
                <table class="table cards-on-phone" data-groups="">
                    <thead><tr>
                        <th scope="col">{t(head)}</th><th scope="col" class="r">{t(economics::SET_START)}</th><th scope="col" class="r">{t(economics::SET_LOST)}</th>
                        <th scope="col" class="r">{t(economics::SET_NEW)}</th><th scope="col" class="r">{t(economics::SET_END)}</th><th scope="col" class="r">{t(economics::CHURN)}</th>
                        <th scope="col" class="r">{t(economics::REPEAT)}</th><th scope="col" class="r">{t(economics::REVENUE)}</th><th scope="col" class="r">{t(economics::LTV)}</th>
                        {costs.then(|| view! { <th scope="col" class="r">{t(economics::CAC)}</th> })}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// Exactly the customers that a figure counted.
#[component]
fn Behind(rows: EconomicsRows, by: EconomicsBy, asked: EconomicsQuery, period: String) -> impl IntoView {
    let name = t(set_name(rows.set)).to_owned();
    let title = match rows.group.as_deref() {
        Some(group) => format!("{} · {name}", group_name(by, group)),
        None => name,
    };
    let closed = address(ECONOMICS, &EconomicsQuery { set: None, group: None, ..asked }.to_query());
    let shown = i64::try_from(rows.rows.len()).unwrap_or(i64::MAX);
    let cut = (shown < rows.total).then(|| format!(" · {}", texts().fmt(economics::FIRST_OF, &[("n", &fmt::integer(shown))])));
    let line = |row: &domain::economics::report::BuyerRow| {
        let day = |on: Option<NaiveDate>| on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso);
        let orders = texts().fmt(economics::SINCE, &[("first", &day(row.since)), ("last", &day(row.last))]);
        let owner = row.owner.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        view! {
            <li data-customer-id=row.id.to_string()>
                <a href=format!("/customers/{}", row.id)>
                    <span class="grow"><span class="row"><b class="ell">{row.name.clone()}</b><TierBadge tier=row.tier/></span>
                    <span class="fs12 muted">{orders}{(!owner.is_empty()).then(|| format!(" · {owner}"))}</span></span>
                </a>
            </li>
        }
    };
    let list = rows.rows.iter().map(line).collect_view();
    view! {
        <section class="card-box an-panel" id=BEHIND aria-label=t(economics::BEHIND)>
            <header>
                <h2>{title}</h2><span class="count" data-behind="">{fmt::integer(rows.total)}</span>
                <a class="btn btn-icon btn-s push" href=closed aria-label=t(economics::CLOSE) title=t(economics::CLOSE)><Icon name="x"/></a>
            </header>
            <p class="fs12 muted">{period}{cut}</p>
            {if rows.rows.is_empty() {
                view! { <p class="muted">{t(economics::NONE_BEHIND)}</p> }.into_any()
            } else {
                view! { <ul class="an-deals" data-buyers="">{list}</ul> }.into_any()
            }}
        </section>
    }
}
