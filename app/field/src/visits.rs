//! The visits of a day, person by person: verdict, plan, stay, reasons for doubt, and where they
//! were, to scale and without a map. Whose location is looked at can see that it was.

use crate::api::{self, PlaceFn, RadiusFn};
use crate::check_in::{back, save, within};
use crate::shown::{length, measured, planned, signal, stay, verdict, verdict_class};
use domain::check_in::Verdict;
use domain::field::page::{PersonDay, Visit, VisitDay, VisitQuery};
use domain::field::plot::{Circle, Plane};
use domain::field::{Planned, RADIUS_MAX_M, RADIUS_MIN_M};
use domain::ids::UserId;
use i18n::keys::{common, field};
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use ui::choice::Choice;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton, TierBadge};
use ui::form::{FormError, Refusals, TextField};
use ui::links::address;
use ui::{fmt, t, texts, words};

const PATH: &str = "/field/visits";
/// Size of the plot.
const BOX: (f64, f64) = (360.0, 240.0);

#[component]
pub fn VisitsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| VisitQuery::from_query(|name| q.get(name))));
    let (place, radius) = (ServerAction::<PlaceFn>::new(), ServerAction::<RadiusFn>::new());
    let found = Resource::new(move || (asked.get(), place.version().get(), radius.version().get()), |(asked, ..)| api::visits(asked));
    // It is not read again when others check in: each reading is a look that is told.
    view! {
        <header class="top">
            {back()}
            <Heading text=t(field::VISITS)/>
            <div class="end"><ExportMenu list="field-visits" query=Signal::derive(move || asked.with(|asked| address("", &asked.to_query())))/></div>
        </header>
        <Transition fallback=|| ()>
            {move || {
                let asked = asked.get();
                Suspend::new(async move {
                    let (shown, choices) = found.await.map(|day| (Some(day.on), day.choices)).unwrap_or_default();
                    view! { <Filters asked shown choices/> }
                })
            }}
        </Transition>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=10/> }>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        match found.await {
                            Ok(day) => view! { <Day day asked place radius/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

/// A plain form; with scripts each change is followed at once.
#[component]
fn Filters(
    asked: VisitQuery,
    #[prop(optional_no_strip)] shown: Option<chrono::NaiveDate>,
    choices: Vec<(UserId, String)>,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move |event: leptos::ev::Event| {
        event.prevent_default();
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let value = |name: &'static str| data.get(name).as_string().filter(|text| !text.is_empty()).map(|text| (name, text));
        let query: Vec<_> = ["on", "person", "verdict"].into_iter().filter_map(value).collect();
        navigate(&address(PATH, &query), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    };
    let (changed, sent) = (follow.clone(), follow);
    let several = choices.len() > 1;
    let people = choices.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let verdicts = Verdict::ALL.iter().map(|one| (one.code().to_owned(), t(verdict(*one)).to_owned())).collect();
    let narrowed = asked.person.is_some() || asked.verdict.is_some();
    let on = shown.map(|on| on.to_string()).unwrap_or_default();
    view! {
        <form class="filterbar" method="get" action=PATH node_ref=form aria-label=t(field::FILTERS) on:change=changed on:submit=move |event| sent(event.into())>
            <label class="chip"><span>{t(field::DAY)}</span><input type="date" name="on" value=on/></label>
            {several.then(|| view! { <Choice name="person" label=field::PERSON value=asked.person.map(|id| id.to_string()).unwrap_or_default() list=people/> })}
            <Choice name="verdict" label=field::VERDICT value=asked.verdict.map(|one| one.to_string()).unwrap_or_default() list=verdicts/>
            {narrowed.then(|| view! { <a class="chip-clear" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
            <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        </form>
    }
}

#[component]
fn Day(day: VisitDay, asked: VisitQuery, place: ServerAction<PlaceFn>, radius: ServerAction<RadiusFn>) -> impl IntoView {
    let logged = day.logged.then(
        || view! { <p class="muted row" role="status" data-logged=""><Icon name="eye" class="i-14"/><span>{t(field::LOGGED)}</span></p> },
    );
    if day.people.is_empty() {
        return view! { {logged}<Empty text=t(field::NO_VISITS).to_owned() icon="map-pin"/> }.into_any();
    }
    let total: usize = day.people.iter().map(|person| person.visits.len()).sum();
    let (plan, count) = (day.people.iter().map(PersonDay::planned).sum::<usize>(), day.people.iter().map(PersonDay::valid).sum::<usize>());
    let missed: usize = day.people.iter().map(|person| person.missed.len()).sum();
    let open = asked.open;
    let stat = |code: &'static str, label: i18n::Key, n: usize| {
        view! { <div class="stat" data-figure=code><span class="k">{t(label)}</span><span class="v num">{fmt::integer(i64::try_from(n).unwrap_or(i64::MAX))}</span></div> }
    };
    let people = day.people.into_iter().map(|person| view! { <Person day=person asked=asked.clone() open place radius/> }).collect_view();
    view! {
        <div class="sections is-wide">
            {logged}
            <div class="card-box"><div class="stats" role="group" aria-label=t(field::SUMS)>
                {stat("visits", field::N_VISITS, total)}
                {stat("planned", field::N_PLANNED, plan)}
                {stat("unplanned", field::N_UNPLANNED, total - plan)}
                {stat("missed", field::N_MISSED, missed)}
                {stat("valid", field::N_VALID, count)}
            </div><p class="hint">{t(field::SUMS_HOW)}</p></div>
            {people}
            <p class="hint">{t(field::NO_PROOF)}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Person(
    day: PersonDay,
    asked: VisitQuery,
    #[prop(optional_no_strip)] open: Option<domain::ids::CheckInId>,
    place: ServerAction<PlaceFn>,
    radius: ServerAction<RadiusFn>,
) -> impl IntoView {
    let plot = plot(&day);
    let missed = (!day.missed.is_empty()).then(|| {
        let names = day
            .missed
            .iter()
            .map(|(id, name, why)| view! { <li><a href=format!("/customers/{id}")>{name.clone()}</a>" · "{t(planned(*why))}</li> })
            .collect_view();
        view! { <div data-missed=""><h3>{t(field::MISSED)}</h3><ul class="ck-points">{names}</ul></div> }
    });
    let opened = open.and_then(|id| day.visits.iter().find(|visit| visit.id == id).cloned());
    let opened = opened.map(|visit| view! { <Opened visit place radius/> });
    let rows = day.visits.iter().map(|visit| row(visit, &asked)).collect_view();
    let table = (!day.visits.is_empty()).then(|| {
        view! {
            <div class="table-wrap" tabindex="0" role="region" aria-label=day.name.clone()>
                <table class="table cards-on-phone">
                    <thead><tr>
                        <th scope="col">{t(field::CUSTOMER)}</th><th scope="col">{t(field::TIME)}</th><th scope="col">{t(field::VERDICT)}</th>
                        <th scope="col">{t(field::MEASURE)}</th><th scope="col">{t(field::PLAN)}</th><th scope="col">{t(field::STAY)}</th><th scope="col">{t(field::SIGNALS)}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="card-box" data-person=day.person.to_string()>
            <h2>{day.name.clone()}</h2>
            {table}
            {opened}
            {plot}
            {missed}
        </section>
    }
}

fn row(visit: &Visit, asked: &VisitQuery) -> impl IntoView + use<> {
    let facts = ui::facts();
    let mut to = asked.to_query();
    to.push(("open", visit.id.to_string()));
    let link = format!("{}#visit-{}", address(PATH, &to), visit.id);
    let doubts = visit.signals.iter().map(|one| t(signal(*one))).collect::<Vec<_>>().join(" · ");
    let sent = visit.offline.then(|| view! { <span class="badge">{t(field::OFFLINE)}</span> });
    view! {
        <tr id=format!("visit-{}", visit.id) data-visit=visit.id.to_string() data-verdict=visit.verdict.code() data-planned=visit.planned.code()>
            <th scope="row"><a href=link>{visit.customer_name.clone()}</a>" "<TierBadge tier=visit.tier/></th>
            <td data-label=t(field::TIME) class="num">{ui::error::instant(&facts, visit.at)}" "{sent}</td>
            <td data-label=t(field::VERDICT)><span class=verdict_class(visit.verdict)>{t(verdict(visit.verdict))}</span></td>
            <td data-label=t(field::MEASURE)>{measured(visit)}</td>
            <td data-label=t(field::PLAN)>{t(planned(visit.planned))}</td>
            <td data-label=t(field::STAY)>{stay(visit.stay)}</td>
            <td data-label=t(field::SIGNALS)>{if doubts.is_empty() { "—".to_owned() } else { doubts }}</td>
        </tr>
    }
}

/// A visit with all that was written down, and what can be put right at its customer.
#[component]
fn Opened(visit: Visit, place: ServerAction<PlaceFn>, radius: ServerAction<RadiusFn>) -> impl IntoView {
    let facts = ui::facts();
    let entry = |label, says: String| (!says.is_empty()).then(|| view! { <dt>{t(label)}</dt><dd>{says}</dd> });
    let next = match (visit.next_on, visit.next_step.as_str()) {
        (None, step) => step.to_owned(),
        (Some(on), step) => format!("{} {step}", words::day(&facts, on)),
    };
    let out =
        visit.out.as_ref().map(|out| format!("{} · {}", ui::error::instant(&facts, out.at), t(verdict(out.verdict)))).unwrap_or_default();
    let photos = visit
        .photos
        .iter()
        .map(|id| {
            let (shown, whole) = (format!("/export/field/{id}.jpg"), format!("/export/field/{id}.jpg"));
            view! { <a href=whole rel="external"><img src=shown alt=t(field::PHOTO) loading="lazy" class="ck-photo"/></a> }
        })
        .collect_view();
    let rounded = visit.rounded.then(|| view! { <p class="hint">{t(field::ROUNDED)}</p> });
    let (id, of) = (visit.id.to_string(), visit.id.to_string());
    let adopt = (visit.proposes && visit.may_place).then(|| {
        let error = Signal::derive(move || place.value().get().and_then(Result::err));
        view! {
            <ActionForm action=place>
                <input type="hidden" name="form[visit]" value=id.clone()/>
                <p>{t(field::PROPOSES)}</p>
                <FormError error/>
                <button class="btn" type="submit"><Icon name="map-pin" class="i-14"/>{t(field::ADOPT)}</button>
            </ActionForm>
        }
    });
    let range = visit.may_place.then(|| {
        let error = Signal::derive(move || radius.value().get().and_then(Result::err));
        let refusals = Refusals::of(move || radius.value().get());
        let hint = texts().fmt(field::RADIUS_HINT, &[("min", &RADIUS_MIN_M.to_string()), ("max", &RADIUS_MAX_M.to_string())]);
        view! {
            <ActionForm action=radius attr:class="form is-narrow">
                <input type="hidden" name="form[visit]" value=of.clone()/>
                <TextField label=field::RADIUS name="radius" refusals value=(visit.radius_dm / 10).to_string() inputmode="numeric" max=6 hint=hint/>
                <FormError error/>
                <div class="form-actions"><button class="btn" type="submit">{save()}</button></div>
            </ActionForm>
        }
    });
    view! {
        <div class="ck-opened" data-opened=visit.id.to_string()>
            <h3>{visit.customer_name.clone()}</h3>
            <dl class="kv">
                {entry(field::NOTE, visit.note.clone())}
                {entry(field::NEXT_STEP, next)}
                {entry(field::CHECK_OUT, out)}
                {entry(field::RECEIVED, ui::error::instant(&facts, visit.received_at))}
                {entry(field::RADIUS, within(visit.radius_dm))}
            </dl>
            <div class="row">{photos}</div>
            {rounded}
            {adopt}
            {range}
            <a href=format!("/customers/{}", visit.customer)>{t(field::TO_CUSTOMER)}</a>
        </div>
    }
}

/// Customers as rings of their radius, check-ins as discs of their accuracy, to scale.
fn plot(day: &PersonDay) -> Option<impl IntoView + use<>> {
    let metres = |dm: i64| f64::from(i32::try_from(dm).unwrap_or(i32::MAX)) / 10.0;
    let mut circles = Vec::new();
    for visit in &day.visits {
        circles.extend(visit.fix.map(|fix| Circle { at: fix.position, radius_m: 0.0 }));
        // A customer that nobody was measured at says nothing here.
        circles.extend(visit.place.filter(|_| visit.fix.is_some()).map(|at| Circle { at, radius_m: metres(visit.radius_dm) }));
    }
    let plane = Plane::over(&circles, BOX, 24.0)?;
    let one = |n: f64| format!("{n:.1}");
    let rings = day.visits.iter().filter_map(|visit| visit.fix.and(visit.place).map(|at| (visit, at))).map(|(visit, at)| {
        let (x, y) = plane.place(at);
        let radius = plane.length(metres(visit.radius_dm)).max(2.0);
        view! {
            <circle class="ck-range" cx=one(x) cy=one(y) r=one(radius)></circle>
            <text class="ck-name" x=one(x) y=one((y - radius - 4.0).max(12.0)) text-anchor="middle">{visit.customer_name.clone()}</text>
        }
    });
    let fixes = day.visits.iter().enumerate().filter_map(|(place, visit)| {
        let fix = visit.fix?;
        let (x, y) = plane.place(fix.position);
        // A vague position covers the picture and says no more by it.
        let accuracy = plane.length(metres(fix.accuracy_dm)).clamp(1.0, BOX.0);
        Some(view! {
            <circle class="ck-accuracy" cx=one(x) cy=one(y) r=one(accuracy)></circle>
            <circle class="ck-me" cx=one(x) cy=one(y) r="8"></circle>
            <text class="ck-order" x=one(x) y=one(y + 3.5) text-anchor="middle">{(place + 1).to_string()}</text>
        })
    });
    let (rings, fixes) = (rings.collect_view(), fixes.collect_view());
    let bar = plane.bar(120.0);
    #[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
    let wide = plane.length(bar as f64);
    let unplanned = day.visits.iter().filter(|visit| visit.planned == Planned::None).count();
    let label = texts().fmt(
        field::PLOT_DAY,
        &[("name", &day.name), ("n", &day.visits.len().to_string()), ("unplanned", &unplanned.to_string()), ("bar", &length(bar * 10))],
    );
    Some(view! {
        <figure class="ck-figure" data-plot="">
            <svg class="ck-svg" viewBox=format!("0 0 {} {}", BOX.0, BOX.1) role="img" aria-label=label>
                {rings}{fixes}
                <path class="ck-bar" d=format!("M12 {y} v4 h{wide:.1} v-4", y = BOX.1 - 14.0)></path>
                <text class="ck-dist" x="16" y=one(BOX.1 - 16.0)>{length(bar * 10)}</text>
            </svg>
            <figcaption class="hint">{t(field::PLOT_HOW)}</figcaption>
        </figure>
    })
}
