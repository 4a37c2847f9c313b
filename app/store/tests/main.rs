//! The store through its public interface, on SQLite and on PostgreSQL. One
//! program for all of it: it is linked once, and the databases that tests start
//! from are made once.

mod common;

mod analysis;
mod auth;
mod backup;
mod contracts;
mod customers;
mod demo;
mod duplicates;
mod economics;
mod exports;
mod field;
mod field_settings;
mod files;
mod find;
mod findings;
mod funnel;
mod home;
mod import;
mod import_kinds;
mod imports;
mod insight;
mod lead_pool;
mod mentions;
mod pipeline;
mod pool;
mod quotes;
mod rates;
mod satisfaction;
mod settings;
mod tickets;
mod tiers;
mod tiers_figures;
mod tiers_settings;
mod views;
mod visits;
mod visits_after;
mod write;
