//! Plans after low scores: the list with its closed-loop rate, a plan's page, what is done
//! with it, and what the page of today says.

use super::invite::into_rows as invitations;
use super::results::choices;
use super::{answer, change, contact_names, customers, invitation, living, may_own, plan, short, survey};
use crate::entity::person;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::{Store, scope};
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::ids::{CustomerId, PlanId, RequestId, SurveyId, UserId};
use domain::policy::{Action, Actor, Denied, Scope, grant, grant_any, scope as scope_of};
use domain::survey::answer::{Low, Scores};
use domain::survey::form::PlanForm;
use domain::survey::plan::PlanStatus;
use domain::survey::view::{ClosedLoop, PlanDetail, PlanFilter, PlanList, PlanRow, PlansDue, ResultsQuery};
use domain::survey::{Source, SurveyStatus};
use domain::violation::Violation;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Plans of the list; all are counted.
const LISTED: u64 = 200;
/// Overdue plans that the page of today names.
const NAMED: u64 = 3;

/// Scores by the id of their answer.
async fn scores(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, answer::Model>> {
    let mut found = HashMap::new();
    for piece in ids.chunks(500) {
        let rows = answer::Entity::find().filter(answer::Column::Id.is_in(piece.iter().copied())).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// What was low about answers, by their id.
pub(crate) async fn lows(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Low>> {
    let mut found = HashMap::new();
    for (id, row) in scores(db, ids).await? {
        if let Some(low) = row.scored()?.low() {
            found.insert(id, low);
        }
    }
    Ok(found)
}

/// Rows of plans with the names and scores that stand in them.
pub(super) async fn into_rows(db: &impl ConnectionTrait, org: &Org, rows: Vec<plan::Model>) -> Result<Vec<PlanRow>> {
    let known = customers(db, rows.iter().map(|row| row.customer_id).collect()).await?;
    let said = scores(db, rows.iter().flat_map(|row| [Some(row.answer_id), row.second_answer_id]).flatten().collect()).await?;
    rows.into_iter()
        .map(|row| {
            let missing = |what: &str| StoreError::Internal(format!("plan {} without its {what}", row.id));
            let of = known.get(&row.customer_id).ok_or_else(|| missing("customer"))?;
            let scored = |id: Uuid| -> Result<Scores> { said.get(&id).ok_or_else(|| missing("answer"))?.scored() };
            Ok(PlanRow {
                id: PlanId(row.id),
                customer: CustomerId(row.customer_id),
                customer_name: short(of),
                owner: UserId(row.owner_id),
                owner_name: org.name_of(UserId(row.owner_id)),
                status: row.state()?,
                on: row.on_day,
                due_on: row.due_on,
                before: scored(row.answer_id)?,
                after: row.second_answer_id.map(scored).transpose()?,
                action: row.action,
            })
        })
        .collect()
}

/// The plans of the low scores that results are of.
pub(super) fn narrowed(seen: &Scope, org: &Org, id: SurveyId, query: &ResultsQuery, from: NaiveDate, to: NaiveDate) -> Condition {
    use answer::Column as A;
    use plan::Column as P;
    // Those of a tier or a source: as their answers are.
    let answers = (query.tier.is_some() || query.source.is_some()).then(|| {
        let these = Condition::all()
            .add_option(query.tier.map(|tier: Tier| A::Tier.eq(tier.code())))
            .add_option(query.source.map(|source: Source| A::Source.eq(source.code())));
        let ids = sea_orm::sea_query::Query::select().column(A::Id).from(answer::Entity).cond_where(these).take();
        P::AnswerId.in_subquery(ids)
    });
    scope::plans(seen)
        .add(P::SurveyId.eq(id.0))
        .add(P::OnDay.between(from, to))
        .add_option(query.team.map(|team| P::UnitId.is_in(org.below(team).into_iter().map(|unit| unit.0))))
        .add_option(query.owner.map(|owner| P::OwnerId.eq(owner.0)))
        .add_option(answers)
}

fn conditions(filter: &PlanFilter, today: NaiveDate) -> Condition {
    use plan::Column as P;
    Condition::all()
        .add_option(filter.status.map(|status| P::Status.eq(status.code())))
        .add_option(filter.owner.map(|owner| P::OwnerId.eq(owner.0)))
        .add_option(filter.overdue.then(|| late(today)))
        .add_option(filter.customer.map(|id| P::CustomerId.eq(id.0)))
        .add_option(filter.from.map(|from| P::OnDay.gte(from)))
        .add_option(filter.to.map(|to| P::OnDay.lte(to)))
        .add_option(filter.survey.map(|id| P::SurveyId.eq(id.0)))
}

/// As [`domain::survey::plan::overdue`] has it.
fn late(today: NaiveDate) -> Condition {
    Condition::all().add(plan::Column::Status.eq(PlanStatus::Open.code())).add(plan::Column::DueOn.lt(today))
}

impl Store {
    /// The plans in scope, those due first at the top, and how many of them are closed.
    pub async fn survey_plans(&self, actor: &Actor, filter: &PlanFilter) -> Result<PlanList> {
        let seen = scope_of(actor, Action::ReadSatisfaction)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let which = || scope::plans(&seen).add(conditions(filter, today));
        let mut rows = self.plans_of(&which(), Some(LISTED)).await?;
        rows.truncate(usize::try_from(LISTED).unwrap_or(usize::MAX));
        let closed_loop = self.closed_loop(&which()).await?;
        let (_, owners) = choices(&org, actor, &seen);
        Ok(PlanList { rows: into_rows(self.db(), &org, rows).await?, total: closed_loop.plans, closed_loop, owners, as_of: today })
    }

    /// What is open comes before what is closed, the oldest day first; `most` of either.
    async fn plans_of(&self, which: &Condition, most: Option<u64>) -> Result<Vec<plan::Model>> {
        use plan::Column as P;
        let open = plan::Entity::find().filter(which.clone()).filter(P::Status.ne(PlanStatus::Closed.code()));
        let mut rows = open.order_by_asc(P::DueOn).order_by_asc(P::Id).limit(most).all(self.db()).await?;
        let closed = plan::Entity::find().filter(which.clone()).filter(P::Status.eq(PlanStatus::Closed.code()));
        rows.extend(closed.order_by_desc(P::ClosedOn).order_by_desc(P::Id).limit(most).all(self.db()).await?);
        Ok(rows)
    }

    /// All that the list would show, in its order.
    pub(crate) async fn plans_narrowed(&self, actor: &Actor, filter: &PlanFilter) -> Result<Vec<plan::Model>> {
        let seen = scope_of(actor, Action::ReadSatisfaction)?;
        self.plans_of(&scope::plans(&seen).add(conditions(filter, self.clock.today())), None).await
    }

    /// Such plans as the list shows them.
    pub(crate) async fn plans_listed(&self, rows: Vec<plan::Model>) -> Result<Vec<PlanRow>> {
        into_rows(self.db(), &*self.require_org()?, rows).await
    }

    /// How the plans of a condition stand.
    pub(super) async fn closed_loop(&self, which: &Condition) -> Result<ClosedLoop> {
        let count = async |more: Condition| -> Result<i64> {
            let found = plan::Entity::find().filter(which.clone()).filter(more).count(self.db()).await?;
            Ok(i64::try_from(found).unwrap_or(i64::MAX))
        };
        Ok(ClosedLoop {
            plans: count(Condition::all()).await?,
            closed: count(Condition::all().add(plan::Column::Status.eq(PlanStatus::Closed.code()))).await?,
            overdue: count(late(self.clock.today())).await?,
        })
    }

    /// A plan with what was said before and after.
    pub async fn survey_plan(&self, actor: &Actor, id: PlanId) -> Result<PlanDetail> {
        let org = self.require_org()?;
        let today = self.clock.today();
        let row = plan::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::ReadSatisfaction, &row.ownership())?;
        let missing = |what: &str| StoreError::Internal(format!("plan {id} without its {what}"));
        let of = survey::Entity::find_by_id(row.survey_id).one(self.db()).await?.ok_or_else(|| missing("survey"))?;
        let said = scores(self.db(), [Some(row.answer_id), row.second_answer_id].into_iter().flatten().collect()).await?;
        let first = said.get(&row.answer_id).ok_or_else(|| missing("answer"))?;
        let after = row.second_answer_id.and_then(|id| said.get(&id));
        let contacts = contact_names(self.db(), first.contact_id.into_iter().collect()).await?;
        let second = invitation::Entity::find()
            .filter(invitation::Column::PlanId.eq(row.id))
            .order_by_desc(invitation::Column::MadeOn)
            .order_by_desc(invitation::Column::Id)
            .one(self.db())
            .await?;
        let customer = crate::customers::ownership(&living(self.db(), row.customer_id).await?);
        let may_write = grant(actor, Action::AskCustomers, &row.ownership()).is_ok();
        let (_, owners) = choices(&org, actor, &scope_of(actor, Action::ReadSatisfaction)?);
        Ok(PlanDetail {
            version: row.version,
            survey: SurveyId(row.survey_id),
            survey_title: of.title(),
            source: crate::pipeline::read("source of an answer", &first.source, Source::parse)?,
            contact_name: first.contact_id.and_then(|id| contacts.get(&id).cloned()).unwrap_or_default(),
            words: first.words.clone(),
            words_after: after.map(|row| row.words.clone()).unwrap_or_default(),
            after_on: after.map(|row| row.on_day),
            second: invitations(self.db(), &org, second.into_iter().collect(), today, true).await?.pop(),
            may_write,
            may_read_customer: grant(actor, Action::ReadCustomers, &customer).is_ok(),
            may_ask: may_write
                && of.state()? == SurveyStatus::Open
                && row.second_answer_id.is_none()
                && row.state()? != PlanStatus::Open
                && grant(actor, Action::AskCustomers, &customer).is_ok(),
            owners,
            row: into_rows(self.db(), &org, vec![row]).await?.pop().ok_or(StoreError::NotFound)?,
        })
    }

    /// Says what is done, goes on to the next status, or gives the plan to somebody else.
    pub async fn save_plan_of_survey(&self, by: &Actor, request: RequestId, form: PlanForm) -> Result<PlanId> {
        grant_any(by, Action::AskCustomers)?;
        let id = form.plan().map_err(|_| StoreError::NotFound)?;
        let org = self.require_org()?;
        self.write(by, request, move |work| async move {
            let row = plan::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
            grant(&work.by, Action::ReadSatisfaction, &row.ownership())?;
            let granted = grant(&work.by, Action::AskCustomers, &row.ownership())
                .map_err(|_| StoreError::Denied(Denied { action: Action::AskCustomers, visible: true }))?;
            if row.version != form.version {
                let by = match row.updated_by {
                    Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
                    None => String::new(),
                };
                return Err(StoreError::Stale { by, at: row.updated_at, version: row.version });
            }
            let from = row.state()?;
            let draft = form.check(from)?;
            let owned = match draft.owner.filter(|owner| owner.0 != row.owner_id) {
                Some(owner) => {
                    let owned = may_own(&org, owner).filter(|owned| grant(&work.by, Action::AskCustomers, owned).is_ok());
                    owned.ok_or_else(|| vec![Violation::new("owner", "unknown_value")])?
                }
                None => row.ownership(),
            };
            let status = draft.to.unwrap_or(from);
            let changed = plan::Model {
                status: status.code().to_owned(),
                action: draft.action,
                owner_id: owned.owner.map_or(row.owner_id, |id| id.0),
                unit_id: owned.unit.0,
                acted_on: if draft.to == Some(PlanStatus::Acting) { Some(work.today) } else { row.acted_on },
                closed_on: status.is_closed().then_some(row.closed_on.unwrap_or(work.today)),
                updated_at: work.now,
                updated_by: Some(work.by.id.0),
                version: row.version + 1,
                ..row.clone()
            };
            let record =
                serde_json::json!({ "status": { "before": from, "after": status }, "owner": changed.owner_id, "action": changed.action });
            work.audit(granted, "survey_plan", row.id, &record)?;
            work.changed(change(row.id, changed.version, Some(row.ownership()), &work.by))?;
            if changed.ownership() != row.ownership() {
                work.changed(change(row.id, changed.version, Some(changed.ownership()), &work.by))?;
            }
            changed.into_active_model().reset_all().update(work.tx()).await?;
            Ok(id)
        })
        .await
    }

    /// Of one's own plans those of which nothing was decided in time.
    pub async fn plans_due(&self, actor: &Actor) -> Result<PlansDue> {
        use plan::Column as P;
        if grant_any(actor, Action::AskCustomers).is_err() {
            return Ok(PlansDue::default());
        }
        let today = self.clock.today();
        let mine = || plan::Entity::find().filter(P::OwnerId.eq(actor.id.0));
        let count =
            async |which: Condition| -> Result<i64> { Ok(i64::try_from(mine().filter(which).count(self.db()).await?).unwrap_or(i64::MAX)) };
        let rows = mine().filter(late(today)).order_by_asc(P::DueOn).order_by_asc(P::Id).limit(NAMED).all(self.db()).await?;
        let known = customers(self.db(), rows.iter().map(|row| row.customer_id).collect()).await?;
        Ok(PlansDue {
            overdue: count(late(today)).await?,
            open: count(Condition::all().add(P::Status.eq(PlanStatus::Open.code()))).await?,
            first: rows
                .iter()
                .map(|row| (PlanId(row.id), known.get(&row.customer_id).map(short).unwrap_or_default(), row.due_on))
                .collect(),
        })
    }
}
