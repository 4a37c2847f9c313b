//! A router over a fresh store: an organisation with two teams, one person of
//! each role in the first, a salesperson of the other, and records of the
//! first team's salesperson.

use crate::config::Settings;
use crate::router;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, header};
use domain::contracts::form::ContractForm;
use domain::customers::{ContactForm, CustomerForm};
use domain::org::{PersonForm, SetUpForm, UnitForm};
use domain::pipeline::form::DealForm;
use domain::policy::{Actor, Role};
use domain::quotes::form::{QuoteForm, QuoteLineForm};
use domain::survey::form::{ByHandForm, QuestionForm, SurveyForm};
use domain::survey::view::PlanFilter;
use domain::tickets::form::TicketForm;
use domain::work::TaskForm;
use sea_orm::{ConnectionTrait, Database};
use std::collections::BTreeMap;
use std::sync::Once;
use std::time::Duration;
use store::auth::Origin;
use store::{Store, new_request};
use tower::ServiceExt;
use uuid::Uuid;

const PASSWORD: &str = "correct horse";
/// Much longer than any answer takes, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    pub router: Router,
    pub store: Store,
    folder: tempfile::TempDir,
}

/// Runs the body over SQLite, and over PostgreSQL if `TEST_POSTGRES_URL` names
/// a server; `WEIR_REQUIRE_POSTGRES=1` makes its absence a failure.
pub async fn each(body: impl AsyncFn(World)) {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("weir.db").display());
    body(World::over(file, folder).await).await;
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) if !server.is_empty() => {
            let name = format!("weir_routes_{}", Uuid::now_v7().simple());
            let admin = Database::connect(&server).await.expect("TEST_POSTGRES_URL names a server that answers");
            admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            let (base, _) = server.rsplit_once('/').expect("a database's address ends in its name");
            body(World::over(format!("{base}/{name}"), tempfile::tempdir().unwrap()).await).await;
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
        _ => without_postgres(),
    }
}

fn without_postgres() {
    static SAID: Once = Once::new();
    assert!(std::env::var("WEIR_REQUIRE_POSTGRES").as_deref() != Ok("1"), "TEST_POSTGRES_URL is not set, and PostgreSQL must be tested");
    SAID.call_once(|| eprintln!("NOT TESTED on PostgreSQL: TEST_POSTGRES_URL is not set (scripts/postgres.sh start DIR)"));
}

/// Who may ask, by cookie.
pub struct People {
    pub by_role: BTreeMap<Role, String>,
    /// A salesperson of another team.
    pub stranger: String,
    pub records: Records,
}

/// What the first team's salesperson has.
pub struct Records {
    pub customer: Uuid,
    /// A customer whose name differs in its form only, once [`World::twin`] made it.
    pub twin: Uuid,
    pub contact: Uuid,
    pub deal: Uuid,
    pub contract: Uuid,
    /// Not sent, without a discount.
    pub quote: Uuid,
    /// The company's; open.
    pub survey: Uuid,
    /// After a low score of the customer.
    pub plan: Uuid,
    /// Of the customer; assigned to its owner.
    pub ticket: Uuid,
    pub task: Uuid,
    /// Another open stage than the deal's.
    pub stage: Uuid,
}

impl World {
    async fn over(database: String, folder: tempfile::TempDir) -> Self {
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        std::fs::write(site.join("pkg/weir.css"), "/* style */").unwrap();
        let settings = Settings {
            address: "127.0.0.1:3000".parse().unwrap(),
            database,
            site: Some(site.clone()),
            day: None,
            secure_cookies: true,
            log: "off".into(),
        };
        let store = Store::open(&settings.database, None).await.unwrap();
        let (_, closing) = tokio::sync::watch::channel(false);
        let router = router::build(store.clone(), &settings, &site, crate::live::Closing(closing)).unwrap();
        Self { router, store, folder }
    }

    /// An organisation with nothing in it, of an administrator and a salesperson
    /// with the names they have everywhere; on SQLite.
    pub async fn again() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("sqlite:{}", folder.path().join("weir.db").display());
        let world = Self::over(file, folder).await;
        let admin = world.set_up().await;
        world.hire(&admin, Role::Salesperson, Role::Salesperson.code(), admin.unit.to_string()).await;
        world
    }

    /// Where the built site would lie.
    pub fn site(&self) -> std::path::PathBuf {
        self.folder.path().join("site")
    }

    async fn set_up(&self) -> Actor {
        let set_up = SetUpForm {
            organisation: "Org".into(),
            name: "Admin".into(),
            email: "admin@example.com".into(),
            password: PASSWORD.into(),
            password_again: PASSWORD.into(),
            currency: "CNY".into(),
            ..SetUpForm::default()
        };
        let admin = self.store.set_up(set_up.check().unwrap()).await.unwrap();
        self.actor(admin)
    }

    pub async fn people(&self) -> People {
        let admin = self.set_up().await;
        let team = async |name: &str| {
            let form = UnitForm { parent: admin.unit.to_string(), name: name.into(), ..UnitForm::default() };
            self.store.save_unit(&admin, new_request(), form).await.unwrap()
        };
        let (ours, theirs) = (team("Ours").await, team("Theirs").await);
        let mut by_role = BTreeMap::new();
        let mut owner = None;
        for role in Role::ALL {
            let actor = match role {
                Role::Administrator => admin.clone(),
                role => self.hire(&admin, *role, role.code(), ours.to_string()).await,
            };
            by_role.insert(*role, self.cookie(&actor).await);
            owner = (*role == Role::Salesperson).then_some(actor).or(owner);
        }
        let stranger = self.hire(&admin, Role::Salesperson, "stranger", theirs.to_string()).await;
        let records = self.records(&admin, &owner.unwrap()).await;
        People { by_role, stranger: self.cookie(&stranger).await, records }
    }

    fn actor(&self, id: domain::ids::UserId) -> Actor {
        self.store.org().unwrap().people[&id].actor.clone()
    }

    async fn hire(&self, admin: &Actor, role: Role, name: &str, unit: String) -> Actor {
        let form = PersonForm {
            name: name.into(),
            email: format!("{name}@example.com"),
            role: role.code().into(),
            unit,
            password: PASSWORD.into(),
            ..PersonForm::default()
        };
        self.actor(self.store.save_person(admin, new_request(), form).await.unwrap())
    }

    /// A second customer of the first team's salesperson, that looks like the first.
    pub async fn twin(&self) -> Uuid {
        let org = self.store.org().unwrap();
        let owner = org.people.values().find(|member| member.actor.name == Role::Salesperson.code()).unwrap();
        let form = CustomerForm { name: "Customer Ltd.".into(), ..CustomerForm::default() };
        self.store.save_customer(&owner.actor, new_request(), form).await.unwrap().0
    }

    pub async fn cookie(&self, actor: &Actor) -> String {
        format!("weir_session={}", self.store.sign_in_new(actor.id, Origin::default()).await.unwrap())
    }

    async fn records(&self, admin: &Actor, owner: &Actor) -> Records {
        let form = CustomerForm { name: "Customer".into(), ..CustomerForm::default() };
        let customer = self.store.save_customer(owner, new_request(), form).await.unwrap();
        let form = ContactForm { customer: customer.to_string(), name: "Contact".into(), ..ContactForm::default() };
        let contact = self.store.save_contact(owner, new_request(), form).await.unwrap();
        let form = DealForm {
            title: "Deal".into(),
            customer: customer.to_string(),
            amount: "1".into(),
            currency: "CNY".into(),
            ..DealForm::default()
        };
        let deal = self.store.save_deal(owner, new_request(), form, |text, _| text.parse::<i64>().ok()).await.unwrap();
        let form = ContractForm { deal: deal.to_string(), title: "Contract".into(), amount: "1".into(), ..ContractForm::default() };
        let contract = self.store.save_contract(owner, new_request(), form, |text, _| text.parse::<i64>().ok()).await.unwrap();
        let line = QuoteLineForm { text: "Line".into(), price: "1".into(), ..QuoteLineForm::default() };
        let form = QuoteForm {
            deal: deal.to_string(),
            title: "Quote".into(),
            valid_until: "2100-01-01".into(),
            lines: vec![line],
            ..QuoteForm::default()
        };
        let quote = self.store.save_quote(owner, new_request(), form, |text, _| text.parse::<i64>().ok()).await.unwrap();
        let questions = domain::survey::house().iter().map(QuestionForm::of).collect();
        let form =
            SurveyForm { title_zh: "甲".into(), title_en: "Survey".into(), questions, act: "publish".into(), ..SurveyForm::default() };
        let survey = self.store.save_survey(admin, new_request(), form).await.unwrap();
        let form = ByHandForm {
            survey: survey.to_string(),
            customer: customer.to_string(),
            source: "interview".into(),
            csat: "1".into(),
            ..ByHandForm::default()
        };
        self.store.save_by_hand(owner, new_request(), form).await.unwrap();
        let plan = self.store.survey_plans(owner, &PlanFilter::default()).await.unwrap().rows[0].id;
        let form =
            TicketForm { customer: customer.to_string(), kind: "problem".into(), subject: "No signal".into(), ..TicketForm::default() };
        let ticket = self.store.open_ticket(owner, new_request(), form).await.unwrap();
        let form = TaskForm { title: "Task".into(), ..TaskForm::default() };
        let task = self.store.add_task(owner, new_request(), form).await.unwrap();
        let stage = self.store.stages().await.unwrap().stages[1].id;
        Records {
            customer: customer.0,
            twin: Uuid::nil(),
            contact: contact.0,
            deal: deal.0,
            contract: contract.0,
            quote: quote.0,
            survey: survey.0,
            plan: plan.0,
            ticket: ticket.0,
            task: task.0,
            stage: stage.0,
        }
    }

    pub async fn call(&self, method: Method, path: &str, cookie: Option<&str>, body: &str) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, "application/json");
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        request = request.header(header::CONTENT_TYPE, kind);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap());
        // What is never answered is told by its address.
        tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| panic!("{path} was not answered")).unwrap()
    }
}
