//! Writes the demo into an empty database, and takes it out again.

use super::{Company, Options, PASSWORD, generate};
use crate::check_ins::{check_in, check_in_photo, customer_radius, field_setting, location_consent, location_view};
use crate::contracts::{contract, instalment, invoice, payment};
use crate::economics::{cost, margin};
use crate::entity::{
    answered_request, audit, contact, customer, customer_aside, customer_helper, customer_merge, deal, follow_up, org_unit, organisation,
    outbox, person, pipeline, product, sign_in, sign_in_attempt, stage, stage_transition, task,
};
use crate::error::{Result, StoreError};
use crate::files::attachment;
use crate::mentions::mention;
use crate::pool::{deal_owner_change, lead_hold, lead_stay, owner_change, pool, pool_hold, pool_member, pool_run, pool_stay};
use crate::quotes::{book_price, price_book, quote, quote_line};
use crate::rates::exchange_rate;
use crate::satisfaction;
use crate::tickets::{entry, ticket};
use crate::tiers::{tier_change, tier_setting};
use crate::views::{saved_view, saved_view_default};
use crate::visits::{need, visit, visit_form, workday};
use crate::{Store, auth};
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

/// Values bound to one statement at most: SQLite takes 32 766, PostgreSQL
/// 65 535. Larger statements than this are no faster.
const BINDS: usize = 16_000;
/// Rows of one statement at most. Statements of equal length are prepared once.
const ROWS: usize = 500;

/// How much was loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    pub people: usize,
    pub products: usize,
    pub pipelines: usize,
    pub stages: usize,
    pub customers: usize,
    pub contacts: usize,
    pub deals: usize,
    pub transitions: usize,
    pub follow_ups: usize,
    pub tasks: usize,
    pub contracts: usize,
    pub payments: usize,
}

impl Store {
    /// Makes the demo company up and loads it, in one transaction. Refused once
    /// there is an organisation. `progress` hears the table, and how many of
    /// its rows are written.
    pub async fn load_demo(&self, options: &Options, mut progress: impl FnMut(&str, usize, usize)) -> Result<Loaded> {
        self.refuse_second().await?;
        let hash = auth::hash_password(PASSWORD.to_owned()).await?;
        let wanted = options.clone();
        let company = tokio::task::spawn_blocking(move || generate(&wanted)).await.map_err(|e| StoreError::Internal(e.to_string()))?;
        let loaded = insert(self.bulk().await?, company, &hash, &mut progress).await?;
        self.start_anew().await?;
        Ok(loaded)
    }

    /// Deletes everything, so that the demo can be loaded again. Refused unless
    /// the organisation is a demo.
    pub async fn reset_demo(&self) -> Result<()> {
        let tx = self.bulk().await?;
        let organisation = organisation::Entity::find().one(&tx).await?;
        if !organisation.is_some_and(|o| o.demo) {
            return Err(StoreError::refused("", "not_a_demo"));
        }
        // Children before parents.
        crate::imports::forget_all(&tx).await?;
        attachment::Entity::delete_many().exec(&tx).await?;
        mention::Entity::delete_many().exec(&tx).await?;
        customer_helper::Entity::delete_many().exec(&tx).await?;
        check_in_photo::Entity::delete_many().exec(&tx).await?;
        check_in::Entity::delete_many().exec(&tx).await?;
        location_consent::Entity::delete_many().exec(&tx).await?;
        location_view::Entity::delete_many().exec(&tx).await?;
        customer_radius::Entity::delete_many().exec(&tx).await?;
        lead_stay::Entity::delete_many().exec(&tx).await?;
        lead_hold::Entity::delete_many().exec(&tx).await?;
        deal_owner_change::Entity::delete_many().exec(&tx).await?;
        field_setting::Entity::delete_many().exec(&tx).await?;
        crate::health::health_setting::Entity::delete_many().exec(&tx).await?;
        owner_change::Entity::delete_many().exec(&tx).await?;
        pool_stay::Entity::delete_many().exec(&tx).await?;
        pool_hold::Entity::delete_many().exec(&tx).await?;
        pool_run::Entity::delete_many().exec(&tx).await?;
        pool_member::Entity::delete_many().exec(&tx).await?;
        satisfaction::attempt::Entity::delete_many().exec(&tx).await?;
        satisfaction::run::Entity::delete_many().exec(&tx).await?;
        satisfaction::plan::Entity::delete_many().exec(&tx).await?;
        satisfaction::answer::Entity::delete_many().exec(&tx).await?;
        satisfaction::invitation::Entity::delete_many().exec(&tx).await?;
        satisfaction::revision::Entity::delete_many().exec(&tx).await?;
        satisfaction::survey::Entity::delete_many().exec(&tx).await?;
        entry::Entity::delete_many().exec(&tx).await?;
        ticket::Entity::delete_many().exec(&tx).await?;
        cost::Entity::delete_many().exec(&tx).await?;
        exchange_rate::Entity::delete_many().exec(&tx).await?;
        margin::Entity::delete_many().exec(&tx).await?;
        invoice::Entity::delete_many().exec(&tx).await?;
        payment::Entity::delete_many().exec(&tx).await?;
        instalment::Entity::delete_many().exec(&tx).await?;
        quote_line::Entity::delete_many().exec(&tx).await?;
        quote::Entity::delete_many().exec(&tx).await?;
        book_price::Entity::delete_many().exec(&tx).await?;
        price_book::Entity::delete_many().exec(&tx).await?;
        contract::Entity::delete_many().exec(&tx).await?;
        tier_change::Entity::delete_many().exec(&tx).await?;
        tier_setting::Entity::delete_many().exec(&tx).await?;
        crate::analysis::finding_snooze::Entity::delete_many().exec(&tx).await?;
        need::Entity::delete_many().exec(&tx).await?;
        visit::Entity::delete_many().exec(&tx).await?;
        visit_form::Entity::delete_many().exec(&tx).await?;
        workday::Entity::delete_many().exec(&tx).await?;
        saved_view_default::Entity::delete_many().exec(&tx).await?;
        saved_view::Entity::delete_many().exec(&tx).await?;
        stage_transition::Entity::delete_many().exec(&tx).await?;
        follow_up::Entity::delete_many().exec(&tx).await?;
        task::Entity::delete_many().exec(&tx).await?;
        deal::Entity::delete_many().exec(&tx).await?;
        pool::Entity::delete_many().exec(&tx).await?;
        contact::Entity::delete_many().exec(&tx).await?;
        customer_aside::Entity::delete_many().exec(&tx).await?;
        customer_merge::Entity::delete_many().exec(&tx).await?;
        customer::Entity::delete_many().exec(&tx).await?;
        product::Entity::delete_many().exec(&tx).await?;
        stage::Entity::delete_many().exec(&tx).await?;
        pipeline::Entity::delete_many().exec(&tx).await?;
        audit::Entity::delete_many().exec(&tx).await?;
        outbox::Entity::delete_many().exec(&tx).await?;
        answered_request::Entity::delete_many().exec(&tx).await?;
        sign_in::Entity::delete_many().exec(&tx).await?;
        sign_in_attempt::Entity::delete_many().exec(&tx).await?;
        person::Entity::delete_many().exec(&tx).await?;
        org_unit::Entity::delete_many().exec(&tx).await?;
        organisation::Entity::delete_many().exec(&tx).await?;
        tx.commit().await?;
        self.start_anew().await
    }

    /// A transaction that holds the write lock from its first statement on.
    async fn bulk(&self) -> Result<DatabaseTransaction> {
        let options =
            TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() };
        Ok(self.owner().begin_with_options(options).await?)
    }

    /// Said early, before the work of making a company up.
    async fn refuse_second(&self) -> Result<()> {
        refuse_if_set_up(organisation::Entity::find().one(self.owner()).await?)
    }

    /// Everything read so far is out of date.
    async fn start_anew(&self) -> Result<()> {
        self.learn_tables().await;
        self.reload_org().await?;
        self.hub.forget();
        self.boards.forget_stages();
        Ok(())
    }
}

fn refuse_if_set_up(organisation: Option<organisation::Model>) -> Result<()> {
    if organisation.is_some() { Err(StoreError::refused("", "already_set_up")) } else { Ok(()) }
}

async fn insert<P: FnMut(&str, usize, usize)>(tx: DatabaseTransaction, company: Company, hash: &str, progress: &mut P) -> Result<Loaded> {
    refuse_if_set_up(organisation::Entity::find().one(&tx).await?)?;
    let people = company.people.into_iter().map(|p| person::Model { password_hash: hash.to_owned(), ..p }).collect();
    let pools = company.pools;
    table::<organisation::Entity, _>(&tx, "organisation", vec![company.organisation], progress).await?;
    table::<org_unit::Entity, _>(&tx, "org_unit", company.units, progress).await?;
    let loaded = Loaded {
        people: table::<person::Entity, _>(&tx, "person", people, progress).await?,
        products: table::<product::Entity, _>(&tx, "product", company.products, progress).await?,
        pipelines: table::<pipeline::Entity, _>(&tx, "pipeline", company.pipelines, progress).await?,
        stages: table::<stage::Entity, _>(&tx, "stage", company.stages, progress).await?,
        customers: table::<customer::Entity, _>(&tx, "customer", company.customers, progress).await?,
        contacts: table::<contact::Entity, _>(&tx, "contact", company.contacts, progress).await?,
        deals: {
            table::<pool::Entity, _>(&tx, "pool", pools.pools, progress).await?;
            table::<deal::Entity, _>(&tx, "deal", company.deals, progress).await?
        },
        transitions: table::<stage_transition::Entity, _>(&tx, "stage_transition", company.transitions, progress).await?,
        follow_ups: table::<follow_up::Entity, _>(&tx, "follow_up", company.follow_ups, progress).await?,
        tasks: table::<task::Entity, _>(&tx, "task", company.tasks, progress).await?,
        contracts: table::<contract::Entity, _>(&tx, "contract", company.contracts, progress).await?,
        payments: table::<payment::Entity, _>(&tx, "contract_payment", company.payments, progress).await?,
    };
    table::<instalment::Entity, _>(&tx, "contract_instalment", company.instalments, progress).await?;
    table::<invoice::Entity, _>(&tx, "contract_invoice", company.invoices, progress).await?;
    let offers = company.offers;
    table::<price_book::Entity, _>(&tx, "price_book", offers.books, progress).await?;
    table::<book_price::Entity, _>(&tx, "price_book_price", offers.prices, progress).await?;
    table::<quote::Entity, _>(&tx, "quote", offers.quotes, progress).await?;
    table::<quote_line::Entity, _>(&tx, "quote_line", offers.lines, progress).await?;
    table::<saved_view::Entity, _>(&tx, "saved_view", company.views, progress).await?;
    table::<tier_change::Entity, _>(&tx, "tier_change", company.tier_changes, progress).await?;
    table::<tier_setting::Entity, _>(&tx, "tier_setting", company.tier_settings, progress).await?;
    let visits = company.visits;
    table::<workday::Entity, _>(&tx, "workday", visits.workdays, progress).await?;
    table::<visit_form::Entity, _>(&tx, "visit_form", visits.forms, progress).await?;
    table::<visit::Entity, _>(&tx, "visit", visits.visits, progress).await?;
    table::<need::Entity, _>(&tx, "need", visits.needs, progress).await?;
    table::<pool_member::Entity, _>(&tx, "pool_member", pools.members, progress).await?;
    table::<pool_stay::Entity, _>(&tx, "pool_stay", pools.stays, progress).await?;
    table::<pool_hold::Entity, _>(&tx, "pool_hold", pools.holds, progress).await?;
    table::<owner_change::Entity, _>(&tx, "owner_change", pools.changes, progress).await?;
    table::<pool_run::Entity, _>(&tx, "pool_run", pools.runs, progress).await?;
    table::<lead_stay::Entity, _>(&tx, "lead_stay", pools.leads, progress).await?;
    table::<lead_hold::Entity, _>(&tx, "lead_hold", pools.lead_holds, progress).await?;
    table::<deal_owner_change::Entity, _>(&tx, "deal_owner_change", pools.lead_changes, progress).await?;
    let tickets = company.tickets;
    table::<ticket::Entity, _>(&tx, "ticket", tickets.tickets, progress).await?;
    table::<entry::Entity, _>(&tx, "ticket_entry", tickets.entries, progress).await?;
    table::<cost::Entity, _>(&tx, "acquisition_cost", tickets.costs, progress).await?;
    table::<margin::Entity, _>(&tx, "gross_margin", tickets.margin, progress).await?;
    let said = company.satisfaction;
    table::<satisfaction::survey::Entity, _>(&tx, "survey", said.surveys, progress).await?;
    table::<satisfaction::revision::Entity, _>(&tx, "survey_revision", said.revisions, progress).await?;
    table::<satisfaction::invitation::Entity, _>(&tx, "survey_invitation", said.invitations, progress).await?;
    table::<satisfaction::answer::Entity, _>(&tx, "survey_answer", said.answers, progress).await?;
    table::<satisfaction::plan::Entity, _>(&tx, "survey_plan", said.plans, progress).await?;
    table::<satisfaction::run::Entity, _>(&tx, "survey_run", said.runs, progress).await?;
    table::<check_in::Entity, _>(&tx, "check_in", company.check_ins, progress).await?;
    table::<check_in_photo::Entity, _>(&tx, "check_in_photo", company.photos, progress).await?;
    table::<location_consent::Entity, _>(&tx, "location_consent", company.consents, progress).await?;
    table::<location_view::Entity, _>(&tx, "location_view", company.looks, progress).await?;
    table::<attachment::Entity, _>(&tx, "attachment", company.files, progress).await?;
    table::<mention::Entity, _>(&tx, "mention", company.mentions, progress).await?;
    table::<customer_helper::Entity, _>(&tx, "customer_helper", company.helpers, progress).await?;
    table::<exchange_rate::Entity, _>(&tx, "exchange_rate", company.rates, progress).await?;
    tx.commit().await?;
    Ok(loaded)
}

/// Inserts the rows of one table in statements of equal length.
async fn table<E, P>(tx: &DatabaseTransaction, name: &str, rows: Vec<E::Model>, progress: &mut P) -> Result<usize>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
    P: FnMut(&str, usize, usize),
{
    let total = rows.len();
    let batch = (BINDS / E::Column::iter().count()).clamp(1, ROWS);
    let mut rows = rows.into_iter();
    let mut done = 0;
    while done < total {
        let next: Vec<E::ActiveModel> = rows.by_ref().take(batch).map(|row| row.into_active_model().reset_all()).collect();
        done += next.len();
        E::insert_many(next).exec_without_returning(tx).await?;
        progress(name, done, total);
    }
    Ok(total)
}
