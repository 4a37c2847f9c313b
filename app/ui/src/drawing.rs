//! Charts as the server describes them: an option of ECharts, built by charming, and
//! beside it what is said of each part and where it leads. `frontend/web/charts.js`
//! draws it. Colours are names of tokens of the style sheet (`--accent`), so that a
//! chart follows the theme.
//!
//! Server only: a browser reads the description as it is, and has no charming in its
//! WASM.

use charming::Chart;
use charming::component::{Axis, Grid};
use charming::element::{AxisLabel, AxisLine, AxisTick, AxisType, ItemStyle, LineStyle, SplitLine};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub use charming;

/// What is said of a part of a chart, what stands on it, and the page behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Mark {
    /// Something that leads to its rows; of nothing there are none.
    #[must_use]
    pub fn new(text: String, n: u64, link: String) -> Self {
        Self { text, label: None, link: (n > 0).then_some(link) }
    }

    #[must_use]
    pub fn labelled(self, label: String) -> Self {
        Self { label: Some(label), ..self }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Drawing {
    option: Value,
    /// By series and datum; the links of a flow are a series of their own after its bars.
    marks: Vec<Vec<Mark>>,
    /// Numbers of a scale in words.
    ticks: BTreeMap<i64, String>,
}

impl Drawing {
    /// # Errors
    /// If the chart cannot be written as JSON.
    pub fn new(chart: &Chart, marks: Vec<Vec<Mark>>) -> Result<Self, serde_json::Error> {
        Ok(Self { option: serde_json::to_value(chart)?, marks, ticks: BTreeMap::new() })
    }

    /// `ticks`: numbers of the scale, with their words.
    #[must_use]
    pub fn ticked(self, ticks: impl IntoIterator<Item = (i64, String)>) -> Self {
        Self { ticks: ticks.into_iter().collect(), ..self }
    }
}

/// A number for a picture.
#[expect(clippy::cast_precision_loss, reason = "a picture, not a figure")]
#[must_use]
pub const fn drawn(n: i64) -> f64 {
    n as f64
}

#[must_use]
pub fn filled(token: &str) -> ItemStyle {
    ItemStyle::new().color(token)
}

/// As much of the place as words around the plot leave.
#[must_use]
pub fn plot() -> Grid {
    Grid::new().left(8).right(12).top(16).bottom(8).contain_label(true)
}

/// An axis of names, without a line.
#[must_use]
pub fn names(of: Vec<String>) -> Axis {
    Axis::new()
        .type_(AxisType::Category)
        .data(of)
        .axis_tick(AxisTick::new().show(false))
        .axis_line(AxisLine::new().show(false))
        .axis_label(AxisLabel::new().color("--text-2").font_size(12))
}

/// A scale from nothing to `top` in equal steps.
#[must_use]
pub fn scale(top: i64, step: i64) -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .min(0)
        .max(top)
        .interval(drawn(step))
        .axis_label(AxisLabel::new().color("--text-muted").font_size(12))
        .split_line(SplitLine::new().line_style(LineStyle::new().color("--line")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_nowhere_and_colours_stay_names() {
        let marks =
            vec![vec![Mark::new("6 月 · 0".into(), 0, "/deals/list".into()), Mark::new("7 月 · 2".into(), 2, "/deals/list".into())]];
        let chart = Chart::new().x_axis(names(vec!["6".into(), "7".into()])).y_axis(scale(10, 5));
        let told = serde_json::to_value(Drawing::new(&chart, marks).unwrap().ticked([(5, "5 万".to_owned())])).unwrap();
        assert_eq!(told["marks"][0][0].get("link"), None);
        assert_eq!(told["marks"][0][1]["link"], "/deals/list");
        assert_eq!(told["ticks"]["5"], "5 万");
        assert!(told["option"].to_string().contains("\"--text-muted\""));
    }
}
