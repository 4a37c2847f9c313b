//! What is asked on a return visit, by tier, each version for itself.

use super::visit_form;
use crate::Store;
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::settings::settings_change;
use crate::write::{Work, author};
use domain::customers::Tier;
use domain::ids::{RequestId, VisitFormId};
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::visits::questions::{Question, QuestionsForm, VisitQuestions};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

impl Store {
    /// What is asked of each tier, the best first.
    pub async fn visit_forms(&self, actor: &Actor) -> Result<Vec<VisitQuestions>> {
        grant_any(actor, Action::ManageSettings)?;
        let mut found = Vec::with_capacity(Tier::ALL.len());
        for tier in Tier::ALL {
            found.push(latest(self.db(), *tier).await?);
        }
        Ok(found)
    }

    /// Adds a version of a tier's questions. Gives its number.
    pub async fn save_visit_form(&self, by: &Actor, request: RequestId, form: QuestionsForm) -> Result<i32> {
        let granted = grant_any(by, Action::ManageSettings)?;
        let (tier, questions) = form.check()?;
        let version = form.version;
        self.write(by, request, move |work| async move { save(&work, granted, tier, version, questions).await }).await
    }
}

async fn save(work: &Work, granted: Granted, tier: Tier, version: i32, questions: Vec<Question>) -> Result<i32> {
    work.alone(&format!("visit form {tier}")).await?;
    let known = latest(work.tx(), tier).await?;
    if known.version != version {
        let id = known.id.map_or_else(uuid::Uuid::nil, |id| id.0);
        return Err(work.stale(id, known.version).await?);
    }
    if known.questions == questions && known.id.is_some() {
        return Ok(version);
    }
    let row = visit_form::Model {
        id: work.new_id(),
        tier: tier.code().to_owned(),
        version: version + 1,
        questions: stored(&questions)?,
        at: work.now,
        by_id: author(&work.by),
    };
    let id = row.id;
    row.into_active_model().reset_all().insert(work.tx()).await?;
    work.audit(granted, "visit_form", id, &serde_json::json!({ "tier": tier, "before": known.questions, "after": questions }))?;
    work.changed(settings_change(id, version + 1, &work.by))?;
    Ok(version + 1)
}

/// The questions of a tier as they are now.
pub(super) async fn latest(db: &impl ConnectionTrait, tier: Tier) -> Result<VisitQuestions> {
    use visit_form::Column as Q;
    let row = visit_form::Entity::find().filter(Q::Tier.eq(tier.code())).order_by_desc(Q::Version).one(db).await?;
    row.map_or_else(|| Ok(VisitQuestions::none(tier)), of)
}

pub(super) fn of(row: visit_form::Model) -> Result<VisitQuestions> {
    Ok(VisitQuestions {
        tier: read("tier", &row.tier, Tier::parse)?,
        id: Some(VisitFormId(row.id)),
        version: row.version,
        questions: serde_json::from_str(&row.questions)
            .map_err(|error| StoreError::Internal(format!("questions of {}: {error}", row.id)))?,
    })
}

/// Questions as they are stored.
pub(crate) fn stored(questions: &[Question]) -> Result<String> {
    serde_json::to_string(questions).map_err(|error| StoreError::Internal(error.to_string()))
}

/// Answers as they are stored, in the order of the questions.
pub(crate) fn stored_answers(answers: &[String]) -> Result<String> {
    serde_json::to_string(answers).map_err(|error| StoreError::Internal(error.to_string()))
}
