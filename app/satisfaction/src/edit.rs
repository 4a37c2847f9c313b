//! The designer: titles, questions in their order, conditions, a preview. Every button
//! saves the draft, so it works without scripts; who publishes is told what is missing.

use crate::api::{self, SaveSurveyFn};
use crate::frame::Missing;
use crate::public::preview;
use crate::words;
use domain::ids::SurveyId;
use domain::survey::form::{QuestionForm, SurveyForm};
use domain::survey::view::Designed;
use domain::survey::{Compare, Dimension, QUESTIONS_MAX, QuestionKind, SurveyStatus, TEXT_MAX, TITLE_MAX};
use i18n::Key;
use i18n::keys::{common, satisfaction};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::component::{Heading, Icon, Skeleton};
use ui::form::{FormError, Refusals, TextField, Versioned, escaped, options, typed_or};
use ui::{ApiError, fmt, t, texts};

#[component]
pub fn NewSurveyPage() -> impl IntoView {
    view! { <Designer of=Memo::new(|_| Some(None))/> }
}

#[component]
pub fn EditSurveyPage() -> impl IntoView {
    let params = use_params_map();
    let of = Memo::new(move |_| params.with(|p| p.get("id").and_then(|id| SurveyId::parse(&id))).map(Some));
    view! { <Designer of/> }
}

#[component]
fn Designer(of: Memo<Option<Option<SurveyId>>>) -> impl IntoView {
    let save = ServerAction::<SaveSurveyFn>::new();
    let saved = RwSignal::new(0_u32);
    Effect::new(move |before: Option<usize>| {
        let now = save.version().get();
        if before.is_some_and(|before| before != now) && matches!(save.value().get_untracked(), Some(Ok(_))) {
            saved.try_update(|n| *n += 1);
        }
        now
    });
    let found =
        Resource::new(move || (of.get(), saved.get()), |(of, _)| async move { api::survey_form(of.ok_or(ApiError::NotFound)?).await });
    // The button to which the focus goes when the questions are drawn anew.
    let focus = StoredValue::new(String::new());
    view! {
        <header class="top">
            {move || match of.get().flatten() {
                Some(id) => view! { <a class="back" href=format!("/surveys/{id}")><Icon name="chevron-left" class="i-14"/>{t(satisfaction::SURVEY)}</a> }.into_any(),
                None => view! { <a class="back" href="/surveys"><Icon name="chevron-left" class="i-14"/>{t(satisfaction::SURVEYS)}</a> }.into_any(),
            }}
            <Heading text=t(satisfaction::DESIGN)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(designed) => view! { <Fields designed save focus/> }.into_any(),
                        Err(error) => view! { <Missing error back="/surveys" label=satisfaction::SURVEYS/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Fields(designed: Designed, save: ServerAction<SaveSurveyFn>, focus: StoredValue<String>) -> impl IntoView {
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || value.get());
    let Designed { form: fresh, status, revision, answers, changed, questions } = designed;
    let typed: SurveyForm = typed_or(error.get_untracked().as_ref(), fresh.clone());
    // A refusal of another survey's form says nothing here.
    let form = if typed.id == fresh.id { typed } else { fresh };
    let back = if form.id.is_empty() { "/surveys".to_owned() } else { format!("/surveys/{}", form.id) };
    let many = form.questions.len();
    let act = move |act: &'static str, label: Key, class: &'static str| {
        view! { <button class=class type="submit" name="form[act]" value=act>{t(label)}</button> }
    };
    let says = match (status, changed) {
        _ if revision == 0 => t(satisfaction::NEVER_PUBLISHED).to_owned(),
        (_, true) => t(satisfaction::CHANGED_SINCE).to_owned(),
        _ => texts().fmt(satisfaction::AS_PUBLISHED, &[("n", &revision.to_string())]),
    };
    let kept = (answers > 0).then(|| texts().n(satisfaction::KEEP_ONE, satisfaction::KEEP_MANY, answers));
    let forms = form.questions.clone();
    let rows = forms.iter().enumerate().map(|(i, one)| question(i, one.clone(), &forms, refusals, focus)).collect_view();
    let adds = QuestionKind::ALL.iter().map(|kind| {
        view! { <button class="btn btn-s" type="submit" name="form[act]" value=format!("add:{kind}")><Icon name="plus" class="i-14"/>{t(words::question_kind(*kind))}</button> }
    });
    Effect::new(move |_| {
        if let Some(element) = focus.try_update_value(std::mem::take).filter(|id| !id.is_empty()).and_then(|id| ui::browser::by_id(&id)) {
            ui::browser::focus(element);
        }
    });
    let shown = preview(texts(), &questions).into_string();
    view! {
        <div class="sv-edit">
            <ActionForm action=save attr:class="form" attr:data-designer="">
                <FormError error/>
                <Versioned id=form.id version=form.version error back=back.clone()/>
                <div class="form-actions">
                    {act("save", common::SAVE, "btn")}
                    {act("publish", satisfaction::PUBLISH, "btn btn-primary")}
                    {(status == SurveyStatus::Open).then(|| act("close", satisfaction::CLOSE, "btn"))}
                    {(status == SurveyStatus::Closed).then(|| act("reopen", satisfaction::REOPEN, "btn"))}
                    <span class="hint" role="status">{says}" "{kept}</span>
                </div>
                <TextField label=satisfaction::TITLE_ZH name="title_zh" refusals value=form.title_zh required=true max=TITLE_MAX autocomplete="off"/>
                <TextField label=satisfaction::TITLE_EN name="title_en" refusals value=form.title_en required=true max=TITLE_MAX autocomplete="off"/>
                {rows}
                <fieldset class="sv-add">
                    <legend>{t(satisfaction::ADD_QUESTION)}</legend>
                    <div class="wide row sv-adds">{adds.collect_view()}</div>
                    {(many >= QUESTIONS_MAX).then(|| view! { <p class="hint wide">{texts().fmt(satisfaction::FULL, &[("max", &QUESTIONS_MAX.to_string())])}</p> })}
                </fieldset>
                <div class="form-actions">
                    {act("save", common::SAVE, "btn")}
                    <a class="btn btn-ghost" href=back>{t(common::CANCEL)}</a>
                </div>
            </ActionForm>
            <section class="card-box sv-preview" aria-label=t(satisfaction::PREVIEW)>
                <h2>{t(satisfaction::PREVIEW)}</h2>
                <p class="hint">{t(satisfaction::PREVIEW_HINT)}</p>
                <div class="sv-questions" data-preview="" inner_html=shown></div>
            </section>
        </div>
    }
}

/// The fields of one question, numbered from 1.
fn question(i: usize, one: QuestionForm, all: &[QuestionForm], refusals: Refusals, focus: StoredValue<String>) -> impl IntoView + use<> {
    let n = i + 1;
    let kind = QuestionKind::parse(&one.kind).unwrap_or(QuestionKind::Text);
    let name = move |part: &str| format!("form[questions][{i}][{part}]");
    let error = move |part: &'static str| {
        let at = format!("{part}_{n}");
        let told = Memo::new(move |_| refusals.at(&at));
        view! { <p class="err" role="alert" data-error=format!("{part}_{n}") hidden=move || told.get().is_none()>{move || told.get()}</p> }
    };
    let line = move |part: &'static str, label: Key, value: String| {
        let id = format!("{part}_{n}");
        view! {
            <div class="field">
                <label for=id.clone()>{t(label)}</label>
                <input id=id name=name(part) type="text" value=value maxlength=TEXT_MAX.to_string() autocomplete="off"/>
                {error(part)}
            </div>
        }
    };
    let lines = move |part: &'static str, label: Key, value: String| {
        let id = format!("{part}_{n}");
        view! {
            <div class="field">
                <label for=id.clone()>{t(label)}</label>
                <textarea id=id name=name(part) rows="4" inner_html=escaped(&value)></textarea>
                <p class="hint">{t(satisfaction::LINES_HINT)}</p>
                {error(part)}
            </div>
        }
    };
    let boxes = (kind == QuestionKind::Dimensions).then(|| {
        let ticked = [&one.service, &one.product, &one.delivery, &one.response, &one.expertise, &one.value].map(|tick| !tick.is_empty());
        let each = Dimension::ALL.iter().zip(ticked).map(|(dimension, on)| {
            view! { <label class="check"><input type="checkbox" name=name(dimension.code()) value="1" checked=on/><span>{t(words::dimension(*dimension))}</span></label> }
        });
        view! { <div class="wide sv-boxes">{each.collect_view()}{error("dimensions")}</div> }
    });
    let button = move |what: &'static str, to: usize, label: Key, icon: &'static str, off: bool| {
        let spoken = texts().fmt(label, &[("n", &n.to_string())]);
        let back_to = format!("q{to}-{what}");
        let title = spoken.clone();
        view! {
            <button class="btn btn-s" type="submit" id=format!("q{n}-{what}") name="form[act]" value=format!("{what}:{n}") disabled=off title=title
                on:click=move |_| focus.set_value(back_to.clone())>
                <Icon name=icon class="i-14"/><span class="sr">{spoken}</span>
            </button>
        }
    };
    let last = n == all.len();
    let before: Vec<(String, String)> = std::iter::once((String::new(), t(satisfaction::ALWAYS).to_owned()))
        .chain(all[..i].iter().enumerate().filter_map(|(place, earlier)| {
            let kind = QuestionKind::parse(&earlier.kind)?;
            let named = texts().fmt(satisfaction::QUESTION_OF, &[("n", &(place + 1).to_string()), ("kind", t(words::question_kind(kind)))]);
            (!kind.compares().is_empty()).then(|| (earlier.id.clone(), named))
        }))
        .collect();
    let ahead = !one.if_question.is_empty() && !before.iter().any(|(id, _)| *id == one.if_question);
    let before: Vec<_> = before.into_iter().chain(ahead.then(|| (one.if_question.clone(), t(satisfaction::AHEAD).to_owned()))).collect();
    let compares = Compare::ALL.iter().map(|is| (is.code().to_owned(), t(words::compare(*is)).to_owned())).collect();
    let asked_if = (before.len() > 1).then(|| {
        view! {
            <div class="wide sv-if">
                <div class="field"><label for=format!("if_question_{n}")>{t(satisfaction::ONLY_IF)}</label>
                    <select id=format!("if_question_{n}") name=name("if_question")>{options(before, &one.if_question)}</select></div>
                <div class="field"><label for=format!("if_is_{n}")>{t(satisfaction::COMPARE)}</label>
                    <select id=format!("if_is_{n}") name=name("if_is")>{options(compares, &one.if_is)}</select></div>
                <div class="field"><label for=format!("if_value_{n}")>{t(satisfaction::COMPARED)}</label>
                    <input id=format!("if_value_{n}") name=name("if_value") type="text" inputmode="numeric" maxlength="3" value=one.if_value.clone() autocomplete="off"/></div>
                {error("only_if")}
            </div>
        }
    });
    let legend = texts()
        .fmt(satisfaction::QUESTION_OF, &[("n", &fmt::integer(i64::try_from(n).unwrap_or(0))), ("kind", t(words::question_kind(kind)))]);
    view! {
        <fieldset class="sv-fields" data-question=n.to_string() data-kind=kind.code()>
            <legend><span class="row">{legend}<span class="row push">
                {button("up", if n > 1 { n - 1 } else { n }, satisfaction::MOVE_UP, "arrow-up", n == 1)}
                {button("down", if last { n } else { n + 1 }, satisfaction::MOVE_DOWN, "arrow-down", last)}
                {button("remove", n, satisfaction::REMOVE, "x", false)}
            </span></span></legend>
            <input type="hidden" name=name("id") value=one.id.clone()/>
            <input type="hidden" name=name("kind") value=kind.code()/>
            {error("kind")}
            {line("zh", satisfaction::WORDS_ZH, one.zh.clone())}
            {line("en", satisfaction::WORDS_EN, one.en.clone())}
            {kind.has_options().then(|| lines("options", satisfaction::OPTIONS, one.options.clone()))}
            {(kind == QuestionKind::Matrix).then(|| lines("rows", satisfaction::ROWS, one.rows.clone()))}
            {boxes}
            <label class="check wide"><input type="checkbox" name=name("required") value="1" checked=!one.required.is_empty()/><span>{t(satisfaction::REQUIRED)}</span></label>
            {asked_if}
        </fieldset>
    }
}
