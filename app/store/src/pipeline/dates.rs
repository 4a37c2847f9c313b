//! Deals by date: the month forecast and the calendar. Totals are of all deals of
//! a column or day, in one pass over days; cards are fetched for what is shown.

use super::{CardRow, cards, filtered, read};
use crate::Store;
use crate::entity::deal;
use crate::error::{Result, StoreError};
use chrono::NaiveDate;
use domain::ids::DealId;
use domain::money::{Currency, Sums};
use domain::pipeline::dates::{Bucket, CARDS, Calendar, DAY_CARDS, DateKind, Day, MonthColumn, page_of};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Card, Outcome};
use domain::policy::Actor;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, Order, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Open deals of a calendar's page that are looked through; no team has as many.
const PAGE_DEALS: u64 = 20_000;

impl Store {
    /// Open deals by the month in which they should be won.
    pub async fn months(&self, actor: &Actor, filter: &DealFilter) -> Result<Vec<MonthColumn>> {
        let filter = open(filter);
        let inside = self.in_filter(actor, &filter)?;
        let by_day = self.by_day(&filter, inside.clone(), deal::Column::ExpectedCloseOn).await?;
        let mut columns = Vec::new();
        for bucket in Bucket::all(self.clock.today()) {
            let mut sums = Sums::default();
            for (_, of_day) in by_day.iter().filter(|(on, _)| bucket.holds(**on)) {
                sums.merge(of_day);
            }
            let cards = if sums.count() == 0 { Vec::new() } else { self.first_cards(bucket, inside.clone()).await? };
            columns.push(MonthColumn { bucket, sums, cards });
        }
        Ok(columns)
    }

    /// Open deals by the days of a month's page, whole weeks.
    pub async fn calendar(&self, actor: &Actor, filter: &DealFilter, by: DateKind, month: NaiveDate) -> Result<Calendar> {
        use deal::Column as D;
        let filter = open(filter);
        let column = match by {
            DateKind::Next => D::NextOn,
            DateKind::Close => D::ExpectedCloseOn,
        };
        let (from, to) = page_of(month);
        let inside = self.in_filter(actor, &filter)?.add(column.gte(from)).add(column.lte(to));
        let by_day = self.by_day(&filter, inside.clone(), column).await?;
        let found: Vec<(Uuid, NaiveDate)> = filtered(&filter)
            .select_only()
            .column(D::Id)
            .column(column)
            .filter(inside)
            .order_by(column, Order::Asc)
            .order_by(D::AmountMinor, Order::Desc)
            .order_by(D::Id, Order::Asc)
            .limit(PAGE_DEALS)
            .into_tuple()
            .all(self.db())
            .await?;
        let mut shown: BTreeMap<NaiveDate, Vec<Uuid>> = BTreeMap::new();
        for (id, on) in found {
            let of_day = shown.entry(on).or_default();
            if of_day.len() < DAY_CARDS {
                of_day.push(id);
            }
        }
        let mut known = self.cards_by_id(shown.values().flatten().copied()).await?;
        let days = by_day
            .into_iter()
            .filter_map(|(on, sums)| on.map(|on| (on, sums)))
            .map(|(on, sums)| Day {
                on,
                sums,
                cards: shown.get(&on).into_iter().flatten().filter_map(|id| known.remove(&DealId(*id))).collect(),
            })
            .collect();
        Ok(Calendar { by, month, days })
    }

    /// Totals by day, of deals without one too.
    async fn by_day(&self, filter: &DealFilter, inside: Condition, column: deal::Column) -> Result<BTreeMap<Option<NaiveDate>, Sums>> {
        use deal::Column as D;
        let amount = || Expr::col((deal::Entity, D::AmountMinor));
        let rows: Vec<(Option<NaiveDate>, String, i64, i64, i64)> = filtered(filter)
            .select_only()
            .column(column)
            .column(D::Currency)
            .expr_as(Expr::col((deal::Entity, D::Id)).count(), "deals")
            .expr_as(amount().sum().cast_as("bigint"), "amount")
            .expr_as(amount().mul(Expr::col((deal::Entity, D::ProbabilityBp))).sum().cast_as("bigint"), "weighted")
            .filter(inside)
            .group_by(column)
            .group_by(D::Currency)
            .into_tuple()
            .all(self.db())
            .await?;
        let mut by_day: BTreeMap<Option<NaiveDate>, Sums> = BTreeMap::new();
        for (on, currency, deals, amount, weighted) in rows {
            by_day.entry(on).or_default().add(read("currency", &currency, Currency::parse)?, deals, amount, weighted);
        }
        Ok(by_day)
    }

    /// The earliest deals of a column.
    async fn first_cards(&self, bucket: Bucket, inside: Condition) -> Result<Vec<Card>> {
        use deal::Column as D;
        let within = match bucket.days() {
            None => Condition::all().add(D::ExpectedCloseOn.is_null()),
            Some((from, to)) => Condition::all()
                .add_option(from.map(|from| D::ExpectedCloseOn.gte(from)))
                .add_option(to.map(|to| D::ExpectedCloseOn.lte(to))),
        };
        let org = self.require_org()?;
        let rows = cards()
            .filter(inside)
            .filter(within)
            .order_by_asc(D::ExpectedCloseOn)
            .order_by_desc(D::AmountMinor)
            .order_by_asc(D::Id)
            .limit(CARDS)
            .into_model::<CardRow>()
            .all(self.db())
            .await?;
        rows.into_iter().map(|row| row.into_card(&org)).collect()
    }

    async fn cards_by_id(&self, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<DealId, Card>> {
        let ids: Vec<Uuid> = ids.collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let org = self.require_org()?;
        let rows = cards().filter(deal::Column::Id.is_in(ids)).into_model::<CardRow>().all(self.db()).await?;
        rows.into_iter().map(|row| Ok::<_, StoreError>((DealId(row.id), row.into_card(&org)?))).collect()
    }
}

fn open(filter: &DealFilter) -> DealFilter {
    DealFilter { outcome: Some(Outcome::Open), ..filter.clone() }
}
