//! The page of today: what an address asks for, what each role sees, and which
//! period a figure is compared with.
//!
//! Not here: when a deal is stalled ([`crate::pipeline::Card::stall`]) and when a
//! customer is due ([`crate::tiers::service`], [`crate::revisit`]).

use crate::codes;
use crate::customers::Tier;
use crate::explain::Explanation;
use crate::findings::{Finding, FindingsQuery};
use crate::growth::Growth;
use crate::ids::{CustomerId, UnitId, UserId};
use crate::mentions::MentionRow;
use crate::money::{Currency, Sums};
use crate::org::Unit;
use crate::period::{NamedBy, Period, add_months, days_between, fiscal_period};
use crate::pipeline::{Card, Stage, Stall};
use crate::policy::{Action, Role, reach};
use crate::pool::page::{FallingLeads, FallingSoon};
use crate::quotes::view::ApprovalsDue;
use crate::rates::Converted;
use crate::revisit::Escalation;
use crate::survey::view::PlansDue;
use crate::tickets::view::TicketRow;
use crate::tiers::Asks;
use crate::trend::year_before;
use crate::visits::needs::NeedRow;
use crate::work::{FollowUpKind, TaskRow};
use chrono::{Datelike, Month, NaiveDate};
use serde::{Deserialize, Serialize};

codes! {
    /// The period of the won figures, from its first day up to today.
    Span { Month = "month", Quarter = "quarter", Year = "year" }
}

codes! {
    /// What can be listed: the rows behind a number.
    Listed {
        /// Next steps of open deals that are due or overdue.
        Steps = "steps",
        /// One's own tasks that are due or overdue.
        Tasks = "tasks",
        /// Customers whose contact is due or overdue.
        Contacts = "contacts",
        /// Needs and opinions of customers that are routed to one and unsettled.
        Needs = "needs",
        /// Tickets of customers that are not settled.
        Tickets = "tickets",
        /// Open deals that are stalled.
        Stalled = "stalled",
        /// Deals won in the period.
        Won = "won",
        /// Deals won in the same days of the year before.
        WonBefore = "won_before",
    }
}

codes! {
    /// Whose records are shown, of those that may be seen.
    Whose { Mine = "mine", All = "all" }
}

/// What an address asks for. Broken or unknown parts are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeQuery {
    /// `None`: as the role has it.
    pub whose: Option<Whose>,
    /// One person of those that may be seen; goes before `whose`.
    pub person: Option<UserId>,
    pub span: Option<Span>,
    /// `None`: the first that has rows.
    pub list: Option<Listed>,
}

impl HomeQuery {
    /// Reads an address's query by a function that looks up one parameter.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            whose: Whose::parse(&get("whose")),
            person: UserId::parse(&get("person")),
            span: Span::parse(&get("span")),
            list: Listed::parse(&get("list")),
        }
    }

    /// The parameters of an address, only those that are set.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            self.person.map(|id| ("person", id.to_string())),
            self.whose.filter(|_| self.person.is_none()).map(|whose| ("whose", whose.to_string())),
            self.span.map(|span| ("span", span.to_string())),
            self.list.map(|list| ("list", list.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Span {
    /// From the first day up to `today`, by a fiscal year that begins in `first`.
    #[must_use]
    pub fn up_to(self, today: NaiveDate, first: Month) -> Period {
        let end = today.succ_opt().unwrap_or(today);
        let month = i32::try_from(fiscal_period(today, first, NamedBy::Start).month).unwrap_or(1) - 1;
        let back = match self {
            Self::Month => 0,
            Self::Quarter => month % 3,
            Self::Year => month,
        };
        let start = today.with_day(1).and_then(|first| add_months(first, -back)).unwrap_or(today);
        Period::new(start, end)
    }
}

/// The same days of the year before: as many as have passed, so that a part of a
/// period is never compared with a whole one. `None` only outside the calendar.
#[must_use]
pub fn compared(period: Period) -> Option<Period> {
    let start = year_before(period)?.start();
    Some(Period::new(start, start.checked_add_days(chrono::Days::new(period.days().unsigned_abs()))?))
}

/// What a role's page has, by the rights and the work of the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Won amount, number and cycle.
    pub won: bool,
    pub steps: bool,
    pub contacts: bool,
    pub stalled: bool,
    /// Who needs help, and the choice between one's own and the team's.
    pub people: bool,
    /// What the organisation lacks.
    pub gaps: bool,
    /// The first findings.
    pub findings: bool,
}

impl Parts {
    /// Tasks are everybody's. Finance looks at what came in, service at whom to
    /// serve, HR at people.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        let deals = reach(role, Action::ReadDeals).is_some();
        let works = reach(role, Action::LogWork).is_some();
        let writes = reach(role, Action::WriteDeals).is_some();
        Self {
            won: deals && !matches!(role, Role::Service),
            steps: deals && works,
            contacts: works,
            stalled: writes,
            people: writes && !matches!(role, Role::Salesperson),
            gaps: reach(role, Action::ManagePeople).is_some(),
            findings: deals && matches!(role, Role::Manager | Role::Salesperson),
        }
    }

    /// The lists that this page has, in the order in which it shows them.
    #[must_use]
    pub fn lists(self) -> Vec<Listed> {
        let has = |list: &Listed| match list {
            Listed::Tasks => true,
            Listed::Steps => self.steps,
            Listed::Contacts | Listed::Needs | Listed::Tickets => self.contacts,
            Listed::Stalled => self.stalled,
            Listed::Won | Listed::WonBefore => self.won,
        };
        Listed::ALL.iter().copied().filter(has).collect()
    }
}

/// A number of things to do; of those due, so many are overdue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// All rows of the list.
    pub count: i64,
    pub overdue: i64,
}

/// A customer whom somebody should contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueContact {
    pub customer: CustomerId,
    pub name: String,
    pub tier: Tier,
    /// Who makes the visit: the customer's owner, or whose plan a low score is.
    pub owner: UserId,
    pub owner_name: String,
    /// Channels that the promise counts; none means any.
    pub channels: Vec<FollowUpKind>,
    /// The last contact of those; `None`: never, and the clock runs since the customer
    /// came.
    pub last: Option<NaiveDate>,
    /// Why: the interval, or what happened.
    pub asks: Asks,
    pub due: NaiveDate,
    pub overdue_days: i64,
}

impl DueContact {
    /// Who should hear of it; `None` while it is due today.
    #[must_use]
    pub fn escalation(&self) -> Option<Escalation> {
        crate::revisit::Revisit { due: self.due, overdue_days: self.overdue_days }.escalation()
    }
}

/// A stalled deal and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StalledDeal {
    pub card: Card,
    pub reason: StallReason,
}

/// [`Stall`], as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StallReason {
    Stage { days: i64, limit_milli: i64, measured: bool },
    Idle { days: i64 },
}

impl From<Stall> for StallReason {
    fn from(stall: Stall) -> Self {
        match stall {
            Stall::Stage { days, limit_milli, measured } => Self::Stage { days, limit_milli, measured },
            Stall::Idle { days } => Self::Idle { days },
        }
    }
}

/// The rows of the list that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rows {
    Steps(Vec<Card>),
    Tasks(Vec<TaskRow>),
    Contacts(Vec<DueContact>),
    Needs(Vec<NeedRow>),
    Tickets(Vec<TicketRow>),
    Stalled(Vec<StalledDeal>),
    Won(Vec<Card>),
}

impl Rows {
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Steps(rows) | Self::Won(rows) => rows.len(),
            Self::Tasks(rows) => rows.len(),
            Self::Contacts(rows) => rows.len(),
            Self::Needs(rows) => rows.len(),
            Self::Tickets(rows) => rows.len(),
            Self::Stalled(rows) => rows.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An amount won, of one currency, and the same days of the year before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WonAmount {
    pub currency: Currency,
    pub now: Explanation,
    pub before_minor: i64,
    pub growth: Growth,
}

/// What was won in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Won {
    pub span: Span,
    pub period: Period,
    pub before: Period,
    /// The organisation's currency first, then those that occur. Never added.
    pub amounts: Vec<WonAmount>,
    /// All of them in the reporting currency, each deal by the rate that it keeps, now and a
    /// year before; none where all is in it, and where no rate is known.
    pub converted: Option<(Converted, Converted)>,
    pub count: Explanation,
    pub count_before: i64,
    pub count_growth: Growth,
    /// Median days from first contact to the win; no value without a win.
    pub cycle: Option<Explanation>,
    /// In thousandths of a day.
    pub cycle_before_milli: Option<i64>,
}

/// Somebody of the team, and where they could use help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helped {
    pub id: UserId,
    pub name: String,
    pub overdue_steps: i64,
    pub stalled: i64,
    pub overdue_contacts: i64,
    pub open: Sums,
}

impl Helped {
    /// What the people are sorted by: deals that need help, then customers. Contacts
    /// alone would outnumber everything else.
    #[must_use]
    pub fn late(&self) -> (i64, i64) {
        (self.overdue_steps + self.stalled, self.overdue_contacts)
    }
}

/// What the organisation lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gaps {
    /// Active people without an open sign-in, by name; some of them.
    pub without_sign_in: Vec<(UserId, String)>,
    pub without_sign_in_count: i64,
    pub people: i64,
    /// Units without anybody in them or below.
    pub empty_units: Vec<(UnitId, String)>,
    /// Units with salespeople and no manager, in them or above below the company.
    pub without_manager: Vec<(UnitId, String)>,
    /// Open deals and customers of people who left; `None` for who may not see them.
    pub of_people_who_left: Option<(i64, i64)>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// Own customers that fall into a pool soon.
    pub falling: FallingSoon,
    /// Own leads that fall into a pool soon.
    pub falling_leads: FallingLeads,
    /// Own plans after low scores.
    pub plans: PlansDue,
    /// Discounts on which the reader decides.
    pub approvals: ApprovalsDue,
    /// Follow-ups in which the reader is named, and that they have not seen.
    pub mentions: Vec<MentionRow>,
    pub as_of: NaiveDate,
    /// Days of the quarter that come after today.
    pub quarter_days_left: i64,
    /// The person that it is narrowed to.
    pub person: Option<(UserId, String)>,
    /// Whether several people's records are shown.
    pub several: bool,
    /// Name of the unit that "all" means for this reader, if they can choose.
    pub choice: Option<String>,
    pub stages: Vec<Stage>,
    pub won: Option<Won>,
    pub buckets: Vec<(Listed, Bucket)>,
    /// Of the stalled deals, and of all that are open.
    pub stalled_sums: Sums,
    pub open_sums: Sums,
    pub list: Listed,
    pub rows: Rows,
    pub people: Vec<Helped>,
    pub gaps: Option<Gaps>,
    /// Of whose records the first findings are told, if any are: they are asked for apart,
    /// since they need the histories of all deals.
    pub findings: Option<FindingsQuery>,
}

/// The first findings, of all that were not put off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopFindings {
    /// Of whose records they are told.
    pub of: FindingsQuery,
    pub first: Vec<Finding>,
    pub total: u64,
}

impl Home {
    #[must_use]
    pub fn bucket(&self, list: Listed) -> Option<Bucket> {
        self.buckets.iter().find(|(known, _)| *known == list).map(|(_, bucket)| *bucket)
    }
}

/// Units without anybody in them or below, and units whose salespeople have no
/// manager: in their own unit, or in one above it other than the company itself.
/// `staff`: the active people by unit and role.
#[must_use]
pub fn unit_gaps(units: &[Unit], staff: &[(UnitId, Role)]) -> (Vec<UnitId>, Vec<UnitId>) {
    let parent = |id: UnitId| units.iter().find(|unit| unit.id == id).and_then(|unit| unit.parent);
    // The unit itself and those above it; no tree is deeper than it has units.
    let above = |id: UnitId| std::iter::successors(Some(id), |id| parent(*id)).take(units.len()).collect::<Vec<_>>();
    let is_root = |id: &UnitId| parent(*id).is_none();
    let empty = |unit: &&Unit| !staff.iter().any(|(of, _)| above(*of).contains(&unit.id));
    let unled = |unit: &&Unit| {
        let sells = staff.iter().any(|(of, role)| *of == unit.id && *role == Role::Salesperson);
        let led = |id: &UnitId| staff.iter().any(|(of, role)| of == id && *role == Role::Manager);
        let chain = above(unit.id);
        let own = chain.iter().filter(|id| **id == unit.id || !is_root(id));
        sells && !own.into_iter().any(led)
    };
    let ids = |units: Vec<&Unit>| units.into_iter().map(|unit| unit.id).collect();
    (ids(units.iter().filter(empty).collect()), ids(units.iter().filter(unled).collect()))
}

/// Days of the fiscal quarter that come after today; zero on its last day.
#[must_use]
pub fn days_left(today: NaiveDate, first: Month) -> i64 {
    let start = Span::Quarter.up_to(today, first).start();
    add_months(start, 3).map_or(0, |end| days_between(today, end) - 1)
}

/// The month number as `chrono` has it; January for anything else.
#[must_use]
pub fn first_month(number: u32) -> Month {
    u8::try_from(number).ok().and_then(|month| Month::try_from(month).ok()).unwrap_or(Month::January)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::UnitKind;
    use uuid::Uuid;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn what_goes_into_an_address_comes_back() {
        let person = UserId::parse("018f0000-0000-7000-8000-000000000001");
        for query in [
            HomeQuery::default(),
            HomeQuery { whose: Some(Whose::Mine), span: Some(Span::Year), list: Some(Listed::WonBefore), person: None },
            HomeQuery { person, list: Some(Listed::Stalled), ..HomeQuery::default() },
        ] {
            let pairs = query.to_query();
            let back = HomeQuery::from_query(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()));
            assert_eq!(back, query);
        }
        assert_eq!(HomeQuery::from_query(|_| Some("nonsense".into())), HomeQuery::default());
    }

    #[test]
    fn a_part_of_a_period_is_compared_with_as_many_days() {
        let quarter = Span::Quarter.up_to(date("2026-05-20"), Month::January);
        assert_eq!((quarter.start(), quarter.end_exclusive(), quarter.days()), (date("2026-04-01"), date("2026-05-21"), 50));
        let before = compared(quarter).expect("in the calendar");
        assert_eq!((before.start(), before.end_exclusive(), before.days()), (date("2025-04-01"), date("2025-05-21"), 50));
        // Across a leap day the days stay as many, not the date.
        let year = Span::Year.up_to(date("2024-03-15"), Month::January);
        let before = compared(year).expect("in the calendar");
        assert_eq!((before.end_exclusive(), before.days()), (date("2023-03-17"), 75));
        let month = Span::Month.up_to(date("2024-02-29"), Month::January);
        assert_eq!(compared(month).expect("in the calendar").days(), 29);
    }

    #[test]
    fn quarters_and_years_follow_the_fiscal_year() {
        let today = date("2026-05-20");
        assert_eq!(Span::Quarter.up_to(today, Month::February).start(), date("2026-05-01"));
        assert_eq!(Span::Year.up_to(today, Month::July).start(), date("2025-07-01"));
        assert_eq!((days_left(date("2026-06-30"), Month::January), days_left(today, Month::January)), (0, 41));
    }

    #[test]
    fn each_role_has_its_own_page() {
        let lists = |role| Parts::of(role).lists();
        assert_eq!(lists(Role::Hr), [Listed::Tasks]);
        assert_eq!(lists(Role::Service), [Listed::Steps, Listed::Tasks, Listed::Contacts, Listed::Needs, Listed::Tickets]);
        assert_eq!(lists(Role::Finance), [Listed::Tasks, Listed::Won, Listed::WonBefore]);
        assert_eq!(lists(Role::Salesperson), Listed::ALL);
        assert!(!Parts::of(Role::Salesperson).people && Parts::of(Role::Manager).people);
        assert!(!Parts::of(Role::Manager).gaps && Parts::of(Role::Hr).gaps && Parts::of(Role::Administrator).gaps);
    }

    #[test]
    fn empty_units_and_units_without_a_manager_are_found() {
        let id = |n: u128| UnitId(Uuid::from_u128(n));
        let unit = |n, parent: Option<u128>| Unit { id: id(n), parent: parent.map(id), kind: UnitKind::Team, name: n.to_string() };
        // The company 1 has the regions 2 and 3; 2 has the teams 4 and 5.
        let units = [unit(1, None), unit(2, Some(1)), unit(3, Some(1)), unit(4, Some(2)), unit(5, Some(2))];
        let staff = [(id(1), Role::Manager), (id(2), Role::Manager), (id(3), Role::Salesperson), (id(4), Role::Salesperson)];
        assert_eq!(unit_gaps(&units, &staff), (vec![id(5)], vec![id(3)]), "team 4 is led by its region");
        assert_eq!(unit_gaps(&units, &[(id(1), Role::Manager), (id(1), Role::Salesperson)]).1, []);
    }
}
