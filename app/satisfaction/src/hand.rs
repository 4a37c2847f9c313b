//! Writing down what a customer said in an interview, or wrote elsewhere.

use crate::api::{self, SaveByHandFn};
use crate::words;
use domain::ids::{CustomerId, SurveyId};
use domain::survey::form::ByHandForm;
use domain::survey::{Both, Dimension, Source};
use i18n::Key;
use i18n::keys::{common, satisfaction};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, request_id, typed_or};
use ui::picker::CustomerPicker;
use ui::work_api::find_customers;
use ui::{facts, t};

/// The customer that the address names, with its name.
type Chosen = Option<(CustomerId, String)>;

#[component]
pub fn NoteAnswerPage() -> impl IntoView {
    let query = use_query_map();
    let customer = Memo::new(move |_| query.with(|q| q.get("customer").and_then(|id| CustomerId::parse(&id))));
    let survey = Memo::new(move |_| query.with(|q| q.get("survey").and_then(|id| SurveyId::parse(&id))));
    let found = Resource::new(
        move || (customer.get(), survey.get()),
        |(customer, survey)| async move {
            let surveys = api::by_hand().await?;
            let chosen: Chosen = match customer {
                Some(id) => find_customers(id.to_string()).await?.into_iter().next().map(|(id, name, _)| (id, name)),
                None => None,
            };
            Ok::<_, ui::ApiError>((surveys, chosen, survey))
        },
    );
    let save = ServerAction::<SaveByHandFn>::new();
    view! {
        <header class="top">
            <a class="back" href="/surveys"><Icon name="chevron-left" class="i-14"/>{t(satisfaction::SURVEYS)}</a>
            <Heading text=t(satisfaction::NOTE)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok((surveys, ..)) if surveys.is_empty() => view! {
                            <Empty text=t(satisfaction::NONE_OPEN).to_owned() icon="smile"><a class="btn" href="/surveys">{t(satisfaction::SURVEYS)}</a></Empty>
                        }.into_any(),
                        Ok((surveys, chosen, survey)) => view! { <Fields surveys chosen survey save/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Fields(
    surveys: Vec<(SurveyId, Both)>,
    #[prop(optional_no_strip)] chosen: Chosen,
    #[prop(optional_no_strip)] survey: Option<SurveyId>,
    save: ServerAction<SaveByHandFn>,
) -> impl IntoView {
    let value = save.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let refusals = Refusals::of(move || value.get());
    let first = survey.or(surveys.first().map(|(id, _)| *id)).map(|id| id.to_string()).unwrap_or_default();
    let fresh =
        ByHandForm { survey: first, source: Source::Interview.code().into(), on: facts().today().to_string(), ..ByHandForm::default() };
    let form: ByHandForm = typed_or(error.get_untracked().as_ref(), fresh);
    let request = request_id();
    let surveys = surveys.into_iter().map(|(id, title)| (id.to_string(), words::both(&title))).collect();
    let sources = Source::ALL
        .iter()
        .filter(|source| **source != Source::Questionnaire)
        .map(|v| (v.code().to_owned(), t(words::source(*v)).to_owned()))
        .collect();
    let stars = move |label: Key, name: &'static str, value: String, first: i64, last: i64| {
        let options = (first..=last).map(|n| (n.to_string(), n.to_string())).collect();
        view! { <SelectField label name refusals value options empty=t(satisfaction::NOT_SAID).to_owned()/> }
    };
    let marks = [form.service, form.product, form.delivery, form.response, form.expertise, form.value];
    let marks =
        Dimension::ALL.iter().zip(marks).map(move |(dimension, value)| stars(words::dimension(*dimension), dimension.code(), value, 1, 5));
    view! {
        <ActionForm action=save attr:class="form">
            <FormError error/>
            <input type="hidden" name="form[request]" value="" prop:value=request/>
            <CustomerPicker refusals chosen typed=form.customer on_choose=Callback::new(|_| ())/>
            <SelectField label=satisfaction::SURVEY name="survey" refusals value=form.survey options=surveys required=true/>
            <SelectField label=satisfaction::SOURCE name="source" refusals value=form.source options=sources required=true/>
            <TextField label=common::DAY name="on" refusals value=form.on kind="date" max=0/>
            {stars(satisfaction::STARS, "csat", form.csat, 1, 5)}
            {stars(satisfaction::NPS_ANSWER, "nps", form.nps, 0, 10)}
            {stars(satisfaction::CES_ANSWER, "ces", form.ces, 1, 7)}
            <fieldset>
                <legend>{t(satisfaction::DIMENSIONS)}</legend>
                {marks.collect_view()}
            </fieldset>
            <AreaField label=satisfaction::WORDS name="words" refusals value=form.words/>
            <p class="hint wide">{t(satisfaction::LOW_HINT)}</p>
            <FormActions pending=save.pending() back="/surveys".to_owned()/>
        </ActionForm>
    }
}
