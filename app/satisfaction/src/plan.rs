//! A plan's page: what was said, what is done, the second survey, and whether it helped.

use crate::api::{self, InviteFn, SavePlanOfSurveyFn};
use crate::frame::Missing;
use crate::words;
use domain::ids::PlanId;
use domain::survey::form::PlanForm;
use domain::survey::plan::{ACTION_MAX, Effect as Helped, PlanStatus, effect};
use domain::survey::view::PlanDetail;
use i18n::Key;
use i18n::keys::{common, satisfaction};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::component::{Heading, Icon, Skeleton};
use ui::form::{AreaField, FormError, Refusals, SelectField, Versioned, typed_or};
use ui::refresh::on_change_when;
use ui::{ApiError, browser, facts, fmt, t, texts};
use web_sys::wasm_bindgen::JsCast;

#[component]
pub fn SurveyPlanPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| PlanId::parse(&id))));
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || (id.get(), again.get()), |(id, _)| async move { api::plan(id.ok_or(ApiError::NotFound)?).await });
    let save = ServerAction::<SavePlanOfSurveyFn>::new();
    let invite = ServerAction::<InviteFn>::new();
    Effect::new(move |before: Option<usize>| {
        let now = save.version().get();
        if before.is_some_and(|before| before != now) && matches!(save.value().get_untracked(), Some(Ok(_))) {
            again.try_update(|n| *n += 1);
        }
        now
    });
    // Nothing is taken from under somebody who is writing what is done, nor is the version
    // moved beneath what was typed: then it would be written over unseen.
    on_change_when(
        move |event| event.topic == "survey" && id.try_get_untracked().flatten().is_some_and(|id| id.0 == event.id),
        || !browser::is_touched("#form"),
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    view! {
        <Transition fallback=|| view! { <div class="body"><Skeleton/></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(detail) => view! { <Shown detail save invite/> }.into_any(),
                    Err(error) => view! { <div class="body"><Missing error back="/surveys/plans" label=satisfaction::PLANS/></div> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Shown(detail: PlanDetail, save: ServerAction<SavePlanOfSurveyFn>, invite: ServerAction<InviteFn>) -> impl IntoView {
    let row = detail.row.clone();
    let late = row.overdue(facts().today());
    let title = texts().fmt(satisfaction::PLAN_OF, &[("name", &row.customer_name)]);
    view! {
        <header class="top">
            <a class="back" href="/surveys/plans"><Icon name="chevron-left" class="i-14"/>{t(satisfaction::PLANS)}</a>
        </header>
        <div class="body">
            <div class="sections" data-plan-id=row.id.to_string() data-status=row.status.code()>
                <div class="row"><Heading text=title/><span class=words::plan_badge(row.status)>{t(words::plan(row.status))}</span></div>
                {late.then(|| view! { <p class="banner banner-danger" data-overdue=""><Icon name="circle-alert"/><span>{texts().fmt(satisfaction::LATE_SINCE, &[("day", &fmt::date_iso(row.due_on))])}</span></p> })}
                <Said detail=detail.clone()/>
                <Helping detail=detail.clone()/>
                <Second detail=detail.clone() invite/>
                <Work detail save/>
            </div>
        </div>
    }
}

#[component]
fn Said(detail: PlanDetail) -> impl IntoView {
    let row = detail.row;
    let customer = if detail.may_read_customer {
        view! { <a href=format!("/customers/{}", row.customer)>{row.customer_name.clone()}</a> }.into_any()
    } else {
        view! { <span>{row.customer_name.clone()}</span> }.into_any()
    };
    let line = |label: Key, value: String| (!value.is_empty()).then(|| view! { <dt>{t(label)}</dt><dd class="pre">{value}</dd> });
    let marks: Vec<String> = row.before.marks.iter().map(|(dimension, n)| format!("{} {n}", t(words::dimension(*dimension)))).collect();
    view! {
        <section class="card-box">
            <h2>{t(satisfaction::WHAT_WAS_SAID)}</h2>
            <dl class="kv">
                <dt>{t(common::CUSTOMER)}</dt><dd>{customer}</dd>
                {line(satisfaction::CONTACT, detail.contact_name)}
                <dt>{t(satisfaction::SURVEY)}</dt><dd><a href=format!("/surveys/{}/results", detail.survey)>{words::both(&detail.survey_title)}</a></dd>
                {line(satisfaction::SOURCE, t(words::source(detail.source)).to_owned())}
                {line(satisfaction::LOW_ON, fmt::date_iso(row.on))}
                {line(satisfaction::SCORES, words::scores(&row.before))}
                {line(satisfaction::DIMENSIONS, marks.join(" · "))}
                {line(satisfaction::WORDS, detail.words)}
                {line(common::OWNER, row.owner_name)}
                {line(satisfaction::DUE, fmt::date_iso(row.due_on))}
                {line(satisfaction::ACTION, row.action)}
            </dl>
        </section>
    }
}

/// Before and after, once the customer answered again.
#[component]
fn Helping(detail: PlanDetail) -> impl IntoView {
    let Some(after) = detail.row.after.clone() else { return ().into_any() };
    let (csat, nps) = effect(&detail.row.before, &after);
    let stat = |name: Key, code: &'static str, of: Option<Helped>| {
        of.map(|of| {
            let (class, sign) = match of.change() {
                1.. => ("delta delta-good", "+"),
                0 => ("delta delta-flat", ""),
                _ => ("delta delta-bad", "\u{2212}"),
            };
            view! {
                <div class="stat" data-effect=code>
                    <span class="k">{t(name)}</span>
                    <span class="v num">{of.before}" → "{of.after}<small class=class>{sign}{of.change().abs()}</small></span>
                </div>
            }
        })
    };
    let none = (csat.is_none() && nps.is_none()).then(|| view! { <p class="hint">{t(satisfaction::NOT_COMPARED)}</p> });
    let on = detail.after_on.map(|on| texts().fmt(satisfaction::ASKED_AGAIN_ON, &[("day", &fmt::date_iso(on))]));
    view! {
        <section class="card-box" data-effects="">
            <h2>{t(satisfaction::EFFECT)}</h2>
            <div class="stats" role="group" aria-label=t(satisfaction::EFFECT)>{stat(satisfaction::STARS, "csat", csat)}{stat(satisfaction::NPS_ANSWER, "nps", nps)}</div>
            {none}
            <p class="hint">{on}</p>
            {(!detail.words_after.is_empty()).then(|| view! { <p class="pre">{detail.words_after.clone()}</p> })}
        </section>
    }
    .into_any()
}

/// The second survey: its link, or the way to it.
#[component]
fn Second(detail: PlanDetail, invite: ServerAction<InviteFn>) -> impl IntoView {
    let value = invite.value();
    let refused = Signal::derive(move || value.get().and_then(Result::err));
    let known = detail.second.clone().map(|row| {
        let state = t(words::invitation(row.state));
        view! { <p><span class="badge">{state}</span>" "<span class="num">{fmt::date_iso(row.made_on)}</span></p> }
    });
    let label = if detail.second.is_some() { satisfaction::LINK_ANEW } else { satisfaction::ASK_AGAIN };
    let line = match &detail.second {
        Some(row) => view! { <input type="hidden" name="form[lines][0][invitation]" value=row.id.to_string()/> }.into_any(),
        None => view! { <input type="hidden" name="form[lines][0][customer]" value=detail.row.customer.to_string()/> }.into_any(),
    };
    let form = detail.may_ask.then(|| {
        view! {
            <FormError error=refused/>
            <ActionForm action=invite>
                <input type="hidden" name="form[id]" value=detail.survey.to_string()/>
                <input type="hidden" name="form[plan]" value=detail.row.id.to_string()/>
                <input type="hidden" name="form[lines][0][on]" value="1"/>
                {line}
                <button class="btn" type="submit"><Icon name="link" class="i-14"/>{t(label)}</button>
            </ActionForm>
        }
    });
    if known.is_none() && form.is_none() {
        return ().into_any();
    }
    view! {
        <section class="card-box" data-second="">
            <h2>{t(satisfaction::SECOND)}</h2>
            <p class="hint">{t(satisfaction::SECOND_HINT)}</p>
            {known}{form}
        </section>
    }
    .into_any()
}

const fn step(to: PlanStatus) -> Key {
    match to {
        PlanStatus::Closed => satisfaction::CLOSE_PLAN,
        _ => satisfaction::START,
    }
}

/// What is done, by whom, and the next status.
#[component]
fn Work(detail: PlanDetail, save: ServerAction<SavePlanOfSurveyFn>) -> impl IntoView {
    if !detail.may_write {
        return ().into_any();
    }
    let before = save.version().get_untracked();
    let answer = move || {
        let now = save.version().get();
        if now == 0 || now != before { save.value().get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let row = detail.row;
    let fresh = PlanForm { action: row.action.clone(), owner: row.owner.to_string(), ..PlanForm::default() };
    let form: PlanForm = typed_or(error.get_untracked().as_ref(), fresh);
    let mut owners: Vec<_> = detail.owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    if !owners.iter().any(|(id, _)| *id == row.owner.to_string()) {
        owners.push((row.owner.to_string(), row.owner_name.clone()));
    }
    let back = format!("/surveys/plans/{}", row.id);
    let to_refused = Memo::new(move |_| refusals.at("to"));
    let status = row.status;
    let steps = status.next().iter().map(move |to| {
        let label = if status.is_closed() { satisfaction::TAKE_UP } else { step(*to) };
        view! { <button class="btn btn-primary" type="submit" name="form[to]" value=to.code()>{t(label)}</button> }
    });
    // What is sent again on top of somebody else's change goes on to where it was to go: the
    // button of the banner has no name, so the hidden field takes that of the one before.
    let kept = NodeRef::<leptos::html::Input>::new();
    let pressed = StoredValue::new(String::new());
    let on_click = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let button = target.and_then(|element| element.closest("button[type='submit']").ok().flatten());
        let (Some(button), Some(kept)) = (button, kept.get_untracked()) else { return };
        let again = button.closest(".banner").ok().flatten().is_some();
        if !again {
            pressed.set_value(button.get_attribute("value").unwrap_or_default());
        }
        let to = pressed.get_value();
        kept.set_name(if again && !to.is_empty() { "form[to]" } else { "" });
        kept.set_value(&to);
    };
    view! {
        <section class="card-box" id="form" on:click=on_click>
            <h2>{t(satisfaction::WORK)}</h2>
            <ActionForm action=save attr:class="form">
                <input type="hidden" node_ref=kept/>
                <FormError error/>
                <Versioned id=row.id.to_string() version=detail.version error back/>
                <p class="err wide" role="alert" hidden=move || to_refused.get().is_none()>{move || to_refused.get()}</p>
                <AreaField label=satisfaction::ACTION name="action" refusals value=form.action rows=4/>
                <SelectField label=common::OWNER name="owner" refusals value=form.owner options=owners/>
                <p class="hint wide">{texts().fmt(satisfaction::ACTION_HINT, &[("max", &ACTION_MAX.to_string())])}</p>
                <div class="form-actions">
                    <button class="btn" type="submit">{t(common::SAVE)}</button>
                    {steps.collect_view()}
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}
