//! Consent to being located; who looked where somebody was; rounding what is old; taking one's
//! own records home, and erasing where one was.

use super::settings::rules;
use super::{check_in, check_in_photo, location_consent, location_view};
use crate::Store;
use crate::error::{Result, StoreError};
use crate::org::Org;
use crate::write::{Work, author};
use crate::{entity, new_request};
use chrono::NaiveDate;
use domain::check_in::Position;
use domain::field::page::{ConsentForm, EraseForm, PrivacyPage, ViewRow};
use domain::field::privacy::{Consent, ROUNDED_DM, covers, rounded};
use domain::field::settings::FieldRules;
use domain::ids::{RequestId, UserId};
use domain::policy::{Action, Actor, Reach, grant_any, reach};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Looks that a page lists.
const LISTED: u64 = 100;
/// Old check-ins that are rounded by one command.
const ROUNDED: u64 = 500;

/// The consent of a person as it stands.
pub(super) async fn consent(db: &impl ConnectionTrait, of: UserId, exact_days: u32) -> Result<Consent> {
    let last = location_consent::Entity::find()
        .filter(location_consent::Column::PersonId.eq(of.0))
        .order_by_desc(location_consent::Column::GivenAt)
        .order_by_desc(location_consent::Column::Id)
        .one(db)
        .await?;
    Ok(Consent::of(last.as_ref().map(|row| (row.version.as_str(), row.given_at, row.withdrawn_at)), exact_days))
}

/// What a person takes home of a check-in.
#[derive(Debug, Clone, Serialize)]
pub struct OwnRecord {
    pub id: uuid::Uuid,
    pub kind: String,
    pub customer: String,
    pub captured_at: chrono::DateTime<chrono::Utc>,
    pub at: chrono::DateTime<chrono::Utc>,
    pub received_at: chrono::DateTime<chrono::Utc>,
    pub skew_s: i64,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub crs: String,
    pub accuracy_dm: Option<i64>,
    pub fix_age_s: Option<i64>,
    pub no_fix: Option<String>,
    pub rounded: bool,
    pub distance_dm: Option<i64>,
    pub verdict: String,
    pub planned: String,
    pub signals: String,
    pub note: String,
    pub next_step: String,
    pub next_on: Option<NaiveDate>,
    pub offline: bool,
    pub install: String,
    pub agent: String,
    /// Under `/export/field/`.
    pub photos: Vec<uuid::Uuid>,
}

impl Store {
    /// Gives or takes back one's own consent to the text in force.
    pub async fn set_consent(&self, by: &Actor, request: RequestId, form: ConsentForm) -> Result<()> {
        grant_any(by, Action::CheckIn)?;
        self.write(by, request, move |work| async move {
            let (rules, _) = rules(work.tx()).await?;
            if form.give && !covers(&form.version, rules.exact_days) {
                return Err(StoreError::refused("", "consent_outdated"));
            }
            put_consent(&work, form.give.then_some(form.version), rules.exact_days).await
        })
        .await
    }

    /// What is kept of one's own locations, and who looked at them. Who reaches everybody's
    /// sees the whole log.
    pub async fn privacy_page(&self, actor: &Actor) -> Result<PrivacyPage> {
        use check_in::Column as C;
        grant_any(actor, Action::ReadCheckIns)?;
        let org = self.require_org()?;
        let own = |more: Condition| check_in::Entity::find().filter(C::PersonId.eq(actor.id.0)).filter(more);
        let placed = Condition::all().add(C::Latitude.is_not_null());
        let count = async |more: Condition| -> Result<i64> { Ok(i64::try_from(own(more).count(self.db()).await?).unwrap_or(i64::MAX)) };
        let kept = (
            count(Condition::all()).await?,
            count(placed.clone().add(C::Rounded.eq(false))).await?,
            count(placed.add(C::Rounded.eq(true))).await?,
        );
        let ids: Vec<uuid::Uuid> = own(Condition::all()).select_only().column(C::Id).into_tuple().all(self.db()).await?;
        let mut photos = 0;
        for ids in ids.chunks(500) {
            let found = check_in_photo::Entity::find().filter(check_in_photo::Column::CheckInId.is_in(ids.iter().copied()));
            photos += i64::try_from(found.count(self.db()).await?).unwrap_or(i64::MAX);
        }
        let (rules, _) = rules(self.db()).await?;
        let all = reach(actor.role, Action::ReadCheckIns) == Some(Reach::All);
        Ok(PrivacyPage {
            consent: consent(self.db(), actor.id, rules.exact_days).await?,
            kept,
            photos,
            rules,
            seen_by: self.views_of(&org, Some(actor.id)).await?,
            all: if all { Some(self.views_of(&org, None).await?) } else { None },
        })
    }

    async fn views_of(&self, org: &Org, subject: Option<UserId>) -> Result<Vec<ViewRow>> {
        use location_view::Column as V;
        let of = Condition::all().add_option(subject.map(|id| V::SubjectId.eq(id.0)));
        let rows = location_view::Entity::find().filter(of).order_by_desc(V::At).order_by_desc(V::Id).limit(LISTED).all(self.db()).await?;
        let row = |row: location_view::Model| ViewRow {
            viewer: org.name_of(UserId(row.viewer_id)),
            subject: org.name_of(UserId(row.subject_id)),
            of_day: row.of_day,
            at: row.at,
            times: row.times,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Writes down that `viewer` looks where these people were on these days. To be called
    /// before the answer goes out: a look that cannot be written down is none.
    pub(super) async fn log_views(&self, viewer: &Actor, seen: BTreeSet<(UserId, NaiveDate)>) -> Result<bool> {
        let seen: Vec<_> = seen.into_iter().filter(|(person, _)| *person != viewer.id).collect();
        if seen.is_empty() {
            return Ok(false);
        }
        self.write(viewer, new_request(), move |work| async move {
            for (subject, of_day) in seen {
                put_view(&work, subject, of_day).await?;
            }
            Ok(true)
        })
        .await
    }

    /// Rounds positions that were kept as long as was promised, or is. Gives how many.
    pub async fn round_positions(&self) -> Result<u64> {
        let Some(by) = self.org().and_then(|org| org.command_line()) else { return Ok(0) };
        let today = self.clock.today();
        let (rules, _) = rules(self.db()).await?;
        let old = || check_in::Entity::find().filter(exact()).filter(old(&rules, today));
        let mut done = 0;
        // Most hours there is nothing to round, and nothing is written.
        while old().limit(1).one(self.db()).await?.is_some() {
            let rows = old().limit(ROUNDED).lock_exclusive();
            let some: u64 = self
                .write(&by, new_request(), move |work| async move {
                    let rows = rows.all(work.tx()).await?;
                    let count = rows.len() as u64;
                    for row in rows {
                        let near = row.latitude.zip(row.longitude).map(|(lat, lon)| rounded(Position { lat, lon }));
                        let mut change = row.into_active_model();
                        change.latitude = Set(near.map(|at| at.lat));
                        change.longitude = Set(near.map(|at| at.lon));
                        change.accuracy_dm = Set(Some(ROUNDED_DM));
                        change.distance_dm = Set(None);
                        change.rounded = Set(true);
                        change.update(work.tx()).await?;
                    }
                    Ok(count)
                })
                .await?;
            done += some;
        }
        Ok(done)
    }

    /// Erases pictures that were kept as long as is set. Gives how many.
    pub async fn erase_old_photos(&self) -> Result<u64> {
        let Some(by) = self.org().and_then(|org| org.command_line()) else { return Ok(0) };
        let (rules, _) = rules(self.db()).await?;
        let Some(before) = rules.photos_since(self.clock.today()) else { return Ok(0) };
        if photos_before(self.db(), before).await? == 0 {
            return Ok(0);
        }
        self.write(&by, new_request(), move |work| async move {
            Ok(check_in_photo::Entity::delete_many().filter(of_before(before)).exec(work.tx()).await?.rows_affected)
        })
        .await
    }

    /// All of one's own check-ins, the latest first, to be taken home.
    pub async fn own_check_ins(&self, actor: &Actor) -> Result<Vec<OwnRecord>> {
        use check_in::Column as C;
        grant_any(actor, Action::CheckIn)?;
        let rows =
            check_in::Entity::find().filter(C::PersonId.eq(actor.id.0)).order_by_desc(C::At).order_by_desc(C::Id).all(self.db()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for rows in rows.chunks(500) {
            let names = self.customers_called(rows.iter().map(|row| row.customer_id).collect()).await?;
            let mut photos = super::read::photos(self.db(), rows.iter().map(|row| row.id).collect()).await?;
            for row in rows.iter().cloned() {
                found.push(OwnRecord {
                    photos: photos.remove(&row.id).unwrap_or_default(),
                    customer: names.get(&row.customer_id).map(|known| known.name.clone()).unwrap_or_default(),
                    id: row.id,
                    kind: row.kind,
                    captured_at: row.captured_at,
                    at: row.at,
                    received_at: row.received_at,
                    skew_s: row.skew_s,
                    latitude: row.latitude,
                    longitude: row.longitude,
                    crs: row.crs,
                    accuracy_dm: row.accuracy_dm,
                    fix_age_s: row.fix_age_s,
                    no_fix: row.no_fix,
                    rounded: row.rounded,
                    distance_dm: row.distance_dm,
                    verdict: row.verdict,
                    planned: row.planned,
                    signals: row.signals,
                    note: row.note,
                    next_step: row.next_step,
                    next_on: row.next_on,
                    offline: row.offline,
                    install: row.install,
                    agent: row.agent,
                });
            }
        }
        Ok(found)
    }

    /// Erases where one was, by what, and all pictures: of one's own check-ins. That there was
    /// a visit, when, at whom and with which verdict, stays.
    pub async fn erase_own(&self, by: &Actor, request: RequestId, form: EraseForm) -> Result<u64> {
        use check_in::Column as C;
        let granted = grant_any(by, Action::CheckIn)?;
        if !form.sure {
            return Err(StoreError::refused("sure", "required"));
        }
        self.write(by, request, move |work| async move {
            let own = C::PersonId.eq(work.by.id.0);
            let ids: Vec<uuid::Uuid> =
                check_in::Entity::find().select_only().column(C::Id).filter(own.clone()).into_tuple().all(work.tx()).await?;
            for ids in ids.chunks(500) {
                let of = check_in_photo::Column::CheckInId.is_in(ids.iter().copied());
                check_in_photo::Entity::delete_many().filter(of).exec(work.tx()).await?;
            }
            let nothing = || Expr::value(Option::<f64>::None);
            let erased = check_in::Entity::update_many()
                .col_expr(C::Latitude, nothing())
                .col_expr(C::Longitude, nothing())
                .col_expr(C::AccuracyDm, Expr::value(Option::<i64>::None))
                .col_expr(C::DistanceDm, Expr::value(Option::<i64>::None))
                .col_expr(C::Install, Expr::value(""))
                .col_expr(C::Agent, Expr::value(""))
                .filter(own)
                .exec(work.tx())
                .await?;
            work.audit(granted, "check_in", work.by.id.0, &serde_json::json!({ "erased": erased.rows_affected }))?;
            Ok(erased.rows_affected)
        })
        .await
    }
}

/// Check-ins with an exact position. With an exact distance from a known place a rounded one is
/// exact again.
pub(super) fn exact() -> Condition {
    use check_in::Column as C;
    Condition::all().add(C::Latitude.is_not_null()).add(Condition::any().add(C::Rounded.eq(false)).add(C::DistanceDm.is_not_null()))
}

/// Those that are not exact any more: by what was promised when they were measured, and by what holds now.
pub(super) fn old(rules: &FieldRules, today: NaiveDate) -> Condition {
    use check_in::Column as C;
    let earlier = Condition::all().add(C::ExactUntil.is_null()).add(C::OnDay.lt(FieldRules::HOUSE.exact_since(today)));
    Condition::any().add(C::OnDay.lt(rules.exact_since(today))).add(C::ExactUntil.lt(today)).add(earlier)
}

/// Pictures of check-ins before a day.
fn of_before(day: NaiveDate) -> Condition {
    use check_in::Column as C;
    let old = sea_orm::sea_query::Query::select().column(C::Id).from(check_in::Entity).and_where(C::OnDay.lt(day)).take();
    Condition::all().add(check_in_photo::Column::CheckInId.in_subquery(old))
}

pub(super) async fn photos_before(db: &impl ConnectionTrait, day: NaiveDate) -> Result<i64> {
    Ok(i64::try_from(check_in_photo::Entity::find().filter(of_before(day)).count(db).await?).unwrap_or(i64::MAX))
}

/// `give`: the version that was agreed to.
async fn put_consent(work: &Work, give: Option<String>, exact_days: u32) -> Result<()> {
    let granted = grant_any(&work.by, Action::CheckIn)?;
    work.alone(&format!("consent {}", work.by.id)).await?;
    // Whoever agreed to an earlier text takes that back too.
    let standing = location_consent::Entity::find()
        .filter(location_consent::Column::PersonId.eq(work.by.id.0))
        .filter(location_consent::Column::WithdrawnAt.is_null())
        .all(work.tx())
        .await?;
    if give.is_some() && standing.iter().any(|row| covers(&row.version, exact_days)) {
        return Ok(());
    }
    for row in standing {
        let mut change = row.into_active_model();
        change.withdrawn_at = Set(Some(work.now));
        change.update(work.tx()).await?;
    }
    if let Some(version) = &give {
        let row = location_consent::ActiveModel {
            id: Set(work.new_id()),
            person_id: Set(work.by.id.0),
            version: Set(version.clone()),
            given_at: Set(work.now),
            withdrawn_at: Set(None),
        };
        location_consent::Entity::insert(row).exec_without_returning(work.tx()).await?;
    }
    work.audit(granted, "location_consent", work.by.id.0, &serde_json::json!({ "given": give.is_some(), "version": give }))
}

pub(super) async fn put_view(work: &Work, subject: UserId, of_day: NaiveDate) -> Result<()> {
    use location_view::Column as V;
    // The command line stands for nobody, and looks at nothing.
    let Some(viewer) = author(&work.by) else { return Ok(()) };
    work.alone(&format!("view {viewer} {subject} {of_day}")).await?;
    let known = location_view::Entity::find()
        .filter(V::ViewerId.eq(viewer))
        .filter(V::SubjectId.eq(subject.0))
        .filter(V::OfDay.eq(of_day))
        .filter(V::OnDay.eq(work.today))
        .one(work.tx())
        .await?;
    if let Some(row) = known {
        let times = row.times.saturating_add(1);
        let mut change = row.into_active_model();
        change.at = Set(work.now);
        change.times = Set(times);
        change.update(work.tx()).await?;
        return Ok(());
    }
    let row = location_view::ActiveModel {
        id: Set(work.new_id()),
        viewer_id: Set(viewer),
        subject_id: Set(subject.0),
        of_day: Set(of_day),
        on_day: Set(work.today),
        at: Set(work.now),
        times: Set(1),
    };
    location_view::Entity::insert(row).exec_without_returning(work.tx()).await?;
    Ok(())
}

/// A customer's name, tier and place for the pages of the field.
pub(super) struct Called {
    pub name: String,
    pub tier: domain::customers::Tier,
    pub place: Option<Position>,
    pub ownership: domain::policy::Ownership,
}

impl Store {
    pub(super) async fn customers_called(&self, ids: Vec<uuid::Uuid>) -> Result<std::collections::HashMap<uuid::Uuid, Called>> {
        let rows = entity::customer::Entity::find().filter(entity::customer::Column::Id.is_in(ids)).all(self.db()).await?;
        rows.into_iter()
            .map(|row| {
                let called = Called {
                    tier: crate::pipeline::read("tier", &row.tier, domain::customers::Tier::parse)?,
                    place: row.latitude.zip(row.longitude).map(|(lat, lon)| Position { lat, lon }),
                    ownership: crate::customers::ownership(&row),
                    name: if row.short_name.is_empty() { row.name } else { row.short_name },
                };
                Ok((row.id, called))
            })
            .collect()
    }
}
