//! The binary `weir`: configure, protect, serve; and the commands of whoever
//! runs it. No business rule and no SQL here.

mod assets;
mod backup;
mod chart;
mod commands;
mod config;
mod export;
mod files;
mod live;
mod patience;
mod phone;
mod pwa;
mod router;
mod security;
mod serve;
mod survey;
#[cfg(test)]
mod tests;
mod upload;
mod workbook;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Pages are made of thousands of small strings, over which the system's
/// allocator takes its time and keeps what it got: see docs/decisions/0011.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Parser)]
#[command(name = "weir", version, about = "Weir 堰: a sales-management system that a team runs itself", long_about = LONG, arg_required_else_help = true)]
struct Cli {
    /// Settings file; `weir.toml` beside the working folder is read if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "WEIR_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const LONG: &str = "Weir 堰: a sales-management system that a team runs itself.

Settings come from weir.toml, then from the environment (WEIR_ADDRESS, WEIR_DATABASE or
DATABASE_URL, WEIR_SITE, WEIR_DAY, WEIR_SECURE_COOKIES, WEIR_LOG). Examples:

  weir serve                                  serve http://127.0.0.1:3000 from sqlite:data/weir.db
  weir demo && weir serve                     the same, with the demo company
  DATABASE_URL=postgres://… weir serve        on PostgreSQL; any number of processes
  weir import customers.csv --as admin@example.com --dry-run";

#[derive(Subcommand)]
enum Command {
    /// Serve the application. The first start without data shows a set-up page.
    Serve,
    /// Bring the database's schema up to date and stop. `serve` does so too.
    Migrate,
    /// Load the invented demo company into an empty database.
    Demo(commands::DemoArgs),
    /// Import customers, contacts, deals, follow-ups or products from a workbook or
    /// CSV file: all rows or none.
    Import(commands::ImportArgs),
    /// Write every list into a folder, as CSV that `import` takes back.
    Export(export::all::ExportArgs),
    /// Put into the pools what falls today, and say of each customer and lead why. `serve` does
    /// so once a day.
    Recycle(commands::RecycleArgs),
    /// Make the invitations of surveys that are due today. `serve` does so once a day, without
    /// links; here links can be made for all of them at once.
    Survey(commands::SurveyArgs),
    /// Add a person, or set somebody's password.
    User(commands::UserArgs),
    /// Write everything into one file, as it is at one moment; a server may be running.
    Backup(backup::BackupArgs),
    /// Fill an empty database from a backup, and prove that it equals it.
    Restore(backup::RestoreArgs),
    /// Check settings, database, schema and files, and say what is wrong.
    Doctor(commands::DoctorArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = match config::load(cli.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return fail(&format!("settings: {error}")),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_new(&settings.log).unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no threads: {error}")),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve => serve::run(settings).await,
            Command::Migrate => commands::migrate(&settings).await,
            Command::Demo(args) => commands::demo(&settings, args).await,
            Command::Import(args) => commands::import(&settings, args).await,
            Command::Export(args) => export::all::export(&settings, args).await,
            Command::Recycle(args) => commands::recycle(&settings, args).await,
            Command::Survey(args) => commands::survey(&settings, args).await,
            Command::User(args) => commands::user(&settings, args).await,
            Command::Backup(args) => backup::backup(&settings, args).await,
            Command::Restore(args) => backup::restore(&settings, args).await,
            Command::Doctor(args) => commands::doctor(&settings, args).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(text: &str) -> ExitCode {
    eprintln!("weir: {text}");
    ExitCode::FAILURE
}
