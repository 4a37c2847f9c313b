//! What leaves the page as a file: the figures as a sheet, whose every row says what it
//! is of, and the picture ([`crate::file`]). The server writes the sheet by the one way in
//! which lists are written.

use crate::asked::Asked;
use crate::{file, say};
use domain::funnel::report::{FunnelQuery, FunnelReport, FunnelSide, MeasureKind};
use domain::funnel::rows::StageRow;
use domain::money::Money;
use domain::pipeline::filter::DealFilter;
use domain::pipeline::{Choices, Stage};
use i18n::keys::{common, funnel};
use store::export::Cell;
use ui::t;

/// Heads in the language of the reader, and rows.
pub struct Sheet {
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A row for each stage and period. Rates are of the exact figures, to hundredths.
#[must_use]
pub fn sheet(report: &FunnelReport, query: &FunnelQuery, choices: &Choices) -> Sheet {
    let head = [
        common::STAGE,
        funnel::HEAD_FROM,
        funnel::HEAD_TO,
        funnel::ENTERED,
        funnel::ADVANCED,
        funnel::LOST_HERE,
        funnel::STILL_HERE,
        funnel::CONVERTED,
        funnel::STEP,
        funnel::HEAD_LOW,
        funnel::HEAD_HIGH,
        funnel::FROM_FIRST,
        funnel::CUMULATIVE,
        funnel::HEAD_STAY,
        funnel::HEAD_AGE,
        funnel::MEASURE,
        common::CURRENCY,
        funnel::VIEW,
        funnel::MODE,
        common::FILTER,
        funnel::AS_OF,
    ];
    let about = About { report, query, filter: narrowed(report, query, choices).join(" · ") };
    let sides = [Some(&report.now), report.before.as_ref()];
    let rows = sides.into_iter().flatten().flat_map(|side| {
        let about = &about;
        report.stages.iter().zip(&side.rows).map(move |(stage, row)| about.row(stage, side, row))
    });
    Sheet { head: head.into_iter().map(|key| t(key).to_owned()).collect(), rows: rows.collect() }
}

/// See [`file::svg`].
#[must_use]
pub fn svg(report: &FunnelReport, query: &FunnelQuery, choices: &Choices) -> String {
    let asked = Asked { query: query.clone(), figure: None, place: None };
    file::svg(report, &asked, &narrowed(report, query, choices))
}

/// What the deals are narrowed by, in words; the pipeline always.
fn narrowed(report: &FunnelReport, query: &FunnelQuery, choices: &Choices) -> Vec<String> {
    let pipeline = report.stages.first().map(|stage| stage.pipeline);
    ui::choice::narrowed(&DealFilter { pipeline, ..query.filter.clone() }, choices)
}

struct About<'a> {
    report: &'a FunnelReport,
    query: &'a FunnelQuery,
    filter: String,
}

impl About<'_> {
    fn row(&self, stage: &Stage, side: &FunnelSide, row: &StageRow) -> Vec<Cell> {
        let last = side.period.end_exclusive().pred_opt().unwrap_or(side.period.start()).max(side.period.start());
        let amounts = self.query.measure == MeasureKind::Amount;
        let snapshot = self.query.view == domain::funnel::report::ViewKind::Snapshot;
        let figure = |n: i64| {
            if amounts {
                return Cell::Money(Money { minor: n, currency: self.report.currency });
            }
            #[expect(clippy::cast_precision_loss, reason = "a number of deals")]
            Cell::Number(n as f64)
        };
        // A snapshot has no entries: nothing is not zero.
        let rated = |n: i64| if snapshot { Cell::Empty } else { figure(n) };
        vec![
            Cell::Name(stage.name_zh.clone(), stage.name_en.clone()),
            Cell::Date(side.period.start()),
            Cell::Date(last),
            rated(row.entered),
            rated(row.advanced),
            rated(row.lost),
            figure(row.still),
            row.converted.map_or(Cell::Empty, figure),
            rate(row.step_bp),
            rate(row.band.map(|band| band.low_bp)),
            rate(row.band.map(|band| band.high_bp)),
            rated(row.from_first),
            rate(row.cumulative_bp),
            days(row.latest_median_milli.filter(|_| !snapshot)),
            days(row.age_median_milli),
            text(t(say::measure(self.query.measure))),
            if amounts { text(self.report.currency.code()) } else { Cell::Empty },
            text(t(say::view(self.query.view).0)),
            if snapshot { Cell::Empty } else { text(t(say::mode(self.query.mode).0)) },
            text(
                &[Some(self.filter.clone()).filter(|filter| !filter.is_empty()), side.of.as_ref().map(say::twin)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" · "),
            ),
            Cell::Date(self.report.as_of),
        ]
    }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

fn rate(bp: Option<i64>) -> Cell {
    bp.and_then(|bp| i32::try_from(bp).ok()).map_or(Cell::Empty, Cell::Rate)
}

#[expect(clippy::cast_precision_loss, reason = "days")]
fn days(milli: Option<i64>) -> Cell {
    milli.map_or(Cell::Empty, |milli| Cell::Number(milli as f64 / 1_000.0))
}
