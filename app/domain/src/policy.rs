//! Who may do what: roles grant actions with a scope (own, team, team and
//! below, all). The only place that makes a [`Scope`] or a [`Granted`], which
//! the store demands; so a query or a write without a question asked here does
//! not compile.
//!
//! Not here: how a login becomes an [`Actor`] (package `store`), and which
//! route asks what ([`crate::routes`]).

use crate::codes;
use crate::ids::{UnitId, UserId};

codes! {
    Role {
        Administrator = "administrator",
        Manager = "manager",
        Salesperson = "salesperson",
        Service = "service",
        Finance = "finance",
        Hr = "hr",
    }
}

codes! {
    /// What can be asked for. A read asks for rows, a write for one record.
    Action {
        ReadDeals = "read_deals",
        WriteDeals = "write_deals",
        ReadCustomers = "read_customers",
        WriteCustomers = "write_customers",
        /// See the pools of which one is a member, and claim from them.
        ClaimCustomers = "claim_customers",
        /// Give customers of a pool to others, and keep customers from falling.
        AssignCustomers = "assign_customers",
        /// Log a follow-up or a task on a record that may be read.
        LogWork = "log_work",
        /// Tick tasks off: everybody has some.
        DoTasks = "do_tasks",
        /// Keep views of lists under a name, and put findings off: everybody has their own.
        KeepViews = "keep_views",
        ReadContracts = "read_contracts",
        /// Contracts and their plans; not what was paid.
        WriteContracts = "write_contracts",
        ReadQuotes = "read_quotes",
        /// Write, send and revise quotes, and say what the customer answered.
        WriteQuotes = "write_quotes",
        /// Let discounts above a tier's ceiling pass, of those below one.
        ApproveQuotes = "approve_quotes",
        /// Write down what was received, paid back and invoiced.
        RecordMoney = "record_money",
        /// Write down what winning customers cost, and the gross margin.
        RecordCosts = "record_costs",
        /// Write exchange rates down, choose the reporting currency, and say that a won deal
        /// takes the rate of its day.
        RecordRates = "record_rates",
        ReadPeople = "read_people",
        ManagePeople = "manage_people",
        ManageSettings = "manage_settings",
        Import = "import",
        /// Surveys, their results, and plans after low scores.
        ReadSatisfaction = "read_satisfaction",
        /// Write questions, open and close surveys, set when they ask.
        DesignSurveys = "design_surveys",
        /// Ask customers, write down what they said, and work on plans.
        AskCustomers = "ask_customers",
        /// Write down visits of one's own.
        CheckIn = "check_in",
        /// See the business of one's people at a glance.
        Oversee = "oversee",
        /// See visits and where they were; others' only by the line above them.
        ReadCheckIns = "read_check_ins",
    }
}

/// How far a role's right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Own,
    Team,
    TeamAndBelow,
    All,
}

/// The matrix of rights. `None`: not at all.
#[must_use]
pub const fn reach(role: Role, action: Action) -> Option<Reach> {
    use Action as A;
    use Reach::{All, Own, TeamAndBelow};
    match (role, action) {
        (Role::Administrator, _) => Some(All),

        (Role::Manager, A::ReadDeals | A::WriteDeals | A::ReadCustomers | A::WriteCustomers | A::LogWork | A::DoTasks) => {
            Some(TeamAndBelow)
        }
        (Role::Manager, A::ReadContracts | A::WriteContracts | A::Oversee) => Some(TeamAndBelow),
        (Role::Manager, A::ReadQuotes | A::WriteQuotes | A::ApproveQuotes) => Some(TeamAndBelow),
        (_, A::DoTasks | A::KeepViews) => Some(Own),

        (Role::Manager, A::ClaimCustomers | A::AssignCustomers) => Some(TeamAndBelow),
        (Role::Salesperson, A::ClaimCustomers) => Some(Own),

        (Role::Manager, A::ReadPeople) => Some(All),
        (Role::Manager, A::Import) => Some(TeamAndBelow),

        (Role::Salesperson, A::ReadDeals | A::WriteDeals | A::ReadCustomers | A::WriteCustomers | A::LogWork) => Some(Own),
        (Role::Salesperson, A::ReadContracts | A::WriteContracts | A::ReadQuotes | A::WriteQuotes) => Some(Own),
        (Role::Salesperson, A::ReadPeople) => Some(Reach::Team),

        (Role::Service, A::ReadDeals | A::ReadCustomers | A::ReadContracts | A::ReadQuotes | A::LogWork) => Some(All),
        (Role::Service, A::ReadPeople) => Some(Reach::Team),

        (Role::Finance, A::ReadDeals | A::ReadCustomers | A::ReadContracts | A::ReadQuotes) => Some(All),
        (Role::Finance, A::RecordMoney | A::RecordCosts | A::RecordRates) => Some(All),
        (Role::Manager, A::ReadCheckIns) => Some(TeamAndBelow),
        (Role::Manager | Role::Salesperson | Role::Service, A::CheckIn | A::ReadCheckIns) => Some(Own),

        (Role::Finance | Role::Hr, A::ReadPeople) => Some(All),
        (Role::Hr, A::ManagePeople) => Some(All),

        (Role::Manager, A::ReadSatisfaction | A::AskCustomers | A::DesignSurveys) => Some(TeamAndBelow),
        (Role::Salesperson, A::ReadSatisfaction | A::AskCustomers) => Some(Own),
        (Role::Service, A::ReadSatisfaction | A::AskCustomers) => Some(All),
        _ => None,
    }
}

/// A signed-in person, as the rules see them. Made by the store from a valid
/// session, or by a command line that already has the database in its hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub unit: UnitId,
    /// The unit and every unit below it.
    pub units_below: Vec<UnitId>,
}

/// Whose a record is: what the rules need to know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ownership {
    pub owner: Option<UserId>,
    pub unit: UnitId,
}

/// Refused: no role of this person has the action, or not on this record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{action} is not allowed")]
pub struct Denied {
    pub action: Action,
    /// The record may at least be seen, so the refusal can be told; otherwise
    /// it must look as if it did not exist.
    pub visible: bool,
}

/// A permission to read rows. Only [`scope`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope(Rows);

/// The rows of a [`Scope`]; readable by anyone, made only here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rows {
    OwnedBy(UserId),
    InUnits(Vec<UnitId>),
    All,
}

impl Scope {
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.0
    }

    /// Whether one record lies inside.
    #[must_use]
    pub fn contains(&self, record: &Ownership) -> bool {
        match &self.0 {
            Rows::OwnedBy(user) => record.owner == Some(*user),
            Rows::InUnits(units) => units.contains(&record.unit),
            Rows::All => true,
        }
    }
}

/// A permission for one action on one record. Only [`grant`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    action: Action,
}

impl Granted {
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }
}

/// The rows on which `actor` may do `action`.
pub fn scope(actor: &Actor, action: Action) -> Result<Scope, Denied> {
    let reach = reach(actor.role, action).ok_or(Denied { action, visible: true })?;
    Ok(Scope(match reach {
        Reach::Own => Rows::OwnedBy(actor.id),
        Reach::Team => Rows::InUnits(vec![actor.unit]),
        Reach::TeamAndBelow => Rows::InUnits(actor.units_below.clone()),
        Reach::All => Rows::All,
    }))
}

/// May `actor` do `action` on this very record? A record outside what they may
/// read is refused as invisible.
pub fn grant(actor: &Actor, action: Action, record: &Ownership) -> Result<Granted, Denied> {
    let inside = |action| scope(actor, action).is_ok_and(|scope| scope.contains(record));
    if inside(action) {
        return Ok(Granted { action });
    }
    let visible = match action {
        Action::ReadDeals | Action::WriteDeals => inside(Action::ReadDeals),
        Action::ReadCustomers | Action::WriteCustomers | Action::AssignCustomers | Action::LogWork => inside(Action::ReadCustomers),
        Action::ReadContracts | Action::WriteContracts | Action::RecordMoney => inside(Action::ReadContracts),
        Action::ReadQuotes | Action::WriteQuotes | Action::ApproveQuotes => inside(Action::ReadQuotes),
        Action::ReadSatisfaction | Action::AskCustomers => inside(Action::ReadSatisfaction),
        Action::DoTasks | Action::ReadCheckIns => false,
        _ => true,
    };
    Err(Denied { action, visible })
}

/// May `actor` do `action` on a customer with which they help its owner? They see it and write
/// follow-ups about it, as far as their role does so with its own; nothing else of it is theirs.
/// Whether they help is asked by the store.
pub fn grant_helper(actor: &Actor, action: Action) -> Result<Granted, Denied> {
    match action {
        Action::ReadCustomers | Action::LogWork => grant_any(actor, action),
        _ => Err(Denied { action, visible: true }),
    }
}

/// Whether a role can help with customers of others.
#[must_use]
pub const fn can_help(role: Role) -> bool {
    reach(role, Action::ReadCustomers).is_some() && reach(role, Action::LogWork).is_some()
}

/// May `actor` do `action` at all, on whatever record? For commands that have
/// no record yet, and for what navigation shows.
pub fn grant_any(actor: &Actor, action: Action) -> Result<Granted, Denied> {
    reach(actor.role, action).map(|_| Granted { action }).ok_or(Denied { action, visible: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn actor(role: Role) -> Actor {
        let unit = UnitId(Uuid::from_u128(10));
        Actor { id: UserId(Uuid::from_u128(1)), name: "A".into(), role, unit, units_below: vec![unit, UnitId(Uuid::from_u128(11))] }
    }

    fn record(owner: u128, unit: u128) -> Ownership {
        Ownership { owner: Some(UserId(Uuid::from_u128(owner))), unit: UnitId(Uuid::from_u128(unit)) }
    }

    #[test]
    fn a_salesperson_writes_only_their_own() {
        let rep = actor(Role::Salesperson);
        assert!(grant(&rep, Action::WriteDeals, &record(1, 10)).is_ok());
        let refused = grant(&rep, Action::WriteDeals, &record(2, 10)).unwrap_err();
        assert!(!refused.visible, "a colleague's deal looks as if it did not exist");
    }

    #[test]
    fn a_manager_reaches_the_team_and_below_but_not_beside() {
        let manager = actor(Role::Manager);
        assert!(grant(&manager, Action::WriteDeals, &record(2, 11)).is_ok());
        assert!(grant(&manager, Action::WriteDeals, &record(2, 12)).is_err());
    }

    #[test]
    fn finance_sees_but_does_not_change_deals() {
        let refused = grant(&actor(Role::Finance), Action::WriteDeals, &record(2, 12)).unwrap_err();
        assert!(refused.visible, "seen, so the refusal is told");
    }

    #[test]
    fn money_is_written_down_by_finance_and_agreed_by_sales() {
        let colleague = record(2, 12);
        assert!(grant(&actor(Role::Finance), Action::RecordMoney, &colleague).is_ok());
        assert!(grant(&actor(Role::Finance), Action::WriteContracts, &colleague).unwrap_err().visible);
        let rep = actor(Role::Salesperson);
        assert!(grant(&rep, Action::WriteContracts, &record(1, 10)).is_ok());
        assert!(grant(&rep, Action::RecordMoney, &record(1, 10)).unwrap_err().visible);
        assert!(!grant(&rep, Action::RecordMoney, &colleague).unwrap_err().visible);
    }

    #[test]
    fn rates_are_written_down_by_administrators_and_finance() {
        let may = Role::ALL.iter().copied().filter(|role| grant_any(&actor(*role), Action::RecordRates).is_ok()).collect::<Vec<_>>();
        assert_eq!(may, [Role::Administrator, Role::Finance]);
    }

    #[test]
    fn everybody_ticks_their_own_tasks_and_a_manager_those_of_the_team() {
        for &role in Role::ALL {
            assert!(grant(&actor(role), Action::DoTasks, &record(1, 10)).is_ok(), "{role}");
        }
        assert!(grant(&actor(Role::Manager), Action::DoTasks, &record(2, 11)).is_ok());
        let refused = grant(&actor(Role::Finance), Action::DoTasks, &record(2, 10)).unwrap_err();
        assert!(!refused.visible);
    }

    #[test]
    fn surveys_are_designed_by_managers_and_read_by_who_looks_after_customers() {
        let may = |role, action| grant(&actor(role), action, &record(1, 10)).is_ok();
        for role in [Role::Administrator, Role::Manager] {
            assert!(may(role, Action::DesignSurveys) && may(role, Action::AskCustomers), "{role}");
        }
        for role in [Role::Salesperson, Role::Service] {
            assert!(may(role, Action::ReadSatisfaction) && may(role, Action::AskCustomers), "{role}");
            assert!(grant_any(&actor(role), Action::DesignSurveys).is_err(), "{role}");
        }
        for role in [Role::Finance, Role::Hr] {
            assert!(scope(&actor(role), Action::ReadSatisfaction).is_err(), "{role}");
        }
        assert!(!grant(&actor(Role::Salesperson), Action::AskCustomers, &record(2, 10)).unwrap_err().visible);
    }

    #[test]
    fn where_somebody_was_is_seen_by_themselves_and_the_line_above() {
        let see = |role, owner, unit| grant(&actor(role), Action::ReadCheckIns, &record(owner, unit));
        assert!(see(Role::Salesperson, 1, 10).is_ok());
        assert!(!see(Role::Salesperson, 2, 10).unwrap_err().visible);
        assert!(see(Role::Service, 2, 10).is_err() && see(Role::Finance, 1, 10).is_err());
        assert!(see(Role::Manager, 2, 11).is_ok());
        assert!(!see(Role::Manager, 2, 12).unwrap_err().visible);
    }

    #[test]
    fn the_business_at_a_glance_is_for_who_leads() {
        let may = Role::ALL.iter().copied().filter(|role| grant_any(&actor(*role), Action::Oversee).is_ok()).collect::<Vec<_>>();
        assert_eq!(may, [Role::Administrator, Role::Manager]);
    }

    #[test]
    fn who_helps_sees_and_writes_down_and_owns_nothing() {
        let rep = actor(Role::Salesperson);
        for &action in Action::ALL {
            let may = matches!(action, Action::ReadCustomers | Action::LogWork);
            assert_eq!(grant_helper(&rep, action).is_ok(), may, "{action}");
        }
        assert!(grant_helper(&actor(Role::Finance), Action::LogWork).is_err(), "no more than the role does");
        let can = Role::ALL.iter().copied().filter(|role| can_help(*role)).collect::<Vec<_>>();
        assert_eq!(can, [Role::Administrator, Role::Manager, Role::Salesperson, Role::Service]);
    }

    /// The day of a win is told to whoever sees the customer (decision 0036).
    #[test]
    fn who_reads_customers_reads_deals() {
        for &role in Role::ALL {
            assert!(reach(role, Action::ReadCustomers) <= reach(role, Action::ReadDeals), "{role}");
        }
    }

    #[test]
    fn hr_sees_no_deals() {
        assert!(scope(&actor(Role::Hr), Action::ReadDeals).is_err());
    }

    #[test]
    fn the_administrator_may_do_everything() {
        for &action in Action::ALL {
            assert_eq!(reach(Role::Administrator, action), Some(Reach::All));
        }
    }
}
