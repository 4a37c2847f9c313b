//! What the pages of pools show: the list, where a customer stands, what falls soon.

use super::hands::used;
use super::judge::{held, judge};
use super::{chain, owner_change, pool_stay};
use crate::Store;
use crate::customers::ownership;
use crate::entity::customer;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::paging::behind;
use crate::pipeline::read;
use crate::search;
use chrono::NaiveDate;
use domain::customers::{CustomerRow, Tier};
use domain::ids::{CustomerId, PoolId, UserId};
use domain::page::{Cursor, PAGE_ROWS};
use domain::policy::{Action, Actor, Ownership, grant, grant_any, reach, scope as scope_of};
use domain::pool::claim::{Claim, may_claim};
use domain::pool::page::{Falling, FallingSoon, HISTORY, Hand, HandChange, NAMED, PoolFilter, PoolPage, PoolRow, Reason, Standing};
use domain::pool::protection::Protection;
use domain::pool::settings::{PoolKind, PoolSettings};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use std::collections::HashMap;
use uuid::Uuid;

fn to_customer() -> RelationDef {
    pool_stay::Entity::belongs_to(customer::Entity).from(pool_stay::Column::CustomerId).to(customer::Column::Id).into()
}

/// What is in pools: never of somebody, never merged into another.
fn in_pools(pools: &[Uuid]) -> sea_orm::Select<pool_stay::Entity> {
    pool_stay::Entity::find()
        .join(JoinType::InnerJoin, to_customer())
        .filter(customer::Column::OwnerId.is_null())
        .filter(customer::Column::MergedInto.is_null())
        .filter(pool_stay::Column::PoolId.is_in(pools.iter().copied()))
}

/// By what its row shows: `customer.search` would tell telephones that it does not show.
pub(super) fn named(text: &str) -> Condition {
    use customer::Column as C;
    Condition::any().add(search::contains_any_case(C::Name, text)).add(search::contains_any_case(C::ShortName, text))
}

impl Store {
    /// A page of what is in the actor's pools, the latest first, each with what keeps the actor
    /// from claiming it.
    pub async fn pool_page(&self, actor: &Actor, filter: &PoolFilter, after: Option<&str>) -> Result<PoolPage> {
        self.pool_page_of(actor, filter, after, PAGE_ROWS).await
    }

    /// The same, of at most `limit` rows.
    pub(crate) async fn pool_page_of(&self, actor: &Actor, filter: &PoolFilter, after: Option<&str>, limit: u64) -> Result<PoolPage> {
        use pool_stay::Column as S;
        grant_any(actor, Action::ClaimCustomers)?;
        let org = self.require_org()?;
        let pools = self.kept_pools().await?;
        if filter.leads {
            return self.lead_page(actor, &org, &pools, filter, after, limit).await;
        }
        let mine = pools.open_to(PoolKind::Customers, &org, actor);
        let ids: Vec<Uuid> = mine.iter().map(|pool| pool.id.0).collect();
        let counts: HashMap<Uuid, i64> = in_pools(&ids)
            .select_only()
            .column(S::PoolId)
            .column_as(S::CustomerId.count(), "customers")
            .group_by(S::PoolId)
            .into_tuple::<(Uuid, i64)>()
            .all(self.db())
            .await?
            .into_iter()
            .collect();
        let shown: Vec<Uuid> = ids.iter().copied().filter(|id| filter.pool.is_none_or(|pool| pool.0 == *id)).collect();
        let text = filter.text.trim();
        let narrowed = || {
            in_pools(&shown).filter(
                Condition::all()
                    .add_option(filter.tier.map(|tier| customer::Column::Tier.eq(tier.code())))
                    .add_option((!text.is_empty()).then(|| named(text))),
            )
        };
        let total: Option<i64> = narrowed()
            .select_only()
            .expr_as(Expr::col((pool_stay::Entity, S::CustomerId)).count(), "customers")
            .into_tuple()
            .one(self.db())
            .await?;
        let mut query = narrowed().order_by_desc(S::Since).order_by_desc(S::CustomerId).limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let since: NaiveDate = cursor.value.parse().map_err(|_| StoreError::refused("after", "bad_request"))?;
            query = query.filter(behind(S::Since, S::CustomerId, since, cursor.id, true));
        }
        let mut stays = query.all(self.db()).await?;
        let more = stays.len() as u64 > limit;
        stays.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = stays.last().filter(|_| more).map(|last| Cursor { value: last.since.to_string(), id: last.customer_id }.encode());
        let mut uses = HashMap::new();
        for pool in &mine {
            uses.insert(pool.id.0, used(self.db(), actor, pool, self.clock.today()).await?);
        }
        let these = customer::Column::Id.is_in(stays.iter().map(|stay| stay.customer_id));
        let customers: HashMap<Uuid, customer::Model> =
            customer::Entity::find().filter(these).all(self.db()).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut rows = Vec::with_capacity(stays.len());
        for stay in stays {
            let pool = mine.iter().find(|pool| pool.id.0 == stay.pool_id);
            let (Some(pool), Some(row)) = (pool, customers.get(&stay.customer_id)) else { continue };
            let (claimed, owned) = uses.get(&stay.pool_id).copied().unwrap_or_default();
            rows.push(self.pool_row(actor, &org, pool, row, stay, (claimed, owned))?);
        }
        Ok(PoolPage {
            pools: mine.iter().map(|pool| (pool.id, pool.name.clone(), counts.get(&pool.id.0).copied().unwrap_or_default())).collect(),
            rows,
            total: total.unwrap_or_default(),
            next,
        })
    }

    fn pool_row(
        &self,
        actor: &Actor,
        org: &Org,
        pool: &PoolSettings,
        row: &customer::Model,
        stay: pool_stay::Model,
        (claimed, owned): (u64, u64),
    ) -> Result<PoolRow> {
        let last_owner = stay.last_owner_id.map(UserId);
        let member = pool.has(actor.id, &chain(org, actor.unit));
        let claim = Claim { by: actor.id, member, today: self.clock.today(), last_owner, since: stay.since, claimed, owned };
        let hand = read("hand", &stay.hand, Hand::parse)?;
        Ok(PoolRow {
            id: row.id,
            name: row.name.clone(),
            lead: None,
            tier: read("tier", &row.tier, Tier::parse)?,
            industry: row.industry.clone(),
            region: row.region.clone(),
            pool: pool.id,
            pool_name: pool.name.clone(),
            since: stay.since,
            last_owner: last_owner.map(|id| (id, org.name_of(id))),
            hand,
            reason: Reason::parse(hand, &stay.reason),
            refused: may_claim(&pool.rules, claim).err(),
            may_open: grant(actor, Action::ReadCustomers, &ownership(row)).is_ok(),
        })
    }

    /// Where a customer stands with the pools, for its page.
    pub(crate) async fn standing(&self, actor: &Actor, org: &Org, row: &customer::Model) -> Result<Standing> {
        use owner_change::Column as O;
        let pools = self.kept_pools().await?;
        let stay = pool_stay::Entity::find_by_id(row.id).one(self.db()).await?.filter(|_| row.owner_id.is_none());
        let mut judged = judge(self.db(), self.clock, org, &pools, vec![row.clone()]).await?;
        let judged = judged.pop();
        let pool = stay.as_ref().map(|stay| PoolId(stay.pool_id)).or(judged.as_ref().and_then(|one| one.pool));
        let rows = owner_change::Entity::find()
            .filter(O::CustomerId.eq(row.id))
            .order_by_desc(O::At)
            .order_by_desc(O::Id)
            .limit(HISTORY)
            .all(self.db())
            .await?;
        let named = |id: Option<Uuid>| id.map(|id| (UserId(id), org.name_of(UserId(id))));
        let hands = rows.into_iter().map(|one| {
            let hand = read("hand", &one.hand, Hand::parse)?;
            Ok(HandChange {
                hand,
                from: named(one.from_id),
                to: named(one.to_id),
                pool: one.pool_id.map(|id| pools.name(PoolId(id))).unwrap_or_default(),
                reason: Reason::parse(hand, &one.reason),
                by: named(one.by_id),
                at: one.at,
            })
        });
        let hands = hands.collect::<Result<_>>()?;
        let living = row.merged_into.is_none();
        let owned = ownership(row);
        let may = |action| living && grant(actor, action, &owned).is_ok();
        let may_assign = stay.is_some() && may(Action::AssignCustomers);
        let people = if may_assign { self.may_own(actor, Action::WriteCustomers, org)? } else { Vec::new() };
        Ok(Standing {
            pool: pool.map(|pool| pools.name(pool)),
            held: held(self.db(), &[row.id]).await?.remove(&row.id),
            may_return: row.owner_id.is_some() && pool.is_some() && may(Action::WriteCustomers),
            may_hold: row.owner_id.is_some() && pool.is_some() && may(Action::AssignCustomers),
            protection: judged.map(|one| one.protection),
            may_assign,
            hands,
            people,
        })
    }

    /// To whom this person may give what `action` writes.
    pub(super) fn may_own(&self, actor: &Actor, action: Action, org: &Org) -> Result<Vec<(UserId, String)>> {
        let scope = scope_of(actor, action)?;
        let reached = org.active().into_iter().filter(|p| scope.contains(&Ownership { owner: Some(p.id), unit: p.unit }));
        Ok(reached.filter(|p| reach(p.role, action).is_some()).map(|p| (p.id, p.name.clone())).collect())
    }

    /// Days left until these customers fall, and whether their owners are told; without those
    /// that do not fall.
    pub(crate) async fn days_left(&self, customers: &[Uuid]) -> Result<HashMap<Uuid, (i64, bool)>> {
        if customers.is_empty() {
            return Ok(HashMap::new());
        }
        let org = self.require_org()?;
        let pools = self.kept_pools().await?;
        if pools.is_empty(PoolKind::Customers) {
            return Ok(HashMap::new());
        }
        let today = self.clock.today();
        let these = customer::Column::Id.is_in(customers.iter().copied());
        let rows = customer::Entity::find().filter(these).all(self.db()).await?;
        let judged = judge(self.db(), self.clock, &org, &pools, rows).await?;
        let left = |one: super::judge::Judged| Some((one.row.id, (one.protection.days_left(today)?, one.protection.reminds(today))));
        Ok(judged.into_iter().filter_map(left).collect())
    }

    /// How long the owners of the customers of a page are protected, and into which pool each
    /// would fall; without those of nobody. Only of rows that the actor was given.
    pub async fn protections(&self, page: &mut [CustomerRow]) -> Result<()> {
        if page.is_empty() {
            return Ok(());
        }
        let org = self.require_org()?;
        let pools = self.kept_pools().await?;
        let these = customer::Column::Id.is_in(page.iter().map(|row| row.id.0));
        let rows = customer::Entity::find().filter(these).all(self.db()).await?;
        for one in judge(self.db(), self.clock, &org, &pools, rows).await? {
            if let Some(row) = page.iter_mut().find(|row| row.id.0 == one.row.id) {
                row.protection = Some((one.protection, one.pool.map(|pool| pools.name(pool)).unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// Of one's own customers those of whose fall one is to be told, the first to fall first.
    pub async fn falling_soon(&self, actor: &Actor) -> Result<FallingSoon> {
        use customer::Column as C;
        let org = self.require_org()?;
        let pools = self.kept_pools().await?;
        if pools.of(PoolKind::Customers, &org, actor.id).is_none() {
            return Ok(FallingSoon::default());
        }
        let today = self.clock.today();
        let rows = customer::Entity::find().filter(C::OwnerId.eq(actor.id.0)).filter(C::MergedInto.is_null()).all(self.db()).await?;
        let mut found = Vec::new();
        for one in judge(self.db(), self.clock, &org, &pools, rows).await? {
            if let (true, Protection::Until { on, why, .. }, Some(left)) =
                (one.protection.reminds(today), one.protection, one.protection.days_left(today))
            {
                found.push(Falling { id: CustomerId(one.row.id), name: one.row.name, on, left, why });
            }
        }
        found.sort_by(|a, b| (a.on, &a.name).cmp(&(b.on, &b.name)));
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        found.truncate(NAMED);
        Ok(FallingSoon { total, first: found })
    }
}
