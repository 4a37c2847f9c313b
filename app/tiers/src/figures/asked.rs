//! What the address says: what is counted, and the figure whose customers are listed.

use crate::controls::{FIGURES, figures_address, joined};
use domain::tiers::figures::{CustomerSet, FiguresPart, FiguresQuery};

/// The element that lists the customers behind a figure.
pub const BEHIND: &str = "behind";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub query: FiguresQuery,
    /// The figure that is opened.
    pub set: Option<CustomerSet>,
}

impl Asked {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = get("set").and_then(|code| CustomerSet::parse(&code));
        Self { query: FiguresQuery::from_query(get), set }
    }

    /// The same charts with nothing opened.
    pub fn closed(&self) -> String {
        figures_address(&self.query)
    }

    /// The same charts with the customers of one figure beside them.
    pub fn opened(&self, set: CustomerSet) -> String {
        let mut query = self.query.to_query();
        query.push(("set", set.code()));
        format!("{}#{BEHIND}", joined(FIGURES, query))
    }

    /// The description of a chart of these figures.
    pub fn chart(&self, name: &str) -> String {
        joined(&format!("/chart/{name}"), self.query.to_query())
    }

    /// For the attribute of the link that is opened.
    pub fn current(&self, set: CustomerSet) -> Option<&'static str> {
        (self.set == Some(set)).then_some("true")
    }

    pub fn part(&self) -> Option<FiguresPart> {
        self.set.map(|set| FiguresPart { query: self.query.clone(), set })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::customers::Tier;
    use domain::tiers::Standing;
    use domain::tiers::board::TierFilter;

    fn read(address: &str) -> Asked {
        let query = address.split(['?', '#']).nth(1).unwrap_or_default();
        // What the router encodes of the codes.
        let query =
            [("%2E", "."), ("%5F", "_"), ("%2D", "-")].iter().fold(query.to_owned(), |text, (coded, plain)| text.replace(coded, plain));
        Asked::from_query(move |name| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        })
    }

    #[test]
    fn an_opened_figure_comes_back_from_its_address() {
        let filter = TierFilter { late: true, ..TierFilter::default() };
        let query = FiguresQuery { filter, from: "2025-12-31".parse().ok(), to: "2026-06-30".parse().ok() };
        let asked = Asked { query, set: None };
        let set = CustomerSet::Moved(Standing::Absent, Standing::In(Tier::Vip));
        let opened = read(&asked.opened(set));
        assert_eq!((opened.set, &opened.query), (Some(set), &asked.query));
        assert_eq!((opened.current(set), opened.current(CustomerSet::Both)), (Some("true"), None));
        assert_eq!(read(&opened.closed()), asked);
    }

    #[test]
    fn broken_figures_open_nothing() {
        assert_eq!(read("/tiers/figures?set=cell.9.9&from=soon"), Asked { query: FiguresQuery::default(), set: None });
    }
}
