//! What the address says: the page, what is counted, and the figure whose deals are
//! listed.

use domain::analysis::{AnalysisPart, AnalysisQuery, Set};
use domain::money::Currency;
use i18n::Key;
use i18n::keys::{analysis, economics, findings};
use leptos_router::params::ParamsMap;

/// The element that lists the deals behind a figure.
pub const BEHIND: &str = "behind";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Outcomes,
    Speed,
    Forecast,
    Months,
    Economics,
    Findings,
}

impl Tab {
    pub const ALL: &[Self] = &[Self::Outcomes, Self::Speed, Self::Forecast, Self::Months, Self::Economics, Self::Findings];

    pub const fn path(self) -> &'static str {
        match self {
            Self::Outcomes => "/analysis",
            Self::Speed => "/analysis/speed",
            Self::Forecast => "/analysis/forecast",
            Self::Months => "/analysis/months",
            Self::Economics => domain::economics::report::ECONOMICS,
            Self::Findings => ui::findings::PATH,
        }
    }

    /// Whether it is of one pipeline: the first, if none is asked for.
    pub const fn of_pipeline(self) -> bool {
        matches!(self, Self::Speed)
    }

    /// The parameters of an address that its filter bar has controls for, beside those that
    /// narrow.
    pub const fn controls(self) -> &'static [&'static str] {
        match self {
            Self::Outcomes | Self::Speed => &["span"],
            Self::Forecast => &["ahead", "roll"],
            Self::Months => &["months", "spring"],
            Self::Economics | Self::Findings => &[],
        }
    }

    pub const fn name(self) -> Key {
        match self {
            Self::Outcomes => analysis::TAB_OUTCOMES,
            Self::Speed => analysis::TAB_SPEED,
            Self::Forecast => analysis::TAB_FORECAST,
            Self::Months => analysis::TAB_MONTHS,
            Self::Economics => economics::TAB,
            Self::Findings => findings::TAB,
        }
    }
}

/// A figure by the deals that it counts: all of them or those in one currency, of the
/// period or of the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    pub set: Set,
    pub currency: Option<Currency>,
    pub before: bool,
}

impl Figure {
    pub const fn of(set: Set) -> Self {
        Self { set, currency: None, before: false }
    }

    pub const fn only(set: Set, currency: Currency) -> Self {
        Self { set, currency: Some(currency), before: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub tab: Tab,
    pub query: AnalysisQuery,
    /// The figure that is opened.
    pub figure: Option<Figure>,
    /// Where the sliders of velocity begin, in per cent.
    pub what_if: [i32; 4],
}

/// Names of the sliders of velocity in an address: deals, win rate, average amount, cycle.
pub const WHAT_IF: [&str; 4] = ["n", "w", "a", "c"];

impl Asked {
    pub fn from_query(tab: Tab, get: impl Fn(&str) -> Option<String>) -> Self {
        let set = get("set").and_then(|code| Set::parse(&code));
        let currency = get("in").and_then(|code| Currency::parse(&code));
        let figure = set.map(|set| Figure { set, currency, before: get("before").as_deref() == Some("1") });
        let slider = |name: &str| get(name).and_then(|text| text.parse().ok()).filter(|percent| (-50..=100).contains(percent));
        let what_if = WHAT_IF.map(|name| slider(name).unwrap_or(0));
        Self { tab, query: AnalysisQuery::from_query(&get), figure, what_if }
    }

    /// The same figures with nothing opened.
    pub fn closed(&self) -> String {
        address(self.tab, &self.query)
    }

    /// The same figures with the deals of one beside them.
    pub fn opened(&self, figure: Figure) -> String {
        let mut query = self.query.to_query();
        query.push(("set", figure.set.code()));
        query.extend(figure.currency.map(|currency| ("in", currency.code().to_owned())));
        query.extend(figure.before.then(|| ("before", "1".to_owned())));
        format!("{}#{BEHIND}", joined(self.tab, query))
    }

    /// The description of a chart of these figures.
    pub fn chart(&self, name: &str) -> String {
        format!("/chart/{name}{}", params(self.query.to_query()))
    }

    /// For the attribute of the link that is opened.
    pub fn current(&self, figure: Figure) -> Option<&'static str> {
        (self.figure == Some(figure)).then_some("true")
    }

    pub fn part(&self) -> Option<AnalysisPart> {
        self.figure.map(|Figure { set, currency, before }| AnalysisPart { query: self.query.clone(), set, currency, before })
    }
}

/// The same page with amounts in another currency.
pub fn in_currency(asked: &Asked, currency: Currency) -> String {
    address(asked.tab, &AnalysisQuery { currency: Some(currency), ..asked.query.clone() })
}

/// The address of a page.
pub fn address(tab: Tab, query: &AnalysisQuery) -> String {
    joined(tab, query.to_query())
}

fn joined(tab: Tab, query: Vec<(&'static str, String)>) -> String {
    format!("{}{}", tab.path(), params(query))
}

fn params(query: Vec<(&'static str, String)>) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in query {
        map.insert(name, value);
    }
    map.to_query_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::funnel::report::Span;
    use domain::pipeline::LostReason;

    fn read(address: &str) -> Asked {
        let query = address.split(['?', '#']).nth(1).unwrap_or_default();
        // What the router encodes of the codes.
        let query =
            [("%2E", "."), ("%5F", "_"), ("%2D", "-")].iter().fold(query.to_owned(), |text, (coded, plain)| text.replace(coded, plain));
        Asked::from_query(Tab::Outcomes, move |name| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        })
    }

    #[test]
    fn an_opened_figure_comes_back_from_its_address() {
        let query = AnalysisQuery { span: Span::LastYear, ..AnalysisQuery::default() };
        let asked = Asked { tab: Tab::Outcomes, query, figure: None, what_if: [0; 4] };
        let figure = Figure::only(Set::LostFor(Some(LostReason::Price)), Currency::Usd);
        let figure = Figure { before: true, ..figure };
        let opened = read(&asked.opened(figure));
        assert_eq!((opened.figure, &opened.query), (Some(figure), &asked.query));
        assert_eq!(opened.current(figure), Some("true"));
        assert_eq!(opened.current(Figure::of(Set::Won)), None);
        assert_eq!(read(&opened.closed()), asked);
    }

    #[test]
    fn broken_figures_open_nothing() {
        assert_eq!(read("/analysis?set=all").figure, None);
        assert_eq!(read("/analysis?n=10&w=5000&a=x&c=-50").what_if, [10, 0, 0, -50]);
        assert_eq!(read("/analysis?set=won&in=XXX").figure, Some(Figure::of(Set::Won)));
    }
}
