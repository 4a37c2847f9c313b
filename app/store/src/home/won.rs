//! What was won in a period, against the same number of days a year before.

use super::{LISTED, Look, count};
use crate::entity::deal;
use crate::error::Result;
use crate::pipeline::{CardRow, cards, read};
use chrono::NaiveDate;
use domain::explain::{Context, Explanation, Figure, Formula, FormulaKind, Part, Quantity, RowKind, Rows, Term};
use domain::growth::growth;
use domain::home::{Won, WonAmount};
use domain::money::{Currency, Money};
use domain::period::{Period, days_between};
use domain::pipeline::{Card, Outcome};
use domain::rounding::divide;
use domain::stats::percentile_milli;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The deals won in a period: amount, and days from first contact.
struct Wins(Vec<(Money, i64)>);

impl Wins {
    fn minor(&self, currency: Currency) -> i64 {
        self.0.iter().filter(|(amount, _)| amount.currency == currency).map(|(amount, _)| amount.minor).sum()
    }

    fn of(&self, currency: Currency) -> usize {
        self.0.iter().filter(|(amount, _)| amount.currency == currency).count()
    }

    /// In thousandths of a day.
    fn cycle_milli(&self) -> Option<i64> {
        let days: Vec<i64> = self.0.iter().map(|(_, days)| *days).collect();
        percentile_milli(&days, 5_000)
    }
}

impl Look<'_> {
    fn won_in(period: Period) -> Condition {
        use deal::Column as D;
        Condition::all()
            .add(D::Outcome.eq(Outcome::Won.code()))
            .add(D::ClosedOn.gte(period.start()))
            .add(D::ClosedOn.lt(period.end_exclusive()))
    }

    /// The deals behind the figures, the latest first.
    pub(super) async fn won_rows(&self, period: Period) -> Result<Vec<Card>> {
        use deal::Column as D;
        let query = cards().filter(self.of_deals()?).filter(Self::won_in(period));
        let rows = query.order_by_desc(D::ClosedOn).order_by_desc(D::Id).limit(LISTED).into_model::<CardRow>().all(self.store.db()).await?;
        rows.into_iter().map(|row| row.into_card(&self.org)).collect()
    }

    async fn wins(&self, period: Period) -> Result<Wins> {
        use deal::Column as D;
        let rows: Vec<(i64, String, NaiveDate, Option<NaiveDate>)> = deal::Entity::find()
            .select_only()
            .columns([D::AmountMinor, D::Currency, D::FirstContactOn, D::ClosedOn])
            .filter(self.of_deals()?)
            .filter(Self::won_in(period))
            .into_tuple()
            .all(self.store.db())
            .await?;
        let win = |(minor, currency, from, to): (i64, String, NaiveDate, Option<NaiveDate>)| {
            let amount = Money { minor, currency: read("currency", &currency, Currency::parse)? };
            Ok((amount, to.map_or(0, |to| days_between(from, to).max(0))))
        };
        Ok(Wins(rows.into_iter().map(win).collect::<Result<_>>()?))
    }

    pub(super) async fn won(&self) -> Result<Won> {
        let (period, before) = self.periods()?;
        let (now, then) = (self.wins(period).await?, self.wins(before).await?);
        let own = self.org.currency;
        let occurs = |currency: &Currency| *currency == own || now.of(*currency) > 0 || then.of(*currency) > 0;
        let mut currencies: Vec<Currency> = Currency::ALL.iter().copied().filter(occurs).collect();
        currencies.sort_by_key(|currency| *currency != own);
        let context = Context {
            period: Some(period),
            compared: Some(before),
            filter: self.owner.map(|id| ("person".to_owned(), id.to_string())).into_iter().collect(),
            as_of: self.today,
            computed_at: self.store.now(),
        };
        let plain = |figure, kind, term, quantity, rows: usize| {
            let rows = Rows { kind: RowKind::Deals, count: rows as u64 };
            Explanation::plain(figure, Formula { kind, version: 1 }, Part { term, quantity }, context.clone(), rows)
        };
        let amount = |currency| {
            let minor = now.minor(currency);
            let quantity = Quantity::Money(Money { minor, currency });
            let before_minor = then.minor(currency);
            WonAmount {
                currency,
                now: plain(Figure::WonAmount, FormulaKind::Sum, Term::Won, quantity, now.of(currency)),
                before_minor,
                growth: growth(minor, before_minor),
            }
        };
        let (number, number_before) = (count(now.0.len()), count(then.0.len()));
        // As the formula has it: the median of whole days, rounded once.
        let median = |milli| divide(i128::from(milli), 1).map(Quantity::DaysMilli);
        Ok(Won {
            span: self.span,
            period,
            before,
            amounts: currencies.into_iter().map(amount).collect(),
            count: plain(Figure::WonCount, FormulaKind::Count, Term::Won, Quantity::Count(number), now.0.len()),
            count_before: number_before,
            count_growth: growth(number, number_before),
            cycle: now
                .cycle_milli()
                .and_then(median)
                .map(|days| plain(Figure::SalesCycle, FormulaKind::Median, Term::Cycles, days, now.0.len())),
            cycle_before_milli: then.cycle_milli(),
        })
    }
}
