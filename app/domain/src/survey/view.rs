//! What pages show of surveys, their results and plans, and what an address asks for.

use super::answer::{Answers, Scores};
use super::figures::{AnswerSet, Point, Step, Tally};
use super::form::{Sending, SurveyForm};
use super::plan::PlanStatus;
use super::sending::{InvitationState, Occasion};
use super::{Both, Question, Source, SurveyStatus};
use crate::customers::Tier;
use crate::ids::{AnswerId, ContactId, CustomerId, InvitationId, PlanId, SurveyId, UnitId, UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A survey in the list, with its figures as far as the reader may see answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyRow {
    pub id: SurveyId,
    pub title: Both,
    pub status: SurveyStatus,
    /// Of the published questions; 0: never.
    pub revision: i32,
    /// Links that were made, and those answered.
    pub sent: i64,
    pub answered: i64,
    pub tally: Tally,
}

/// An invitation of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub customer: CustomerId,
    pub customer_name: String,
    pub contact: Option<(ContactId, String)>,
    pub owner_name: String,
    pub occasion: Occasion,
    pub state: InvitationState,
    pub made_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
}

/// A link that was just made; it is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeLink {
    pub token: String,
    pub customer_name: String,
    pub contact_name: String,
    pub expires_on: Option<NaiveDate>,
}

/// A survey's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyDetail {
    pub id: SurveyId,
    pub version: i32,
    pub title: Both,
    pub status: SurveyStatus,
    pub revision: i32,
    pub questions: Vec<Question>,
    pub sending: Sending,
    /// The newest first; all are counted.
    pub invitations: Vec<InvitationRow>,
    pub total: i64,
    /// Of all: waiting, sent, answered, expired.
    pub states: [i64; 4],
    /// Answers may be anonymous: no row says that it was answered, sent and expired ones
    /// hold those that were, and those answered are counted for themselves.
    pub hides_answered: bool,
    pub links: Vec<MadeLink>,
    pub may_design: bool,
}

/// The designer: the form, and what is known of the survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designed {
    pub form: SurveyForm,
    pub status: SurveyStatus,
    pub revision: i32,
    /// Answers to all revisions; they keep their questions.
    pub answers: i64,
    /// Whether the draft differs from what was published.
    pub changed: bool,
    pub questions: Vec<Question>,
}

/// A customer who can be asked, with their contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub customer: CustomerId,
    pub name: String,
    pub tier: Tier,
    /// The first one to be asked first.
    pub contacts: Vec<(ContactId, String)>,
    /// Last asked, by whatever survey.
    pub asked_on: Option<NaiveDate>,
    /// Asked too short a while ago.
    pub quiet: bool,
}

/// What results are narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResultsQuery {
    /// First and last day; `None`: a year up to today.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub step: Option<Step>,
    pub tier: Option<Tier>,
    pub team: Option<UnitId>,
    pub owner: Option<UserId>,
    pub source: Option<Source>,
    /// Which answers are listed.
    pub set: Option<AnswerSet>,
}

impl ResultsQuery {
    /// From the parts of an address; what cannot be read narrows nothing.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        let day = |name: &str| crate::violation::parse_date(&get(name));
        Self {
            from: day("from"),
            to: day("to"),
            step: Step::parse(&get("step")),
            tier: Tier::parse(&get("tier")),
            team: UnitId::parse(&get("team")),
            owner: UserId::parse(&get("owner")),
            source: Source::parse(&get("source")),
            set: AnswerSet::parse(&get("set")),
        }
    }

    /// The parts of an address that give it again.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("from", self.from.map(|v| v.to_string())),
            ("to", self.to.map(|v| v.to_string())),
            ("step", self.step.map(|v| v.to_string())),
            ("tier", self.tier.map(|v| v.to_string())),
            ("team", self.team.map(|v| v.to_string())),
            ("owner", self.owner.map(|v| v.to_string())),
            ("source", self.source.map(|v| v.to_string())),
            ("set", self.set.map(|v| v.to_string())),
        ];
        parts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        self.tier.is_some() || self.team.is_some() || self.owner.is_some() || self.source.is_some()
    }

    /// First and last day: as asked for, or the twelve months up to today. Turned round if
    /// need be, ten years at most.
    #[must_use]
    pub fn days(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let to = self.to.unwrap_or(today);
        let year = crate::period::add_months(to, -11).map_or(to, |day| super::figures::step_start(Step::Month, day));
        let from = self.from.unwrap_or(year);
        let (from, to) = (from.min(to), from.max(to));
        let earliest = crate::period::add_months(to, -120).unwrap_or(from);
        (from.max(earliest), to)
    }
}

/// An answer in a list. Of an anonymous one nobody is named, and `on` is the first day of
/// its month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRow {
    pub id: AnswerId,
    pub on: NaiveDate,
    pub source: Source,
    pub anonymous: bool,
    pub customer: Option<(CustomerId, String)>,
    pub contact_name: String,
    pub owner_name: String,
    pub tier: Tier,
    pub scores: Scores,
    pub words: String,
    pub plan: Option<PlanId>,
}

/// How the low scores of a period were worked on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedLoop {
    /// Plans of the period's low scores.
    pub plans: i64,
    pub closed: i64,
    pub overdue: i64,
}

impl ClosedLoop {
    #[must_use]
    pub fn rate_bp(&self) -> Option<i64> {
        crate::rounding::ratio_bp(self.closed, self.plans)
    }
}

/// The results of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    pub id: SurveyId,
    pub title: Both,
    pub as_of: NaiveDate,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub step: Step,
    pub tally: Tally,
    /// Of these answers without a name; none if they are too few to be told.
    pub anonymous: i64,
    /// Whether there may be some. It is not told whether there are too few or none.
    pub may_be_anonymous: bool,
    /// Links made in the period, and those answered; anonymous answers too.
    pub sent: i64,
    pub answered: i64,
    pub trend: Vec<Point>,
    pub closed_loop: ClosedLoop,
    /// The answers of [`ResultsQuery::set`], the newest first, and how many there are.
    pub rows: Option<(Vec<AnswerRow>, i64)>,
    /// Of these anonymous ones that are counted and too few to be listed.
    pub unlisted: i64,
    pub teams: Vec<(UnitId, String)>,
    pub owners: Vec<(UserId, String)>,
}

impl Results {
    #[must_use]
    pub fn response_bp(&self) -> Option<i64> {
        crate::rounding::ratio_bp(self.answered, self.sent)
    }
}

/// What the list of plans is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanFilter {
    pub status: Option<PlanStatus>,
    pub owner: Option<UserId>,
    pub overdue: bool,
    pub customer: Option<CustomerId>,
    /// Low scores of these days.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub survey: Option<SurveyId>,
}

impl PlanFilter {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            status: PlanStatus::parse(&get("status")),
            owner: UserId::parse(&get("owner")),
            overdue: get("overdue") == "1",
            customer: CustomerId::parse(&get("customer")),
            from: crate::violation::parse_date(&get("from")),
            to: crate::violation::parse_date(&get("to")),
            survey: SurveyId::parse(&get("survey")),
        }
    }

    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("status", self.status.map(|v| v.to_string())),
            ("owner", self.owner.map(|v| v.to_string())),
            ("overdue", self.overdue.then(|| "1".to_owned())),
            ("customer", self.customer.map(|v| v.to_string())),
            ("from", self.from.map(|v| v.to_string())),
            ("to", self.to.map(|v| v.to_string())),
            ("survey", self.survey.map(|v| v.to_string())),
        ];
        parts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A plan in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    pub id: PlanId,
    pub customer: CustomerId,
    pub customer_name: String,
    pub owner: UserId,
    pub owner_name: String,
    pub status: PlanStatus,
    /// Of the low score.
    pub on: NaiveDate,
    pub due_on: NaiveDate,
    pub action: String,
    pub before: Scores,
    pub after: Option<Scores>,
}

impl PlanRow {
    #[must_use]
    pub fn overdue(&self, today: NaiveDate) -> bool {
        super::plan::overdue(self.status, self.due_on, today)
    }
}

/// The plans, the newest low score first, with how they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanList {
    pub rows: Vec<PlanRow>,
    pub total: i64,
    pub closed_loop: ClosedLoop,
    pub owners: Vec<(UserId, String)>,
    pub as_of: NaiveDate,
}

/// A plan's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDetail {
    pub row: PlanRow,
    pub version: i32,
    pub survey: SurveyId,
    pub survey_title: Both,
    pub source: Source,
    pub contact_name: String,
    pub words: String,
    pub words_after: String,
    /// The second survey, if somebody was asked.
    pub second: Option<InvitationRow>,
    pub after_on: Option<NaiveDate>,
    pub may_write: bool,
    pub may_read_customer: bool,
    /// Whether the survey can be sent a second time.
    pub may_ask: bool,
    /// Who can have it instead.
    pub owners: Vec<(UserId, String)>,
}

/// What a customer's page says of satisfaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCustomer {
    /// The newest first; some.
    pub answers: Vec<AnswerRow>,
    pub total: i64,
    /// Open plans.
    pub plans: Vec<PlanRow>,
    pub may_ask: bool,
}

/// What the page of today says: low scores whose day is over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansDue {
    pub overdue: i64,
    pub open: i64,
    /// The oldest of the overdue.
    pub first: Vec<(PlanId, String, NaiveDate)>,
}

/// What somebody with a link is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSurvey {
    pub organisation: String,
    pub title: Both,
    /// The company that is asked; a link is personal.
    pub customer_name: String,
    pub questions: Vec<Question>,
    pub may_be_anonymous: bool,
    pub expires_on: Option<NaiveDate>,
}

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub answers: Answers,
    /// Without company and name.
    pub anonymous: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_the_query_again() {
        let query = ResultsQuery {
            from: NaiveDate::from_ymd_opt(2026, 1, 1),
            step: Some(Step::Quarter),
            tier: Some(Tier::Vip),
            source: Some(Source::Review),
            set: Some(AnswerSet::Detractors),
            ..ResultsQuery::default()
        };
        let parts = query.to_query();
        let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(ResultsQuery::from_query(get), query);
        assert_eq!(ResultsQuery::from_query(|_| Some("?".into())), ResultsQuery::default());
        let filter = PlanFilter { status: Some(PlanStatus::Open), overdue: true, from: query.from, ..PlanFilter::default() };
        let parts = filter.to_query();
        let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(PlanFilter::from_query(get), filter);
    }

    #[test]
    fn the_usual_period_is_twelve_months_and_days_are_turned_round() {
        let on = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let days = |from: Option<&str>, to: Option<&str>| {
            ResultsQuery { from: from.map(on), to: to.map(on), ..ResultsQuery::default() }.days(on("2026-06-30"))
        };
        assert_eq!(days(None, None), (on("2025-07-01"), on("2026-06-30")));
        assert_eq!(days(Some("2026-05-01"), Some("2026-01-01")), (on("2026-01-01"), on("2026-05-01")));
        assert_eq!(days(Some("1990-01-01"), None).0, on("2016-06-30"), "a trend has an end");
    }

    #[test]
    fn without_links_and_plans_there_are_no_rates() {
        assert_eq!(ClosedLoop::default().rate_bp(), None);
        assert_eq!(ClosedLoop { plans: 4, closed: 3, overdue: 1 }.rate_bp(), Some(7_500));
    }
}
