//! A [`Scope`] as a condition of a query. Every read of owned rows passes here.

use crate::entity::{customer, deal, task};
use domain::policy::{Rows, Scope};
use sea_orm::{ColumnTrait, Condition};

/// Also those that lie in a pool of leads, for who sees more than their own: nobody has them.
pub(crate) fn deals(scope: &Scope) -> Condition {
    let owned = matches!(scope.rows(), Rows::OwnedBy(_)).then(|| deal::Column::PoolId.is_null());
    rows(scope, deal::Column::OwnerId, deal::Column::UnitId).add_option(owned)
}

/// Those that somebody works on: what lies in a pool of leads is in no list, board or figure of
/// work.
pub(crate) fn worked(scope: &Scope) -> Condition {
    rows(scope, deal::Column::OwnerId, deal::Column::UnitId).add(deal::Column::PoolId.is_null())
}

/// Without those merged into another: they are nowhere listed, counted or found.
pub(crate) fn customers(scope: &Scope) -> Condition {
    rows(scope, customer::Column::OwnerId, customer::Column::UnitId).add(customer::Column::MergedInto.is_null())
}

pub(crate) fn tasks(scope: &Scope) -> Condition {
    rows(scope, task::Column::OwnerId, task::Column::UnitId)
}

/// Of the deals or of the customers in scope; the query must be joined with both.
pub(crate) fn contracts(scope: &Scope) -> Condition {
    match scope.rows() {
        // Nothing to narrow, which is not the same as one of no conditions.
        Rows::All => Condition::all(),
        Rows::OwnedBy(_) | Rows::InUnits(_) => {
            Condition::any().add(deals(scope)).add(rows(scope, customer::Column::OwnerId, customer::Column::UnitId))
        }
    }
}

/// By who had the customer when it answered; an anonymous answer has only a unit.
pub(crate) fn answers(scope: &Scope) -> Condition {
    use crate::satisfaction::answer::Column as A;
    rows(scope, A::OwnerId, A::UnitId)
}

pub(crate) fn plans(scope: &Scope) -> Condition {
    use crate::satisfaction::plan::Column as P;
    rows(scope, P::OwnerId, P::UnitId)
}

/// Of the customers in scope, also of those merged since; the query must be joined with them.
pub(crate) fn invitations(scope: &Scope) -> Condition {
    rows(scope, customer::Column::OwnerId, customer::Column::UnitId)
}

fn rows<C: ColumnTrait>(scope: &Scope, owner: C, unit: C) -> Condition {
    match scope.rows() {
        Rows::OwnedBy(user) => Condition::all().add(owner.eq(user.0)),
        Rows::InUnits(units) => Condition::all().add(unit.is_in(units.iter().map(|id| id.0))),
        Rows::All => Condition::all(),
    }
}
