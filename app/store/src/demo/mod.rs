//! The demo company: a maker of industrial gateways that does not exist, with
//! two years of history, from a seed.
//!
//! [`generate`] is pure: the same [`Options`] give the same rows, to the last
//! id, so that tests and screenshots can rely on them. [`load`] writes them.
//! `process` and `company` hold the figures, `funnel` walks the paths of deals,
//! `sculpt` gives them amounts, `customers` an owner on the other side, `deals`
//! and `work` turn them into rows, `rounds` keeps in touch with customers in between.
//!
//! Not here: what later releases will need (goals).

mod calendar;
mod chance;
mod company;
mod contracts;
mod customers;
mod deals;
mod extra;
mod field;
mod funnel;
mod leads;
mod load;
mod names;
mod notes;
mod pool;
mod process;
mod quotes;
mod rates;
mod rounds;
mod satisfaction;
mod sculpt;
mod texts;
mod tickets;
mod tiers;
mod twins;
mod views;
mod visits;
mod work;

pub use load::Loaded;

use crate::check_ins::{check_in, check_in_photo, location_consent, location_view};
use crate::contracts::{contract, instalment, invoice, payment};
use crate::entity::{
    contact, customer, customer_helper, deal, follow_up, org_unit, organisation, person, pipeline, product, stage, stage_transition, task,
};
use crate::files::attachment;
use crate::mentions::mention;
use crate::rates::exchange_rate;
use crate::tiers::{tier_change, tier_setting};
use crate::views::saved_view;
use calendar::Calendar;
use chance::{Dice, Stream};
use chrono::NaiveDate;
use deals::Sources;

/// Password of every demo account.
pub const PASSWORD: &str = "weir-demo-2026";
/// The seed of the demo that documents and tests speak of.
pub const SEED: u64 = 20_260_630;
/// The day of that demo.
pub const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");
/// A company a fifth of the size, for automatic tests.
pub const SMALL: f64 = 0.2;

/// What kind of demo to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The day on which the visitor comes; history ends on the evening before.
    pub as_of: NaiveDate,
    /// 1 for full size, [`SMALL`] for a fifth; above 1 multiplies customers
    /// and prospects, but not people.
    pub scale: f64,
    pub seed: u64,
    /// Further open deals, for benches.
    pub extra_open_deals: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { as_of: AS_OF, scale: 1.0, seed: SEED, extra_open_deals: 0 }
    }
}

/// All rows of a demo company, parents before children.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    pub organisation: organisation::Model,
    pub units: Vec<org_unit::Model>,
    /// Without password hashes, which take chance from outside.
    pub people: Vec<person::Model>,
    pub products: Vec<product::Model>,
    pub pipelines: Vec<pipeline::Model>,
    pub stages: Vec<stage::Model>,
    pub customers: Vec<customer::Model>,
    pub contacts: Vec<contact::Model>,
    pub deals: Vec<deal::Model>,
    pub transitions: Vec<stage_transition::Model>,
    pub follow_ups: Vec<follow_up::Model>,
    pub tasks: Vec<task::Model>,
    pub views: Vec<saved_view::Model>,
    pub tier_changes: Vec<tier_change::Model>,
    pub tier_settings: Vec<tier_setting::Model>,
    pub pools: pool::Pools,
    pub contracts: Vec<contract::Model>,
    pub instalments: Vec<instalment::Model>,
    pub payments: Vec<payment::Model>,
    pub invoices: Vec<invoice::Model>,
    pub offers: quotes::Offers,
    pub visits: visits::Visits,
    pub satisfaction: satisfaction::Said,
    pub tickets: tickets::Tickets,
    pub check_ins: Vec<check_in::Model>,
    pub photos: Vec<check_in_photo::Model>,
    pub consents: Vec<location_consent::Model>,
    pub looks: Vec<location_view::Model>,
    pub files: Vec<attachment::Model>,
    pub mentions: Vec<mention::Model>,
    pub helpers: Vec<customer_helper::Model>,
    pub rates: Vec<exchange_rate::Model>,
}

/// Makes the company up.
#[must_use]
pub fn generate(options: &Options) -> Company {
    let Options { as_of, scale, seed, extra_open_deals } = *options;
    let calendar = Calendar::new(as_of);
    let organisation = company::organisation(&calendar, seed);
    let mut catalogue = Dice::new(seed, Stream::Catalogue);
    let products = company::products(&calendar, &mut catalogue);
    let (pipelines, stages) = company::pipelines(&calendar, &mut catalogue);

    let paths = funnel::paths(&calendar, &organisation.sellers, scale, seed);
    let worths = sculpt::worths(&calendar, &paths, scale, seed);
    let mut customers = customers::customers(&calendar, &organisation.sellers, &paths, &worths, scale, seed);
    twins::twins(&mut customers, &organisation.sellers);

    let mut company = Company {
        organisation: organisation.row.clone(),
        units: organisation.units.clone(),
        people: organisation.people.clone(),
        pipelines,
        stages: stages.concat(),
        customers: customers.rows.clone(),
        contacts: customers.contacts.clone(),
        deals: Vec::with_capacity(paths.len() + extra_open_deals),
        transitions: Vec::new(),
        follow_ups: Vec::new(),
        tasks: Vec::new(),
        views: Vec::new(),
        tier_changes: Vec::new(),
        tier_settings: tiers::settings(&calendar),
        pools: pool::Pools::default(),
        contracts: Vec::new(),
        instalments: Vec::new(),
        payments: Vec::new(),
        invoices: Vec::new(),
        offers: quotes::Offers::default(),
        visits: visits::Visits::default(),
        satisfaction: satisfaction::Said::default(),
        tickets: tickets::Tickets::default(),
        check_ins: Vec::new(),
        photos: Vec::new(),
        consents: Vec::new(),
        looks: Vec::new(),
        files: Vec::new(),
        mentions: Vec::new(),
        helpers: Vec::new(),
        rates: Vec::new(),
        products,
    };
    let product_ids: Vec<_> = company.products.iter().map(|p| p.id).collect();
    let sources = Sources {
        calendar: &calendar,
        sellers: &organisation.sellers,
        managers: &organisation.managers,
        customers: &customers,
        stages: &stages,
        products: &product_ids,
    };
    deals::deals(&sources, &paths, &worths, &mut Dice::new(seed, Stream::Deals), &mut company);
    work::follow_ups(&sources, &paths, seed, &mut company);
    work::care(&calendar, &organisation, scale, seed, &mut company);
    work::tasks(&calendar, &organisation, seed, &mut company);
    extra::extra(&sources, extra_open_deals, seed, &mut company);
    deals::rank(&mut company.deals);
    views::views(&calendar, seed, &mut company);
    tiers::changes(&calendar, &organisation, seed, &mut company);
    rounds::rounds(&calendar, seed, &mut company);
    company.pools = pool::pools(&calendar, seed, &company);
    contracts::contracts(&calendar, seed, &mut company);
    company.offers = quotes::quotes(&calendar, seed, &company);
    company.visits = visits::visits(&calendar, seed, &company);
    company.satisfaction = satisfaction::satisfaction(&calendar, scale, seed, &company);
    rounds::after_scores(&calendar, seed, &mut company);
    company.tickets = tickets::tickets(&calendar, scale, seed, &company);
    tickets::after_tickets(&calendar, seed, &mut company);
    field::field(&calendar, seed, &mut company);
    notes::notes(&calendar, seed, &mut company);
    leads::leads(&calendar, scale, seed, &mut company);
    rates::rates(&calendar, seed, &mut company);
    company
}
