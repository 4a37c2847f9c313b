//! Customers, contacts and daily work on real databases.

#[path = "../common/mod.rs"]
mod common;

mod contacts;
mod forms;
mod lists;
mod work;
