//! Commands: a contract's facts, its plan, payments, invoices, its status. Each loads
//! the contract locked, with the version that the person saw.

use super::{Held, contract, dues, instalment, invoice, payment};
use crate::Store;
use crate::entity::{customer, deal, person};
use crate::error::{Result, StoreError};
use crate::pipeline::read;
use crate::write::Work;
use chrono::Datelike;
use domain::contracts::form::{ContractDraft, ContractForm, InvoiceForm, PaymentForm, PlanForm, StatusForm, StrikeForm, id_of};
use domain::contracts::standing::{Standing, received_minor};
use domain::contracts::{ContractStatus, ENTRIES_MAX, PaymentKind, after_payment, plain, plan_adds_up};
use domain::ids::{ContractId, RequestId};
use domain::money::Currency;
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Granted, grant_any};
use domain::violation::Violation;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use uuid::Uuid;

/// Reads an amount as typed into minor units of a currency.
type ParseAmount = fn(&str, &str) -> Option<i64>;

impl Store {
    /// Makes a contract of a deal, or changes its facts. A signed one keeps its amount.
    pub async fn save_contract(&self, by: &Actor, request: RequestId, form: ContractForm, parse_amount: ParseAmount) -> Result<ContractId> {
        grant_any(by, Action::WriteContracts)?;
        match form.contract().map_err(|found| vec![found])? {
            Some(id) => self.write(by, request, move |work| async move { update(&work, id, form, parse_amount).await }).await,
            None => self.write(by, request, move |work| async move { insert(&work, form, parse_amount).await }).await,
        }
    }

    /// Writes all instalments anew. A signed contract's must come to its amount.
    pub async fn save_plan(&self, by: &Actor, request: RequestId, form: PlanForm, parse_amount: ParseAmount) -> Result<ContractId> {
        let id = named(by, Action::WriteContracts, &form.id)?;
        self.write(by, request, move |work| async move {
            let (held, granted) = open(&work, id, form.version, Action::WriteContracts).await?;
            let status = living(&held)?;
            let fixed = status != ContractStatus::Draft;
            let lines = form.check(currency(&held.row)?, held.row.amount_minor, fixed, parse_amount)?;
            let before = plan_of(&work, held.row.id).await?;
            instalment::Entity::delete_many().filter(instalment::Column::ContractId.eq(held.row.id)).exec(work.tx()).await?;
            let rows: Vec<instalment::ActiveModel> = lines
                .iter()
                .map(|line| instalment::ActiveModel {
                    id: Set(work.new_id()),
                    contract_id: Set(held.row.id),
                    due_on: Set(line.due_on),
                    amount_minor: Set(line.amount_minor),
                    paid_minor: Set(0),
                    open_minor: Set(0),
                    note: Set(line.note.clone()),
                })
                .collect();
            if !rows.is_empty() {
                instalment::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
            }
            let before: Vec<_> = before.iter().map(|line| (line.due_on, line.amount_minor)).collect();
            let after: Vec<_> = lines.iter().map(|line| (line.due_on, line.amount_minor)).collect();
            settle(&work, held, granted, &serde_json::json!({ "plan": { "before": before, "after": after } })).await
        })
        .await
    }

    /// Writes down what was received or paid back.
    pub async fn record_payment(&self, by: &Actor, request: RequestId, form: PaymentForm, parse_amount: ParseAmount) -> Result<ContractId> {
        let id = named(by, Action::RecordMoney, &form.id)?;
        self.write(by, request, move |work| async move {
            let (held, granted) = open(&work, id, form.version, Action::RecordMoney).await?;
            let currency = currency(&held.row)?;
            let draft = form.check(currency, work.today, parse_amount)?;
            let row = &held.row;
            after_payment(status(row)?, currency, row.amount_minor, row.received_minor, draft.kind, draft.amount_minor)
                .map_err(|found| vec![found])?;
            let known = payment::Entity::find().filter(payment::Column::ContractId.eq(row.id)).count(work.tx()).await?;
            few(known)?;
            let new = payment::ActiveModel {
                id: Set(work.new_id()),
                contract_id: Set(row.id),
                kind: Set(draft.kind.code().to_owned()),
                paid_on: Set(draft.on),
                amount_minor: Set(draft.amount_minor),
                method: Set(draft.method.code().to_owned()),
                note: Set(draft.note),
                at: Set(work.now),
                by_id: Set(Some(work.by.id.0)),
                struck_at: Set(None),
                struck_by: Set(None),
                struck_reason: Set(String::new()),
            };
            payment::Entity::insert(new).exec_without_returning(work.tx()).await?;
            let record = serde_json::json!({ draft.kind.code(): { "on": draft.on, "amount_minor": draft.amount_minor } });
            settle(&work, held, granted, &record).await
        })
        .await
    }

    /// Strikes a payment out that was written down wrongly; it stays to be seen.
    /// Refused if the rest would not hold: a refund of what was then never received, or
    /// receipts of more than the amount.
    pub async fn strike_payment(&self, by: &Actor, request: RequestId, form: StrikeForm) -> Result<ContractId> {
        let id = named(by, Action::RecordMoney, &form.id)?;
        let reason = form.check()?;
        self.write(by, request, move |work| async move {
            let (held, granted) = open(&work, id, form.version, Action::RecordMoney).await?;
            let entry = Uuid::try_parse(form.entry.trim()).map_err(|_| StoreError::NotFound)?;
            let entry = payment::Entity::find_by_id(entry)
                .filter(payment::Column::ContractId.eq(held.row.id))
                .one(work.tx())
                .await?
                .ok_or(StoreError::NotFound)?;
            if entry.struck_at.is_some() {
                return Err(vec![Violation::new("", "struck_already")].into());
            }
            let left = match read("payment kind", &entry.kind, PaymentKind::parse)? {
                PaymentKind::Receipt => held.row.received_minor - entry.amount_minor,
                PaymentKind::Refund => held.row.received_minor + entry.amount_minor,
            };
            if left < 0 {
                return Err(vec![Violation::new("", "strike_refund_first")].into());
            }
            if left > held.row.amount_minor {
                return Err(vec![Violation::new("", "strike_receipt_first")].into());
            }
            let record = serde_json::json!({ "struck": { "payment": entry.id, "amount_minor": entry.amount_minor, "reason": reason } });
            let mut change = entry.into_active_model();
            change.struck_at = Set(Some(work.now));
            change.struck_by = Set(Some(work.by.id.0));
            change.struck_reason = Set(reason);
            change.update(work.tx()).await?;
            settle(&work, held, granted, &record).await
        })
        .await
    }

    /// Notes an invoice that was written elsewhere. All of a contract come to its amount
    /// at most.
    pub async fn note_invoice(&self, by: &Actor, request: RequestId, form: InvoiceForm, parse_amount: ParseAmount) -> Result<ContractId> {
        let id = named(by, Action::RecordMoney, &form.id)?;
        self.write(by, request, move |work| async move {
            let (held, granted) = open(&work, id, form.version, Action::RecordMoney).await?;
            let currency = currency(&held.row)?;
            let draft = form.check(currency, work.today, parse_amount)?;
            match status(&held.row)? {
                ContractStatus::Draft => return Err(vec![Violation::new("", "contract_not_signed")].into()),
                ContractStatus::Cancelled => return Err(vec![Violation::new("", "contract_cancelled")].into()),
                ContractStatus::Signed | ContractStatus::Ended => {}
            }
            let known = invoice::Entity::find().filter(invoice::Column::ContractId.eq(held.row.id)).all(work.tx()).await?;
            few(known.len() as u64)?;
            let invoiced: i64 = known.iter().filter(|row| row.struck_at.is_none()).map(|row| row.amount_minor).sum();
            let left = held.row.amount_minor - invoiced;
            if draft.amount_minor > left {
                return Err(vec![Violation::new("amount", "over_invoiced").with("max", plain(left, currency))].into());
            }
            let record = serde_json::json!({ "invoice": { "number": draft.number, "on": draft.on, "amount_minor": draft.amount_minor, "vat_bp": draft.vat_bp } });
            let new = invoice::ActiveModel {
                id: Set(work.new_id()),
                contract_id: Set(held.row.id),
                number: Set(draft.number),
                written_on: Set(draft.on),
                amount_minor: Set(draft.amount_minor),
                vat_bp: Set(draft.vat_bp),
                net_minor: Set(draft.split.net_minor),
                tax_minor: Set(draft.split.tax_minor),
                note: Set(draft.note),
                at: Set(work.now),
                by_id: Set(Some(work.by.id.0)),
                struck_at: Set(None),
                struck_by: Set(None),
                struck_reason: Set(String::new()),
            };
            let taken = [("contract_invoice.number", "contract_invoice_number", "number")];
            invoice::Entity::insert(new).exec_without_returning(work.tx()).await.map_err(|error| StoreError::or_taken(error, &taken))?;
            settle(&work, held, granted, &record).await
        })
        .await
    }

    /// Strikes an invoice out; its number is free again.
    pub async fn strike_invoice(&self, by: &Actor, request: RequestId, form: StrikeForm) -> Result<ContractId> {
        let id = named(by, Action::RecordMoney, &form.id)?;
        let reason = form.check()?;
        self.write(by, request, move |work| async move {
            let (held, granted) = open(&work, id, form.version, Action::RecordMoney).await?;
            let entry = Uuid::try_parse(form.entry.trim()).map_err(|_| StoreError::NotFound)?;
            let entry = invoice::Entity::find_by_id(entry)
                .filter(invoice::Column::ContractId.eq(held.row.id))
                .one(work.tx())
                .await?
                .ok_or(StoreError::NotFound)?;
            if entry.struck_at.is_some() {
                return Err(vec![Violation::new("", "struck_already")].into());
            }
            let record = serde_json::json!({ "struck": { "invoice": entry.number, "amount_minor": entry.amount_minor, "reason": reason } });
            let mut change = entry.into_active_model();
            change.struck_at = Set(Some(work.now));
            change.struck_by = Set(Some(work.by.id.0));
            change.struck_reason = Set(reason);
            change.update(work.tx()).await?;
            settle(&work, held, granted, &record).await
        })
        .await
    }

    /// Signs, ends or cancels a contract, or takes an end or a cancellation back. Only a
    /// plan that comes to the amount is signed.
    pub async fn set_contract_status(&self, by: &Actor, request: RequestId, form: StatusForm) -> Result<ContractId> {
        let id = named(by, Action::WriteContracts, &form.id)?;
        self.write(by, request, move |work| async move {
            let (mut held, granted) = open(&work, id, form.version, Action::WriteContracts).await?;
            let from = status(&held.row)?;
            let draft = form.check(from, held.row.signed_on.is_some(), work.today)?;
            if from == ContractStatus::Draft && draft.to == ContractStatus::Signed {
                let plan = plan_of(&work, held.row.id).await?;
                plan_adds_up(currency(&held.row)?, held.row.amount_minor, plan.iter().map(|line| line.amount_minor))
                    .map_err(|found| vec![found])?;
                held.row.signed_on = draft.on;
            }
            held.row.status = draft.to.code().to_owned();
            held.row.reason = draft.reason;
            let record = serde_json::json!({ "status": { "before": from, "after": draft.to }, "signed_on": held.row.signed_on, "reason": held.row.reason });
            settle(&work, held, granted, &record).await
        })
        .await
    }
}

/// The contract that a form names, if the person's role has the action at all.
fn named(by: &Actor, action: Action, id: &str) -> Result<ContractId> {
    grant_any(by, action)?;
    id_of(id).map_err(|_| StoreError::NotFound)
}

/// The contract, locked with its deal, if it still has the version that the person saw.
async fn open(work: &Work, id: ContractId, version: i32, action: Action) -> Result<(Held, Granted)> {
    let row = contract::Entity::find_by_id(id.0).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let held = Held::locked(work, row).await?;
    // Who may not see it learns nothing from its version.
    let granted = held.may(&work.by, action)?;
    if held.row.version == version {
        return Ok((held, granted));
    }
    let by = match held.row.updated_by {
        Some(id) => person::Entity::find_by_id(id).one(work.tx()).await?.map(|p| p.name).unwrap_or_default(),
        None => String::new(),
    };
    Err(StoreError::Stale { by, at: held.row.updated_at, version: held.row.version })
}

fn status(row: &contract::Model) -> Result<ContractStatus> {
    read("contract status", &row.status, ContractStatus::parse)
}

fn currency(row: &contract::Model) -> Result<Currency> {
    read("currency", &row.currency, Currency::parse)
}

/// A cancelled contract is taken back before it is changed.
fn living(held: &Held) -> Result<ContractStatus> {
    match status(&held.row)? {
        ContractStatus::Cancelled => Err(vec![Violation::new("", "contract_cancelled")].into()),
        status => Ok(status),
    }
}

fn few(known: u64) -> Result<()> {
    if known < ENTRIES_MAX as u64 { Ok(()) } else { Err(vec![Violation::new("", "too_many_lines").with("max", ENTRIES_MAX)].into()) }
}

async fn plan_of(work: &Work, contract: Uuid) -> Result<Vec<instalment::Model>> {
    use instalment::Column as I;
    Ok(instalment::Entity::find().filter(I::ContractId.eq(contract)).order_by_asc(I::DueOn).order_by_asc(I::Id).all(work.tx()).await?)
}

async fn insert(work: &Work, form: ContractForm, parse_amount: ParseAmount) -> Result<ContractId> {
    let id = form.deal().ok_or(StoreError::NotFound)?;
    // Neither closed nor given away until this is written.
    let deal = deal::Entity::find_by_id(id.0).lock(LockType::Share).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let granted = crate::pipeline::moves::may(work, &deal, Action::WriteContracts)?;
    if !matches!(read("outcome", &deal.outcome, Outcome::parse)?, Outcome::Open | Outcome::Won) {
        return Err(vec![Violation::new("", "closed_deal")].into());
    }
    let draft = form.check(read("currency", &deal.currency, Currency::parse)?, parse_amount)?;
    let ContractDraft { number, title, amount_minor, starts_on, ends_on, note } = draft;
    let number = match number {
        Some(number) => number,
        None => next_number(work).await?,
    };
    let customer = customer::Entity::find_by_id(deal.customer_id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
    let row = contract::Model {
        id: work.new_id(),
        deal_id: deal.id,
        number,
        title,
        status: ContractStatus::Draft.code().to_owned(),
        amount_minor,
        currency: deal.currency.clone(),
        received_minor: 0,
        outstanding_minor: 0,
        next_due_on: None,
        signed_on: None,
        starts_on,
        ends_on,
        note,
        reason: String::new(),
        created_at: work.now,
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version: 1,
    };
    let new = row.clone().into_active_model().reset_all();
    contract::Entity::insert(new).exec_without_returning(work.tx()).await.map_err(|error| StoreError::or_taken(error, &TAKEN))?;
    work.audit(
        granted,
        "contract",
        row.id,
        &serde_json::json!({ "created": row.number, "amount_minor": row.amount_minor, "deal": deal.id }),
    )?;
    let held = Held { row, deal, customer };
    for change in held.changes(1, &work.by) {
        work.changed(change)?;
    }
    Ok(ContractId(held.row.id))
}

/// Uniqueness as the two databases name it, and the field.
const TAKEN: [(&str, &str, &str); 1] = [("contract.number", "contract_number_key", "number")];

/// `2026-0007`: the year of the day and the number after the largest one so far. Numbers
/// of their own kind that somebody typed, such as `2026-20260615`, do not count.
async fn next_number(work: &Work) -> Result<String> {
    use contract::Column as C;
    let year = format!("{}-", work.today.year());
    work.alone("contract number").await?;
    let known: Vec<String> =
        contract::Entity::find().select_only().column(C::Number).filter(C::Number.starts_with(&year)).into_tuple().all(work.tx()).await?;
    let counted = |number: &String| {
        let digits = number.strip_prefix(&year)?;
        let counts = (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| counts)
    };
    let last = known.iter().filter_map(counted).max().unwrap_or(0);
    let free = (last + 1..).map(|number| format!("{year}{number:04}")).find(|number| !known.contains(number));
    free.ok_or_else(|| StoreError::Internal("no contract number is free".into()))
}

async fn update(work: &Work, id: ContractId, form: ContractForm, parse_amount: ParseAmount) -> Result<ContractId> {
    let (mut held, granted) = open(work, id, form.version, Action::WriteContracts).await?;
    let status = living(&held)?;
    let draft = form.check(currency(&held.row)?, parse_amount)?;
    if status != ContractStatus::Draft && draft.amount_minor != held.row.amount_minor {
        return Err(vec![Violation::new("amount", "signed_contract")].into());
    }
    let row = &mut held.row;
    let record = serde_json::json!({
        "before": { "number": row.number, "title": row.title, "amount_minor": row.amount_minor },
        "after": { "number": draft.number, "title": draft.title, "amount_minor": draft.amount_minor },
    });
    row.number = draft.number.unwrap_or_else(|| row.number.clone());
    row.title = draft.title;
    row.amount_minor = draft.amount_minor;
    row.starts_on = draft.starts_on;
    row.ends_on = draft.ends_on;
    row.note = draft.note;
    settle(work, held, granted, &record).await
}

/// Writes the contract with all that follows from its plan and payments, a further
/// version, the audit row and the announcements.
async fn settle(work: &Work, held: Held, granted: Granted, record: &impl Serialize) -> Result<ContractId> {
    let row = &held.row;
    let plan = plan_of(work, row.id).await?;
    let payments = payment::Entity::find()
        .filter(payment::Column::ContractId.eq(row.id))
        .filter(payment::Column::StruckAt.is_null())
        .all(work.tx())
        .await?;
    let payments: Vec<(PaymentKind, i64)> = payments
        .into_iter()
        .map(|entry| Ok((read("payment kind", &entry.kind, PaymentKind::parse)?, entry.amount_minor)))
        .collect::<Result<_>>()?;
    let standing = Standing::of(status(row)?, row.amount_minor, &dues(&plan), received_minor(payments), work.today);
    for (line, filled) in plan.into_iter().zip(&standing.plan) {
        if (line.paid_minor, line.open_minor) != (filled.paid_minor, filled.open_minor) {
            let mut change = line.into_active_model();
            change.paid_minor = Set(filled.paid_minor);
            change.open_minor = Set(filled.open_minor);
            change.update(work.tx()).await?;
        }
    }
    let version = row.version + 1;
    let settled = contract::Model {
        received_minor: standing.received_minor,
        outstanding_minor: standing.outstanding_minor,
        next_due_on: standing.next_due_on(),
        updated_at: work.now,
        updated_by: Some(work.by.id.0),
        version,
        ..row.clone()
    };
    let change = settled.into_active_model().reset_all();
    change.update(work.tx()).await.map_err(|error| StoreError::or_taken(error, &TAKEN))?;
    work.audit(granted, "contract", held.row.id, record)?;
    for change in held.changes(version, &work.by) {
        work.changed(change)?;
    }
    Ok(ContractId(held.row.id))
}
