//! The level view: this period above the water line, the compared one below.
//! A picture with links for wide places, a list with the same figures for
//! narrow ones. Text, since nothing in it reacts ([`ui::markup`]).

use crate::asked::Asked;
use crate::message::{self, Verdict};
use crate::say;
use crate::scene::{self, Block, Column, PARTS, Scene, Side, px, scene};
use crate::why;
use domain::funnel::report::{FunnelReport, FunnelSide, Part, ViewKind, Which};
use domain::funnel::rows::StageRow;
use i18n::keys::funnel;
use maud::{Markup, PreEscaped, html};
use ui::markup::gauge;
use ui::{t, texts, words};

/// Reasons of losses that are told beside a stage; the list behind it has all.
const REASONS: usize = 3;

/// What everything here is drawn from.
pub struct Drawn<'a> {
    pub report: &'a FunnelReport,
    pub asked: &'a Asked,
    /// Whether figures lead to their deals; in a file they lead nowhere.
    pub links: bool,
}

impl Drawn<'_> {
    pub fn value(&self, n: i64) -> String {
        say::value(self.report, self.asked.query.measure, n)
    }

    pub fn side(&self, which: Which) -> Option<&FunnelSide> {
        match which {
            Which::Now => Some(&self.report.now),
            Which::Before => self.report.before.as_ref(),
        }
    }

    pub fn row(&self, index: usize, which: Which) -> Option<&StageRow> {
        self.side(which)?.rows.get(index)
    }

    /// Stages in a snapshot have what is there, and no entries.
    pub fn whole(&self) -> Part {
        if self.asked.query.view == ViewKind::Snapshot { Part::Still } else { Part::Entered }
    }

    pub fn part(&self, index: usize, part: Part) -> &'static str {
        t(say::part(part, index + 1 == self.report.stages.len()))
    }

    /// What a link to the deals behind a figure is called.
    pub fn label(&self, index: usize, part: Part, which: Which) -> String {
        let n = self.row(index, which).map_or(0, |row| scene::figure(row, part));
        let period = self.side(which).map(say::side).unwrap_or_default();
        let (stage, value) = (say::stage(self.report, index), self.value(n));
        // A label holds what is to be seen, in the same order.
        let key = if part == Part::Entered { funnel::SEGMENT_WHOLE } else { funnel::SEGMENT };
        texts().fmt(key, &[("stage", &stage), ("part", self.part(index, part)), ("value", &value), ("period", &period)])
    }

    /// A figure of the table's kind, as a link if there is anything behind it.
    pub fn figure(&self, index: usize, part: Part, which: Which) -> Markup {
        let n = self.row(index, which).map_or(0, |row| scene::figure(row, part));
        let text = say::cell(self.report, self.asked.query.measure, n);
        if n == 0 {
            return html! { (text) };
        }
        let href = self.asked.opened(index, part, which);
        html! { a href=(href) title=(self.label(index, part, which)) aria-current=[self.current(index, part, which)] { (text) } }
    }

    /// Why most deals were lost in a stage, with how many, the commonest first.
    pub fn reasons(&self, index: usize, which: Which) -> Vec<String> {
        let lines = self.side(which).and_then(|side| side.reasons.get(index)).map(Vec::as_slice).unwrap_or_default();
        let told = lines.iter().take(REASONS);
        told.map(|line| format!("{} {}", t(line.reason.map_or(funnel::NO_REASON, words::lost_reason)), self.value(line.value))).collect()
    }

    pub fn current(&self, index: usize, part: Part, which: Which) -> Option<&'static str> {
        self.asked.shows(index, part, which).then_some("true")
    }

    pub fn depth(&self, index: usize) -> i32 {
        let of = i32::try_from(self.report.stages.len()).unwrap_or(5);
        self.report.stages.get(index).map_or(1, |stage| words::gauge(stage.position, of).0)
    }

    /// A rate, or its band where there are too few deals for one.
    pub fn step(row: &StageRow) -> String {
        match row.band {
            Some(band) => texts().fmt(funnel::BAND, &[("low", &say::rate(Some(band.low_bp))), ("high", &say::rate(Some(band.high_bp)))]),
            None => say::rate(row.step_bp),
        }
    }

    /// The whole funnel in words.
    pub fn in_words(&self) -> String {
        let sides = [Some(&self.report.now), self.report.before.as_ref()];
        sides.into_iter().flatten().map(|side| self.side_in_words(side)).collect::<Vec<_>>().join(" ")
    }

    fn side_in_words(&self, side: &FunnelSide) -> String {
        let stages: Vec<String> = side
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let figure = |part| self.value(scene::figure(row, part));
                let stage = say::stage(self.report, index);
                let (entered, advanced) = (figure(Part::Entered), figure(Part::Advanced));
                let (lost, still, step) = (figure(Part::Lost), figure(Part::Still), say::rate(row.step_bp));
                let values = [
                    ("stage", &stage),
                    ("entered", &entered),
                    ("advanced", &advanced),
                    ("lost", &lost),
                    ("still", &still),
                    ("step", &step),
                ];
                texts().fmt(funnel::STAGE_SAYS, &values.map(|(name, value)| (name, value.as_str())))
            })
            .collect();
        texts().fmt(funnel::PICTURE, &[("period", &say::side(side)), ("stages", &stages.join(" "))])
    }
}

/// Sizes of a stage's number, of this period and of the one compared.
const NOW: f64 = 18.0;
const BEFORE: f64 = 14.0;
const LABEL: f64 = 12.5;

/// About how wide a text of these sizes is; signs beyond Latin are square.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if u32::from(c) < 0x2e80 { size * 0.57 } else { size }).sum()
}

pub fn picture(drawn: &Drawn<'_>) -> Markup {
    let scene = page_scene(drawn);
    let (width, height) = (px(scene.width), px(scene.height));
    html! {
        svg.lv-svg.is-long[drawn.report.stages.len() > 5] viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="group" aria-label=(drawn.in_words()) {
            (inside(drawn, &scene))
            (why::tips(drawn, &scene))
        }
    }
}

/// Where everything lies on the page, and in a file.
pub fn page_scene(drawn: &Drawn<'_>) -> Scene {
    let report = drawn.report;
    let titled = |index, which| {
        let number = drawn.row(index, which).map(|row| drawn.value(scene::figure(row, drawn.whole()))).unwrap_or_default();
        let ask = if drawn.links && !drawn.reasons(index, which).is_empty() { why::wide() } else { 0.0 };
        match which {
            Which::Now => (width(&number, NOW) + ask).max(width(&say::stage(report, index), 13.0)),
            Which::Before => width(&number, BEFORE) + ask,
        }
    };
    let labels = |index, which| {
        let row = drawn.row(index, which);
        let label = move |part| {
            row.map_or(0.0, |row| self::width(&format!("{} {}", drawn.part(index, part), drawn.value(scene::figure(row, part))), LABEL))
        };
        scene::PARTS.map(label).into_iter().fold(0.0, f64::max)
    };
    let widest = (0..report.stages.len()).flat_map(|index| [labels(index, Which::Now), labels(index, Which::Before)]).fold(0.0, f64::max);
    scene(report, &scene::PAGE.with_labels(widest), titled)
}

/// What is in the picture, whatever is around it.
pub fn inside(drawn: &Drawn<'_>, scene: &Scene) -> Markup {
    let end = px(scene.width - 8.0);
    html! {
        defs { (paints(drawn)) }
        @for (index, column) in scene.columns.iter().enumerate() {
            @for side in column.sides() { (flow(side, index)) }
        }
        @for (index, column) in scene.columns.iter().enumerate() {
            @for side in column.sides() { (bar(drawn, scene, column, side, index)) }
        }
        path.lv-line d={ "M0 " (px(scene.line)) "H" (end) } {}
        @for (index, column) in scene.columns.iter().enumerate() { (pill(drawn, scene, column, index)) }
    }
}

/// What areas are filled with beyond plain colours.
pub fn paints(drawn: &Drawn<'_>) -> Markup {
    html! {
        (hatch("lv-hatch"))
        @for index in 0..drawn.report.stages.len().saturating_sub(1) {
            linearGradient id={ "lv-g" (index) } {
                stop class={ "s" (drawn.depth(index)) } {}
                stop class={ "s" (drawn.depth(index + 1)) } offset="1" {}
            }
        }
    }
}

fn hatch(id: &str) -> Markup {
    html! {
        pattern id=(id) width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
            rect.lv-gap width="5" height="5" {}
            rect.lv-stripe width="2" height="5" {}
        }
    }
}

pub fn flow(side: &Side, index: usize) -> Markup {
    let Some(flow) = &side.flow else { return PreEscaped(String::new()) };
    let before = side.which == Which::Before;
    html! {
        g.lv-flow.is-before[before] {
            @if let Some(wedge) = &flow.wedge { path.lv-wedge d=(wedge) {} }
            @if before { path.lv-ribbon d=(flow.ribbon) {} } @else { path.lv-ribbon d=(flow.ribbon) fill={ "url(#lv-g" (index) ")" } {} }
        }
    }
}

/// A stage's bar: its title and each part are links to the deals behind them.
fn bar(drawn: &Drawn<'_>, scene: &Scene, column: &Column, side: &Side, index: usize) -> Markup {
    let (which, before) = (side.which, side.which == Which::Before);
    let (x, width) = (px(column.x), px(scene.bar));
    let whole = drawn.whole();
    let n = drawn.row(index, which).map_or(0, |row| scene::figure(row, whole));
    let title = html! {
        @if before {
            rect.lv-hit x=(x) y=(px(side.title_y)) width=(width) height="28" {}
            text.lv-total x=(x) y=(px(side.title_y + 18.0)) { (drawn.value(n)) }
        } @else {
            rect.lv-hit x=(x) y=(px(side.title_y - 42.0)) width=(width) height="42" {}
            text.lv-name x=(x) y=(px(side.title_y - 26.0)) { (say::stage(drawn.report, index)) }
            " "
            text.lv-total x=(x) y=(px(side.title_y - 5.0)) { (drawn.value(n)) }
        }
    };
    let label_x = column.x + scene.bar + 6.0;
    let asks = drawn.links && !drawn.reasons(index, which).is_empty();
    let beside = |size| column.x + self::width(&drawn.value(n), size) + 10.0;
    let ask_at = if before { (beside(BEFORE), side.title_y + 18.0) } else { (beside(NOW), side.title_y - 5.0) };
    html! {
        g.lv-bar.is-before[before] data-why-of=[asks.then(|| why::id(index, which))] {
            @if whole == Part::Still { g { (title) } } @else { (link(drawn, index, whole, which, n, &title)) }
            @if asks { (why::ask(drawn, index, which, ask_at)) }
            @if let Some((y, height)) = side.frame { rect.lv-frame x=(x) y=(px(y)) width=(width) height=(px(height)) {} }
            @for block in &side.blocks {
                g.lv-seg {
                    // For the pointer only: a thin part is no target, its label is one.
                    @if drawn.links { a href=(drawn.asked.opened(index, block.part, which)) tabindex="-1" aria-hidden="true" { (part(drawn, index, block, &x, &width)) } }
                    @else { (part(drawn, index, block, &x, &width)) }
                    (link(drawn, index, block.part, which, block.value, &html! {
                        rect.lv-hit x=(px(label_x - 4.0)) y=(px(block.label_y - 13.0)) width=(px(scene.label)) height="26" {}
                        text.lv-label x=(px(label_x)) y=(px(block.label_y + 4.5)) { (drawn.part(index, block.part)) " " (drawn.value(block.value)) }
                    }))
                }
            }
        }
    }
}

pub fn part(drawn: &Drawn<'_>, index: usize, block: &Block, x: &str, width: &str) -> Markup {
    let class = format!("lv-part d{} {}", drawn.depth(index), say::part_class(block.part));
    html! { rect class=(class) x=(x) y=(px(block.y)) width=(width) height=(px(block.height)) {} }
}

pub fn link(drawn: &Drawn<'_>, index: usize, part: Part, which: Which, n: i64, inside: &Markup) -> Markup {
    named(drawn, index, part, which, n, &drawn.label(index, part, which), inside)
}

/// The same under a name of its own, for what shows another figure than its deals'.
pub fn named(drawn: &Drawn<'_>, index: usize, part: Part, which: Which, n: i64, label: &str, inside: &Markup) -> Markup {
    if n == 0 || !drawn.links {
        return html! { g { (inside) } };
    }
    html! {
        a href=(drawn.asked.opened(index, part, which)) aria-label=(label) aria-current=[drawn.current(index, part, which)] data-figure={ (index) "-" (part) "-" (which) } {
            (inside)
        }
    }
}

/// The rate of a step, on the line.
fn pill(drawn: &Drawn<'_>, scene: &Scene, column: &Column, index: usize) -> Markup {
    let (Some(middle), Some(row)) = (column.gap, drawn.report.now.rows.get(index)) else { return PreEscaped(String::new()) };
    if drawn.whole() == Part::Still {
        return PreEscaped(String::new());
    }
    let text = Drawn::step(row);
    let wide = (width(&text, 14.0) + 20.0).max(62.0);
    html! {
        g.lv-pill.is-worst[is_worst(drawn, index)] data-step=(index) {
            rect x=(px(middle - wide / 2.0)) y=(px(scene.line - 13.0)) width=(px(wide)) height="26" rx="13" {}
            text x=(px(middle)) y=(px(scene.line + 5.0)) text-anchor="middle" { (text) }
        }
    }
}

pub fn is_worst(drawn: &Drawn<'_>, index: usize) -> bool {
    matches!(message::of(drawn.report), Verdict::Worse { stage, .. } if stage == index)
}

/// The same for narrow places: one stage below the other, bars lying down.
pub fn steps(drawn: &Drawn<'_>) -> Markup {
    let report = drawn.report;
    let largest = scene::largest(report).max(1);
    html! {
        svg.lv-defs width="0" height="0" aria-hidden="true" { defs { (hatch("lv-hatch-lying")) } }
        ol.lv-steps {
            @for (index, stage) in report.stages.iter().enumerate() {
                li {
                    div.lv-head {
                        (gauge(stage, report.stages.len()))
                        (plain(drawn, index, drawn.whole(), Which::Now, &words::stage_name(stage)))
                        @if let Some(row) = drawn.row(index, Which::Before) {
                            span.muted.fs12 { (texts().fmt(funnel::COMPARED_VALUE, &[("value", &drawn.value(scene::figure(row, drawn.whole())))])) }
                        }
                    }
                    @if let Some(row) = drawn.row(index, Which::Now) { (lying(drawn, index, row, largest, "24", false)) }
                    @if let Some(row) = drawn.row(index, Which::Before) { (lying(drawn, index, row, largest, "8", true)) }
                    div.lv-parts {
                        @for part in PARTS {
                            @if drawn.row(index, Which::Now).is_some_and(|row| scene::figure(row, part) != 0) && part != drawn.whole() {
                                (plain(drawn, index, part, Which::Now, drawn.part(index, part)))
                            }
                        }
                    }
                    (why::unfolded(drawn, index))
                    @if index + 1 < report.stages.len() && drawn.whole() == Part::Entered {
                        @if let Some(row) = report.now.rows.get(index) {
                            p.lv-step.is-worst[is_worst(drawn, index)] { (ui::markup::icon("arrow-down", "i-14")) span { (t(funnel::STEP)) " " b { (Drawn::step(row)) } } }
                        }
                    }
                }
            }
        }
    }
}

/// A figure with its word, as a link if there is anything behind it.
fn plain(drawn: &Drawn<'_>, index: usize, part: Part, which: Which, word: &str) -> Markup {
    let n = drawn.row(index, which).map_or(0, |row| scene::figure(row, part));
    let inside = html! { i class={ "lv-key d" (drawn.depth(index)) " " (say::part_class(part)) } {} (word) " " b.num { (drawn.value(n)) } };
    if n == 0 {
        return html! { span.lv-fig { (inside) } };
    }
    html! {
        a.lv-fig href=(drawn.asked.opened(index, part, which)) title=(drawn.label(index, part, which)) aria-current=[drawn.current(index, part, which)] { (inside) }
    }
}

fn lying(drawn: &Drawn<'_>, index: usize, row: &StageRow, largest: i64, height: &str, before: bool) -> Markup {
    let mut from = 0.0;
    let mut parts = Vec::new();
    for part in PARTS {
        let n = scene::figure(row, part).max(0);
        #[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
        let share = n as f64 * 100.0 / largest as f64;
        if n > 0 {
            parts.push((part, from, share));
        }
        from += share;
    }
    html! {
        svg.lv-lying.is-before[before] width="100%" height=(height) aria-hidden="true" {
            @for (part, from, share) in parts {
                rect class={ "lv-part d" (drawn.depth(index)) " " (say::part_class(part)) } x={ (format!("{from:.2}")) "%" } width={ (format!("{share:.2}")) "%" } height=(height) {}
            }
        }
    }
}
