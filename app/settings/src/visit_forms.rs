//! What is asked on a return visit, by tier.

use crate::api::{self, SaveVisitFormFn};
use crate::nav::{Place, SettingsNav};
use domain::customers::Tier;
use domain::visits::questions::{
    CHOICE_MAX, CHOICES_MAX, LABEL_MAX, QUESTIONS_MAX, Question, QuestionForm, QuestionKind, QuestionsForm, VisitQuestions,
};
use i18n::keys::{common, settings, visits};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Skeleton, TierBadge};
use ui::form::{FormActions, FormError, Refusals, Unseen, options, typed_or};
use ui::live::{Live, RESYNC};
use ui::{ApiError, t, texts, words};

const PATH: &str = "/settings/visit-forms";
/// Empty lines for further questions.
const SPARE_LINES: usize = 2;

#[component]
pub fn VisitFormsPage() -> impl IntoView {
    let query = use_query_map();
    // The tier whose form is open.
    let shown = Memo::new(move |_| query.with(|q| q.get("edit").map(|code| Tier::parse(&code))));
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) && shown.try_get_untracked().flatten().is_none() {
            heard.try_update(|n| *n += 1);
        }
    });
    let found = Resource::new(move || (shown.get(), heard.get()), |_| api::visit_forms());
    let save = ServerAction::<SaveVisitFormFn>::new();
    view! {
        <header class="top"><Heading text=t(visits::FORMS)/></header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::VisitForms/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => match shown.get_untracked() {
                                None => view! { <List found/> }.into_any(),
                                Some(tier) => match found.into_iter().find(|one| Some(one.tier) == tier) {
                                    Some(stored) => view! { <Editor stored save/> }.into_any(),
                                    None => view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any(),
                                },
                            },
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

#[component]
fn List(found: Vec<VisitQuestions>) -> impl IntoView {
    view! {
        <section class="card-box">
            <div class="table-wrap">
                <table class="table cards-on-phone" data-visit-forms="">
                    <thead><tr><th scope="col">{t(common::TIER)}</th><th scope="col">{t(visits::QUESTIONS)}</th></tr></thead>
                    <tbody>{found.into_iter().map(|one| view! { <Row one/> }).collect_view()}</tbody>
                </table>
            </div>
            <p class="hint">{t(visits::FORMS_HINT)}</p>
        </section>
    }
}

#[component]
fn Row(one: VisitQuestions) -> impl IntoView {
    let question = |question: Question| {
        let kind = t(words::question_kind(question.kind));
        let kind = if question.choices.is_empty() { kind.to_owned() } else { question.choices.join(" / ") };
        view! { <li>{question.label}" "<small class="muted">{kind}</small></li> }
    };
    let none = one.questions.is_empty().then(|| view! { <span class="muted">{t(visits::NO_QUESTIONS)}</span> });
    let version = (one.version > 0).then(|| {
        let text = texts().fmt(visits::VERSION_N, &[("n", &one.version.to_string())]);
        view! { <small class="muted" data-version="">{text}</small> }
    });
    view! {
        <tr data-tier=one.tier.code()>
            <td><a href=format!("{PATH}?edit={}", one.tier.code())><span class="row row-1"><TierBadge tier=one.tier/>{words::tier(one.tier)}</span></a>{version}</td>
            <td class="wrap" data-label=t(visits::QUESTIONS)><ul>{one.questions.into_iter().map(question).collect_view()}</ul>{none}</td>
        </tr>
    }
}

#[component]
fn Editor(stored: VisitQuestions, save: ServerAction<SaveVisitFormFn>) -> impl IntoView {
    let (version, value) = (save.version(), save.value());
    // What was refused of one opening says nothing in the next; version 0 came with the page.
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let fresh = stored.form();
    let typed: QuestionsForm = typed_or(error.get_untracked().as_ref(), fresh.clone());
    let form = if typed.id == fresh.id { typed } else { fresh };
    let title = texts().fmt(settings::EDIT_NAMED, &[("name", &words::tier(stored.tier))]);
    let many = (form.questions.len() + SPARE_LINES).min(QUESTIONS_MAX.max(form.questions.len()));
    let lines = (0..many).map(|i| line(i, form.questions.get(i).cloned().unwrap_or_default(), refusals)).collect_view();
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form" attr:id="visit-questions">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <p class="hint">{t(visits::QUESTIONS_HINT)}</p>
                {lines}
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}

/// A question: what is asked, how it is answered, and whether it must be.
fn line(i: usize, typed: QuestionForm, refusals: Refusals) -> impl IntoView {
    let n = i + 1;
    let QuestionForm { label, kind, choices, required } = typed;
    let kind = if kind.is_empty() { QuestionKind::Text.code().to_owned() } else { kind };
    let kinds = QuestionKind::ALL.iter().map(|v| (v.code().to_owned(), t(words::question_kind(*v)).to_owned())).collect();
    let error = move |part: &'static str| {
        let id = format!("{part}_{n}");
        let told = format!("{id}-err");
        let text = Memo::new(move |_| refusals.at(&id));
        view! { <p class="err" id=told role="alert" hidden=move || text.get().is_none()>{move || text.get()}</p> }
    };
    let invalid = move |part: &'static str| move || refusals.at(&format!("{part}_{n}")).map(|_| "true");
    view! {
        <fieldset data-question=n.to_string()>
            <legend>{texts().fmt(visits::QUESTION_N, &[("n", &n.to_string())])}</legend>
            <div class="field">
                <label for=format!("label_{n}")>{texts().fmt(visits::QUESTION_N, &[("n", &n.to_string())])}</label>
                <input id=format!("label_{n}") name=format!("form[questions][{i}][label]") type="text" value=label maxlength=LABEL_MAX.to_string() autocomplete="off"
                    aria-invalid=invalid("label") aria-describedby=format!("label_{n}-err")/>
                {error("label")}
            </div>
            <div class="field">
                <label for=format!("kind_{n}")>{t(visits::QUESTION_KIND)}</label>
                <select id=format!("kind_{n}") name=format!("form[questions][{i}][kind]") aria-invalid=invalid("kind") aria-describedby=format!("kind_{n}-err")>{options(kinds, &kind)}</select>
                {error("kind")}
            </div>
            <div class="field">
                <label for=format!("choices_{n}")>{t(visits::CHOICES)}</label>
                <input id=format!("choices_{n}") name=format!("form[questions][{i}][choices]") type="text" value=choices maxlength=(CHOICES_MAX * (CHOICE_MAX + 3)).to_string() autocomplete="off"
                    aria-invalid=invalid("choices") aria-describedby=format!("choices_{n}-err")/>
                {error("choices")}
            </div>
            <label class="check">
                <input type="checkbox" name=format!("form[questions][{i}][required]") value="true" checked=required/>
                <span>{t(visits::MUST)}</span>
            </label>
        </fieldset>
    }
}
