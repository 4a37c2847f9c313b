//! The results of a survey: each figure with its band, how it was counted and the answers
//! behind it, the trend, and how low scores were worked on.

use crate::api;
use crate::frame::{Missing, signed, tenths};
use crate::trend::Trend;
use crate::words;
use domain::customers::Tier;
use domain::ids::SurveyId;
use domain::survey::figures::{ANONYMOUS_MIN, AnswerSet, Step, few};
use domain::survey::view::{AnswerRow, Results, ResultsQuery};
use domain::survey::{Dimension, Source};
use i18n::Key;
use i18n::keys::{common, satisfaction};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use maud::{Markup, html as markup};
use ui::choice::{Choice, Set};
use ui::component::{Empty, ExportMenu, Heading, Icon, Skeleton};
use ui::how::{self, How};
use ui::links::address;
use ui::refresh::on_change;
use ui::{ApiError, fmt, t, texts, words as common_words};

const NAMES: [&str; 8] = ["from", "to", "step", "tier", "team", "owner", "source", "set"];

#[component]
pub fn SurveyResultsPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| SurveyId::parse(&id))));
    let asked = Memo::new(move |_| query.with(|q| ResultsQuery::from_query(|name| q.get(name))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(
        move || (id.get(), asked.get(), again.get()),
        |(id, asked, _)| async move { api::results(id.ok_or(ApiError::NotFound)?, asked).await },
    );
    on_change(
        |event| event.topic == "survey",
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(results) => view! { <Shown results asked=asked.get_untracked()/> }.into_any(),
                    Err(error) => view! { <div class="body"><Missing error back="/surveys" label=satisfaction::SURVEYS/></div> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// The address of these results with something else asked for.
fn to(id: SurveyId, asked: &ResultsQuery) -> String {
    address(&format!("/surveys/{id}/results"), &asked.to_query())
}

/// What of these results goes into a file.
fn file(id: SurveyId, asked: &ResultsQuery) -> String {
    let survey = ("survey", id.to_string());
    address("", &std::iter::once(survey).chain(asked.to_query()).collect::<Vec<_>>())
}

#[component]
fn Shown(results: Results, asked: ResultsQuery) -> impl IntoView {
    let title = words::both(&results.title);
    let file = file(results.id, &asked);
    let trend = file.clone();
    view! {
        <header class="top">
            <a class="back" href=format!("/surveys/{}", results.id)><Icon name="chevron-left" class="i-14"/>{title.clone()}</a>
            <Heading text=t(satisfaction::RESULTS)/>
            <div class="end"><ExportMenu list="answers" query=Signal::stored(file)/></div>
        </header>
        <Filters results=results.clone() asked=asked.clone()/>
        <div class="body">
            {if results.tally.n == 0 && results.sent == 0 && !asked.is_narrowed() {
                view! { <Empty text=t(satisfaction::NO_ANSWERS).to_owned() icon="smile"/> }.into_any()
            } else {
                view! {
                    <div class="sections is-wide" data-results="">
                        <Banner results=results.clone()/>
                        <Figures results=results.clone() asked=asked.clone()/>
                        <Opened results=results.clone() asked=asked.clone()/>
                        <Marks results=results.clone() asked=asked.clone()/>
                        <Trend points=results.trend.clone() step=results.step file=format!("/export/satisfaction.csv{trend}")/>
                    </div>
                }.into_any()
            }}
        </div>
    }
}

#[component]
fn Filters(results: Results, asked: ResultsQuery) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let path = format!("/surveys/{}/results", results.id);
    let follow = {
        let path = path.clone();
        move || {
            let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
            let value = |name: &&'static str| data.get(name).as_string().filter(|v| !v.trim().is_empty()).map(|v| (*name, v));
            let to = address(&path, &NAMES.iter().filter_map(value).collect::<Vec<_>>());
            navigate(&to, NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    let code = |v: Option<String>| v.unwrap_or_default();
    let steps = Step::ALL.iter().map(|v| (v.code().to_owned(), t(words::step(*v)).to_owned())).collect();
    let tiers = Tier::ALL.iter().map(|v| (v.code().to_owned(), common_words::tier(*v))).collect();
    let sources = Source::ALL.iter().map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned())).collect();
    let teams: Vec<_> = results.teams.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let owners: Vec<_> = results.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let all = path.clone();
    view! {
        <form class="filterbar" method="get" action=path node_ref=form role="search" aria-label=t(satisfaction::FILTERS) on:submit=on_submit on:change=move |_| follow()>
            <label class="chip is-on"><span>{t(satisfaction::FROM)}</span><input type="date" name="from" value=results.from.to_string()/></label>
            <label class="chip is-on"><span>{t(satisfaction::TO)}</span><input type="date" name="to" value=results.to.to_string()/></label>
            <Set name="step" label=satisfaction::STEP value=results.step.code().to_owned() list=steps/>
            <Choice name="tier" label=common::TIER value=code(asked.tier.map(|v| v.to_string())) list=tiers/>
            {(teams.len() > 1).then(|| view! { <Choice name="team" label=common::TEAM value=code(asked.team.map(|v| v.to_string())) list=teams/> })}
            {(owners.len() > 1).then(|| view! { <Choice name="owner" label=common::OWNER value=code(asked.owner.map(|v| v.to_string())) list=owners/> })}
            <Choice name="source" label=satisfaction::SOURCE value=code(asked.source.map(|v| v.to_string())) list=sources/>
            {asked.is_narrowed().then(|| view! { <a class="chip-clear" href=all>{t(common::CLEAR_FILTERS)}</a> })}
            // Raw text to a browser with scripts, so hydration must not look inside.
            <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        </form>
    }
}

/// Says that there are few answers, and how many are without a name.
#[component]
fn Banner(results: Results) -> impl IntoView {
    let n = signed(results.tally.n);
    let few = few(results.tally.n).then(|| {
        let text = texts().n(satisfaction::FEW_ONE, satisfaction::FEW_MANY, n);
        view! { <p class="banner banner-warn" data-few=""><Icon name="triangle-alert"/><span>{text}</span></p> }
    });
    let least = ANONYMOUS_MIN.to_string();
    let anonymous = if results.anonymous > 0 {
        Some(texts().n(satisfaction::N_ANONYMOUS_ONE, satisfaction::N_ANONYMOUS_MANY, results.anonymous))
    } else {
        results.may_be_anonymous.then(|| texts().fmt(satisfaction::ANONYMOUS_LEFT_OUT, &[("n", &least)]))
    };
    let trend = (results.anonymous > 0).then(|| texts().fmt(satisfaction::ANONYMOUS_IN_TREND, &[("n", &least)]));
    let anonymous = anonymous.map(|text| joined(text, trend));
    view! { {few}{anonymous.map(|text| view! { <p class="hint" data-anonymous="">{text}</p> })} }
}

/// Two sentences: Chinese ones stand without a space between them.
fn joined(first: String, second: Option<String>) -> String {
    let space = if ui::facts().lang == i18n::Lang::Zh { "" } else { " " };
    second.map_or(first.clone(), |second| format!("{first}{space}{second}"))
}

/// One figure: its value, what stands beside it, and how it was counted.
struct Figure {
    code: &'static str,
    name: Key,
    definition: Key,
    value: String,
    beside: String,
    few: bool,
    formula: String,
    numerator: Option<Markup>,
    denominator: Option<Markup>,
}

#[component]
fn Figures(results: Results, asked: ResultsQuery) -> impl IntoView {
    let (id, tally) = (results.id, results.tally.clone());
    let rows = |set: AnswerSet, n: u64| rows(id, &asked, set, n);
    let number = |n: u64| fmt::integer(signed(n));
    let n_of = |n: u64| texts().n(satisfaction::N_ANSWERS_ONE, satisfaction::N_ANSWERS_MANY, signed(n));
    let joined = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let csat = tally.csat();
    let percent = |bp: Option<i64>| fmt::percent(bp, 1);
    let csat_band = tally.csat_band().map(|band| {
        texts().fmt(satisfaction::BAND_OF, &[("low", &fmt::percent(Some(band.low_bp), 0)), ("high", &fmt::percent(Some(band.high_bp), 0))])
    });
    let nps_band = tally
        .nps_band()
        .map(|band| texts().fmt(satisfaction::BAND_OF, &[("low", &tenths(Some(band.low_x10))), ("high", &tenths(Some(band.high_x10)))]));
    let [promoters, passives, detractors] = tally.nps;
    let stars = csat_stars(&tally.csat);
    let plans = |closed: bool| {
        let mut query = vec![("survey", id.to_string()), ("from", results.from.to_string()), ("to", results.to.to_string())];
        query.extend(asked.owner.map(|owner| ("owner", owner.to_string())));
        if closed {
            query.push(("status", "closed".to_owned()));
        }
        let n = if closed { results.closed_loop.closed } else { results.closed_loop.plans };
        let says = texts().fmt(if closed { satisfaction::PLANS_CLOSED_N } else { satisfaction::PLANS_ALL_N }, &[("n", &fmt::integer(n))]);
        // The list of plans cannot be narrowed by these: it would be another set.
        let same = asked.tier.is_none() && asked.team.is_none() && asked.source.is_none();
        markup! { @if same { a href=(address("/surveys/plans", &query)) { (says) } } @else { (says) } }
    };
    // The survey's page lists the links of all its days, so it is no list of these.
    let links = |key: Key, n: i64| markup! { (texts().fmt(key, &[("n", &fmt::integer(n))])) };
    let figures = [
        Figure {
            code: "csat",
            name: satisfaction::CSAT,
            definition: satisfaction::DEF_CSAT,
            value: percent(csat.top2_bp),
            beside: joined([Some(n_of(tally.csat_n())), csat_band]),
            few: flagged(tally.csat_n()),
            formula: how::ratio(&number(tally.csat_top()), &number(tally.csat_n()), &percent(csat.top2_bp)),
            numerator: Some(rows(AnswerSet::CsatTop, tally.csat_top())),
            denominator: Some(rows(AnswerSet::Csat, tally.csat_n())),
        },
        Figure {
            code: "points",
            name: satisfaction::POINTS,
            definition: satisfaction::DEF_POINTS,
            value: tenths(csat.score_x10),
            beside: n_of(tally.csat_n()),
            few: flagged(tally.csat_n()),
            formula: texts().fmt(
                satisfaction::FORMULA_POINTS,
                &[("stars", &number(stars)), ("n", &number(tally.csat_n())), ("value", &tenths(csat.score_x10))],
            ),
            numerator: Some(rows(AnswerSet::Csat, tally.csat_n())),
            denominator: None,
        },
        Figure {
            code: "nps",
            name: satisfaction::NPS,
            definition: satisfaction::DEF_NPS,
            value: tenths(tally.nps_x10()),
            beside: joined([Some(n_of(tally.nps_n())), nps_band]),
            few: flagged(tally.nps_n()),
            formula: texts().fmt(
                satisfaction::FORMULA_NPS,
                &[
                    ("promoters", &number(promoters)),
                    ("detractors", &number(detractors)),
                    ("n", &number(tally.nps_n())),
                    ("value", &tenths(tally.nps_x10())),
                ],
            ),
            numerator: Some(markup! { (rows(AnswerSet::Promoters, promoters)) " · " (rows(AnswerSet::Detractors, detractors)) }),
            denominator: Some(markup! { (rows(AnswerSet::Nps, tally.nps_n())) " · " (rows(AnswerSet::Passives, passives)) }),
        },
        Figure {
            code: "ces",
            name: satisfaction::CES,
            definition: satisfaction::DEF_CES,
            value: percent(tally.ces_bp()),
            beside: n_of(tally.ces_n()),
            few: flagged(tally.ces_n()),
            formula: how::ratio(&number(tally.ces_top()), &number(tally.ces_n()), &percent(tally.ces_bp())),
            numerator: Some(rows(AnswerSet::CesTop, tally.ces_top())),
            denominator: Some(rows(AnswerSet::Ces, tally.ces_n())),
        },
        Figure {
            code: "response",
            name: satisfaction::RESPONSE,
            definition: satisfaction::DEF_RESPONSE,
            value: percent(results.response_bp()),
            beside: texts().n(satisfaction::N_LINKS_ONE, satisfaction::N_LINKS_MANY, results.sent),
            few: false,
            formula: how::ratio(&fmt::integer(results.answered), &fmt::integer(results.sent), &percent(results.response_bp())),
            numerator: Some(links(satisfaction::LINKS_ANSWERED_N, results.answered)),
            denominator: Some(links(satisfaction::LINKS_ALL_N, results.sent)),
        },
        Figure {
            code: "closed_loop",
            name: satisfaction::CLOSED_LOOP,
            definition: satisfaction::DEF_CLOSED_LOOP,
            value: percent(results.closed_loop.rate_bp()),
            beside: joined([
                Some(texts().n(satisfaction::N_LOW_ONE, satisfaction::N_LOW_MANY, signed(tally.low))),
                (results.closed_loop.overdue > 0)
                    .then(|| texts().n(satisfaction::N_OVERDUE_ONE, satisfaction::N_OVERDUE_MANY, results.closed_loop.overdue)),
            ]),
            few: false,
            formula: how::ratio(
                &fmt::integer(results.closed_loop.closed),
                &fmt::integer(results.closed_loop.plans),
                &percent(results.closed_loop.rate_bp()),
            ),
            numerator: Some(plans(true)),
            denominator: Some(markup! { (plans(false)) " · " (rows(AnswerSet::Low, tally.low)) }),
        },
    ];
    let period = how::days(results.from, results.to);
    let filter = narrowed(&results, &asked);
    let as_of = results.as_of;
    let boxes = figures.into_iter().map(|one| {
        let name = t(one.name);
        let how = How {
            name,
            definition: t(one.definition),
            formula: one.formula,
            numerator: one.numerator,
            denominator: one.denominator,
            period: period.clone(),
            filter: &filter,
            as_of,
        };
        let how = how.markup().into_string();
        view! {
            <div class="an-figure" data-figure=one.code>
                <h3>{name}</h3>
                <p class="v num">{one.value}{one.few.then(|| view! { <small class="badge badge-warn">{t(satisfaction::FEW_SHORT)}</small> })}</p>
                <p class="an-parts">{one.beside}</p>
                <div inner_html=how></div>
            </div>
        }
    });
    view! { <section class="card-box"><h2>{t(satisfaction::FIGURES)}</h2><div class="an-figures">{boxes.collect_view()}</div></section> }
}

/// Few, but some: without answers there is no figure to doubt.
fn flagged(n: u64) -> bool {
    n > 0 && few(n)
}

fn csat_stars(counts: &[u64; 5]) -> u64 {
    (1..).zip(counts).map(|(stars, n): (u64, &u64)| stars * n).sum()
}

/// What the figures are narrowed by, in words.
fn narrowed(results: &Results, asked: &ResultsQuery) -> String {
    let name_of = |found: Option<String>| found.unwrap_or_else(|| fmt::NO_VALUE.to_owned());
    let parts = [
        asked.tier.map(|tier| (common::TIER, common_words::tier(tier))),
        asked.team.map(|team| (common::TEAM, name_of(results.teams.iter().find(|(id, _)| *id == team).map(|(_, name)| name.clone())))),
        asked.owner.map(|owner| (common::OWNER, name_of(results.owners.iter().find(|(id, _)| *id == owner).map(|(_, name)| name.clone())))),
        asked.source.map(|source| (satisfaction::SOURCE, t(words::source(source)).to_owned())),
    ];
    how::narrowed(parts.into_iter().flatten(), satisfaction::EVERYTHING)
}

/// The way to the answers of a set, and how many they are.
fn rows(id: SurveyId, asked: &ResultsQuery, set: AnswerSet, n: u64) -> Markup {
    let says = texts().fmt(satisfaction::SET_N, &[("set", t(words::set(set))), ("n", &fmt::integer(signed(n)))]);
    let current = (asked.set == Some(set)).then_some("true");
    let href = format!("{}#rows", to(id, &ResultsQuery { set: Some(set), ..asked.clone() }));
    markup! { @if n > 0 { a.an-open href=(href) aria-current=[current] data-set=(set.code()) { (says) } } @else { (says) } }
}

/// The dimensions on 100 points.
#[component]
fn Marks(results: Results, asked: ResultsQuery) -> impl IntoView {
    let id = results.id;
    let rows = Dimension::ALL.iter().map(move |dimension| {
        let (points, stars, n) = results.tally.mark(*dimension);
        let name = t(words::dimension(*dimension));
        let share = points.map_or(0, |x10| x10 / 10);
        let formula = texts().fmt(
            satisfaction::FORMULA_POINTS,
            &[("stars", &fmt::integer(signed(stars))), ("n", &fmt::integer(signed(n))), ("value", &tenths(points))],
        );
        let link = self::rows(id, &asked, AnswerSet::of(*dimension), n).into_string();
        let flag = (n > 0 && few(n)).then(|| view! { <span class="badge badge-warn">{t(satisfaction::FEW_SHORT)}</span> });
        view! {
            <tr data-dimension=dimension.code()>
                <th scope="row">{name}<svg class="bar" width="100%" height="6" aria-hidden="true"><rect width=format!("{share}%") height="6"></rect></svg></th>
                <td class="r num" data-label=t(satisfaction::POINTS)><b>{tenths(points)}</b>" "{flag}</td>
                <td data-label=t(satisfaction::FORMULA)>{formula}</td>
                <td data-label=t(satisfaction::ANSWERS)><span inner_html=link></span></td>
            </tr>
        }
    });
    view! {
        <section class="card-box">
            <h2>{t(satisfaction::DIMENSIONS)}</h2>
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(satisfaction::DIMENSIONS)>
                <table class="table cards-on-phone an-bars" data-marks="">
                    <thead><tr>
                        <th scope="col">{t(satisfaction::DIMENSION)}</th><th scope="col" class="r">{t(satisfaction::POINTS)}</th>
                        <th scope="col">{t(satisfaction::FORMULA)}</th><th scope="col">{t(satisfaction::ANSWERS)}</th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <p class="hint sv-under">{t(satisfaction::DEF_DIMENSION)}</p>
        </section>
    }
}

/// The answers of the set that is open; they come to what its number says.
#[component]
fn Opened(results: Results, asked: ResultsQuery) -> impl IntoView {
    let (Some((rows, total)), Some(set)) = (results.rows.clone(), asked.set) else { return ().into_any() };
    let close = to(results.id, &ResultsQuery { set: None, ..asked.clone() });
    let title = texts().fmt(satisfaction::SET_N, &[("set", t(words::set(set))), ("n", &fmt::integer(total))]);
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let unlisted = (results.unlisted > 0).then(|| texts().n(satisfaction::N_UNLISTED_ONE, satisfaction::N_UNLISTED_MANY, results.unlisted));
    let listable = total - results.unlisted;
    let more =
        (listable > shown).then(|| texts().fmt(satisfaction::FIRST_OF, &[("n", &fmt::integer(shown)), ("of", &fmt::integer(listable))]));
    view! {
        <section class="card-box" id="rows" data-answers=set.code()>
            <header><h2>{title}</h2><a class="btn btn-icon btn-s" href=close aria-label=t(common::CLOSE)><Icon name="x" class="i-14"/></a></header>
            {more.map(|text| view! { <p class="hint">{text}</p> })}
            {unlisted.map(|text| view! { <p class="hint" data-unlisted="">{text}</p> })}
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(satisfaction::ANSWERS)>
                <table class="table cards-on-phone">
                    <thead><tr>
                        <th scope="col">{t(common::CUSTOMER)}</th><th scope="col">{t(common::DAY)}</th><th scope="col">{t(satisfaction::SOURCE)}</th>
                        <th scope="col">{t(satisfaction::SCORES)}</th><th scope="col">{t(satisfaction::DIMENSIONS)}</th>
                        <th scope="col">{t(common::OWNER)}</th><th scope="col">{t(satisfaction::WORDS)}</th><th scope="col">{t(satisfaction::PLAN)}</th>
                    </tr></thead>
                    <tbody>{rows.into_iter().map(answered).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn answered(row: AnswerRow) -> impl IntoView {
    let who = match row.customer {
        Some((id, name)) => {
            let contact = (!row.contact_name.is_empty()).then(|| view! { <small class="muted">" "{row.contact_name}</small> });
            view! { <a href=format!("/customers/{id}")>{name}</a>{contact} }.into_any()
        }
        None => view! { <span class="muted">{t(satisfaction::NO_NAME)}</span> }.into_any(),
    };
    // Of an anonymous one the month alone is known here.
    let on = if row.anonymous { fmt::month(ui::facts().lang, row.on) } else { fmt::date_iso(row.on) };
    let marks: Vec<String> = row.scores.marks.iter().map(|(dimension, n)| format!("{} {n}", t(words::dimension(*dimension)))).collect();
    let plan = row.plan.map(|id| view! { <a href=format!("/surveys/plans/{id}")>{t(satisfaction::PLAN)}</a> });
    view! {
        <tr data-answer-id=row.id.to_string() data-anonymous=row.anonymous.to_string()>
            <td>{who}</td>
            <td class="num" data-label=t(common::DAY)>{on}</td>
            <td data-label=t(satisfaction::SOURCE)>{t(words::source(row.source))}</td>
            <td class="num" data-label=t(satisfaction::SCORES)>{words::scores(&row.scores)}</td>
            <td class="wrap" data-label=t(satisfaction::DIMENSIONS)>{marks.join(" · ")}</td>
            <td data-label=t(common::OWNER)>{row.owner_name}</td>
            <td class="wrap" data-label=t(satisfaction::WORDS)>{row.words}</td>
            <td data-label=t(satisfaction::PLAN)>{plan}</td>
        </tr>
    }
}
