//! Writing down what a phone sends. Each thing has an id of the phone's and is taken once,
//! in whatever order and however often it comes.

use super::settings::{exact_days, rules};
use super::{change, check_in, check_in_photo, radius};
use crate::Store;
use crate::customers::{customer_change, living, ownership as customer_ownership};
use crate::entity::{customer, deal, follow_up, task};
use crate::error::{Result, StoreError};
use crate::pool::owner_change;
use crate::work::log_at;
use crate::write::Work;
use crate::{Clock, new_request};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use domain::check_in::Position;
use domain::field::form::{Taken, VisitDraft, VisitForm};
use domain::field::photo::{PHOTOS_MAX, Photo, clean};
use domain::field::settings::PhotoRule;
use domain::field::signals::{Around, Other, signals};
use domain::field::{CRS, Kind, NoFix, Planned, Source, judge, planned};
use domain::ids::{CustomerId, FollowUpId, RequestId};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, grant, grant_any};
use domain::violation::Violation;
use domain::work::{FollowUpForm, FollowUpKind};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

/// Check-ins of the person before and after one, that it is compared with.
const BEFORE: u64 = 20;
const AFTER: u64 = 5;
/// And not those further away than this.
const NEAR_DAYS: i64 = 30;
/// Steps from a merged customer to the one that it is now; more are a loop.
const FOLLOWED: usize = 20;

impl Store {
    /// Writes down a check-in or check-out with its pictures, all or nothing. `agent`: what the
    /// browser calls itself.
    ///
    /// # Errors
    /// Refused if it is somebody else's, or no use to anybody; a verdict refuses nothing.
    pub async fn record_check_in(&self, by: &Actor, form: VisitForm, photos: Vec<Vec<u8>>, agent: &str) -> Result<Taken> {
        grant_any(by, Action::CheckIn)?;
        let clock = self.clock;
        // A phone lives on the real day, whatever day the demo lives on.
        let shift = clock.shift();
        let mut draft = form.check(clock.now() - shift, |at| clock.local_date(at + shift))?;
        draft.at += shift;
        draft.captured_at += shift;
        refuse_others(by, draft.person)?;
        if photos.len() > PHOTOS_MAX {
            return Err(vec![Violation::new("photo", "too_many").with("max", PHOTOS_MAX)].into());
        }
        let photos = tokio::task::spawn_blocking(move || photos.iter().map(|raw| clean(raw)).collect::<std::result::Result<Vec<_>, _>>())
            .await
            .map_err(|error| StoreError::Internal(error.to_string()))?
            .map_err(|found| vec![found])?;
        let agent: String = agent.chars().filter(|c| !c.is_control()).take(300).collect();
        let photos = Arc::new(photos);
        self.write(by, new_request(), move |work| async move { record(&work, clock, draft, &photos, agent).await }).await
    }

    /// Writes down a follow-up that a phone kept, once, as of when it was written. `request`: that
    /// of the page it was written on, which may have sent it and not heard the answer.
    pub async fn record_follow_up(
        &self,
        by: &Actor,
        (id, request): (FollowUpId, Option<RequestId>),
        person: Option<domain::ids::UserId>,
        form: FollowUpForm,
        at: Option<DateTime<Utc>>,
    ) -> Result<Taken> {
        grant_any(by, Action::LogWork)?;
        refuse_others(by, person)?;
        let at = at.unwrap_or_else(|| self.clock.now()).min(self.clock.now());
        // By the day on which it was written: the step was agreed for later then.
        let draft = form.check(self.clock.local_date(at))?;
        let day = self.clock.local_date(at);
        let new = Arc::new(AtomicBool::new(false));
        let written = new.clone();
        // The answer is of the kind that `log_follow_up` gives: each answers the other's requests.
        let known: FollowUpId = self
            .write(by, request.unwrap_or_else(new_request), move |work| async move {
                work.alone(&format!("follow-up {id}")).await?;
                if let Some(row) = follow_up::Entity::find_by_id(id.0).one(work.tx()).await? {
                    return if row.by_id == work.by.id.0 { Ok(id) } else { Err(StoreError::RequestReused) };
                }
                let mut draft = draft;
                draft.customer = CustomerId(now_called(&work, draft.customer.0).await?.id);
                let id = log_at(&work, id.0, draft, (at, day)).await?;
                written.store(true, Ordering::Release);
                Ok(id)
            })
            .await?;
        Ok(if new.load(Ordering::Acquire) { Taken::Accepted { id: known.0 } } else { Taken::Already { id: known.0 } })
    }
}

/// What one person's phone kept is never written down as another's.
fn refuse_others(by: &Actor, person: Option<domain::ids::UserId>) -> Result<()> {
    if person.is_some_and(|person| person != by.id) {
        return Err(StoreError::refused("person", "another_person"));
    }
    Ok(())
}

async fn record(work: &Work, clock: Clock, mut draft: VisitDraft, photos: &[Photo], agent: String) -> Result<Taken> {
    let granted = grant_any(&work.by, Action::CheckIn)?;
    let id = draft.id.map_or_else(|| work.new_id(), |id| id.0);
    work.alone(&format!("check-in {id}")).await?;
    if let Some(row) = check_in::Entity::find_by_id(id).one(work.tx()).await? {
        return if row.person_id == work.by.id.0 { Ok(Taken::Already { id }) } else { Err(StoreError::RequestReused) };
    }
    let on_day = clock.local_date(draft.at);
    let (of_id, was_at) = match draft.kind {
        Kind::In => (None, None),
        Kind::Out => ended_by(work, &draft, on_day).await?,
    };
    let at_customer = now_called(work, was_at.unwrap_or(draft.customer.0)).await?;
    // Whoever came in goes out, whosever the customer is by then.
    if was_at.is_none() && !had(work, &at_customer, draft.at).await? {
        grant(&work.by, Action::ReadCustomers, &customer_ownership(&at_customer))?;
    }
    let (rules, _) = rules(work.tx()).await?;
    let ruled = draft.kind == Kind::In && rules.rules_photos(draft.at);
    let photo_missing = ruled && rules.photo == PhotoRule::Required && photos.is_empty();
    // What was kept without network is taken as it is: nobody is there any more to take a picture.
    if photo_missing && !draft.offline {
        return Err(vec![Violation::new("photo", "photo_required")].into());
    }
    // A picture that came although none is asked for is not kept; what was written before is.
    let left_out = if ruled && rules.photo == PhotoRule::Off { photos.len() } else { 0 };
    let photos = if left_out > 0 { &[][..] } else { photos };
    let exact_days = exact_days(work.tx(), &rules, draft.at).await?;
    let without_consent = draft.fix.is_some() && !super::privacy::consent(work.tx(), work.by.id, exact_days).await?.holds();
    if without_consent {
        draft.fix = None;
        draft.no_fix = Some(NoFix::NoConsent);
    }
    let place = at_customer.latitude.zip(at_customer.longitude).map(|(lat, lon)| Position { lat, lon });
    // Only points of one reference system have a distance.
    let place = place.filter(|_| at_customer.crs == CRS);
    let radius_dm = radius(work.tx(), at_customer.id, rules.radius_dm).await?;
    let (distance_dm, verdict) = judge(draft.fix.as_ref(), place, radius_dm);
    let hashes: Vec<String> = photos.iter().map(|photo| hash(&photo.bytes)).collect();
    let around = Around {
        others: others(work, &draft).await?,
        photo_reused: seen_before(work, &hashes).await?,
        known_device: known_device(work, &draft.install).await?,
        without_consent,
        photo_missing,
    };
    let found = signals(&draft, work.now, &around);
    let why = match draft.kind {
        Kind::In => expected(work, at_customer.id, on_day, draft.at).await?,
        Kind::Out => Planned::None,
    };
    let follow_up_id = said(work, id, &at_customer, &draft).await?;
    let row = check_in::Model {
        id,
        person_id: work.by.id.0,
        unit_id: work.by.unit.0,
        customer_id: at_customer.id,
        kind: draft.kind.code().to_owned(),
        of_id,
        captured_at: draft.captured_at,
        at: draft.at,
        on_day,
        received_at: work.now,
        skew_s: draft.skew_s,
        latitude: draft.fix.map(|fix| fix.position.lat),
        longitude: draft.fix.map(|fix| fix.position.lon),
        crs: CRS.to_owned(),
        accuracy_dm: draft.fix.map(|fix| fix.accuracy_dm),
        source: draft.fix.map_or(Source::None, |fix| fix.source).code().to_owned(),
        fix_age_s: draft.fix.map(|fix| fix.age_s),
        no_fix: draft.no_fix.map(|why| why.code().to_owned()),
        rounded: false,
        distance_dm,
        radius_dm,
        verdict: verdict.code().to_owned(),
        planned: why.code().to_owned(),
        signals: found.iter().map(|signal| signal.code()).collect::<Vec<_>>().join(","),
        note: draft.note,
        next_step: draft.next_step,
        next_on: draft.next_on,
        offline: draft.offline,
        install: draft.install,
        agent,
        follow_up_id,
        exact_until: on_day.checked_add_days(Days::new(u64::from(exact_days))),
    };
    insert(work, &row, photos, hashes).await?;
    // No position: what is written here stays when the row's is rounded or erased.
    let mut record = serde_json::json!({ "customer": row.customer_id, "kind": row.kind, "on": row.on_day, "verdict": row.verdict });
    if left_out > 0 {
        record["photos_left_out"] = left_out.into();
    }
    work.audit(granted, "check_in", id, &record)?;
    work.changed(change(&row, &work.by))?;
    Ok(Taken::Accepted { id })
}

async fn insert(work: &Work, row: &check_in::Model, photos: &[Photo], hashes: Vec<String>) -> Result<()> {
    use sea_orm::{ActiveModelTrait, IntoActiveModel};
    let names = [("check_in.of_id", "check_in_of", "of")];
    check_in::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(work.tx())
        .await
        .map_err(|error| StoreError::or_taken(error, &names))?;
    for (photo, sha256) in photos.iter().zip(hashes) {
        let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let photo = check_in_photo::ActiveModel {
            id: Set(work.new_id()),
            check_in_id: Set(row.id),
            sha256: Set(sha256),
            width: Set(side(photo.width)),
            height: Set(side(photo.height)),
            content: Set(photo.bytes.clone()),
            at: Set(work.now),
        };
        check_in_photo::Entity::insert(photo).exec_without_returning(work.tx()).await?;
    }
    Ok(())
}

/// The customer, or the one that it was merged into.
async fn now_called(work: &Work, mut id: Uuid) -> Result<customer::Model> {
    for _ in 0..FOLLOWED {
        if let Some(row) = living(work, id).await? {
            return Ok(row);
        }
        let gone = customer::Entity::find_by_id(id).one(work.tx()).await?.ok_or(StoreError::NotFound)?;
        id = gone.merged_into.ok_or(StoreError::NotFound)?;
    }
    Err(StoreError::NotFound)
}

/// Whether the customer was the person's when they were there: a phone may tell of it after it
/// went to somebody else.
async fn had(work: &Work, at_customer: &customer::Model, at: DateTime<Utc>) -> Result<bool> {
    use owner_change::Column as O;
    let since = owner_change::Entity::find().filter(O::CustomerId.eq(at_customer.id)).filter(O::At.gt(at)).order_by_asc(O::At);
    Ok(since.one(work.tx()).await?.is_some_and(|first| first.from_id == Some(work.by.id.0)))
}

/// The check-in that a check-out ends, and where it was: the one it names, also if that has yet
/// to come, or the last one of the day that is open.
async fn ended_by(work: &Work, draft: &VisitDraft, on_day: NaiveDate) -> Result<(Option<Uuid>, Option<Uuid>)> {
    use check_in::Column as C;
    if let Some(named) = draft.of {
        let row = check_in::Entity::find_by_id(named.0).one(work.tx()).await?;
        if row.as_ref().is_some_and(|row| row.person_id != work.by.id.0 || row.kind != Kind::In.code()) {
            return Err(StoreError::NotFound);
        }
        work.alone(&format!("check-out of {named}")).await?;
        let ended = check_in::Entity::find().filter(C::OfId.eq(named.0)).count(work.tx()).await?;
        if ended > 0 {
            return Err(StoreError::refused("of", "checked_out_already"));
        }
        return Ok((Some(named.0), row.map(|row| row.customer_id)));
    }
    work.alone(&format!("check-outs of {}", work.by.id)).await?;
    let of_day = Condition::all().add(C::PersonId.eq(work.by.id.0)).add(C::OnDay.eq(on_day));
    let rows = check_in::Entity::find().filter(of_day).order_by_desc(C::At).all(work.tx()).await?;
    let ended: Vec<Uuid> = rows.iter().filter_map(|row| row.of_id).collect();
    let open = rows.iter().find(|row| row.kind == Kind::In.code() && row.at <= draft.at && !ended.contains(&row.id));
    let open = open.ok_or_else(|| StoreError::refused("of", "not_checked_in"))?;
    Ok((Some(open.id), Some(open.customer_id)))
}

/// The person's check-ins around this one, in the order of time.
async fn others(work: &Work, draft: &VisitDraft) -> Result<Vec<Other>> {
    use check_in::Column as C;
    let own = |range: Condition| check_in::Entity::find().filter(C::PersonId.eq(work.by.id.0)).filter(range);
    let near = Duration::days(NEAR_DAYS);
    let before = Condition::all().add(C::At.lte(draft.at)).add(C::At.gte(draft.at - near));
    let after = Condition::all().add(C::At.gt(draft.at)).add(C::At.lte(draft.at + near));
    let mut rows = own(before).order_by_desc(C::At).order_by_desc(C::Id).limit(BEFORE).all(work.tx()).await?;
    rows.reverse();
    rows.extend(own(after).order_by_asc(C::At).order_by_asc(C::Id).limit(AFTER).all(work.tx()).await?);
    rows.into_iter()
        .map(|row| {
            // A rounded position is no measurement any more.
            let fix = if row.rounded { None } else { super::fix(&row)? };
            Ok(Other { at: row.at, customer: CustomerId(row.customer_id), fix, install: row.install })
        })
        .collect()
}

async fn seen_before(work: &Work, hashes: &[String]) -> Result<bool> {
    if hashes.is_empty() {
        return Ok(false);
    }
    let known = check_in_photo::Entity::find().filter(check_in_photo::Column::Sha256.is_in(hashes.iter().cloned()));
    Ok(known.count(work.tx()).await? > 0)
}

async fn known_device(work: &Work, install: &str) -> Result<Option<bool>> {
    use check_in::Column as C;
    if install.is_empty() {
        return Ok(None);
    }
    let own = || check_in::Entity::find().filter(C::PersonId.eq(work.by.id.0));
    if own().filter(C::Install.eq(install)).count(work.tx()).await? > 0 {
        return Ok(Some(true));
    }
    // The first device of all is no new one.
    Ok((own().filter(C::Install.ne("")).count(work.tx()).await? > 0).then_some(false))
}

/// Why the visit was expected on its day: by what was agreed before it began.
async fn expected(work: &Work, at_customer: Uuid, on: NaiveDate, at: DateTime<Utc>) -> Result<Planned> {
    let me = work.by.id.0;
    let due = task::Entity::find()
        .filter(task::Column::OwnerId.eq(me))
        .filter(task::Column::CustomerId.eq(at_customer))
        .filter(task::Column::DueOn.eq(on))
        .filter(task::Column::CreatedAt.lte(at))
        .count(work.tx())
        .await?;
    let agreed = follow_up::Entity::find()
        .filter(follow_up::Column::ById.eq(me))
        .filter(follow_up::Column::CustomerId.eq(at_customer))
        .filter(follow_up::Column::NextOn.eq(on))
        .filter(follow_up::Column::At.lt(at))
        .count(work.tx())
        .await?;
    // A deal's next step is that of today: what it was on a day that is over is not known.
    let next = if on < work.today {
        0
    } else {
        deal::Entity::find()
            .filter(deal::Column::OwnerId.eq(me))
            .filter(deal::Column::CustomerId.eq(at_customer))
            .filter(deal::Column::NextOn.eq(on))
            .filter(deal::Column::Outcome.eq(Outcome::Open.code()))
            .filter(deal::Column::PoolId.is_null())
            .count(work.tx())
            .await?
    };
    Ok(planned(due > 0, agreed + next > 0))
}

/// A check-in with a note or a next step is a contact with the customer too.
async fn said(work: &Work, of: Uuid, at_customer: &customer::Model, draft: &VisitDraft) -> Result<Option<Uuid>> {
    if draft.note.is_empty() && draft.next_step.is_empty() && draft.next_on.is_none() {
        return Ok(None);
    }
    let id = work.new_id();
    let row = follow_up::ActiveModel {
        id: Set(id),
        customer_id: Set(at_customer.id),
        deal_id: Set(None),
        contact_id: Set(None),
        kind: Set(FollowUpKind::Visit.code().to_owned()),
        content: Set(draft.note.clone()),
        next_step: Set(draft.next_step.clone()),
        next_on: Set(draft.next_on),
        at: Set(draft.at),
        by_id: Set(work.by.id.0),
    };
    follow_up::Entity::insert(row).exec_without_returning(work.tx()).await?;
    crate::mentions::note(work, id, &draft.note).await?;
    let granted = grant_any(&work.by, Action::CheckIn)?;
    let record = serde_json::json!({ "customer": at_customer.id, "kind": FollowUpKind::Visit, "check_in": of, "next_on": draft.next_on });
    work.audit(granted, "follow_up", id, &record)?;
    work.changed(customer_change(at_customer, &work.by))?;
    Ok(Some(id))
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
