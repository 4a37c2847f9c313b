//! The rules of a sales organisation over plain types.
//!
//! No I/O, no clock, no randomness, no Leptos, no database: time and ids are
//! arguments, so that browser and server call the same rule and get the same
//! answer. What a rule means and where it comes from stands beside it.

// Words that every slice speaks.
pub mod code;
pub mod columns;
pub mod ids;
pub mod money;
pub mod page;
pub mod violation;

// Who may do what.
pub mod policy;
pub mod routes;

// Arithmetic that everything stands on.
pub mod allocation;
pub mod analysis;
pub mod bottleneck;
pub mod check_in;
pub mod coverage;
pub mod currency;
pub mod cycle;
pub mod days;
pub mod economics;
pub mod explain;
pub mod finance;
pub mod findings;
pub mod forecast;
pub mod funnel;
pub mod growth;
pub mod health;
pub mod period;
pub mod pool;
pub mod rank;
pub mod rates;
pub mod revisit;
pub mod rounding;
pub mod satisfaction;
pub mod search;
pub mod stall;
pub mod stats;
pub mod tally;
pub mod tiers;
pub mod trend;
pub mod velocity;

// The slices.
pub mod boss;
pub mod change;
pub mod contracts;
pub mod customer_change;
pub mod customers;
pub mod duplicates;
pub mod field;
pub mod files;
pub mod home;
pub mod imports;
pub mod mentions;
pub mod org;
pub mod pipeline;
pub mod quick;
pub mod quotes;
pub mod settings;
pub mod survey;
pub mod tickets;
pub mod transfer;
pub mod views;
pub mod visits;
pub mod work;
