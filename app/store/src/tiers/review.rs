//! The quarterly review: proposals for the customers of somebody, and what is
//! decided about them. The review compares the whole company, so it is made once
//! for all and kept until something changes.

use super::moves::{into_change, put};
use super::tier_change;
use crate::Store;
use crate::customers::{load, ownership};
use crate::entity::{customer, deal};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read;
use crate::write::Work;
use chrono::{Month, NaiveDate};
use domain::customers::Tier;
use domain::ids::{CustomerId, UnitId, UserId};
use domain::money::Currency;
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Ownership, Scope, grant, scope as scope_of};
use domain::tiers::Reason;
use domain::tiers::board::{TierChange, TierSource, departures, held};
use domain::tiers::quarterly::{
    Compared, DecideTiers, Decided, Decision, Order, Proposals, Proposed, REVIEWS, Reviewed, compare, next_review, quarterly, review_days,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Proposals that are listed; more are counted, and come up once these are decided.
const LISTED: usize = 200;

/// A customer as the review knows it.
pub(super) struct Entry {
    pub id: Uuid,
    pub version: i32,
    pub name: String,
    pub tier: Tier,
    pub owned: Ownership,
    pub reviewed: Reviewed,
    pub held: Option<TierChange>,
    /// What it bought up to today, compared with everybody.
    pub compared: Compared,
    /// When it left which tier, the oldest first.
    pub departures: Vec<(NaiveDate, Tier)>,
}

/// The review of the whole company.
pub(crate) struct Kept {
    generation: u64,
    today: NaiveDate,
    pub(super) on: NaiveDate,
    pub(super) line_minor: Option<i64>,
    pub(super) currency: Currency,
    pub(super) entries: Vec<Entry>,
}

/// The last review, while nothing has changed.
#[derive(Default)]
pub(crate) struct ReviewCache(Mutex<Option<Arc<Kept>>>);

impl Entry {
    /// Whether the rule says another tier than the one in force.
    pub(super) fn differs(&self) -> bool {
        self.reviewed.proposal.by_rule != self.tier
    }
}

impl Kept {
    /// What it knows of one customer.
    pub(super) fn entry(&self, customer: Uuid) -> Option<&Entry> {
        // Entries are in the order of their ids.
        self.entries.binary_search_by(|entry| entry.id.cmp(&customer)).ok().and_then(|at| self.entries.get(at))
    }

    /// What is proposed for one customer, if it is open.
    pub(super) fn proposal(&self, customer: Uuid) -> Option<(Tier, Vec<Reason>)> {
        let entry = self.entry(customer)?;
        let proposal = &entry.reviewed.proposal;
        (entry.differs() && entry.held.is_none()).then(|| (proposal.by_rule, proposal.why.clone()))
    }
}

impl Store {
    /// The last review.
    pub(super) async fn tier_review(&self) -> Result<Arc<Kept>> {
        let (generation, today) = (self.hub.generation(), self.clock.today());
        let kept = self.reviews.0.lock().map_err(|_| StoreError::Internal("reviews".into()))?.clone();
        if let Some(kept) = kept.filter(|kept| kept.generation == generation && kept.today == today) {
            return Ok(kept);
        }
        let fresh = Arc::new(self.review_all(generation, today).await?);
        *self.reviews.0.lock().map_err(|_| StoreError::Internal("reviews".into()))? = Some(fresh.clone());
        Ok(fresh)
    }

    async fn review_all(&self, generation: u64, today: NaiveDate) -> Result<Kept> {
        use customer::Column as C;
        use deal::Column as D;
        let org = self.require_org()?;
        let start = u8::try_from(org.fiscal_start_month).ok().and_then(|n| Month::try_from(n).ok()).unwrap_or(Month::January);
        let days = review_days(today, start, REVIEWS);
        let mut rows: Vec<(Uuid, i32, String, String, String, Option<Uuid>, Uuid)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Version, C::Name, C::ShortName, C::Tier, C::OwnerId, C::UnitId])
            .filter(C::MergedInto.is_null())
            .into_tuple()
            .all(self.db())
            .await?;
        rows.sort_by_key(|row| row.0);
        let numbers: HashMap<Uuid, usize> = rows.iter().enumerate().map(|(number, row)| (row.0, number)).collect();
        let won: Vec<(Uuid, Option<NaiveDate>, i64, String)> = deal::Entity::find()
            .select_only()
            .columns([D::CustomerId, D::ClosedOn, D::AmountMinor, D::Currency])
            .filter(D::Outcome.eq(Outcome::Won.code()))
            .into_tuple()
            .all(self.db())
            .await?;
        let order = |(customer, on, minor, currency): (Uuid, Option<NaiveDate>, i64, String)| {
            let minor = if currency == org.currency.code() { minor } else { 0 };
            Some(Order { customer: *numbers.get(&customer)?, on: on?, minor })
        };
        let orders: Vec<Order> = won.into_iter().filter_map(order).collect();
        let mut changes = self.all_changes(&org).await?;
        let count = rows.len();
        let on = days.last().copied().unwrap_or(today);
        let compared = tokio::task::spawn_blocking(move || (quarterly(count, &orders, &days), compare(count, &orders, today)));
        let (review, compared) = compared.await.map_err(|error| StoreError::Internal(error.to_string()))?;
        let review = review.ok_or_else(|| StoreError::Internal("no day of a review".into()))?;
        let mut entries = Vec::with_capacity(count);
        for (((id, version, name, short, tier, owner, unit), reviewed), compared) in rows.into_iter().zip(review.customers).zip(compared) {
            let changes = changes.remove(&id).unwrap_or_default();
            entries.push(Entry {
                id,
                version,
                name: if short.is_empty() { name } else { short },
                tier: read("tier", &tier, Tier::parse)?,
                owned: Ownership { owner: owner.map(UserId), unit: UnitId(unit) },
                reviewed,
                held: held(&changes).cloned(),
                compared,
                departures: departures(&changes, |at| self.clock.local_date(at)),
            });
        }
        Ok(Kept { generation, today, on, line_minor: review.line_minor, currency: org.currency, entries })
    }

    /// All changes of tiers by customer, in the order of time.
    async fn all_changes(&self, org: &Org) -> Result<HashMap<Uuid, Vec<TierChange>>> {
        use tier_change::Column as T;
        let rows = tier_change::Entity::find().order_by_asc(T::At).order_by_asc(T::Id).all(self.db()).await?;
        let mut found: HashMap<Uuid, Vec<TierChange>> = HashMap::new();
        for row in rows {
            found.entry(row.customer_id).or_default().push(into_change(row, org)?);
        }
        Ok(found)
    }

    /// What the last review proposes for the customers in scope.
    pub async fn tier_proposals(&self, actor: &Actor) -> Result<Proposals> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let kept = self.tier_review().await?;
        let mine = || kept.entries.iter().filter(|entry| scope.contains(&entry.owned));
        let listed = |held: bool| {
            let mut entries: Vec<&Entry> = mine().filter(|entry| entry.differs() && entry.held.is_some() == held).collect();
            entries.sort_by_key(|entry| (Reverse(entry.reviewed.facts.paid_minor), entry.id));
            let total = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            (entries.into_iter().take(LISTED).map(|entry| proposed(entry, actor, &org)).collect(), total)
        };
        let ((open, total), (held, held_total)) = (listed(false), listed(true));
        Ok(Proposals {
            on: kept.on,
            next: next_review(kept.on),
            currency: kept.currency,
            line_minor: kept.line_minor,
            reviewed: i64::try_from(mine().count()).unwrap_or(i64::MAX),
            open,
            total,
            held,
            held_total,
        })
    }

    /// How many open proposals there are in scope.
    pub(super) async fn open_proposals(&self, scope: &Scope) -> Result<i64> {
        let kept = self.tier_review().await?;
        let open = kept.entries.iter().filter(|entry| entry.differs() && entry.held.is_none() && scope.contains(&entry.owned));
        Ok(i64::try_from(open.count()).unwrap_or(i64::MAX))
    }

    /// Decides about proposals. Customers that somebody changed meanwhile are left
    /// as they are and counted; one alone is refused instead.
    pub async fn decide_tiers(&self, by: &Actor, command: DecideTiers) -> Result<Decided> {
        let reason = command.check()?;
        let kept = self.tier_review().await?;
        let mut customers = command.customers;
        // In one order for all, so that two commands never wait for each other.
        customers.sort_unstable();
        self.write(by, command.request, move |work| async move {
            let one = customers.len() == 1;
            let mut decided = Decided::default();
            for (customer, version) in &customers {
                let known = kept.entry(customer.0).map(|entry| (entry.reviewed.proposal.by_rule, entry.held.is_some()));
                match decide(&work, *customer, *version, command.decision, &reason, known).await {
                    Ok(version) => {
                        decided.done += 1;
                        decided.version = one.then_some(version);
                    }
                    Err(StoreError::Stale { .. } | StoreError::Refused(_)) if !one => decided.skipped += 1,
                    Err(error) => return Err(error),
                }
            }
            Ok(decided)
        })
        .await
    }
}

fn proposed(entry: &Entry, actor: &Actor, org: &Org) -> Proposed {
    let Reviewed { facts, proposal } = &entry.reviewed;
    Proposed {
        customer: CustomerId(entry.id),
        version: entry.version,
        name: entry.name.clone(),
        owner: entry.owned.owner.map(|id| (id, org.name_of(id))),
        now: entry.tier,
        to: proposal.by_rule,
        why: proposal.why.clone(),
        paid_minor: facts.paid_minor,
        abc: facts.abc,
        rfm: facts.rfm,
        held: entry.held.clone(),
        may_move: grant(actor, Action::WriteCustomers, &entry.owned).is_ok(),
    }
}

async fn decide(
    work: &Work,
    customer: CustomerId,
    version: i32,
    decision: Decision,
    reason: &str,
    rule: Option<(Tier, bool)>,
) -> Result<i32> {
    let row = load(work, customer, version).await?;
    let granted = grant(&work.by, Action::WriteCustomers, &ownership(&row))?;
    let now = read("tier", &row.tier, Tier::parse)?;
    let (to, held) = rule.ok_or_else(|| StoreError::refused("", "not_proposed"))?;
    match decision {
        Decision::Accept if to != now => put(work, granted, row, to, TierSource::Proposal, reason.to_owned(), None).await,
        Decision::Reject if to != now => put(work, granted, row, now, TierSource::Kept, reason.to_owned(), None).await,
        Decision::Release if held => put(work, granted, row, now, TierSource::Released, reason.to_owned(), None).await,
        _ => Err(StoreError::refused("", "not_proposed")),
    }
}
