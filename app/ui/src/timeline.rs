//! What happened with a deal or a customer, newest first, and the form that
//! adds to it. Both pages show the same: [`Timeline`] below a [`Composer`].

use crate::component::{Gauge, Icon};
use crate::error::instant;
use crate::facts::{Facts, facts};
use crate::form::{FormError, Refusals, request_id, typed_or};
use crate::words::{self, t};
use crate::work_api::LogFollowUpFn;
use domain::ids::{CustomerId, DealId, StageId};
use domain::mentions::Told;
use domain::pipeline::{Event, Happening, Stage, TransitionKind};
use domain::work::{FollowUpForm, FollowUpKind, STEP_MAX, TIMELINE_MAX};
use i18n::keys::timeline;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::hooks::use_query_map;

domain::codes! {
    /// Which entries a timeline shows: `?tab=…`.
    Tab { All = "all", FollowUps = "follow-ups", Stages = "stages" }
}

impl Tab {
    fn shows(self, event: &Event) -> bool {
        match self {
            Self::All => true,
            Self::FollowUps => matches!(event.what, Happening::FollowUp { .. }),
            Self::Stages => matches!(event.what, Happening::Stage { .. }),
        }
    }

    const fn label(self) -> i18n::Key {
        match self {
            Self::All => timeline::TAB_ALL,
            Self::FollowUps => timeline::TAB_FOLLOW_UPS,
            Self::Stages => timeline::TAB_STAGES,
        }
    }

    const fn nothing(self) -> i18n::Key {
        match self {
            Self::All => timeline::EMPTY,
            Self::FollowUps => timeline::EMPTY_FOLLOW_UPS,
            Self::Stages => timeline::EMPTY_STAGES,
        }
    }
}

/// Follow-ups and stage history under tabs that are plain links. `stages` must
/// hold those that the entries name.
#[component]
pub fn Timeline(#[prop(into)] events: Signal<Vec<Event>>, stages: Vec<Stage>) -> impl IntoView {
    let query = use_query_map();
    let tab = Memo::new(move |_| query.with(|q| q.get("tab")).and_then(|code| Tab::parse(&code)).unwrap_or(Tab::All));
    let tabs = Tab::ALL
        .iter()
        .map(|one| {
            let one = *one;
            let n = Memo::new(move |_| events.with(|all| all.iter().filter(|e| one.shows(e)).count()));
            let href = format!("?tab={}", one.code());
            view! {
                <a href=href data-noscroll="" aria-current=move || (tab.get() == one).then_some("true")>
                    {t(one.label())}<span class="count">{n}</span>
                </a>
            }
        })
        .collect_view();
    let list = move || {
        let tab = tab.get();
        let facts = facts();
        let shown = events.with(|all| all.iter().filter(|e| tab.shows(e)).map(|e| entry(e, &stages, &facts)).collect::<Vec<_>>());
        if shown.is_empty() {
            view! { <p class="muted fs13" data-empty="">{t(tab.nothing())}</p> }.into_any()
        } else {
            let cut = events.with(|all| all.len() >= TIMELINE_MAX);
            let note = cut.then(|| facts.texts().fmt(timeline::LATEST_ONLY, &[("n", &TIMELINE_MAX.to_string())]));
            view! { <ol class="tl">{shown}</ol> {note.map(|text| view! { <p class="muted fs13">{text}</p> })} }.into_any()
        }
    };
    view! {
        <nav class="tabs" aria-label=t(timeline::TITLE)>{tabs}</nav>
        {list}
    }
}

fn entry(event: &Event, stages: &[Stage], facts: &Facts) -> AnyView {
    match &event.what {
        Happening::FollowUp { kind, content, next_step, next_on, .. } => {
            let next = next_on.map(|on| next_text(facts, on, next_step));
            let body = view! {
                <div class="tl-b">{content.clone()}</div>
                {next.map(|text| view! { <small>{text}</small> })}
            };
            frame(event, facts, "tl-ic", words::follow_up_icon(*kind), t(words::follow_up(*kind)), ().into_any(), body.into_any())
        }
        Happening::Stage { kind, from, to, note, undone } => {
            let (class, icon) = sign(*kind);
            let way = way(*from, *to, stages);
            let way = if *undone {
                view! { <s class="muted row row-1">{way}</s><span class="badge">{t(timeline::UNDONE)}</span> }.into_any()
            } else {
                view! { <span class="row row-1">{way}</span> }.into_any()
            };
            let body = (!note.is_empty()).then(|| view! { <div class="tl-b">{note.clone()}</div> });
            frame(event, facts, if *undone { "tl-ic" } else { class }, icon, t(words::transition(*kind)), way, body.into_any())
        }
    }
}

fn frame(
    event: &Event,
    facts: &Facts,
    class: &'static str,
    icon: &'static str,
    what: &'static str,
    more: AnyView,
    body: AnyView,
) -> AnyView {
    let who = (!event.by.is_empty()).then(|| view! { <b class="med">{event.by.clone()}</b> });
    let deal = event.deal.clone().map(|(id, title)| view! { <a class="ell" href=format!("/deals/{id}")>{title}</a> });
    let at = event.at;
    view! {
        <li class="tl-i">
            <span class=class><Icon name=icon/></span>
            <div class="grow">
                <div class="tl-h">{who}<span>{what}</span>{deal}{more}<time datetime=format!("{at:?}")>{instant(facts, at)}</time></div>
                {body}
            </div>
        </li>
    }
    .into_any()
}

fn next_text(facts: &Facts, on: chrono::NaiveDate, step: &str) -> String {
    let day = words::day(facts, on);
    let t = facts.texts();
    if step.is_empty() { t.fmt(timeline::NEXT_DAY, &[("day", &day)]) } else { t.fmt(timeline::NEXT_ON, &[("day", &day), ("step", step)]) }
}

const fn sign(kind: TransitionKind) -> (&'static str, &'static str) {
    match kind {
        TransitionKind::Enter => ("tl-ic", "plus"),
        TransitionKind::Move => ("tl-ic", "move-right"),
        TransitionKind::Won => ("tl-ic ok", "check"),
        TransitionKind::Lost => ("tl-ic danger", "circle-x"),
        TransitionKind::Invalid => ("tl-ic", "ban"),
        TransitionKind::Reopen => ("tl-ic accent", "history"),
        TransitionKind::Undo => ("tl-ic", "undo-2"),
    }
}

/// From one stage to the other, each with its tank; one of them may be missing.
fn way(from: Option<StageId>, to: Option<StageId>, stages: &[Stage]) -> AnyView {
    let named = |id: Option<StageId>| {
        let stage = stages.iter().find(|s| Some(s.id) == id)?;
        let of = stages.iter().filter(|s| s.pipeline == stage.pipeline).count();
        let of = i32::try_from(of).unwrap_or(5);
        Some(view! { <Gauge position=stage.position of=of/><span>{words::stage_name(stage)}</span> })
    };
    let stays = from == to;
    let first = named(from);
    let arrow = (first.is_some() && to.is_some() && !stays)
        .then(|| view! { <span aria-hidden="true">"→"</span><span class="sr">{t(timeline::ARROW)}</span> });
    let second = if stays && first.is_some() { None } else { named(to) };
    view! { {first}{arrow}{second} }.into_any()
}

/// Writes down a follow-up and the next step in one form. `deal` fixes what it
/// is about; else one of `deals` may be chosen. The form works without
/// scripts; with them Ctrl+Enter saves, and `on_saved` is called.
#[component]
pub fn Composer(
    customer: CustomerId,
    #[prop(optional)] deal: Option<DealId>,
    #[prop(optional)] deals: Vec<(DealId, String)>,
    /// Next step and day as they are, which a follow-up keeps unless it says
    /// others.
    #[prop(optional, into)]
    next: Signal<(String, String)>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let save = ServerAction::<LogFollowUpFn>::new();
    let answer = save.value();
    let (next_step, next_on) = next.get_untracked();
    let fresh = FollowUpForm { next_step, next_on, ..FollowUpForm::default() };
    let typed: FollowUpForm = answer.with_untracked(|a| typed_or(a.as_ref().and_then(|a| a.as_ref().err()), fresh));
    let refusals = Refusals::of(move || answer.get());
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let form = NodeRef::<html::Form>::new();
    let request = request_id();
    let said = RwSignal::new("");
    let heard = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        if let Some(Ok(logged)) = answer.get() {
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
            request.set(crate::browser::new_request().to_string());
            said.set(t(timeline::RECORDED));
            heard.set(names(&logged.names));
            untrack(|| on_saved.run(()));
        }
    });
    Effect::new(move |before: Option<(String, String)>| {
        let now = next.get();
        if let Some(before) = before {
            follow("fu-next_step", &before.0, &now.0);
            follow("fu-next_on", &before.1, &now.1);
        }
        now
    });
    let hash = use_location().hash;
    Effect::new(move |_| {
        // Asked for by name in the address: what is to be written is written here.
        // A frame later: a dialog that leads here is closed first, and takes the
        // focus back to where it was.
        if hash.get() == "#fu-content" && form.get().is_some() {
            request_animation_frame(|| {
                if let Some(field) = crate::browser::by_id("fu-content") {
                    let _ = field.focus();
                }
            });
        }
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            if let Some(form) = form.get_untracked() {
                let _ = form.request_submit();
            }
        }
    };
    let kind = FollowUpKind::parse(&typed.kind).unwrap_or(FollowUpKind::Call);
    let kinds = FollowUpKind::ALL
        .iter()
        .map(|one| {
            view! {
                <label class="btn btn-ghost btn-s">
                    <input type="radio" name="form[kind]" value=one.code() checked={*one == kind}/>
                    <Icon name=words::follow_up_icon(*one) class="i-14"/>{t(words::follow_up(*one))}
                </label>
            }
        })
        .collect_view();
    let about = match deal {
        Some(id) => view! { <input type="hidden" name="form[deal]" value=id.to_string()/> }.into_any(),
        None if deals.is_empty() => ().into_any(),
        None => view! { <DealChoice deals chosen=typed.deal.clone()/> }.into_any(),
    };
    let pending = save.pending();
    view! {
        <ActionForm action=save node_ref=form attr:class="composer" attr:aria-label=t(timeline::COMPOSER) on:keydown=on_key>
            <input type="hidden" name="form[customer]" value=customer.to_string()/>
            <input type="hidden" name="form[request]" value=move || request.get()/>
            <div class="composer-t" role="radiogroup" aria-label=t(timeline::KIND)>{kinds}</div>
            <label class="composer-b"><span class="sr">{t(timeline::CONTENT)}</span>
                <textarea id="fu-content" name="form[content]" rows="2" placeholder=t(timeline::CONTENT_HINT)
                    aria-invalid=move || refusals.at("content").map(|_| "true") aria-describedby="fu-content-err"
                    inner_html=crate::form::escaped(&typed.content)></textarea>
            </label>
            <Refusal refusals field="content" id="fu-content-err"/>
            <div class="composer-f">
                <label class="chip"><Icon name="move-right" class="i-14"/><span class="sr">{t(timeline::STEP)}</span>
                    <input id="fu-next_step" name="form[next_step]" type="text" placeholder=t(timeline::STEP_HINT) value=typed.next_step maxlength=STEP_MAX.to_string()
                        aria-invalid=move || refusals.at("next_step").map(|_| "true") aria-describedby="fu-next_step-err"/>
                </label>
                <label class="chip"><Icon name="calendar" class="i-14"/><span>{t(timeline::STEP_ON)}</span>
                    <input id="fu-next_on" name="form[next_on]" type="date" value=typed.next_on
                        aria-invalid=move || refusals.at("next_on").map(|_| "true") aria-describedby="fu-next_on-err"/>
                </label>
                {about}
                <button class="btn btn-primary btn-s" type="submit" aria-busy=move || pending.get().to_string()>
                    {t(timeline::RECORD)}<span class="hide-phone" aria-hidden="true">"Ctrl ↵"</span>
                </button>
            </div>
            <Refusal refusals field="next_step" id="fu-next_step-err"/>
            <Refusal refusals field="next_on" id="fu-next_on-err"/>
            <Refusal refusals field="deal" id="fu-deal-err"/>
            <FormError error/>
            <p class="hint">{t(timeline::MENTION_HINT)}</p>
            <div class="sr" role="status">{move || said.get()}</div>
            <div role="status" data-told="">{move || heard.get().into_iter().map(|text| view! { <p class="hint">{text}</p> }).collect_view()}</div>
        </ActionForm>
    }
}

/// Who of those named hears of it, and who does not.
fn names(of: &Told) -> Vec<String> {
    let says = |key, names: &[String]| (!names.is_empty()).then(|| crate::facts::texts().fmt(key, &[("names", &names.join(" · "))]));
    [says(timeline::TOLD, &of.told), says(timeline::UNTOLD, &of.untold), says(timeline::UNCLEAR, &of.unclear)]
        .into_iter()
        .flatten()
        .collect()
}

/// A field that shows what is known follows it, unless somebody wrote in it.
fn follow(id: &str, before: &str, now: &str) {
    use wasm_bindgen::JsCast;
    let Some(input) = crate::browser::by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
    let untouched = input.value() == before;
    let _ = input.set_attribute("value", now);
    if untouched {
        input.set_value(now);
    }
}

#[component]
fn DealChoice(deals: Vec<(DealId, String)>, chosen: String) -> impl IntoView {
    let none = chosen.is_empty();
    let options = deals
        .into_iter()
        .map(|(id, title)| {
            let code = id.to_string();
            let selected = code == chosen;
            view! { <option value=code selected=selected>{title}</option> }
        })
        .collect_view();
    view! {
        <label class="chip"><Icon name="link" class="i-14"/><span class="sr">{t(timeline::OF_DEAL)}</span>
            <select id="fu-deal" name="form[deal]" aria-describedby="fu-deal-err"><option value="" selected=none>{t(timeline::NO_DEAL)}</option>{options}</select>
        </label>
    }
}

#[component]
fn Refusal(refusals: Refusals, field: &'static str, id: &'static str) -> impl IntoView {
    let text = Memo::new(move |_| refusals.at(field));
    view! { <p class="err" id=id role="alert" hidden=move || text.get().is_none()>{move || text.get()}</p> }
}
