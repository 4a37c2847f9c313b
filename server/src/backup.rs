//! The commands `backup` and `restore`: a file that holds everything, and the
//! way back from it.

use crate::config::Settings;
use clap::Args;
use std::error::Error;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use store::backup::{self, BackupReport};

type Done = Result<(), Box<dyn Error>>;

#[derive(Args)]
pub struct BackupArgs {
    /// The file to write, `weir-2026-06-30.backup` say; it must not be there yet.
    file: PathBuf,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// A file that `weir backup` wrote, from SQLite or PostgreSQL.
    file: PathBuf,
    /// Delete everything that is in the database first, in the same transaction.
    #[arg(long)]
    replace: bool,
    /// Only read the file and say whether it is whole.
    #[arg(long)]
    check: bool,
}

pub async fn backup(settings: &Settings, args: BackupArgs) -> Done {
    let report = backup::backup(&settings.database, &args.file, progress()).await?;
    table(&report);
    println!("{} rows of {} were written to {}.", report.rows(), settings.shown_database(), args.file.display());
    println!("The file holds password hashes and customers' data: keep it as you keep the database.");
    Ok(())
}

pub async fn restore(settings: &Settings, args: RestoreArgs) -> Done {
    if args.check {
        let report = backup::check(&args.file)?;
        table(&report);
        println!("{} is whole: {} rows, made at {}.", args.file.display(), report.rows(), report.made_at);
        return Ok(());
    }
    let report = backup::restore(&settings.database, &args.file, args.replace, progress()).await?;
    table(&report);
    println!("{} rows were restored into {}; counts and digests equal the backup's.", report.rows(), settings.shown_database());
    Ok(())
}

/// One line on a terminal that is written over; silent elsewhere.
fn progress() -> impl FnMut(&str, u64) {
    let live = std::io::stderr().is_terminal();
    move |table, rows| {
        if live {
            eprint!("\r\x1b[K{table}: {rows} rows");
            let _ = std::io::stderr().flush();
        }
    }
}

fn table(report: &BackupReport) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    for sum in report.tables.iter().filter(|sum| sum.rows > 0) {
        println!("{:<20} {:>9}  {}", sum.name, sum.rows, &sum.digest[..16]);
    }
}
