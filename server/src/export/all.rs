//! `weir export`: every list as a file of its own, in a folder. Written while it
//! is read, so that memory does not grow with the lists; a file that is not
//! whole has another name.

use super::{BOM, Spoken, lines, written};
use crate::config::Settings;
use clap::{Args, ValueEnum};
use domain::contracts::view::{ContractFilter, SORT as CONTRACT_SORT};
use domain::customers::{ContactSort, CustomerFilter, CustomerSort};
use domain::page::Sort;
use domain::pipeline::DealSort;
use domain::pipeline::filter::DealFilter;
use domain::policy::Actor;
use domain::pool::page::PoolFilter;
use domain::quotes::view::QuoteFilter;
use domain::survey::view::PlanFilter;
use domain::tickets::TicketShown;
use domain::tickets::view::{SORT as TICKET_SORT, TicketFilter};
use domain::visits::needs::{NeedFilter, NeedShown};
use domain::visits::view::VisitFilter;
use futures::StreamExt;
use i18n::Lang;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use store::export::Listed;
use store::{Store, StoreError};

#[derive(Clone, Copy, ValueEnum)]
enum Headers {
    Zh,
    En,
}

#[derive(Args)]
pub struct ExportArgs {
    /// Where the files go; the folder is made, files that are there are kept.
    folder: PathBuf,
    /// Who exports: only what this person may see goes out.
    #[arg(long = "as", value_name = "EMAIL")]
    by: String,
    /// Language of headers and words.
    #[arg(long, default_value = "en")]
    lang: Headers,
}

/// What became of a list.
#[derive(Debug, PartialEq, Eq)]
pub struct Exported {
    pub file: &'static str,
    /// `None`: this person may not read it.
    pub rows: Option<usize>,
    /// `weir import` takes it back.
    pub comes_back: bool,
}

/// The lists with the names of their files, in the order in which an import needs
/// them. Answers are read survey by survey and visits in the field day by day, on their
/// pages: how few may be told depends on what is asked for, and each look is written down.
fn lists() -> [(&'static str, Listed, bool); 18] {
    let customers = Listed::Customers(CustomerFilter::default(), Sort { column: CustomerSort::Created, descending: false });
    let contacts = Listed::Contacts(String::new(), Sort { column: ContactSort::Name, descending: false });
    let deals = Listed::Deals(DealFilter::default(), Sort { column: DealSort::Updated, descending: false });
    let tickets = Listed::Tickets(TicketFilter { shown: Some(TicketShown::All), ..TicketFilter::default() }, TICKET_SORT);
    [
        ("products.csv", Listed::Products, true),
        ("customers.csv", customers, true),
        ("contacts.csv", contacts, true),
        ("deals.csv", deals, true),
        ("follow-ups.csv", Listed::FollowUps, true),
        ("deal-history.csv", Listed::History, false),
        ("tasks.csv", Listed::Tasks(None), false),
        ("quotes.csv", Listed::Quotes(QuoteFilter::default()), false),
        ("approvals.csv", Listed::Approvals, false),
        ("contracts.csv", Listed::Contracts(ContractFilter::default(), CONTRACT_SORT), false),
        ("receivables.csv", Listed::Receivables(ContractFilter::default()), false),
        ("tickets.csv", tickets, false),
        ("visits.csv", Listed::Visits(VisitFilter::default()), false),
        ("needs.csv", Listed::Needs(NeedFilter { shown: Some(NeedShown::All), ..NeedFilter::default() }), false),
        ("surveys.csv", Listed::Surveys, false),
        ("plans.csv", Listed::Plans(PlanFilter::default()), false),
        ("pool.csv", Listed::Pool(PoolFilter::default()), false),
        ("pool-leads.csv", Listed::Pool(PoolFilter { leads: true, ..PoolFilter::default() }), false),
    ]
}

/// Writes every list that `by` may read into `folder`.
///
/// # Errors
/// If a file of the name is there, or cannot be written, or a list not be read.
pub async fn all(store: &Store, by: &Actor, folder: &Path, lang: Lang) -> Result<Vec<Exported>, Box<dyn Error>> {
    let named = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| named(folder, error))?;
    for (name, ..) in lists() {
        let path = folder.join(name);
        if path.try_exists().map_err(|error| named(&path, error))? {
            return Err(named(&path, ErrorKind::AlreadyExists.into()).into());
        }
    }
    let spoken = Spoken::of(store, lang);
    let mut done = Vec::new();
    for (name, listed, comes_back) in lists() {
        let head: Vec<String> = listed.fields().iter().map(|field| field.header(lang == Lang::Zh).to_owned()).collect();
        let pages = match store.export(by, listed).await {
            Ok(pages) => pages,
            Err(StoreError::Denied(_)) => {
                done.push(Exported { file: name, rows: None, comes_back });
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let (path, part) = (folder.join(name), folder.join(format!("{name}.part")));
        let mut out = BufWriter::new(File::create(&part).map_err(|error| named(&part, error))?);
        out.write_all(BOM.as_bytes())?;
        out.write_all(&lines(std::iter::once(head))?)?;
        let mut rows = 0;
        let mut pages = pin!(pages);
        while let Some(page) = pages.next().await.transpose()? {
            rows += page.len();
            out.write_all(&lines(page.iter().map(|row| row.iter().map(|cell| written(cell, &spoken)).collect()))?)?;
        }
        out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        fs::rename(&part, &path).map_err(|error| named(&path, error))?;
        done.push(Exported { file: name, rows: Some(rows), comes_back });
    }
    Ok(done)
}

pub async fn export(settings: &Settings, args: ExportArgs) -> Result<(), Box<dyn Error>> {
    let store = crate::commands::open(settings).await?;
    let by = crate::commands::person(&store, &args.by)?;
    let lang = match args.lang {
        Headers::Zh => Lang::Zh,
        Headers::En => Lang::En,
    };
    let done = all(&store, &by, &args.folder, lang).await?;
    store.close().await?;
    for one in done {
        let note = if one.comes_back { "" } else { " (no import reads it back)" };
        match one.rows {
            Some(rows) => println!("{:<17} {rows} rows{note}", one.file),
            None => println!("{:<17} left out: {} may not read it", one.file, args.by),
        }
    }
    println!("Written to {}; import them in this order, the last ones excepted.", args.folder.display());
    Ok(())
}
