//! The organisation, its units and people. Small and asked for by every
//! request, so it is kept in memory and read again when it changes.

use crate::entity::{customer, deal, org_unit, organisation, person, task};
use crate::error::{Result, StoreError};
use crate::hub::{Change, Topic};
use crate::write::Work;
use crate::{Store, auth};
use chrono_tz::Tz;
use domain::ids::{RequestId, UnitId, UserId};
use domain::money::Currency;
use domain::org::{DemoAccount, Person, PersonForm, SetUp, Unit, UnitDraft, UnitForm, UnitKind, Viewer};
use domain::pipeline::Outcome;
use domain::policy::{Action, Actor, Granted, Role, grant_any};
use domain::tiers::TierNames;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Deepest tree that is followed; a deeper one is a loop.
const DEPTH: usize = 12;

/// Stands for the command line where a command needs somebody. No person has this id.
pub(crate) const COMMAND_LINE: UserId = UserId(Uuid::nil());

/// A snapshot of the organisation.
#[derive(Debug, Clone)]
pub struct Org {
    pub name: String,
    pub currency: Currency,
    /// In which sums over currencies are said.
    pub reporting: Currency,
    pub time_zone: Tz,
    pub fiscal_start_month: u32,
    pub demo: bool,
    pub tiers: TierNames,
    pub units: Vec<Unit>,
    pub people: HashMap<UserId, Arc<Member>>,
}

/// A person as the process remembers them, without the password.
#[derive(Debug, Clone)]
pub struct Member {
    pub person: Person,
    pub demo_offer: bool,
    pub actor: Actor,
}

impl Org {
    /// The unit and all below it, itself first.
    #[must_use]
    pub fn below(&self, unit: UnitId) -> Vec<UnitId> {
        let mut found = vec![unit];
        let mut level = vec![unit];
        for _ in 0..DEPTH {
            level = self.units.iter().filter(|u| u.parent.is_some_and(|p| level.contains(&p))).map(|u| u.id).collect();
            if level.is_empty() {
                break;
            }
            found.extend(&level);
        }
        found
    }

    /// Whoever has the database in their hands and gives no name: may do everything,
    /// and the audit log names nobody. `None` without units.
    #[must_use]
    pub fn command_line(&self) -> Option<Actor> {
        let unit = self.units.iter().find(|unit| unit.parent.is_none())?.id;
        let name = String::from("weir");
        Some(Actor { id: COMMAND_LINE, name, role: Role::Administrator, unit, units_below: self.below(unit) })
    }

    #[must_use]
    pub fn unit_name(&self, unit: UnitId) -> String {
        self.units.iter().find(|u| u.id == unit).map_or_else(String::new, |u| u.name.clone())
    }

    /// Name of a person, also of one who has left.
    #[must_use]
    pub fn name_of(&self, user: UserId) -> String {
        self.people.get(&user).map_or_else(String::new, |m| m.person.name.clone())
    }

    /// Active people, by name.
    #[must_use]
    pub fn active(&self) -> Vec<&Person> {
        let mut people: Vec<_> = self.people.values().map(|m| &m.person).filter(|p| p.active).collect();
        people.sort_by(|a, b| a.name.cmp(&b.name));
        people
    }
}

pub(crate) async fn load(db: &impl ConnectionTrait) -> Result<Option<Org>> {
    let Some(row) = organisation::Entity::find().one(db).await? else { return Ok(None) };
    let unknown = |what: &str, value: &str| StoreError::Internal(format!("unknown {what} in the database: {value}"));
    let units = org_unit::Entity::find().order_by_asc(org_unit::Column::Position).all(db).await?;
    let units = units
        .into_iter()
        .map(|u| {
            Ok(Unit {
                id: UnitId(u.id),
                parent: u.parent_id.map(UnitId),
                kind: UnitKind::parse(&u.kind).ok_or_else(|| unknown("unit kind", &u.kind))?,
                name: u.name,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let mut org = Org {
        currency: Currency::parse(&row.currency).ok_or_else(|| unknown("currency", &row.currency))?,
        reporting: crate::rates::reporting_of(&row)?,
        time_zone: row.time_zone.parse().map_err(|_| unknown("time zone", &row.time_zone))?,
        fiscal_start_month: row.fiscal_start_month.try_into().unwrap_or(1),
        name: row.name,
        demo: row.demo,
        tiers: crate::tiers::names(db).await?,
        units,
        people: HashMap::new(),
    };
    for p in person::Entity::find().all(db).await? {
        let role = Role::parse(&p.role).ok_or_else(|| unknown("role", &p.role))?;
        let (id, unit) = (UserId(p.id), UnitId(p.unit_id));
        let actor = Actor { id, name: p.name.clone(), role, unit, units_below: org.below(unit) };
        let person = Person { id, name: p.name, email: p.email, role, unit, active: p.active, version: p.version };
        org.people.insert(id, Arc::new(Member { person, demo_offer: p.demo_offer, actor }));
    }
    Ok(Some(org))
}

impl Store {
    /// Reads the organisation again; called at start and after it changed.
    pub async fn reload_org(&self) -> Result<()> {
        let org = load(&self.owner).await?.map(Arc::new);
        *self.org.write().map_err(|_| StoreError::Internal("organisation".into()))? = org;
        Ok(())
    }

    /// Reads it again after a change by somebody, and says so once more: who heard of it at the
    /// commit may have asked before it was read.
    pub(crate) async fn reread_org(&self, by: &Actor) -> Result<()> {
        self.reload_org().await?;
        self.hub.announce(org_change(by.id.0, by));
        Ok(())
    }

    /// `None` before set-up.
    #[must_use]
    pub fn org(&self) -> Option<Arc<Org>> {
        self.org.read().ok()?.clone()
    }

    pub(crate) fn require_org(&self) -> Result<Arc<Org>> {
        self.org().ok_or_else(|| StoreError::Internal("not set up".into()))
    }

    /// What pages know about the one who looks at them.
    #[must_use]
    pub fn viewer(&self, user: UserId) -> Option<Viewer> {
        let org = self.org()?;
        let member = org.people.get(&user)?;
        let p = &member.person;
        Some(Viewer {
            id: p.id,
            name: p.name.clone(),
            email: p.email.clone(),
            role: p.role,
            unit_name: org.unit_name(p.unit),
            organisation: org.name.clone(),
            currency: org.currency,
            today: self.clock.today(),
            offset_min: self.clock.offset_min(),
            demo: org.demo,
            tiers: org.tiers.clone(),
        })
    }

    /// The accounts that a demo's sign-in page offers; none elsewhere.
    #[must_use]
    pub fn demo_accounts(&self) -> Vec<DemoAccount> {
        let Some(org) = self.org().filter(|org| org.demo) else { return Vec::new() };
        let mut found: Vec<_> = org
            .people
            .values()
            .filter(|m| m.demo_offer && m.person.active)
            .map(|m| DemoAccount {
                id: m.person.id,
                name: m.person.name.clone(),
                role: m.person.role,
                unit_name: org.unit_name(m.person.unit),
            })
            .collect();
        found.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
        found
    }

    /// The first start: makes the organisation, its company unit, the default
    /// pipeline and the administrator. Refused once there is an organisation.
    pub async fn set_up(&self, set_up: SetUp) -> Result<UserId> {
        let hash = auth::hash_password(set_up.password.clone()).await?;
        let now = self.now();
        let tx = self.owner.begin().await?;
        if organisation::Entity::find().one(&tx).await?.is_some() {
            return Err(StoreError::refused("", "already_set_up"));
        }
        organisation::Entity::insert(organisation::ActiveModel {
            id: Set(1),
            name: Set(set_up.organisation.clone()),
            currency: Set(set_up.currency.code().to_owned()),
            time_zone: Set(set_up.time_zone.to_owned()),
            fiscal_start_month: Set(i32::try_from(set_up.fiscal_start_month).unwrap_or(1)),
            demo: Set(false),
            demo_as_of: Set(None),
            reporting_currency: Set(None),
        })
        .exec_without_returning(&tx)
        .await
        .map_err(|error| match error.sql_err() {
            // Somebody set up at the same moment.
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => StoreError::refused("", "already_set_up"),
            _ => error.into(),
        })?;
        let unit = Uuid::now_v7();
        org_unit::Entity::insert(org_unit::ActiveModel {
            id: Set(unit),
            parent_id: Set(None),
            kind: Set(UnitKind::Company.code().to_owned()),
            name: Set(set_up.organisation),
            position: Set(1),
        })
        .exec_without_returning(&tx)
        .await?;
        let id = Uuid::now_v7();
        person::Entity::insert(person::ActiveModel {
            id: Set(id),
            email: Set(set_up.email),
            name: Set(set_up.name),
            password_hash: Set(hash),
            role: Set(Role::Administrator.code().to_owned()),
            unit_id: Set(unit),
            hired_on: Set(None),
            active: Set(true),
            demo_offer: Set(false),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        })
        .exec_without_returning(&tx)
        .await?;
        crate::pipeline::stages::insert_default(&tx).await?;
        tx.commit().await?;
        self.reload_org().await?;
        if let Some(org) = self.org() {
            self.clock.set_zone(org.time_zone);
        }
        self.hub.forget();
        Ok(UserId(id))
    }

    /// Adds a person or changes one. Names of the fields are those of the form.
    pub async fn save_person(&self, by: &Actor, request: RequestId, form: PersonForm) -> Result<UserId> {
        let granted = grant_any(by, Action::ManagePeople)?;
        let draft = form.check()?;
        let org = self.require_org()?;
        if !org.units.iter().any(|u| u.id == draft.unit) {
            return Err(StoreError::refused("unit", "unknown_value"));
        }
        // Who is not an administrator makes none, and changes none.
        let target = Uuid::try_parse(&form.id).ok();
        let touches_admin = draft.role == Role::Administrator
            || target.and_then(|id| org.people.get(&UserId(id))).is_some_and(|m| m.person.role == Role::Administrator);
        if touches_admin && by.role != Role::Administrator {
            return Err(StoreError::refused("role", "forbidden"));
        }
        if target == Some(by.id.0) && (!draft.active || draft.role != by.role) {
            return Err(StoreError::refused("role", "not_yourself"));
        }
        let hash = match draft.password {
            Some(password) => Some(auth::hash_password(password).await?),
            None => None,
        };
        let (id, moved) = self
            .write(by, request, move |work| async move {
                let mut moved = false;
                let taken = [("person.email", "person_email_key", "email")];
                let id = match target {
                    None => {
                        let id = work.new_id();
                        let row = person::ActiveModel {
                            id: Set(id),
                            email: Set(draft.email.clone()),
                            name: Set(draft.name.clone()),
                            password_hash: Set(hash.ok_or_else(|| StoreError::refused("password", "required"))?),
                            role: Set(draft.role.code().to_owned()),
                            unit_id: Set(draft.unit.0),
                            hired_on: Set(None),
                            active: Set(true),
                            demo_offer: Set(false),
                            created_at: Set(work.now),
                            updated_at: Set(work.now),
                            version: Set(1),
                        };
                        person::Entity::insert(row).exec_without_returning(work.tx()).await.map_err(|e| StoreError::or_taken(e, &taken))?;
                        id
                    }
                    Some(id) => {
                        let row = person::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
                        if row.version != form.version {
                            return Err(work.stale(row.id, row.version).await?);
                        }
                        let mut change = row.clone().into_active_model();
                        change.email = Set(draft.email.clone());
                        change.name = Set(draft.name.clone());
                        change.role = Set(draft.role.code().to_owned());
                        change.unit_id = Set(draft.unit.0);
                        change.active = Set(draft.active);
                        change.updated_at = Set(work.now);
                        change.version = Set(row.version + 1);
                        let password_changed = hash.is_some();
                        if let Some(hash) = hash {
                            change.password_hash = Set(hash);
                        }
                        change.update(work.tx()).await.map_err(|e| StoreError::or_taken(e, &taken))?;
                        if row.unit_id != draft.unit.0 {
                            take_along(&work, id, draft.unit.0).await?;
                            moved = true;
                        }
                        if password_changed || !draft.active {
                            auth::end_sign_ins(work.tx(), UserId(id), None).await?;
                        }
                        id
                    }
                };
                work.audit(
                    granted,
                    "person",
                    id,
                    &serde_json::json!({ "name": draft.name, "role": draft.role, "unit": draft.unit, "active": draft.active }),
                )?;
                work.changed(org_change(id, &work.by))?;
                Ok((UserId(id), moved))
            })
            .await?;
        self.reread_org(by).await?;
        if moved {
            self.hub.forget();
        }
        Ok(id)
    }

    /// Adds a unit, or renames one and moves it with all that is below it.
    pub async fn save_unit(&self, by: &Actor, request: RequestId, form: UnitForm) -> Result<UnitId> {
        let granted = grant_any(by, Action::ManagePeople)?;
        let org = self.require_org()?;
        let draft = form.check(&org.units)?;
        let position = i32::try_from(org.units.len()).unwrap_or(i32::MAX) + 1;
        let id = self.write(by, request, move |work| async move { save_unit(&work, granted, position, draft).await }).await?;
        self.reread_org(by).await?;
        Ok(id)
    }
}

async fn save_unit(work: &Work, granted: Granted, position: i32, draft: UnitDraft) -> Result<UnitId> {
    let id = if let Some(UnitId(id)) = draft.id {
        let row = org_unit::Entity::find_by_id(id).lock_exclusive().one(work.tx()).await?.ok_or(StoreError::NotFound)?;
        let mut change = row.into_active_model();
        change.name = Set(draft.name.clone());
        change.parent_id = Set(draft.parent.map(|parent| parent.0));
        change.kind = Set(draft.kind.code().to_owned());
        change.update(work.tx()).await?;
        id
    } else {
        let row = org_unit::ActiveModel {
            id: Set(work.new_id()),
            parent_id: Set(draft.parent.map(|parent| parent.0)),
            kind: Set(draft.kind.code().to_owned()),
            name: Set(draft.name.clone()),
            position: Set(position),
        };
        org_unit::Entity::insert(row).exec(work.tx()).await?.last_insert_id
    };
    work.audit(granted, "org_unit", id, &serde_json::json!({ "name": draft.name, "parent": draft.parent }))?;
    work.changed(org_change(id, &work.by))?;
    Ok(UnitId(id))
}

/// What a person works on goes along to another unit, where the new manager
/// sees it; what is closed stays with the unit that closed it.
async fn take_along(work: &Work, person: Uuid, unit: Uuid) -> Result<()> {
    let to = || Expr::value(unit);
    deal::Entity::update_many()
        .col_expr(deal::Column::UnitId, to())
        .filter(deal::Column::OwnerId.eq(person))
        .filter(deal::Column::Outcome.eq(Outcome::Open.code()))
        .filter(deal::Column::PoolId.is_null())
        .exec(work.tx())
        .await?;
    customer::Entity::update_many()
        .col_expr(customer::Column::UnitId, to())
        .filter(customer::Column::OwnerId.eq(person))
        .exec(work.tx())
        .await?;
    task::Entity::update_many()
        .col_expr(task::Column::UnitId, to())
        .filter(task::Column::OwnerId.eq(person))
        .filter(task::Column::DoneAt.is_null())
        .exec(work.tx())
        .await?;
    crate::satisfaction::take_along(work, person, unit).await
}

pub(crate) fn org_change(id: Uuid, by: &Actor) -> Change {
    Change { topic: Topic::Org, id, version: 0, owner: None, unit: None, by: Some(by.id), by_name: by.name.clone() }
}
