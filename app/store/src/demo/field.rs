//! Check-ins: follow-ups of the last weeks that were visits, as a phone would have told them, with
//! every verdict and every reason for doubt; consents, and who looked. Some are so old that their
//! position is rounded.
//!
//! Verdicts and reasons follow from the rules and what is invented here: a position, a clock, a
//! device. Only what is told to the rules is made up.

use super::Company;
use super::calendar::{Calendar, local, utc};
use super::chance::{Dice, Stream};
use crate::check_ins::record::hash;
use crate::check_ins::{check_in, check_in_photo, location_consent, location_view};
use crate::entity::{customer, follow_up};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use domain::check_in::{DEFAULT_RADIUS_DM, Position};
use domain::field::form::VisitForm;
use domain::field::photo::clean;
use domain::field::privacy::{CONSENT_VERSION, rounded};
use domain::field::settings::FieldRules;
use domain::field::signals::{Around, Other, Signal, signals};
use domain::field::{CRS, Fix, Kind, NoFix, Planned, Source, judge, planned};
use domain::ids::CustomerId;
use domain::policy::{Action, Reach, Role, reach};
use domain::work::FollowUpKind;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Days of which all visits are told, and of which those at the far end are kept rounded.
const DAYS: u64 = 60;
const OLD_DAYS: u64 = 10;
/// Pictures are of the last days only.
const PHOTO_DAYS: u64 = 20;
/// An invented position lies so far to the west, where nobody gets to in so many hours by road.
const SPEED_DEGREES: f64 = 35.0;
const SPEED_HOURS: i64 = 20;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;
const PHOTO: &[u8] = include_bytes!("photo.jpg");
const AGENT: &str = "Demo";

/// What is unusual about a visit; each comes up once in so many visits as there are entries, and
/// most visits are usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twist {
    None,
    Edge,
    Far,
    Vague,
    Denied,
    Timeout,
    OldFix,
    Clock,
    Late,
    Device,
    Reused,
    Picked,
    Flat,
    SamePlace,
    Speed,
    NoConsent,
    Short,
    Open,
}

const TWISTS: [Twist; 34] = {
    use Twist as T;
    [
        T::None,
        T::Edge,
        T::None,
        T::Denied,
        T::None,
        T::Far,
        T::None,
        T::Short,
        T::None,
        T::Vague,
        T::None,
        T::OldFix,
        T::None,
        T::Speed,
        T::None,
        T::Open,
        T::None,
        T::Late,
        T::None,
        T::Picked,
        T::None,
        T::SamePlace,
        T::None,
        T::Clock,
        T::None,
        T::Timeout,
        T::None,
        T::Flat,
        T::None,
        T::Reused,
        T::None,
        T::Device,
        T::NoConsent,
        T::None,
    ]
};

struct Writer {
    dice: Dice,
    end: DateTime<Utc>,
    as_of: NaiveDate,
    /// Of each person, what came before.
    before: HashMap<Uuid, Vec<Other>>,
    /// The last picture that was sent.
    last_photo: Option<Vec<u8>>,
    photos: u8,
    /// Somebody is to be too fast, as soon as there are two visits close to one another.
    owed: bool,
}

/// Adds the check-ins and all that belongs to them.
pub(super) fn field(calendar: &Calendar, seed: u64, company: &mut Company) {
    let roles: HashMap<Uuid, Role> = company.people.iter().filter_map(|p| Some((p.id, Role::parse(&p.role)?))).collect();
    let units: HashMap<Uuid, Uuid> = company.people.iter().map(|p| (p.id, p.unit_id)).collect();
    let placed: HashMap<Uuid, &customer::Model> =
        company.customers.iter().filter(|c| c.latitude.is_some() && c.longitude.is_some()).map(|c| (c.id, c)).collect();
    let due: HashSet<(Uuid, Uuid, NaiveDate)> =
        company.tasks.iter().filter_map(|task| Some((task.owner_id, task.customer_id?, task.due_on?))).collect();
    let steps: HashMap<(Uuid, Uuid, NaiveDate), DateTime<Utc>> =
        company.follow_ups.iter().filter_map(|row| Some(((row.by_id, row.customer_id, row.next_on?), row.at))).collect();
    let exact = FieldRules::HOUSE.exact_since(calendar.as_of);
    let told = |on: NaiveDate| on >= calendar.as_of - Days::new(DAYS) || on < exact && on >= exact - Days::new(OLD_DAYS);
    let visited = |row: &&follow_up::Model| {
        let visits = roles.get(&row.by_id).is_some_and(|role| reach(*role, Action::CheckIn) == Some(Reach::Own));
        row.kind == FollowUpKind::Visit.code() && visits && placed.contains_key(&row.customer_id) && told(local(row.at).date())
    };
    let mut visits: Vec<&follow_up::Model> = company.follow_ups.iter().filter(visited).collect();
    visits.sort_by_key(|row| (row.at, row.id));
    let mut writer = Writer {
        dice: Dice::new(seed, Stream::Field),
        end: utc(calendar.end()),
        as_of: calendar.as_of,
        before: HashMap::new(),
        last_photo: None,
        photos: 0,
        owed: false,
    };
    let (mut rows, mut photos) = (Vec::new(), Vec::new());
    for (place, row) in visits.iter().enumerate() {
        let on = local(row.at).date();
        let step = steps.get(&(row.by_id, row.customer_id, on)).is_some_and(|agreed| *agreed < row.at);
        let why = planned(due.contains(&(row.by_id, row.customer_id, on)), step);
        let unit = units.get(&row.by_id).copied().unwrap_or_default();
        writer.visit(row, placed[&row.customer_id], (unit, why), TWISTS[place % TWISTS.len()], &mut rows, &mut photos);
    }
    let people: HashSet<Uuid> = rows.iter().map(|row| row.person_id).collect();
    company.consents = consents(&mut writer.dice, calendar, company, &people);
    company.looks = looks(&mut writer.dice, calendar, company, &rows);
    company.check_ins = rows;
    company.photos = photos;
}

impl Writer {
    fn visit(
        &mut self,
        said: &follow_up::Model,
        at_customer: &customer::Model,
        (unit, why): (Uuid, Planned),
        twist: Twist,
        rows: &mut Vec<check_in::Model>,
        photos: &mut Vec<check_in_photo::Model>,
    ) {
        let place = at_customer.latitude.zip(at_customer.longitude).map(|(lat, lon)| Position { lat, lon });
        let others = self.before.get(&said.by_id).cloned().unwrap_or_default();
        let close = others.last().is_some_and(|other| other.fix.is_some() && said.at - other.at < Duration::hours(SPEED_HOURS));
        let twist = match twist {
            Twist::Speed if !close => {
                self.owed = true;
                Twist::None
            }
            Twist::None if self.owed && close => {
                self.owed = false;
                Twist::Speed
            }
            twist => twist,
        };
        let mut fix = place.map(|place| self.fix(place, twist, &others));
        let mut no_fix = match twist {
            Twist::Denied => Some(NoFix::Denied),
            Twist::Timeout => Some(NoFix::Timeout),
            Twist::NoConsent => Some(NoFix::NoConsent),
            _ => None,
        };
        if no_fix.is_some() {
            fix = None;
        }
        let home = format!("demo-{}", &said.by_id.simple().to_string()[20..]);
        let install = if twist == Twist::Device && !others.is_empty() { format!("{home}-2") } else { home };
        let late = twist == Twist::Late && said.at + Duration::hours(80) < self.end;
        let received_at = said.at + if late { Duration::hours(75) } else { Duration::seconds(self.dice.between(1, 9)) };
        let skew_s = if twist == Twist::Clock { 900 } else { self.dice.between(-2, 2) };
        let picture = self.picture(said, twist);
        let known_device = if others.is_empty() { None } else { Some(others.iter().any(|other| other.install == install)) };
        let around = Around {
            photo_reused: picture.is_some() && twist == Twist::Reused,
            known_device,
            without_consent: twist == Twist::NoConsent,
            photo_missing: false,
            others: others.clone(),
        };
        let form = VisitForm { customer: said.customer_id.to_string(), ..VisitForm::default() };
        let Ok(draft) = form.check(received_at, |at| local(at).date()) else { return };
        let photo_age_s = picture.is_some().then_some(if twist == Twist::Picked { 86_400 } else { 6 });
        let draft = domain::field::form::VisitDraft { at: said.at, skew_s, fix, photo_age_s, ..draft };
        let mut found = signals(&draft, received_at, &around);
        if found.contains(&Signal::Speed) && twist != Twist::Speed {
            // Somebody who visits two cities an hour apart has written one of them down later:
            // they did so without a position.
            fix = None;
            no_fix = Some(NoFix::Chosen);
            found.retain(|signal| !matches!(signal, Signal::Speed | Signal::SamePlace | Signal::FlatAccuracy | Signal::OldFix));
        }
        let (distance_dm, verdict) = judge(fix.as_ref(), place, DEFAULT_RADIUS_DM);
        let on_day = local(said.at).date();
        let old = on_day < FieldRules::HOUSE.exact_since(self.as_of);
        let shown = fix.map(|fix| if old { rounded(fix.position) } else { fix.position });
        let row = check_in::Model {
            id: self.dice.id(said.at),
            person_id: said.by_id,
            unit_id: unit,
            customer_id: said.customer_id,
            kind: Kind::In.code().to_owned(),
            of_id: None,
            captured_at: said.at + Duration::seconds(skew_s),
            at: said.at,
            on_day,
            received_at,
            skew_s,
            latitude: shown.map(|at| at.lat),
            longitude: shown.map(|at| at.lon),
            crs: CRS.to_owned(),
            accuracy_dm: fix.map(|fix| fix.accuracy_dm),
            source: fix.map_or(Source::None, |fix| fix.source).code().to_owned(),
            fix_age_s: fix.map(|fix| fix.age_s),
            no_fix: no_fix.map(|why| why.code().to_owned()),
            rounded: old && fix.is_some(),
            distance_dm,
            radius_dm: DEFAULT_RADIUS_DM,
            verdict: verdict.code().to_owned(),
            planned: why.code().to_owned(),
            signals: found.iter().map(|signal| signal.code()).collect::<Vec<_>>().join(","),
            note: said.content.clone(),
            next_step: said.next_step.clone(),
            next_on: said.next_on,
            offline: late || self.dice.chance(0.12),
            install: install.clone(),
            agent: AGENT.to_owned(),
            follow_up_id: Some(said.id),
            exact_until: on_day.checked_add_days(Days::new(u64::from(FieldRules::HOUSE.exact_days))),
        };
        if let Some(content) = picture {
            photos.push(check_in_photo::Model {
                id: self.dice.id(received_at),
                check_in_id: row.id,
                sha256: hash(&content),
                width: 320,
                height: 240,
                content,
                at: received_at,
            });
        }
        self.before.entry(said.by_id).or_default().push(Other { at: said.at, customer: CustomerId(said.customer_id), fix, install });
        rows.extend(self.left(&row, twist));
        rows.push(row);
    }

    /// Where the device says it is.
    fn fix(&mut self, place: Position, twist: Twist, others: &[Other]) -> Fix {
        let (north_m, accuracy_dm) = match twist {
            Twist::Edge => (515.0, 300),
            Twist::Far => (2_400.0, 220),
            Twist::Vague => (90.0, 12_000),
            Twist::Flat => (30.0, 0),
            _ => (self.dice.normal() * 40.0, self.dice.between(60, 450)),
        };
        let mut position = Position { lat: place.lat + north_m / DEGREE_M, lon: place.lon + self.dice.normal() * 20.0 / DEGREE_M };
        if twist == Twist::Speed {
            position.lon = place.lon - SPEED_DEGREES;
        }
        if twist == Twist::SamePlace {
            position = others.iter().rev().find_map(|other| other.fix).map_or(position, |fix| fix.position);
        }
        let (age_s, source) = if twist == Twist::OldFix { (340, Source::Cached) } else { (self.dice.between(1, 12), Source::Live) };
        Fix { position, accuracy_dm, age_s, source }
    }

    /// A picture of its own, or the last one again.
    fn picture(&mut self, said: &follow_up::Model, twist: Twist) -> Option<Vec<u8>> {
        let recent = local(said.at).date() >= self.as_of - Days::new(PHOTO_DAYS);
        let wanted = matches!(twist, Twist::Reused | Twist::Picked) || recent && self.dice.chance(0.4);
        if !wanted {
            return None;
        }
        if let Some(last) = self.last_photo.clone().filter(|_| twist == Twist::Reused) {
            return Some(last);
        }
        let mut content = clean(PHOTO).ok()?.bytes;
        // One coefficient of the first table makes it another picture, a little.
        let table = content.windows(2).position(|pair| pair == [0xFF, 0xDB])?;
        self.photos = self.photos.wrapping_add(1);
        content[table + 5 + 63] = self.photos.max(1);
        self.last_photo = Some(content.clone());
        Some(content)
    }

    /// The check-out, if there is one.
    fn left(&mut self, row: &check_in::Model, twist: Twist) -> Option<check_in::Model> {
        let minutes = match twist {
            Twist::Open => return None,
            Twist::Short => 4,
            _ => self.dice.between(14, 95),
        };
        let at = row.at + Duration::minutes(minutes);
        if at >= self.end || local(at).date() != row.on_day {
            return None;
        }
        Some(check_in::Model {
            id: self.dice.id(at),
            kind: Kind::Out.code().to_owned(),
            of_id: Some(row.id),
            captured_at: at,
            at,
            received_at: at.max(row.received_at),
            skew_s: 0,
            planned: Planned::None.code().to_owned(),
            signals: String::new(),
            note: String::new(),
            next_step: String::new(),
            next_on: None,
            follow_up_id: None,
            ..row.clone()
        })
    }
}

/// Everybody who checked in agreed before the first check-in.
fn consents(dice: &mut Dice, calendar: &Calendar, company: &Company, people: &HashSet<Uuid>) -> Vec<location_consent::Model> {
    let given = utc((calendar.as_of - Days::new(300)).and_time(NaiveTime::MIN) + Duration::hours(10));
    let those = company.people.iter().filter(|person| people.contains(&person.id));
    those
        .map(|person| location_consent::Model {
            id: dice.id(given),
            person_id: person.id,
            version: CONSENT_VERSION.to_owned(),
            given_at: given.max(person.created_at),
            withdrawn_at: None,
        })
        .collect()
}

/// Managers of a unit looked at the visits of the last days.
fn looks(dice: &mut Dice, calendar: &Calendar, company: &Company, rows: &[check_in::Model]) -> Vec<location_view::Model> {
    let managers: HashMap<Uuid, Uuid> =
        company.people.iter().filter(|p| p.role == Role::Manager.code() && p.active).map(|p| (p.unit_id, p.id)).collect();
    let above: HashMap<Uuid, Option<Uuid>> = company.units.iter().map(|unit| (unit.id, unit.parent_id)).collect();
    // The manager of the unit, or of the next one above that has one.
    let manager_of = |unit: Uuid, but: Uuid| {
        let mut line = std::iter::successors(Some(unit), |unit| above.get(unit).copied().flatten());
        line.find_map(|unit| managers.get(&unit).copied().filter(|manager| *manager != but))
    };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| row.latitude.is_some() && row.on_day >= calendar.as_of - Days::new(14)) {
        let Some(viewer) = manager_of(row.unit_id, row.person_id) else { continue };
        let on_day = row.on_day + Days::new(1);
        if on_day >= calendar.as_of || !seen.insert((viewer, row.person_id, row.on_day)) {
            continue;
        }
        let at = utc(on_day.and_time(NaiveTime::MIN) + Duration::minutes(dice.between(9 * 60, 11 * 60)));
        let times = i32::try_from(dice.between(1, 3)).unwrap_or(1);
        found.push(location_view::Model {
            id: dice.id(at),
            viewer_id: viewer,
            subject_id: row.person_id,
            of_day: row.on_day,
            on_day,
            at,
            times,
        });
    }
    found
}
