//! What the board and the charts are narrowed by. A form with GET, so that it works
//! without scripts; the address is the only state.

use domain::customers::CustomerChoices;
use domain::ids::UnitId;
use domain::tiers::board::{TierBoard, TierFilter};
use domain::tiers::figures::{FiguresQuery, TierFigures};
use i18n::Key;
use i18n::keys::{common, tiers};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ui::choice::{Choice, Only};
use ui::component::Icon;
use ui::error::violation_sentence;
use ui::{Answer, facts, fmt, t, texts};

pub const PATH: &str = "/tiers";
pub const REVIEW: &str = "/tiers/review";
pub const FIGURES: &str = "/tiers/figures";
/// Where administrators set what tiers promise; a page of another slice.
pub const SETTINGS: &str = "/settings/tiers";

/// The board, the review and the charts: the way from one to the other.
#[component]
pub fn Tabs(here: &'static str) -> impl IntoView {
    let link = |href: &'static str, icon, label| {
        view! { <a href=href aria-current=(href == here).then_some("page")><Icon name=icon class="i-14"/>{t(label)}</a> }
    };
    view! {
        <nav class="seg seg-s" aria-label=t(tiers::PAGES)>
            {link(PATH, "layers", tiers::NAV)}{link(REVIEW, "list-checks", tiers::REVIEW)}{link(FIGURES, "chart-column", tiers::FIGURES)}
        </nav>
    }
}

/// What is narrowed.
#[derive(Clone, Copy)]
pub enum Place {
    Board,
    /// With the two dates of a migration.
    Figures(Memo<FiguresQuery>),
}

impl Place {
    const fn path(self) -> &'static str {
        match self {
            Self::Board => PATH,
            Self::Figures(_) => FIGURES,
        }
    }

    /// The same place, narrowed to this.
    fn address(self, filter: &TierFilter) -> String {
        match self {
            Self::Board => address(filter),
            Self::Figures(query) => figures_address(&FiguresQuery { filter: filter.clone(), ..query.get_untracked() }),
        }
    }

    /// The address that a form asks for.
    fn asked(self, get: impl Fn(&str) -> Option<String>) -> String {
        match self {
            Self::Board => address(&TierFilter::from_query(get)),
            Self::Figures(_) => figures_address(&FiguresQuery::from_query(get).shortest(facts().today())),
        }
    }
}

/// The address of a board.
pub fn address(filter: &TierFilter) -> String {
    joined(PATH, filter.to_query())
}

/// The address of the charts.
pub fn figures_address(query: &FiguresQuery) -> String {
    joined(FIGURES, query.to_query())
}

pub fn joined(path: &str, query: Vec<(&'static str, String)>) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in query {
        map.insert(name, value);
    }
    format!("{path}{}", map.to_query_string())
}

/// What the chips offer.
pub struct Known {
    choices: CustomerChoices,
    teams: Vec<(UnitId, String)>,
    /// Customers whose service falls short.
    late: i64,
}

impl From<TierBoard> for Known {
    fn from(board: TierBoard) -> Self {
        Self { late: board.columns.iter().map(|column| column.late).sum(), choices: board.choices, teams: board.teams }
    }
}

impl From<TierFigures> for Known {
    fn from(figures: TierFigures) -> Self {
        Self { late: figures.late, choices: figures.choices, teams: figures.teams }
    }
}

#[component]
pub fn Filters<R>(filter: Memo<TierFilter>, found: Resource<Answer<R>>, place: Place) -> impl IntoView
where
    R: Into<Known> + Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let follow = move || {
        let Some(data) = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        let to = place.asked(|name| data.get(name).as_string());
        navigate(&to, NavigateOptions { scroll: false, ..Default::default() });
    };
    let on_submit = {
        let follow = follow.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            follow();
        }
    };
    view! {
        <form class="filterbar" method="get" action=place.path() node_ref=form role="search" aria-label=t(tiers::FILTERS) on:submit=on_submit on:change=move |_| follow()>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    found.await.ok().map(|found| view! { <Chips filter=filter.get_untracked() known=found.into() place/> })
                })}
            </Transition>
        </form>
    }
}

/// The dates of a migration, with what is wrong about them.
fn dates(query: &FiguresQuery) -> impl IntoView + use<> {
    let today = facts().today();
    let found = query.dates(today);
    let refused = found.as_ref().err().map(violation_sentence);
    let (from, to) = found.map_or((query.from, query.to.or(Some(today))), |(from, to)| (Some(from), Some(to)));
    let invalid = refused.is_some();
    let field = |name: &'static str, label: Key, value: Option<chrono::NaiveDate>| {
        let value = value.map(fmt::date_iso).unwrap_or_default();
        view! {
            <label class="chip is-on chip-date"><span>{t(label)}</span>
                <input type="date" name=name id=name value=value.clone() prop:value=value aria-invalid=(invalid && name == "to").then_some("true") aria-describedby="dates-err"/>
            </label>
        }
    };
    view! {
        <span class="sep"></span>
        {field("from", tiers::FROM, from)}
        {field("to", tiers::TO, to)}
        <p class="err" id="dates-err" role="alert" hidden=!invalid>{refused}</p>
    }
}

#[component]
fn Chips(filter: TierFilter, known: Known, place: Place) -> impl IntoView {
    let Known { choices, teams, late } = known;
    let owners: Vec<_> = choices.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let teams: Vec<_> = teams.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let texts_of = |mut known: Vec<String>, chosen: &str| {
        if !chosen.is_empty() && !known.iter().any(|text| text == chosen) {
            known.push(chosen.to_owned());
        }
        known.into_iter().map(|text| (text.clone(), text)).collect::<Vec<_>>()
    };
    let code = |value: Option<String>| value.unwrap_or_default();
    let active = filter.active();
    let only_late = texts().fmt(tiers::ONLY_LATE, &[("n", &fmt::integer(late))]);
    let without_late = place.address(&TierFilter { late: false, ..filter.clone() });
    let with_late = place.address(&TierFilter { late: true, ..filter.clone() });
    let clear = place.address(&TierFilter::default());
    let between = match place {
        Place::Board => None,
        Place::Figures(query) => Some(dates(&query.get_untracked())),
    };
    view! {
        <Choice name="region" label=common::REGION value=filter.region.clone() list=texts_of(choices.regions, &filter.region)/>
        <Choice name="industry" label=common::INDUSTRY value=filter.industry.clone() list=texts_of(choices.industries, &filter.industry)/>
        {(teams.len() > 1).then(|| view! { <Choice name="team" label=tiers::TEAM value=code(filter.team.map(|v| v.to_string())) list=teams/> })}
        <Choice name="owner" label=common::OWNER value=code(filter.owner.map(|v| v.to_string())) list=owners/>
        {if filter.late {
            view! { <Only name="late" value="1".to_owned() what=only_late off=without_late/> }.into_any()
        } else {
            view! { <a class="chip" href=with_late data-late="">{only_late}</a> }.into_any()
        }}
        {between}
        // As text: a browser with scripts does not parse what is inside.
        <noscript inner_html=format!("<button class=\"btn btn-s\" type=\"submit\">{}</button>", t(common::APPLY))></noscript>
        {(active > 0).then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}" "{active}</a> })}
    }
}
