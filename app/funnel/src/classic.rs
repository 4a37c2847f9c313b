//! The classic picture: stages below one another, each as wide as its figure, this period
//! beside the one compared, by one scale. As text with links for the first paint, and for
//! who has no scripts; [`chart`] is the same for the pointer.

use crate::level::{Drawn, is_worst, link};
use crate::say;
use crate::scene::{self, px};
use domain::funnel::report::{Part, Which};
use i18n::keys::funnel;
use maud::{Markup, html};
use ui::{chart, texts};

/// Of one funnel, with its words beside it.
const HALF: f64 = 530.0;
const WIDEST: f64 = 300.0;
const STAGE: f64 = 56.0;
const GAP: f64 = 4.0;
const HEAD: f64 = 30.0;

fn sides(drawn: &Drawn<'_>) -> impl Iterator<Item = Which> {
    std::iter::once(Which::Now).chain(drawn.report.before.is_some().then_some(Which::Before))
}

#[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
fn wide(n: i64, largest: i64) -> f64 {
    n.max(0) as f64 * WIDEST / largest.max(1) as f64
}

/// What stands beside a stage: its figure, and the rate of the step from it.
fn figure(drawn: &Drawn<'_>, index: usize, which: Which) -> (i64, Option<String>) {
    let Some(row) = drawn.row(index, which) else { return (0, None) };
    let rated = drawn.whole() == Part::Entered && index + 1 < drawn.report.stages.len();
    (scene::figure(row, drawn.whole()), rated.then(|| texts().fmt(funnel::TO_NEXT, &[("rate", &Drawn::step(row))])))
}

pub fn picture(drawn: &Drawn<'_>) -> Markup {
    let stages = drawn.report.stages.len();
    let halves = f64::from(u8::try_from(sides(drawn).count()).unwrap_or(1));
    let height = HEAD + (0..stages).fold(0.0, |height, _| height + STAGE + GAP);
    chart::place(
        &drawn.asked.chart(),
        &html! {
            svg.lv-svg.lv-classic viewBox={ "0 0 " (px(HALF * halves)) " " (px(height)) } width=(px(HALF * halves)) height=(px(height)) role="group" aria-label=(drawn.in_words()) {
                @for (half, which) in sides(drawn).enumerate() {
                    g transform={ "translate(" (if half == 0 { "0".to_owned() } else { px(HALF) }) " 0)" } { (one(drawn, which)) }
                }
            }
        },
    )
}

fn one(drawn: &Drawn<'_>, which: Which) -> Markup {
    let stages = drawn.report.stages.len();
    let largest = scene::largest(drawn.report);
    let before = which == Which::Before;
    let width_of = |index| wide(figure(drawn, index, which).0, largest);
    let mut y = HEAD;
    let mut tops = Vec::new();
    for _ in 0..stages {
        tops.push(y);
        y += STAGE + GAP;
    }
    let middle = WIDEST / 2.0;
    let outline = |index: usize, top: f64| {
        let (a, b) = (width_of(index) / 2.0, if index + 1 < stages { width_of(index + 1) / 2.0 } else { width_of(index) / 2.0 });
        let at = |x: f64, y: f64| format!("{} {}", px(x), px(y));
        format!("M{}L{}L{}L{}Z", at(middle - a, top), at(middle + a, top), at(middle + b, top + STAGE), at(middle - b, top + STAGE))
    };
    html! {
        text x=(px(middle)) y="18" text-anchor="middle" { (drawn.side(which).map(say::side).unwrap_or_default()) }
        @for (index, top) in tops.iter().enumerate() {
            @let (n, rate) = figure(drawn, index, which);
            g.lv-bar.is-before[before] {
                (link(drawn, index, drawn.whole(), which, n, &html! {
                    path class={ "lv-part p-adv d" (drawn.depth(index)) } d=(outline(index, *top)) {}
                    rect.lv-hit x=(px(WIDEST + 12.0)) y=(px(*top)) width=(px(HALF - WIDEST - 24.0)) height="34" {}
                    text.lv-name x=(px(WIDEST + 16.0)) y=(px(top + 14.0)) { (say::stage(drawn.report, index)) }
                    " "
                    text.lv-total x=(px(WIDEST + 16.0)) y=(px(top + 34.0)) { (drawn.value(n)) }
                }))
                @if let Some(rate) = rate {
                    text.lv-to.is-worst[!before && is_worst(drawn, index)] x=(px(WIDEST + 16.0)) y=(px(top + 52.0)) { (rate) }
                }
            }
        }
    }
}

#[cfg(feature = "ssr")]
pub use server::chart;

#[cfg(feature = "ssr")]
mod server {
    use super::{figure, sides};
    use crate::asked::Asked;
    use crate::level::Drawn;
    use crate::{say, scene};
    use domain::funnel::report::{FunnelReport, Part, Which};
    use i18n::keys::funnel;
    use ui::drawing::charming::Chart;
    use ui::drawing::charming::datatype::{DataPoint, DataPointItem};
    use ui::drawing::charming::element::{Label, LabelLine, LabelPosition, Sort};
    use ui::drawing::charming::series::Funnel;
    use ui::drawing::{Drawing, Mark, drawn as length, filled};
    use ui::t;

    /// Both funnels by one scale; a part says what became of its deals, and leads to them.
    ///
    /// # Errors
    /// If the chart cannot be written as JSON.
    pub fn chart(report: &FunnelReport, asked: impl Fn(&str) -> Option<String>) -> serde_json::Result<Drawing> {
        let asked = Asked::from_query(asked).into_classic();
        let drawn = Drawn { report, asked: &asked, links: true };
        let largest = length(scene::largest(report));
        let twins = sides(&drawn).count() > 1;
        let (mut chart, mut marks) = (Chart::new(), Vec::new());
        for which in sides(&drawn) {
            let Some(side) = drawn.side(which) else { continue };
            let before = which == Which::Before;
            let (mut data, mut said_of) = (Vec::new(), Vec::new());
            for index in 0..report.stages.len() {
                let (n, rate) = figure(&drawn, index, which);
                let colour = filled(&format!("--stage-{}", drawn.depth(index))).opacity(if before { 0.55 } else { 1.0 });
                data.push(DataPoint::from(DataPointItem::new(n.max(0)).name(index.to_string()).item_style(colour)));
                let link = drawn.asked.opened(index, drawn.whole(), which);
                let label = format!("{}  {}", say::stage(report, index), drawn.value(n));
                let label = rate.map_or(label.clone(), |rate| format!("{label}\n{rate}"));
                said_of.push(Mark::new(said(&drawn, index, which), u64::try_from(n).unwrap_or(0), link).labelled(label));
            }
            let series = Funnel::new()
                .name(say::side(side))
                .min(0.0)
                .max(largest)
                .min_size("0%")
                .max_size("100%")
                .sort(Sort::None)
                .gap(3.0)
                .top(8)
                .bottom(8)
                .width(if twins { "28%" } else { "40%" })
                .left(if before { "54%" } else { "2%" })
                .label(Label::new().show(true).position(LabelPosition::Right).color("--text").font_size(13))
                .label_line(LabelLine::new().show(true).length(14.0));
            chart = chart.series(series.data(data));
            marks.push(said_of);
        }
        Drawing::new(&chart, marks)
    }

    /// A stage in words: its parts, and why deals were lost there.
    fn said(drawn: &Drawn<'_>, index: usize, which: Which) -> String {
        let row = drawn.row(index, which);
        let part = |part| {
            let n = row.map_or(0, |row| scene::figure(row, part));
            (n != 0).then(|| format!("{} {}", drawn.part(index, part), drawn.value(n)))
        };
        let whole = drawn.label(index, drawn.whole(), which);
        let parts = [Part::Advanced, Part::Still, Part::Lost].into_iter().filter(|one| *one != drawn.whole()).filter_map(part);
        let reasons = drawn.reasons(index, which);
        let why = (!reasons.is_empty()).then(|| format!("{}: {}", t(funnel::REASONS), reasons.join(" · ")));
        let step = figure(drawn, index, which).1;
        let parts = parts.collect::<Vec<_>>().join(" · ");
        [Some(whole), Some(parts).filter(|parts| !parts.is_empty()), step, why].into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}
