//! Who was visited in time, and who was not.

use super::list::of_customers;
use crate::Store;
use crate::entity::{customer, follow_up};
use crate::error::Result;
use crate::pipeline::read;
use crate::scope;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::customers::Tier;
use domain::home::{Span, first_month};
use domain::ids::{CustomerId, UserId};
use domain::policy::{Action, Actor, scope as scope_of};
use domain::tiers::{TierServices, VisitRule};
use domain::visits::timely::{Share, timed};
use domain::visits::view::{LISTED, TimelyQuery, TimelyReport, TimelyRow, TimelySet};
use domain::work::FollowUpKind;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// A due day lies at most so much after the interval: no row of free days is longer.
const SLACK_DAYS: u32 = 31;
/// Customers whose contacts are asked for one by one; of more, everybody's are read.
const FEW: usize = 1_000;

type Owned = (Uuid, String, String, String, Option<Uuid>, DateTime<Utc>);

impl Store {
    /// The share of customers in scope who were visited in time, with those behind it: the
    /// latest missed first.
    pub async fn visits_in_time(&self, actor: &Actor, query: &TimelyQuery) -> Result<TimelyReport> {
        use customer::Column as C;
        let scope = scope_of(actor, Action::LogWork)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let period = query.span.unwrap_or(Span::Quarter).up_to(today, first_month(org.fiscal_start_month));
        // What falls due today can still be kept.
        let (from, to) = (period.start(), today.pred_opt().unwrap_or(today));
        let rows: Vec<Owned> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::ShortName, C::Tier, C::OwnerId, C::CreatedAt])
            .filter(Condition::all().add(scope::customers(&scope)).add(C::OwnerId.is_not_null()).add(of_customers(&query.filter, &org)))
            .filter(Condition::all().add_option(query.filter.owner.map(|owner| C::OwnerId.eq(owner.0))))
            .into_tuple()
            .all(self.db())
            .await?;
        let services = self.tier_services().await?;
        let calendar = self.work_calendar().await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
        let contacts = self.contacts_since(&ids, from, &services).await?;
        let set = query.set.unwrap_or(TimelySet::Due);
        let mut share = Share::default();
        let mut found = Vec::new();
        for (id, name, short, tier, owner, came) in rows {
            let Some(owner) = owner.map(UserId) else { continue };
            let tier = read("tier", &tier, Tier::parse)?;
            let of = contacts.get(&id).map_or(&[][..], Vec::as_slice);
            let timed = timed(services.of(tier), of, self.clock.local_date(came), calendar.workdays(), from, to);
            share.add(timed);
            let inside = match (set, timed.in_time()) {
                (_, None) => false,
                (TimelySet::Due, Some(_)) => true,
                (TimelySet::Kept, Some(kept)) => kept,
                (TimelySet::Missed, Some(kept)) => !kept,
            };
            if inside {
                let name = if short.is_empty() { name } else { short };
                found.push(TimelyRow { customer: CustomerId(id), name, tier, owner, owner_name: org.name_of(owner), timed });
            }
        }
        found.sort_by(|a, b| {
            let missed = |row: &TimelyRow| row.timed.due - row.timed.kept;
            (missed(b), &a.name, a.customer).cmp(&(missed(a), &b.name, b.customer))
        });
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        found.truncate(LISTED);
        Ok(TimelyReport { share, from, to, as_of: today, set, total, rows: found })
    }

    /// Contacts that something which fell due since `from` can come from, each day and
    /// channel once.
    async fn contacts_since(
        &self,
        ids: &[Uuid],
        from: NaiveDate,
        services: &TierServices,
    ) -> Result<HashMap<Uuid, Vec<(FollowUpKind, NaiveDate)>>> {
        use follow_up::Column as F;
        let longest = Tier::ALL.iter().flat_map(|tier| &services.of(*tier).visits).map(|rule: &VisitRule| rule.every_days).max();
        let back = Days::new(u64::from(longest.unwrap_or(0) + SLACK_DAYS));
        let first = from.checked_sub_days(back).unwrap_or(from).and_time(NaiveTime::MIN).and_utc();
        let few = (ids.len() <= FEW).then(|| F::CustomerId.is_in(ids.iter().copied()));
        let rows: Vec<(Uuid, String, DateTime<Utc>)> = follow_up::Entity::find()
            .select_only()
            .columns([F::CustomerId, F::Kind, F::At])
            .filter(Condition::all().add_option(few).add(F::At.gte(first)))
            .into_tuple()
            .all(self.db())
            .await?;
        let mut found: HashMap<Uuid, Vec<(FollowUpKind, NaiveDate)>> = ids.iter().map(|id| (*id, Vec::new())).collect();
        for (customer, kind, at) in rows {
            if let Some(contacts) = found.get_mut(&customer) {
                contacts.push((read("kind", &kind, FollowUpKind::parse)?, self.clock.local_date(at)));
            }
        }
        Ok(found)
    }
}
