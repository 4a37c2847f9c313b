//! The board: totals of whole columns, the first cards of each, more on demand.
//!
//! What was computed is kept until any deal changes, so that many people who
//! look at one board cost one computation; the key holds everything the answer
//! depends on (rows in scope, filter, day).

use super::stages::Stages;
use super::{CardRow, cards, conditions, filtered, read, team_units};
use crate::entity::deal;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::{Store, rates, scope};
use chrono::{Datelike, NaiveDate};
use domain::ids::{DealId, StageId};
use domain::money::{Currency, Money};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Board, Card, CardsPage, Column, NextStep, Outcome, Stage, StageKind, Summary};
use domain::policy::{Action, Actor, Ownership, Scope, grant, scope as scope_of};
use domain::rates::{Basis, Converted, RateBook};
use domain::stats::percentile_milli;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Cards of each column in the first answer: a screen of a desk's monitor and
/// what is drawn beyond it. Each costs every page twice, drawn and as data.
pub const FIRST_CARDS: u64 = 16;
/// Cards of one further page.
pub const MORE_CARDS: u64 = 100;
/// Boards kept in memory: one for each of so many different looks.
const KEPT: usize = 64;

/// Deals of a column that are counted together.
#[derive(FromQueryResult)]
struct Group {
    #[sea_orm(from_alias = "stage_id")]
    stage: Uuid,
    outcome: String,
    currency: String,
    /// Of the next step.
    state: i64,
    /// Amount, and what is kept with a won one, of deals in another currency.
    each: Option<i64>,
    frozen: Option<i64>,
    rate: Option<String>,
    deals: i64,
    amount: i64,
    weighted: i64,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    scope: Scope,
    filter: DealFilter,
    today: NaiveDate,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    boards: HashMap<Key, Arc<Board>>,
    totals: HashMap<String, i64>,
    rates: Option<Arc<RateBook>>,
    stages: Option<(NaiveDate, Arc<Stages>)>,
}

/// What was computed and still holds.
#[derive(Default)]
pub struct BoardCache(Mutex<Kept>);

impl BoardCache {
    fn get(&self, generation: u64, key: &Key) -> Option<Arc<Board>> {
        let kept = self.0.lock().ok()?;
        if kept.generation != generation {
            return None;
        }
        kept.boards.get(key).cloned()
    }

    fn keep(&self, generation: u64, key: Key, board: Board) -> Arc<Board> {
        let board = Arc::new(board);
        if let Ok(mut kept) = self.0.lock() {
            kept.fresh(generation);
            if kept.boards.len() >= KEPT {
                kept.boards.clear();
            }
            kept.boards.insert(key, board.clone());
        }
        board
    }

    /// A count of a filtered list, by any key that says which.
    pub(crate) fn total(&self, generation: u64, key: &str) -> Option<i64> {
        let kept = self.0.lock().ok()?;
        (kept.generation == generation).then(|| kept.totals.get(key).copied()).flatten()
    }

    pub(crate) fn keep_total(&self, generation: u64, key: String, total: i64) {
        if let Ok(mut kept) = self.0.lock() {
            kept.fresh(generation);
            if kept.totals.len() >= KEPT * 4 {
                kept.totals.clear();
            }
            kept.totals.insert(key, total);
        }
    }

    /// All exchange rates.
    pub(crate) fn rates(&self, generation: u64) -> Option<Arc<RateBook>> {
        let kept = self.0.lock().ok()?;
        (kept.generation == generation).then(|| kept.rates.clone()).flatten()
    }

    pub(crate) fn keep_rates(&self, generation: u64, book: RateBook) -> Arc<RateBook> {
        let book = Arc::new(book);
        if let Ok(mut kept) = self.0.lock() {
            kept.fresh(generation);
            kept.rates = Some(book.clone());
        }
        book
    }

    pub(crate) fn stages(&self, today: NaiveDate) -> Option<Arc<Stages>> {
        self.0.lock().ok()?.stages.clone().filter(|(day, _)| *day == today).map(|(_, stages)| stages)
    }

    pub(crate) fn keep_stages(&self, today: NaiveDate, stages: Stages) -> Arc<Stages> {
        let stages = Arc::new(stages);
        if let Ok(mut kept) = self.0.lock() {
            kept.stages = Some((today, stages.clone()));
        }
        stages
    }

    /// Stages were edited, or history was loaded in bulk.
    pub(crate) fn forget_stages(&self) {
        if let Ok(mut kept) = self.0.lock() {
            kept.stages = None;
        }
    }
}

impl Kept {
    fn fresh(&mut self, generation: u64) {
        if self.generation != generation {
            self.generation = generation;
            self.boards.clear();
            self.totals.clear();
            self.rates = None;
        }
    }
}

impl Store {
    /// The board that `actor` sees through `filter`.
    pub async fn board(&self, actor: &Actor, filter: &DealFilter) -> Result<Arc<Board>> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let today = self.clock.today();
        // Taken before reading: what changes meanwhile makes the answer old.
        let generation = self.hub.generation();
        let key = Key { scope, filter: filter.clone(), today };
        if let Some(board) = self.boards.get(generation, &key) {
            return Ok(board);
        }
        let org = self.require_org()?;
        let stages = self.stages().await?;
        let pipeline = stages.choose(filter.pipeline)?;
        let columns = stages.of(pipeline);
        let won_since = quarter_start(today, org.fiscal_start_month);
        let look = Look { store: self, scope: &key.scope, filter, today, won_since, org: &org };
        let book = self.rate_book().await?;
        let mut summaries = look.summaries(pipeline.0, &columns, &book).await?;
        let mut filled = Vec::with_capacity(columns.len());
        for stage in columns {
            let cards = look.cards(&stage, None, FIRST_CARDS).await?;
            let empty = || Summary { converted: nothing(&book, &stage, today), ..Summary::default() };
            let summary = summaries.remove(&stage.id.0).unwrap_or_else(empty);
            filled.push(Column { stage, summary, cards });
        }
        let shown = filled.iter_mut().flat_map(|column| &mut column.cards).collect();
        self.mark_leads(&org, &stages, shown).await?;
        let board = Board { pipeline, pipelines: stages.pipelines.clone(), columns: filled, won_since, rates: book.on(today) };
        Ok(self.boards.keep(generation, key, board))
    }

    /// Totals of all columns alone, for a board that is already on screen.
    pub async fn board_summaries(&self, actor: &Actor, filter: &DealFilter) -> Result<Vec<(StageId, Summary)>> {
        let board = self.board(actor, filter).await?;
        Ok(board.columns.iter().map(|c| (c.stage.id, c.summary.clone())).collect())
    }

    /// The cards of one column behind the one named.
    pub async fn more_cards(&self, actor: &Actor, filter: &DealFilter, stage: StageId, after: Option<DealId>) -> Result<CardsPage> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = self.require_org()?;
        let stages = self.stages().await?;
        let today = self.clock.today();
        let look = Look { store: self, scope: &scope, filter, today, won_since: quarter_start(today, org.fiscal_start_month), org: &org };
        let after = match after {
            Some(id) => deal::Entity::find_by_id(id.0).one(self.db()).await?,
            None => None,
        };
        let mut cards = look.cards(stages.get(stage)?, after.as_ref(), MORE_CARDS).await?;
        self.mark_leads(&org, &stages, cards.iter_mut().collect()).await?;
        Ok(CardsPage { cards })
    }

    /// One card, if it is in the actor's scope and pipeline and passes the
    /// filter, whatever its outcome: the board shows or drops it. Else `None`.
    pub async fn board_card(&self, actor: &Actor, filter: &DealFilter, id: DealId) -> Result<Option<Card>> {
        let scope = scope_of(actor, Action::ReadDeals)?;
        let org = self.require_org()?;
        let stages = self.stages().await?;
        let pipeline = stages.choose(filter.pipeline)?;
        let row = cards()
            .filter(deal::Column::Id.eq(id.0))
            .filter(deal::Column::PipelineId.eq(pipeline.0))
            .filter(scope::deals(&scope))
            .filter(conditions(filter, self.clock.today(), &team_units(filter, &org)))
            .into_model::<CardRow>()
            .one(self.db())
            .await?;
        let mut card = row.map(|row| row.into_card(&org)).transpose()?;
        self.mark_leads(&org, &stages, card.iter_mut().collect()).await?;
        Ok(card)
    }

    /// A deal's card, refused as the policy says.
    pub async fn card(&self, actor: &Actor, id: DealId) -> Result<Card> {
        let org = self.require_org()?;
        let row = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::ReadDeals, &ownership(&row))?;
        super::card(self.db(), id, &org).await
    }
}

/// Whose a deal is; a lead in a pool is nobody's, whoever had it last.
pub(crate) fn ownership(row: &deal::Model) -> Ownership {
    let owner = row.pool_id.is_none().then_some(domain::ids::UserId(row.owner_id));
    Ownership { owner, unit: domain::ids::UnitId(row.unit_id) }
}

/// One look at a board: who, through which filter, on which day.
struct Look<'a> {
    store: &'a Store,
    scope: &'a Scope,
    filter: &'a DealFilter,
    today: NaiveDate,
    won_since: NaiveDate,
    org: &'a Org,
}

impl Look<'_> {
    fn conditions(&self) -> Condition {
        Condition::all().add(scope::deals(self.scope)).add(conditions(self.filter, self.today, &team_units(self.filter, self.org)))
    }

    /// What a column of this stage holds: open deals, or those won in the period.
    fn of_stage(&self, stage: &Stage) -> Condition {
        let base = Condition::all().add(deal::Column::StageId.eq(stage.id.0));
        match stage.kind {
            StageKind::Won => base.add(deal::Column::Outcome.eq(Outcome::Won.code())).add(deal::Column::ClosedOn.gte(self.won_since)),
            _ => base.add(deal::Column::Outcome.eq(Outcome::Open.code())),
        }
    }

    /// Open columns in the order of their cards, won ones the latest first.
    async fn cards(&self, stage: &Stage, after: Option<&deal::Model>, limit: u64) -> Result<Vec<Card>> {
        use deal::Column as D;
        let mut query = cards().filter(self.of_stage(stage)).filter(self.conditions()).limit(limit);
        query = if stage.kind == StageKind::Won {
            query.order_by_desc(D::ClosedOn).order_by_desc(D::Id)
        } else {
            query.order_by_asc(D::Rank).order_by_asc(D::Id)
        };
        if let Some(after) = after {
            let id = after.id;
            query = query.filter(if stage.kind == StageKind::Won {
                Condition::any().add(D::ClosedOn.lt(after.closed_on)).add(D::ClosedOn.eq(after.closed_on).and(D::Id.lt(id)))
            } else {
                Condition::any().add(D::Rank.gt(&after.rank)).add(D::Rank.eq(&after.rank).and(D::Id.gt(id)))
            });
        }
        query.into_model::<CardRow>().all(self.store.db()).await?.into_iter().map(|row| row.into_card(self.org)).collect()
    }

    /// Totals of whole columns, of all that passes the filter. Deals in another currency than
    /// the reporting one make a group for each amount (and rate that was kept with it), since
    /// each is converted and rounded by itself; the others one for all.
    async fn summaries(&self, pipeline: Uuid, columns: &[Stage], book: &RateBook) -> Result<HashMap<Uuid, Summary>> {
        use deal::Column as D;
        let state = CaseStatement::new()
            .case(D::NextOn.is_null(), 3_i64)
            .case(D::NextOn.gt(self.today), 0_i64)
            .case(D::NextOn.eq(self.today), 1_i64)
            .finally(2_i64);
        let amount = || Expr::col((deal::Entity, D::AmountMinor));
        let whole = |sum: sea_orm::sea_query::SimpleExpr| sum.cast_as("bigint");
        let to = book.to().code();
        let foreign = |column: D, known: bool| {
            let is = if known { D::FrozenTo.eq(to) } else { D::Currency.ne(to) };
            Expr::case(is, Expr::col((deal::Entity, column)))
        };
        let each = |column: D, known: bool| SimpleExpr::Case(Box::new(foreign(column, known)));
        let kind = Condition::any()
            .add(D::Outcome.eq(Outcome::Open.code()))
            .add(D::Outcome.eq(Outcome::Won.code()).and(D::ClosedOn.gte(self.won_since)));
        let rows: Vec<Group> = filtered(self.filter)
            .select_only()
            .column(D::StageId)
            .column(D::Outcome)
            .column(D::Currency)
            .expr_as(sea_orm::sea_query::SimpleExpr::Case(Box::new(state)).cast_as("bigint"), "state")
            .expr_as(each(D::AmountMinor, false).cast_as("bigint"), "each")
            .expr_as(each(D::FrozenMinor, true).cast_as("bigint"), "frozen")
            .expr_as(each(D::FrozenRate, true).cast_as("text"), "rate")
            .expr_as(Expr::col((deal::Entity, D::Id)).count(), "deals")
            .expr_as(whole(amount().sum()), "amount")
            .expr_as(whole(amount().mul(Expr::col((deal::Entity, D::ProbabilityBp))).sum()), "weighted")
            .filter(D::PipelineId.eq(pipeline))
            .filter(kind)
            .filter(self.conditions())
            .group_by(D::StageId)
            .group_by(D::Outcome)
            .group_by(D::Currency)
            .group_by(Expr::cust("4"))
            .group_by(Expr::cust("5"))
            .group_by(Expr::cust("6"))
            .group_by(Expr::cust("7"))
            .into_model::<Group>()
            .all(self.store.db())
            .await?;
        let mut found: HashMap<Uuid, Summary> = HashMap::new();
        for Group { stage, outcome, currency, state, each, frozen, rate, deals, amount, weighted } in rows {
            let Some(column) = columns.iter().find(|s| s.id.0 == stage) else { continue };
            let is_won = column.kind == StageKind::Won;
            if is_won != (outcome == Outcome::Won.code()) {
                continue;
            }
            let empty = || Summary { converted: nothing(book, column, self.today), ..Summary::default() };
            let summary = found.entry(stage).or_insert_with(empty);
            let currency = read("currency", &currency, Currency::parse)?;
            summary.sums.add(currency, deals, amount, weighted);
            if let Some(converted) = &mut summary.converted {
                // In the reporting currency all are one group, which needs no rounding.
                let (one, times) = each.map_or((amount, 1), |each| (each, deals));
                let one = Money { minor: one, currency };
                let value = if is_won { rates::won_value(one, book.to(), frozen, rate.as_deref())? } else { book.value(one, self.today) };
                converted.add_group(one, times, deals, value);
            }
            if let Some(slot) = usize::try_from(state).ok().and_then(|i| summary.next.get_mut(i)) {
                *slot += deals;
            }
        }
        for stage in columns.iter().filter(|s| s.kind == StageKind::Won) {
            if let Some(summary) = found.get_mut(&stage.id.0) {
                summary.next = [0; NextStep::ALL.len()];
                summary.median_cycle_milli = self.median_cycle(stage).await?;
            }
        }
        Ok(found)
    }

    /// Median days from first contact to close of the won column's deals.
    async fn median_cycle(&self, stage: &Stage) -> Result<Option<i64>> {
        use deal::Column as D;
        let rows: Vec<(NaiveDate, Option<NaiveDate>)> = filtered(self.filter)
            .select_only()
            .column(D::FirstContactOn)
            .column(D::ClosedOn)
            .filter(self.of_stage(stage))
            .filter(self.conditions())
            .into_tuple()
            .all(self.store.db())
            .await?;
        let days: Vec<i64> = rows.into_iter().filter_map(|(from, to)| to.map(|to| Ord::max((to - from).num_days(), 0))).collect();
        Ok(percentile_milli(&days, 5_000))
    }
}

/// A total of nothing yet: open columns at the rates of today, the won one at those that the
/// deals keep. `None` where no rate is known at all.
fn nothing(book: &RateBook, stage: &Stage, today: NaiveDate) -> Option<Converted> {
    let basis = if stage.kind == StageKind::Won { Basis::Frozen } else { Basis::On(today) };
    (!book.is_empty()).then(|| Converted::new(book.to(), basis))
}

/// First day of the fiscal quarter that holds `day`.
pub(crate) fn quarter_start(day: NaiveDate, fiscal_start_month: u32) -> NaiveDate {
    let back = (day.month() + 12 - fiscal_start_month) % 3;
    day.with_day(1).and_then(|first| first.checked_sub_months(chrono::Months::new(back))).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_follow_the_fiscal_year() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        assert_eq!(quarter_start(day(6, 30), 1), day(4, 1));
        assert_eq!(quarter_start(day(6, 30), 2), day(5, 1));
        assert_eq!(quarter_start(day(1, 15), 4), day(1, 1));
    }
}
