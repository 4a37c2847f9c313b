//! The list of contracts, one contract's page, what a deal or customer owes, ageing.

use super::{Held, contract, dues, instalment, invoice, payment};
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::{Store, paging, scope, search};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::contracts::form::{ContractForm, PlanLine};
use domain::contracts::standing::{Ageing, Standing};
use domain::contracts::view::{
    AgeingReport, ContractDetail, ContractFilter, ContractList, ContractRow, InvoiceRow, Owed, OwedLine, PaymentRow, Struck,
};
use domain::contracts::{ContractSort, ContractStatus, PaymentKind, PaymentMethod};
use domain::finance::VatSplit;
use domain::ids::{ContractId, CustomerId, DealId, InvoiceId, PaymentId, UserId};
use domain::money::{Currency, Money};
use domain::page::{Cursor, PAGE_ROWS, Page, Sort};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Scope, grant, scope as scope_of};
use domain::violation::parse_date;
use sea_orm::sea_query::{Expr, ExprTrait, NullOrdering, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Contracts on the page of a deal or customer; all are counted and summed.
const SHOWN: u64 = 50;
/// Overdue contracts beside the ageing; all are counted.
const LISTED: u64 = 200;

/// A contract with its deal's owner and customer.
#[derive(FromQueryResult)]
pub(crate) struct Line {
    #[sea_orm(nested)]
    pub contract: contract::Model,
    pub owner_id: Uuid,
    pub customer_id: Uuid,
    customer_name: String,
    customer_short: String,
}

/// An open instalment with what it is of.
#[derive(FromQueryResult)]
pub(crate) struct OpenLine {
    id: Uuid,
    pub due_on: NaiveDate,
    pub amount_minor: i64,
    pub open_minor: i64,
    pub note: String,
    pub number: String,
    pub title: String,
    pub currency: String,
    pub owner_id: Uuid,
    pub customer_id: Uuid,
    customer_name: String,
    customer_short: String,
}

/// What a list calls a customer.
fn called<'a>(name: &'a str, short: &'a str) -> &'a str {
    if short.is_empty() { name } else { short }
}

impl OpenLine {
    pub fn called(&self) -> &str {
        called(&self.customer_name, &self.customer_short)
    }
}

impl Line {
    pub fn called(&self) -> &str {
        called(&self.customer_name, &self.customer_short)
    }

    fn into_row(self, overdue_minor: i64, org: &Org) -> Result<ContractRow> {
        let row = self.contract;
        Ok(ContractRow {
            id: ContractId(row.id),
            number: row.number,
            title: row.title,
            status: read("contract status", &row.status, ContractStatus::parse)?,
            customer: CustomerId(self.customer_id),
            customer_name: called(&self.customer_name, &self.customer_short).to_owned(),
            deal: DealId(row.deal_id),
            owner: UserId(self.owner_id),
            owner_name: org.name_of(UserId(self.owner_id)),
            amount: Money { minor: row.amount_minor, currency: read("currency", &row.currency, Currency::parse)? },
            received_minor: row.received_minor,
            outstanding_minor: row.outstanding_minor,
            overdue_minor,
            next_due_on: row.next_due_on,
            signed_on: row.signed_on,
            updated_at: row.updated_at,
        })
    }

    fn cursor(&self, column: ContractSort) -> Cursor {
        let row = &self.contract;
        let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let value = match column {
            ContractSort::Updated => instant(row.updated_at),
            ContractSort::Created => instant(row.created_at),
            ContractSort::Amount => row.amount_minor.to_string(),
            ContractSort::Due => row.next_due_on.map(|on| on.to_string()).unwrap_or_default(),
            ContractSort::Number => row.number.clone(),
        };
        Cursor { value, id: row.id }
    }
}

fn to_deal() -> RelationDef {
    contract::Entity::belongs_to(deal::Entity).from(contract::Column::DealId).to(deal::Column::Id).into()
}

fn to_contract() -> RelationDef {
    instalment::Entity::belongs_to(contract::Entity).from(instalment::Column::ContractId).to(contract::Column::Id).into()
}

/// Contracts in scope, joined with deal and customer.
fn in_scope(scope: &Scope) -> Select<contract::Entity> {
    contract::Entity::find()
        .join(JoinType::InnerJoin, to_deal())
        .join(JoinType::InnerJoin, crate::pipeline::to_customer())
        .filter(scope::contracts(scope))
}

fn lines(query: Select<contract::Entity>) -> Select<contract::Entity> {
    query
        .column_as(deal::Column::OwnerId, "owner_id")
        .column_as(customer::Column::Id, "customer_id")
        .column_as(customer::Column::Name, "customer_name")
        .column_as(customer::Column::ShortName, "customer_short")
}

fn conditions(filter: &ContractFilter, today: NaiveDate) -> Condition {
    use contract::Column as C;
    let text = (!filter.text.is_empty()).then(|| {
        Condition::any()
            .add(search::contains_any_case(C::Number, &filter.text))
            .add(search::contains_any_case(C::Title, &filter.text))
            .add(search::contains(customer::Column::Search, &filter.text))
    });
    Condition::all()
        .add_option(filter.status.map(|status| C::Status.eq(status.code())))
        .add_option(filter.owner.map(|owner| deal::Column::OwnerId.eq(owner.0)))
        .add_option(filter.deal.map(|id| C::DealId.eq(id.0)))
        .add_option(filter.customer.map(|id| deal::Column::CustomerId.eq(id.0)))
        .add_option(filter.overdue.then(|| C::NextDueOn.lt(today)))
        .add_option(text)
}

/// A sum of minor units as a whole number of 64 bits.
fn whole(sum: SimpleExpr) -> SimpleExpr {
    sum.cast_as("bigint")
}

fn column(sort: ContractSort) -> contract::Column {
    match sort {
        ContractSort::Updated => contract::Column::UpdatedAt,
        ContractSort::Created => contract::Column::CreatedAt,
        ContractSort::Amount => contract::Column::AmountMinor,
        ContractSort::Due => contract::Column::NextDueOn,
        ContractSort::Number => contract::Column::Number,
    }
}

/// Rows behind the cursor in this order; those without a day come last. `None` for a
/// cursor of another order.
fn behind(cursor: &Cursor, sort: Sort<ContractSort>) -> Option<Condition> {
    use contract::Column as C;
    let value: SimpleExpr = match sort.column {
        ContractSort::Updated | ContractSort::Created => Expr::value(DateTime::parse_from_rfc3339(&cursor.value).ok()?.with_timezone(&Utc)),
        ContractSort::Amount => Expr::value(cursor.value.parse::<i64>().ok()?),
        ContractSort::Number => Expr::value(cursor.value.clone()),
        ContractSort::Due if cursor.value.is_empty() => {
            let beyond = if sort.descending { C::Id.lt(cursor.id) } else { C::Id.gt(cursor.id) };
            return Some(Condition::all().add(C::NextDueOn.is_null()).add(beyond));
        }
        ContractSort::Due => Expr::value(parse_date(&cursor.value)?),
    };
    let without = (sort.column == ContractSort::Due).then(|| C::NextDueOn.is_null());
    Some(Condition::any().add(paging::behind(column(sort.column), C::Id, value, cursor.id, sort.descending)).add_option(without))
}

impl Store {
    /// One page of the contracts in scope, with the sums of all that the filter leaves.
    pub async fn contracts(
        &self,
        actor: &Actor,
        filter: &ContractFilter,
        sort: Sort<ContractSort>,
        after: Option<&str>,
    ) -> Result<ContractList> {
        let scope = scope_of(actor, Action::ReadContracts)?;
        let sums = self.contract_sums(&scope, filter).await?;
        let (rows, next) = self.contract_rows(&scope, filter, sort, after, PAGE_ROWS).await?;
        let total = sums.iter().map(|line| line.count).sum();
        Ok(ContractList { page: Page { rows, total, next }, sums })
    }

    /// What a deal's contracts come to.
    pub async fn owed_by_deal(&self, actor: &Actor, id: DealId) -> Result<Owed> {
        let row = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let owned = crate::pipeline::board::ownership(&row);
        grant(actor, Action::ReadDeals, &owned)?;
        let takes = matches!(read("outcome", &row.outcome, Outcome::parse)?, Outcome::Open | Outcome::Won);
        let may_add = takes && row.pool_id.is_none() && grant(actor, Action::WriteContracts, &owned).is_ok();
        self.owed(actor, &ContractFilter { deal: Some(id), ..ContractFilter::default() }, may_add).await
    }

    /// What a customer's contracts come to, as far as the actor may see them.
    pub async fn owed_by_customer(&self, actor: &Actor, id: CustomerId) -> Result<Owed> {
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::ReadCustomers, &crate::customers::ownership(&row))?;
        self.owed(actor, &ContractFilter { customer: Some(id), ..ContractFilter::default() }, false).await
    }

    async fn owed(&self, actor: &Actor, filter: &ContractFilter, may_add: bool) -> Result<Owed> {
        let scope = scope_of(actor, Action::ReadContracts)?;
        let sums = self.contract_sums(&scope, filter).await?;
        let newest = Sort { column: ContractSort::Created, descending: true };
        let (rows, _) = self.contract_rows(&scope, filter, newest, None, SHOWN).await?;
        Ok(Owed { rows, total: sums.iter().map(|line| line.count).sum(), sums, may_add })
    }

    /// What is outstanding of the contracts in scope, by age, and those overdue.
    pub async fn contract_ageing(&self, actor: &Actor, filter: &ContractFilter) -> Result<AgeingReport> {
        use instalment::Column as I;
        let scope = scope_of(actor, Action::ReadContracts)?;
        let today = self.clock.today();
        let open: Vec<(String, NaiveDate, i64)> = of_instalments(&scope)
            .column(contract::Column::Currency)
            .column(I::DueOn)
            .expr_as(whole(Expr::col((instalment::Entity, I::OpenMinor)).sum()), "open")
            .filter(conditions(filter, today))
            .group_by(contract::Column::Currency)
            .group_by(I::DueOn)
            .into_tuple()
            .all(self.db())
            .await?;
        let mut ageing = Ageing::default();
        for (currency, due_on, minor) in open {
            ageing.add(read("currency", &currency, Currency::parse)?, due_on, minor, today);
        }
        let filter = ContractFilter { overdue: true, ..filter.clone() };
        let oldest = Sort { column: ContractSort::Due, descending: false };
        let (overdue, _) = self.contract_rows(&scope, &filter, oldest, None, LISTED).await?;
        let overdue_total = in_scope(&scope).filter(conditions(&filter, today)).count(self.db()).await?;
        Ok(AgeingReport { ageing, overdue, overdue_total: i64::try_from(overdue_total).unwrap_or(i64::MAX) })
    }

    /// A contract with everything its page shows.
    pub async fn contract(&self, actor: &Actor, id: ContractId) -> Result<ContractDetail> {
        let org = self.require_org()?;
        let held = self.held(id).await?;
        held.may_read(actor)?;
        let plan = instalment::Entity::find()
            .filter(instalment::Column::ContractId.eq(id.0))
            .order_by_asc(instalment::Column::DueOn)
            .order_by_asc(instalment::Column::Id)
            .all(self.db())
            .await?;
        let payments = payment::Entity::find()
            .filter(payment::Column::ContractId.eq(id.0))
            .order_by_desc(payment::Column::PaidOn)
            .order_by_desc(payment::Column::Id)
            .all(self.db())
            .await?;
        let invoices = invoice::Entity::find()
            .filter(invoice::Column::ContractId.eq(id.0))
            .order_by_desc(invoice::Column::WrittenOn)
            .order_by_desc(invoice::Column::Id)
            .all(self.db())
            .await?;
        let may_write = held.may(actor, Action::WriteContracts).is_ok();
        let may_record = held.may(actor, Action::RecordMoney).is_ok();
        let deal_title = grant(actor, Action::ReadDeals, &held.of_deal()).is_ok().then(|| held.deal.title.clone());
        let may_read_customer = grant(actor, Action::ReadCustomers, &held.of_customer()).is_ok();
        let Held { row, deal, customer } = held;
        let status = read("contract status", &row.status, ContractStatus::parse)?;
        let standing = Standing::of(status, row.amount_minor, &dues(&plan), row.received_minor, self.clock.today());
        let (version, starts_on, ends_on) = (row.version, row.starts_on, row.ends_on);
        let (note, reason) = (row.note.clone(), row.reason.clone());
        let line = Line {
            contract: row,
            owner_id: deal.owner_id,
            customer_id: customer.id,
            customer_name: customer.name,
            customer_short: customer.short_name,
        };
        Ok(ContractDetail {
            row: line.into_row(standing.overdue_minor, &org)?,
            version,
            starts_on,
            ends_on,
            note,
            reason,
            plan: plan.into_iter().map(|l| PlanLine { due_on: l.due_on, amount_minor: l.amount_minor, note: l.note }).collect(),
            standing,
            payments: payments.into_iter().map(|row| payment_row(row, &org)).collect::<Result<_>>()?,
            invoiced_minor: invoices.iter().filter(|row| row.struck_at.is_none()).map(|row| row.amount_minor).sum(),
            invoices: invoices.into_iter().map(|row| invoice_row(row, &org)).collect(),
            deal_title,
            may_read_customer,
            may_write,
            may_record,
        })
    }

    /// The form of a contract as it is, for editing. The amount is in minor units; the
    /// page knows how amounts are written.
    pub async fn contract_form(&self, actor: &Actor, id: ContractId) -> Result<ContractForm> {
        let held = self.held(id).await?;
        held.may(actor, Action::WriteContracts)?;
        let day = |date: Option<NaiveDate>| date.map(|d| d.to_string()).unwrap_or_default();
        let row = held.row;
        Ok(ContractForm {
            id: row.id.to_string(),
            version: row.version,
            request: String::new(),
            deal: row.deal_id.to_string(),
            number: row.number,
            title: row.title,
            amount: row.amount_minor.to_string(),
            currency: row.currency,
            starts_on: day(row.starts_on),
            ends_on: day(row.ends_on),
            note: row.note,
        })
    }

    /// The form of a new contract: title, amount and currency are the deal's.
    pub async fn new_contract_form(&self, actor: &Actor, id: DealId) -> Result<ContractForm> {
        let row = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::WriteContracts, &crate::pipeline::board::ownership(&row))?;
        Ok(ContractForm {
            deal: row.id.to_string(),
            title: row.title,
            amount: row.amount_minor.to_string(),
            currency: row.currency,
            ..ContractForm::default()
        })
    }

    async fn held(&self, id: ContractId) -> Result<Held> {
        let row = contract::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        Held::of(self.db(), row).await
    }

    async fn contract_rows(
        &self,
        scope: &Scope,
        filter: &ContractFilter,
        sort: Sort<ContractSort>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<ContractRow>, Option<String>)> {
        let org = self.require_org()?;
        let (found, next) = self.contract_lines(scope, filter, sort, after, limit).await?;
        Ok((found.into_iter().map(|(line, overdue_minor)| line.into_row(overdue_minor, &org)).collect::<Result<_>>()?, next))
    }

    /// At most `limit` contracts behind a cursor, each with what of it is overdue, and the
    /// cursor of those after them.
    pub(crate) async fn contract_lines(
        &self,
        scope: &Scope,
        filter: &ContractFilter,
        sort: Sort<ContractSort>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<(Line, i64)>, Option<String>)> {
        let today = self.clock.today();
        let order = if sort.descending { Order::Desc } else { Order::Asc };
        let mut query = lines(in_scope(scope)).filter(conditions(filter, today)).limit(limit + 1);
        query = if sort.column == ContractSort::Due {
            query.order_by_with_nulls(column(sort.column), order.clone(), NullOrdering::Last)
        } else {
            query.order_by(column(sort.column), order.clone())
        }
        .order_by(contract::Column::Id, order);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            query = query.filter(behind(&cursor, sort).ok_or_else(|| StoreError::refused("after", "bad_request"))?);
        }
        let mut found: Vec<Line> = query.into_model().all(self.db()).await?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|last| last.cursor(sort.column).encode());
        let late: Vec<Uuid> =
            found.iter().filter(|line| line.contract.next_due_on.is_some_and(|due| due < today)).map(|line| line.contract.id).collect();
        let overdue = self.overdue_of(late).await?;
        let found = found.into_iter().map(|line| {
            let late = overdue.get(&line.contract.id).copied().unwrap_or_default();
            (line, late)
        });
        Ok((found.collect(), next))
    }

    /// At most `limit` open instalments behind a cursor, those due first, first, and the
    /// cursor of those after them.
    pub(crate) async fn open_instalments(
        &self,
        scope: &Scope,
        filter: &ContractFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<OpenLine>, Option<String>)> {
        use {contract::Column as C, instalment::Column as I};
        let mut query = of_instalments(scope)
            .columns([I::Id, I::DueOn, I::AmountMinor, I::OpenMinor, I::Note])
            .columns([C::Number, C::Title, C::Currency])
            .column(deal::Column::OwnerId)
            .column_as(customer::Column::Id, "customer_id")
            .column_as(customer::Column::Name, "customer_name")
            .column_as(customer::Column::ShortName, "customer_short")
            .filter(conditions(filter, self.clock.today()))
            .order_by_asc(I::DueOn)
            .order_by_asc(I::Id)
            .limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let on = parse_date(&cursor.value).ok_or_else(|| StoreError::refused("after", "bad_request"))?;
            query = query.filter(paging::behind(I::DueOn, I::Id, Expr::value(on), cursor.id, false));
        }
        let mut found: Vec<OpenLine> = query.into_model().all(self.db()).await?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|last| Cursor { value: last.due_on.to_string(), id: last.id }.encode());
        Ok((found, next))
    }

    /// What is open and past due, by contract; those ids were read within a scope.
    async fn overdue_of(&self, contracts: Vec<Uuid>) -> Result<HashMap<Uuid, i64>> {
        use instalment::Column as I;
        let rows: Vec<(Uuid, i64)> = instalment::Entity::find()
            .select_only()
            .column(I::ContractId)
            .expr_as(whole(Expr::col((instalment::Entity, I::OpenMinor)).sum()), "open")
            .filter(I::ContractId.is_in(contracts))
            .filter(I::DueOn.lt(self.clock.today()))
            .group_by(I::ContractId)
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Sums by currency of the contracts that a filter leaves, those most frequent first.
    /// Amount and received are of those in force or ended, so that a contract signed anew
    /// in place of a cancelled one counts once; where the filter names a status, of all.
    async fn contract_sums(&self, scope: &Scope, filter: &ContractFilter) -> Result<Vec<OwedLine>> {
        use contract::Column as C;
        let today = self.clock.today();
        let owing = ContractStatus::ALL.iter().filter(|status| status.owes()).map(|status| status.code());
        let owing = C::Status.is_in(owing);
        let sum = |column: C| whole(Expr::col((contract::Entity, column)).sum());
        let sum_if =
            |condition: SimpleExpr, column: C| whole(Expr::case(condition, Expr::col((contract::Entity, column))).finally(0_i64).sum());
        let agreed = |column: C| if filter.status.is_some() { sum(column) } else { sum_if(owing.clone(), column) };
        let rows: Vec<(String, i64, i64, i64, i64, i64)> = in_scope(scope)
            .select_only()
            .column(C::Currency)
            .expr_as(Expr::col((contract::Entity, C::Id)).count(), "contracts")
            .expr_as(agreed(C::AmountMinor), "amount")
            .expr_as(agreed(C::ReceivedMinor), "received")
            .expr_as(sum(C::OutstandingMinor), "outstanding")
            .expr_as(sum_if(owing.clone().not(), C::ReceivedMinor), "to_pay_back")
            .filter(conditions(filter, today))
            .group_by(C::Currency)
            .into_tuple()
            .all(self.db())
            .await?;
        let late: Vec<(String, i64)> = of_instalments(scope)
            .column(C::Currency)
            .expr_as(whole(Expr::col((instalment::Entity, instalment::Column::OpenMinor)).sum()), "open")
            .filter(conditions(filter, today))
            .filter(instalment::Column::DueOn.lt(today))
            .group_by(C::Currency)
            .into_tuple()
            .all(self.db())
            .await?;
        let mut sums = rows
            .into_iter()
            .map(|(code, count, amount_minor, received_minor, outstanding_minor, to_pay_back_minor)| {
                let overdue_minor = late.iter().find(|(known, _)| *known == code).map_or(0, |(_, minor)| *minor);
                let currency = read("currency", &code, Currency::parse)?;
                Ok(OwedLine { currency, count, amount_minor, received_minor, outstanding_minor, overdue_minor, to_pay_back_minor })
            })
            .collect::<Result<Vec<_>>>()?;
        sums.sort_by_key(|line| (-line.count, line.currency));
        Ok(sums)
    }
}

/// Open instalments of the contracts in scope, joined as [`in_scope`]; no columns yet.
fn of_instalments(scope: &Scope) -> Select<instalment::Entity> {
    instalment::Entity::find()
        .select_only()
        .join(JoinType::InnerJoin, to_contract())
        .join(JoinType::InnerJoin, to_deal())
        .join(JoinType::InnerJoin, crate::pipeline::to_customer())
        .filter(scope::contracts(scope))
        .filter(instalment::Column::OpenMinor.gt(0))
}

fn struck(at: Option<DateTime<Utc>>, by: Option<Uuid>, reason: String, org: &Org) -> Option<Struck> {
    at.map(|at| Struck { at, by: by.map(|id| org.name_of(UserId(id))).unwrap_or_default(), reason })
}

fn payment_row(row: payment::Model, org: &Org) -> Result<PaymentRow> {
    Ok(PaymentRow {
        id: PaymentId(row.id),
        kind: read("payment kind", &row.kind, PaymentKind::parse)?,
        on: row.paid_on,
        amount_minor: row.amount_minor,
        method: read("payment method", &row.method, PaymentMethod::parse)?,
        note: row.note,
        by: row.by_id.map(|id| org.name_of(UserId(id))).unwrap_or_default(),
        struck: struck(row.struck_at, row.struck_by, row.struck_reason, org),
    })
}

fn invoice_row(row: invoice::Model, org: &Org) -> InvoiceRow {
    InvoiceRow {
        id: InvoiceId(row.id),
        number: row.number,
        on: row.written_on,
        amount_minor: row.amount_minor,
        vat_bp: row.vat_bp,
        split: VatSplit { net_minor: row.net_minor, tax_minor: row.tax_minor },
        note: row.note,
        by: row.by_id.map(|id| org.name_of(UserId(id))).unwrap_or_default(),
        struck: struck(row.struck_at, row.struck_by, row.struck_reason, org),
    }
}
