//! The board of tiers: figures of whole columns, the first cards of each, more
//! on demand.

use super::set::{Member, Set};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::org::Org;
use domain::customers::Tier;
use domain::ids::UnitId;
use domain::money::Sums;
use domain::org::Unit;
use domain::page::Cursor;
use domain::policy::{Action, Actor, Ownership, Scope, grant_any, scope as scope_of};
use domain::tiers::board::{TierBoard, TierCards, TierColumn, TierFilter};

/// Cards of each column in the first answer: two screens of a large monitor.
const FIRST_CARDS: usize = 20;
/// Cards of one further page.
const MORE_CARDS: usize = 50;
/// Cards of a column that are read again at once; whoever looked at more goes
/// on from there.
const MOST_CARDS: usize = 500;

impl Store {
    /// All tiers of the customers in scope that `filter` leaves, each with its
    /// first cards: `shown` of them, within reason.
    pub async fn tier_board(&self, actor: &Actor, filter: &TierFilter, shown: u32) -> Result<TierBoard> {
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let org = self.require_org()?;
        let set = self.tier_set(actor, filter).await?;
        let most = usize::try_from(shown).unwrap_or(MOST_CARDS).clamp(FIRST_CARDS, MOST_CARDS);
        let services = self.tier_services().await?;
        let reviewed_on = self.tier_review().await?.on;
        let mut columns = Vec::with_capacity(Tier::ALL.len());
        for &tier in Tier::ALL {
            let members = of_tier(&set, tier);
            let mut revenue = Sums::default();
            members.iter().for_each(|member| revenue.merge(&member.revenue));
            let (cards, next) = self.first(actor, &members, most).await?;
            columns.push(TierColumn {
                tier,
                count: count(members.len()),
                revenue,
                late: count(members.iter().filter(|member| !member.breaches.is_empty()).count()),
                service: services.of(tier).clone(),
                cards,
                next,
            });
        }
        Ok(TierBoard {
            since: set.since,
            today: set.today,
            currency: org.currency,
            columns,
            choices: self.customer_choices(actor).await?,
            teams: teams(&org, &scope),
            proposals: self.open_proposals(&scope).await?,
            reviewed_on,
            unreviewed: count(set.members.iter().filter(|member| member.came > reviewed_on).count()),
            may_write: grant_any(actor, Action::WriteCustomers).is_ok(),
        })
    }

    /// The cards of a tier behind a cursor.
    pub async fn tier_cards(&self, actor: &Actor, filter: &TierFilter, tier: Tier, after: &str) -> Result<TierCards> {
        let cursor = Cursor::decode(after).ok_or_else(|| StoreError::refused("after", "bad_request"))?;
        let minor: i64 = cursor.value.parse().map_err(|_| StoreError::refused("after", "bad_request"))?;
        let set = self.tier_set(actor, filter).await?;
        let mut members = of_tier(&set, tier);
        // The order of the set: the most revenue first, then by id.
        members.retain(|member| member.own_minor < minor || (member.own_minor == minor && member.id > cursor.id));
        let (cards, next) = self.first(actor, &members, MORE_CARDS).await?;
        Ok(TierCards { cards, next })
    }

    async fn first(
        &self,
        actor: &Actor,
        members: &[&Member],
        most: usize,
    ) -> Result<(Vec<domain::tiers::board::TierCard>, Option<String>)> {
        let shown = &members[..members.len().min(most)];
        let next = shown.last().filter(|_| members.len() > shown.len()).map(|last| {
            let cursor = Cursor { value: last.own_minor.to_string(), id: last.id };
            cursor.encode()
        });
        Ok((self.tier_cards_of(actor, shown).await?, next))
    }
}

/// Units whose customers somebody may see.
pub(super) fn teams(org: &Org, scope: &Scope) -> Vec<(UnitId, String)> {
    let seen = |unit: &&Unit| org.below(unit.id).iter().any(|&unit| scope.contains(&Ownership { owner: None, unit }));
    org.units.iter().filter(seen).map(|unit| (unit.id, unit.name.clone())).collect()
}

fn of_tier(set: &Set, tier: Tier) -> Vec<&Member> {
    set.members.iter().filter(|member| member.tier == tier).collect()
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
