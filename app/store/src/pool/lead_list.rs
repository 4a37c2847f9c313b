//! The list of what lies in the pools of leads.

use super::lead_judge::lead_stages;
use super::leads::used;
use super::list::named;
use super::{Pools, chain, lead_stay};
use crate::Store;
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::paging::behind;
use crate::pipeline::board::ownership;
use crate::pipeline::stages::Stages;
use crate::pipeline::{read, to_customer};
use crate::search;
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::ids::{StageId, UserId};
use domain::money::{Currency, Money};
use domain::page::Cursor;
use domain::pipeline::Source;
use domain::policy::{Action, Actor, grant};
use domain::pool::claim::{Claim, may_claim};
use domain::pool::page::{Hand, LeadFacts, PoolFilter, PoolPage, PoolRow, Reason};
use domain::pool::settings::{PoolKind, PoolSettings};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use std::collections::HashMap;
use uuid::Uuid;

fn to_deal() -> RelationDef {
    lead_stay::Entity::belongs_to(deal::Entity).from(lead_stay::Column::DealId).to(deal::Column::Id).into()
}

/// What is in pools.
fn in_pools(pools: &[Uuid]) -> sea_orm::Select<lead_stay::Entity> {
    lead_stay::Entity::find()
        .join(JoinType::InnerJoin, to_deal())
        .join(JoinType::InnerJoin, to_customer())
        .filter(deal::Column::PoolId.is_in(pools.iter().copied()))
}

impl Store {
    /// As `pool_page`, of leads.
    pub(super) async fn lead_page(
        &self,
        actor: &Actor,
        org: &Org,
        pools: &Pools,
        filter: &PoolFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<PoolPage> {
        use lead_stay::Column as S;
        let mine = pools.open_to(PoolKind::Leads, org, actor);
        let ids: Vec<Uuid> = mine.iter().map(|pool| pool.id.0).collect();
        let counts: HashMap<Uuid, i64> = in_pools(&ids)
            .select_only()
            .column(deal::Column::PoolId)
            .column_as(S::DealId.count(), "leads")
            .group_by(deal::Column::PoolId)
            .into_tuple::<(Uuid, i64)>()
            .all(self.db())
            .await?
            .into_iter()
            .collect();
        let shown: Vec<Uuid> = ids.iter().copied().filter(|id| filter.pool.is_none_or(|pool| pool.0 == *id)).collect();
        let text = filter.text.trim();
        let found = || named(text).add(search::contains_any_case(deal::Column::Title, text));
        let narrowed = || {
            in_pools(&shown).filter(
                Condition::all()
                    .add_option(filter.tier.map(|tier| customer::Column::Tier.eq(tier.code())))
                    .add_option((!text.is_empty()).then(found)),
            )
        };
        let total: Option<i64> = narrowed()
            .select_only()
            .expr_as(Expr::col((lead_stay::Entity, S::DealId)).count(), "leads")
            .into_tuple()
            .one(self.db())
            .await?;
        let mut query = narrowed().order_by_desc(S::Since).order_by_desc(S::DealId).limit(limit + 1);
        if let Some(cursor) = after.and_then(Cursor::decode) {
            let since: NaiveDate = cursor.value.parse().map_err(|_| StoreError::refused("after", "bad_request"))?;
            query = query.filter(behind(S::Since, S::DealId, since, cursor.id, true));
        }
        let mut stays = query.all(self.db()).await?;
        let more = stays.len() as u64 > limit;
        stays.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = stays.last().filter(|_| more).map(|last| Cursor { value: last.since.to_string(), id: last.deal_id }.encode());
        let stages = self.stages().await?;
        let leads = lead_stages(&stages);
        let mut uses = HashMap::new();
        for pool in &mine {
            uses.insert(pool.id.0, used(self.db(), actor, pool, &leads, self.clock.today()).await?);
        }
        let these = deal::Column::Id.is_in(stays.iter().map(|stay| stay.deal_id));
        let deals: HashMap<Uuid, deal::Model> =
            deal::Entity::find().filter(these).all(self.db()).await?.into_iter().map(|row| (row.id, row)).collect();
        let these = customer::Column::Id.is_in(deals.values().map(|row| row.customer_id));
        let customers: HashMap<Uuid, customer::Model> =
            customer::Entity::find().filter(these).all(self.db()).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut rows = Vec::with_capacity(stays.len());
        for stay in stays {
            let Some(row) = deals.get(&stay.deal_id) else { continue };
            let pool = mine.iter().find(|pool| Some(pool.id.0) == row.pool_id);
            let (Some(pool), Some(of)) = (pool, customers.get(&row.customer_id)) else { continue };
            let used = uses.get(&pool.id.0).copied().unwrap_or_default();
            rows.push(self.lead_row(actor, org, &stages, pool, (row, of), stay, used)?);
        }
        Ok(PoolPage {
            pools: mine.iter().map(|pool| (pool.id, pool.name.clone(), counts.get(&pool.id.0).copied().unwrap_or_default())).collect(),
            rows,
            total: total.unwrap_or_default(),
            next,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one row, one place that makes it")]
    fn lead_row(
        &self,
        actor: &Actor,
        org: &Org,
        stages: &Stages,
        pool: &PoolSettings,
        (row, of): (&deal::Model, &customer::Model),
        stay: lead_stay::Model,
        (claimed, owned): (u64, u64),
    ) -> Result<PoolRow> {
        let last_owner = UserId(row.owner_id);
        let member = pool.has(actor.id, &chain(org, actor.unit));
        let today = self.clock.today();
        let claim = Claim { by: actor.id, member, today, last_owner: Some(last_owner), since: stay.since, claimed, owned };
        let hand = read("hand", &stay.hand, Hand::parse)?;
        let stage = stages.get(StageId(row.stage_id))?;
        Ok(PoolRow {
            id: row.id,
            name: if of.short_name.is_empty() { of.name.clone() } else { of.short_name.clone() },
            lead: Some(LeadFacts {
                title: row.title.clone(),
                stage_zh: stage.name_zh.clone(),
                stage_en: stage.name_en.clone(),
                amount: Money { minor: row.amount_minor, currency: read("currency", &row.currency, Currency::parse)? },
                source: read("source", &row.source, Source::parse)?,
            }),
            tier: read("tier", &of.tier, Tier::parse)?,
            industry: of.industry.clone(),
            region: of.region.clone(),
            pool: pool.id,
            pool_name: pool.name.clone(),
            since: stay.since,
            last_owner: Some((last_owner, org.name_of(last_owner))),
            hand,
            reason: Reason::parse(hand, &stay.reason),
            refused: may_claim(&pool.rules, claim).err(),
            may_open: grant(actor, Action::ReadDeals, &ownership(row)).is_ok(),
        })
    }
}
