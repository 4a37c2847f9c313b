//! The list of customers, what narrows it, and the picker of forms.

use super::helpers::seen;
use super::{counted, deal_sums, instant, into_row, last_of, parse_instant};
use crate::entity::customer;
use crate::error::Result;
use crate::paging::behind;
use crate::{Store, scope, search};
use domain::customers::{CustomerChoices, CustomerFilter, CustomerRow, CustomerSort};
use domain::ids::CustomerId;
use domain::page::{Cursor, PAGE_ROWS, Page, Sort};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Ownership, Scope, reach, scope as scope_of};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// Customers that a picker offers: a screenful, more only by typing more.
pub const PICKED: u64 = 20;
/// Industries or regions that a filter offers.
const CHOICES: u64 = 200;

impl Store {
    /// One page of the customers in scope, and of those with which the actor helps. Their open deals are summed as far
    /// as the actor may see deals, who may see none at all.
    pub async fn customers(
        &self,
        actor: &Actor,
        filter: &CustomerFilter,
        sort: Sort<CustomerSort>,
        after: Option<&str>,
    ) -> Result<Page<CustomerRow>> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let in_filter = customer::Entity::find().filter(seen(actor, &scope)).filter(conditions(filter));
        let total = counted(self, format!("customers {} {scope:?} {filter:?}", actor.id), in_filter).await?;
        let (found, next) = self.customer_rows(actor, filter, sort, after, PAGE_ROWS).await?;
        let mut open = match scope_of(actor, Action::ReadDeals) {
            Ok(deals) => deal_sums(self.db(), found.iter().map(|c| c.id).collect(), Outcome::Open, &deals).await?,
            Err(_) => HashMap::new(),
        };
        let contacts = self.last_contacts(&found.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        let today = self.clock.today();
        let rows = found
            .iter()
            .map(|row| {
                let last = contacts.get(&row.id).and_then(|contacts| last_of(contacts, today));
                into_row(row, open.remove(&row.id).unwrap_or_default(), last, &org)
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, total, next })
    }

    /// At most `limit` customers of the list behind a cursor, and the cursor of
    /// those after them.
    pub(crate) async fn customer_rows(
        &self,
        actor: &Actor,
        filter: &CustomerFilter,
        sort: Sort<CustomerSort>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<customer::Model>, Option<String>)> {
        use customer::Column as C;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let column = sort_column(sort.column);
        let order = if sort.descending { Order::Desc } else { Order::Asc };
        let mut query = customer::Entity::find()
            .filter(seen(actor, &scope))
            .filter(conditions(filter))
            .order_by(column, order.clone())
            .order_by(C::Id, order)
            .limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let value = match sort.column {
                CustomerSort::Updated | CustomerSort::Created => parse_instant(&cursor.value)?,
                CustomerSort::Name => cursor.value.into(),
            };
            query = query.filter(behind(column, C::Id, value, cursor.id, sort.descending));
        }
        let mut found = query.all(self.db()).await?;
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().filter(|_| more).map(|last| cursor(last, sort.column).encode());
        Ok((found, next))
    }

    /// The customers before and behind one in the order of their names, of those that the list has.
    pub(crate) async fn neighbours(&self, actor: &Actor, row: &customer::Model) -> Result<[Option<(CustomerId, String)>; 2]> {
        use customer::Column as C;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let beside = async |descending: bool| -> Result<Option<(CustomerId, String)>> {
            let order = if descending { Order::Desc } else { Order::Asc };
            let found: Option<(uuid::Uuid, String)> = customer::Entity::find()
                .select_only()
                .columns([C::Id, C::Name])
                .filter(seen(actor, &scope))
                .filter(behind(C::Name, C::Id, sea_orm::Value::from(row.name.clone()), row.id, descending))
                .order_by(C::Name, order.clone())
                .order_by(C::Id, order)
                .limit(1)
                .into_tuple()
                .one(self.db())
                .await?;
            Ok(found.map(|(id, name)| (CustomerId(id), name)))
        };
        Ok([beside(true).await?, beside(false).await?])
    }

    /// Customers in scope whose name, short name or telephone contains `text`,
    /// those changed last first: id, name and short name.
    pub async fn find_customers(&self, actor: &Actor, text: &str) -> Result<Vec<(CustomerId, String, String)>> {
        use customer::Column as C;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let rows: Vec<(uuid::Uuid, String, String)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::ShortName])
            .filter(seen(actor, &scope))
            .filter(Condition::all().add_option(in_text(text)))
            .order_by_desc(C::UpdatedAt)
            .order_by_desc(C::Id)
            .limit(PICKED)
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows.into_iter().map(|(id, name, short)| (CustomerId(id), name, short)).collect())
    }

    /// What filters and forms of this person offer.
    pub async fn customer_choices(&self, actor: &Actor) -> Result<CustomerChoices> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        Ok(CustomerChoices {
            owners: org
                .active()
                .into_iter()
                .filter(|p| scope.contains(&Ownership { owner: Some(p.id), unit: p.unit }))
                .filter(|p| reach(p.role, Action::WriteCustomers).is_some())
                .map(|p| (p.id, p.name.clone()))
                .collect(),
            industries: self.occurring(&scope, customer::Column::Industry).await?,
            regions: self.occurring(&scope, customer::Column::Region).await?,
        })
    }

    /// The different texts of a column, but for the empty one.
    async fn occurring(&self, scope: &Scope, column: customer::Column) -> Result<Vec<String>> {
        Ok(customer::Entity::find()
            .select_only()
            .column(column)
            .distinct()
            .filter(scope::customers(scope))
            .filter(column.ne(""))
            .order_by_asc(column)
            .limit(CHOICES)
            .into_tuple()
            .all(self.db())
            .await?)
    }
}

fn conditions(filter: &CustomerFilter) -> Condition {
    use customer::Column as C;
    let exactly = |column: C, text: &str| (!text.is_empty()).then(|| column.eq(text));
    Condition::all()
        .add_option(filter.owner.map(|v| C::OwnerId.eq(v.0)))
        .add_option(filter.tier.map(|v| C::Tier.eq(v.code())))
        .add_option(filter.source.map(|v| C::Source.eq(v.code())))
        .add_option(exactly(C::Industry, &filter.industry))
        .add_option(exactly(C::Region, &filter.region))
        .add_option(filter.size.map(|v| C::Size.eq(v.code())))
        .add_option(in_text(&filter.text))
}

fn in_text(text: &str) -> Option<sea_orm::sea_query::SimpleExpr> {
    let text = text.trim();
    (!text.is_empty()).then(|| search::contains(customer::Column::Search, text))
}

fn sort_column(column: CustomerSort) -> customer::Column {
    match column {
        CustomerSort::Updated => customer::Column::UpdatedAt,
        CustomerSort::Name => customer::Column::Name,
        CustomerSort::Created => customer::Column::CreatedAt,
    }
}

fn cursor(row: &customer::Model, column: CustomerSort) -> Cursor {
    let value = match column {
        CustomerSort::Updated => instant(row.updated_at),
        CustomerSort::Created => instant(row.created_at),
        CustomerSort::Name => row.name.clone(),
    };
    Cursor { value, id: row.id }
}
