//! The pipeline on real databases: who sees what, moves, order, board, list.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod board;
mod change;
mod dates;
mod deals;
mod filters;
mod list;
mod moves;
mod order;
mod scopes;
mod undo;
