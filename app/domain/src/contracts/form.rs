//! The forms of contracts, plans, payments and invoices: what a person typed, and
//! what it means after all checks. `parse_amount` reads an amount as typed into minor
//! units of a currency.

use super::{ContractStatus, INSTALMENTS_MAX, PaymentKind, PaymentMethod, plan_adds_up};
use crate::allocation::allocate;
use crate::finance::{VatSplit, vat_split};
use crate::ids::{ContractId, DealId};
use crate::money::{Currency, MAX_AMOUNT_MINOR};
use crate::period::add_months;
use crate::pipeline::form::parse_percent;
use crate::violation::{Check, Violation, YEARS};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

pub const NUMBER_MAX: usize = 40;
pub const TITLE_MAX: usize = 200;
pub const NOTE_MAX: usize = 4_000;
/// Notes of instalments and payments, and reasons.
pub const SHORT_NOTE_MAX: usize = 200;
/// Months between instalments of a plan made from shares.
pub const EVERY_MONTHS_MAX: i32 = 24;
/// What one share may be; shares are weights, usually per cent.
const SHARE_MAX: i64 = 10_000;

/// A contract's facts as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractForm {
    /// Empty for a new contract.
    pub id: String,
    pub version: i32,
    pub request: String,
    /// The deal of a new contract; a contract stays with its deal.
    pub deal: String,
    /// Empty: the next number of the year.
    pub number: String,
    pub title: String,
    pub amount: String,
    /// Said, not chosen: it is the deal's.
    pub currency: String,
    pub starts_on: String,
    pub ends_on: String,
    pub note: String,
}

/// [`ContractForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractDraft {
    pub number: Option<String>,
    pub title: String,
    /// In minor units, above zero.
    pub amount_minor: i64,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub note: String,
}

/// One line of [`PlanForm`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanLineForm {
    pub due_on: String,
    pub amount: String,
    pub note: String,
}

/// All instalments of a contract, as typed. Empty lines do not count. With `shares`
/// (`30/60/10`) the lines are made from those instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub lines: Vec<PlanLineForm>,
    pub shares: String,
    /// When the first share is due.
    pub first_on: String,
    /// Months from one share to the next, 1 if empty.
    pub every_months: String,
}

/// One instalment after all checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    pub due_on: NaiveDate,
    pub amount_minor: i64,
    pub note: String,
}

/// A receipt or a refund as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub kind: String,
    pub on: String,
    pub amount: String,
    pub method: String,
    pub note: String,
}

/// [`PaymentForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentDraft {
    pub kind: PaymentKind,
    pub on: NaiveDate,
    /// In minor units, above zero.
    pub amount_minor: i64,
    pub method: PaymentMethod,
    pub note: String,
}

/// An invoice that was written elsewhere, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvoiceForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub number: String,
    pub on: String,
    /// With tax.
    pub amount: String,
    /// Per cent.
    pub vat: String,
    pub note: String,
}

/// [`InvoiceForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDraft {
    pub number: String,
    pub on: NaiveDate,
    /// With tax, in minor units, above zero.
    pub amount_minor: i64,
    pub vat_bp: i32,
    /// Net and tax; together the amount.
    pub split: VatSplit,
    pub note: String,
}

/// Signing, ending, cancelling, and back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusForm {
    pub id: String,
    pub version: i32,
    pub request: String,
    pub to: String,
    /// When it was signed; only for signing a draft.
    pub on: String,
    /// Needed to cancel and to take an end or a cancellation back.
    pub reason: String,
}

/// [`StatusForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusDraft {
    pub to: ContractStatus,
    pub on: Option<NaiveDate>,
    pub reason: String,
}

/// A payment or an invoice that was written down wrongly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StrikeForm {
    /// Of the contract.
    pub id: String,
    pub version: i32,
    pub request: String,
    /// Of the payment or invoice.
    pub entry: String,
    pub reason: String,
}

fn amount(check: &mut Check, field: &str, text: &str, currency: Currency, parse_amount: impl Fn(&str, &str) -> Option<i64>) -> i64 {
    let Some(minor) = check.required(field, text, "not_a_number", |text| parse_amount(text, currency.code())) else { return 0 };
    if minor <= 0 {
        check.refuse(Violation::new(field, "not_positive"));
    } else if minor > MAX_AMOUNT_MINOR {
        check.refuse(Violation::new(field, "too_large"));
    }
    minor
}

/// A day that is not in the future; today if it is empty.
fn day_so_far(check: &mut Check, field: &str, text: &str, today: NaiveDate) -> NaiveDate {
    let on = check.date(field, text).unwrap_or(today);
    if on > today {
        check.refuse(Violation::new(field, "date_in_future"));
    }
    on
}

impl ContractForm {
    /// The contract that is changed; `None` for a new one.
    ///
    /// # Errors
    ///
    /// `unknown_value` for what is no id.
    pub fn contract(&self) -> Result<Option<ContractId>, Violation> {
        if self.id.is_empty() { Ok(None) } else { id_of(&self.id).map(Some) }
    }

    /// The deal of a new contract.
    #[must_use]
    pub fn deal(&self) -> Option<DealId> {
        DealId::parse(self.deal.trim())
    }

    /// # Errors
    ///
    /// Everything that is wrong, at once; `date_order` if it ends before it starts.
    pub fn check(&self, currency: Currency, parse_amount: impl Fn(&str, &str) -> Option<i64>) -> Result<ContractDraft, Vec<Violation>> {
        let mut check = Check::default();
        let draft = ContractDraft {
            number: check.optional_text("number", &self.number, NUMBER_MAX),
            title: check.text("title", &self.title, TITLE_MAX),
            amount_minor: amount(&mut check, "amount", &self.amount, currency, parse_amount),
            starts_on: check.date("starts_on", &self.starts_on),
            ends_on: check.date("ends_on", &self.ends_on),
            note: check.optional_text("note", &self.note, NOTE_MAX).unwrap_or_default(),
        };
        if matches!((draft.starts_on, draft.ends_on), (Some(start), Some(end)) if end < start) {
            check.refuse(Violation::new("ends_on", "date_order"));
        }
        check.finish(draft)
    }
}

/// The id of a contract that a form names.
///
/// # Errors
///
/// `unknown_value`.
pub fn id_of(text: &str) -> Result<ContractId, Violation> {
    ContractId::parse(text.trim()).ok_or_else(|| Violation::new("", "unknown_value"))
}

impl PlanForm {
    /// Lines by due day. With `fixed` (a signed contract) they must come to the
    /// amount; a draft's may differ, which its page says.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, fields numbered from 1 (`due_on_2`, `amount_2`); too
    /// many lines; with `fixed` what [`plan_adds_up`] says.
    pub fn check(
        &self,
        currency: Currency,
        amount_minor: i64,
        fixed: bool,
        parse_amount: impl Fn(&str, &str) -> Option<i64>,
    ) -> Result<Vec<PlanLine>, Vec<Violation>> {
        if !self.shares.trim().is_empty() {
            return self.by_shares(amount_minor);
        }
        let mut check = Check::default();
        let mut lines = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            if [&line.due_on, &line.amount, &line.note].iter().all(|text| text.trim().is_empty()) {
                continue;
            }
            let (day, money, note) = (format!("due_on_{}", i + 1), format!("amount_{}", i + 1), format!("note_{}", i + 1));
            let due_on = check.required(&day, &line.due_on, "not_a_date", crate::violation::parse_date).unwrap_or_default();
            let amount_minor = amount(&mut check, &money, &line.amount, currency, &parse_amount);
            let note = check.optional_text(&note, &line.note, SHORT_NOTE_MAX).unwrap_or_default();
            lines.push(PlanLine { due_on, amount_minor, note });
        }
        if lines.len() > INSTALMENTS_MAX {
            check.refuse(Violation::new("plan", "too_many_lines").with("max", INSTALMENTS_MAX));
        }
        // A sum of lines that are refused says nothing.
        let mut lines = check.finish(lines)?;
        if fixed {
            plan_adds_up(currency, amount_minor, lines.iter().map(|line| line.amount_minor)).map_err(|found| vec![found])?;
        }
        lines.sort_by_key(|line| line.due_on);
        Ok(lines)
    }

    fn by_shares(&self, amount_minor: i64) -> Result<Vec<PlanLine>, Vec<Violation>> {
        let mut check = Check::default();
        let shares = check.required("shares", &self.shares, "bad_shares", parse_shares).unwrap_or_default();
        let first_on = check.required("first_on", &self.first_on, "not_a_date", crate::violation::parse_date).unwrap_or_default();
        let every = check.optional("every_months", &self.every_months, "not_a_whole_number", |text| text.parse::<i32>().ok()).unwrap_or(1);
        if every < 1 {
            check.refuse(Violation::new("every_months", "too_small_min").with("min", 1));
        } else if every > EVERY_MONTHS_MAX {
            check.refuse(Violation::new("every_months", "too_large_max").with("max", EVERY_MONTHS_MAX));
        }
        check.finish(())?;
        if last_due(first_on, shares.len(), every).is_none() {
            return Err(vec![Violation::new("first_on", "plan_too_long").with("year", YEARS.end())]);
        }
        plan_by_shares(amount_minor, &shares, first_on, every).ok_or_else(|| vec![Violation::new("shares", "bad_shares")])
    }
}

/// Reads `30/60/10`, `30,60,10` or `30 60 10`: whole weights above zero, at most
/// [`INSTALMENTS_MAX`].
///
/// ```
/// use domain::contracts::form::parse_shares;
/// assert_eq!(parse_shares("30% / 60% / 10%"), Some(vec![30, 60, 10]));
/// assert_eq!(parse_shares("30/x"), None);
/// ```
#[must_use]
pub fn parse_shares(text: &str) -> Option<Vec<i64>> {
    let parts = text.split(['/', ',', '，', '、', ' ', '／', '\t']).map(|part| part.trim().trim_end_matches(['%', '％']));
    let shares: Vec<i64> = parts.filter(|part| !part.is_empty()).map(|part| part.parse::<i64>().ok()).collect::<Option<_>>()?;
    let fine = !shares.is_empty() && shares.len() <= INSTALMENTS_MAX && shares.iter().all(|share| (1..=SHARE_MAX).contains(share));
    fine.then_some(shares)
}

/// A plan that splits the amount by weight, without a minor unit lost (house decision
/// HD-3): the first part due on `first_on`, each further one `every` months later.
/// `None` if a day or a part cannot be: a day after [`YEARS`], a part of nothing.
///
/// ```
/// # use chrono::NaiveDate;
/// use domain::contracts::form::plan_by_shares;
/// # let on = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let plan = plan_by_shares(1_001, &[30, 60, 10], on("2026-01-31"), 1).unwrap();
/// let seen: Vec<_> = plan.iter().map(|line| (line.due_on.to_string(), line.amount_minor)).collect();
/// assert_eq!(seen, [("2026-01-31".into(), 300), ("2026-02-28".into(), 601), ("2026-03-31".into(), 100)]);
/// ```
#[must_use]
pub fn plan_by_shares(amount_minor: i64, shares: &[i64], first_on: NaiveDate, every: i32) -> Option<Vec<PlanLine>> {
    last_due(first_on, shares.len(), every)?;
    let parts = allocate(amount_minor, shares).ok()?;
    let line = |(i, amount_minor): (usize, i64)| {
        let due_on = add_months(first_on, i32::try_from(i).ok()?.checked_mul(every)?)?;
        (amount_minor > 0).then_some(PlanLine { due_on, amount_minor, note: String::new() })
    };
    parts.into_iter().enumerate().map(line).collect()
}

/// The day of the last of so many instalments; `None` if it is after [`YEARS`].
fn last_due(first_on: NaiveDate, count: usize, every: i32) -> Option<NaiveDate> {
    let months = i32::try_from(count).ok()?.checked_sub(1)?.checked_mul(every)?;
    add_months(first_on, months).filter(|day| day.year() <= *YEARS.end())
}

impl PaymentForm {
    /// # Errors
    ///
    /// Everything that is wrong, at once. Whether the contract takes the payment is
    /// [`super::after_payment`]'s to say.
    pub fn check(
        &self,
        currency: Currency,
        today: NaiveDate,
        parse_amount: impl Fn(&str, &str) -> Option<i64>,
    ) -> Result<PaymentDraft, Vec<Violation>> {
        let mut check = Check::default();
        let draft = PaymentDraft {
            kind: check.optional("kind", &self.kind, "unknown_value", PaymentKind::parse).unwrap_or(PaymentKind::Receipt),
            on: day_so_far(&mut check, "on", &self.on, today),
            amount_minor: amount(&mut check, "amount", &self.amount, currency, parse_amount),
            method: check.optional("method", &self.method, "unknown_value", PaymentMethod::parse).unwrap_or(PaymentMethod::Transfer),
            note: check.optional_text("note", &self.note, SHORT_NOTE_MAX).unwrap_or_default(),
        };
        check.finish(draft)
    }
}

impl InvoiceForm {
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn check(
        &self,
        currency: Currency,
        today: NaiveDate,
        parse_amount: impl Fn(&str, &str) -> Option<i64>,
    ) -> Result<InvoiceDraft, Vec<Violation>> {
        let mut check = Check::default();
        let number = check.text("number", &self.number, NUMBER_MAX);
        let on = day_so_far(&mut check, "on", &self.on, today);
        let amount_minor = amount(&mut check, "amount", &self.amount, currency, parse_amount);
        let vat_bp = check.required("vat", &self.vat, "not_a_percentage", parse_percent).unwrap_or_default();
        let note = check.optional_text("note", &self.note, SHORT_NOTE_MAX).unwrap_or_default();
        check.finish(InvoiceDraft { number, on, amount_minor, vat_bp, split: vat_split(amount_minor, i64::from(vat_bp)), note })
    }
}

impl StatusForm {
    /// # Errors
    ///
    /// `unknown_value` for no status, `not_next` for one that cannot follow,
    /// `reason_required`, and what is wrong with the day.
    pub fn check(&self, from: ContractStatus, signed: bool, today: NaiveDate) -> Result<StatusDraft, Vec<Violation>> {
        let mut check = Check::default();
        let to = check.required("to", &self.to, "unknown_value", ContractStatus::parse);
        if to.is_some_and(|to| !from.next(signed).contains(&to)) {
            check.refuse(Violation::new("to", "not_next"));
        }
        let signing = from == ContractStatus::Draft && to == Some(ContractStatus::Signed);
        let on = signing.then(|| day_so_far(&mut check, "on", &self.on, today));
        let reason = check.optional_text("reason", &self.reason, SHORT_NOTE_MAX);
        let needs_reason = to == Some(ContractStatus::Cancelled) || matches!(from, ContractStatus::Ended | ContractStatus::Cancelled);
        if needs_reason && reason.is_none() {
            check.refuse(Violation::new("reason", "reason_required"));
        }
        let draft = to.map(|to| StatusDraft { to, on, reason: reason.unwrap_or_default() });
        check.finish_some(draft)
    }
}

impl StrikeForm {
    /// The reason.
    ///
    /// # Errors
    ///
    /// `reason_required`, `too_long`.
    pub fn check(&self) -> Result<String, Vec<Violation>> {
        let mut check = Check::default();
        let reason = check.optional_text("reason", &self.reason, SHORT_NOTE_MAX);
        if reason.is_none() {
            check.refuse(Violation::new("reason", "reason_required"));
        }
        check.finish(reason.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");

    fn typed(text: &str, _: &str) -> Option<i64> {
        text.parse::<i64>().ok().map(|n| n * 100)
    }

    fn codes<T: std::fmt::Debug>(answer: Result<T, Vec<Violation>>) -> Vec<String> {
        answer.unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_contract_needs_a_title_and_an_amount() {
        let form = ContractForm { title: "A".into(), amount: "5".into(), ..ContractForm::default() };
        let draft = form.check(Currency::Cny, typed).unwrap();
        assert_eq!((draft.amount_minor, draft.number), (500, None));
        let wrong = ContractForm {
            title: " ".into(),
            amount: "0".into(),
            number: "x".repeat(41),
            starts_on: "2026-02-01".into(),
            ends_on: "2026-01-31".into(),
            ..form
        };
        assert_eq!(
            codes(wrong.check(Currency::Cny, typed)),
            ["number: too_long", "title: required", "amount: not_positive", "ends_on: date_order"]
        );
    }

    fn line(due_on: &str, amount: &str) -> PlanLineForm {
        PlanLineForm { due_on: due_on.into(), amount: amount.into(), note: String::new() }
    }

    #[test]
    fn a_plan_is_read_by_lines_and_sorted() {
        let form =
            PlanForm { lines: vec![line("2026-08-01", "7"), PlanLineForm::default(), line("2026-07-01", "3")], ..PlanForm::default() };
        let read = |form: &PlanForm, fixed| form.check(Currency::Cny, 1_000, fixed, typed);
        let seen: Vec<_> = read(&form, true).unwrap().into_iter().map(|l| (l.due_on.to_string(), l.amount_minor)).collect();
        assert_eq!(seen, [("2026-07-01".into(), 300), ("2026-08-01".into(), 700)]);
        let short = PlanForm { lines: vec![line("2026-08-01", "7")], ..PlanForm::default() };
        assert!(read(&short, false).is_ok());
        assert_eq!(codes(read(&short, true)), ["plan: plan_short"]);
        let wrong = PlanForm { lines: vec![line("", "7"), line("2026-08-01", "-1")], ..PlanForm::default() };
        assert_eq!(codes(read(&wrong, true)), ["due_on_1: required", "amount_2: not_positive"]);
        let many = PlanForm { lines: vec![line("2026-08-01", "1"); INSTALMENTS_MAX + 1], ..PlanForm::default() };
        assert_eq!(codes(read(&many, false)), ["plan: too_many_lines"]);
    }

    #[test]
    fn shares_make_a_plan_that_adds_up() {
        let form = PlanForm { shares: "1/1/1".into(), first_on: "2026-07-31".into(), every_months: "3".into(), ..PlanForm::default() };
        let plan = form.check(Currency::Cny, 1_000, true, typed).unwrap();
        let seen: Vec<_> = plan.iter().map(|l| (l.due_on.to_string(), l.amount_minor)).collect();
        assert_eq!(seen, [("2026-07-31".into(), 334), ("2026-10-31".into(), 333), ("2027-01-31".into(), 333)]);
        let wrong = PlanForm { shares: "0/1".into(), first_on: String::new(), every_months: "25".into(), ..PlanForm::default() };
        assert_eq!(
            codes(wrong.check(Currency::Cny, 1_000, true, typed)),
            ["shares: bad_shares", "first_on: required", "every_months: too_large_max"]
        );
        assert_eq!(plan_by_shares(2, &[1, 1, 1], TODAY, 1), None, "a part of nothing");
        let late = |first_on: &str| PlanForm { first_on: first_on.into(), every_months: "24".into(), ..form.clone() };
        assert!(late("2096-12-31").check(Currency::Cny, 1_000, true, typed).is_ok());
        assert_eq!(codes(late("2097-01-01").check(Currency::Cny, 1_000, true, typed)), ["first_on: plan_too_long"]);
        assert_eq!(plan_by_shares(9, &[1, 1], "2100-12-01".parse().unwrap(), 1), None, "a day after 2100");
    }

    #[test]
    fn payments_and_invoices_are_of_the_past() {
        let form = PaymentForm { amount: "5".into(), ..PaymentForm::default() };
        let draft = form.check(Currency::Cny, TODAY, typed).unwrap();
        assert_eq!((draft.kind, draft.on, draft.method), (PaymentKind::Receipt, TODAY, PaymentMethod::Transfer));
        let wrong = PaymentForm { on: "2026-07-01".into(), kind: "gift".into(), amount: String::new(), ..form };
        assert_eq!(codes(wrong.check(Currency::Cny, TODAY, typed)), ["kind: unknown_value", "on: date_in_future", "amount: required"]);
        let invoice = InvoiceForm { number: "1".into(), amount: "100".into(), vat: "6%".into(), ..InvoiceForm::default() };
        let draft = invoice.check(Currency::Cny, TODAY, typed).unwrap();
        assert_eq!((draft.vat_bp, draft.split), (600, VatSplit { net_minor: 9_434, tax_minor: 566 }));
        let wrong = InvoiceForm { number: String::new(), vat: "101".into(), ..invoice };
        assert_eq!(codes(wrong.check(Currency::Cny, TODAY, typed)), ["number: required", "vat: not_a_percentage"]);
    }

    #[test]
    fn a_status_follows_another_with_a_day_or_a_reason() {
        use ContractStatus::{Cancelled, Draft, Ended, Signed};
        let form = |to: &str| StatusForm { to: to.into(), ..StatusForm::default() };
        assert_eq!(form("signed").check(Draft, false, TODAY).unwrap().on, Some(TODAY));
        assert_eq!(form("ended").check(Signed, true, TODAY).unwrap().on, None);
        assert_eq!(codes(form("draft").check(Signed, true, TODAY)), ["to: not_next"]);
        for (from, to) in [(Signed, "cancelled"), (Ended, "signed"), (Cancelled, "signed")] {
            assert_eq!(codes(form(to).check(from, true, TODAY)), ["reason: reason_required"], "{from}");
            assert!(StatusForm { reason: "why".into(), ..form(to) }.check(from, true, TODAY).is_ok(), "{from}");
        }
        let late = StatusForm { on: "2026-07-01".into(), ..form("signed") };
        assert_eq!(codes(late.check(Draft, false, TODAY)), ["on: date_in_future"]);
        assert_eq!(codes(form("x").check(Draft, false, TODAY)), ["to: unknown_value"]);
    }
}
