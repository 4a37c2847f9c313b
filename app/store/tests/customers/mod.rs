//! Customers, contacts and daily work on real databases.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod change;
mod contacts;
mod forms;
mod helpers;
mod lists;
mod quick;
mod work;
