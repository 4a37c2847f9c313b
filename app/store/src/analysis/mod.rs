//! Figures of what was closed, how fast, and what is expected, of the deals that somebody
//! may see; and the deals behind each of them. Histories come from the funnel's ledger,
//! what is open now from the database ([`look`]); both are sorted by one rule of `domain`.

mod findings;
mod forecast;
mod look;
mod months;
mod speed;
mod steps;

pub(crate) use findings::{Tops, finding_snooze};

use crate::Store;
use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::funnel::Entry;
use crate::pipeline::{CardRow, cards, read};
use crate::rates;
use crate::scope;
use chrono::{Month, NaiveDate};
use domain::analysis::{
    AnalysisDeal, AnalysisDeals, AnalysisPart, AnalysisQuery, CycleBook, FollowService, OutcomeBook, OutcomeReport, OutcomeSide, Set,
    SpeedDays, StepPart, What,
};
use domain::days::DayCounts;
use domain::forecast::ForecastBook;
use domain::funnel::FunnelError;
use domain::funnel::maturity;
use domain::funnel::report::{Against, Span};
use domain::money::{Currency, Money};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, scope as scope_of};
use domain::rates::{Basis, Converted, Valued};
use domain::tally::Tally;
use look::Look;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::cmp::Reverse;
use std::collections::HashMap;
use uuid::Uuid;

/// Deals of the list behind a figure; more are counted.
const LISTED: usize = 200;
/// Deals of one statement.
const BATCH: usize = 500;
/// A cohort can be judged when four of five sales cycles would be over.
const MATURE_BP: i64 = 8_000;

impl Store {
    /// What was won and lost in the days that `query` describes, and a year before.
    pub async fn outcomes(&self, actor: &Actor, query: &AnalysisQuery) -> Result<OutcomeReport> {
        let look = Look::new(self, actor, query).await?;
        let period = look.span(query.span);
        let agreed = look.agreed(self, period).await?;
        let (ledger, stages) = self.ledger().await?;
        let counts = look::counts(&stages);
        let before = Against::YearBefore.period(query.span, period).unwrap_or(period);
        let year = Span::Months12.period(look.today, Month::January);
        let (mut now_book, mut before_book, mut cycles) = (OutcomeBook::default(), OutcomeBook::default(), DayCounts::default());
        let mut won = Converted::new(look.org.reporting, Basis::Frozen);
        let mut foreign: Vec<(Uuid, Money)> = Vec::new();
        let (mut trend, mut follow) = (CycleBook::new(query.trend, look.today), FollowService::default());
        for entry in ledger.entries().iter().filter(|entry| look.takes(entry)) {
            look.with(entry, &counts, period, |subject| {
                now_book.add(subject, entry.amount);
                if Set::Won.has(subject) {
                    if entry.amount.currency == won.to {
                        won.add(entry.amount, 1, Some(Valued { minor: entry.amount.minor, rate: None }));
                    } else {
                        foreign.push((entry.id, entry.amount));
                    }
                }
                if Set::Open.has(subject) {
                    follow.open(Set::Stepped.has(subject));
                }
            })?;
            trend.add(&entry.history(), counts.get(&entry.pipeline).copied().unwrap_or_default()).map_err(wrong(entry))?;
            for one in agreed.get(&entry.id).into_iter().flatten() {
                follow.promise(&one.promise(entry), period, look.today);
            }
            look.with(entry, &counts, before, |subject| before_book.add(subject, entry.amount))?;
            if let Some(days) = look::cycle(entry, year) {
                cycles.add(days);
            }
        }
        drop(ledger);
        let kept = self.kept_rates(&look, &foreign).await?;
        for (id, amount) in foreign {
            won.add(amount, 1, kept.get(&id).copied());
        }
        let cycle = cycles.percentile_milli(MATURE_BP);
        let side = |book: &OutcomeBook, period| book.side(period, maturity(period, cycle, look.today));
        let told = won.says_more() && !self.rate_book().await?.is_empty();
        let now = OutcomeSide { won_converted: told.then_some(won), ..side(&now_book, period) };
        Ok(OutcomeReport {
            pipelines: stages.pipelines.clone(),
            as_of: look.today,
            now,
            before: side(&before_book, before),
            trend: trend.trend(),
            follow,
        })
    }

    /// What these won deals in other currencies keep, by deal: of those of a period, not of all
    /// that ever were.
    async fn kept_rates(&self, look: &Look, won: &[(Uuid, Money)]) -> Result<HashMap<Uuid, Valued>> {
        use deal::Column as D;
        let to = look.org.reporting;
        let mut kept = HashMap::with_capacity(won.len());
        for piece in won.chunks(BATCH) {
            let rows: Vec<(Uuid, i64, String, Option<i64>, Option<String>)> = deal::Entity::find()
                .select_only()
                .columns([D::Id, D::AmountMinor, D::Currency, D::FrozenMinor, D::FrozenRate])
                .filter(D::Id.is_in(piece.iter().map(|(id, _)| *id)))
                .filter(D::Outcome.eq(Outcome::Won.code()))
                .filter(D::FrozenTo.eq(to.code()))
                .filter(look.deals())
                .into_tuple()
                .all(self.db())
                .await?;
            for (id, minor, currency, frozen, rate) in rows {
                let amount = Money { minor, currency: read("currency", &currency, Currency::parse)? };
                if let Some(value) = rates::won_value(amount, to, frozen, rate.as_deref())? {
                    kept.insert(id, value);
                }
            }
        }
        Ok(kept)
    }

    /// The deals behind one figure.
    pub async fn analysis_deals(&self, actor: &Actor, part: &AnalysisPart) -> Result<AnalysisDeals> {
        let mut look = Look::new(self, actor, &part.query).await?;
        let asked = SpeedDays::around(part.query.span, look.span(part.query.span), look.today);
        let asked = if part.before { asked.year_before } else { asked.period };
        let agreed = match part.set {
            Set::Steps(_) => look.agreed(self, asked).await?,
            _ => steps::Steps::new(),
        };
        let (ledger, stages) = self.ledger().await?;
        if part.set.stage().is_some() {
            look.of_pipeline(&stages)?;
        }
        let counts = look::counts(&stages);
        let days = SpeedDays::around(part.query.span, look.span(part.query.span), look.today);
        let period = match part.set {
            Set::Left(_) => days.recent,
            set => set.own_days().unwrap_or(asked),
        };
        let weighted = matches!(part.set, Set::Due(_, What::Weighted));
        let mut found = Vec::new();
        let (mut tally, mut steps, mut book) = (Tally::default(), 0_u64, ForecastBook::new(look.today));
        for entry in ledger.entries().iter().filter(|entry| look.takes(entry)) {
            if part.currency.is_some_and(|currency| currency != entry.amount.currency) {
                continue;
            }
            look.with(entry, &counts, period, |subject| {
                if part.set.has(subject) {
                    tally.add(entry.amount);
                    if let Some(deal) = subject.forecast(entry.amount).filter(|_| weighted) {
                        book.add(&deal);
                    }
                    found.push((entry.id, entry.amount, part.set.days(subject), entry.lost_reason, None));
                }
            })?;
            if let Set::Steps(which) = part.set {
                for promise in agreed.get(&entry.id).into_iter().flatten().map(|one| one.promise(entry)) {
                    if promise.is(which, look.today) {
                        // Of a deal with several, its amount would be added several times.
                        steps += 1;
                        let late = (which != StepPart::Kept).then(|| promise.days_late(look.today));
                        found.push((entry.id, entry.amount, late, entry.lost_reason, Some(promise.due)));
                    }
                }
            }
        }
        drop(ledger);
        let by_days = part.set.goes_by_days();
        // Amounts of different currencies are not compared: the organisation's come first.
        let key = |(id, amount, days, _, step): &(_, domain::money::Money, Option<i64>, _, Option<NaiveDate>)| {
            (Reverse(days.filter(|_| by_days)), amount.currency != look.org.currency, Reverse(amount.minor), *id, *step)
        };
        found.sort_unstable_by_key(key);
        found.truncate(LISTED);
        let scope = scope_of(actor, Action::ReadDeals)?;
        let query = cards().filter(deal::Column::Id.is_in(found.iter().map(|row| row.0))).filter(scope::deals(&scope));
        let rows = query.into_model::<CardRow>().all(self.db()).await?;
        let cards = rows.into_iter().map(|row| row.into_card(&look.org).map(|card| (card.id.0, card)));
        let cards = cards.collect::<Result<HashMap<_, _>>>()?;
        let rows = found
            .into_iter()
            .filter_map(|(id, _, days, lost_reason, step)| Some(AnalysisDeal { card: cards.get(&id)?.clone(), lost_reason, days, step }))
            .collect();
        Ok(AnalysisDeals { total: tally.count() + steps, sums: tally.lines(), weighted: forecast::weighted(&book), rows })
    }
}

fn wrong(entry: &Entry) -> impl FnOnce(FunnelError) -> StoreError {
    let id = entry.id;
    move |error| StoreError::Internal(format!("deal {id} cannot be counted: {error}"))
}
