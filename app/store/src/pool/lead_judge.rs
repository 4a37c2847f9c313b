//! How long the owners of leads are protected: for the board, a deal's page, the page of today
//! and the night.

use super::{Known, PIECE, deal_owner_change, lead_hold};
use crate::entity::{customer, deal, follow_up, stage_transition};
use crate::error::Result;
use crate::org::Org;
use crate::pipeline::board::ownership;
use crate::pipeline::stages::Stages;
use crate::pipeline::{read, to_customer};
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
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect};
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

/// How long the owner of a lead is protected, and the pool into which it falls.
pub(super) struct Judged {
    pub pool: Option<PoolId>,
    pub protection: Protection,
}

/// Judges those of these deals that somebody has, as of `day`, as leads; others are left out.
pub(super) async fn judge(
    db: &impl ConnectionTrait,
    clock: Clock,
    known: &Known<'_>,
    day: NaiveDate,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Judged>> {
    let mut found = HashMap::with_capacity(ids.len());
    for piece in ids.chunks(PIECE) {
        let leads = facts(db, piece, &known.leads).await?;
        let contacts = contacts(db, clock, &leads).await?;
        for lead in leads {
            let pool = known.pools.of(PoolKind::Leads, known.org, UserId(lead.owner_id));
            let got = lead.since.unwrap_or_else(|| clock.local_date(lead.created_at));
            // What was closed or qualified in between was nothing that could fall.
            let got = lead.became.map_or(got, |at| got.max(clock.local_date(at)));
            // On the lead itself, or with its customer and on no deal.
            let about = |one: &&Contact| one.deal == Some(lead.id) || (one.deal.is_none() && one.customer == lead.customer_id);
            let counts = |one: &&Contact| pool.is_some_and(|pool| pool.rules.counts(one.kind));
            let owned = Owned {
                tier: read("tier", &lead.tier, Tier::parse)?,
                since: pool.map_or(got, |pool| got.max(pool.began_on)),
                contact: contacts.iter().filter(about).filter(counts).map(|one| one.on).max(),
                open_deal: false,
                bought: lead.bought,
                planned: lead.next_on.is_some_and(|on| on >= day),
                held: lead.held,
            };
            found.insert(lead.id, Judged { pool: pool.map(|pool| pool.id), protection: protection(pool, owned) });
        }
    }
    Ok(found)
}

/// What is known of a lead that somebody has, but for its contacts.
#[derive(FromQueryResult)]
struct Lead {
    id: Uuid,
    customer_id: Uuid,
    owner_id: Uuid,
    created_at: DateTime<Utc>,
    next_on: Option<NaiveDate>,
    tier: String,
    /// The day on which its owner got it last.
    since: Option<NaiveDate>,
    /// When it became a lead again that was closed, or qualified; moves that were taken back count
    /// for nothing.
    became: Option<DateTime<Utc>>,
    /// Its customer has bought before.
    bought: bool,
    held: bool,
}

/// All in one statement: after every move of a lead it is asked for one of them.
async fn facts(db: &impl ConnectionTrait, deals: &[Uuid], leads: &HashSet<Uuid>) -> Result<Vec<Lead>> {
    use deal::Column as D;
    use deal_owner_change::Column as O;
    // Only here: elsewhere its `max` would be taken for that of days.
    use sea_orm::sea_query::ExprTrait;
    use stage_transition::Column as T;
    let this = |column: D| Expr::col((deal::Entity, column));
    let since = Query::select()
        .expr(Expr::col(O::OnDay).max())
        .from(deal_owner_change::Entity)
        .and_where(Expr::col(O::DealId).eq(this(D::Id)))
        .and_where(Expr::col(O::ToId).eq(this(D::OwnerId)))
        .take();
    let undone = Query::select()
        .column(T::Undoes)
        .from(stage_transition::Entity)
        .and_where(Expr::col(T::DealId).eq(this(D::Id)))
        .and_where(Expr::col(T::Undoes).is_not_null())
        .take();
    let lead_stage = |column: T| Expr::col(column).is_in(leads.iter().copied());
    let came_back = Expr::col(T::Kind).eq(TransitionKind::Move.code()).and(lead_stage(T::FromStageId).not());
    let became = Query::select()
        .expr(Expr::col(T::At).max())
        .from(stage_transition::Entity)
        .and_where(Expr::col(T::DealId).eq(this(D::Id)))
        .and_where(lead_stage(T::ToStageId))
        .and_where(Expr::col(T::Kind).eq(TransitionKind::Reopen.code()).or(came_back))
        .and_where(Expr::col(T::Id).not_in_subquery(undone))
        .take();
    let won = Alias::new("won");
    let of_won = |column: D| Expr::col((won.clone(), column));
    let bought = Query::select()
        .expr(Expr::val(1))
        .from_as(deal::Entity, won.clone())
        .and_where(of_won(D::CustomerId).eq(this(D::CustomerId)))
        .and_where(of_won(D::Outcome).eq(Outcome::Won.code()))
        .and_where(of_won(D::PoolId).is_null())
        .take();
    let held = Query::select()
        .expr(Expr::val(1))
        .from(lead_hold::Entity)
        .and_where(Expr::col((lead_hold::Entity, lead_hold::Column::DealId)).eq(this(D::Id)))
        .take();
    let rows = deal::Entity::find()
        .select_only()
        .columns([D::Id, D::CustomerId, D::OwnerId, D::CreatedAt, D::NextOn])
        .column(customer::Column::Tier)
        .expr_as(Expr::SubQuery(None, Box::new(since.into())), "since")
        .expr_as(Expr::SubQuery(None, Box::new(became.into())), "became")
        .expr_as(Expr::exists(bought), "bought")
        .expr_as(Expr::exists(held), "held")
        .join(JoinType::InnerJoin, to_customer())
        .filter(D::Id.is_in(deals.iter().copied()))
        .filter(D::PoolId.is_null())
        .into_model()
        .all(db)
        .await?;
    Ok(rows)
}

struct Contact {
    deal: Option<Uuid>,
    customer: Uuid,
    kind: FollowUpKind,
    on: NaiveDate,
}

/// The last contact of each channel, by deal and by customer.
async fn contacts(db: &impl ConnectionTrait, clock: Clock, leads: &[Lead]) -> Result<Vec<Contact>> {
    use follow_up::Column as F;
    let customers: HashSet<Uuid> = leads.iter().map(|lead| lead.customer_id).collect();
    let on_no_deal = Condition::all().add(F::CustomerId.is_in(customers)).add(F::DealId.is_null());
    let rows: Vec<(Option<Uuid>, Uuid, String, DateTime<Utc>)> = follow_up::Entity::find()
        .select_only()
        .columns([F::DealId, F::CustomerId, F::Kind])
        .column_as(F::At.max(), "last_at")
        .filter(Condition::any().add(F::DealId.is_in(leads.iter().map(|lead| lead.id))).add(on_no_deal))
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
        let known = Known { org, pools: self.kept_pools().await?, leads };
        if known.pools.is_empty(PoolKind::Leads) {
            return Ok(());
        }
        let today = self.clock.today();
        let ids = cards.iter().map(|card| card.id.0).collect();
        let judged = judge(self.db(), self.clock, &known, today, ids).await?;
        let left = |one: &Judged| Some((one.protection.days_left(today)?, one.protection.reminds(today)));
        for card in &mut cards {
            card.left = judged.get(&card.id.0).and_then(left);
        }
        Ok(())
    }

    /// Where a deal stands with the pools of leads, for its page; `None` of what never was near
    /// one.
    pub(crate) async fn lead_standing(&self, actor: &Actor, org: &Org, stages: &Stages, row: &deal::Model) -> Result<Option<Standing>> {
        use deal_owner_change::Column as O;
        let known = Known { org, pools: self.kept_pools().await?, leads: lead_stages(stages) };
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
            judge(self.db(), self.clock, &known, self.clock.today(), vec![row.id]).await?.remove(&row.id)
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
        let judged = judge(self.db(), self.clock, &known, today, rows.iter().map(|row| row.id).collect()).await?;
        let mut found = Vec::new();
        for row in rows {
            let Some(Judged { protection, .. }) = judged.get(&row.id) else { continue };
            if let (true, Protection::Until { on, why, .. }, Some(left)) =
                (protection.reminds(today), *protection, protection.days_left(today))
            {
                found.push(FallingLead { id: DealId(row.id), title: row.title, on, left, why });
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
