//! Whether somebody may take a customer, or a lead, from a pool now.

use super::settings::{ClaimPeriod, PoolRules};
use crate::ids::UserId;
use crate::violation::Violation;
use chrono::{Days, NaiveDate};

/// What is known of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub by: UserId,
    /// Of the pool: who only manages its customers gives them to others and takes none.
    pub member: bool,
    pub today: NaiveDate,
    /// Who had the customer last.
    pub last_owner: Option<UserId>,
    /// The day on which it came into the pool.
    pub since: NaiveDate,
    /// What this person claimed from this pool in the period, so far.
    pub claimed: u64,
    /// Customers, or leads, that this person has.
    pub owned: u64,
}

/// # Errors
/// `pool_not_member`, `pool_cool_down` with the first day on which it may be claimed again, `pool_claims_day`,
/// `pool_claims_week`, `pool_claims_month` and `pool_owned` with the limit.
pub fn may_claim(rules: &PoolRules, claim: Claim) -> Result<(), Violation> {
    if !claim.member {
        return Err(Violation::new("", "pool_not_member"));
    }
    let again = claim.since.checked_add_days(Days::new(u64::from(rules.cool_down_days)));
    if claim.last_owner == Some(claim.by) && again.is_none_or(|again| claim.today < again) {
        let until = again.map_or_else(String::new, |again| again.to_string());
        return Err(Violation::new("", "pool_cool_down").with("until", until));
    }
    if let Some((max, period)) = rules.claims
        && claim.claimed >= u64::from(max)
    {
        let code = match period {
            ClaimPeriod::Day => "pool_claims_day",
            ClaimPeriod::Week => "pool_claims_week",
            ClaimPeriod::Month => "pool_claims_month",
        };
        return Err(Violation::new("", code).with("max", max));
    }
    if let Some(max) = rules.owned_max
        && claim.owned >= u64::from(max)
    {
        return Err(Violation::new("", "pool_owned").with("max", max));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::settings::PoolKind;
    use uuid::Uuid;

    #[test]
    fn limits_and_the_cool_down_are_kept() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).expect("a real date");
        let (me, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let rules = PoolRules {
            claims: Some((2, ClaimPeriod::Week)),
            owned_max: Some(3),
            cool_down_days: 5,
            ..PoolRules::house(PoolKind::Customers)
        };
        let claim = Claim { by: me, member: true, today: day(10), last_owner: Some(other), since: day(8), claimed: 1, owned: 2 };
        let told = |rules: &PoolRules, claim| may_claim(rules, claim).err().map(|found| (found.code, found.params));
        let param = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert_eq!(told(&rules, claim), None);
        assert_eq!(told(&rules, Claim { member: false, ..claim }), Some(("pool_not_member".into(), vec![])));
        let mine = Claim { last_owner: Some(me), ..claim };
        assert_eq!(told(&rules, mine), Some(("pool_cool_down".into(), param("until", "2026-03-13"))));
        assert_eq!(told(&rules, Claim { today: day(13), ..mine }), None, "the day on which it ends is free");
        assert_eq!(told(&rules, Claim { claimed: 2, ..claim }), Some(("pool_claims_week".into(), param("max", "2"))));
        assert_eq!(told(&rules, Claim { owned: 3, ..claim }), Some(("pool_owned".into(), param("max", "3"))));
        let free = PoolRules { claims: None, owned_max: None, cool_down_days: 0, ..rules };
        assert_eq!(told(&free, Claim { claimed: 900, owned: 900, ..mine }), None);
    }
}
