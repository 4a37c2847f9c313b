//! Customer economics: the customers in scope with what they ordered, read at once, and
//! reckoned by `domain::economics`. [`costs`] is what was spent.

mod costs;
mod table;

pub(crate) use table::{cost, margin};

use crate::Store;
use crate::entity::{customer, deal};
use crate::error::Result;
use crate::pipeline::read;
use crate::scope;
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::economics::history::{History, Order};
use domain::economics::report::{Buyer, EconomicsBy, EconomicsQuery, EconomicsReport, Reckoning, course, rows};
use domain::home::{Span, first_month};
use domain::ids::{CustomerId, UserId};
use domain::money::Currency;
use domain::pipeline::{Outcome, Source};
use domain::policy::{Action, Actor, Rows, Scope, scope as scope_of};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::HashMap;
use uuid::Uuid;

/// A customer's row as far as economics looks at it: id, name, short name, tier, industry,
/// source, owner.
type Facts = (Uuid, String, String, String, String, String, Option<Uuid>);

impl Store {
    /// The figures that `query` asks for, of the customers that the actor may see.
    pub async fn economics(&self, actor: &Actor, query: &EconomicsQuery) -> Result<EconomicsReport> {
        let org = self.require_org()?;
        let (customers, deals) = (scope_of(actor, Action::ReadCustomers)?, scope_of(actor, Action::ReadDeals)?);
        let today = self.clock.today();
        let (period, over) = query.period(today, first_month(org.fiscal_start_month));
        let buyers = self.who_ordered(&customers, &deals).await?;
        // They are the company's: of a part of its customers they would say too much.
        let sees_costs = matches!(customers.rows(), Rows::All);
        let costs = if sees_costs { Some(self.costs_in(period).await?) } else { None };
        let (margin_bp, _) = self.margin().await?;
        let by = query.by.unwrap_or(EconomicsBy::Tier);
        let reckoning = Reckoning { period, margin_bp, costs: costs.as_ref() };
        Ok(EconomicsReport {
            period,
            year: domain::economics::history::year_to(period),
            running: !over,
            as_of: today,
            span: query.span.unwrap_or(Span::Quarter),
            by,
            margin_bp,
            sees_costs,
            all: reckoning.figures(None, &buyers.iter().collect::<Vec<_>>(), None, false),
            groups: reckoning.groups(&buyers, by),
            course: course(&buyers, period, today, first_month(org.fiscal_start_month)),
            rows: query.set.map(|set| rows(&buyers, period, by, query.group.as_deref(), set)),
        })
    }

    /// Customers who ever ordered, each with all orders that the actor may see.
    async fn who_ordered(&self, customers: &Scope, deals: &Scope) -> Result<Vec<Buyer>> {
        use customer::Column as C;
        use deal::Column as D;
        let org = self.require_org()?;
        let won: Vec<(Uuid, Option<NaiveDate>, i64, String)> = deal::Entity::find()
            .select_only()
            .columns([D::CustomerId, D::ClosedOn, D::AmountMinor, D::Currency])
            .filter(scope::deals(deals))
            .filter(D::Outcome.eq(Outcome::Won.code()))
            .into_tuple()
            .all(self.db())
            .await?;
        let mut orders: HashMap<Uuid, Vec<Order>> = HashMap::new();
        for (customer, on, minor, currency) in won {
            let Some(on) = on else { continue };
            let currency = read("currency", &currency, Currency::parse)?;
            orders.entry(customer).or_default().push(Order { on, minor, currency });
        }
        let bought = deal::Entity::find().select_only().column(D::CustomerId).filter(D::Outcome.eq(Outcome::Won.code()));
        let known: Vec<Facts> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::ShortName, C::Tier, C::Industry, C::Source, C::OwnerId])
            .filter(scope::customers(customers))
            .filter(C::Id.in_subquery(bought.into_query()))
            .into_tuple()
            .all(self.db())
            .await?;
        let buyer = |(id, name, short, tier, industry, source, owner): Facts| -> Option<Result<Buyer>> {
            let orders = orders.remove(&id)?;
            let made = || -> Result<Buyer> {
                let tier = read("tier", &tier, Tier::parse)?;
                Ok(Buyer {
                    id: CustomerId(id),
                    name: if short.is_empty() { name } else { short },
                    tier,
                    industry,
                    source: read("source", &source, Source::parse)?,
                    owner: owner.map(|id| (UserId(id), org.name_of(UserId(id)))),
                    history: History::new(tier, orders),
                })
            };
            Some(made())
        };
        known.into_iter().filter_map(buyer).collect()
    }
}
