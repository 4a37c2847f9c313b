//! Customers and contacts in the database.

use crate::entity::customer;
use domain::ids::{UnitId, UserId};
use domain::policy::Ownership;

pub(crate) fn ownership(row: &customer::Model) -> Ownership {
    Ownership { owner: row.owner_id.map(UserId), unit: UnitId(row.unit_id) }
}
