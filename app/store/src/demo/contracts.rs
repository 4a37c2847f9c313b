//! Contracts of what was won, how they were paid and invoiced, and drafts of what is
//! nearly won.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Quota, Stream};
use crate::contracts::{contract, dues, instalment, invoice, payment};
use crate::entity::deal;
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc};
use domain::contracts::form::plan_by_shares;
use domain::contracts::standing::{Standing, received_minor};
use domain::contracts::{ContractStatus, PaymentKind, PaymentMethod};
use domain::finance::vat_split;
use domain::pipeline::Outcome;
use domain::policy::Role;
use std::collections::HashMap;
use uuid::Uuid;

/// Shares of the instalments, by product; a month from one to the next.
const SHARES: [&[i64]; 3] = [&[30, 60, 10], &[30, 30, 30, 10], &[50, 50]];
/// The first instalment is due so many days after the signature.
const FIRST_DUE_DAYS: u64 = 30;
/// Invoices are written so many days before the instalment is due, and paid so many days
/// after that, in the middle. With this spread one in eight is paid late.
const INVOICED_BEFORE_DAYS: u64 = 23;
const PAID_AFTER_DAYS: f64 = 9.0;
const PAID_SIGMA: f64 = 0.8;
/// Share of the contracts whose last instalments somebody does not pay.
const WITHHELD: f64 = 0.03;
/// Share of the contracts that were signed once before, called off, and paid back.
const SIGNED_ANEW: f64 = 0.01;
/// A contract is over a year after it was signed.
const TERM_DAYS: u64 = 365;
/// Share of the open deals of at least this probability with a draft.
const DRAFTED: f64 = 0.3;
const DRAFT_FROM_BP: i32 = 7_000;
const METHODS: [(PaymentMethod, u32); 4] =
    [(PaymentMethod::Transfer, 80), (PaymentMethod::Bill, 14), (PaymentMethod::Online, 4), (PaymentMethod::Other, 2)];
const WITHHOLDS: [&str; 3] = ["尾款待验收后支付", "客户对验收结果有异议", "客户资金紧张，约定分批支付"];

struct Writer<'a> {
    calendar: &'a Calendar,
    dice: Dice,
    finance: Option<Uuid>,
    /// Place among the products, and rate of tax.
    products: HashMap<Uuid, (usize, i32)>,
    /// Contracts of each year so far, and invoices of all.
    numbers: HashMap<i32, u32>,
    invoices: u32,
}

/// Adds the contracts of all deals, in the order in which they were signed.
pub(super) fn contracts(calendar: &Calendar, seed: u64, company: &mut Company) {
    let finance = company.people.iter().find(|person| person.role == Role::Finance.code()).map(|person| person.id);
    let products = company.products.iter().enumerate().map(|(place, row)| (row.id, (place, row.vat_bp))).collect();
    let dice = Dice::new(seed, Stream::Contracts);
    let mut writer = Writer { calendar, dice, finance, products, numbers: HashMap::new(), invoices: 0 };
    let deals = std::mem::take(&mut company.deals);
    let mut won: Vec<(NaiveDate, &deal::Model)> =
        deals.iter().filter(|row| row.outcome == Outcome::Won.code()).filter_map(|row| row.closed_on.map(|on| (on, row))).collect();
    won.sort_by_key(|(on, row)| (*on, row.id));
    let (mut withheld, mut anew) = (Quota::new(WITHHELD), Quota::new(SIGNED_ANEW));
    for (on, row) in won.into_iter().filter(|(_, row)| row.amount_minor > 0) {
        if anew.take() {
            writer.called_off(row, on, company);
        }
        writer.signed(row, on, withheld.take(), company);
    }
    let mut drafted = Quota::new(DRAFTED);
    let near = |row: &&deal::Model| row.outcome == Outcome::Open.code() && row.probability_bp >= DRAFT_FROM_BP && row.amount_minor > 0;
    for row in deals.iter().filter(near) {
        if drafted.take() {
            let on = row.stage_since.min(calendar.as_of - Days::new(1));
            let (contract, plan) = writer.agreed(row, on, ContractStatus::Draft);
            writer.push(contract, plan, Vec::new(), company);
        }
    }
    company.deals = deals;
}

/// The evening of a day.
fn evening(on: NaiveDate) -> DateTime<Utc> {
    utc(on.and_time(NaiveTime::MIN) + Duration::hours(18))
}

impl Writer<'_> {
    fn agreed(&mut self, row: &deal::Model, on: NaiveDate, status: ContractStatus) -> (contract::Model, Vec<instalment::Model>) {
        let at = evening(on);
        let count = self.numbers.entry(on.year()).or_default();
        *count += 1;
        let number = format!("{}-{count:04}", on.year());
        let place = row.product_id.and_then(|id| self.products.get(&id)).map_or(0, |(place, _)| *place);
        let shares = SHARES[place.min(SHARES.len() - 1)];
        let signed_on = (status != ContractStatus::Draft).then_some(on);
        let contract = contract::Model {
            id: self.dice.id(at),
            deal_id: row.id,
            number,
            title: row.title.clone(),
            status: status.code().to_owned(),
            amount_minor: row.amount_minor,
            currency: row.currency.clone(),
            received_minor: 0,
            outstanding_minor: 0,
            next_due_on: None,
            signed_on,
            starts_on: signed_on,
            ends_on: signed_on.map(|on| on + Days::new(TERM_DAYS)),
            note: String::new(),
            reason: String::new(),
            created_at: at,
            updated_at: at,
            updated_by: Some(row.owner_id),
            version: 1,
        };
        let lines = plan_by_shares(row.amount_minor, shares, on + Days::new(FIRST_DUE_DAYS), 1).unwrap_or_default();
        let plan = lines
            .into_iter()
            .map(|line| instalment::Model {
                id: self.dice.id(at),
                contract_id: contract.id,
                due_on: line.due_on,
                amount_minor: line.amount_minor,
                paid_minor: 0,
                open_minor: 0,
                note: String::new(),
            })
            .collect();
        (contract, plan)
    }

    /// In force or over, invoiced and paid as far as time has come.
    fn signed(&mut self, row: &deal::Model, on: NaiveDate, withheld: bool, company: &mut Company) {
        let over = on + Days::new(TERM_DAYS) < self.calendar.as_of;
        let (mut contract, plan) = self.agreed(row, on, if over { ContractStatus::Ended } else { ContractStatus::Signed });
        let vat_bp = row.product_id.and_then(|id| self.products.get(&id)).map_or(0, |(_, vat_bp)| *vat_bp);
        let mut payments = Vec::new();
        for (place, line) in plan.iter().enumerate() {
            let invoiced = line.due_on - Days::new(INVOICED_BEFORE_DAYS);
            if invoiced >= self.calendar.as_of {
                break;
            }
            company.invoices.push(self.invoice(&contract, invoiced, line.amount_minor, vat_bp));
            let days = self.dice.log_normal(PAID_AFTER_DAYS, PAID_SIGMA).clamp(1.0, 400.0) as u64;
            // All but the first; a contract of one instalment is never withheld.
            if withheld && place > 0 {
                contract.note = self.dice.word(&WITHHOLDS).to_owned();
                break;
            }
            let paid = invoiced + Days::new(days);
            if paid >= self.calendar.as_of {
                continue;
            }
            payments.push(self.payment(&contract, PaymentKind::Receipt, paid, line.amount_minor));
        }
        self.push(contract, plan, payments, company);
    }

    /// Signed half a month earlier, called off, and its first instalment paid back.
    fn called_off(&mut self, row: &deal::Model, on: NaiveDate, company: &mut Company) {
        let (mut contract, plan) = self.agreed(row, on - Days::new(14), ContractStatus::Cancelled);
        contract.reason = "配置变更，改签新合同".to_owned();
        let deposit = plan.first().map_or(0, |line| line.amount_minor);
        let payments = vec![
            self.payment(&contract, PaymentKind::Receipt, on - Days::new(10), deposit),
            self.payment(&contract, PaymentKind::Refund, on - Days::new(3), deposit),
        ];
        self.push(contract, plan, payments, company);
    }

    fn payment(&mut self, contract: &contract::Model, kind: PaymentKind, on: NaiveDate, amount_minor: i64) -> payment::Model {
        payment::Model {
            id: self.dice.id(evening(on)),
            contract_id: contract.id,
            kind: kind.code().to_owned(),
            paid_on: on,
            amount_minor,
            method: self.dice.weighted(&METHODS).code().to_owned(),
            note: String::new(),
            at: evening(on),
            by_id: self.finance,
            struck_at: None,
            struck_by: None,
            struck_reason: String::new(),
        }
    }

    fn invoice(&mut self, contract: &contract::Model, on: NaiveDate, amount_minor: i64, vat_bp: i32) -> invoice::Model {
        self.invoices += 1;
        let split = vat_split(amount_minor, i64::from(vat_bp));
        invoice::Model {
            id: self.dice.id(evening(on)),
            contract_id: contract.id,
            number: format!("{:02}312000000{:09}", on.year() % 100, self.invoices),
            written_on: on,
            amount_minor,
            vat_bp,
            net_minor: split.net_minor,
            tax_minor: split.tax_minor,
            note: String::new(),
            at: evening(on),
            by_id: self.finance,
            struck_at: None,
            struck_by: None,
            struck_reason: String::new(),
        }
    }

    /// With all that follows from its payments.
    fn push(&self, mut contract: contract::Model, mut plan: Vec<instalment::Model>, payments: Vec<payment::Model>, company: &mut Company) {
        let entries = payments.iter().filter_map(|entry| Some((PaymentKind::parse(&entry.kind)?, entry.amount_minor)));
        let status = ContractStatus::parse(&contract.status).unwrap_or(ContractStatus::Draft);
        let standing = Standing::of(status, contract.amount_minor, &dues(&plan), received_minor(entries), self.calendar.as_of);
        for (line, filled) in plan.iter_mut().zip(&standing.plan) {
            (line.paid_minor, line.open_minor) = (filled.paid_minor, filled.open_minor);
        }
        contract.received_minor = standing.received_minor;
        contract.outstanding_minor = standing.outstanding_minor;
        contract.next_due_on = standing.next_due_on();
        if let Some(last) = payments.iter().map(|entry| entry.at).max() {
            contract.updated_at = last.max(contract.created_at);
            contract.updated_by = self.finance;
        }
        company.contracts.push(contract);
        company.instalments.extend(plan);
        company.payments.extend(payments);
    }
}
