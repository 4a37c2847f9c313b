//! Surveys and their questions: drafts, published revisions, when they ask.

use super::{answer, answered_by_name, change, invitation, last_revision, parsed, revision, stored, survey, told_links};
use crate::Store;
use crate::entity::{customer, person};
use crate::error::{Result, StoreError};
use crate::scope;
use crate::write::{Work, author};
use domain::ids::{RequestId, SurveyId};
use domain::policy::{Action, Actor, Granted, grant_any, scope as scope_of};
use domain::survey::answer::Scores;
use domain::survey::figures::Tally;
use domain::survey::form::{Act, QuestionForm, Sending, SendingForm, SurveyForm};
use domain::survey::view::{Designed, SurveyRow};
use domain::survey::{Both, SurveyStatus, house};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef,
};
use std::collections::HashMap;
use uuid::Uuid;

pub(super) fn to_customer() -> RelationDef {
    invitation::Entity::belongs_to(customer::Entity).from(invitation::Column::CustomerId).to(customer::Column::Id).into()
}

impl Store {
    /// All surveys, the last changed first, with the figures of the answers in scope.
    pub async fn surveys(&self, actor: &Actor) -> Result<Vec<SurveyRow>> {
        let seen = scope_of(actor, Action::ReadSatisfaction)?;
        let rows = survey::Entity::find().order_by_desc(survey::Column::UpdatedAt).order_by_desc(survey::Column::Id).all(self.db()).await?;
        let scores: Vec<(Uuid, bool, String)> = answer::Entity::find()
            .select_only()
            .columns([answer::Column::SurveyId, answer::Column::Anonymous, answer::Column::Scores])
            .filter(scope::answers(&seen))
            .into_tuple()
            .all(self.db())
            .await?;
        // Named and anonymous ones for themselves.
        let mut tallies: HashMap<Uuid, [Tally; 2]> = HashMap::new();
        for (of, anonymous, text) in scores {
            tallies.entry(of).or_default()[usize::from(anonymous)].add(&parsed::<Scores>("scores", &text)?);
        }
        let links = async |which: Condition| -> Result<HashMap<Uuid, i64>> {
            let found: Vec<(Uuid, i64)> = invitation::Entity::find()
                .select_only()
                .column(invitation::Column::SurveyId)
                .column_as(invitation::Column::Id.count(), "links")
                .join(JoinType::InnerJoin, to_customer())
                .filter(scope::invitations(&seen))
                .filter(invitation::Column::TokenHash.is_not_null())
                .filter(which)
                .group_by(invitation::Column::SurveyId)
                .into_tuple()
                .all(self.db())
                .await?;
            Ok(found.into_iter().collect())
        };
        let sent = links(Condition::all()).await?;
        let answered = links(Condition::all().add(invitation::Column::Answered.eq(true))).await?;
        let named = links(answered_by_name()).await?;
        let count = |of: &HashMap<Uuid, i64>, id: Uuid| of.get(&id).copied().unwrap_or_default();
        rows.into_iter()
            .map(|row| {
                Ok(SurveyRow {
                    id: SurveyId(row.id),
                    title: row.title(),
                    status: row.state()?,
                    revision: row.revision,
                    sent: count(&sent, row.id),
                    answered: told_links(count(&answered, row.id), count(&named, row.id)),
                    tally: tallies.remove(&row.id).map(|[named, anonymous]| named.told(&anonymous)).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The designer's form; of a new survey with the questions of the house.
    pub async fn survey_form(&self, actor: &Actor, id: Option<SurveyId>) -> Result<Designed> {
        grant_any(actor, Action::DesignSurveys)?;
        let Some(id) = id else {
            let questions = house();
            let form = SurveyForm { questions: questions.iter().map(QuestionForm::of).collect(), ..SurveyForm::default() };
            return Ok(Designed { form, status: SurveyStatus::Draft, revision: 0, answers: 0, changed: false, questions });
        };
        let row = survey::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let answers = answer::Entity::find().filter(answer::Column::SurveyId.eq(id.0)).count(self.db()).await?;
        let questions = row.drafted()?;
        let changed = match last_revision(self.db(), &row).await? {
            Some(last) => last.asks()? != questions,
            None => false,
        };
        let form = SurveyForm {
            id: row.id.to_string(),
            version: row.version,
            title_zh: row.title_zh.clone(),
            title_en: row.title_en.clone(),
            questions: questions.iter().map(QuestionForm::of).collect(),
            ..SurveyForm::default()
        };
        let answers = i64::try_from(answers).unwrap_or(i64::MAX);
        Ok(Designed { form, status: row.state()?, revision: row.revision, answers, changed, questions })
    }

    /// Writes what the designer did. Publishing makes a revision; answers and links that
    /// are out keep theirs.
    pub async fn save_survey(&self, by: &Actor, request: RequestId, form: SurveyForm) -> Result<SurveyId> {
        let granted = grant_any(by, Action::DesignSurveys)?;
        let id = form.survey().map_err(|found| vec![found])?;
        let draft = form.check()?;
        self.write(by, request, move |work| async move {
            let row = match id {
                Some(id) => load(&work, id, form.version).await?,
                None => survey::Model {
                    id: work.new_id(),
                    title_zh: String::new(),
                    title_en: String::new(),
                    status: SurveyStatus::Draft.code().to_owned(),
                    draft: String::new(),
                    revision: 0,
                    sending: stored(&Sending::default())?,
                    since: work.today,
                    created_at: work.now,
                    updated_at: work.now,
                    updated_by: None,
                    version: 0,
                },
            };
            let status = match draft.act {
                Act::Publish => SurveyStatus::Open,
                Act::Close if row.state()? == SurveyStatus::Open => SurveyStatus::Closed,
                Act::Reopen if row.state()? == SurveyStatus::Closed => SurveyStatus::Open,
                _ => row.state()?,
            };
            let new = draft.act == Act::Publish
                && match last_revision(work.tx(), &row).await? {
                    Some(last) => last.asks()? != draft.questions,
                    None => true,
                };
            let Both { zh, en } = draft.title;
            let changed = survey::Model {
                title_zh: zh,
                title_en: en,
                status: status.code().to_owned(),
                draft: stored(&draft.questions)?,
                revision: row.revision + i32::from(new),
                ..row
            };
            let changed = put(&work, granted, changed).await?;
            if new {
                let made = revision::Model {
                    id: work.new_id(),
                    survey_id: changed.id,
                    number: changed.revision,
                    questions: changed.draft.clone(),
                    at: work.now,
                };
                revision::Entity::insert(made.into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            }
            Ok(SurveyId(changed.id))
        })
        .await
    }

    /// Writes whom a survey asks by itself. The clock of a rhythm begins when it is set.
    pub async fn save_sending(&self, by: &Actor, request: RequestId, form: SendingForm) -> Result<SurveyId> {
        let granted = grant_any(by, Action::DesignSurveys)?;
        let id = SurveyId::parse(form.id.trim()).ok_or_else(|| vec![Violation::new("", "unknown_value")])?;
        let sending = form.check()?;
        self.write(by, request, move |work| async move {
            let row = load(&work, id, form.version).await?;
            let since = if row.sends()?.schedule == sending.schedule { row.since } else { work.today };
            let changed = survey::Model { sending: stored(&sending)?, since, ..row };
            Ok(SurveyId(put(&work, granted, changed).await?.id))
        })
        .await
    }
}

async fn load(work: &Work, id: SurveyId, version: i32) -> Result<survey::Model> {
    let row = survey::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    if row.version == version {
        return Ok(row);
    }
    let by = match row.updated_by {
        Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
        None => String::new(),
    };
    Err(StoreError::Stale { by, at: row.updated_at, version: row.version })
}

/// Writes the survey with a further version, the audit row and the announcement.
async fn put(work: &Work, granted: Granted, row: survey::Model) -> Result<survey::Model> {
    let first = row.version == 0;
    let row = survey::Model { updated_at: work.now, updated_by: author(&work.by), version: row.version + 1, ..row };
    let active = row.clone().into_active_model().reset_all();
    if first {
        survey::Entity::insert(active).exec_without_returning(work.tx()).await?;
    } else {
        active.update(work.tx()).await?;
    }
    let record = serde_json::json!({ "title": row.title_zh, "status": row.status, "revision": row.revision, "sending": row.sending });
    work.audit(granted, "survey", row.id, &record)?;
    work.changed(change(row.id, row.version, None, &work.by))?;
    Ok(row)
}
