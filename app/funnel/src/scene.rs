//! Where everything of the level view lies: bars, what flows between them, and
//! their labels. Lengths are true to the figures by one scale; labels give way.
//!
//! Not here: words and colours ([`crate::level`]).

use domain::funnel::report::{FunnelReport, FunnelSide, Part, Which};
use domain::funnel::rows::StageRow;
use domain::rounding::ratio_bp;

/// How large things are.
pub struct Sizes {
    /// The largest bar.
    pub tallest: f64,
    pub bar: f64,
    /// From a bar to the next, at least.
    pub pitch: f64,
    /// Room beside the last bar.
    pub right: f64,
    /// As wide as this, however few stages there are.
    pub narrowest: f64,
    /// Labels need this much, so that each is a target of its own.
    pub label: f64,
    /// From the line to the middle of the first label, past the step's rate.
    pub first_label: f64,
    /// Room for a title above the line, and below it.
    pub titles: (f64, f64),
    pub title_gap: f64,
}

/// On the page, and in a file.
pub const PAGE: Sizes = Sizes {
    tallest: 180.0,
    bar: 66.0,
    pitch: 178.0,
    right: 108.0,
    narrowest: 4.0 * 178.0 + 66.0 + 108.0,
    label: 27.0,
    first_label: 31.0,
    titles: (44.0, 44.0),
    title_gap: 6.0,
};

impl Sizes {
    /// Stages stand as far apart as the widest label needs.
    pub fn with_labels(self, widest: f64) -> Self {
        Self { pitch: self.pitch.max(self.bar + widest + 14.0), right: self.right.max(widest + 12.0), ..self }
    }
}

/// From the line outward.
pub const PARTS: [Part; 3] = [Part::Advanced, Part::Still, Part::Lost];

pub struct Scene {
    pub width: f64,
    pub height: f64,
    /// The water line.
    pub line: f64,
    pub bar: f64,
    /// What a label may be wide.
    pub label: f64,
    pub columns: Vec<Column>,
}

pub struct Column {
    pub x: f64,
    /// Middle of the gap to the next column; `None` at the last one.
    pub gap: Option<f64>,
    pub now: Side,
    pub before: Option<Side>,
}

impl Column {
    pub fn sides(&self) -> impl Iterator<Item = &Side> {
        std::iter::once(&self.now).chain(self.before.as_ref())
    }
}

pub struct Side {
    pub which: Which,
    pub blocks: Vec<Block>,
    /// What entered, as far as it is not just the blocks together.
    pub frame: Option<(f64, f64)>,
    pub title_y: f64,
    pub flow: Option<Flow>,
}

pub struct Block {
    pub part: Part,
    pub value: i64,
    pub y: f64,
    pub height: f64,
    pub label_y: f64,
}

/// Outlines of what goes on to the next stage, and of what falls away.
pub struct Flow {
    pub ribbon: String,
    pub wedge: Option<String>,
}

pub fn figure(row: &StageRow, part: Part) -> i64 {
    match part {
        Part::Entered => row.entered,
        Part::Advanced => row.advanced,
        Part::Lost => row.lost,
        Part::Still => row.still,
        Part::Converted => row.converted.unwrap_or(0),
        Part::FromFirst => row.from_first,
    }
}

/// What is open in all stages together.
pub fn open(report: &FunnelReport) -> i64 {
    report.now.rows.iter().map(|row| row.still).sum()
}

/// A stage's part of what is open.
pub fn share_bp(report: &FunnelReport, row: &StageRow) -> Option<i64> {
    ratio_bp(row.still, open(report))
}

/// Whether a stage's parts are what entered it.
pub fn adds_up(row: &StageRow) -> bool {
    row.entered == row.advanced + row.lost + row.still
}

/// The largest figure that the view has to show.
pub fn largest(report: &FunnelReport) -> i64 {
    let of = |side: &FunnelSide| side.rows.iter().map(|row| row.entered.max(row.advanced + row.lost + row.still)).max();
    of(&report.now).max(report.before.as_ref().and_then(of)).unwrap_or(0)
}

/// `title_width`: about how wide a stage's title will be, for this period or the other.
pub fn scene(report: &FunnelReport, sizes: &Sizes, title_width: impl Fn(usize, Which) -> f64) -> Scene {
    let count = report.stages.len().max(1);
    let gaps = count.saturating_sub(1).max(1);
    let (bar, right) = (sizes.bar, sizes.right);
    let pitch = sizes.pitch.max((sizes.narrowest - bar - right) / float(gaps));
    let scale = sizes.tallest / float_of(largest(report).max(1));
    let sides = |side: &FunnelSide, which: Which| -> Vec<Bar> {
        let wide = |index| title_width(index, which) > bar;
        side.rows.iter().enumerate().map(|(index, row)| Bar::new(row, sizes, scale, wide(index))).collect()
    };
    let above = sides(&report.now, Which::Now);
    let below = report.before.as_ref().map(|side| sides(side, Which::Before));
    let far = |bars: &[Bar], title: f64| bars.iter().map(|bar| bar.title).fold(0.0, f64::max) + title;
    let line = far(&above, sizes.titles.0) + 4.0;
    let height = line + below.as_deref().map_or(24.0_f64.max(sizes.first_label), |bars| far(bars, sizes.titles.1));
    let columns = (0..count)
        .map(|index| {
            let x = float(index) * pitch;
            let next = (index + 1 < count).then_some((x + bar, x + pitch));
            Column {
                x,
                gap: next.map(|(from, to)| f64::midpoint(from, to)),
                now: side(&above, index, Which::Now, line, next),
                before: below.as_ref().map(|bars| side(bars, index, Which::Before, line, next)),
            }
        })
        .collect();
    Scene { width: float(count - 1) * pitch + bar + right, height, line, bar, label: (pitch - bar - 10.0).min(right - 4.0), columns }
}

/// A bar by distances from the line.
struct Bar {
    entered: f64,
    adds_up: bool,
    blocks: Vec<(Part, i64, f64, f64, f64)>,
    total: f64,
    title: f64,
}

impl Bar {
    fn new(row: &StageRow, sizes: &Sizes, scale: f64, wide_title: bool) -> Self {
        let (mut total, mut label) = (0.0, sizes.first_label - sizes.label);
        let mut blocks = Vec::new();
        for part in PARTS {
            let value = figure(row, part).max(0);
            if value == 0 {
                continue;
            }
            let length = float_of(value) * scale;
            label = f64::max(total + length / 2.0, label + sizes.label);
            blocks.push((part, value, total, length, label));
            total += length;
        }
        let entered = float_of(row.entered.max(0)) * scale;
        let labels = if blocks.is_empty() || !wide_title { 0.0 } else { label + sizes.label / 2.0 };
        let title = total.max(entered).max(labels) + sizes.title_gap;
        Self { entered, adds_up: adds_up(row), blocks, total, title }
    }
}

fn side(bars: &[Bar], index: usize, which: Which, line: f64, next: Option<(f64, f64)>) -> Side {
    let up = which == Which::Now;
    // A distance from the line, and the top of something that begins there.
    let at = |distance: f64| if up { line - distance } else { line + distance };
    let top = |distance: f64, length: f64| if up { line - distance - length } else { line + distance };
    let Some(bar) = bars.get(index) else { return Side { which, blocks: Vec::new(), frame: None, title_y: at(0.0), flow: None } };
    let block = |&(part, value, from, height, label): &(Part, i64, f64, f64, f64)| Block {
        part,
        value,
        y: top(from, height),
        height,
        label_y: at(label),
    };
    let advanced = bar.blocks.iter().find(|block| block.0 == Part::Advanced).map_or(0.0, |block| block.3);
    let flow = next.zip(bars.get(index + 1)).filter(|_| advanced > 0.0).map(|((x, to), after)| {
        let (start, end, line, whole) = (px(at(advanced)), px(at(after.entered)), px(line), px(at(bar.total)));
        let (x, middle, to) = (px(x), px(f64::midpoint(x, to)), px(to));
        let falls = bar.adds_up && bar.total > advanced;
        Flow {
            ribbon: format!("M{x} {line}V{start}L{to} {end}V{line}Z"),
            wedge: falls.then(|| format!("M{x} {whole}C{middle} {whole} {middle} {end} {to} {end}L{x} {start}Z")),
        }
    });
    Side {
        which,
        blocks: bar.blocks.iter().map(block).collect(),
        frame: (!bar.adds_up && bar.entered > 0.0).then(|| (top(0.0, bar.entered), bar.entered)),
        title_y: at(bar.title),
        flow,
    }
}

/// A length as an attribute.
pub fn px(length: f64) -> String {
    format!("{length:.1}")
}

#[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
fn float_of(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a handful of stages")]
fn float(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use domain::ids::{PipelineId, StageId};
    use domain::money::Currency;
    use domain::period::Period;
    use domain::pipeline::{ForecastCategory, Stage, StageKind};

    fn row(entered: i64, advanced: i64, lost: i64, still: i64) -> StageRow {
        StageRow {
            entered,
            advanced,
            lost,
            still,
            converted: None,
            from_first: 0,
            step_bp: None,
            cumulative_bp: None,
            resolved_bp: None,
            band: None,
            latest_median_milli: None,
            cumulative_median_milli: None,
            age_median_milli: None,
        }
    }

    fn side_of(rows: Vec<StageRow>) -> FunnelSide {
        let day = NaiveDate::default();
        FunnelSide {
            period: Period::new(day, day),
            of: None,
            reasons: vec![Vec::new(); rows.len()],
            rows,
            deals: 0,
            invalid: 0,
            moves_back: 0,
            maturity: None,
        }
    }

    fn report(now: Vec<StageRow>, before: Option<Vec<StageRow>>) -> FunnelReport {
        let stage = |position| Stage {
            id: StageId(uuid::Uuid::nil()),
            pipeline: PipelineId(uuid::Uuid::nil()),
            position,
            name_zh: String::new(),
            name_en: String::new(),
            kind: StageKind::Open,
            probability_bp: 0,
            forecast: ForecastCategory::Pipeline,
            sla_days: None,
            exit_zh: String::new(),
            exit_en: String::new(),
            pace_milli: None,
        };
        FunnelReport {
            pipelines: Vec::new(),
            stages: (1..).take(now.len()).map(stage).collect(),
            currency: Currency::Cny,
            as_of: NaiveDate::default(),
            now: side_of(now),
            before: before.map(side_of),
        }
    }

    #[test]
    fn lengths_are_true_and_on_one_scale() {
        let found = report(vec![row(100, 40, 50, 10), row(40, 40, 0, 0)], Some(vec![row(200, 100, 100, 0), row(100, 100, 0, 0)]));
        let scene = scene(&found, &PAGE, |_, _| 0.0);
        let heights = |side: &Side| side.blocks.iter().map(|block| (block.part, block.height.round() as i64)).collect::<Vec<_>>();
        assert_eq!(heights(&scene.columns[0].now), [(Part::Advanced, 36), (Part::Still, 9), (Part::Lost, 45)]);
        assert_eq!(heights(scene.columns[0].before.as_ref().unwrap()), [(Part::Advanced, 90), (Part::Lost, 90)]);
        let lowest = scene.columns[0].now.blocks[0].y + scene.columns[0].now.blocks[0].height;
        assert!((lowest - scene.line).abs() < 1e-9, "the first part stands on the line");
    }

    #[test]
    fn labels_of_thin_parts_keep_their_distance() {
        let found = report(vec![row(10_000, 9_000, 1_000, 0), row(30, 10, 10, 10)], None);
        let scene = scene(&found, &PAGE, |_, _| 500.0);
        let thin = &scene.columns[1].now;
        let labels: Vec<f64> = thin.blocks.iter().map(|block| scene.line - block.label_y).collect();
        assert!(labels[0] >= PAGE.first_label && labels.windows(2).all(|pair| pair[1] - pair[0] >= PAGE.label - 1e-9));
        assert!(scene.line - thin.title_y > labels[2], "a wide title stands above them");
        assert!(scene.columns.iter().all(|column| column.now.title_y >= PAGE.titles.0 - 1e-9));
    }

    #[test]
    fn what_does_not_add_up_gets_a_frame_and_no_wedge() {
        let found = report(vec![row(10, 4, 1, 20), row(4, 4, 0, 0)], None);
        let scene = scene(&found, &PAGE, |_, _| 0.0);
        assert!(scene.columns[0].now.frame.is_some());
        assert!(scene.columns[0].now.flow.as_ref().unwrap().wedge.is_none());
        assert!(scene.columns[1].now.frame.is_none() && scene.columns[1].now.flow.is_none());
    }

    #[test]
    fn an_empty_funnel_has_a_line_and_nothing_on_it() {
        let scene = scene(&report(vec![row(0, 0, 0, 0); 3], None), &PAGE, |_, _| 0.0);
        assert!(scene.columns.iter().all(|column| column.now.blocks.is_empty() && column.now.flow.is_none()));
        assert!(scene.line > 0.0 && scene.height > scene.line);
    }
}
