//! The list of quotes, one quote's page and form, and those of a deal.

use super::write::offered;
use super::{Held, books, lines_of, priced, quote, quote_line, standing, stored, totals};
use crate::entity::{contact, customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::{Store, paging, scope, search};
use chrono::{DateTime, Days, NaiveDate, SecondsFormat, Utc};
use domain::contracts::plain;
use domain::customers::Tier;
use domain::ids::{CustomerId, DealId, ProductId, QuoteId, UserId};
use domain::money::{Currency, Money};
use domain::page::{Cursor, PAGE_ROWS, Page};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Scope, grant, scope as scope_of};
use domain::quotes::form::{QuoteForm, QuoteLineForm, quantity};
use domain::quotes::sums::QuoteSums;
use domain::quotes::view::{Parties, QuoteDetail, QuoteEditing, QuoteFilter, QuoteLine, QuoteList, QuoteRow, QuotesOfDeal, Said};
use domain::quotes::{QuoteStatus, VALID_DAYS, may_decide, steps};
use domain::settings::percent;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    Select,
};
use uuid::Uuid;

/// Quotes on the page of a deal; all are counted.
const SHOWN: u64 = 20;

/// A quote with its deal's owner and customer.
#[derive(FromQueryResult)]
pub(crate) struct Line {
    #[sea_orm(nested)]
    pub quote: quote::Model,
    owner_id: Uuid,
    customer_id: Uuid,
    customer_name: String,
    customer_short: String,
    pub customer_tier: String,
}

impl Line {
    pub fn row(&self, org: &Org, today: NaiveDate) -> Result<QuoteRow> {
        let row = &self.quote;
        Ok(QuoteRow {
            id: QuoteId(row.id),
            number: row.number.clone(),
            revision: row.revision,
            title: row.title.clone(),
            status: standing(row, today)?,
            customer: CustomerId(self.customer_id),
            customer_name: if self.customer_short.is_empty() { self.customer_name.clone() } else { self.customer_short.clone() },
            deal: DealId(row.deal_id),
            owner: UserId(self.owner_id),
            owner_name: org.name_of(UserId(self.owner_id)),
            total: Money { minor: row.total_minor, currency: stored("currency", &row.currency, Currency::parse)? },
            discount_bp: totals(row).discount_bp(),
            valid_until: row.valid_until,
            updated_at: row.updated_at,
        })
    }

    fn cursor(&self, order: Order) -> Cursor {
        let at = order.of(&self.quote).map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true));
        Cursor { value: at.unwrap_or_default(), id: self.quote.id }
    }
}

/// By what a list of quotes is sorted, and then by identifier.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// Those changed last first.
    Changed,
    /// Those whose approval was asked for first, first.
    Asked,
}

impl Order {
    const fn column(self) -> quote::Column {
        match self {
            Self::Changed => quote::Column::UpdatedAt,
            Self::Asked => quote::Column::AskedAt,
        }
    }

    const fn of(self, row: &quote::Model) -> Option<DateTime<Utc>> {
        match self {
            Self::Changed => Some(row.updated_at),
            Self::Asked => row.asked_at,
        }
    }
}

pub(super) fn to_deal() -> RelationDef {
    quote::Entity::belongs_to(deal::Entity).from(quote::Column::DealId).to(deal::Column::Id).into()
}

pub(super) fn joined() -> Select<quote::Entity> {
    quote::Entity::find().join(JoinType::InnerJoin, to_deal()).join(JoinType::InnerJoin, crate::pipeline::to_customer())
}

pub(super) fn lines(query: Select<quote::Entity>) -> Select<quote::Entity> {
    query
        .column_as(deal::Column::OwnerId, "owner_id")
        .column_as(customer::Column::Id, "customer_id")
        .column_as(customer::Column::Name, "customer_name")
        .column_as(customer::Column::ShortName, "customer_short")
        .column_as(customer::Column::Tier, "customer_tier")
}

fn conditions(filter: &QuoteFilter, today: NaiveDate) -> Condition {
    use quote::Column as Q;
    let status = filter.status.map(|status| match status {
        QuoteStatus::Sent => Condition::all().add(Q::Status.eq(status.code())).add(Q::ValidUntil.gte(today)),
        QuoteStatus::Expired => Condition::all().add(Q::Status.eq(QuoteStatus::Sent.code())).add(Q::ValidUntil.lt(today)),
        status => Condition::all().add(Q::Status.eq(status.code())),
    });
    let text = (!filter.text.is_empty()).then(|| {
        Condition::any()
            .add(search::contains_any_case(Q::Number, &filter.text))
            .add(search::contains_any_case(Q::Title, &filter.text))
            .add(search::contains(customer::Column::Search, &filter.text))
    });
    Condition::all()
        .add_option(status)
        .add_option(filter.owner.map(|owner| deal::Column::OwnerId.eq(owner.0)))
        .add_option(filter.deal.map(|id| Q::DealId.eq(id.0)))
        .add_option(text)
}

pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn said(org: &Org, at: Option<DateTime<Utc>>, by: Option<Uuid>, reason: &str) -> Option<Said> {
    at.map(|at| Said { at, by: by.map(|id| org.name_of(UserId(id))).unwrap_or_default(), reason: reason.to_owned() })
}

impl Store {
    /// One page of the quotes in scope, those changed last first.
    pub async fn quotes(&self, actor: &Actor, filter: &QuoteFilter, after: Option<&str>) -> Result<QuoteList> {
        let scope = scope_of(actor, Action::ReadQuotes)?;
        let total = joined().filter(scope::contracts(&scope)).filter(conditions(filter, self.clock.today())).count(self.db()).await?;
        let (rows, next) = self.quote_rows(&scope, filter, after, PAGE_ROWS).await?;
        Ok(Page { rows, total: whole(total), next })
    }

    /// The quotes of a deal.
    pub async fn quotes_of_deal(&self, actor: &Actor, id: DealId) -> Result<QuotesOfDeal> {
        let row = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let owned = crate::pipeline::board::ownership(&row);
        grant(actor, Action::ReadDeals, &owned)?;
        let scope = scope_of(actor, Action::ReadQuotes)?;
        let filter = QuoteFilter { deal: Some(id), ..QuoteFilter::default() };
        let total = joined().filter(scope::contracts(&scope)).filter(conditions(&filter, self.clock.today())).count(self.db()).await?;
        let (rows, _) = self.quote_rows(&scope, &filter, None, SHOWN).await?;
        let may_add = row.outcome == Outcome::Open.code() && row.pool_id.is_none() && grant(actor, Action::WriteQuotes, &owned).is_ok();
        Ok(QuotesOfDeal { rows, total: whole(total), may_add })
    }

    async fn quote_rows(
        &self,
        scope: &Scope,
        filter: &QuoteFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<QuoteRow>, Option<String>)> {
        let (org, today) = (self.require_org()?, self.clock.today());
        let (found, next) = self.quote_lines(scope, filter, after, limit).await?;
        Ok((found.iter().map(|line| line.row(&org, today)).collect::<Result<_>>()?, next))
    }

    /// At most `limit` quotes behind a cursor, and the cursor of those after them.
    pub(crate) async fn quote_lines(
        &self,
        scope: &Scope,
        filter: &QuoteFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<Line>, Option<String>)> {
        let query = joined().filter(scope::contracts(scope)).filter(conditions(filter, self.clock.today()));
        self.turned(query, Order::Changed, after, limit).await
    }

    /// At most `limit` of these quotes behind a cursor, and the cursor of those after them.
    pub(super) async fn turned(
        &self,
        query: Select<quote::Entity>,
        order: Order,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<Line>, Option<String>)> {
        let (column, id) = (order.column(), quote::Column::Id);
        let descending = matches!(order, Order::Changed);
        let mut query = lines(query).limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let at = DateTime::parse_from_rfc3339(&cursor.value).map_err(|_| StoreError::refused("after", "bad_request"))?;
            let value = Expr::value(at.with_timezone(&Utc));
            query = query.filter(paging::behind(column, id, value, cursor.id, descending));
        }
        let way = if descending { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
        let mut found: Vec<Line> = query.order_by(column, way.clone()).order_by(id, way).into_model().all(self.db()).await?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|last| last.cursor(order).encode());
        Ok((found, next))
    }

    /// A quote with everything its page shows.
    pub async fn quote(&self, actor: &Actor, id: QuoteId) -> Result<QuoteDetail> {
        let (org, today) = (self.require_org()?, self.clock.today());
        let held = self.held_quote(id).await?;
        held.may_read(actor)?;
        let rows = lines_of(self.db(), id.0).await?;
        let tier = held.tier()?;
        let ceiling_bp = held.ceiling(self.ceiling_of(tier).await?);
        let facts = held.facts(ceiling_bp)?;
        let may_write = held.may(actor, Action::WriteQuotes).is_ok();
        let may_decide = may_decide(actor, &held.asked(&org)).is_ok();
        let allowed = |step: &domain::quotes::QuoteStep| if step.decides() { may_decide } else { may_write };
        let row = &held.row;
        let others = quote::Entity::find()
            .filter(quote::Column::Number.eq(&row.number))
            .filter(quote::Column::Id.ne(row.id))
            .order_by_desc(quote::Column::Revision)
            .all(self.db())
            .await?;
        let book = match row.book_id {
            Some(id) => super::price_book::Entity::find_by_id(id).one(self.db()).await?.map(|book| book.name),
            None => None,
        };
        let deal = &held.deal;
        let open = deal.outcome == Outcome::Open.code();
        let same_currency = deal.currency == row.currency;
        let takes = same_currency && (open || deal.outcome == Outcome::Won.code());
        Ok(QuoteDetail {
            row: self.row_of(&held, &org)?,
            version: row.version,
            tier,
            ceiling_bp,
            above: facts.above,
            sums: QuoteSums::of(rows.iter().map(priced)),
            lines: rows.into_iter().map(line).collect(),
            book,
            terms: row.terms.clone(),
            asked: said(&org, row.asked_at, row.asked_by, &row.asked_reason),
            decided: said(&org, row.decided_at, row.decided_by, &row.decided_reason),
            sent_on: row.sent_on,
            closed_on: row.closed_on,
            close_reason: row.close_reason.clone(),
            revisions: others.iter().map(|o| Ok((QuoteId(o.id), o.revision, standing(o, today)?))).collect::<Result<_>>()?,
            parties: self.parties(&held, &org).await?,
            deal_title: grant(actor, Action::ReadDeals, &held.of_deal()).is_ok().then(|| deal.title.clone()),
            may_set_amount: open && same_currency && deal.pool_id.is_none() && grant(actor, Action::WriteDeals, &held.of_deal()).is_ok(),
            may_contract: takes && deal.pool_id.is_none() && grant(actor, Action::WriteContracts, &held.of_deal()).is_ok(),
            may_read_customer: grant(actor, Action::ReadCustomers, &held.of_customer()).is_ok(),
            may_write,
            steps: steps(facts, today).into_iter().filter(allowed).collect(),
        })
    }

    fn row_of(&self, held: &Held, org: &Org) -> Result<QuoteRow> {
        let line = Line {
            quote: held.row.clone(),
            owner_id: held.deal.owner_id,
            customer_id: held.customer.id,
            customer_name: held.customer.name.clone(),
            customer_short: held.customer.short_name.clone(),
            customer_tier: held.customer.tier.clone(),
        };
        line.row(org, self.clock.today())
    }

    async fn parties(&self, held: &Held, org: &Org) -> Result<Parties> {
        let contact = match held.deal.contact_id {
            Some(id) => contact::Entity::find_by_id(id).one(self.db()).await?.map(|row| row.name).unwrap_or_default(),
            None => String::new(),
        };
        let owner = org.people.get(&UserId(held.deal.owner_id));
        Ok(Parties {
            company: org.name.clone(),
            customer: held.customer.name.clone(),
            customer_address: held.customer.address.clone(),
            customer_tax_number: held.customer.tax_number.clone(),
            contact,
            owner_email: owner.map(|member| member.person.email.clone()).unwrap_or_default(),
        })
    }

    /// The form of a quote as it is, for editing. Prices are plain numbers.
    pub async fn quote_form(&self, actor: &Actor, id: QuoteId) -> Result<QuoteEditing> {
        let held = self.held_quote(id).await?;
        held.may(actor, Action::WriteQuotes)?;
        if !held.status()?.may_change() {
            return Err(StoreError::refused("", "quote_locked"));
        }
        let currency = held.currency()?;
        let lines = lines_of(self.db(), id.0).await?;
        let products: Vec<Uuid> = lines.iter().filter_map(|line| line.product_id).collect();
        let bp = |bp: i32| if bp == 0 { String::new() } else { percent(bp) };
        let line = |line: quote_line::Model| QuoteLineForm {
            product: line.product_id.map(|id| id.to_string()).unwrap_or_default(),
            text: line.text,
            quantity: quantity(line.quantity_milli),
            price: plain(line.price_minor, currency),
            discount: bp(line.discount_bp),
            vat: percent(line.vat_bp),
        };
        let row = &held.row;
        let form = QuoteForm {
            id: row.id.to_string(),
            version: row.version,
            deal: row.deal_id.to_string(),
            title: row.title.clone(),
            book: row.book_id.map(|id| id.to_string()).unwrap_or_default(),
            valid_until: row.valid_until.to_string(),
            terms: row.terms.clone(),
            lines: lines.into_iter().map(line).collect(),
            ..QuoteForm::default()
        };
        self.editing(form, &held.customer, currency, &products, row.book_id).await
    }

    /// The form of a new quote: of the deal's product by the book that holds.
    pub async fn new_quote_form(&self, actor: &Actor, id: DealId) -> Result<QuoteEditing> {
        let deal = deal::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::WriteQuotes, &crate::pipeline::board::ownership(&deal))?;
        let customer = customer::Entity::find_by_id(deal.customer_id).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let today = self.clock.today();
        let line = |id: Uuid| QuoteLineForm { product: id.to_string(), quantity: "1".into(), ..QuoteLineForm::default() };
        let form = QuoteForm {
            deal: deal.id.to_string(),
            title: deal.title,
            valid_until: today.checked_add_days(Days::new(VALID_DAYS)).unwrap_or(today).to_string(),
            lines: deal.product_id.map(line).into_iter().collect(),
            ..QuoteForm::default()
        };
        let currency = stored("currency", &deal.currency, Currency::parse)?;
        let mut editing = self.editing(form, &customer, currency, deal.product_id.as_slice(), None).await?;
        if let Some(book) = editing.books.first() {
            editing.form.book = book.id.to_string();
        }
        Ok(editing)
    }

    /// With the books that hold and the one that is used, and products on sale and those that are in the lines.
    async fn editing(
        &self,
        form: QuoteForm,
        customer: &customer::Model,
        currency: Currency,
        used: &[Uuid],
        used_book: Option<Uuid>,
    ) -> Result<QuoteEditing> {
        let tier = stored("tier", &customer.tier, Tier::parse)?;
        let all = books::all(self.db()).await?;
        let mut books = domain::quotes::books::offered(all.clone(), currency, self.clock.today());
        let known = |id: Uuid, books: &[domain::quotes::books::PriceBook]| books.iter().any(|book| book.id.0 == id);
        if let Some(id) = used_book.filter(|id| !known(*id, &books)) {
            books.extend(all.into_iter().filter(|book| book.id.0 == id));
        }
        let products = offered(self.db(), currency, None).await?;
        let products = products.into_iter().filter(|(one, active)| *active || used.contains(&one.product.0)).map(|(one, _)| one).collect();
        Ok(QuoteEditing {
            form: QuoteForm { currency: currency.code().to_owned(), ..form },
            customer_name: if customer.short_name.is_empty() { customer.name.clone() } else { customer.short_name.clone() },
            tier,
            ceiling_bp: self.ceiling_of(tier).await?,
            books,
            products,
        })
    }

    async fn held_quote(&self, id: QuoteId) -> Result<Held> {
        let row = quote::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        Held::of(self.db(), row).await
    }
}

fn line(row: quote_line::Model) -> QuoteLine {
    let priced = priced(&row);
    QuoteLine { product: row.product_id.map(ProductId), name_zh: row.name_zh, name_en: row.name_en, text: row.text, priced }
}
