//! Contracts, what is open of them, quotes, and discounts that wait.

use super::columns::{APPROVAL, CONTRACT, QUOTE, RECEIVABLE};
use super::{Cell, PAGE, Rows, Word, in_order};
use crate::Store;
use crate::error::Result;
use crate::pipeline::read;
use domain::contracts::view::ContractFilter;
use domain::contracts::{ContractSort, ContractStatus};
use domain::finance::ageing_bucket;
use domain::ids::{CustomerId, UserId};
use domain::money::{Currency, Money};
use domain::page::Sort;
use domain::period::days_between;
use domain::policy::{Action, Actor, scope as scope_of};
use domain::quotes::view::QuoteFilter;

/// Days since something was due; none until it is past due.
pub(super) fn overdue_days(due: Option<chrono::NaiveDate>, today: chrono::NaiveDate) -> Cell {
    Cell::of(due.map(|due| days_between(due, today)).filter(|days| *days > 0), Cell::Whole)
}

impl Store {
    pub(super) async fn contracts_out(
        &self,
        actor: &Actor,
        filter: &ContractFilter,
        sort: Sort<ContractSort>,
        after: Option<&str>,
    ) -> Result<Rows> {
        let scope = scope_of(actor, Action::ReadContracts)?;
        let (found, next) = self.contract_lines(&scope, filter, sort, after, PAGE).await?;
        let names = self.names_out(actor, found.iter().map(|(line, _)| CustomerId(line.customer_id))).await?;
        let deals = self.titles_out(actor, found.iter().map(|(line, _)| line.contract.deal_id)).await?;
        let today = self.clock.today();
        let rows = found.into_iter().map(|(line, overdue_minor)| {
            let row = &line.contract;
            let status = read("contract status", &row.status, ContractStatus::parse)?;
            let currency = read("currency", &row.currency, Currency::parse)?;
            let owner = self.person_out(UserId(line.owner_id))?;
            let updated = self.day_out(row.updated_at)?;
            let money = |minor| Cell::Money(Money { minor, currency });
            in_order(CONTRACT, |field| {
                Some(match field {
                    "number" => Cell::text(row.number.clone()),
                    "title" => Cell::text(row.title.clone()),
                    "status" => Cell::Word(Word::Contract(status)),
                    "customer" => Cell::text(names.get(&CustomerId(line.customer_id)).map_or(line.called(), String::as_str).to_owned()),
                    "deal" => Cell::of(deals.get(&row.deal_id).cloned(), Cell::text),
                    "owner" => owner.clone(),
                    "amount" => money(row.amount_minor),
                    "received" => money(row.received_minor),
                    "outstanding" => money(row.outstanding_minor),
                    "overdue" => money(overdue_minor),
                    "currency" => Cell::Text(row.currency.clone()),
                    "next_due_on" => Cell::of(row.next_due_on, Cell::Date),
                    "overdue_days" => overdue_days(row.next_due_on, today),
                    "signed_on" => Cell::of(row.signed_on, Cell::Date),
                    "starts_on" => Cell::of(row.starts_on, Cell::Date),
                    "ends_on" => Cell::of(row.ends_on, Cell::Date),
                    "note" => Cell::text(row.note.clone()),
                    "updated_on" => Cell::Date(updated),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    /// Instalments that are open, those due first, first. Their sums are what the ageing says.
    pub(super) async fn receivables_out(&self, actor: &Actor, filter: &ContractFilter, after: Option<&str>) -> Result<Rows> {
        let scope = scope_of(actor, Action::ReadContracts)?;
        let (found, next) = self.open_instalments(&scope, filter, after, PAGE).await?;
        let names = self.names_out(actor, found.iter().map(|line| CustomerId(line.customer_id))).await?;
        let today = self.clock.today();
        let rows = found.into_iter().map(|line| {
            let currency = read("currency", &line.currency, Currency::parse)?;
            let owner = self.person_out(UserId(line.owner_id))?;
            in_order(RECEIVABLE, |field| {
                Some(match field {
                    "number" => Cell::text(line.number.clone()),
                    "title" => Cell::text(line.title.clone()),
                    "customer" => Cell::text(names.get(&CustomerId(line.customer_id)).map_or(line.called(), String::as_str).to_owned()),
                    "owner" => owner.clone(),
                    "due_on" => Cell::Date(line.due_on),
                    "overdue_days" => overdue_days(Some(line.due_on), today),
                    "bucket" => Cell::Word(Word::Ageing(ageing_bucket(line.due_on, today))),
                    "amount" => Cell::Money(Money { minor: line.amount_minor, currency }),
                    "open" => Cell::Money(Money { minor: line.open_minor, currency }),
                    "currency" => Cell::Text(line.currency.clone()),
                    "note" => Cell::text(line.note.clone()),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }

    pub(super) async fn quotes_out(&self, actor: &Actor, filter: &QuoteFilter, after: Option<&str>) -> Result<Rows> {
        let scope = scope_of(actor, Action::ReadQuotes)?;
        let (found, next) = self.quote_lines(&scope, filter, after, PAGE).await?;
        let (org, today) = (self.require_org()?, self.clock.today());
        let found = found.into_iter().map(|line| Ok((line.row(&org, today)?, line.quote))).collect::<Result<Vec<_>>>()?;
        let names = self.names_out(actor, found.iter().map(|(row, _)| row.customer)).await?;
        let deals = self.titles_out(actor, found.iter().map(|(row, _)| row.deal.0)).await?;
        let rows = found.into_iter().map(|(row, whole)| {
            let owner = self.person_out(row.owner)?;
            let updated = self.day_out(row.updated_at)?;
            let money = |minor| Cell::Money(Money { minor, currency: row.total.currency });
            in_order(QUOTE, |field| {
                Some(match field {
                    "number" => Cell::text(row.number.clone()),
                    "revision" => Cell::Whole(i64::from(row.revision)),
                    "title" => Cell::text(row.title.clone()),
                    "status" => Cell::Word(Word::Quote(row.status)),
                    "customer" => Cell::text(names.get(&row.customer).unwrap_or(&row.customer_name).clone()),
                    "deal" => Cell::of(deals.get(&row.deal.0).cloned(), Cell::text),
                    "owner" => owner.clone(),
                    "list" => money(whole.list_minor),
                    "total" => money(whole.total_minor),
                    "net" => money(whole.net_minor),
                    "tax" => money(whole.tax_minor),
                    "currency" => Cell::Text(whole.currency.clone()),
                    "discount" => Cell::share(row.discount_bp),
                    "valid_until" => Cell::Date(row.valid_until),
                    "sent_on" => Cell::of(whole.sent_on, Cell::Date),
                    "closed_on" => Cell::of(whole.closed_on, Cell::Date),
                    "reason" => Cell::text(whole.close_reason.clone()),
                    "updated_on" => Cell::Date(updated),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }
    pub(super) async fn approvals_out(&self, actor: &Actor, after: Option<&str>) -> Result<Rows> {
        let (found, next) = self.approvals_page(actor, after, PAGE).await?;
        let names = self.names_out(actor, found.iter().map(|one| one.row.customer)).await?;
        let deals = self.titles_out(actor, found.iter().map(|one| one.row.deal.0)).await?;
        let rows = found.into_iter().map(|one| {
            let row = one.row;
            let owner = self.person_out(row.owner)?;
            let asked_at = one.asked.as_ref().map_or(Ok(Cell::Empty), |said| self.wall_out(said.at))?;
            let money = |minor| Cell::Money(Money { minor, currency: row.total.currency });
            in_order(APPROVAL, |field| {
                Some(match field {
                    "number" => Cell::text(row.number.clone()),
                    "revision" => Cell::Whole(i64::from(row.revision)),
                    "title" => Cell::text(row.title.clone()),
                    "customer" => Cell::text(names.get(&row.customer).unwrap_or(&row.customer_name).clone()),
                    "tier" => Cell::Tier(one.tier),
                    "deal" => Cell::of(deals.get(&row.deal.0).cloned(), Cell::text),
                    "owner" => owner.clone(),
                    "list" => money(one.list_minor),
                    "total" => money(row.total.minor),
                    "currency" => Cell::Text(row.total.currency.code().to_owned()),
                    "discount" => Cell::share(row.discount_bp),
                    "ceiling" => Cell::share(one.ceiling_bp),
                    "asked_at" => asked_at.clone(),
                    "asked_by" => Cell::of(one.asked.as_ref(), |said| Cell::text(said.by.clone())),
                    "reason" => Cell::of(one.asked.as_ref(), |said| Cell::text(said.reason.clone())),
                    _ => return None,
                })
            })
        });
        Ok((rows.collect::<Result<_>>()?, next))
    }
}
