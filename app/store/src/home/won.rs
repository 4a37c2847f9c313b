//! What was won in a period, against the same number of days a year before.

use super::{LISTED, Look, count};
use crate::entity::deal;
use crate::error::Result;
use crate::pipeline::{CardRow, cards, read};
use crate::rates;
use chrono::NaiveDate;
use domain::explain::{Context, Explanation, Figure, Formula, FormulaKind, Part, Quantity, RowKind, Rows, Term};
use domain::growth::growth;
use domain::home::{Won, WonAmount};
use domain::money::{Currency, Money};
use domain::period::{Period, days_between};
use domain::pipeline::{Card, Outcome};
use domain::rates::{Basis, Converted};
use domain::rounding::divide;
use domain::stats::percentile_milli;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The deals won in a period: amount, and days from first contact; and what they come to in
/// the reporting currency.
struct Wins(Vec<(Money, i64)>, Converted);

/// Amount, currency, first contact and win, and what the deal keeps.
type Row = (i64, String, NaiveDate, Option<NaiveDate>, Option<i64>, Option<String>, Option<String>);

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
        let rows: Vec<Row> = deal::Entity::find()
            .select_only()
            .columns([D::AmountMinor, D::Currency, D::FirstContactOn, D::ClosedOn, D::FrozenMinor, D::FrozenTo, D::FrozenRate])
            .filter(self.of_deals()?)
            .filter(Self::won_in(period))
            .into_tuple()
            .all(self.store.db())
            .await?;
        let reporting = self.org.reporting;
        let (mut wins, mut converted) = (Vec::with_capacity(rows.len()), Converted::new(reporting, Basis::Frozen));
        for (minor, currency, from, to, frozen, frozen_to, rate) in rows {
            let amount = Money { minor, currency: read("currency", &currency, Currency::parse)? };
            let kept = frozen.filter(|_| frozen_to.as_deref() == Some(reporting.code()));
            converted.add(amount, 1, rates::won_value(amount, reporting, kept, rate.as_deref())?);
            wins.push((amount, to.map_or(0, |to| days_between(from, to).max(0))));
        }
        Ok(Wins(wins, converted))
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
        let several = now.1.says_more() || then.1.says_more();
        let told = several && !self.store.rate_book().await?.is_empty();
        let (number, number_before) = (count(now.0.len()), count(then.0.len()));
        // As the formula has it: the median of whole days, rounded once.
        let median = |milli| divide(i128::from(milli), 1).map(Quantity::DaysMilli);
        Ok(Won {
            span: self.span,
            period,
            before,
            amounts: currencies.into_iter().map(amount).collect(),
            converted: told.then(|| (now.1.clone(), then.1.clone())),
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
