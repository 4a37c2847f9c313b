//! Who needs help, and what the organisation lacks.

use super::{Look, count};
use crate::entity::{customer, deal, sign_in};
use crate::error::Result;
use crate::pipeline::read;
use domain::home::{Gaps, Helped, unit_gaps};
use domain::ids::{UnitId, UserId};
use domain::money::{Currency, Sums};
use domain::pipeline::Outcome;
use domain::policy::Action;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// People that the page names: a screenful.
const NAMED: usize = 10;

impl Look<'_> {
    /// Those with most that is late first; nobody for whom nothing is.
    pub(super) async fn people(&self) -> Result<Vec<Helped>> {
        let mut found: BTreeMap<UserId, Helped> = BTreeMap::new();
        let mut note = |rows: Vec<(UserId, i64)>, set: fn(&mut Helped) -> &mut i64| {
            for (id, n) in rows {
                let fresh =
                    || Helped { id, name: self.org.name_of(id), overdue_steps: 0, stalled: 0, overdue_contacts: 0, open: Sums::default() };
                *set(found.entry(id).or_insert_with(fresh)) = n;
            }
        };
        note(self.by_owner(Condition::all().add(deal::Column::NextOn.lt(self.today))).await?, |row| &mut row.overdue_steps);
        note(self.by_owner(self.stalled()).await?, |row| &mut row.stalled);
        note(self.contacts_by_owner().await?, |row| &mut row.overdue_contacts);
        let mut rows: Vec<Helped> = found.into_values().collect();
        rows.sort_by(|a, b| (b.late(), &a.name, a.id).cmp(&(a.late(), &b.name, b.id)));
        rows.truncate(NAMED);
        let mut open = self.open_by_owner(rows.iter().map(|row| row.id.0).collect()).await?;
        for row in &mut rows {
            row.open = open.remove(&row.id).unwrap_or_default();
        }
        Ok(rows)
    }

    async fn open_by_owner(&self, owners: Vec<Uuid>) -> Result<BTreeMap<UserId, Sums>> {
        use deal::Column as D;
        let rows: Vec<(Uuid, String, i64, i64)> = deal::Entity::find()
            .select_only()
            .column(D::OwnerId)
            .column(D::Currency)
            .expr_as(D::Id.count(), "deals")
            .expr_as(Expr::col((deal::Entity, D::AmountMinor)).sum().cast_as("bigint"), "amount")
            .filter(self.of_deals()?)
            .filter(D::Outcome.eq(Outcome::Open.code()))
            .filter(D::OwnerId.is_in(owners))
            .group_by(D::OwnerId)
            .group_by(D::Currency)
            .into_tuple()
            .all(self.store.db())
            .await?;
        let mut found: BTreeMap<UserId, Sums> = BTreeMap::new();
        for (owner, currency, deals, amount) in rows {
            found.entry(UserId(owner)).or_default().add(read("currency", &currency, Currency::parse)?, deals, amount, 0);
        }
        Ok(found)
    }

    pub(super) async fn gaps(&self) -> Result<Gaps> {
        let active = self.org.active();
        let entered: Vec<Uuid> = sign_in::Entity::find()
            .select_only()
            .column(sign_in::Column::PersonId)
            .distinct()
            .filter(sign_in::Column::ExpiresAt.gt(self.store.now()))
            .into_tuple()
            .all(self.store.db())
            .await?;
        let entered: HashSet<Uuid> = entered.into_iter().collect();
        let outside: Vec<_> = active.iter().filter(|person| !entered.contains(&person.id.0)).collect();
        let staff: Vec<_> = active.iter().map(|person| (person.unit, person.role)).collect();
        let (empty, unled) = unit_gaps(&self.org.units, &staff);
        let named = |ids: Vec<UnitId>| ids.into_iter().map(|id| (id, self.org.unit_name(id))).collect();
        Ok(Gaps {
            without_sign_in_count: count(outside.len()),
            without_sign_in: outside.iter().take(NAMED).map(|person| (person.id, person.name.clone())).collect(),
            people: count(active.len()),
            empty_units: named(empty),
            without_manager: named(unled),
            of_people_who_left: self.of_people_who_left().await?,
        })
    }

    /// Only for who may give them to somebody else.
    async fn of_people_who_left(&self) -> Result<Option<(i64, i64)>> {
        if domain::policy::grant_any(self.actor, Action::WriteDeals).is_err() {
            return Ok(None);
        }
        let left: Vec<Uuid> = self.org.people.values().filter(|m| !m.person.active).map(|m| m.person.id.0).collect();
        let deals = deal::Entity::find()
            .filter(self.of_deals()?)
            .filter(deal::Column::Outcome.eq(Outcome::Open.code()))
            .filter(deal::Column::OwnerId.is_in(left.iter().copied()))
            .count(self.store.db())
            .await?;
        let customers = match &self.customers {
            Some(scope) => {
                let of = customer::Column::OwnerId.is_in(left.iter().copied());
                customer::Entity::find().filter(crate::scope::customers(scope)).filter(of).count(self.store.db()).await?
            }
            None => 0,
        };
        Ok(Some((i64::try_from(deals).unwrap_or(i64::MAX), i64::try_from(customers).unwrap_or(i64::MAX))))
    }
}
