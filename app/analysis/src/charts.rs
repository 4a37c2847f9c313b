//! The pictures of months as charts: one series for each part of a bar, with the same
//! figures and the same ways to the deals as the picture that came with the page.

use crate::asked::{Asked, Tab};
use crate::columns::{Column, scale};
use crate::{course, cycles, forecast, months, say};
use domain::analysis::{ForecastReport, MonthsReport, OutcomeReport};
use domain::economics::report::{EconomicsQuery, EconomicsReport};
use ui::drawing::charming::Chart;
use ui::drawing::charming::datatype::{CompositeValue, DataFrame};
use ui::drawing::charming::series::Bar;
use ui::drawing::{self, Drawing, Mark, filled, names, plot};

/// # Errors
/// If the chart cannot be written as JSON.
pub fn won_months(report: &MonthsReport, asked: impl Fn(&str) -> Option<String>) -> serde_json::Result<Drawing> {
    let asked = Asked::from_query(Tab::Months, asked);
    bars(&asked, &months::columns(report), &months::keys(), |n| months::short(report, n))
}

/// # Errors
/// If the chart cannot be written as JSON.
pub fn forecast(report: &ForecastReport, asked: impl Fn(&str) -> Option<String>) -> serde_json::Result<Drawing> {
    let asked = Asked::from_query(Tab::Forecast, asked);
    bars(&asked, &forecast::columns(report), &forecast::keys(), |n| forecast::short(report, n))
}

/// # Errors
/// If the chart cannot be written as JSON.
pub fn cycles(report: &OutcomeReport, asked: impl Fn(&str) -> Option<String>) -> serde_json::Result<Drawing> {
    let asked = Asked::from_query(Tab::Outcomes, asked);
    bars(&asked, &cycles::columns(&report.trend), &cycles::keys(), |n| say::days(Some(n)))
}

/// # Errors
/// If the chart cannot be written as JSON.
pub fn course(report: &EconomicsReport, asked: impl Fn(&str) -> Option<String>) -> serde_json::Result<Drawing> {
    let asked = EconomicsQuery::from_query(asked);
    let points = &report.course;
    let mut chart =
        Chart::new().grid(plot()).x_axis(names(points.iter().map(course::name).collect())).y_axis(drawing::scale(10_000, 2_500));
    let mut marks = Vec::new();
    for (place, (class, name)) in course::keys().into_iter().enumerate() {
        let rate = |point| course::rates(point).into_iter().nth(place);
        let values: DataFrame =
            points.iter().map(|point| CompositeValue::from(rate(point).and_then(|rate| rate.bp).unwrap_or(0)).into()).collect();
        let series = Bar::new().name(name).stack(place.to_string()).item_style(filled(token(class))).bar_gap("6%");
        chart = chart.series(series.data(values));
        let mark = |point| rate(point).map(|rate| course::bar(&asked, point, &rate)).map(|(says, n, to)| Mark::new(says, n, to));
        marks.push(points.iter().filter_map(mark).collect());
    }
    Ok(Drawing::new(&chart, marks)?.ticked(course::LINES.map(|n| (n, ui::fmt::percent(Some(n), 0)))))
}

/// The token that colours a class of [`Column`].
fn token(class: &str) -> &'static str {
    match class {
        "k-closed" => "--stage-5",
        "k-commit" => "--stage-4",
        "k-best" => "--stage-3",
        "k-pipeline" => "--stage-1",
        "k-before" => "--chart-ghost",
        _ => "--chart-1",
    }
}

fn bars(asked: &Asked, columns: &[Column], keys: &[(&str, String)], tick: impl Fn(i64) -> String) -> serde_json::Result<Drawing> {
    let Some((top, step)) = scale(columns) else { return Drawing::new(&Chart::new(), Vec::new()) };
    let below = columns.iter().map(|column| match &column.year {
        Some(year) => format!("{}\n{year}", column.name),
        None => column.name.clone(),
    });
    let mut chart = Chart::new().grid(plot()).x_axis(names(below.collect())).y_axis(drawing::scale(top, step));
    let mut marks = Vec::new();
    // Columns are alike: what the first has, all have.
    for (place, bar) in columns.first().map(|column| &column.bars).into_iter().flatten().enumerate() {
        for (index, part) in bar.iter().enumerate() {
            let blocks = || columns.iter().filter_map(move |column| column.bars.get(place)?.get(index));
            let values: DataFrame = blocks().map(|block| CompositeValue::from(block.value.max(0)).into()).collect();
            let name = keys.iter().find(|(class, _)| *class == part.class).map(|(_, name)| name.clone()).unwrap_or_default();
            let series = Bar::new().name(name).stack(place.to_string()).item_style(filled(token(part.class))).bar_gap("6%");
            chart = chart.series(series.data(values));
            marks.push(blocks().map(|block| Mark::new(block.title.clone(), block.rows.n, asked.opened(block.rows.figure))).collect());
        }
    }
    let scale = (0..=top / step).map(|n| n * step);
    Ok(Drawing::new(&chart, marks)?.ticked(scale.map(|n| (n, tick(n)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Figure;
    use crate::columns::Block;
    use crate::how::Rows;
    use domain::analysis::Set;

    #[test]
    fn a_series_for_each_part_with_the_values_and_ways_of_the_picture() {
        let block = |class, value| Block {
            class,
            value,
            rows: Rows { figure: Figure::of(Set::Won), n: u64::from(value > 0) },
            title: format!("{class} {value}"),
        };
        let column = |year, a, b| Column { name: "6".to_owned(), year, bars: vec![vec![block("k-before", a)], vec![block("k-now", b)]] };
        let columns = [column(Some("2026".to_owned()), 10, 0), column(None, 30, 20)];
        let asked = Asked::from_query(Tab::Months, |_| None);
        let drawn = bars(&asked, &columns, &[("k-now", "now".to_owned())], |n| format!("<{n}>")).unwrap();
        let told = serde_json::to_value(drawn).unwrap();
        let series = told["option"]["series"].as_array().unwrap();
        assert_eq!(series.len(), 2);
        assert_eq!((series[0]["data"].to_string(), series[1]["data"].to_string()), ("[10,30]".to_owned(), "[0,20]".to_owned()));
        assert_eq!((&series[0]["stack"], &series[1]["stack"], &series[1]["name"]), (&"0".into(), &"1".into(), &"now".into()));
        assert_eq!(told["option"]["xAxis"]["data"].to_string(), r#"["6\n2026","6"]"#);
        assert_eq!((&told["marks"][1][1]["text"], told["marks"][1][0].get("link")), (&"k-now 20".into(), None));
        assert_eq!(told["ticks"]["30"], "<30>");
    }
}
