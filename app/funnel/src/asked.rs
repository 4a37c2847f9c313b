//! What the address says: the funnel, and the figure whose deals are listed.

use domain::funnel::report::{FunnelPart, FunnelQuery, Part, Which};
use leptos_router::params::ParamsMap;

pub const PATH: &str = "/funnel";
/// The parameter that says which picture, and its value that is not the level view.
pub const PICTURE: &str = "picture";
pub const CLASSIC: &str = "classic";
/// The element that lists the deals behind a figure.
pub const BEHIND: &str = "behind";

/// A figure: a part of a stage, counted from 0, in one of the two periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    pub stage: u8,
    pub part: Part,
    pub which: Which,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub query: FunnelQuery,
    /// The figure that is opened.
    pub figure: Option<Figure>,
    /// Where the funnel stands, if not on its own page: path, and what else its address says.
    pub place: Option<(&'static str, Vec<(String, String)>)>,
}

impl Asked {
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| get(name).unwrap_or_default();
        let figure = match (text("stage").parse(), Part::parse(&text("part"))) {
            (Ok(stage), Some(part)) => Some(Figure { stage, part, which: Which::parse(&text("which")).unwrap_or(Which::Now) }),
            _ => None,
        };
        let asked = Self { query: FunnelQuery::from_query(&get), figure, place: None };
        if text(PICTURE) == CLASSIC { asked.into_classic() } else { asked }
    }

    /// The same funnel as the classic picture.
    pub fn into_classic(self) -> Self {
        Self { place: Some((PATH, vec![(PICTURE.to_owned(), CLASSIC.to_owned())])), ..self }
    }

    /// Whether the funnel is drawn as the classic picture.
    pub fn is_classic(&self) -> bool {
        self.place.as_ref().is_some_and(|(_, rest)| rest.iter().any(|(name, value)| name == PICTURE && value == CLASSIC))
    }

    /// The same picture of another funnel.
    pub fn of(&self, query: &FunnelQuery) -> String {
        self.joined(query.to_query())
    }

    /// The same funnel as the other picture.
    pub fn drawn(&self, classic: bool) -> String {
        let plain = Self { place: None, ..self.clone() };
        if classic { plain.into_classic() } else { plain }.closed()
    }

    /// The description of the chart of this funnel.
    pub fn chart(&self) -> String {
        joined("/chart/funnel", &[], self.query.to_query())
    }

    /// The same funnel with nothing opened.
    pub fn closed(&self) -> String {
        self.joined(self.query.to_query())
    }

    /// The same funnel with the deals of a figure beside it.
    pub fn opened(&self, stage: usize, part: Part, which: Which) -> String {
        let mut query = self.query.to_query();
        query.extend([("stage", stage.to_string()), ("part", part.code().to_owned()), ("which", which.code().to_owned())]);
        format!("{}#{BEHIND}", self.joined(query))
    }

    fn joined(&self, query: Vec<(&'static str, String)>) -> String {
        match &self.place {
            None => joined(PATH, &[], query),
            Some((path, rest)) => joined(path, rest, query),
        }
    }

    /// Whether this figure is the opened one.
    pub fn shows(&self, stage: usize, part: Part, which: Which) -> bool {
        self.figure.is_some_and(|figure| usize::from(figure.stage) == stage && figure.part == part && figure.which == which)
    }

    pub fn part(&self) -> Option<FunnelPart> {
        self.figure.map(|Figure { stage, part, which }| FunnelPart { query: self.query.clone(), stage, part, which })
    }
}

fn joined(path: &str, rest: &[(String, String)], query: Vec<(&'static str, String)>) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in rest {
        map.insert(name.clone(), value.clone());
    }
    for (name, value) in query {
        map.insert(name, value);
    }
    format!("{path}{}", map.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::funnel::report::ViewKind;

    fn read(address: &str) -> Asked {
        let query = address.split(['?', '#']).nth(1).unwrap_or_default().to_owned();
        Asked::from_query(move |name| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        })
    }

    #[test]
    fn an_opened_figure_comes_back_from_its_address() {
        let asked = Asked { query: FunnelQuery { view: ViewKind::Event, ..FunnelQuery::default() }, figure: None, place: None };
        let opened = read(&asked.opened(2, Part::Lost, Which::Before));
        assert_eq!(opened.query, asked.query);
        assert!(opened.shows(2, Part::Lost, Which::Before) && !opened.shows(2, Part::Lost, Which::Now));
        assert_eq!(read(&opened.closed()), asked);
    }

    #[test]
    fn the_picture_stays_when_something_else_changes() {
        let asked = read("/funnel?picture=classic&view=event");
        assert!(asked.is_classic() && !read("/funnel?picture=x").is_classic());
        assert!(read(&asked.opened(1, Part::Lost, Which::Now)).is_classic());
        assert!(read(&asked.of(&FunnelQuery::default())).is_classic());
        assert!(!read(&asked.drawn(false)).is_classic() && read(&asked.drawn(true)).is_classic());
        assert_eq!(read(&asked.chart()).query.view, ViewKind::Event);
    }

    #[test]
    fn broken_figures_open_nothing() {
        assert_eq!(read("/funnel?stage=x&part=lost").figure, None);
        assert_eq!(read("/funnel?stage=1&part=all").figure, None);
    }
}
