//! The page of customer economics: which days, split by what, and every figure with the
//! numbers that it came from.
//!
//! Churn, retention and new customers are of the period. What compares years — repeat
//! purchase, lifetime value, revenue retention — looks at the twelve months up to its
//! end, so that a quarter that has just begun says no less than a whole one.

use super::history::{EconomicsSet, History, year_to};
use super::{
    Churn, CustomerMoves, LIFETIME_CAP_MONTHS, Ltv, RevenueMoves, RevenueRetention, cac_minor, churn, ltv, ltv_cac_x100,
    payback_months_x100, revenue_retention,
};
use crate::codes;
use crate::customers::Tier;
use crate::home::Span;
use crate::ids::{CustomerId, UserId};
use crate::money::Currency;
use crate::period::{Period, add_months};
use crate::pipeline::Source;
use crate::rounding::{average_minor, ratio_bp};
use crate::stats::percentile_milli;
use crate::violation::parse_date;
use chrono::{Month, NaiveDate};
use serde::{Deserialize, Serialize};

/// Customers behind a figure that are listed; all are counted.
pub const LISTED: usize = 200;
/// The page.
pub const ECONOMICS: &str = "/analysis/economics";

codes! {
    /// What the customers are split by.
    EconomicsBy { Tier = "tier", Industry = "industry", Source = "source" }
}

/// What an address asks for. Broken or unknown parts are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EconomicsQuery {
    /// `None`: the quarter.
    pub span: Option<Span>,
    /// A day of the period; `None`: today.
    pub at: Option<NaiveDate>,
    /// `None`: by tier.
    pub by: Option<EconomicsBy>,
    /// The group that the customers behind a figure are of; `None`: all.
    pub group: Option<String>,
    /// The figure whose customers are listed.
    pub set: Option<EconomicsSet>,
}

impl EconomicsQuery {
    /// From the parts of an address.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        let group: String = get("group").trim().chars().take(crate::customers::TEXT_MAX).collect();
        Self {
            span: Span::parse(&get("span")),
            at: parse_date(&get("at")),
            by: EconomicsBy::parse(&get("by")),
            group: (!group.is_empty()).then_some(group),
            set: EconomicsSet::parse(&get("set")),
        }
    }

    /// The parts of an address that give it again.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            self.span.map(|v| ("span", v.to_string())),
            self.at.map(|v| ("at", v.to_string())),
            self.by.map(|v| ("by", v.to_string())),
            self.group.clone().map(|v| ("group", v)),
            self.set.map(|v| ("set", v.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The days that it asks for, up to today at most, by a fiscal year that begins in
    /// `first`; and whether they are all over.
    #[must_use]
    pub fn period(&self, today: NaiveDate, first: Month) -> (Period, bool) {
        let at = self.at.unwrap_or(today).min(today);
        let span = self.span.unwrap_or(Span::Quarter);
        let start = span.up_to(at, first).start();
        let end = add_months(start, months(span)).unwrap_or(start);
        let tomorrow = today.succ_opt().unwrap_or(today);
        (Period::new(start, end.min(tomorrow)), end <= tomorrow)
    }
}

/// Months of a span.
#[must_use]
pub const fn months(span: Span) -> i32 {
    match span {
        Span::Month => 1,
        Span::Quarter => 3,
        Span::Year => 12,
    }
}

/// A customer with its orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    pub id: CustomerId,
    pub name: String,
    pub tier: Tier,
    pub industry: String,
    pub source: Source,
    pub owner: Option<(UserId, String)>,
    pub history: History,
}

impl Buyer {
    /// The code of its group; empty for an industry that nobody wrote down.
    #[must_use]
    pub fn group(&self, by: EconomicsBy) -> String {
        match by {
            EconomicsBy::Tier => self.tier.code().to_owned(),
            EconomicsBy::Industry => self.industry.clone(),
            EconomicsBy::Source => self.source.code().to_owned(),
        }
    }
}

/// Costs of a period in one currency, in minor units, by channel.
pub type Costs = Vec<(Source, Currency, i64)>;

/// Money of customers, in minor units of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyFigures {
    pub currency: Currency,
    /// Ordered in the period.
    pub revenue_minor: i64,
    /// Of the customers at the start of the twelve months up to the end: revenue of the
    /// twelve months before, what of it went and what came on top.
    pub moves: RevenueMoves,
    pub retention: RevenueRetention,
    /// Ordered in the twelve months up to the end, and by how many customers.
    pub year_minor: i64,
    pub year_customers: i64,
    /// Revenue per customer of these twelve months.
    pub arpa_minor: Option<i64>,
    /// `None` without margin, customers or churn to reckon with.
    pub ltv: Option<Ltv>,
    /// Of the period; `None` where no costs are known.
    pub cost_minor: Option<i64>,
    pub cac_minor: Option<i64>,
    pub ltv_cac_x100: Option<i64>,
    pub payback_months_x100: Option<i64>,
}

/// The figures of one group, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EconomicsFigures {
    /// `None`: all. Empty: no industry is known.
    pub group: Option<String>,
    pub moves: CustomerMoves,
    pub churn: Churn,
    pub kept: i64,
    pub back: i64,
    pub end: i64,
    pub buyers: i64,
    pub repeat: i64,
    pub repeat_bp: Option<i64>,
    pub year_start: i64,
    pub year_lost: i64,
    pub year_churn_bp: Option<i64>,
    /// Median days since the first order, of those at the end, in thousandths.
    pub tenure_milli: Option<i64>,
    pub money: Vec<MoneyFigures>,
}

/// A customer behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerRow {
    pub id: CustomerId,
    pub name: String,
    pub tier: Tier,
    pub owner: Option<(UserId, String)>,
    pub since: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

/// The customers behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EconomicsRows {
    pub set: EconomicsSet,
    pub group: Option<String>,
    pub total: i64,
    /// [`LISTED`] of them, the last to order first.
    pub rows: Vec<BuyerRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EconomicsReport {
    pub period: Period,
    /// The twelve months up to its end.
    pub year: Period,
    /// Not all of its days are over.
    pub running: bool,
    pub as_of: NaiveDate,
    pub span: Span,
    pub by: EconomicsBy,
    pub margin_bp: Option<i64>,
    /// Whether the reader sees costs: they are the company's, so only who sees all
    /// customers does.
    pub sees_costs: bool,
    pub all: EconomicsFigures,
    pub groups: Vec<EconomicsFigures>,
    /// The last quarters, the oldest first.
    pub course: Vec<CoursePoint>,
    pub rows: Option<EconomicsRows>,
}

/// Quarters of the course.
pub const QUARTERS: i32 = 8;

/// What a quarter says of staying and of buying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoursePoint {
    /// Up to today at most.
    pub period: Period,
    pub running: bool,
    pub start: i64,
    /// Of those at the start, still a customer at the end.
    pub kept: i64,
    /// Ordered in the twelve months up to the end.
    pub buyers: i64,
    /// Of these more than once.
    pub repeat: i64,
}

impl CoursePoint {
    #[must_use]
    pub fn retention_bp(&self) -> Option<i64> {
        ratio_bp(self.kept, self.start)
    }

    #[must_use]
    pub fn repeat_bp(&self) -> Option<i64> {
        ratio_bp(self.repeat, self.buyers)
    }

    /// The query of the page that shows the customers of a set of this quarter.
    #[must_use]
    pub fn query(&self, asked: &EconomicsQuery, set: EconomicsSet) -> EconomicsQuery {
        EconomicsQuery { span: Some(Span::Quarter), at: Some(self.period.start()), by: asked.by, group: None, set: Some(set) }
    }
}

/// Quarter by quarter up to the one in which `period` ends, without those before anybody
/// ordered. Each says what the page of that quarter says.
#[must_use]
pub fn course(buyers: &[Buyer], period: Period, today: NaiveDate, first: Month) -> Vec<CoursePoint> {
    use EconomicsSet as S;
    let last = period.end_exclusive().pred_opt().unwrap_or(period.start());
    let point = |back: i32| {
        let at = add_months(Span::Quarter.up_to(last, first).start(), -3 * back)?;
        let (period, over) = EconomicsQuery { at: Some(at), ..EconomicsQuery::default() }.period(today, first);
        let n = |set| count(buyers.iter().filter(|buyer| buyer.history.is_in(set, period)).count());
        Some(CoursePoint { period, running: !over, start: n(S::Start), kept: n(S::Kept), buyers: n(S::Buyers), repeat: n(S::Repeat) })
    };
    (0..QUARTERS).rev().filter_map(point).skip_while(|point| point.start + point.buyers == 0).collect()
}

/// What figures are reckoned with.
pub struct Reckoning<'a> {
    pub period: Period,
    pub margin_bp: Option<i64>,
    /// `None`: not known, or not to be seen.
    pub costs: Option<&'a Costs>,
}

impl Reckoning<'_> {
    /// The figures of some customers. `channel`: of which channel the costs count;
    /// `None`: of all. `split`: by something that costs are not known by.
    #[must_use]
    pub fn figures(&self, group: Option<String>, buyers: &[&Buyer], channel: Option<Source>, split: bool) -> EconomicsFigures {
        use EconomicsSet as S;
        let n = |set: S| count(buyers.iter().filter(|buyer| buyer.history.is_in(set, self.period)).count());
        let moves = CustomerMoves { start: n(S::Start), lost_of_start: n(S::Lost), new: n(S::New), early_churn: n(S::Early) };
        let (repeat, bought, year_start, year_lost) = (n(S::Repeat), n(S::Buyers), n(S::YearStart), n(S::YearLost));
        let end = self.period.end_exclusive();
        let tenures: Vec<i64> =
            buyers.iter().filter(|buyer| buyer.history.is_customer(end)).filter_map(|buyer| buyer.history.tenure(end)).collect();
        let year_churn_bp = ratio_bp(year_lost, year_start);
        let costs: Vec<(Currency, i64)> = self
            .costs
            .filter(|_| !split)
            .into_iter()
            .flatten()
            .filter(|(of, ..)| channel.is_none_or(|channel| channel == *of))
            .map(|(_, currency, minor)| (*currency, *minor))
            .collect();
        let mut currencies: Vec<Currency> = buyers.iter().flat_map(|buyer| buyer.history.currencies()).collect();
        currencies.extend(costs.iter().map(|(currency, _)| *currency));
        currencies.sort_by_key(|currency| currency.code());
        currencies.dedup();
        let money = currencies.into_iter().map(|currency| self.money(currency, buyers, year_churn_bp, moves.new, &costs)).collect();
        EconomicsFigures {
            group,
            moves,
            churn: churn(moves),
            kept: n(S::Kept),
            back: n(S::Back),
            end: n(S::End),
            buyers: bought,
            repeat,
            repeat_bp: ratio_bp(repeat, bought),
            year_start,
            year_lost,
            year_churn_bp,
            tenure_milli: percentile_milli(&tenures, 5_000),
            money,
        }
    }

    fn money(&self, currency: Currency, buyers: &[&Buyer], churn_bp: Option<i64>, new: i64, costs: &[(Currency, i64)]) -> MoneyFigures {
        let year = year_to(self.period);
        let before = year_to(Period::new(year.start(), year.start()));
        let mut moves = RevenueMoves { start: 0, churned: 0, contraction: 0, expansion: 0 };
        let (mut year_minor, mut year_customers, mut revenue_minor) = (0_i64, 0_i64, 0_i64);
        for buyer in buyers {
            let history = &buyer.history;
            let now = history.revenue(year, currency);
            revenue_minor = revenue_minor.saturating_add(history.revenue(self.period, currency));
            year_minor = year_minor.saturating_add(now);
            year_customers += i64::from(now > 0);
            if !history.is_in(EconomicsSet::YearStart, self.period) {
                continue;
            }
            let then = history.revenue(before, currency);
            moves.start = moves.start.saturating_add(then);
            if history.is_in(EconomicsSet::YearLost, self.period) {
                moves.churned = moves.churned.saturating_add(then);
            } else {
                moves.contraction = moves.contraction.saturating_add((then - now).max(0));
                moves.expansion = moves.expansion.saturating_add((now - then).max(0));
            }
        }
        let arpa_minor = average_minor(year_minor, year_customers);
        // All of years: revenue of a year, churn of a year, and a cap of five of them.
        let value = self.margin_bp.zip(arpa_minor).zip(churn_bp);
        let ltv = value.map(|((margin, arpa), churn)| ltv(arpa, margin, churn, LIFETIME_CAP_MONTHS / 12));
        let of_currency: Vec<i64> = costs.iter().filter(|(of, _)| *of == currency).map(|(_, minor)| *minor).collect();
        let cost_minor = (!of_currency.is_empty()).then(|| of_currency.iter().sum());
        let cac = cost_minor.and_then(|cost| cac_minor(cost, new));
        let payback = |((cac, margin), arpa): ((i64, i64), i64)| payback_months_x100(cac.saturating_mul(12), arpa, margin);
        MoneyFigures {
            currency,
            revenue_minor,
            moves,
            retention: revenue_retention(moves),
            year_minor,
            year_customers,
            arpa_minor,
            ltv,
            cost_minor,
            cac_minor: cac,
            ltv_cac_x100: ltv.zip(cac).and_then(|(ltv, cac)| ltv_cac_x100(ltv.minor, cac)),
            payback_months_x100: cac.zip(self.margin_bp).zip(arpa_minor).and_then(payback),
        }
    }

    /// The figures of each group, the largest first.
    #[must_use]
    pub fn groups(&self, buyers: &[Buyer], by: EconomicsBy) -> Vec<EconomicsFigures> {
        let mut groups: std::collections::BTreeMap<String, Vec<&Buyer>> = std::collections::BTreeMap::new();
        for buyer in buyers {
            groups.entry(buyer.group(by)).or_default().push(buyer);
        }
        // A channel that cost something is told even if it brought nobody.
        if by == EconomicsBy::Source {
            for (source, ..) in self.costs.into_iter().flatten() {
                groups.entry(source.code().to_owned()).or_default();
            }
        }
        let split = by != EconomicsBy::Source;
        let mut found: Vec<_> = groups
            .into_iter()
            .map(|(code, buyers)| {
                let channel = if split { None } else { Source::parse(&code) };
                self.figures(Some(code), &buyers, channel, split)
            })
            .collect();
        found.sort_by_key(|figures| std::cmp::Reverse((figures.end, figures.buyers)));
        found
    }
}

/// The customers of a set, the last to order first.
#[must_use]
pub fn rows(buyers: &[Buyer], period: Period, by: EconomicsBy, group: Option<&str>, set: EconomicsSet) -> EconomicsRows {
    let in_group = |buyer: &&Buyer| group.is_none_or(|group| buyer.group(by) == group);
    let mut found: Vec<&Buyer> = buyers.iter().filter(in_group).filter(|buyer| buyer.history.is_in(set, period)).collect();
    found.sort_by_key(|buyer| (std::cmp::Reverse(buyer.history.last()), buyer.id));
    let row = |buyer: &&Buyer| BuyerRow {
        id: buyer.id,
        name: buyer.name.clone(),
        tier: buyer.tier,
        owner: buyer.owner.clone(),
        since: buyer.history.since(),
        last: buyer.history.last(),
    };
    EconomicsRows { set, group: group.map(str::to_owned), total: count(found.len()), rows: found.iter().take(LISTED).map(row).collect() }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::history::Order;
    use super::*;
    use uuid::Uuid;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn buyer(n: u128, tier: Tier, source: Source, orders: &[(&str, i64)]) -> Buyer {
        let order = |(day, minor): &(&str, i64)| Order { on: on(day), minor: *minor, currency: Currency::Cny };
        Buyer {
            id: CustomerId(Uuid::from_u128(n)),
            name: n.to_string(),
            tier,
            industry: String::new(),
            source,
            owner: None,
            history: History::new(tier, orders.iter().map(order).collect()),
        }
    }

    fn some() -> Vec<Buyer> {
        vec![
            // Kept, and orders less than the year before.
            buyer(1, Tier::Vip, Source::Expo, &[("2024-10-01", 1_000), ("2025-06-10", 500), ("2026-03-01", 600)]),
            // Lost: 365 days after its last order lie in the quarter.
            buyer(2, Tier::Ordinary, Source::Website, &[("2025-05-01", 400)]),
            // New in the quarter.
            buyer(3, Tier::Ordinary, Source::Website, &[("2026-05-01", 900), ("2026-06-01", 100)]),
        ]
    }

    fn quarter() -> Period {
        Period::new(on("2026-04-01"), on("2026-07-01"))
    }

    #[test]
    fn figures_are_reckoned_from_their_sets() {
        let costs = vec![(Source::Website, Currency::Cny, 3_000), (Source::Expo, Currency::Cny, 1_000)];
        let reckoning = Reckoning { period: quarter(), margin_bp: Some(4_000), costs: Some(&costs) };
        let buyers = some();
        let all = reckoning.figures(None, &buyers.iter().collect::<Vec<_>>(), None, false);
        assert_eq!(all.moves, CustomerMoves { start: 2, lost_of_start: 1, new: 1, early_churn: 0 });
        assert_eq!((all.churn.churn_bp, all.churn.retention_bp, all.end), (Some(5_000), Some(5_000), 2));
        assert_eq!((all.buyers, all.repeat, all.repeat_bp), (2, 1, Some(5_000)));
        let [money] = &all.money[..] else { panic!("one currency") };
        assert_eq!((money.revenue_minor, money.year_minor, money.year_customers, money.arpa_minor), (1_000, 1_600, 2, Some(800)));
        // Of the year before: 1,500 of the first, 400 of the second, which is gone.
        assert_eq!(money.moves, RevenueMoves { start: 1_900, churned: 400, contraction: 900, expansion: 0 });
        assert_eq!((all.year_start, all.year_lost, all.year_churn_bp), (2, 1, Some(5_000)));
        // 800 × 40 % ÷ 50 %; 4,000 for one new customer.
        assert_eq!(money.ltv, Some(Ltv { minor: 640, capped: false }));
        assert_eq!((money.cost_minor, money.cac_minor, money.ltv_cac_x100), (Some(4_000), Some(4_000), Some(16)));
        // 4,000 ÷ (320 ÷ 12 months)
        assert_eq!(money.payback_months_x100, Some(15_000));
    }

    #[test]
    fn what_is_not_known_is_not_reckoned() {
        let reckoning = Reckoning { period: quarter(), margin_bp: None, costs: None };
        let buyers = some();
        let all = reckoning.figures(None, &buyers.iter().collect::<Vec<_>>(), None, false);
        let money = &all.money[0];
        assert_eq!((money.ltv, money.cost_minor, money.cac_minor, money.payback_months_x100), (None, None, None, None));
        let nobody = reckoning.figures(None, &[], None, false);
        assert_eq!((nobody.churn.churn_bp, nobody.repeat_bp, nobody.tenure_milli), (None, None, None));
        assert!(nobody.money.is_empty());
    }

    #[test]
    fn costs_go_to_their_channel_and_to_no_other_split() {
        let costs = vec![(Source::Website, Currency::Cny, 3_000), (Source::Partner, Currency::Cny, 700)];
        let reckoning = Reckoning { period: quarter(), margin_bp: None, costs: Some(&costs) };
        let groups = reckoning.groups(&some(), EconomicsBy::Source);
        let cost = |code: &str| {
            let group = groups.iter().find(|group| group.group.as_deref() == Some(code)).expect("a group");
            group.money.iter().map(|money| (money.cost_minor, money.cac_minor)).collect::<Vec<_>>()
        };
        assert_eq!(cost("website"), [(Some(3_000), Some(3_000))]);
        assert_eq!(cost("expo"), [(None, None)]);
        assert_eq!(cost("partner"), [(Some(700), None)], "it brought nobody");
        let tiers = reckoning.groups(&some(), EconomicsBy::Tier);
        assert!(tiers.iter().flat_map(|group| &group.money).all(|money| money.cost_minor.is_none()));
        assert_eq!(tiers.iter().map(|group| group.end).sum::<i64>(), 2, "every customer is in one group");
    }

    #[test]
    fn every_number_has_its_customers() {
        let buyers = some();
        for set in EconomicsSet::ALL {
            let all = rows(&buyers, quarter(), EconomicsBy::Tier, None, *set);
            let split: i64 = Tier::ALL.iter().map(|tier| rows(&buyers, quarter(), EconomicsBy::Tier, Some(tier.code()), *set).total).sum();
            assert_eq!(all.total, split, "{set}");
        }
    }

    #[test]
    fn the_course_says_of_each_quarter_what_its_page_says() {
        let buyers = some();
        let (today, first) = (on("2026-05-20"), Month::January);
        let period = EconomicsQuery::default().period(today, first).0;
        let found = course(&buyers, period, today, first);
        // The first order is of October 2024.
        let starts: Vec<String> = found.iter().map(|point| point.period.start().to_string()).collect();
        assert_eq!(starts, ["2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01"]);
        for point in &found {
            for (set, n) in [
                (EconomicsSet::Start, point.start),
                (EconomicsSet::Kept, point.kept),
                (EconomicsSet::Buyers, point.buyers),
                (EconomicsSet::Repeat, point.repeat),
            ] {
                let query = point.query(&EconomicsQuery::default(), set);
                let (period, over) = query.period(today, first);
                assert_eq!((period, !over), (point.period, point.running));
                assert_eq!(rows(&buyers, period, EconomicsBy::Tier, None, set).total, n, "{set} {}", point.period.start());
            }
        }
        let last = found[6];
        assert!(last.running && !found[5].running);
        // Of the first two one is kept. In the twelve months to the 20th of May the first ordered
        // twice and the third once; the second's order of the 1st of May 2025 lies before them.
        assert_eq!((last.buyers, last.repeat), (2, 1));
        assert_eq!((last.retention_bp(), last.repeat_bp()), (Some(5_000), Some(5_000)));
        assert_eq!((found[0].retention_bp(), found[0].repeat_bp()), (None, Some(0)), "nobody was one at the start");
        // Of an earlier quarter the course ends there.
        let earlier = EconomicsQuery { at: Some(on("2025-08-01")), ..EconomicsQuery::default() }.period(today, first).0;
        assert_eq!(course(&buyers, earlier, today, first).last().map(|point| point.period.start()), Some(on("2025-07-01")));
        assert_eq!(course(&[], period, today, first), []);
    }

    #[test]
    fn a_period_ends_with_today() {
        let query = EconomicsQuery::default();
        let (period, over) = query.period(on("2026-05-20"), Month::January);
        assert_eq!((period, over), (Period::new(on("2026-04-01"), on("2026-05-21")), false));
        let (period, over) = EconomicsQuery { at: Some(on("2026-02-10")), ..query }.period(on("2026-05-20"), Month::January);
        assert_eq!((period, over), (Period::new(on("2026-01-01"), on("2026-04-01")), true));
        let query = EconomicsQuery {
            span: Some(Span::Year),
            at: Some(on("2026-01-01")),
            by: Some(EconomicsBy::Industry),
            group: Some("机械".into()),
            set: Some(EconomicsSet::Lost),
        };
        let parts = query.to_query();
        let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!(EconomicsQuery::from_query(get), query);
    }
}
