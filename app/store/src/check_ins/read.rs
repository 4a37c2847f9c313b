//! What the pages of the field show: the page of checking in, what a phone keeps for the time
//! without network, and the visits of a day.

use super::privacy::{Called, consent};
use super::settings::rules;
use super::{check_in, check_in_photo, ownership, radii};
use crate::Store;
use crate::entity::{customer, deal, follow_up, task};
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::pipeline::read as parsed;
use crate::scope;
use chrono::NaiveDate;
use domain::check_in::{Position, Verdict};
use domain::customers::Tier;
use domain::field::page::{FieldPage, NearCustomer, Out, PersonDay, Snapshot, Visit, VisitDay, VisitQuery};
use domain::field::settings::FieldRules;
use domain::field::signals::Signal;
use domain::field::{Kind, NoFix, Planned, Stay, planned, proposes};
use domain::ids::{CheckInId, CustomerId, UserId};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Ownership, Rows, grant, grant_any, reach, scope as scope_of};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Customers that one may check in at without looking for them: a phone keeps them all.
const OFFERED: u64 = 500;
/// Visits of one day that are shown.
const LISTED: u64 = 1_000;

/// What is to be done at customers on a day, by one person.
type Due = HashMap<Uuid, (Planned, String)>;

impl Store {
    /// The page of checking in. `done`: what was just recorded.
    pub async fn field_page(&self, actor: &Actor, done: Option<CheckInId>) -> Result<FieldPage> {
        grant_any(actor, Action::CheckIn)?;
        let org = self.require_org()?;
        let (rules, _) = rules(self.db()).await?;
        let (customers, more) = self.offered(actor, &rules).await?;
        let open = self.open_visit(actor, &org).await?;
        let done = match done {
            Some(id) => {
                let own = check_in::Entity::find_by_id(id.0).filter(check_in::Column::PersonId.eq(actor.id.0)).one(self.db()).await?;
                match own {
                    // A check-out is shown with the check-in that it ended.
                    Some(row) => {
                        let of = row.of_id.unwrap_or(row.id);
                        let row = check_in::Entity::find_by_id(of).one(self.db()).await?;
                        self.with_all(actor, &org, row.into_iter().collect()).await?.into_iter().next()
                    }
                    None => None,
                }
            }
            None => None,
        };
        let consent = consent(self.db(), actor.id, rules.exact_days).await?;
        Ok(FieldPage { consent, customers, more, open, done, today: self.clock.today(), rules })
    }

    /// What a phone keeps of today.
    pub async fn field_snapshot(&self, actor: &Actor) -> Result<Snapshot> {
        grant_any(actor, Action::CheckIn)?;
        let org = self.require_org()?;
        let today = self.clock.today();
        let (rules, _) = rules(self.db()).await?;
        let (customers, _) = self.offered(actor, &rules).await?;
        let rows: Vec<(String, Option<Uuid>, Option<NaiveDate>)> = task::Entity::find()
            .select_only()
            .columns([task::Column::Title])
            .column(task::Column::CustomerId)
            .column(task::Column::DueOn)
            .filter(task::Column::OwnerId.eq(actor.id.0))
            .filter(task::Column::DoneAt.is_null())
            .filter(task::Column::DueOn.lte(today))
            .order_by_asc(task::Column::DueOn)
            .order_by_asc(task::Column::Id)
            .limit(OFFERED)
            .into_tuple()
            .all(self.db())
            .await?;
        let names = self.customers_called(rows.iter().filter_map(|(_, of, _)| *of).collect()).await?;
        let name = |of: Option<Uuid>| of.and_then(|id| names.get(&id)).map(|known| known.name.clone()).unwrap_or_default();
        let tasks = rows.into_iter().filter_map(|(title, of, on)| Some((title, name(of), on?))).collect();
        let open = self.open_visit(actor, &org).await?.map(|visit| (visit.id, visit.customer, visit.customer_name, visit.at));
        Ok(Snapshot {
            person: actor.id,
            person_name: actor.name.clone(),
            day: today,
            taken_at: self.clock.now(),
            consent: consent(self.db(), actor.id, rules.exact_days).await?.holds(),
            photo: rules.photo,
            customers,
            tasks,
            open,
        })
    }

    /// The visits of a day of those whose visits one may see, by person. That others' locations
    /// were looked at is written down first.
    pub async fn visit_day(&self, actor: &Actor, query: &VisitQuery) -> Result<VisitDay> {
        self.visit_day_of(actor, query, LISTED).await
    }

    /// The same, of at most so many visits.
    pub(crate) async fn visit_day_of(&self, actor: &Actor, query: &VisitQuery, most: u64) -> Result<VisitDay> {
        use check_in::Column as C;
        let org = self.require_org()?;
        let scope = scope_of(actor, Action::ReadCheckIns)?;
        let on = query.on.unwrap_or_else(|| self.clock.today());
        let seen = match scope.rows() {
            Rows::OwnedBy(user) => Condition::all().add(C::PersonId.eq(user.0)),
            Rows::InUnits(units) => Condition::any().add(C::UnitId.is_in(units.iter().map(|id| id.0))).add(C::PersonId.eq(actor.id.0)),
            Rows::All => Condition::all(),
        };
        let rows = check_in::Entity::find()
            .filter(seen)
            .filter(C::OnDay.eq(on))
            .filter(C::Kind.eq(Kind::In.code()))
            .filter(Condition::all().add_option(query.person.map(|id| C::PersonId.eq(id.0))))
            .filter(Condition::all().add_option(query.verdict.map(|verdict| C::Verdict.eq(verdict.code()))))
            .order_by_asc(C::At)
            .order_by_asc(C::Id)
            .limit(most)
            .all(self.db())
            .await?;
        // Of a person whose visits that day had no position there is nothing to be looked at. A
        // check-out is shown with its visit.
        let outs = check_in::Entity::find().filter(C::OfId.is_in(rows.iter().map(|row| row.id))).all(self.db()).await?;
        let located: BTreeSet<_> = rows.iter().chain(&outs).filter(|row| is_located(row)).map(|row| (UserId(row.person_id), on)).collect();
        let logged = self.log_views(actor, located).await?;
        let mut by_person: BTreeMap<UserId, Vec<Visit>> = BTreeMap::new();
        for visit in self.with_all(actor, &org, rows).await? {
            by_person.entry(visit.person).or_default().push(visit);
        }
        let may_see = |person: UserId, unit| scope.contains(&Ownership { owner: Some(person), unit });
        let visitors = org.active().into_iter().filter(|p| reach(p.role, Action::CheckIn).is_some() && may_see(p.id, p.unit));
        let choices: Vec<(UserId, String)> = visitors.map(|p| (p.id, p.name.clone())).collect();
        if query.verdict.is_none() {
            for (person, _) in choices.iter().filter(|(id, _)| query.person.is_none_or(|wanted| wanted == *id)) {
                by_person.entry(*person).or_default();
            }
        }
        let mut people = Vec::with_capacity(by_person.len());
        let mut due = self.due_of_all(by_person.keys().copied().collect(), on).await?;
        for (person, visits) in by_person {
            let due = due.remove(&person).unwrap_or_default();
            let gone: Vec<Uuid> = due.keys().copied().filter(|id| visits.iter().all(|visit| visit.customer.0 != *id)).collect();
            let missed = if query.verdict.is_some() { Vec::new() } else { self.missed(gone, &due).await? };
            if visits.is_empty() && missed.is_empty() {
                continue;
            }
            people.push(PersonDay { person, name: org.name_of(person), visits, missed });
        }
        people.sort_by(|a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
        Ok(VisitDay { on, people, choices, logged })
    }

    /// A picture of a visit that one may see; of others' it is written down.
    pub async fn check_in_photo(&self, actor: &Actor, id: Uuid) -> Result<Vec<u8>> {
        let photo = check_in_photo::Entity::find_by_id(id).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let row = check_in::Entity::find_by_id(photo.check_in_id).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        grant(actor, Action::ReadCheckIns, &ownership(&row))?;
        self.log_views(actor, BTreeSet::from([(UserId(row.person_id), row.on_day)])).await?;
        Ok(photo.content)
    }

    /// Where the person is checked in today.
    async fn open_visit(&self, actor: &Actor, org: &Org) -> Result<Option<Visit>> {
        use check_in::Column as C;
        let rows = check_in::Entity::find()
            .filter(C::PersonId.eq(actor.id.0))
            .filter(C::OnDay.eq(self.clock.today()))
            .filter(C::Kind.eq(Kind::In.code()))
            .order_by_desc(C::At)
            .order_by_desc(C::Id)
            .limit(1)
            .all(self.db())
            .await?;
        let visit = self.with_all(actor, org, rows).await?.into_iter().next();
        Ok(visit.filter(|visit| matches!(visit.stay, Stay::Open { .. })))
    }

    /// One's own customers, those of today first, and how many were left out.
    async fn offered(&self, actor: &Actor, rules: &FieldRules) -> Result<(Vec<NearCustomer>, i64)> {
        use customer::Column as C;
        let today = self.clock.today();
        let due = self.due_of_all(vec![actor.id], today).await?.remove(&actor.id).unwrap_or_default();
        let readable = scope_of(actor, Action::ReadCustomers)?;
        let own = Condition::any().add(C::OwnerId.eq(actor.id.0)).add(C::Id.is_in(due.keys().copied()));
        let mine = customer::Entity::find().filter(scope::customers(&readable)).filter(own);
        let total = i64::try_from(mine.clone().count(self.db()).await?).unwrap_or(i64::MAX);
        // Those with an appointment must not fall out of a long list.
        let mut rows = mine.clone().filter(C::Id.is_in(due.keys().copied())).all(self.db()).await?;
        rows.extend(
            mine.filter(C::Id.is_not_in(due.keys().copied()))
                .order_by_asc(C::Name)
                .order_by_asc(C::Id)
                .limit(OFFERED)
                .all(self.db())
                .await?,
        );
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let radii = radii(self.db(), ids.clone()).await?;
        let last = self.last_contacts(&ids).await?;
        let mut found = rows
            .into_iter()
            .map(|row| {
                let (planned, step) = due.get(&row.id).cloned().unwrap_or((Planned::None, String::new()));
                Ok(NearCustomer {
                    id: CustomerId(row.id),
                    tier: parsed("tier", &row.tier, Tier::parse)?,
                    phone: row.phone,
                    region: row.region,
                    place: row.latitude.zip(row.longitude).map(|(lat, lon)| Position { lat, lon }),
                    radius_dm: radii.get(&row.id).copied().unwrap_or(rules.radius_dm),
                    planned,
                    step,
                    last: last.get(&row.id).and_then(|contacts| crate::customers::last_of(contacts, today)).map(|(_, on)| on),
                    name: if row.short_name.is_empty() { row.name } else { row.short_name },
                })
            })
            .collect::<Result<Vec<_>>>()?;
        found.sort_by(|a, b| (a.planned == Planned::None, &a.name, a.id).cmp(&(b.planned == Planned::None, &b.name, b.id)));
        let more = total - i64::try_from(found.len()).unwrap_or(i64::MAX);
        Ok((found, more))
    }

    /// What people were to do at customers on a day: tasks, steps that they agreed, and, unless
    /// the day is over, the next steps of their open deals. A task counts before a step.
    async fn due_of_all(&self, people: Vec<UserId>, on: NaiveDate) -> Result<HashMap<UserId, Due>> {
        let ids = || people.iter().map(|id| id.0);
        let tasks: Vec<(Uuid, Uuid, String)> = task::Entity::find()
            .select_only()
            .columns([task::Column::OwnerId, task::Column::CustomerId, task::Column::Title])
            .filter(task::Column::OwnerId.is_in(ids()))
            .filter(task::Column::CustomerId.is_not_null())
            .filter(task::Column::DueOn.eq(on))
            .into_tuple()
            .all(self.db())
            .await?;
        let agreed: Vec<(Uuid, Uuid, String)> = follow_up::Entity::find()
            .select_only()
            .columns([follow_up::Column::ById, follow_up::Column::CustomerId, follow_up::Column::NextStep])
            .filter(follow_up::Column::ById.is_in(ids()))
            .filter(follow_up::Column::NextOn.eq(on))
            .into_tuple()
            .all(self.db())
            .await?;
        let next: Vec<(Uuid, Uuid, String)> = if on < self.clock.today() {
            Vec::new()
        } else {
            deal::Entity::find()
                .select_only()
                .columns([deal::Column::OwnerId, deal::Column::CustomerId, deal::Column::NextStep])
                .filter(deal::Column::OwnerId.is_in(ids()))
                .filter(deal::Column::NextOn.eq(on))
                .filter(deal::Column::Outcome.eq(Outcome::Open.code()))
                .filter(deal::Column::PoolId.is_null())
                .into_tuple()
                .all(self.db())
                .await?
        };
        let mut found: HashMap<UserId, Due> = HashMap::new();
        let steps = agreed.into_iter().chain(next).map(|row| (row, planned(false, true)));
        for ((person, at, text), why) in tasks.into_iter().map(|row| (row, planned(true, false))).chain(steps) {
            let known = found.entry(UserId(person)).or_default().entry(at).or_insert((why, String::new()));
            if known.1.is_empty() {
                known.1 = text;
            }
        }
        Ok(found)
    }

    async fn missed(&self, ids: Vec<Uuid>, due: &Due) -> Result<Vec<(CustomerId, String, Planned)>> {
        let called = self.customers_called(ids).await?;
        let mut missed: Vec<_> = called
            .into_iter()
            .map(|(id, known)| (CustomerId(id), known.name, due.get(&id).map_or(Planned::None, |(why, _)| *why)))
            .collect();
        missed.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        Ok(missed)
    }

    /// Check-ins, whose sight was allowed, with all that belongs to them.
    async fn with_all(&self, actor: &Actor, org: &Org, rows: Vec<check_in::Model>) -> Result<Vec<Visit>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let called = self.customers_called(rows.iter().map(|row| row.customer_id).collect()).await?;
        let mut photos = photos(self.db(), ids.clone()).await?;
        let outs = check_in::Entity::find().filter(check_in::Column::OfId.is_in(ids)).all(self.db()).await?;
        let mut outs: HashMap<Uuid, check_in::Model> = outs.into_iter().filter_map(|row| Some((row.of_id?, row))).collect();
        rows.into_iter()
            .map(|row| {
                let known =
                    called.get(&row.customer_id).ok_or_else(|| StoreError::Internal(format!("check-in {} without customer", row.id)))?;
                let (out, photos) = (outs.remove(&row.id), photos.remove(&row.id).unwrap_or_default());
                self.visit(actor, org, row, known, out, photos)
            })
            .collect()
    }

    fn visit(
        &self,
        actor: &Actor,
        org: &Org,
        row: check_in::Model,
        at: &Called,
        out: Option<check_in::Model>,
        photos: Vec<Uuid>,
    ) -> Result<Visit> {
        let (now, today) = (self.clock.now(), self.clock.today());
        let stay = Stay::of((row.at, row.on_day), out.as_ref().map(|out| (out.at, out.on_day)), (now, today));
        let fix = super::fix(&row)?;
        let mut signals = read_signals(&row.signals)?;
        let out = out
            .map(|out| {
                signals.extend(read_signals(&out.signals)?);
                Ok::<_, StoreError>(Out {
                    at: out.at,
                    verdict: parsed("verdict", &out.verdict, Verdict::parse)?,
                    distance_dm: out.distance_dm,
                    note: out.note,
                })
            })
            .transpose()?;
        signals.sort();
        signals.dedup();
        Ok(Visit {
            id: CheckInId(row.id),
            person: UserId(row.person_id),
            person_name: org.name_of(UserId(row.person_id)),
            customer: CustomerId(row.customer_id),
            customer_name: at.name.clone(),
            tier: at.tier,
            at: row.at,
            on: row.on_day,
            received_at: row.received_at,
            offline: row.offline,
            verdict: parsed("verdict", &row.verdict, Verdict::parse)?,
            distance_dm: row.distance_dm,
            radius_dm: row.radius_dm,
            no_fix: row.no_fix.as_deref().map(|code| parsed("missing position", code, NoFix::parse)).transpose()?,
            rounded: row.rounded,
            place: at.place,
            planned: parsed("plan", &row.planned, Planned::parse)?,
            stay,
            out,
            signals,
            photos,
            note: row.note,
            next_step: row.next_step,
            next_on: row.next_on,
            proposes: !row.rounded && proposes(fix.as_ref(), at.place),
            may_place: grant(actor, Action::WriteCustomers, &at.ownership).is_ok(),
            fix,
        })
    }
}

/// Whether a row says where somebody was.
pub(super) const fn is_located(row: &check_in::Model) -> bool {
    row.latitude.is_some() || row.distance_dm.is_some()
}

fn read_signals(codes: &str) -> Result<Vec<Signal>> {
    codes.split(',').filter(|code| !code.is_empty()).map(|code| parsed("signal", code, Signal::parse)).collect()
}

/// Ids of the pictures of these check-ins.
pub(super) async fn photos(db: &impl ConnectionTrait, of: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    use check_in_photo::Column as P;
    let rows: Vec<(Uuid, Uuid)> = check_in_photo::Entity::find()
        .select_only()
        .columns([P::CheckInId, P::Id])
        .filter(P::CheckInId.is_in(of))
        .order_by_asc(P::Id)
        .into_tuple()
        .all(db)
        .await?;
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (of, id) in rows {
        found.entry(of).or_default().push(id);
    }
    Ok(found)
}
