//! Server functions of satisfaction: who asks, one call to the store, return. What a
//! customer said is in `ui`, for the customer's page; what somebody with a link sends does
//! not come here.

use domain::customers::Tier;
use domain::ids::{AnswerId, PlanId, SurveyId};
use domain::survey::Both;
use domain::survey::form::{ByHandForm, InviteForm, PlanForm, SendingForm, SurveyForm};
use domain::survey::view::{Candidate, Designed, PlanDetail, PlanFilter, PlanList, Results, ResultsQuery, SurveyDetail, SurveyRow};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    domain::survey::form::Act,
    ui::server::{actor, answer, answer_form, store},
    ui::work_api::{named_customer, say_which},
};

#[server(name = SurveysFn, prefix = "/api", endpoint = "satisfaction/surveys", input = Json)]
pub async fn surveys() -> Answer<Vec<SurveyRow>> {
    let actor = actor(Action::ReadSatisfaction)?;
    answer(store()?.surveys(&actor).await)
}

/// `links`: tokens of links that were just made, parted by dots.
#[server(name = SurveyFn, prefix = "/api", endpoint = "satisfaction/survey", input = Json)]
pub async fn survey(id: SurveyId, links: String) -> Answer<SurveyDetail> {
    let actor = actor(Action::ReadSatisfaction)?;
    let tokens: Vec<String> = links.split('.').filter(|token| !token.is_empty()).map(str::to_owned).collect();
    answer(store()?.survey(&actor, id, &tokens).await)
}

#[server(name = SurveyFormFn, prefix = "/api", endpoint = "satisfaction/survey_form", input = Json)]
pub async fn survey_form(id: Option<SurveyId>) -> Answer<Designed> {
    let actor = actor(Action::DesignSurveys)?;
    answer(store()?.survey_form(&actor, id).await)
}

/// Writes what the designer did; a form that works without scripts, as all below.
#[server(name = SaveSurveyFn, prefix = "/api", endpoint = "satisfaction/save_survey")]
pub async fn save_survey(form: SurveyForm) -> Answer<SurveyId> {
    let actor = actor(Action::DesignSurveys)?;
    let id = answer_form(store()?.save_survey(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&match Act::parse(&form.act) {
        Act::Publish | Act::Close | Act::Reopen => format!("/surveys/{id}"),
        _ => format!("/surveys/{id}/edit"),
    });
    Ok(id)
}

#[server(name = SaveSendingFn, prefix = "/api", endpoint = "satisfaction/save_sending")]
pub async fn save_sending(form: SendingForm) -> Answer<SurveyId> {
    let actor = actor(Action::DesignSurveys)?;
    let id = answer_form(store()?.save_sending(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/surveys/{id}"));
    Ok(id)
}

#[server(name = CandidatesFn, prefix = "/api", endpoint = "satisfaction/candidates", input = Json)]
pub async fn candidates(id: SurveyId, text: String, tier: Option<Tier>) -> Answer<Vec<Candidate>> {
    let actor = actor(Action::AskCustomers)?;
    answer(store()?.survey_candidates(&actor, id, &text, tier).await)
}

/// Makes links. Their tokens are in the address of the page that shows them, since they
/// are nowhere stored.
#[server(name = InviteFn, prefix = "/api", endpoint = "satisfaction/invite")]
pub async fn invite(form: InviteForm) -> Answer<SurveyId> {
    let actor = actor(Action::AskCustomers)?;
    let tokens = answer_form(store()?.invite(&actor, request(&form.request), form.clone()).await, &form)?;
    let id = SurveyId::parse(form.id.trim()).ok_or(ui::ApiError::NotFound)?;
    leptos_axum::redirect(&format!("/surveys/{id}?links={}", tokens.join(".")));
    Ok(id)
}

#[server(name = ResultsFn, prefix = "/api", endpoint = "satisfaction/results", input = Json)]
pub async fn results(id: SurveyId, query: ResultsQuery) -> Answer<Results> {
    let actor = actor(Action::ReadSatisfaction)?;
    answer(store()?.survey_results(&actor, id, &query).await)
}

/// Surveys to which an answer can be written down.
#[server(name = ByHandFn, prefix = "/api", endpoint = "satisfaction/by_hand", input = Json)]
pub async fn by_hand() -> Answer<Vec<(SurveyId, Both)>> {
    let actor = actor(Action::AskCustomers)?;
    answer(store()?.surveys_to_note(&actor).await)
}

#[server(name = SaveByHandFn, prefix = "/api", endpoint = "satisfaction/save_by_hand")]
pub async fn save_by_hand(form: ByHandForm) -> Answer<AnswerId> {
    let actor = actor(Action::AskCustomers)?;
    let (customer, code) = named_customer(&actor, &form.customer).await?;
    let saved = store()?.save_by_hand(&actor, request(&form.request), ByHandForm { customer, ..form.clone() }).await;
    let id = answer_form(saved.map_err(|error| say_which(error, code)), &form)?;
    leptos_axum::redirect(&format!("/surveys/{}/results?set=all", form.survey));
    Ok(id)
}

#[server(name = PlansFn, prefix = "/api", endpoint = "satisfaction/plans", input = Json)]
pub async fn plans(filter: PlanFilter) -> Answer<PlanList> {
    let actor = actor(Action::ReadSatisfaction)?;
    answer(store()?.survey_plans(&actor, &filter).await)
}

#[server(name = PlanFn, prefix = "/api", endpoint = "satisfaction/plan", input = Json)]
pub async fn plan(id: PlanId) -> Answer<PlanDetail> {
    let actor = actor(Action::ReadSatisfaction)?;
    answer(store()?.survey_plan(&actor, id).await)
}

#[server(name = SavePlanOfSurveyFn, prefix = "/api", endpoint = "satisfaction/save_plan")]
pub async fn save_plan(form: PlanForm) -> Answer<PlanId> {
    let actor = actor(Action::AskCustomers)?;
    let id = answer_form(store()?.save_plan_of_survey(&actor, request(&form.request), form.clone()).await, &form)?;
    leptos_axum::redirect(&format!("/surveys/plans/{id}"));
    Ok(id)
}

/// The request that the form named; one without scripts names none.
#[cfg(feature = "ssr")]
fn request(typed: &str) -> RequestId {
    RequestId::parse(typed).unwrap_or_else(store::new_request)
}
