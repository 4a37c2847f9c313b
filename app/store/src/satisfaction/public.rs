//! What somebody with a link sees and answers, without a sign-in.
//!
//! A token is looked for by its hash. Links that lead nowhere are counted by address, and
//! refused answers by link; of too many nothing more is heard for a while. Whoever has a
//! link is heard from wherever: behind one address, or one proxy, may be everybody.

use super::{answer, attempt, change, id_by_chance, invitation, living, plan, plan_for, revision, short, stored, survey};
use crate::auth::{THROTTLE_MINUTES, token_hash};
use crate::error::{Result, StoreError};
use crate::write::Work;
use crate::{Store, new_request};
use chrono::Duration;
use domain::ids::{RequestId, UserId};
use domain::policy::{Action, grant_any};
use domain::survey::answer::{Scores, read as read_answers, words};
use domain::survey::plan::PlanStatus;
use domain::survey::sending::{InvitationState, state};
use domain::survey::view::{PublicSurvey, Reply};
use domain::survey::{Source, SurveyStatus};
use domain::violation::Violation;
use domain::visits::workdays::WorkCalendar;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Refused answers to one link within [`THROTTLE_MINUTES`].
const ATTEMPTS_PER_TOKEN: u64 = 20;
/// Links that lead nowhere, of one address.
const ATTEMPTS_PER_IP: u64 = 60;

/// Counted one after the other, so that of many at once the first ones are heard.
static COUNTING: Mutex<()> = Mutex::const_new(());

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    Asked(Box<PublicSurvey>),
    Answered,
    /// Its days are over, or the survey was closed.
    Expired,
    Unknown,
    /// Too many attempts from here.
    Throttled,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replied {
    Thanks,
    Refused(Vec<Violation>),
    /// Nothing is asked any more.
    Gone(Opened),
}

/// What an attempt counts against.
#[derive(Debug, Clone, Copy)]
enum Counted<'a> {
    /// By its hash.
    Link(&'a str),
    /// Whose link leads nowhere, by address.
    Stranger(&'a str),
}

impl<'a> Counted<'a> {
    /// Hash and address, as they are stored.
    const fn parts(self) -> (&'a str, &'a str) {
        match self {
            Self::Link(hash) => (hash, ""),
            Self::Stranger(ip) => ("", ip),
        }
    }
}

impl Store {
    /// What the link of this token leads to.
    pub async fn open_link(&self, token: &str, ip: &str) -> Result<Opened> {
        self.followed(&token_hash(token), ip).await
    }

    /// What a hash leads to, unless nothing more is heard of it, or of strangers from there.
    async fn followed(&self, hash: &str, ip: &str) -> Result<Opened> {
        let opened = self.opened(hash).await?;
        let of = match &opened {
            Opened::Unknown => Counted::Stranger(ip),
            Opened::Asked(_) => Counted::Link(hash),
            _ => return Ok(opened),
        };
        if self.throttled(of).await? {
            return Ok(Opened::Throttled);
        }
        if opened == Opened::Unknown {
            self.count_attempt(of).await?;
        }
        Ok(opened)
    }

    async fn opened(&self, hash: &str) -> Result<Opened> {
        let Some(row) = invitation::Entity::find().filter(invitation::Column::TokenHash.eq(hash)).one(self.db()).await? else {
            return Ok(Opened::Unknown);
        };
        match state(row.answered, true, row.expires_on, self.clock.today()) {
            InvitationState::Answered => return Ok(Opened::Answered),
            InvitationState::Expired => return Ok(Opened::Expired),
            InvitationState::Sent | InvitationState::Waiting => {}
        }
        let org = self.require_org()?;
        let missing = || StoreError::Internal(format!("invitation {} of no survey", row.id));
        let of = survey::Entity::find_by_id(row.survey_id).one(self.db()).await?.ok_or_else(missing)?;
        if of.state()? != SurveyStatus::Open {
            return Ok(Opened::Expired);
        }
        let asked = revision::Entity::find_by_id(row.revision_id).one(self.db()).await?.ok_or_else(missing)?;
        Ok(Opened::Asked(Box::new(PublicSurvey {
            organisation: org.name.clone(),
            title: of.title(),
            customer_name: short(&living(self.db(), row.customer_id).await?),
            questions: asked.asks()?,
            // The effect of a plan is shown to whoever works on it.
            may_be_anonymous: of.sends()?.anonymous && row.plan_id.is_none(),
            expires_on: row.expires_on,
        })))
    }

    /// Takes an answer; once for each link.
    pub async fn answer_link(&self, token: &str, ip: &str, typed: Vec<(String, String)>, anonymous: bool) -> Result<Replied> {
        let hash = token_hash(token);
        let asked = match self.followed(&hash, ip).await? {
            Opened::Asked(asked) => asked,
            other => return Ok(Replied::Gone(other)),
        };
        let answers = match read_answers(&asked.questions, &typed) {
            Ok(answers) => answers,
            Err(found) => {
                self.count_attempt(Counted::Link(&hash)).await?;
                return Ok(Replied::Refused(found));
            }
        };
        let reply = Reply { answers, anonymous: anonymous && asked.may_be_anonymous };
        let org = self.require_org()?;
        let by = org.command_line().ok_or_else(|| StoreError::Internal("no units".into()))?;
        let questions = asked.questions;
        let calendar = self.work_calendar().await?;
        // The id of a request says when it was made.
        let request = if reply.anonymous { RequestId(id_by_chance()) } else { new_request() };
        let taken: bool = self
            .write(&by, request, move |work| async move {
                let these = invitation::Entity::find().filter(invitation::Column::TokenHash.eq(&hash));
                let row = these.lock_exclusive().one(work.tx()).await?;
                // Answered, or given another link, while this was sent.
                let Some(row) = row.filter(|row| !row.answered) else { return Ok(false) };
                let scores = Scores::of(&questions, &reply.answers);
                let said = words(&questions, &reply.answers);
                take(&work, &org, &calendar, row, &reply, &scores, said).await?;
                Ok(true)
            })
            .await?;
        Ok(if taken { Replied::Thanks } else { Replied::Gone(Opened::Answered) })
    }

    async fn throttled(&self, of: Counted<'_>) -> Result<bool> {
        use attempt::Column as A;
        let recent = attempt::Entity::find().filter(A::At.gt(self.now() - Duration::minutes(THROTTLE_MINUTES)));
        let (hash, ip) = of.parts();
        let most = if hash.is_empty() { ATTEMPTS_PER_IP } else { ATTEMPTS_PER_TOKEN };
        Ok(recent.filter(A::TokenHash.eq(hash)).filter(A::Ip.eq(ip)).count(self.db()).await? >= most)
    }

    /// What is refused unheard does not prolong the wait.
    async fn count_attempt(&self, of: Counted<'_>) -> Result<()> {
        let _turn = COUNTING.lock().await;
        if self.throttled(of).await? {
            return Ok(());
        }
        let (hash, ip) = of.parts();
        let row = attempt::Model { id: Uuid::now_v7(), token_hash: hash.to_owned(), ip: ip.to_owned(), at: self.now() };
        attempt::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(self.owner()).await?;
        Ok(())
    }

    /// Forgets attempts, and with them from where they came.
    pub(crate) async fn tidy_surveys(&self) -> Result<()> {
        let old = attempt::Column::At.lt(self.now() - Duration::minutes(THROTTLE_MINUTES));
        attempt::Entity::delete_many().filter(old).exec(self.owner()).await?;
        Ok(())
    }
}

async fn take(
    work: &Work,
    org: &crate::Org,
    calendar: &WorkCalendar,
    row: invitation::Model,
    reply: &Reply,
    scores: &Scores,
    said: String,
) -> Result<()> {
    let of = living(work.tx(), row.customer_id).await?;
    let named = !reply.anonymous;
    let new = answer::Model {
        id: if named { work.new_id() } else { id_by_chance() },
        survey_id: row.survey_id,
        revision_id: Some(row.revision_id),
        source: Source::Questionnaire.code().to_owned(),
        on_day: work.today,
        anonymous: reply.anonymous,
        customer_id: named.then_some(of.id),
        contact_id: row.contact_id.filter(|_| named),
        owner_id: of.owner_id.filter(|_| named),
        unit_id: of.unit_id,
        tier: of.tier.clone(),
        invitation_id: named.then_some(row.id),
        scores: stored(scores)?,
        answers: stored(&reply.answers)?,
        words: said,
        by_id: None,
    };
    answer::Entity::insert(new.clone().into_active_model().reset_all()).exec_without_returning(work.tx()).await?;
    let (survey_id, plan_id) = (row.survey_id, row.plan_id);
    let tried = row.token_hash.clone().unwrap_or_default();
    let mut spent = row.into_active_model();
    spent.answered = Set(true);
    spent.update(work.tx()).await?;
    if !named {
        // Nobody is told, and no table keeps when it came: not by the request, nor by what
        // was refused just before.
        attempt::Entity::delete_many().filter(attempt::Column::TokenHash.eq(tried)).exec(work.tx()).await?;
        return work.undated();
    }
    work.changed(change(survey_id, 0, None, &work.by))?;
    let granted = grant_any(&work.by, Action::AskCustomers)?;
    work.audit(granted, "survey_answer", new.id, &serde_json::json!({ "survey": survey_id, "scores": scores }))?;
    let plan = match plan_id {
        Some(id) => plan::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?,
        None => None,
    };
    // A second answer belongs to its plan, whatever it says.
    match plan {
        Some(row) => surveyed_again(work, row, new.id).await,
        None => plan_for(work, org, calendar, &new, &of, scores).await,
    }
}

async fn surveyed_again(work: &Work, row: plan::Model, second: Uuid) -> Result<()> {
    let status = row.state()?;
    let version = row.version + 1;
    work.changed(change(row.id, version, Some(row.ownership()), &work.by))?;
    let mut after = row.into_active_model();
    after.second_answer_id = Set(Some(second));
    if !status.is_closed() {
        after.status = Set(PlanStatus::Resurveyed.code().to_owned());
    }
    after.updated_at = Set(work.now);
    // The customer did it, not who changed it last.
    after.updated_by = Set(None);
    after.version = Set(version);
    after.update(work.tx()).await?;
    Ok(())
}

impl answer::Model {
    /// Who had the customer.
    pub(super) fn owner(&self) -> Option<UserId> {
        self.owner_id.map(UserId)
    }
}
