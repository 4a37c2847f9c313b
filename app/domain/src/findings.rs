//! Findings: what a page can say by rule of the deals and customers that somebody may see,
//! each with the rows behind it.
//!
//! A rule takes facts and gives the finding with its rows and with the rows that it is
//! measured against, so that a sentence, its figure and its list cannot disagree. Nothing is
//! learned or guessed: every threshold is a constant here.
//!
//! Not here: where facts come from (`store::findings`), words (`ui::findings`), and the
//! arithmetic of a leak ([`crate::bottleneck`]) or of a stalled deal ([`crate::stall`]).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bottleneck::Leak;
use crate::codes;
use crate::customers::Tier;
use crate::ids::{PipelineId, ProductId, UnitId, UserId};
use crate::money::{Currency, Money};
use crate::period::Period;
use crate::pipeline::Card;
use crate::rounding::ratio_bp;
use crate::tally::{CurrencyTally, Tally};
use crate::violation::{Check, Violation};

/// A shortfall against the own twelve months before from which somebody should act.
pub const LEAK_ACT_BP: i64 = 1_000;
/// Share of stalled deals, and of overdue ones, from which somebody should act.
pub const STALLED_ACT_BP: i64 = 3_000;
pub const OVERDUE_ACT_BP: i64 = 2_000;
/// Share of single-threaded deals among the large ones from which somebody should act.
pub const SINGLE_ACT_BP: i64 = 5_000;
/// Open deals of a currency below which no amount counts as large.
pub const LARGE_MIN: usize = 5;
/// A deal with more of the quarter's forecast is a concentration; with more than half of it
/// somebody should act.
pub const CONCENTRATED_ABOVE_BP: i64 = 3_000;
pub const CONCENTRATED_ACT_BP: i64 = 5_000;
/// Deals of a quarter below which a large share says nothing.
pub const QUARTER_MIN: usize = 3;
/// Customers of an industry who bought, below which they are no measure.
pub const PEERS_MIN: usize = 5;
/// Share of them who bought a product, from which the others lack it.
pub const GAP_SHARE_BP: i64 = 4_000;
/// Gaps that are told: those with the most customers.
pub const GAPS_MAX: usize = 3;
/// For so long a finding is put off.
pub const SNOOZE_DAYS: u64 = 30;
/// Characters of the note to it.
pub const NOTE_MAX: usize = 200;
/// Findings that the page of today shows.
pub const ON_TODAY: usize = 3;

codes! {
    /// What a rule looks at, in the order of a list.
    Kind {
        DropOff = "drop_off",
        Concentration = "concentration",
        Ageing = "ageing",
        Overdue = "overdue",
        SingleThreaded = "single_threaded",
        NoOpenDeal = "no_open_deal",
        ProductGap = "product_gap",
    }
}

codes! {
    /// A quarter of the fiscal year: at the end of one it is the next that matters.
    Quarter { This = "this", Next = "next" }
}

codes! {
    /// How much it matters, the most first.
    Severity { Act = "act", Watch = "watch", Note = "note" }
}

/// A name in both languages, as the organisation has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub zh: String,
    pub en: String,
}

/// A finding with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The same as long as it is of the same thing and the same selection: what is put off.
    pub key: String,
    pub severity: Severity,
    /// How many rows it is of, and of how many.
    pub rows: u64,
    pub base: u64,
    pub what: What,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A step loses more than in the twelve months before. Rows: deals of the cohort at the
    /// stage that did not go on, of all that came to it.
    DropOff { pipeline: Name, from: Name, to: Name, step_bp: i64, base_bp: i64, period: Period },
    /// Open deals that are stalled, of all open ones.
    Ageing { sums: Vec<CurrencyTally> },
    /// Large open deals of which one contact or none is known, of all large ones.
    SingleThreaded { sums: Vec<CurrencyTally> },
    /// VIP and ordinary customers who bought and have no open deal, of all who bought.
    NoOpenDeal { vip: u64 },
    /// Customers of an industry who bought, but not this product and have no open deal with
    /// it, of all customers of the industry who bought.
    ProductGap { product: Name, industry: String, buyers: u64 },
    /// Open deals whose expected close has passed, of all open ones.
    Overdue { oldest: NaiveDate, sums: Vec<CurrencyTally> },
    /// One deal with much of what is expected in a quarter. Rows: the deal, of all open
    /// ones that are expected in it, by amount × probability.
    Concentration { quarter: Quarter, title: String, weighted: Money, forecast: Money, share_bp: i64 },
}

impl What {
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::DropOff { .. } => Kind::DropOff,
            Self::Ageing { .. } => Kind::Ageing,
            Self::SingleThreaded { .. } => Kind::SingleThreaded,
            Self::NoOpenDeal { .. } => Kind::NoOpenDeal,
            Self::ProductGap { .. } => Kind::ProductGap,
            Self::Overdue { .. } => Kind::Overdue,
            Self::Concentration { .. } => Kind::Concentration,
        }
    }

    /// Whether its rows are customers; deals otherwise.
    #[must_use]
    pub const fn of_customers(&self) -> bool {
        matches!(self, Self::NoOpenDeal { .. } | Self::ProductGap { .. })
    }
}

/// A finding with its rows, and those that it is measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub finding: Finding,
    pub rows: Vec<Uuid>,
    pub base: Vec<Uuid>,
}

/// An open deal as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDeal {
    pub id: Uuid,
    pub title: String,
    pub amount: Money,
    pub probability_bp: i32,
    pub expected_close_on: Option<NaiveDate>,
    /// In its stage for too long, or nobody followed up.
    pub stalled: bool,
    /// The quarter in whose forecast it counts, if it is the running one or the next.
    pub quarter: Option<Quarter>,
    /// Contacts that the deal and its follow-ups name.
    pub contacts: usize,
}

/// A customer as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    pub id: Uuid,
    pub tier: Tier,
    pub industry: String,
    /// Deals that were won.
    pub won: u64,
    /// Deals that are open.
    pub open: u64,
    /// Products of the won ones, and of the open ones.
    pub bought: BTreeSet<ProductId>,
    pub offered: BTreeSet<ProductId>,
}

fn found(key: String, severity: Severity, rows: Vec<Uuid>, base: Vec<Uuid>, what: What) -> Found {
    let count = |ids: &[Uuid]| u64::try_from(ids.len()).unwrap_or(u64::MAX);
    Found { finding: Finding { key, severity, rows: count(&rows), base: count(&base), what }, rows, base }
}

fn share(rows: usize, base: usize) -> i64 {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    ratio_bp(count(rows), count(base)).unwrap_or(0)
}

fn ids(deals: &[&OpenDeal]) -> Vec<Uuid> {
    deals.iter().map(|deal| deal.id).collect()
}

fn sums(deals: &[&OpenDeal]) -> Vec<CurrencyTally> {
    let mut tally = Tally::default();
    deals.iter().for_each(|deal| tally.add(deal.amount));
    tally.lines()
}

/// The worst leak of a pipeline, as [`crate::bottleneck::worst_leak`] has it. `stayed` are
/// the deals that did not go on, `entered` all that came to the stage.
#[must_use]
pub fn drop_off(
    pipeline: (PipelineId, Name),
    step: (Name, Name),
    leak: &Leak,
    period: Period,
    stayed: Vec<Uuid>,
    entered: Vec<Uuid>,
) -> Option<Found> {
    let (step_bp, base_bp) = (leak.step_bp?, leak.base_bp?);
    let severity = if base_bp - step_bp >= LEAK_ACT_BP { Severity::Act } else { Severity::Watch };
    let (id, pipeline) = pipeline;
    let (from, to) = step;
    let key = format!("{}.{id}.{}", Kind::DropOff, leak.stage);
    (base_bp > step_bp).then(|| found(key, severity, stayed, entered, What::DropOff { pipeline, from, to, step_bp, base_bp, period }))
}

/// Stalled deals.
#[must_use]
pub fn ageing(deals: &[OpenDeal]) -> Option<Found> {
    let stalled: Vec<&OpenDeal> = deals.iter().filter(|deal| deal.stalled).collect();
    let severity = if share(stalled.len(), deals.len()) >= STALLED_ACT_BP { Severity::Act } else { Severity::Watch };
    let what = What::Ageing { sums: sums(&stalled) };
    let all = deals.iter().map(|deal| deal.id).collect();
    (!stalled.is_empty()).then(|| found(Kind::Ageing.code().to_owned(), severity, ids(&stalled), all, what))
}

/// Deals whose expected close has passed.
#[must_use]
pub fn overdue(deals: &[OpenDeal], today: NaiveDate) -> Option<Found> {
    let late: Vec<&OpenDeal> = deals.iter().filter(|deal| deal.expected_close_on.is_some_and(|on| on < today)).collect();
    let oldest = late.iter().filter_map(|deal| deal.expected_close_on).min()?;
    let severity = if share(late.len(), deals.len()) >= OVERDUE_ACT_BP { Severity::Act } else { Severity::Watch };
    let all = deals.iter().map(|deal| deal.id).collect();
    Some(found(Kind::Overdue.code().to_owned(), severity, ids(&late), all, What::Overdue { oldest, sums: sums(&late) }))
}

/// Deals above the median amount of their currency.
fn large(deals: &[OpenDeal]) -> Vec<&OpenDeal> {
    let mut amounts: BTreeMap<Currency, Vec<i64>> = BTreeMap::new();
    for deal in deals {
        amounts.entry(deal.amount.currency).or_default().push(deal.amount.minor);
    }
    amounts.values_mut().for_each(|all| all.sort_unstable());
    let above = |deal: &&OpenDeal| {
        let all = amounts.get(&deal.amount.currency).map(Vec::as_slice).unwrap_or_default();
        // Twice the median: of an even number it is the mean of the two in the middle.
        let twice = |n: usize| i128::from(all[(n - 1) / 2]) + i128::from(all[n / 2]);
        all.len() >= LARGE_MIN && i128::from(deal.amount.minor) * 2 > twice(all.len())
    };
    deals.iter().filter(above).collect()
}

/// Large deals that hang on one contact.
#[must_use]
pub fn single_threaded(deals: &[OpenDeal]) -> Option<Found> {
    let large = large(deals);
    let single: Vec<&OpenDeal> = large.iter().copied().filter(|deal| deal.contacts <= 1).collect();
    let severity = if share(single.len(), large.len()) >= SINGLE_ACT_BP { Severity::Act } else { Severity::Watch };
    let what = What::SingleThreaded { sums: sums(&single) };
    (!single.is_empty()).then(|| found(Kind::SingleThreaded.code().to_owned(), severity, ids(&single), ids(&large), what))
}

/// Deals with much of a quarter's forecast, each quarter and each currency by itself.
#[must_use]
pub fn concentration(deals: &[OpenDeal]) -> Vec<Found> {
    let weighted = |deal: &OpenDeal| i128::from(deal.amount.minor) * i128::from(deal.probability_bp);
    let rounded = |exact: i128, currency| Money { minor: crate::rounding::per_whole(exact), currency };
    let mut all = Vec::new();
    for (&quarter, &currency) in Quarter::ALL.iter().flat_map(|quarter| Currency::ALL.iter().map(move |currency| (quarter, currency))) {
        let expected: Vec<&OpenDeal> =
            deals.iter().filter(|deal| deal.quarter == Some(quarter) && deal.amount.currency == currency).collect();
        let forecast: i128 = expected.iter().map(|deal| weighted(deal)).sum();
        if expected.len() < QUARTER_MIN {
            continue;
        }
        for deal in &expected {
            // The exact share decides, the rounded one is shown.
            let exact = weighted(deal);
            if exact * 10_000 <= forecast * i128::from(CONCENTRATED_ABOVE_BP) {
                continue;
            }
            let share_bp = ratio_bp(exact, forecast).unwrap_or(0);
            let severity = if share_bp > CONCENTRATED_ACT_BP { Severity::Act } else { Severity::Watch };
            let what = What::Concentration {
                quarter,
                title: deal.title.clone(),
                weighted: rounded(exact, currency),
                forecast: rounded(forecast, currency),
                share_bp,
            };
            all.push(found(format!("{}.{}", Kind::Concentration, deal.id), severity, vec![deal.id], ids(&expected), what));
        }
    }
    all
}

/// Customers who bought and have nothing open.
#[must_use]
pub fn no_open_deal(buyers: &[Buyer]) -> Option<Found> {
    let bought: Vec<&Buyer> = buyers.iter().filter(|one| one.tier != Tier::Potential && one.won > 0).collect();
    let idle: Vec<&Buyer> = bought.iter().copied().filter(|one| one.open == 0).collect();
    let vip = u64::try_from(idle.iter().filter(|one| one.tier == Tier::Vip).count()).unwrap_or(u64::MAX);
    let severity = if vip > 0 { Severity::Watch } else { Severity::Note };
    let ids = |all: &[&Buyer]| all.iter().map(|one| one.id).collect();
    (!idle.is_empty()).then(|| found(Kind::NoOpenDeal.code().to_owned(), severity, ids(&idle), ids(&bought), What::NoOpenDeal { vip }))
}

/// Products that customers of an industry buy and others of it do not; the gaps with the
/// most customers. `name` gives a product's name, `None` if it is no longer sold.
#[must_use]
pub fn product_gaps(buyers: &[Buyer], name: impl Fn(ProductId) -> Option<Name>) -> Vec<Found> {
    let mut industries: BTreeMap<&str, Vec<&Buyer>> = BTreeMap::new();
    for one in buyers.iter().filter(|one| one.won > 0 && !one.industry.is_empty()) {
        industries.entry(&one.industry).or_default().push(one);
    }
    let mut all = Vec::new();
    for (industry, peers) in industries {
        if peers.len() < PEERS_MIN {
            continue;
        }
        let products: BTreeSet<ProductId> = peers.iter().flat_map(|one| one.bought.iter().copied()).collect();
        for product in products {
            let with = peers.iter().filter(|one| one.bought.contains(&product)).count();
            let without: Vec<Uuid> =
                peers.iter().filter(|one| !one.bought.contains(&product) && !one.offered.contains(&product)).map(|one| one.id).collect();
            if without.is_empty() || share(with, peers.len()) < GAP_SHARE_BP {
                continue;
            }
            let Some(name) = name(product) else { continue };
            let buyers = u64::try_from(with).unwrap_or(u64::MAX);
            let what = What::ProductGap { product: name, industry: industry.to_owned(), buyers };
            let key = format!("{}.{product}.{industry}", Kind::ProductGap);
            all.push(found(key, Severity::Note, without, peers.iter().map(|one| one.id).collect(), what));
        }
    }
    all.sort_by(|a, b| (b.finding.rows, &a.finding.key).cmp(&(a.finding.rows, &b.finding.key)));
    all.truncate(GAPS_MAX);
    all
}

/// In the order in which they are told: what matters most first.
pub fn rank(all: &mut [Found]) {
    all.sort_by(|a, b| {
        let of = |one: &Found| (one.finding.severity, one.finding.what.kind(), std::cmp::Reverse(one.finding.rows));
        of(a).cmp(&of(b)).then_with(|| a.finding.key.cmp(&b.finding.key))
    });
}

/// What the findings are of: the rows that somebody may see, narrowed by team or owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct FindingsQuery {
    pub team: Option<UnitId>,
    pub owner: Option<UserId>,
    /// The finding whose rows are listed; `whole`: those that it is measured against.
    pub open: Option<String>,
    pub whole: bool,
    /// The finding that a form is open for, to put it off.
    pub later: Option<String>,
}

impl FindingsQuery {
    /// Reads an address's query; what is unknown or broken is left out.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            team: UnitId::parse(&get("team")),
            owner: UserId::parse(&get("owner")),
            open: Some(get("open")).filter(|key| !key.is_empty()),
            whole: get("whole") == "1",
            later: Some(get("later")).filter(|key| !key.is_empty()),
        }
    }

    /// The parameters of an address, only those that are set.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let open = self.open.clone();
        let whole = (self.whole && open.is_some()).then(|| ("whole", "1".to_owned()));
        let narrow = [self.team.map(|id| ("team", id.to_string())), self.owner.map(|id| ("owner", id.to_string()))];
        let later = self.later.clone().map(|key| ("later", key));
        narrow.into_iter().flatten().chain(open.map(|key| ("open", key))).chain(whole).chain(later).collect()
    }

    /// What keys end with: a finding of a team is another than that of all.
    #[must_use]
    pub fn suffix(&self) -> String {
        let team = self.team.map(|id| format!(".team-{id}")).unwrap_or_default();
        let owner = self.owner.map(|id| format!(".owner-{id}")).unwrap_or_default();
        team + &owner
    }
}

/// A finding that was put off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snoozed {
    pub finding: Finding,
    /// The day on which it comes back.
    pub until: NaiveDate,
    pub note: String,
}

/// A customer behind a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundCustomer {
    pub id: crate::ids::CustomerId,
    pub name: String,
    pub tier: Tier,
    pub owner: Option<UserId>,
    pub owner_name: String,
    /// The last win, if any.
    pub last_won_on: Option<NaiveDate>,
}

/// The rows behind a finding: exactly so many; some of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRows {
    pub total: u64,
    pub deals: Vec<Card>,
    pub customers: Vec<FoundCustomer>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingsReport {
    pub as_of: NaiveDate,
    /// The most important first.
    pub findings: Vec<Finding>,
    /// Those that the reader put off.
    pub snoozed: Vec<Snoozed>,
    /// The rows of the one that is open, if it is still found.
    pub rows: Option<FoundRows>,
}

/// What a form says to put a finding off, or to take that back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SnoozeForm {
    pub finding: String,
    pub note: String,
    pub request: String,
    /// Where the form was, for a page without scripts.
    pub team: String,
    pub owner: String,
}

/// [`SnoozeForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozeDraft {
    pub finding: String,
    pub note: String,
}

/// Longest key of a finding.
pub const KEY_MAX: usize = 400;

/// Whether a text can be the key of a finding.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let kind = text.split('.').next().unwrap_or_default();
    text.chars().count() <= KEY_MAX && Kind::parse(kind).is_some()
}

impl SnoozeForm {
    /// # Errors
    ///
    /// Without a note, with a long one, and for what is no key of a finding.
    pub fn check(&self) -> Result<SnoozeDraft, Vec<Violation>> {
        let mut check = Check::default();
        let finding = check.required("finding", &self.finding, "unknown_value", |key| is_key(key).then(|| key.to_owned()));
        let note = check.text("note", &self.note, NOTE_MAX);
        check.finish(SnoozeDraft { finding: finding.unwrap_or_default(), note })
    }
}

/// The day on which what is put off today comes back.
#[must_use]
pub fn back_on(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(SNOOZE_DAYS)).unwrap_or(today)
}

#[cfg(test)]
mod tests;
