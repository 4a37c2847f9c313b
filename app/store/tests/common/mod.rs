//! Fresh stores, and a small company in them, made only through the public
//! interface. Every test runs its body on SQLite, and on PostgreSQL too if
//! `TEST_POSTGRES_URL` names a server on which it may create databases
//! (`scripts/postgres.sh start` makes one). `WEIR_REQUIRE_POSTGRES=1` makes
//! its absence a failure.
#![allow(dead_code, clippy::unwrap_used, reason = "every test file uses a part of it, and only in tests")]

use chrono::{Days, NaiveDate};
use domain::customers::CustomerForm;
use domain::ids::{CustomerId, DealId, StageId, UnitId, UserId};
use domain::money::Currency;
use domain::org::{PersonForm, SetUp, UnitForm};
use domain::page::Sort;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::pipeline::{Card, DealSort, Stage};
use domain::policy::{Actor, Role};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, FromQueryResult, JsonValue, Statement};
use std::io::Write;
use std::sync::Once;
use store::{Store, StoreError, new_request};
use tokio::sync::OnceCell;

/// The day on which tests live: a Wednesday in the second quarter.
pub const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 5, 20).expect("a real date");
pub const PASSWORD: &str = "correct horse battery";

#[must_use]
pub fn day(offset: i64) -> NaiveDate {
    if offset < 0 { DAY - Days::new(offset.unsigned_abs()) } else { DAY + Days::new(offset.unsigned_abs()) }
}

/// Amounts in tests are typed as whole units.
#[must_use]
pub fn whole_units(text: &str, _currency: &str) -> Option<i64> {
    text.parse::<i64>().ok().map(|n| n * 100)
}

/// A store that nothing is in, and its address.
pub struct Fresh {
    pub store: Store,
    pub url: String,
}

/// Databases that tests start from: made once, copied for every test. Copying
/// takes a small part of the time that a schema and ten hashed passwords take.
struct Original<T> {
    /// The file's bytes.
    sqlite: OnceCell<(Vec<u8>, T)>,
    /// The database's name. It stays on the server, one for every run.
    postgres: OnceCell<(String, T)>,
}

static EMPTY: Original<()> = Original { sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() };
static COMPANY: Original<Shop> = Original { sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() };

/// Runs the body on an empty store of each kind.
pub async fn each_fresh(body: impl AsyncFn(Fresh)) {
    EMPTY.each(async |_| (), async |fresh, ()| body(fresh).await).await;
}

/// Runs the body in the small company, on a store of each kind.
pub async fn each(body: impl AsyncFn(Shop)) {
    COMPANY.each(Shop::founded, async |Fresh { store, url }, shop| body(Shop { store, url, ..shop.clone() }).await).await;
}

impl<T> Original<T> {
    /// `make` fills an empty store; `body` gets a copy of it, and what `make` gave.
    async fn each(&self, make: impl AsyncFn(Fresh) -> T, body: impl AsyncFn(Fresh, &T)) {
        let folder = tempfile::tempdir().unwrap();
        let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
        let make_at = async |url: String| {
            let fresh = open(url).await;
            let store = fresh.store.clone();
            let made = make(fresh).await;
            store.close().await.unwrap();
            made
        };
        let (bytes, made) = self
            .sqlite
            .get_or_init(|| async {
                let made = make_at(url("original.db")).await;
                (std::fs::read(folder.path().join("original.db")).unwrap(), made)
            })
            .await;
        std::fs::write(folder.path().join("weir.db"), bytes).unwrap();
        body(open(url("weir.db")).await, made).await;

        let server = match std::env::var("TEST_POSTGRES_URL") {
            Ok(server) if !server.is_empty() => server,
            _ => return without_postgres(),
        };
        let admin = Database::connect(&server).await.expect("TEST_POSTGRES_URL names a server that answers");
        let (base, _) = server.rsplit_once('/').expect("a database's address ends in its name");
        let create = async |from: &str| {
            let name = format!("weir_test_{}", new_request().0.simple());
            admin.execute_unprepared(&format!("CREATE DATABASE {name}{from}")).await.unwrap();
            name
        };
        let (original, made) = self
            .postgres
            .get_or_init(|| async {
                let name = create("").await;
                let made = make_at(format!("{base}/{name}")).await;
                (name, made)
            })
            .await;
        let name = create(&format!(" TEMPLATE {original}")).await;
        body(open(format!("{base}/{name}")).await, made).await;
        // It stays if the test failed.
        admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    }
}

async fn open(url: String) -> Fresh {
    Fresh { store: Store::open(&url, Some(DAY)).await.unwrap(), url }
}

fn without_postgres() {
    static SAID: Once = Once::new();
    assert!(std::env::var("WEIR_REQUIRE_POSTGRES").as_deref() != Ok("1"), "TEST_POSTGRES_URL is not set, and PostgreSQL must be tested");
    // Not by `eprintln`, which the test harness keeps to itself.
    SAID.call_once(|| {
        drop(writeln!(std::io::stderr(), "NOT TESTED on PostgreSQL: TEST_POSTGRES_URL is not set (scripts/postgres.sh start DIR)"))
    });
}

/// A company: region North with the teams A and B, region South with one team.
/// Four salespeople have a customer and a deal each.
#[derive(Clone)]
pub struct Shop {
    pub store: Store,
    pub url: String,
    pub north: UnitId,
    pub north_a: UnitId,
    pub south_a: UnitId,
    pub admin: Actor,
    /// Manager of the region North.
    pub director: Actor,
    /// Manager of its team A.
    pub lead: Actor,
    /// Two salespeople of team A, one of team B, one of the South.
    pub ada: Actor,
    pub bob: Actor,
    pub cai: Actor,
    pub dan: Actor,
    pub service: Actor,
    pub finance: Actor,
    pub hr: Actor,
    /// Of Ada, Bob, Cai and Dan, in this order.
    pub customers: [CustomerId; 4],
    pub deals: [DealId; 4],
    /// Four open stages and the won one.
    pub stages: Vec<Stage>,
}

impl Shop {
    async fn founded(fresh: Fresh) -> Self {
        let Fresh { store, url } = fresh;
        let set_up = SetUp {
            organisation: "Weir Works".into(),
            name: "Amy Admin".into(),
            email: "admin@example.com".into(),
            password: PASSWORD.into(),
            currency: Currency::Cny,
            time_zone: "Asia/Shanghai",
            fiscal_start_month: 1,
        };
        let admin = store.set_up(set_up).await.unwrap();
        let admin = actor(&store, admin);
        let unit = async |parent: UnitId, name: &str| store.save_unit(&admin, new_request(), unit_form(parent, name)).await.unwrap();
        let company = admin.unit;
        let (north, south) = (unit(company, "North").await, unit(company, "South").await);
        let (north_a, north_b, south_a) = (unit(north, "North A").await, unit(north, "North B").await, unit(south, "South A").await);
        let hire = async |name: &str, role: Role, unit: UnitId| {
            let id = store.save_person(&admin, new_request(), person_form(name, role, unit)).await.unwrap();
            actor(&store, id)
        };
        let (director, lead, ada, bob) = tokio::join!(
            hire("Nora North", Role::Manager, north),
            hire("Lea Lead", Role::Manager, north_a),
            hire("Ada Adler", Role::Salesperson, north_a),
            hire("Bob Bauer", Role::Salesperson, north_a),
        );
        let (cai, dan, service, finance, hr) = tokio::join!(
            hire("Cai Chen", Role::Salesperson, north_b),
            hire("Dan Dietz", Role::Salesperson, south_a),
            hire("Sam Service", Role::Service, company),
            hire("Fay Finance", Role::Finance, company),
            hire("Hal Hr", Role::Hr, company),
        );
        let stages = store.stages().await.unwrap().stages.clone();
        let mut shop = Self {
            north,
            north_a,
            south_a,
            director,
            lead,
            ada,
            bob,
            cai,
            dan,
            service,
            finance,
            hr,
            customers: [CustomerId(uuid::Uuid::nil()); 4],
            deals: [DealId(uuid::Uuid::nil()); 4],
            stages,
            admin,
            store,
            url,
        };
        let owners = [(&shop.ada, "Alpha Pumps"), (&shop.bob, "Beta Tools"), (&shop.cai, "Gamma Foods"), (&shop.dan, "Delta Ships")];
        let (mut customers, mut deals) = (shop.customers, shop.deals);
        for (i, (owner, name)) in owners.into_iter().enumerate() {
            customers[i] = shop.customer(owner, name).await;
            deals[i] = shop.deal(owner, customers[i], &format!("{name} order"), "1000").await;
        }
        (shop.customers, shop.deals) = (customers, deals);
        shop
    }

    pub async fn customer(&self, owner: &Actor, name: &str) -> CustomerId {
        let form = CustomerForm { name: name.into(), ..CustomerForm::default() };
        self.store.save_customer(owner, new_request(), form).await.unwrap()
    }

    pub async fn deal(&self, owner: &Actor, customer: CustomerId, title: &str, amount: &str) -> DealId {
        self.save_deal(owner, deal_form(customer, title, amount)).await
    }

    pub async fn save_deal(&self, by: &Actor, form: DealForm) -> DealId {
        self.store.save_deal(by, new_request(), form, whole_units).await.unwrap()
    }

    /// A deal's card, as the administrator sees it.
    pub async fn card(&self, id: DealId) -> Card {
        self.store.card(&self.admin, id).await.unwrap()
    }

    /// The move of a card as it is now to the top of a column.
    pub async fn to(&self, id: DealId, stage: usize) -> MoveDeal {
        MoveDeal {
            request: new_request(),
            deal: id,
            version: self.card(id).await.version,
            to: self.stages[stage].id,
            above: None,
            below: None,
            closing: None,
            reason: String::new(),
        }
    }

    pub async fn move_to(&self, by: &Actor, id: DealId, stage: usize) -> Card {
        self.store.move_deal(by, self.to(id, stage).await).await.unwrap()
    }

    pub async fn win(&self, by: &Actor, id: DealId, amount_minor: i64, on: NaiveDate) -> Card {
        let command = MoveDeal { closing: Some(Closing::Won { amount_minor, on }), ..self.to(id, 4).await };
        self.store.move_deal(by, command).await.unwrap()
    }

    /// All cards of a column in their order, of the administrator's board.
    pub async fn column(&self, stage: StageId) -> Vec<Card> {
        let filter = DealFilter::default();
        let mut cards: Vec<Card> = Vec::new();
        loop {
            let page = self.store.more_cards(&self.admin, &filter, stage, cards.last().map(|c| c.id)).await.unwrap();
            if page.cards.is_empty() {
                return cards;
            }
            cards.extend(page.cards);
        }
    }

    /// The ids that a list gives, all pages of it.
    pub async fn listed(&self, by: &Actor, filter: &DealFilter) -> Vec<DealId> {
        let sort = Sort { column: DealSort::Created, descending: false };
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.deals(by, filter, sort, after.as_deref()).await.unwrap();
            found.extend(page.rows.iter().map(|row| row.id));
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
    }

    /// The same database, some days later.
    pub async fn later(&self, days: i64) -> Store {
        Store::open(&self.url, Some(day(days))).await.unwrap()
    }

    /// The database itself, for what the public interface does not show.
    pub async fn sql(&self) -> Sql {
        Sql::open(&self.url).await
    }
}

pub struct Sql(DatabaseConnection);

impl Sql {
    pub async fn open(url: &str) -> Self {
        Self(Database::connect(url).await.unwrap())
    }

    /// Rows as JSON; `$1` and so on stand for ids.
    pub async fn rows(&self, text: &str, ids: &[uuid::Uuid]) -> Vec<JsonValue> {
        let values: Vec<sea_orm::Value> = ids.iter().map(|id| (*id).into()).collect();
        let statement = Statement::from_sql_and_values(self.0.get_database_backend(), text, values);
        JsonValue::find_by_statement(statement).all(&self.0).await.unwrap()
    }

    pub async fn count(&self, table: &str) -> i64 {
        let statement = Statement::from_string(self.0.get_database_backend(), format!("SELECT count(*) FROM {table}"));
        self.0.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    pub async fn run(&self, text: &str) {
        self.0.execute_unprepared(text).await.unwrap();
    }
}

#[must_use]
pub fn actor(store: &Store, id: UserId) -> Actor {
    store.org().unwrap().people[&id].actor.clone()
}

/// A new customer.
#[must_use]
pub fn new_form(name: &str) -> CustomerForm {
    CustomerForm { name: name.into(), ..CustomerForm::default() }
}

/// A new unit.
#[must_use]
pub fn unit_form(parent: UnitId, name: &str) -> UnitForm {
    UnitForm { parent: parent.to_string(), name: name.into(), ..UnitForm::default() }
}

/// First names make the mail addresses.
#[must_use]
pub fn person_form(name: &str, role: Role, unit: UnitId) -> PersonForm {
    PersonForm {
        name: name.into(),
        email: format!("{}@example.com", name.split(' ').next().unwrap_or_default().to_lowercase()),
        role: role.code().into(),
        unit: unit.to_string(),
        password: PASSWORD.into(),
        active: true,
        ..PersonForm::default()
    }
}

#[must_use]
pub fn deal_form(customer: CustomerId, title: &str, amount: &str) -> DealForm {
    DealForm { title: title.into(), customer: customer.to_string(), amount: amount.into(), ..DealForm::default() }
}

/// The codes of a refusal, `field: code`; panics if it was none.
#[track_caller]
pub fn refusals<T: std::fmt::Debug>(answer: store::Result<T>) -> Vec<String> {
    match answer.unwrap_err() {
        StoreError::Refused(found) => found.iter().map(ToString::to_string).collect(),
        other => panic!("not a refusal: {other}"),
    }
}

#[track_caller]
pub fn assert_not_found<T: std::fmt::Debug>(answer: store::Result<T>) {
    let error = answer.unwrap_err();
    assert!(matches!(error, StoreError::NotFound), "{error}");
}

#[track_caller]
pub fn assert_denied<T: std::fmt::Debug>(answer: store::Result<T>) {
    let error = answer.unwrap_err();
    assert!(matches!(error, StoreError::Denied(_)), "{error}");
}

/// Who changed it, and which version it has now.
#[track_caller]
pub fn stale<T: std::fmt::Debug>(answer: store::Result<T>) -> (String, i32) {
    match answer.unwrap_err() {
        StoreError::Stale { by, version, .. } => (by, version),
        other => panic!("not stale: {other}"),
    }
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// One of `0..sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}
