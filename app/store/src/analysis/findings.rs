//! Findings of the deals and customers that somebody may see, the rows behind each, and
//! which of them that person put off. The rules are `domain::findings`; here are the facts.

use super::look::{self, Look};
use crate::Store;
use crate::entity::{customer, deal, follow_up};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::org::Org;
use crate::pipeline::{CardRow, cards, read};
use crate::scope;
use chrono::NaiveDate;
use domain::analysis::forecast::running_quarter;
use domain::analysis::{AnalysisQuery, Set as Deals, What as Forecast, When};
use domain::bottleneck::worst_leak;
use domain::customers::Tier;
use domain::findings::{
    Buyer, Finding, FindingsQuery, FindingsReport, Found, FoundCustomer, FoundRows, Name, ON_TODAY, OpenDeal, Quarter, SnoozeDraft,
    SnoozeForm, Snoozed, ageing, back_on, concentration, drop_off, is_key, no_open_deal, overdue, product_gaps, rank, single_threaded,
};
use domain::forecast::place;
use domain::ids::{CustomerId, ProductId, RequestId, UserId};
use domain::money::{Currency, Money};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Outcome, Stage};
use domain::policy::{Action, Actor, grant_any, scope as scope_of};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, sea_query::OnConflict,
};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// Rows of the list behind a finding; more are counted.
const LISTED: usize = 200;
/// Ids in one statement.
const IDS: usize = 500;

/// The first findings of so many readers are kept; with more, those of all are read again.
const TOPS: usize = 1_000;

/// By who reads of whose: as of which change and day, the first, and how many there are.
type TopsOf = HashMap<(UserId, Option<UserId>), ((u64, NaiveDate), Vec<Finding>, u64)>;

/// The first findings that were told last.
#[derive(Debug, Default)]
pub(crate) struct Tops(Mutex<TopsOf>);

impl Tops {
    fn lock(&self) -> Result<MutexGuard<'_, TopsOf>> {
        self.0.lock().map_err(|_| StoreError::Internal("findings".into()))
    }
}

/// Findings that a person put off.
pub(crate) mod finding_snooze {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding_snooze")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub finding: String,
        pub until_on: Date,
        pub note: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(FromQueryResult)]
struct OpenRow {
    id: Uuid,
    title: String,
    contact_id: Option<Uuid>,
    amount_minor: i64,
    currency: String,
    probability_bp: i32,
    expected_close_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct CustomerRow {
    id: Uuid,
    name: String,
    short_name: String,
    tier: String,
    industry: String,
    owner_id: Option<Uuid>,
}

impl Store {
    /// What the rules find, the most important first; with the rows of the one that
    /// `query` opens.
    pub async fn findings(&self, actor: &Actor, query: &FindingsQuery) -> Result<FindingsReport> {
        let mut found = self.found(actor, query).await?;
        let opened = query.open.as_ref().and_then(|key| found.iter().find(|one| one.finding.key == *key));
        let rows = match opened {
            Some(one) => Some(self.found_rows(actor, one, query.whole).await?),
            None => None,
        };
        let mut snoozed = Vec::new();
        let mut put_off = self.put_off(actor).await?;
        found.retain(|one| match put_off.remove(&one.finding.key) {
            Some((until, note)) => {
                snoozed.push(Snoozed { finding: one.finding.clone(), until, note });
                false
            }
            None => true,
        });
        Ok(FindingsReport { as_of: self.clock.today(), findings: found.into_iter().map(|one| one.finding).collect(), snoozed, rows })
    }

    /// The first of them for the page of today, and how many there are. Kept until something
    /// changes: the page is opened often, and they go through all deals.
    pub(crate) async fn first_findings(&self, actor: &Actor, query: &FindingsQuery) -> Result<(Vec<Finding>, u64)> {
        let (state, whose) = ((self.hub.generation(), self.clock.today()), (actor.id, query.owner));
        if let Some((kept, first, total)) = self.tops.lock()?.get(&whose) {
            if *kept == state {
                return Ok((first.clone(), *total));
            }
        }
        let mut found = self.findings(actor, query).await?.findings;
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        found.truncate(ON_TODAY);
        let mut tops = self.tops.lock()?;
        if tops.len() >= TOPS {
            tops.clear();
        }
        tops.insert(whose, (state, found.clone(), total));
        Ok((found, total))
    }

    /// Puts a finding off, for oneself. Gives the day on which it comes back.
    pub async fn snooze_finding(&self, by: &Actor, request: RequestId, form: SnoozeForm) -> Result<NaiveDate> {
        grant_any(by, Action::ReadDeals)?;
        let SnoozeDraft { finding, note } = form.check()?;
        self.write(by, request, move |work| async move {
            use finding_snooze::Column as C;
            let granted = grant_any(&work.by, Action::KeepViews)?;
            let until = back_on(work.today);
            let record = serde_json::json!({ "finding": finding, "until": until });
            let row = finding_snooze::ActiveModel {
                person_id: Set(work.by.id.0),
                finding: Set(finding),
                until_on: Set(until),
                note: Set(note),
                at: Set(work.now),
            };
            let again = OnConflict::columns([C::PersonId, C::Finding]).update_columns([C::UntilOn, C::Note, C::At]).to_owned();
            finding_snooze::Entity::insert(row).on_conflict(again).exec_without_returning(work.tx()).await?;
            work.audit(granted, "finding_snooze", work.by.id.0, &record)?;
            work.changed(own_change(&work.by))?;
            Ok(until)
        })
        .await
    }

    /// Takes that back.
    pub async fn wake_finding(&self, by: &Actor, request: RequestId, finding: String) -> Result<()> {
        grant_any(by, Action::ReadDeals)?;
        if !is_key(&finding) {
            return Err(crate::StoreError::refused("finding", "unknown_value"));
        }
        self.write(by, request, move |work| async move {
            let granted = grant_any(&work.by, Action::KeepViews)?;
            finding_snooze::Entity::delete_by_id((work.by.id.0, finding.clone())).exec(work.tx()).await?;
            work.audit(granted, "finding_snooze", work.by.id.0, &serde_json::json!({ "finding": finding, "woken": true }))?;
            work.changed(own_change(&work.by))
        })
        .await
    }

    /// What the reader put off, by its key: until when, and the note.
    async fn put_off(&self, actor: &Actor) -> Result<HashMap<String, (NaiveDate, String)>> {
        use finding_snooze::Column as C;
        let rows = finding_snooze::Entity::find()
            .filter(C::PersonId.eq(actor.id.0))
            .filter(C::UntilOn.gt(self.clock.today()))
            .all(self.db())
            .await?;
        Ok(rows.into_iter().map(|row| (row.finding, (row.until_on, row.note))).collect())
    }

    /// All findings in their order, with their rows.
    async fn found(&self, actor: &Actor, query: &FindingsQuery) -> Result<Vec<Found>> {
        let filter = DealFilter { team: query.team, owner: query.owner, ..DealFilter::default() };
        let asked = AnalysisQuery { filter, ..AnalysisQuery::default() };
        let mut look = Look::new(self, actor, &asked).await?;
        let deals = self.open_deals(&look, &asked).await?;
        let mut all = self.drop_offs(actor, &asked, &mut look).await?;
        all.extend(ageing(&deals));
        all.extend(overdue(&deals, look.today));
        all.extend(single_threaded(&deals));
        all.extend(concentration(&deals));
        if scope_of(actor, Action::ReadCustomers).is_ok() {
            let buyers = self.buyers(actor, &asked, &look.org).await?;
            all.extend(no_open_deal(&buyers));
            let products: HashMap<ProductId, Name> =
                self.products(actor).await?.into_iter().map(|one| (one.id, Name { zh: one.name_zh, en: one.name_en })).collect();
            all.extend(product_gaps(&buyers, |id| products.get(&id).cloned()));
        }
        let suffix = query.suffix();
        all.iter_mut().for_each(|one| one.finding.key.push_str(&suffix));
        rank(&mut all);
        Ok(all)
    }

    /// The worst leak of each pipeline, as the page of speed tells it.
    async fn drop_offs(&self, actor: &Actor, asked: &AnalysisQuery, look: &mut Look) -> Result<Vec<Found>> {
        let mut leaks = Vec::new();
        for pipeline in &self.stages().await?.pipelines {
            let filter = DealFilter { pipeline: Some(pipeline.id), ..asked.filter.clone() };
            let report = self.speed(actor, &AnalysisQuery { filter, ..asked.clone() }).await?;
            leaks.extend(worst_leak(&report.leaks).map(|leak| (pipeline.clone(), leak, report)));
        }
        if leaks.is_empty() {
            return Ok(Vec::new());
        }
        let (ledger, stages) = self.ledger().await?;
        let counts = look::counts(&stages);
        let mut all = Vec::new();
        for (pipeline, leak, report) in leaks {
            let (Some(from), Some(to)) = (report.stages.get(leak.stage), report.stages.get(leak.stage + 1)) else { continue };
            let Ok(stage) = u8::try_from(leak.stage) else { continue };
            look.narrow(Some(pipeline.id));
            let period = report.days.period;
            let (mut entered, mut stayed) = (Vec::new(), Vec::new());
            for entry in ledger.entries().iter().filter(|entry| look.takes(entry)) {
                look.with(entry, &counts, period, |subject| {
                    if Deals::Reached(stage).has(subject) {
                        let row = (entry.amount.currency != look.org.currency, Reverse(entry.amount.minor), entry.id);
                        entered.push(row);
                        if !Deals::Reached(stage + 1).has(subject) {
                            stayed.push(row);
                        }
                    }
                })?;
            }
            let ids = |mut rows: Vec<(bool, Reverse<i64>, Uuid)>| {
                rows.sort_unstable();
                rows.into_iter().map(|row| row.2).collect()
            };
            let name = |stage: &Stage| Name { zh: stage.name_zh.clone(), en: stage.name_en.clone() };
            let of = (pipeline.id, Name { zh: pipeline.name_zh, en: pipeline.name_en });
            all.extend(drop_off(of, (name(from), name(to)), &leak, period, ids(stayed), ids(entered)));
        }
        look.narrow(None);
        Ok(all)
    }

    /// The open deals that are looked at, the largest of the organisation's currency first.
    async fn open_deals(&self, look: &Look, asked: &AnalysisQuery) -> Result<Vec<OpenDeal>> {
        use deal::Column as D;
        let open = Condition::all()
            .add(look.deals())
            .add(D::Outcome.eq(Outcome::Open.code()))
            .add(D::PoolId.is_null())
            .add_option(asked.filter.owner.map(|id| D::OwnerId.eq(id.0)))
            .add_option(asked.filter.team.map(|id| D::UnitId.is_in(look.org.below(id).into_iter().map(|unit| unit.0))));
        let columns = [D::Id, D::Title, D::ContactId, D::AmountMinor, D::Currency, D::ProbabilityBp, D::ExpectedCloseOn];
        let rows: Vec<OpenRow> =
            deal::Entity::find().select_only().columns(columns).filter(open.clone()).into_model().all(self.db()).await?;
        let mut contacts: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
        let ids = deal::Entity::find().select_only().column(D::Id).filter(open);
        let named: Vec<(Option<Uuid>, Option<Uuid>)> = follow_up::Entity::find()
            .select_only()
            .columns([follow_up::Column::DealId, follow_up::Column::ContactId])
            .distinct()
            .filter(follow_up::Column::ContactId.is_not_null())
            .filter(follow_up::Column::DealId.in_subquery(ids.into_query()))
            .into_tuple()
            .all(self.db())
            .await?;
        for (deal, contact) in named.into_iter().chain(rows.iter().map(|row| (Some(row.id), row.contact_id))) {
            if let (Some(deal), Some(contact)) = (deal, contact) {
                contacts.entry(deal).or_default().insert(contact);
            }
        }
        let (from, to) = running_quarter(look.today, look.fiscal_start());
        let quarters = [(Quarter::This, from, to), (Quarter::Next, from.after(3), to.after(3))];
        let quarters = quarters.map(|(quarter, from, to)| (quarter, When::Months { from, to: Some(to) }));
        let of = |row: OpenRow| {
            let known = look.known(row.id);
            let due = known.and_then(|known| place(look.today, Outcome::Open, known.category, row.expected_close_on, None));
            Ok(OpenDeal {
                contacts: contacts.get(&row.id).map_or(0, HashSet::len),
                stalled: known.is_some_and(|known| known.stalled),
                quarter: due
                    .filter(|(_, category)| Forecast::Weighted.takes(*category))
                    .and_then(|(due, _)| quarters.iter().find(|(_, when)| when.holds(due)).map(|(quarter, _)| *quarter)),
                amount: Money { minor: row.amount_minor, currency: read("currency", &row.currency, Currency::parse)? },
                id: row.id,
                title: row.title,
                probability_bp: row.probability_bp,
                expected_close_on: row.expected_close_on,
            })
        };
        let mut found = rows.into_iter().map(of).collect::<Result<Vec<_>>>()?;
        found.sort_by_key(|deal| (deal.amount.currency != look.org.currency, Reverse(deal.amount.minor), deal.id));
        Ok(found)
    }

    /// The customers that are looked at, with what they bought and are offered in the deals
    /// that the reader may see; by tier and name.
    async fn buyers(&self, actor: &Actor, asked: &AnalysisQuery, org: &Org) -> Result<Vec<Buyer>> {
        use customer::Column as C;
        use deal::Column as D;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let rows: Vec<CustomerRow> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::ShortName, C::Tier, C::Industry, C::OwnerId])
            .filter(scope::customers(&scope))
            .filter(
                Condition::all()
                    .add_option(asked.filter.owner.map(|id| C::OwnerId.eq(id.0)))
                    .add_option(asked.filter.team.map(|id| C::UnitId.is_in(org.below(id).into_iter().map(|unit| unit.0)))),
            )
            .into_model()
            .all(self.db())
            .await?;
        let deals: Vec<(Uuid, Option<Uuid>, String)> = deal::Entity::find()
            .select_only()
            .columns([D::CustomerId, D::ProductId, D::Outcome])
            .filter(scope::worked(&scope_of(actor, Action::ReadDeals)?))
            .filter(D::Outcome.is_in([Outcome::Won.code(), Outcome::Open.code()]))
            .into_tuple()
            .all(self.db())
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let tier = read("tier", &row.tier, Tier::parse)?;
            let none = BTreeSet::new;
            let buyer = Buyer { id: row.id, tier, industry: row.industry, won: 0, open: 0, bought: none(), offered: none() };
            found.push((tier, if row.short_name.is_empty() { row.name } else { row.short_name }, buyer));
        }
        found.sort_by(|a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
        let places: HashMap<Uuid, usize> = found.iter().enumerate().map(|(place, one)| (one.2.id, place)).collect();
        for (customer, product, outcome) in deals {
            let Some((_, _, buyer)) = places.get(&customer).and_then(|place| found.get_mut(*place)) else { continue };
            let won = outcome == Outcome::Won.code();
            let (count, products) = if won { (&mut buyer.won, &mut buyer.bought) } else { (&mut buyer.open, &mut buyer.offered) };
            *count += 1;
            products.extend(product.map(ProductId));
        }
        Ok(found.into_iter().map(|one| one.2).collect())
    }

    /// The rows of a finding, or those that it is measured against.
    async fn found_rows(&self, actor: &Actor, found: &Found, whole: bool) -> Result<FoundRows> {
        let ids = if whole { &found.base } else { &found.rows };
        let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let shown = &ids[..ids.len().min(LISTED)];
        let org = self.require_org()?;
        let place: HashMap<Uuid, usize> = shown.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let mut rows = FoundRows { total, ..FoundRows::default() };
        if found.finding.what.of_customers() {
            rows.customers = self.found_customers(actor, shown, &org).await?;
            rows.customers.sort_by_key(|row| place.get(&row.id.0).copied());
        } else {
            let scope = scope_of(actor, Action::ReadDeals)?;
            let query = cards().filter(deal::Column::Id.is_in(shown.iter().copied())).filter(scope::deals(&scope));
            let cards = query.into_model::<CardRow>().all(self.db()).await?;
            rows.deals = cards.into_iter().map(|row| row.into_card(&org)).collect::<Result<_>>()?;
            rows.deals.sort_by_key(|card| place.get(&card.id.0).copied());
        }
        Ok(rows)
    }

    async fn found_customers(&self, actor: &Actor, ids: &[Uuid], org: &Org) -> Result<Vec<FoundCustomer>> {
        use customer::Column as C;
        use deal::Column as D;
        let scope = scope_of(actor, Action::ReadCustomers)?;
        let deals = scope_of(actor, Action::ReadDeals)?;
        let mut last: HashMap<Uuid, NaiveDate> = HashMap::new();
        let mut found = Vec::new();
        for ids in ids.chunks(IDS) {
            let won: Vec<(Uuid, Option<NaiveDate>)> = deal::Entity::find()
                .select_only()
                .columns([D::CustomerId, D::ClosedOn])
                .filter(scope::deals(&deals))
                .filter(D::Outcome.eq(Outcome::Won.code()))
                .filter(D::CustomerId.is_in(ids.iter().copied()))
                .into_tuple()
                .all(self.db())
                .await?;
            for (customer, on) in won.into_iter().filter_map(|(customer, on)| Some((customer, on?))) {
                let known = last.entry(customer).or_insert(on);
                *known = on.max(*known);
            }
            let rows: Vec<CustomerRow> = customer::Entity::find()
                .select_only()
                .columns([C::Id, C::Name, C::ShortName, C::Tier, C::Industry, C::OwnerId])
                .filter(scope::customers(&scope))
                .filter(C::Id.is_in(ids.iter().copied()))
                .into_model()
                .all(self.db())
                .await?;
            for row in rows {
                let owner = row.owner_id.map(UserId);
                found.push(FoundCustomer {
                    id: CustomerId(row.id),
                    tier: read("tier", &row.tier, Tier::parse)?,
                    name: if row.short_name.is_empty() { row.name } else { row.short_name },
                    owner_name: owner.map(|id| org.name_of(id)).unwrap_or_default(),
                    owner,
                    last_won_on: last.get(&row.id).copied(),
                });
            }
        }
        Ok(found)
    }
}

/// Only the person's own pages hear of it.
fn own_change(by: &Actor) -> Change {
    Change {
        topic: Topic::View,
        id: by.id.0,
        version: 0,
        owner: Some(by.id),
        unit: Some(by.unit),
        by: Some(by.id),
        by_name: by.name.clone(),
    }
}
