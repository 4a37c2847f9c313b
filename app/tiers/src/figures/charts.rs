//! The pictures of the tiers as charts: the same figures, and the same ways to the
//! customers, as the pictures that came with the page.

use super::asked::Asked;
use super::say::{self, Of, said};
use super::{heat, pareto};
use domain::rounding::ratio_bp;
use domain::tiers::figures::{CustomerSet, TierFigures};
use domain::tiers::{Migration, Standing};
use i18n::keys::tiers;
use ui::drawing::charming::Chart;
use ui::drawing::charming::component::{Axis, VisualMap, VisualMapPiece};
use ui::drawing::charming::datatype::{CompositeValue, DataFrame, DataPoint};
use ui::drawing::charming::element::{
    AreaStyle, AxisLabel, AxisType, Label, LabelPosition, LineStyle, LineStyleType, MarkLine, MarkLineData, MarkLineVariant, SplitLine,
    Symbol, Tooltip, Trigger,
};
use ui::drawing::charming::series::{Heatmap, Line, Sankey, SankeyLink, SankeyNode};
use ui::drawing::{Drawing, Mark, drawn, filled, names, plot};

/// A chart of the page by its name. `None`: there is none of this name, or nothing to draw.
///
/// # Errors
/// If the chart cannot be written as JSON.
pub fn chart(name: &str, report: &TierFigures, asked: impl Fn(&str) -> Option<String>) -> serde_json::Result<Option<Drawing>> {
    let asked = Asked::from_query(asked);
    let of = Of { asked: &asked, report, filter: "" };
    match name {
        pareto::CHART => curve(&of).transpose(),
        heat::CHART => cells(&of).map(Some),
        super::migration::CHART => report.migration.as_ref().ok().map(|figure| flow(&of, &figure.counts)).transpose(),
        _ => Ok(None),
    }
}

/// Basis points as per cent.
fn percent(bp: i64) -> f64 {
    drawn(bp) / 100.0
}

fn curve(of: &Of<'_>) -> Option<serde_json::Result<Drawing>> {
    let figure = &of.report.pareto;
    figure.curve.bringing_80?;
    let zones = pareto::zones(figure);
    let mut points = vec![DataPoint::from(vec![0.0, 0.0])];
    let mut marks = vec![Mark::new(String::new(), 0, String::new())];
    for point in &figure.curve.points {
        points.push(DataPoint::from(vec![percent(point.customers_bp), percent(point.revenue_bp)]));
        let values = [
            ("n", say::number(point.customers as u64)),
            ("all", say::number(figure.paying.count)),
            ("share", say::rate(Some(point.customers_bp))),
            ("revenue", say::rate(Some(point.revenue_bp))),
            ("amount", of.money(figure.paying.minor)),
        ];
        // The class that the last customer up to here is in.
        let class = zones.iter().find(|(_, _, from, width)| point.customers_bp <= from + width).or(zones.last());
        let link = class.map(|(class, ..)| of.asked.opened(CustomerSet::Abc(*class))).unwrap_or_default();
        marks.push(Mark::new(said(tiers::PARETO_SAYS, &values), figure.paying.count, link));
    }
    let share = || {
        Axis::new()
            .type_(AxisType::Value)
            .min(0)
            .max(100)
            .interval(20.0)
            .axis_label(AxisLabel::new().color("--text-muted").font_size(12))
            .split_line(SplitLine::new().line_style(LineStyle::new().color("--line")))
    };
    let borders = zones.iter().skip(1).map(|(class, _, from, _)| border(percent(*from), class.code()));
    let level = MarkLineData::new().y_axis(80).label(Label::new().show(false));
    let lines = std::iter::once(MarkLineVariant::Simple(level)).chain(borders.map(MarkLineVariant::Simple)).collect();
    let line = Line::new()
        .show_symbol(false)
        .item_style(filled("--chart-1"))
        .line_style(LineStyle::new().color("--chart-1").width(2))
        .area_style(AreaStyle::new().color("--chart-1").opacity(0.12))
        .mark_line(
            MarkLine::new()
                .symbol(vec![Symbol::None])
                .silent(true)
                .line_style(LineStyle::new().color("--chart-ref").type_(LineStyleType::Dashed))
                .data(lines),
        )
        .data(points);
    let chart = Chart::new().grid(plot()).tooltip(Tooltip::new().trigger(Trigger::Axis)).x_axis(share()).y_axis(share()).series(line);
    let ticks = (0..=5).map(|n| (n * 20, format!("{}%", n * 20)));
    Some(Drawing::new(&chart, vec![marks]).map(|drawing| drawing.ticked(ticks)))
}

/// Where another class begins.
fn border(at: f64, class: &str) -> MarkLineData {
    MarkLineData::new().x_axis(at).label(Label::new().show(true).formatter(class).color("--text-2"))
}

fn cells(of: &Of<'_>) -> serde_json::Result<Drawing> {
    let figure = &of.report.rfm;
    let most = figure.cells.iter().flatten().map(|cell| cell.count).max().unwrap_or(0);
    let mut data: Vec<DataFrame> = Vec::new();
    let mut marks = Vec::new();
    // Rows from below.
    for (y, r) in (0_i64..).zip(heat::R.iter().rev()) {
        for (x, f) in (0_i64..).zip(heat::F) {
            let (set, group) = (CustomerSet::Cell(*r, f), figure.cell(*r, f));
            let depth = i64::try_from(heat::depth(group.count, most)).unwrap_or_default();
            data.push([x, y, depth].map(|n| CompositeValue::from(n).into()).into());
            let amount = if group.count > 0 { format!("\n{}", of.money(group.minor)) } else { String::new() };
            let mark = Mark::new(heat::label(of, group, set), group.count, of.asked.opened(set));
            marks.push(mark.labelled(format!("{}{amount}", say::number(group.count))));
        }
    }
    let pieces = (0..=heat::DEPTHS).map(|depth| {
        let at = f64::from(u8::try_from(depth).unwrap_or_default());
        VisualMapPiece::new().min(at).max(at).color(format!("--heat-{depth}"))
    });
    let map =
        VisualMap::new().show(false).type_(ui::drawing::charming::component::VisualMapType::Piecewise).pieces(pieces.collect::<Vec<_>>());
    let series = Heatmap::new()
        .label(Label::new().show(true).color("--text").font_size(13))
        .item_style(filled("--surface-3").border_color("--surface-2").border_width(3).border_radius(5))
        .data(data);
    let rows = heat::R.iter().rev().map(|r| format!("R{r}")).collect();
    let columns = heat::F.iter().map(|f| format!("F{f}")).collect();
    let chart = Chart::new().grid(plot()).x_axis(names(columns)).y_axis(names(rows)).visual_map(map).series(series);
    Drawing::new(&chart, vec![marks])
}

fn flow(of: &Of<'_>, counts: &Migration) -> serde_json::Result<Drawing> {
    let colour = |standing: Standing| standing.tier().map_or_else(|| "--chart-ghost".to_owned(), |tier| format!("--tier-{}", tier.code()));
    let (mut nodes, mut bars) = (Vec::new(), Vec::new());
    let sides = [("<", CustomerSet::Before as fn(Standing) -> CustomerSet, 0.0), (">", CustomerSet::After, 1.0)];
    for (side, set, depth) in sides {
        for standing in Standing::ALL {
            let n = if depth == 0.0 { counts.before(standing) } else { counts.after(standing) };
            // Who is nowhere afterwards cannot be: customers do not go.
            if n == 0 || (depth > 0.0 && standing.tier().is_none()) {
                continue;
            }
            nodes.push(SankeyNode::new(format!("{side}{}", standing.code())).depth(depth).item_style(filled(&colour(standing))));
            let name = format!("{} {}", say::standing(standing), say::number(n));
            bars.push(Mark::new(say::label(set(standing), n), n, of.asked.opened(set(standing))).labelled(name));
        }
    }
    let (mut links, mut ribbons) = (Vec::new(), Vec::new());
    for from in Standing::ALL {
        for to in Standing::ALL {
            let n = counts.count(from, to);
            if n > 0 {
                let set = CustomerSet::Moved(from, to);
                let value = drawn(i64::try_from(n).unwrap_or(i64::MAX));
                links.push(SankeyLink { source: format!("<{}", from.code()), target: format!(">{}", to.code()), value });
                let share = say::rate(ratio_bp(n, counts.before(from)));
                ribbons.push(Mark::new(format!("{} · {share}", say::label(set, n)), n, of.asked.opened(set)));
            }
        }
    }
    let series = Sankey::new()
        .left(0)
        .right("0%")
        .top(4)
        .bottom(4)
        .layout_iterations(0_u64)
        .label(Label::new().show(true).color("--text").font_size(13).position(LabelPosition::Inside))
        .line_style(LineStyle::new().color("source").opacity(0.3).curveness(0.5))
        .links(links)
        .data(nodes);
    Drawing::new(&Chart::new().series(series), vec![bars, ribbons])
}
