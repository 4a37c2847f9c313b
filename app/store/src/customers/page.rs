//! One customer with everything its page shows.

use super::contacts::contacts_of;
use super::{deal_sums, helpers, into_row, last_of, ownership};
use crate::duplicates::merges_of;
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::deals::timeline;
use crate::pipeline::{CardRow, cards, read};
use crate::tiers::Had;
use crate::{Store, scope};
use domain::customers::{CustomerDetail, Tier};
use domain::ids::CustomerId;
use domain::money::Sums;
use domain::pipeline::{Card, Outcome};
use domain::policy::{Action, Actor, Scope, grant, grant_any, scope as scope_of};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Open deals that the page shows: more than any customer has.
const OPEN_DEALS: u64 = 200;
/// Closed deals that the page shows; older ones are in the list of deals.
const CLOSED_DEALS: u64 = 50;

impl Store {
    /// A customer with everything its page shows. Of its deals only those that
    /// the actor may see.
    pub async fn customer(&self, actor: &Actor, id: CustomerId) -> Result<CustomerDetail> {
        let org = self.require_org()?;
        let row = customer::Entity::find_by_id(id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let owned = ownership(&row);
        helpers::may(self.db(), actor, Action::ReadCustomers, &row).await?;
        let scope = scope_of(actor, Action::ReadDeals).ok();
        let deals = match &scope {
            Some(scope) => Deals::of(self.db(), row.id, scope, &org).await?,
            None => Deals::default(),
        };
        let shown: Vec<Uuid> = deals.open.iter().chain(&deals.closed).map(|card| card.id.0).collect();
        let stages = self.stages().await?;
        let reached: HashSet<_> = deals.open.iter().chain(&deals.closed).map(|card| card.stage).collect();
        let pipelines: HashSet<_> = stages.stages.iter().filter(|s| reached.contains(&s.id)).map(|s| s.pipeline).collect();
        let contacted = self.last_contacts(&[row.id]).await?;
        let services = self.tier_services().await?;
        let calendar = self.work_calendar().await?;
        let merged = self.merged_into(actor, &row, &org).await?;
        let living = merged.is_none();
        let tier = read("tier", &row.tier, Tier::parse)?;
        let came = self.clock.local_date(row.created_at);
        let contacted = contacted.get(&row.id).map_or(&[][..], Vec::as_slice);
        let events = self.events_of(actor, &[row.id], &services).await?;
        let had = Had {
            contacts: contacted,
            events: events.get(&row.id).map_or(&[][..], Vec::as_slice),
            discount_bp: self.discounts_waiting(Some(row.id)).await?.get(&row.id).copied(),
            late: self.late_answers(Some(row.id)).await?.remove(&row.id),
        };
        let service = self.service_of(tier, owned.owner, came, &had, &services, &calendar);
        let mut health = self.health_of(actor, &[(row.id, service.contact)]).await?;
        let standing = self.standing(actor, &org, &row).await?;
        let may_write = living && grant(actor, Action::WriteCustomers, &owned).is_ok();
        let [helping, may_help] = self.helpers(&row, &org, may_write).await?;
        let [before, after] = self.neighbours(actor, &row).await?;
        let may_log = living && helpers::may(self.db(), actor, Action::LogWork, &row).await.is_ok();
        Ok(CustomerDetail {
            row: into_row(&row, deals.open_sums, last_of(contacted, self.clock.today()), &org)?,
            contacts: contacts_of(self.db(), &row, &org).await?,
            tier_changes: crate::tiers::history(self.db(), row.id, &org).await?,
            service: services.of(tier).clone(),
            due: service.due,
            asks: service.asks,
            breaches: service.breaches,
            health: health.remove(&row.id).ok_or(StoreError::NotFound)?,
            timeline: timeline(self.db(), &shown, Some((row.id, scope.as_ref())), &org).await?,
            tax_number: row.tax_number,
            address: row.address,
            position: row.longitude.zip(row.latitude),
            notes: row.notes,
            open_deals: deals.open,
            closed_deals: deals.closed,
            won: deals.won_sums,
            stages: stages.stages.iter().filter(|s| pipelines.contains(&s.pipeline)).cloned().collect(),
            standing,
            merges: merges_of(self.db(), row.id, &org).await?,
            before,
            after,
            helping: grant(actor, Action::ReadCustomers, &owned).is_err(),
            helpers: helping,
            may_help,
            may_write,
            may_log,
            may_add_deal: living && grant_any(actor, Action::WriteDeals).is_ok(),
            merged,
        })
    }
}

/// The deals of one customer that lie in a scope.
#[derive(Default)]
struct Deals {
    /// Those that close first, first.
    open: Vec<Card>,
    /// Newest first.
    closed: Vec<Card>,
    open_sums: Sums,
    won_sums: Sums,
}

impl Deals {
    async fn of(db: &impl ConnectionTrait, customer: Uuid, scope: &Scope, org: &Org) -> Result<Self> {
        use deal::Column as D;
        let in_scope = || cards().filter(D::CustomerId.eq(customer)).filter(scope::worked(scope));
        let open = in_scope()
            .filter(D::Outcome.eq(Outcome::Open.code()))
            .order_by_with_nulls(D::ExpectedCloseOn, Order::Asc, NullOrdering::Last)
            .order_by_asc(D::Id)
            .limit(OPEN_DEALS);
        let closed =
            in_scope().filter(D::Outcome.ne(Outcome::Open.code())).order_by_desc(D::ClosedOn).order_by_desc(D::Id).limit(CLOSED_DEALS);
        let sums = async |outcome| -> Result<Sums> {
            let mut found = deal_sums(db, vec![customer], outcome, scope).await?;
            Ok(found.remove(&customer).unwrap_or_default())
        };
        Ok(Self {
            open_sums: sums(Outcome::Open).await?,
            won_sums: sums(Outcome::Won).await?,
            open: open.into_model::<CardRow>().all(db).await?.into_iter().map(|row| row.into_card(org)).collect::<Result<_>>()?,
            closed: closed.into_model::<CardRow>().all(db).await?.into_iter().map(|row| row.into_card(org)).collect::<Result<_>>()?,
        })
    }
}
