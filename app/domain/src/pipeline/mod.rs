//! The pipeline: stages, deals, and what may happen to them.
//!
//! [`filter`] is what a board or list is narrowed by, [`moves`] decides what a
//! drop means, [`form`] reads what a person typed. Figures about flow are not
//! here but in [`crate::funnel`] and [`crate::cycle`].

pub mod change;
pub mod dates;
pub mod filter;
pub mod form;
pub mod moves;
pub mod order;

use crate::codes;
use crate::customers::Tier;
use crate::ids::{ContactId, CustomerId, DealId, FollowUpId, PipelineId, ProductId, StageId, UnitId, UserId};
use crate::money::{Money, Sums};
use crate::pool::page::Standing;
use crate::rates::{Converted, DealValue, Rates};
use crate::work::FollowUpKind;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

codes! {
    /// What a stage is for. Lost and invalid deals keep the stage they reached.
    StageKind { Open = "open", Won = "won", Lost = "lost" }
}
codes! {
    Outcome { Open = "open", Won = "won", Lost = "lost", Invalid = "invalid" }
}
codes! {
    /// How a manager counts a deal in the forecast.
    ForecastCategory { Pipeline = "pipeline", BestCase = "best_case", Commit = "commit", Closed = "closed", Omitted = "omitted" }
}
codes! {
    /// Where a deal came from.
    Source { Referral = "referral", Website = "website", Expo = "expo", Telesales = "telesales", Partner = "partner", Other = "other" }
}
codes! {
    LostReason {
        Price = "price", Competitor = "competitor", NoBudget = "no_budget", NoDecision = "no_decision",
        Timing = "timing", NeedChanged = "need_changed", NoResponse = "no_response", Other = "other",
    }
}
codes! {
    /// State of a deal's next step on a given day.
    NextStep { Planned = "planned", Due = "due", Overdue = "overdue", None = "none" }
}
codes! {
    /// What an entry of the stage history says.
    TransitionKind { Enter = "enter", Move = "move", Won = "won", Lost = "lost", Invalid = "invalid", Reopen = "reopen", Undo = "undo" }
}

/// No follow-up for this many days makes an open deal stalled, however young
/// its stay in the stage is.
pub const IDLE_DAYS: i64 = 30;
/// Fewest completed stays from which a stage's own pace is judged (`rules.md` §2.7).
pub const STALL_MIN_STAYS: usize = 20;
/// The pace above which a stay counts as stalled: the 80th percentile.
pub const STALL_PERCENTILE_BP: i64 = 8_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineName {
    pub id: PipelineId,
    pub name_zh: String,
    pub name_en: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub id: StageId,
    pub pipeline: PipelineId,
    /// 1 for the first.
    pub position: i32,
    pub name_zh: String,
    pub name_en: String,
    pub kind: StageKind,
    pub probability_bp: i32,
    pub forecast: ForecastCategory,
    /// Days a deal should stay here at most; `None` for closing stages.
    pub sla_days: Option<i32>,
    /// What must be true before a deal leaves, one criterion a line.
    pub exit_zh: String,
    pub exit_en: String,
    /// 80th percentile of completed stays, in thousandths of a day; `None`
    /// with fewer than [`STALL_MIN_STAYS`] of them. Exact: of whole days it
    /// has one decimal at most.
    pub pace_milli: Option<i64>,
}

impl Stage {
    /// Days beyond which a stay is stalled: the stage's own pace, else its SLA.
    /// In thousandths of a day.
    #[must_use]
    pub fn stall_limit_milli(&self) -> Option<i64> {
        self.pace_milli.or_else(|| self.sla_days.map(|days| i64::from(days) * 1_000))
    }
}

/// A deal as a card shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub id: DealId,
    pub version: i32,
    pub stage: StageId,
    /// Sorts cards of a column: see [`order`].
    pub rank: String,
    pub title: String,
    pub customer: CustomerId,
    pub customer_name: String,
    pub tier: Tier,
    pub owner: UserId,
    pub owner_name: String,
    pub amount: Money,
    pub probability_bp: i32,
    pub outcome: Outcome,
    pub expected_close_on: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
    pub next_step: String,
    /// Local date of entry into the stage.
    pub stage_since: NaiveDate,
    /// Local date of the last follow-up, or of creation.
    pub active_on: NaiveDate,
    /// Local date of first contact; with `closed_on` it gives the cycle.
    pub first_contact_on: NaiveDate,
    /// Of a lead on the board: days left until it falls into a pool, and whether its owner is
    /// told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<(i64, bool)>,
}

/// Why a card is tinted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stall {
    /// In the stage for `days`, longer than `limit_milli`; `measured` if the
    /// limit is the stage's own pace and not its SLA.
    Stage { days: i64, limit_milli: i64, measured: bool },
    /// No follow-up for `days`.
    Idle { days: i64 },
}

impl Card {
    /// Days in the stage on `today`, never negative.
    #[must_use]
    pub fn days_in_stage(&self, today: NaiveDate) -> i64 {
        (today - self.stage_since).num_days().max(0)
    }

    /// Days from first contact to the close, for closed deals (HD-8).
    #[must_use]
    pub fn cycle_days(&self) -> Option<i64> {
        self.closed_on.map(|on| (on - self.first_contact_on).num_days().max(0))
    }

    #[must_use]
    pub fn next_state(&self, today: NaiveDate) -> NextStep {
        next_state(self.next_on, today)
    }

    /// Whether and why the deal is stalled in `stage` on `today`: `rules.md` §2.7.
    #[must_use]
    pub fn stall(&self, stage: &Stage, today: NaiveDate) -> Option<Stall> {
        if self.outcome != Outcome::Open {
            return None;
        }
        let days = self.days_in_stage(today);
        if let Some(limit_milli) = stage.stall_limit_milli().filter(|limit| days * 1_000 > *limit) {
            return Some(Stall::Stage { days, limit_milli, measured: stage.pace_milli.is_some() });
        }
        let idle = (today - self.active_on).num_days();
        (idle > IDLE_DAYS).then_some(Stall::Idle { days: idle })
    }
}

/// State of a next step due on `on`, seen on `today`.
#[must_use]
pub fn next_state(on: Option<NaiveDate>, today: NaiveDate) -> NextStep {
    match on {
        None => NextStep::None,
        Some(on) if on > today => NextStep::Planned,
        Some(on) if on == today => NextStep::Due,
        Some(_) => NextStep::Overdue,
    }
}

/// Totals of one column: of all its deals, not of the cards on screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub sums: Sums,
    /// The same in the reporting currency; `None` where no rate is known at all.
    pub converted: Option<Converted>,
    /// Deals by state of their next step, in the order of [`NextStep::ALL`].
    pub next: [i64; 4],
    /// For the won column: median cycle of these deals, thousandths of a day.
    pub median_cycle_milli: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub stage: Stage,
    pub summary: Summary,
    /// The first cards; more by [`CardsPage`].
    pub cards: Vec<Card>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub pipeline: PipelineId,
    pub pipelines: Vec<PipelineName>,
    pub columns: Vec<Column>,
    /// First day of the period whose won deals are shown.
    pub won_since: NaiveDate,
    /// By which open deals are converted.
    pub rates: Rates,
}

/// More cards of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardsPage {
    pub cards: Vec<Card>,
}

/// What filters and forms offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// People whose deals this viewer may see.
    pub owners: Vec<(UserId, String)>,
    pub teams: Vec<(UnitId, String)>,
    pub products: Vec<Product>,
    pub pipelines: Vec<PipelineName>,
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub price: Money,
    pub active: bool,
    pub version: i32,
}

/// The person to talk to about a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealContact {
    pub id: ContactId,
    pub name: String,
    pub phone: String,
    pub email: String,
}

/// A deal with everything its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DealDetail {
    pub card: Card,
    pub pipeline: PipelineId,
    pub stages: Vec<Stage>,
    pub product: Option<Product>,
    pub contact: Option<DealContact>,
    pub source: Source,
    pub lost_reason: Option<LostReason>,
    pub close_note: String,
    pub competitor: String,
    pub note: String,
    /// Times the expected close was moved to a later date.
    pub pushes: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// This viewer may change it.
    pub may_write: bool,
    pub may_log: bool,
    /// It lies in a pool of leads: nobody has it.
    pub pooled: bool,
    /// Of a lead: where it stands with the pools.
    pub lead: Option<Standing>,
    /// In the reporting currency, of an open or won deal in another one.
    pub value: Option<DealValue>,
    pub timeline: Vec<Event>,
}

/// One entry of a timeline, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub by: String,
    pub deal: Option<(DealId, String)>,
    pub what: Happening,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Happening {
    FollowUp { id: FollowUpId, kind: FollowUpKind, content: String, next_step: String, next_on: Option<NaiveDate> },
    Stage { kind: TransitionKind, from: Option<StageId>, to: Option<StageId>, note: String, undone: bool },
}

/// A deal in the list: its card, and what only a list has columns for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealRow {
    #[serde(flatten)]
    pub card: Card,
    pub source: Source,
    pub product: Option<ProductId>,
    /// The unit that it belongs to.
    pub team: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Deref for DealRow {
    type Target = Card;

    fn deref(&self) -> &Card {
        &self.card
    }
}

codes! {
    /// Columns by which the list of deals can be sorted.
    DealSort { Updated = "updated", Amount = "amount", Close = "close", Next = "next", Title = "title", Created = "created" }
}
