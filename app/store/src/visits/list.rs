//! What is due as a list and as a calendar.

use super::due::Due;
use super::{need, visit};
use crate::Store;
use crate::entity::{contact, customer};
use crate::error::{Result, StoreError};
use crate::org::Org;
use chrono::NaiveDate;
use domain::ids::{ContactId, CustomerId, UnitId, UserId, VisitId};
use domain::page::{Cursor, PAGE_ROWS, Page};
use domain::policy::{Action, Actor, Role, scope as scope_of};
use domain::revisit::Escalation;
use domain::violation::parse_date;
use domain::visits::needs::NeedStatus;
use domain::visits::record::{UNDO_SECONDS, VisitDone};
use domain::visits::view::{Layout, MONTH_SHOWN, ReachOf, VisitCalendar, VisitDay, VisitFilter, VisitList, VisitRow, WEEK_SHOWN, shown};
use domain::visits::{Standing, level, told};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// What is due, and who hears of it.
pub(crate) struct Heard {
    due: Due,
    standing: Standing,
    level: Option<Escalation>,
    told: Vec<UserId>,
}

/// Who is told by the ladder.
pub(super) struct Ladder<'a> {
    org: &'a Org,
    managers: Vec<(UserId, UnitId)>,
}

impl<'a> Ladder<'a> {
    pub(super) fn of(org: &'a Org) -> Self {
        let active = org.active();
        let mut managers: Vec<_> = active.iter().filter(|person| person.role == Role::Manager).map(|p| (p.id, p.unit)).collect();
        managers.sort_unstable();
        Self { org, managers }
    }

    fn heard(&self, due: Due, today: NaiveDate) -> Heard {
        let level = level(due.visit.due, today);
        let told = level.map_or_else(Vec::new, |level| told(level, due.owner, due.unit, &self.org.units, &self.managers));
        Heard { standing: Standing::of(due.visit.due, today), level, told, due }
    }
}

impl Heard {
    /// The actor hears of it as somebody's manager.
    fn with(&self, actor: &Actor) -> bool {
        self.due.owner != actor.id && self.told.contains(&actor.id)
    }

    /// In the part of the set that the filter names.
    fn fits(&self, actor: &Actor, filter: &VisitFilter) -> bool {
        filter.standing.is_none_or(|standing| self.standing == standing)
            && filter.level.is_none_or(|level| self.level == Some(level))
            && (!filter.with_me || self.with(actor))
    }
}

/// What a filter says of the customer's row, but for whose it is.
pub(super) fn of_customers(filter: &VisitFilter, org: &Org) -> Condition {
    use customer::Column as C;
    Condition::all()
        .add_option(filter.team.map(|v| C::UnitId.is_in(org.below(v).into_iter().map(|unit| unit.0))))
        .add_option(filter.tier.map(|v| C::Tier.eq(v.code())))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Store {
    /// The set that a filter leaves, but for where it stands and who hears of it.
    async fn heard(&self, actor: &Actor, filter: &VisitFilter, org: &Org) -> Result<Vec<Heard>> {
        let scope = scope_of(actor, Action::LogWork)?;
        let due = self.due_of(actor, &scope, of_customers(filter, org), filter.owner).await?;
        let ladder = Ladder::of(org);
        let today = self.clock.today();
        let counts = |due: &Due| filter.channel.is_none_or(|kind| due.channels.is_empty() || due.channels.contains(&kind));
        Ok(due.into_iter().filter(counts).map(|due| ladder.heard(due, today)).collect())
    }

    /// A page of the visits that are due or will be, those due first, first.
    pub async fn visits(&self, actor: &Actor, filter: &VisitFilter, after: Option<&str>, done: Option<VisitId>) -> Result<VisitList> {
        let org = self.require_org()?;
        let all = self.heard(actor, filter, &org).await?;
        let standings = Standing::ALL.iter().map(|one| (*one, count(all.iter().filter(|row| row.standing == *one).count()))).collect();
        let of_level = |one: Escalation| all.iter().filter(|row| row.level == Some(one)).count();
        let levels = Escalation::ALL.iter().map(|one| (*one, count(of_level(*one)))).collect();
        let with_me = count(all.iter().filter(|row| row.with(actor)).count());
        let narrowed: Vec<&Heard> = all.iter().filter(|row| row.fits(actor, filter)).collect();
        let from = match after.and_then(Cursor::decode) {
            None => 0,
            Some(cursor) => {
                let on = parse_date(&cursor.value).ok_or_else(|| StoreError::refused("after", "bad_request"))?;
                narrowed.partition_point(|row| (row.due.visit.due, row.due.id) <= (on, cursor.id))
            }
        };
        let page: Vec<&Heard> = narrowed.iter().skip(from).take(usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX)).copied().collect();
        let last = page.last().filter(|_| from + page.len() < narrowed.len());
        let next = last.map(|row| Cursor { value: row.due.visit.due.to_string(), id: row.due.id }.encode());
        let rows = self.visit_rows(&org, &page).await?;
        let done = match done {
            Some(id) => self.visit_done(actor, id).await?,
            None => None,
        };
        Ok(VisitList { page: Page { rows, total: count(narrowed.len()), next }, standings, levels, with_me, done })
    }

    /// All that the list would show, page after page.
    pub(crate) async fn visits_narrowed(&self, actor: &Actor, filter: &VisitFilter) -> Result<Vec<Heard>> {
        let org = self.require_org()?;
        let mut all = self.heard(actor, filter, &org).await?;
        all.retain(|row| row.fits(actor, filter));
        Ok(all)
    }

    /// The visits of whole weeks around a day, each on the day on which it is due.
    pub async fn visit_calendar(
        &self,
        actor: &Actor,
        filter: &VisitFilter,
        layout: Layout,
        at: Option<NaiveDate>,
    ) -> Result<VisitCalendar> {
        let org = self.require_org()?;
        let today = self.clock.today();
        let (from, to) = shown(layout, at.unwrap_or(today));
        let all = self.heard(actor, filter, &org).await?;
        let named = self.named_days(from, to).await?;
        let calendar = self.work_calendar().await?;
        let most = if layout == Layout::Month { MONTH_SHOWN } else { WEEK_SHOWN };
        let here = |on: NaiveDate| all.iter().filter(move |row| row.due.visit.due == on);
        let shown: Vec<&Heard> = from.iter_days().take_while(|on| *on <= to).flat_map(|on| here(on).take(most)).collect();
        let rows = self.visit_rows(&org, &shown).await?;
        let day = |on: NaiveDate| VisitDay {
            on,
            workday: calendar.workdays().is_workday(on),
            name: named.iter().find(|day| day.on == on).map(|day| day.name.clone()).unwrap_or_default(),
            count: count(here(on).count()),
            rows: rows.iter().filter(|row| row.due == on).cloned().collect(),
        };
        let days = from.iter_days().take_while(|on| *on <= to).map(day).collect();
        let before = count(all.iter().filter(|row| row.due.visit.due < from).count());
        let overdue = count(all.iter().filter(|row| row.standing == Standing::Overdue).count());
        Ok(VisitCalendar { days, before, overdue })
    }

    /// With what only rows say: whom to reach, and what is unsettled.
    pub(crate) async fn visit_rows(&self, org: &Org, page: &[&Heard]) -> Result<Vec<VisitRow>> {
        if page.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = page.iter().map(|row| row.due.id).collect();
        let mut reach = self.reach_of(&ids).await?;
        let needs = self.unsettled_of(&ids).await?;
        let row = |row: &&Heard| {
            let Heard { due, standing, level, told } = *row;
            VisitRow {
                customer: CustomerId(due.id),
                name: due.name.clone(),
                tier: due.tier,
                owner: due.owner,
                owner_name: org.name_of(due.owner),
                reach: reach.remove(&due.id).unwrap_or_default(),
                channels: due.channels.clone(),
                last: due.last,
                asks: due.asks,
                due: due.visit.due,
                overdue_days: due.visit.overdue_days,
                standing: *standing,
                level: *level,
                told: told.iter().map(|id| (*id, org.name_of(*id))).collect(),
                needs: needs.get(&due.id).copied().unwrap_or_default(),
            }
        };
        Ok(page.iter().map(row).collect())
    }

    /// The contact who is asked first, else one who can be called, else the customer's own
    /// number.
    async fn reach_of(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, ReachOf>> {
        use {contact::Column as P, customer::Column as C};
        let own: Vec<(Uuid, String, String)> = customer::Entity::find()
            .select_only()
            .columns([C::Id, C::Name, C::Phone])
            .filter(C::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(self.db())
            .await?;
        let of = |(id, name, phone)| (id, ReachOf { contact: None, name, phone, email: String::new() });
        let mut found: HashMap<Uuid, ReachOf> = own.into_iter().map(of).collect();
        let contacts = contact::Entity::find()
            .filter(P::CustomerId.is_in(ids.iter().copied()))
            .order_by_desc(P::IsPrimary)
            .order_by_asc(P::Id)
            .all(self.db())
            .await?;
        for row in contacts {
            let Some(reach) = found.get_mut(&row.customer_id) else { continue };
            if reach.contact.is_none() && (row.is_primary || !row.phone.is_empty()) {
                *reach = ReachOf { contact: Some(ContactId(row.id)), name: row.name, phone: row.phone, email: row.email };
            }
        }
        Ok(found)
    }

    async fn unsettled_of(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
        use need::Column as N;
        let unsettled = NeedStatus::ALL.iter().filter(|status| status.is_unsettled()).map(|status| status.code());
        let rows: Vec<(Uuid, i64)> = need::Entity::find()
            .select_only()
            .column(N::CustomerId)
            .column_as(N::Id.count(), "needs")
            .filter(N::CustomerId.is_in(ids.iter().copied()))
            .filter(N::Status.is_in(unsettled))
            .group_by(N::CustomerId)
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// One's own visit that was written down a moment ago; nothing for anybody else.
    async fn visit_done(&self, actor: &Actor, id: VisitId) -> Result<Option<VisitDone>> {
        let row = visit::Entity::find_by_id(id.0).filter(visit::Column::ById.eq(actor.id.0)).one(self.db()).await?;
        let Some(row) = row else { return Ok(None) };
        let name = customer::Entity::find_by_id(row.customer_id).one(self.db()).await?.map(|c| c.name).unwrap_or_default();
        let may_undo = (self.clock.now() - row.created_at).num_seconds() < UNDO_SECONDS;
        Ok(Some(VisitDone { id, customer: CustomerId(row.customer_id), customer_name: name, may_undo }))
    }
}
