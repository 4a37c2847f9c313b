//! The schema, one step a file. Steps only add; what is no longer used goes in
//! the release after. They run on SQLite and PostgreSQL alike.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

mod dialect;
mod m0001_ground;
mod m0005_saved_views;
mod m0006_tiers;
mod m0007_imports;
mod m0008_merges;
mod m0009_import_sheets;
mod m0010_care_indexes;
mod m0012_pools;
mod m0014_contracts;
mod m0015_return_visits;
mod m0016_satisfaction;
mod m0017_check_ins;
mod m0018_findings;
mod m0019_quotes;
mod m0020_tickets;
mod m0021_files;
mod m0022_lead_pools;
mod m0023_rates;
mod m0024_care;
mod m0025_customer_outcome;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_ground::Migration),
            Box::new(m0005_saved_views::Migration),
            Box::new(m0006_tiers::Migration),
            Box::new(m0007_imports::Migration),
            Box::new(m0008_merges::Migration),
            Box::new(m0009_import_sheets::Migration),
            Box::new(m0010_care_indexes::Migration),
            Box::new(m0012_pools::Migration),
            Box::new(m0014_contracts::Migration),
            Box::new(m0015_return_visits::Migration),
            Box::new(m0016_satisfaction::Migration),
            Box::new(m0017_check_ins::Migration),
            Box::new(m0018_findings::Migration),
            Box::new(m0019_quotes::Migration),
            Box::new(m0020_tickets::Migration),
            Box::new(m0021_files::Migration),
            Box::new(m0022_lead_pools::Migration),
            Box::new(m0023_rates::Migration),
            Box::new(m0024_care::Migration),
            Box::new(m0025_customer_outcome::Migration),
        ]
    }
}
