//! The commands beside `serve`. They speak to a person: what was done, or what
//! is wrong and what to do about it.

use crate::config::Settings;
use chrono::{NaiveDate, Utc};
use clap::{Args, Subcommand, ValueEnum};
use domain::ids::UserId;
use domain::org::PersonForm;
use domain::policy::Actor;
use domain::pool::protection::Cause;
use std::error::Error;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::time::Duration;
use store::demo;
use store::import::{ImportOptions, Kind, read_sheet};
use store::{Schema, Store, StoreError, new_request};

type Done = Result<(), Box<dyn Error>>;

pub async fn open(settings: &Settings) -> Result<Store, Box<dyn Error>> {
    Ok(Store::open(&settings.database, settings.day).await?)
}

pub async fn migrate(settings: &Settings) -> Done {
    let store = open(settings).await?;
    println!("The schema of {} is up to date.", settings.shown_database());
    store.close().await?;
    Ok(())
}

#[derive(Args)]
pub struct DemoArgs {
    /// Delete the demo company that is there, and load it anew.
    #[arg(long)]
    reset: bool,
    /// Do nothing if there is an organisation already.
    #[arg(long)]
    keep: bool,
    /// Size: 1 is the full company, 0.2 a small one, 5 five times the customers.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// The day up to which history reaches; today if not given.
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Further open deals, to try large boards.
    #[arg(long, default_value_t = 0, value_name = "N")]
    extra_open_deals: usize,
}

pub async fn demo(settings: &Settings, args: DemoArgs) -> Done {
    if !(0.01..=50.0).contains(&args.scale) {
        return Err("--scale must lie between 0.01 and 50".into());
    }
    let store = open(settings).await?;
    if let Some(org) = store.org() {
        if args.keep {
            println!("There is an organisation already ({}); nothing was loaded.", org.name);
            return Ok(store.close().await?);
        }
        if !args.reset {
            return Err("there is an organisation already; --reset replaces a demo company, real data is never replaced".into());
        }
        store.reset_demo().await?;
    }
    let as_of = args.as_of.or(settings.day).unwrap_or_else(|| store.clock().today());
    let options = demo::Options { as_of, scale: args.scale, seed: demo::SEED, extra_open_deals: args.extra_open_deals };
    let started = std::time::Instant::now();
    let live = std::io::stderr().is_terminal();
    let loaded = store
        .load_demo(&options, |table, done, total| {
            if live {
                eprint!("\r{table}: {done} of {total}        ");
                let _ = std::io::stderr().flush();
            }
        })
        .await?;
    if live {
        eprintln!();
    }
    let (customers, deals, transitions, follow_ups, tasks) =
        (loaded.customers, loaded.deals, loaded.transitions, loaded.follow_ups, loaded.tasks);
    println!(
        "Loaded the demo company as of {as_of} in {:.1} s: {} people, {customers} customers, {deals} deals,",
        started.elapsed().as_secs_f64(),
        loaded.people
    );
    println!("{transitions} stage transitions, {follow_ups} follow-ups, {tasks} tasks.");
    println!("Accounts (password {}):", demo::PASSWORD);
    for account in store.demo_accounts() {
        let email = store.org().and_then(|org| org.people.get(&account.id).map(|m| m.person.email.clone())).unwrap_or_default();
        println!("  {email:<28} {} · {}", account.name, account.role);
    }
    Ok(store.close().await?)
}

#[derive(Clone, Copy, ValueEnum)]
enum ImportKind {
    Customers,
    Contacts,
    Deals,
    FollowUps,
    Products,
}

impl From<ImportKind> for Kind {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Customers => Self::Customers,
            ImportKind::Contacts => Self::Contacts,
            ImportKind::Deals => Self::Deals,
            ImportKind::FollowUps => Self::FollowUps,
            ImportKind::Products => Self::Products,
        }
    }
}

#[derive(Args)]
pub struct ImportArgs {
    /// Workbook (.xlsx) or CSV file: UTF-8, UTF-16 or GB18030; comma, semicolon or
    /// tab; Chinese or English headers.
    file: PathBuf,
    /// Who imports: rows without an owner become theirs.
    #[arg(long = "as", value_name = "EMAIL")]
    by: String,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// What the file holds; seen from its headers if not given.
    #[arg(long)]
    kind: Option<ImportKind>,
    /// Which sheet of a workbook; the first that has rows if not given.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

pub async fn import(settings: &Settings, args: ImportArgs) -> Done {
    let bytes = std::fs::read(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let table = read_sheet(&bytes, args.sheet.as_deref().unwrap_or_default())?;
    let kind = match args.kind {
        Some(kind) => kind.into(),
        None => Kind::detect(&table).ok_or("the headers look like nothing that is known; say --kind")?,
    };
    if !table.sheet.is_empty() {
        println!("sheet: {}", table.sheet);
    }
    let store = open(settings).await?;
    let by = person(&store, &args.by)?;
    let options = ImportOptions { dry_run: args.dry_run, parse_amount: i18n::fmt::parse_amount };
    let live = std::io::stderr().is_terminal();
    let report = store
        .import(&by, new_request(), kind, &table, &options, |done, total| {
            if live {
                eprint!("\r{done} of {total} rows        ");
                let _ = std::io::stderr().flush();
            }
        })
        .await?;
    if live {
        eprintln!();
    }
    for header in &report.ignored_headers {
        println!("column ignored: {header}");
    }
    for refusal in &report.refused {
        let column = if refusal.column.is_empty() { String::new() } else { format!(", {}", refusal.column) };
        let value = if refusal.value.is_empty() { String::new() } else { format!(" ({})", refusal.value) };
        println!("row {}{column}: {}{value}", refusal.row, sentence(&refusal.code, &refusal.params));
    }
    store.close().await?;
    if report.refused_total > 0 {
        return Err(format!("{} cells of {} rows were refused; nothing was written", report.refused_total, report.rows).into());
    }
    let verb = if report.dry_run { "would be created" } else { "were created" };
    println!("{} of {} rows {verb}.", report.created, report.rows);
    Ok(())
}

/// An active person by mail, as an actor.
pub fn person(store: &Store, email: &str) -> Result<Actor, Box<dyn Error>> {
    let org = store.org().ok_or("there is no organisation yet; run `weir serve` and set it up")?;
    let email = email.trim().to_lowercase();
    let found = org.people.values().find(|m| m.person.active && m.person.email == email);
    found.map(|m| m.actor.clone()).ok_or_else(|| format!("nobody has the address {email}").into())
}

#[derive(Args)]
pub struct UserArgs {
    #[command(subcommand)]
    what: UserCommand,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add a person; the password is read from standard input.
    Add {
        email: String,
        #[arg(long)]
        name: String,
        /// administrator, manager, salesperson, service, finance or hr
        #[arg(long, default_value = "salesperson")]
        role: String,
        /// Name of the unit; the company if not given.
        #[arg(long)]
        unit: Option<String>,
        /// Who adds them, for the audit log; nobody, the command line, if not given.
        #[arg(long = "as", value_name = "EMAIL")]
        by: Option<String>,
    },
    /// Set a password (read from standard input) and end the person's sign-ins.
    Password { email: String },
    /// List everybody.
    List,
}

pub async fn user(settings: &Settings, args: UserArgs) -> Done {
    let store = open(settings).await?;
    let org = store.org().ok_or("there is no organisation yet; run `weir serve` and set it up")?;
    match args.what {
        UserCommand::Add { email, name, role, unit, by } => {
            let unit = match &unit {
                Some(name) => org.units.iter().find(|u| &u.name == name),
                None => org.units.iter().find(|u| u.parent.is_none()),
            };
            let unit = unit.ok_or("there is no unit of that name")?;
            let by = match by {
                Some(email) => person(&store, &email)?,
                None => org.command_line().ok_or("there is no unit yet")?,
            };
            let form =
                PersonForm { name, email, role, unit: unit.id.to_string(), password: password()?, active: true, ..PersonForm::default() };
            store.save_person(&by, new_request(), form).await.map_err(explain)?;
            println!("Added.");
        }
        UserCommand::Password { email } => {
            let who: UserId = person(&store, &email)?.id;
            let new = password()?;
            let mut check = domain::violation::Check::default();
            let new = domain::org::new_password(&mut check, &new, &new);
            let new = check.finish(new).map_err(StoreError::from).map_err(explain)?;
            store.set_password(who, new).await?;
            println!("The password is set; all sign-ins of {email} have ended.");
        }
        UserCommand::List => {
            let mut people: Vec<_> = org.people.values().map(|m| &m.person).collect();
            people.sort_by(|a, b| a.email.cmp(&b.email));
            for p in people {
                println!(
                    "{:<32} {:<14} {} · {}{}",
                    p.email,
                    p.role,
                    p.name,
                    org.unit_name(p.unit),
                    if p.active { "" } else { " (inactive)" }
                );
            }
        }
    }
    Ok(store.close().await?)
}

/// Refusals as a sentence for a terminal.
fn explain(error: StoreError) -> Box<dyn Error> {
    match error {
        StoreError::Refused(found) => {
            found.iter().map(|v| format!("{}: {}", v.field, sentence(&v.code, &v.params))).collect::<Vec<_>>().join("; ").into()
        }
        other => other.into(),
    }
}

/// A refusal in words; its code where the catalogue has none.
fn sentence(code: &str, params: &[(String, String)]) -> String {
    let params: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    i18n::keys::errors::find(code).map_or_else(|| code.to_owned(), |key| i18n::Texts::new(i18n::Lang::En).fmt(key, &params))
}

fn password() -> Result<String, Box<dyn Error>> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (it is shown while you type): ");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let mut text = String::new();
    std::io::stdin().take(10_000).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[derive(Args)]
pub struct DoctorArgs {
    /// Also measure, for two seconds, how many commits the disk can take.
    #[arg(long)]
    disk: bool,
}

/// Long enough for a steady figure, short enough to wait for.
const DISK_TEST: Duration = Duration::from_secs(2);

pub async fn doctor(settings: &Settings, args: DoctorArgs) -> Done {
    let mut wrong = 0;
    let mut say = |good: bool, text: String| {
        println!("{} {text}", if good { "ok   " } else { "WRONG" });
        wrong += usize::from(!good);
    };
    say(true, format!("listens on {}{}", settings.address, if settings.address.ip().is_loopback() { ", this machine only" } else { "" }));
    if !settings.address.ip().is_loopback() && !settings.secure_cookies {
        say(false, "reachable from outside without WEIR_SECURE_COOKIES: put it behind HTTPS and set it".into());
    }
    match settings.site_folder() {
        Some(site) => say(true, format!("site in {}", site.display())),
        None => say(false, "the built site is missing: run `make build`, or set WEIR_SITE".into()),
    }
    let shown = settings.shown_database();
    // Nothing is made or changed by a look.
    let schema = Schema::look(&settings.database).await;
    let opened = match &schema {
        Ok(Schema::Current) => Some(open(settings).await),
        Ok(Schema::Missing) => {
            say(true, format!("no database at {shown} yet: `weir serve` makes it"));
            None
        }
        Ok(Schema::Behind(n)) => {
            say(true, format!("the schema of {shown} is {n} steps behind: `weir serve` or `weir migrate` brings it up to date"));
            None
        }
        Err(error) => {
            say(false, format!("database {shown}: {error}"));
            None
        }
    };
    match opened {
        None => {}
        Some(Ok(store)) => {
            say(true, format!("{} database {shown} answers, schema is up to date", store.kind()));
            let drift = (store.now() - Utc::now()).num_days();
            if drift != 0 {
                say(settings.day.is_some(), format!("lives on {}, not today (WEIR_DAY)", store.clock().today()));
            }
            match store.org() {
                Some(org) => {
                    say(true, format!("organisation {}{}, {} people", org.name, if org.demo { " (demo)" } else { "" }, org.people.len()))
                }
                None => say(true, "no organisation yet: the first visit shows the set-up page".into()),
            }
            store.close().await?;
        }
        Some(Err(error)) => say(false, format!("database {shown}: {error}")),
    }
    if args.disk {
        let folder = settings.data_folder().filter(|folder| folder.is_dir()).unwrap_or_else(std::env::temp_dir);
        let rate = store::disk::durable_commits_per_second(&folder, DISK_TEST).await?;
        println!("ok    {rate:.0} durable commits a second by one writer in {}", folder.display());
    }
    if wrong > 0 { Err(format!("{wrong} things are wrong").into()) } else { Ok(()) }
}

#[derive(Args)]
pub struct RecycleArgs {
    /// Only say what would fall.
    #[arg(long)]
    dry_run: bool,
}

pub async fn recycle(settings: &Settings, args: RecycleArgs) -> Done {
    let store = open(settings).await?;
    if store.org().is_none() {
        return Err("there is no organisation yet; open the set-up page, or load the demo".into());
    }
    let day = store.clock().today();
    let found = if args.dry_run { store.falling(day).await? } else { store.recycle(day).await? };
    for one in &found {
        let owner = one.owner.as_ref().map_or("nobody", |(_, name)| name);
        let why = match one.cause {
            None => "had no owner and was in no pool",
            Some(Cause::NoContact) => "no contact since it was taken",
            Some(Cause::LastContact) => "the last contact is too long ago",
            Some(Cause::Longest) => "it was had for the longest time",
        };
        println!("{} · {owner} -> {}: {why}", one.name, one.pool);
    }
    let verb = if args.dry_run { "would fall" } else { "fell" };
    let leads = found.iter().filter(|one| one.lead.is_some()).count();
    println!("{} customers and {leads} leads {verb} into the pools on {day}.", found.len() - leads);
    store.close().await?;
    Ok(())
}

#[derive(Args)]
pub struct SurveyArgs {
    /// Only say who would be asked.
    #[arg(long)]
    dry_run: bool,
    /// Make a link for each, and for those that wait for theirs, below this address, and
    /// write them as CSV. They are shown once: only hashes are stored.
    #[arg(long, value_name = "URL", conflicts_with = "dry_run")]
    links: Option<String>,
}

pub async fn survey(settings: &Settings, args: SurveyArgs) -> Done {
    let store = open(settings).await?;
    if store.org().is_none() {
        return Err("there is no organisation yet; open the set-up page, or load the demo".into());
    }
    let day = store.clock().today();
    let found = if args.dry_run { store.surveys_due(day).await? } else { store.ask_due(day, args.links.is_some()).await? };
    match &args.links {
        Some(base) => {
            let base = base.trim_end_matches('/');
            let mut out = csv::Writer::from_writer(std::io::stdout());
            out.write_record(["survey", "customer", "contact", "email", "phone", "occasion", "link"])?;
            for one in &found {
                let link = one.token.as_ref().map(|token| format!("{base}/s/{token}")).unwrap_or_default();
                out.write_record([&one.survey, &one.customer, &one.contact, &one.email, &one.phone, one.occasion.code(), &link])?;
            }
            out.flush()?;
        }
        None => {
            for one in &found {
                println!("{} · {} {} · {}", one.survey, one.customer, one.contact, one.occasion);
            }
        }
    }
    let verb = if args.dry_run { "would be asked" } else { "are asked" };
    // Beside the CSV, not in it.
    eprintln!("{} customers {verb} on {day}.", found.len());
    store.close().await?;
    Ok(())
}
