//! What is owed, derived: receipts less refunds fill the instalments from the
//! oldest on, what is not filled is open, and overdue from the day after it was due.
//! Ageing puts what is open into the buckets of [`crate::finance::ageing_bucket`].

use super::{ContractStatus, InstalmentState, PaymentKind};
use crate::finance::{AgeingBucket, ageing_bucket};
use crate::money::Currency;
use crate::period::days_between;
use crate::rounding::clamp_i64;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One instalment as agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub due_on: NaiveDate,
    /// In minor units, above zero.
    pub amount_minor: i64,
}

/// One instalment as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    pub due_on: NaiveDate,
    pub amount_minor: i64,
    /// Of it received.
    pub paid_minor: i64,
    /// Of it still owed; nothing if the contract owes nothing.
    pub open_minor: i64,
    pub state: InstalmentState,
    /// Since when it is overdue; `None` unless it is.
    pub overdue_days: Option<i64>,
}

/// What a contract comes to, in minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Receipts less refunds.
    pub received_minor: i64,
    /// Owed and not received. Of a contract that owes,
    /// `received + outstanding − overpaid = amount`.
    pub outstanding_minor: i64,
    /// Received beyond what is owed.
    pub overpaid_minor: i64,
    /// Of what is outstanding, past due.
    pub overdue_minor: i64,
    /// Of what is outstanding, in no instalment: the plan is less than the amount.
    pub unplanned_minor: i64,
    /// In the order of the plan that was given.
    pub plan: Vec<Filled>,
}

/// How much of each instalment is received, in the order of the plan that was given.
/// The one due first is filled first; of two due on one day the earlier in the plan.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::contracts::standing::{fill, Due};
/// # let on = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let plan = [Due { due_on: on("2026-08-01"), amount_minor: 70 }, Due { due_on: on("2026-07-01"), amount_minor: 30 }];
/// assert_eq!(fill(&plan, 40), [10, 30]);
/// ```
#[must_use]
pub fn fill(plan: &[Due], received_minor: i64) -> Vec<i64> {
    let mut order: Vec<usize> = (0..plan.len()).collect();
    order.sort_by_key(|&i| (plan[i].due_on, i));
    let mut paid = vec![0; plan.len()];
    let mut rest = received_minor.max(0);
    for i in order {
        paid[i] = rest.min(plan[i].amount_minor.max(0));
        rest -= paid[i];
    }
    paid
}

/// Receipts less refunds.
#[must_use]
pub fn received_minor(payments: impl IntoIterator<Item = (PaymentKind, i64)>) -> i64 {
    let sum: i128 = payments
        .into_iter()
        .map(|(kind, minor)| match kind {
            PaymentKind::Receipt => i128::from(minor),
            PaymentKind::Refund => -i128::from(minor),
        })
        .sum();
    clamp_i64(sum)
}

impl Standing {
    /// `received_minor`: receipts less refunds ([`received_minor`]).
    #[must_use]
    pub fn of(status: ContractStatus, amount_minor: i64, plan: &[Due], received_minor: i64, today: NaiveDate) -> Self {
        let owed = if status.owes() { amount_minor } else { 0 };
        let outstanding_minor = owed.saturating_sub(received_minor).max(0);
        // A plan of more than the amount owes no more than the amount.
        let mut left = outstanding_minor;
        let paid = fill(plan, received_minor);
        let mut filled: Vec<Filled> = plan
            .iter()
            .zip(paid)
            .map(|(due, paid_minor)| Filled {
                due_on: due.due_on,
                amount_minor: due.amount_minor,
                paid_minor,
                open_minor: 0,
                state: InstalmentState::Void,
                overdue_days: None,
            })
            .collect();
        let mut order: Vec<usize> = (0..filled.len()).collect();
        order.sort_by_key(|&i| (filled[i].due_on, i));
        for i in order {
            let line = &mut filled[i];
            line.open_minor = left.min(line.amount_minor - line.paid_minor);
            left -= line.open_minor;
            line.state = if line.paid_minor == line.amount_minor {
                InstalmentState::Paid
            } else if !status.owes() {
                InstalmentState::Void
            } else if line.due_on < today {
                InstalmentState::Overdue
            } else if line.paid_minor > 0 {
                InstalmentState::Partly
            } else {
                InstalmentState::Open
            };
            line.overdue_days = (line.state == InstalmentState::Overdue).then(|| days_between(line.due_on, today));
        }
        Self {
            received_minor,
            outstanding_minor,
            overpaid_minor: received_minor.saturating_sub(owed).max(0),
            overdue_minor: filled.iter().filter(|line| line.overdue_days.is_some()).map(|line| line.open_minor).sum(),
            unplanned_minor: left,
            plan: filled,
        }
    }

    /// When the oldest instalment that is still open was or is due; `None` if none is.
    #[must_use]
    pub fn next_due_on(&self) -> Option<NaiveDate> {
        self.plan.iter().filter(|line| line.open_minor > 0).map(|line| line.due_on).min()
    }
}

/// What is outstanding in one currency, by how long it is overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeingLine {
    pub currency: Currency,
    /// In the order of [`AgeingBucket::ALL`].
    pub buckets: [i64; AgeingBucket::ALL.len()],
}

impl AgeingLine {
    #[must_use]
    pub const fn empty(currency: Currency) -> Self {
        Self { currency, buckets: [0; AgeingBucket::ALL.len()] }
    }

    #[must_use]
    pub fn of(&self, bucket: AgeingBucket) -> i64 {
        self.buckets[bucket as usize]
    }

    /// All that is outstanding.
    #[must_use]
    pub fn total_minor(&self) -> i64 {
        self.buckets.iter().sum()
    }

    /// Of it overdue.
    #[must_use]
    pub fn overdue_minor(&self) -> i64 {
        self.total_minor() - self.of(AgeingBucket::NotDue)
    }
}

/// What is outstanding, a line for each currency, which are never added. In the order
/// of [`Currency::ALL`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ageing(pub Vec<AgeingLine>);

impl Ageing {
    /// Adds what is open of an instalment.
    pub fn add(&mut self, currency: Currency, due_on: NaiveDate, open_minor: i64, today: NaiveDate) {
        let at = match self.0.binary_search_by_key(&currency, |line| line.currency) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, AgeingLine::empty(currency));
                at
            }
        };
        self.0[at].buckets[ageing_bucket(due_on, today) as usize] += open_minor;
    }
}
