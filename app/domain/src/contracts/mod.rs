//! Contracts and the money that comes in for them: what was agreed, in which
//! instalments it is due, what was received and paid back, which invoices were
//! written. [`form`] reads what is typed, [`standing`] derives what is owed,
//! [`view`] is what pages show.
//!
//! A contract belongs to its deal: customer, owner and unit are the deal's. Amounts
//! are with tax and in the contract's currency, which is that of the deal on the day
//! the contract was made (`rules.md` §2.17). Signed contracts keep their amount, and
//! nothing of a contract is deleted: payments and invoices are struck out and stay.
//!
//! Not here: quotes and price books, and revenue by accounting rules.

pub mod form;
pub mod standing;
pub mod view;

use crate::codes;
use crate::currency::minor_digits;
use crate::money::Currency;
use crate::violation::Violation;

/// Instalments of one contract: five years, month by month.
pub const INSTALMENTS_MAX: usize = 60;
/// Payments, and invoices, of one contract: more than one a week for five years.
pub const ENTRIES_MAX: usize = 300;

codes! {
    /// How far a contract is.
    ContractStatus {
        /// Being agreed; owes nothing yet.
        Draft = "draft",
        /// In force; its amount is fixed and owed.
        Signed = "signed",
        /// Over; what is not paid is still owed.
        Ended = "ended",
        /// Called off; owes nothing, what was received can be paid back.
        Cancelled = "cancelled",
    }
}

codes! {
    /// Which way money went.
    PaymentKind { Receipt = "receipt", Refund = "refund" }
}

codes! {
    /// How money came.
    PaymentMethod { Transfer = "transfer", Bill = "bill", Online = "online", Cash = "cash", Other = "other" }
}

codes! {
    /// By what the list of contracts is sorted.
    ContractSort { Updated = "updated", Created = "created", Amount = "amount", Due = "due", Number = "number" }
}

codes! {
    /// Where an instalment stands today.
    InstalmentState {
        /// Nothing received, due today or later.
        Open = "open",
        /// A part received, due today or later.
        Partly = "partly",
        /// Past due and not all received.
        Overdue = "overdue",
        Paid = "paid",
        /// Of a contract that owes nothing.
        Void = "void",
    }
}

impl ContractStatus {
    /// Whether the amount is owed.
    #[must_use]
    pub const fn owes(self) -> bool {
        matches!(self, Self::Signed | Self::Ended)
    }

    /// What it can become next. `signed`: it was signed once, so that taking back a
    /// cancellation leads to where it came from.
    ///
    /// ```
    /// use domain::contracts::ContractStatus as S;
    /// assert_eq!(S::Draft.next(false), [S::Signed, S::Cancelled]);
    /// assert_eq!(S::Cancelled.next(true), [S::Signed]);
    /// ```
    #[must_use]
    pub const fn next(self, signed: bool) -> &'static [Self] {
        match (self, signed) {
            (Self::Draft, _) => &[Self::Signed, Self::Cancelled],
            (Self::Signed, _) => &[Self::Ended, Self::Cancelled],
            (Self::Ended, _) | (Self::Cancelled, true) => &[Self::Signed],
            (Self::Cancelled, false) => &[Self::Draft],
        }
    }
}

/// What is received in all after one more payment.
///
/// # Errors
///
/// `contract_not_signed` for a draft; `contract_cancelled` for a receipt of a cancelled
/// contract; `over_amount` for a receipt of more than is owed, `over_received` for a
/// refund of more than was received, both with `max`, the most that is possible.
pub fn after_payment(
    status: ContractStatus,
    currency: Currency,
    amount_minor: i64,
    received_minor: i64,
    kind: PaymentKind,
    minor: i64,
) -> Result<i64, Violation> {
    let most = |code: &str, minor: i64| Violation::new("amount", code).with("max", plain(minor.max(0), currency));
    match (status, kind) {
        (ContractStatus::Draft, _) => Err(Violation::new("", "contract_not_signed")),
        (ContractStatus::Cancelled, PaymentKind::Receipt) => Err(Violation::new("", "contract_cancelled")),
        (_, PaymentKind::Receipt) if minor > amount_minor.saturating_sub(received_minor) => {
            Err(most("over_amount", amount_minor.saturating_sub(received_minor)))
        }
        (_, PaymentKind::Refund) if minor > received_minor => Err(most("over_received", received_minor)),
        (_, PaymentKind::Receipt) => Ok(received_minor + minor),
        (_, PaymentKind::Refund) => Ok(received_minor - minor),
    }
}

/// Whether a plan is the contract's amount to the last minor unit.
///
/// # Errors
///
/// `plan_short` or `plan_over`, with `by`, the difference in units of the currency.
pub fn plan_adds_up(currency: Currency, amount_minor: i64, plan: impl IntoIterator<Item = i64>) -> Result<(), Violation> {
    let sum: i128 = plan.into_iter().map(i128::from).sum();
    let by = i128::from(amount_minor) - sum;
    let differs = |code: &str, by: i128| Violation::new("plan", code).with("by", plain(crate::rounding::clamp_i64(by), currency));
    match by {
        0 => Ok(()),
        1.. => Err(differs("plan_short", by)),
        _ => Err(differs("plan_over", -by)),
    }
}

/// An amount as a decimal without separators, the same in every language.
///
/// ```
/// use domain::contracts::plain;
/// use domain::money::Currency;
/// assert_eq!(plain(123_450, Currency::Cny), "1234.50");
/// assert_eq!(plain(-5, Currency::Kwd), "-0.005");
/// assert_eq!(plain(7, Currency::Jpy), "7");
/// ```
#[must_use]
pub fn plain(minor: i64, currency: Currency) -> String {
    let digits = minor_digits(currency);
    let sign = if minor < 0 { "-" } else { "" };
    let unit = 10_u64.pow(digits);
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:0width$}", width = digits as usize) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_but_none_leads_back_or_on() {
        for &from in ContractStatus::ALL {
            for signed in [false, true] {
                assert!(!from.next(signed).is_empty() && !from.next(signed).contains(&from), "{from}");
            }
        }
        // Nothing that was signed becomes a draft again: its payments would hang in the air.
        assert!(ContractStatus::ALL.iter().all(|from| !from.next(true).contains(&ContractStatus::Draft)));
    }

    #[test]
    fn money_goes_no_further_than_the_contract() {
        use ContractStatus::{Cancelled, Draft, Ended, Signed};
        use PaymentKind::{Receipt, Refund};
        let pay = |status, received, kind, minor| {
            after_payment(status, Currency::Cny, 1_000, received, kind, minor).map_err(|v| (v.code, v.params.first().map(|p| p.1.clone())))
        };
        assert_eq!(pay(Signed, 400, Receipt, 600), Ok(1_000));
        assert_eq!(pay(Ended, 0, Receipt, 1), Ok(1));
        assert_eq!(pay(Signed, 400, Refund, 400), Ok(0));
        assert_eq!(pay(Cancelled, 400, Refund, 100), Ok(300));
        assert_eq!(pay(Signed, 400, Receipt, 601), Err(("over_amount".into(), Some("6.00".into()))));
        assert_eq!(pay(Signed, 400, Refund, 401), Err(("over_received".into(), Some("4.00".into()))));
        assert_eq!(pay(Cancelled, 0, Receipt, 1), Err(("contract_cancelled".into(), None)));
        assert_eq!(pay(Draft, 0, Receipt, 1), Err(("contract_not_signed".into(), None)));
    }

    #[test]
    fn a_plan_says_by_how_much_it_differs() {
        let by = |plan: &[i64]| plan_adds_up(Currency::Cny, 1_000, plan.iter().copied()).map_err(|v| (v.code, v.params[0].1.clone()));
        assert_eq!(by(&[300, 700]), Ok(()));
        assert_eq!(by(&[]), Err(("plan_short".into(), "10.00".into())));
        assert_eq!(by(&[999]), Err(("plan_short".into(), "0.01".into())));
        assert_eq!(by(&[500, 600]), Err(("plan_over".into(), "1.00".into())));
        assert_eq!(by(&[i64::MAX, i64::MAX]).unwrap_err().0, "plan_over");
    }
}
