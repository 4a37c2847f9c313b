//! How the customers of the demo company came to their tiers: with the first order
//! from potential to ordinary, at the end of a quarter further up, some by hand.
//! Nobody's tier of today changes here; its history ends with it. And what the company
//! promises its tiers.

use super::Company;
use super::calendar::{Calendar, utc};
use super::chance::{Dice, Stream};
use super::company::Organisation;
use crate::entity::customer;
use crate::tiers::settings::row;
use crate::tiers::{tier_change, tier_setting};
use chrono::{Datelike, Days, Duration, NaiveDate, NaiveTime};
use domain::customers::Tier;
use domain::pipeline::Outcome;
use domain::tiers::board::TierSource;
use domain::tiers::{TierService, VisitRule};
use domain::work::FollowUpKind;
use std::collections::HashMap;
use uuid::Uuid;

/// Of a hundred VIPs, so many were made one by hand.
const VIPS_BY_HAND: f64 = 0.2;
/// Of the ordinary customers who bought, so many were VIPs once.
const ONCE_VIP: f64 = 0.04;
/// And so many are kept ordinary by hand, whatever the review says.
const KEPT: f64 = 0.05;

const UP: [&str; 4] =
    ["签了三年框架协议,按 VIP 服务。", "集团标杆项目,带动两家子公司。", "年度招标入围,份额会上来。", "总经理直接对接,要求专属响应。"];
const STAYS: [&str; 3] = ["一次性项目,明年没有预算。", "回款慢,先按普通客户服务。", "由集团统采,单店不再单独升级。"];

pub(super) fn changes(calendar: &Calendar, organisation: &Organisation, seed: u64, company: &mut Company) {
    let mut dice = Dice::new(seed, Stream::Tiers);
    let mut won: HashMap<Uuid, NaiveDate> = HashMap::new();
    for deal in &company.deals {
        if let Some(on) = deal.closed_on.filter(|_| deal.outcome == Outcome::Won.code()) {
            won.entry(deal.customer_id).and_modify(|first| *first = on.min(*first)).or_insert(on);
        }
    }
    let manager = organisation.managers.first().copied();
    for row in &company.customers {
        let (Some(&first), Some(tier)) = (won.get(&row.id), Tier::parse(&row.tier)) else { continue };
        if tier == Tier::Potential {
            continue;
        }
        let by = row.owner_id.or(manager);
        let mut at = |dice: &mut Dice, on: NaiveDate, from: Tier, to: Tier, source: TierSource, reason: &str| {
            company.tier_changes.push(change(dice, row, on, (from, to), source, reason, by));
        };
        at(&mut dice, first, Tier::Potential, Tier::Ordinary, TierSource::Proposal, "");
        let review = quarter_end(first).min(calendar.as_of - Days::new(1));
        match tier {
            Tier::Vip if dice.chance(VIPS_BY_HAND) => {
                let reason = dice.word(&UP);
                at(&mut dice, review, Tier::Ordinary, Tier::Vip, TierSource::Manual, reason);
            }
            Tier::Vip => at(&mut dice, review, Tier::Ordinary, Tier::Vip, TierSource::Proposal, ""),
            _ if dice.chance(ONCE_VIP) => {
                at(&mut dice, review, Tier::Ordinary, Tier::Vip, TierSource::Proposal, "");
                let lost = quarter_end(review + Days::new(100)).min(calendar.as_of - Days::new(1));
                at(&mut dice, lost, Tier::Vip, Tier::Ordinary, TierSource::Proposal, "");
            }
            _ if dice.chance(KEPT) => {
                let reason = dice.word(&STAYS);
                at(&mut dice, review, Tier::Ordinary, Tier::Ordinary, TierSource::Kept, reason);
            }
            _ => {}
        }
    }
}

fn change(
    dice: &mut Dice,
    row: &customer::Model,
    on: NaiveDate,
    (from, to): (Tier, Tier),
    source: TierSource,
    reason: &str,
    by_id: Option<Uuid>,
) -> tier_change::Model {
    // In the evening, behind the deal that was won that day; one change after the other.
    let at = utc(on.and_time(NaiveTime::MIN) + Duration::hours(19) + Duration::minutes(i64::from(source == TierSource::Manual)));
    tier_change::Model {
        id: dice.id(at),
        customer_id: row.id,
        from_tier: from.code().to_owned(),
        to_tier: to.code().to_owned(),
        source: source.code().to_owned(),
        reason: reason.to_owned(),
        at,
        by_id,
        undoes: None,
    }
}

/// Hours in which each tier is answered.
const RESPONSE_HOURS: [(Tier, i64); 3] = [(Tier::Vip, 2), (Tier::Ordinary, 8), (Tier::Potential, 24)];

/// Minutes in which a question is answered, by the tier's code.
pub(super) fn promised() -> std::collections::HashMap<String, i64> {
    RESPONSE_HOURS.iter().map(|(tier, hours)| (tier.code().to_owned(), hours * 60)).collect()
}

/// Visits as the house has them; VIPs are seen in person once a quarter too.
pub(super) fn settings(calendar: &Calendar) -> Vec<tier_setting::Model> {
    let set = |tier: Tier, discount_ceiling_bp: i64, offers: &[&str]| {
        let mut service = TierService::house(tier);
        if tier == Tier::Vip {
            service.visits.push(VisitRule { channels: vec![FollowUpKind::Visit], every_days: 90 });
        }
        service.response_minutes = RESPONSE_HOURS.iter().find(|(of, _)| *of == tier).map(|(_, hours)| hours * 60);
        service.discount_ceiling_bp = Some(discount_ceiling_bp);
        service.offers = offers.iter().map(|offer| (*offer).to_owned()).collect();
        row(tier, &service, 1, utc(calendar.start.and_time(NaiveTime::MIN)))
    };
    let all = [set(Tier::Vip, 1_200, &["年度巡检", "备件优先发货"]), set(Tier::Ordinary, 600, &["季度简报"]), set(Tier::Potential, 0, &[])];
    all.into_iter().flatten().collect()
}

/// The last day of the quarter after the one that a day lies in.
fn quarter_end(on: NaiveDate) -> NaiveDate {
    let next = on.month0() / 3 + 2;
    let (year, quarter) = (on.year() + i32::try_from(next / 4).unwrap_or_default(), next % 4);
    let first = NaiveDate::from_ymd_opt(year, quarter * 3 + 1, 1).unwrap_or(on);
    first - Days::new(1)
}
