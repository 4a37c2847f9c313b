//! How long the owners of leads are protected: for the board, a deal's page, the page of today
//! and the night.

use super::judge::with_deals;
use super::{Known, PIECE, Pools, deal_owner_change, lead_hold};
use crate::entity::{customer, deal, follow_up, stage_transition};
use crate::error::Result;
use crate::org::Org;
use crate::pipeline::board::ownership;
use crate::pipeline::read;
use crate::pipeline::stages::Stages;
use crate::{Clock, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::Tier;
use domain::ids::{DealId, PoolId, UserId};
use domain::pipeline::{Card, Outcome, TransitionKind};
use domain::policy::{Action, Actor, grant};
use domain::pool::is_lead;
use domain::pool::page::{FallingLead, FallingLeads, HISTORY, Hand, HandChange, NAMED, Reason, Standing};
use domain::pool::protection::{Owned, Protection, protection};
use domain::pool::settings::PoolKind;
use domain::work::FollowUpKind;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The stages whose open deals are leads.
pub(super) fn lead_stages(stages: &Stages) -> HashSet<Uuid> {
    let of_one = |pipeline: &domain::pipeline::PipelineName| {
        let of_it = stages.of(pipeline.id);
        of_it.iter().filter(|stage| is_lead(&of_it, stage)).map(|stage| stage.id.0).collect::<Vec<_>>()
    };
    stages.pipelines.iter().flat_map(of_one).collect()
}

/// A lead of somebody, with the pool of its owner.
pub(super) struct Judged {
    pub row: deal::Model,
    pub pool: Option<PoolId>,
    pub protection: Protection,
}

/// Judges leads that somebody has, as of `day`; others are left out.
pub(super) async fn judge(
    db: &impl ConnectionTrait,
    clock: Clock,
    known: &Known<'_>,
    day: NaiveDate,
    rows: Vec<deal::Model>,
) -> Result<Vec<Judged>> {
    let mut found = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().filter(|row| row.pool_id.is_none()).peekable();
    while rows.peek().is_some() {
        let piece: Vec<deal::Model> = rows.by_ref().take(PIECE).collect();
        let ids: Vec<Uuid> = piece.iter().map(|row| row.id).collect();
        let customers: Vec<Uuid> = piece.iter().map(|row| row.customer_id).collect::<HashSet<_>>().into_iter().collect();
        let since = since(db, &ids).await?;
        let became = became(db, &ids, &known.leads).await?;
        let contacts = contacts(db, clock, &ids, &customers).await?;
        let tiers = tiers(db, &customers).await?;
        let bought = with_deals(db, &customers, Outcome::Won).await?;
        let held = held(db, &ids).await?;
        for row in piece {
            let Some(owner) = ownership(&row).owner else { continue };
            let pool = known.pools.of(PoolKind::Leads, known.org, owner);
            let got = since.get(&(row.id, owner.0)).copied().unwrap_or_else(|| clock.local_date(row.created_at));
            // What was closed or qualified in between was nothing that could fall.
            let got = became.get(&row.id).map_or(got, |at| got.max(clock.local_date(*at)));
            // On the lead itself, or with its customer and on no deal.
            let about = |one: &&Contact| one.deal == Some(row.id) || (one.deal.is_none() && one.customer == row.customer_id);
            let counts = |one: &&Contact| pool.is_some_and(|pool| pool.rules.counts(one.kind));
            let owned = Owned {
                tier: tiers.get(&row.customer_id).copied().unwrap_or(Tier::Potential),
                since: pool.map_or(got, |pool| got.max(pool.began_on)),
                contact: contacts.iter().filter(about).filter(counts).map(|one| one.on).max(),
                open_deal: false,
                bought: bought.contains(&row.customer_id),
                planned: row.next_on.is_some_and(|on| on >= day),
                held: held.contains_key(&row.id),
            };
            found.push(Judged { pool: pool.map(|pool| pool.id), protection: protection(pool, owned), row });
        }
    }
    Ok(found)
}

/// The day on which each person got each lead last.
async fn since(db: &impl ConnectionTrait, deals: &[Uuid]) -> Result<HashMap<(Uuid, Uuid), NaiveDate>> {
    use deal_owner_change::Column as O;
    let rows: Vec<(Uuid, Uuid, NaiveDate)> = deal_owner_change::Entity::find()
        .select_only()
        .columns([O::DealId, O::ToId])
        .column_as(O::OnDay.max(), "since")
        .filter(O::DealId.is_in(deals.iter().copied()))
        .filter(O::ToId.is_not_null())
        .group_by(O::DealId)
        .group_by(O::ToId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(deal, owner, since)| ((deal, owner), since)).collect())
}

/// When deals became leads again that were closed, or qualified; moves that were taken back count
/// for nothing.
async fn became(db: &impl ConnectionTrait, deals: &[Uuid], leads: &HashSet<Uuid>) -> Result<HashMap<Uuid, DateTime<Utc>>> {
    use stage_transition::Column as T;
    let these = || T::DealId.is_in(deals.iter().copied());
    let undone =
        Query::select().column(T::Undoes).from(stage_transition::Entity).and_where(these()).and_where(T::Undoes.is_not_null()).take();
    let came_back = Condition::all().add(T::Kind.eq(TransitionKind::Move.code())).add(T::FromStageId.is_not_in(leads.iter().copied()));
    let rows: Vec<(Uuid, DateTime<Utc>)> = stage_transition::Entity::find()
        .select_only()
        .column(T::DealId)
        .column_as(T::At.max(), "became_at")
        .filter(these())
        .filter(T::ToStageId.is_in(leads.iter().copied()))
        .filter(Condition::any().add(T::Kind.eq(TransitionKind::Reopen.code())).add(came_back))
        .filter(T::Id.not_in_subquery(undone))
        .group_by(T::DealId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

struct Contact {
    deal: Option<Uuid>,
    customer: Uuid,
    kind: FollowUpKind,
    on: NaiveDate,
}

/// The last contact of each channel, by deal and by customer.
async fn contacts(db: &impl ConnectionTrait, clock: Clock, deals: &[Uuid], customers: &[Uuid]) -> Result<Vec<Contact>> {
    use follow_up::Column as F;
    let on_no_deal = Condition::all().add(F::CustomerId.is_in(customers.iter().copied())).add(F::DealId.is_null());
    let rows: Vec<(Option<Uuid>, Uuid, String, DateTime<Utc>)> = follow_up::Entity::find()
        .select_only()
        .columns([F::DealId, F::CustomerId, F::Kind])
        .column_as(F::At.max(), "last_at")
        .filter(Condition::any().add(F::DealId.is_in(deals.iter().copied())).add(on_no_deal))
        .group_by(F::DealId)
        .group_by(F::CustomerId)
        .group_by(F::Kind)
        .into_tuple()
        .all(db)
        .await?;
    let of = |(deal, customer, kind, at): (_, _, String, _)| {
        Ok(Contact { deal, customer, kind: read("kind", &kind, FollowUpKind::parse)?, on: clock.local_date(at) })
    };
    rows.into_iter().map(of).collect()
}

async fn tiers(db: &impl ConnectionTrait, customers: &[Uuid]) -> Result<HashMap<Uuid, Tier>> {
    use customer::Column as C;
    let these = C::Id.is_in(customers.iter().copied());
    let rows: Vec<(Uuid, String)> =
        customer::Entity::find().select_only().columns([C::Id, C::Tier]).filter(these).into_tuple().all(db).await?;
    rows.into_iter().map(|(id, tier)| Ok((id, read("tier", &tier, Tier::parse)?))).collect()
}

/// Leads that are kept, and why.
pub(super) async fn held(db: &impl ConnectionTrait, deals: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let these = lead_hold::Column::DealId.is_in(deals.iter().copied());
    let rows = lead_hold::Entity::find().filter(these).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.deal_id, row.reason)).collect())
}

impl Store {
    /// Says on the cards of leads how many days are left; of all of them in a few questions.
    pub(crate) async fn mark_leads(&self, org: &Org, stages: &Stages, cards: Vec<&mut Card>) -> Result<()> {
        let leads = lead_stages(stages);
        let mut cards: Vec<&mut Card> =
            cards.into_iter().filter(|card| card.outcome == Outcome::Open && leads.contains(&card.stage.0)).collect();
        if cards.is_empty() {
            return Ok(());
        }
        let known = Known { org, pools: Pools::load(self.db()).await?, leads };
        if known.pools.is_empty(PoolKind::Leads) {
            return Ok(());
        }
        let today = self.clock.today();
        let these = deal::Column::Id.is_in(cards.iter().map(|card| card.id.0));
        let rows = deal::Entity::find().filter(these).all(self.db()).await?;
        let judged = judge(self.db(), self.clock, &known, today, rows).await?;
        let left = |one: &Judged| Some((one.row.id, (one.protection.days_left(today)?, one.protection.reminds(today))));
        let left: HashMap<Uuid, (i64, bool)> = judged.iter().filter_map(left).collect();
        for card in &mut cards {
            card.left = left.get(&card.id.0).copied();
        }
        Ok(())
    }

    /// Where a deal stands with the pools of leads, for its page; `None` of what never was near
    /// one.
    pub(crate) async fn lead_standing(&self, actor: &Actor, org: &Org, stages: &Stages, row: &deal::Model) -> Result<Option<Standing>> {
        use deal_owner_change::Column as O;
        let known = Known { org, pools: Pools::load(self.db()).await?, leads: lead_stages(stages) };
        let pools = &known.pools;
        let rows = deal_owner_change::Entity::find()
            .filter(O::DealId.eq(row.id))
            .order_by_desc(O::At)
            .order_by_desc(O::Id)
            .limit(HISTORY)
            .all(self.db())
            .await?;
        let is_lead = row.outcome == Outcome::Open.code() && known.leads.contains(&row.stage_id);
        if rows.is_empty() && row.pool_id.is_none() && (!is_lead || pools.is_empty(PoolKind::Leads)) {
            return Ok(None);
        }
        let judged = if is_lead && !pools.is_empty(PoolKind::Leads) {
            judge(self.db(), self.clock, &known, self.clock.today(), vec![row.clone()]).await?.pop()
        } else {
            None
        };
        let pool = row.pool_id.map(PoolId).or(judged.as_ref().and_then(|one| one.pool));
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
        let owned = ownership(row);
        let may = |action| grant(actor, action, &owned).is_ok();
        let may_assign = row.pool_id.is_some() && may(Action::AssignCustomers);
        let had = judged.is_some();
        Ok(Some(Standing {
            pool: pool.map(|pool| pools.name(pool)),
            held: held(self.db(), &[row.id]).await?.remove(&row.id),
            may_return: had && may(Action::WriteDeals) && (pool.is_some() || pools.covering(PoolKind::Leads, org, owned.unit).is_some()),
            may_hold: had && pool.is_some() && may(Action::AssignCustomers),
            protection: judged.map(|one| one.protection),
            people: if may_assign { self.may_own(actor, Action::WriteDeals, org)? } else { Vec::new() },
            may_assign,
            hands,
        }))
    }

    /// Of one's own leads those of whose fall one is to be told, the first to fall first.
    pub async fn leads_falling_soon(&self, actor: &Actor) -> Result<FallingLeads> {
        let org = self.require_org()?;
        let known = Known::read(self, &org).await?;
        if known.pools.of(PoolKind::Leads, &org, actor.id).is_none() {
            return Ok(FallingLeads::default());
        }
        let today = self.clock.today();
        let rows = candidates(&known.leads).filter(deal::Column::OwnerId.eq(actor.id.0)).all(self.db()).await?;
        let mut found = Vec::new();
        for one in judge(self.db(), self.clock, &known, today, rows).await? {
            if let (true, Protection::Until { on, why, .. }, Some(left)) =
                (one.protection.reminds(today), one.protection, one.protection.days_left(today))
            {
                found.push(FallingLead { id: DealId(one.row.id), title: one.row.title, on, left, why });
            }
        }
        found.sort_by(|a, b| (a.on, &a.title).cmp(&(b.on, &b.title)));
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        found.truncate(NAMED);
        Ok(FallingLeads { total, first: found })
    }
}

/// Leads of somebody, in the order of their ids.
pub(super) fn candidates(leads: &HashSet<Uuid>) -> sea_orm::Select<deal::Entity> {
    use deal::Column as D;
    deal::Entity::find()
        .filter(D::Outcome.eq(Outcome::Open.code()))
        .filter(D::PoolId.is_null())
        .filter(D::StageId.is_in(leads.iter().copied()))
        .order_by_asc(D::Id)
}
