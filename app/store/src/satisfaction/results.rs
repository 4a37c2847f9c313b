//! What was answered: the figures of a survey with the answers behind each, answers that
//! were written down by hand, and what a customer's page says.

use super::design::to_customer;
use super::{
    answer, answered_by_name, change, contact_names, customers, invitation, may_be_anonymous, parsed, plan, plan_for, short, stored,
    survey, told_links, with_merged,
};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::author;
use crate::{Store, scope};
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::ids::{AnswerId, CustomerId, PlanId, RequestId, SurveyId, UnitId, UserId};
use domain::policy::{Action, Actor, Ownership, Rows, Scope, grant, grant_any, reach, scope as scope_of};
use domain::survey::answer::Scores;
use domain::survey::figures::{Step, Tally, step_start, told, trend};
use domain::survey::form::ByHandForm;
use domain::survey::plan::PlanStatus;
use domain::survey::view::{AnswerRow, OfCustomer, Results, ResultsQuery};
use domain::survey::{Both, Source, SurveyStatus};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Answers of a list; all are counted.
const LISTED: usize = 200;
/// Answers and plans on a customer's page.
const SHOWN: u64 = 5;

/// Teams and people whose answers may be seen.
pub(super) fn choices(org: &Org, actor: &Actor, seen: &Scope) -> (Vec<(UnitId, String)>, Vec<(UserId, String)>) {
    let inside = |unit| match seen.rows() {
        Rows::OwnedBy(_) => unit == actor.unit,
        Rows::InUnits(units) => units.contains(&unit),
        Rows::All => true,
    };
    let teams = org.units.iter().filter(|unit| inside(unit.id)).map(|unit| (unit.id, unit.name.clone())).collect();
    let owners = org
        .active()
        .into_iter()
        .filter(|p| seen.contains(&Ownership { owner: Some(p.id), unit: p.unit }) && reach(p.role, Action::AskCustomers).is_some())
        .map(|p| (p.id, p.name.clone()))
        .collect();
    (teams, owners)
}

/// What is counted of an answer.
pub(crate) struct Counted {
    id: Uuid,
    on: NaiveDate,
    anonymous: bool,
    scores: Scores,
}

/// Takes the anonymous ones out if they are too few to be told. How many stay, and how many
/// went.
fn keep_told(rows: &mut Vec<Counted>) -> (i64, i64) {
    let anonymous = rows.iter().filter(|row| row.anonymous).count();
    let n = i64::try_from(anonymous).unwrap_or(i64::MAX);
    if told(u64::try_from(anonymous).unwrap_or(u64::MAX)) > 0 {
        return (n, 0);
    }
    rows.retain(|row| !row.anonymous);
    (0, n)
}

/// The newest first. The place in a list does not say the day of an anonymous one either.
fn newest_first(rows: &mut [Counted]) {
    rows.sort_by_key(|row| std::cmp::Reverse((shown_on(row.on, row.anonymous), row.id)));
}

/// The day that is shown of an answer; of an anonymous one only its month.
fn shown_on(on: NaiveDate, anonymous: bool) -> NaiveDate {
    if anonymous { step_start(Step::Month, on) } else { on }
}

fn conditions(query: &ResultsQuery, org: &Org, from: NaiveDate, to: NaiveDate) -> Condition {
    use answer::Column as A;
    let team = query.team.map(|team| A::UnitId.is_in(org.below(team).into_iter().map(|unit| unit.0)));
    Condition::all()
        .add(A::OnDay.between(from, to))
        .add_option(query.tier.map(|tier| A::Tier.eq(tier.code())))
        .add_option(team)
        .add_option(query.owner.map(|owner| A::OwnerId.eq(owner.0)))
        .add_option(query.source.map(|source| A::Source.eq(source.code())))
}

/// Rows of answers with the names that stand in them.
async fn into_rows(db: &impl ConnectionTrait, org: &Org, rows: Vec<(answer::Model, Scores)>) -> Result<Vec<AnswerRow>> {
    let known = customers(db, rows.iter().filter_map(|(row, _)| row.customer_id).collect()).await?;
    let contacts = contact_names(db, rows.iter().filter_map(|(row, _)| row.contact_id).collect()).await?;
    let plans: Vec<(Uuid, Uuid)> = plan::Entity::find()
        .select_only()
        .columns([plan::Column::AnswerId, plan::Column::Id])
        .filter(plan::Column::AnswerId.is_in(rows.iter().map(|(row, _)| row.id)))
        .into_tuple()
        .all(db)
        .await?;
    let plans: HashMap<Uuid, Uuid> = plans.into_iter().collect();
    rows.into_iter()
        .map(|(row, scores)| {
            Ok(AnswerRow {
                id: AnswerId(row.id),
                on: shown_on(row.on_day, row.anonymous),
                source: read("source of an answer", &row.source, Source::parse)?,
                anonymous: row.anonymous,
                customer: row.customer_id.and_then(|id| Some((CustomerId(id), short(known.get(&id)?)))),
                contact_name: row.contact_id.and_then(|id| contacts.get(&id).cloned()).unwrap_or_default(),
                owner_name: row.owner().map(|id| org.name_of(id)).unwrap_or_default(),
                tier: read("tier", &row.tier, Tier::parse)?,
                plan: plans.get(&row.id).copied().map(PlanId),
                words: row.words,
                scores,
            })
        })
        .collect()
}

impl Store {
    /// The figures of a survey over the answers in scope, and the answers behind one of
    /// them. Figures and lists are of the same answers by the same conditions.
    pub async fn survey_results(&self, actor: &Actor, id: SurveyId, query: &ResultsQuery) -> Result<Results> {
        let seen = scope_of(actor, Action::ReadSatisfaction)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let of = survey::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let (from, to) = query.days(today);
        let mut rows = self.counted(&org, &seen, id, query).await?;
        let anonymous = keep_told(&mut rows).0;
        let tally = Tally::of(rows.iter().map(|row| &row.scores));
        let step = query.step.unwrap_or(Step::Month);
        let trend = trend(step, from, to, rows.iter().map(|row| (row.on, row.anonymous, &row.scores)));
        let (mut of_set, mut unlisted) = (None, 0);
        if let Some(set) = query.set {
            rows.retain(|row| set.holds(&row.scores));
            let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            unlisted = keep_told(&mut rows).1;
            newest_first(&mut rows);
            rows.truncate(LISTED);
            of_set = Some((self.listed(&org, rows).await?, total));
        }
        let links = async |which: Condition| self.links(&org, &seen, id, query, from, to, which).await;
        let answered = links(Condition::all().add(invitation::Column::Answered.eq(true))).await?;
        let (teams, owners) = choices(&org, actor, &seen);
        Ok(Results {
            id,
            title: of.title(),
            as_of: today,
            from,
            to,
            step,
            tally,
            anonymous,
            may_be_anonymous: may_be_anonymous(self.db(), &of).await?,
            sent: links(Condition::all()).await?,
            answered: told_links(answered, links(answered_by_name()).await?),
            trend,
            closed_loop: self.closed_loop(&super::plans::narrowed(&seen, &org, id, query, from, to)).await?,
            rows: of_set,
            unlisted,
            teams,
            owners,
        })
    }

    /// The answers in scope that the query leaves, those too that are too few to be told.
    async fn counted(&self, org: &Org, seen: &Scope, id: SurveyId, query: &ResultsQuery) -> Result<Vec<Counted>> {
        use answer::Column as A;
        let (from, to) = query.days(self.clock.today());
        let rows: Vec<(Uuid, NaiveDate, bool, String)> = answer::Entity::find()
            .select_only()
            .columns([A::Id, A::OnDay, A::Anonymous, A::Scores])
            .filter(A::SurveyId.eq(id.0))
            .filter(scope::answers(seen))
            .filter(conditions(query, org, from, to))
            .into_tuple()
            .all(self.db())
            .await?;
        let counted = |(id, on, anonymous, text): (Uuid, NaiveDate, bool, String)| -> Result<Counted> {
            Ok(Counted { id, on, anonymous, scores: parsed("scores", &text)? })
        };
        rows.into_iter().map(counted).collect()
    }

    /// The answers that the results would list, all of them, in that order; where no set is
    /// asked for, all that are counted.
    pub(crate) async fn answers_told(&self, actor: &Actor, id: SurveyId, query: &ResultsQuery) -> Result<Vec<Counted>> {
        let seen = scope_of(actor, Action::ReadSatisfaction)?;
        let org = self.require_org()?;
        let mut rows = self.counted(&org, &seen, id, query).await?;
        keep_told(&mut rows);
        if let Some(set) = query.set {
            rows.retain(|row| set.holds(&row.scores));
            keep_told(&mut rows);
        }
        newest_first(&mut rows);
        Ok(rows)
    }

    /// What is shown of answers that may be told.
    pub(crate) async fn answers_listed(&self, rows: Vec<Counted>) -> Result<Vec<AnswerRow>> {
        self.listed(&*self.require_org()?, rows).await
    }

    /// [`StoreError::NotFound`] unless there is such a survey.
    pub(crate) async fn survey_is_there(&self, id: SurveyId) -> Result<()> {
        survey::Entity::find_by_id(id.0).one(self.db()).await?.map(|_| ()).ok_or(StoreError::NotFound)
    }

    /// Answers with all that is shown of them, in this order.
    async fn listed(&self, org: &Org, rows: Vec<Counted>) -> Result<Vec<AnswerRow>> {
        let these = answer::Column::Id.is_in(rows.iter().map(|row| row.id));
        let whole = answer::Entity::find().filter(these).all(self.db()).await?;
        let mut whole: HashMap<Uuid, answer::Model> = whole.into_iter().map(|row| (row.id, row)).collect();
        let found = rows.into_iter().filter_map(|row| Some((whole.remove(&row.id)?, row.scores))).collect();
        into_rows(self.db(), org, found).await
    }

    /// Links that were made in the period for customers in scope.
    #[expect(clippy::too_many_arguments, reason = "everything that narrows them, in one place")]
    async fn links(
        &self,
        org: &Org,
        seen: &Scope,
        id: SurveyId,
        query: &ResultsQuery,
        from: NaiveDate,
        to: NaiveDate,
        which: Condition,
    ) -> Result<i64> {
        use crate::entity::customer::Column as C;
        use invitation::Column as I;
        // Links are of questionnaires.
        if query.source.is_some_and(|source| source != Source::Questionnaire) {
            return Ok(0);
        }
        let team = query.team.map(|team| C::UnitId.is_in(org.below(team).into_iter().map(|unit| unit.0)));
        let narrowed = Condition::all()
            .add(I::SurveyId.eq(id.0))
            .add(I::TokenHash.is_not_null())
            .add(I::MadeOn.between(from, to))
            .add_option(query.tier.map(|tier| C::Tier.eq(tier.code())))
            .add_option(team)
            .add_option(query.owner.map(|owner| C::OwnerId.eq(owner.0)))
            .add(which);
        let found: Select<invitation::Entity> =
            invitation::Entity::find().join(JoinType::InnerJoin, to_customer()).filter(scope::invitations(seen)).filter(narrowed);
        Ok(i64::try_from(found.count(self.db()).await?).unwrap_or(i64::MAX))
    }

    /// Surveys to which an answer can be written down.
    pub async fn surveys_to_note(&self, actor: &Actor) -> Result<Vec<(SurveyId, Both)>> {
        grant_any(actor, Action::AskCustomers)?;
        let rows = survey::Entity::find()
            .filter(survey::Column::Status.ne(SurveyStatus::Draft.code()))
            .order_by_desc(survey::Column::UpdatedAt)
            .order_by_desc(survey::Column::Id)
            .all(self.db())
            .await?;
        Ok(rows.into_iter().map(|row| (SurveyId(row.id), row.title())).collect())
    }

    /// Writes down what a customer said in an interview or wrote elsewhere.
    pub async fn save_by_hand(&self, by: &Actor, request: RequestId, form: ByHandForm) -> Result<AnswerId> {
        grant_any(by, Action::AskCustomers)?;
        let customer = CustomerId::parse(form.customer.trim());
        let customer =
            customer.ok_or_else(|| Violation::new("customer", if form.customer.trim().is_empty() { "required" } else { "unknown_value" }));
        let (draft, customer) = match (form.check(self.clock.today()), customer) {
            (Ok(draft), Ok(customer)) => (draft, customer),
            (draft, customer) => return Err(draft.err().into_iter().flatten().chain(customer.err()).collect::<Vec<_>>().into()),
        };
        let org = self.require_org()?;
        let calendar = self.work_calendar().await?;
        self.write(by, request, move |work| async move {
            let of = crate::customers::living(&work, customer.0).await?.ok_or(StoreError::NotFound)?;
            let granted = grant(&work.by, Action::AskCustomers, &crate::customers::ownership(&of))?;
            let to = survey::Entity::find_by_id(draft.survey.0).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            if to.state()? == SurveyStatus::Draft {
                return Err(vec![Violation::new("survey", "survey_not_open").with("name", &to.title_zh)].into());
            }
            let row = answer::Model {
                id: work.new_id(),
                survey_id: to.id,
                revision_id: None,
                source: draft.source.code().to_owned(),
                on_day: draft.on,
                anonymous: false,
                customer_id: Some(of.id),
                contact_id: None,
                owner_id: of.owner_id,
                unit_id: of.unit_id,
                tier: of.tier.clone(),
                invitation_id: None,
                scores: stored(&draft.scores)?,
                answers: String::from("{}"),
                words: draft.words,
                by_id: author(&work.by),
            };
            answer::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
            work.audit(
                granted,
                "survey_answer",
                row.id,
                &serde_json::json!({ "survey": to.id, "customer": of.id, "source": draft.source, "scores": draft.scores }),
            )?;
            work.changed(change(to.id, to.version, None, &work.by))?;
            plan_for(&work, &org, &calendar, &row, &of, &draft.scores).await?;
            Ok(AnswerId(row.id))
        })
        .await
    }

    /// What a customer's page says: the last answers, and plans that are not closed.
    pub async fn satisfaction_of(&self, actor: &Actor, id: CustomerId) -> Result<OfCustomer> {
        use answer::Column as A;
        grant_any(actor, Action::ReadSatisfaction)?;
        let org = self.require_org()?;
        let row = crate::entity::customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let owned = crate::customers::ownership(&row);
        grant(actor, Action::ReadCustomers, &owned)?;
        let ids = with_merged(self.db(), id.0).await?;
        let mine = || answer::Entity::find().filter(A::CustomerId.is_in(ids.iter().copied()));
        let total = i64::try_from(mine().count(self.db()).await?).unwrap_or(i64::MAX);
        let rows = mine().order_by_desc(A::OnDay).order_by_desc(A::Id).limit(SHOWN).all(self.db()).await?;
        let rows = rows.into_iter().map(|row| row.scored().map(|scores| (row, scores))).collect::<Result<_>>()?;
        let plans = plan::Entity::find()
            .filter(plan::Column::CustomerId.is_in(ids.iter().copied()))
            .filter(plan::Column::Status.ne(PlanStatus::Closed.code()))
            .order_by_asc(plan::Column::DueOn)
            .order_by_asc(plan::Column::Id)
            .limit(SHOWN)
            .all(self.db())
            .await?;
        Ok(OfCustomer {
            answers: into_rows(self.db(), &org, rows).await?,
            total,
            plans: super::plans::into_rows(self.db(), &org, plans).await?,
            may_ask: row.merged_into.is_none() && grant(actor, Action::AskCustomers, &owned).is_ok(),
        })
    }
}
