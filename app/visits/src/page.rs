//! Whom to visit again: as a list, a week or a month. Filters, layout and page are in the
//! address.

use crate::api::{self, UndoVisitFn};
use crate::calendar::Calendar;
use crate::filters::Whose;
use crate::list::List;
use chrono::NaiveDate;
use domain::ids::VisitId;
use domain::revisit::Escalation;
use domain::visits::needs::NEEDS;
use domain::visits::view::{Layout, VisitCalendar, VisitFilter, VisitList, parse_at};
use domain::visits::{CHANNELS, Standing};
use i18n::Key;
use i18n::keys::{common, method, visits};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::choice::Choice;
use ui::component::{ExportMenu, Failed, Heading, Icon, Skeleton};
use ui::filter_form::FilterForm;
use ui::links::address;
use ui::method::MethodPanel;
use ui::refresh::on_change;
use ui::{Answer, t, words};

pub const PATH: &str = "/visits";
const NAMES: &[&str] = &["owner", "team", "tier", "channel", "level", "standing", "with", "show", "at"];

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub filter: VisitFilter,
    pub layout: Layout,
    /// A day within the week or month; `None`: today.
    pub at: Option<NaiveDate>,
    pub after: Option<String>,
    /// What was written down a moment ago.
    pub done: Option<VisitId>,
}

impl Asked {
    fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            filter: VisitFilter::from_query(&get),
            layout: get("show").and_then(|code| Layout::parse(&code)).unwrap_or(Layout::List),
            at: get("at").and_then(|day| parse_at(&day)),
            after: get("after").filter(|after| !after.is_empty()),
            done: get("done").and_then(|id| VisitId::parse(&id)),
        }
    }

    /// The first page of it.
    pub fn address(&self) -> String {
        address(PATH, &self.query())
    }

    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = self.filter.to_query();
        query.extend((self.layout != Layout::List).then(|| ("show", self.layout.to_string())));
        query.extend(self.at.filter(|_| self.layout != Layout::List).map(|at| ("at", at.to_string())));
        query
    }

    pub fn narrowed(&self, filter: VisitFilter) -> String {
        Self { filter, ..self.clone() }.address()
    }
}

/// What was read for it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
enum Found {
    List(VisitList),
    Calendar(VisitCalendar),
}

async fn find(asked: Asked) -> Answer<Found> {
    match asked.layout {
        Layout::List => api::visits(asked.filter, asked.after, asked.done).await.map(Found::List),
        layout => api::calendar(asked.filter, layout, asked.at).await.map(Found::Calendar),
    }
}

#[component]
pub fn VisitsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| Asked::from_query(|name| q.get(name))));
    let found = Resource::new(move || asked.get(), find);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    on_change(|event| matches!(event.topic.as_str(), "customer" | "settings" | "need"), move || found.refetch());
    let undo = ServerAction::<UndoVisitFn>::new();
    view! {
        <header class="top">
            <Heading text=t(visits::TITLE)/>
            {move || asked.with(|asked| view! { <Layouts asked=asked.clone()/> })}
            <div class="end">
                // A calendar shows days, not a list.
                <Show when=move || asked.with(|asked| asked.layout == Layout::List)>
                    <ExportMenu list="visits" query=Signal::derive(move || asked.with(|asked| address("", &asked.query())))/>
                </Show>
                <a class="btn" href="/visits/timely"><Icon name="clock" class="i-14"/><span>{t(visits::TIMELY)}</span></a>
                <a class="btn" href=NEEDS><Icon name="message-circle" class="i-14"/><span>{t(visits::NEEDS)}</span></a>
            </div>
        </header>
        <FilterForm path=PATH label=visits::FILTERS names=NAMES>
            <Transition fallback=|| ()>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        let choices = choices.await;
                        view! { <Chips asked choices/> }
                    })
                }}
            </Transition>
        </FilterForm>
        <div class="body" class:is-calendar=move || asked.with(|asked| asked.layout != Layout::List)>
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(Found::List(list)) => view! {
                            <List list asked=asked.get_untracked() undo/>
                            <MethodPanel name=visits::TITLE function=t(method::VISITS_FUNCTION) how=t(method::VISITS_METHOD)/>
                        }.into_any(),
                        Ok(Found::Calendar(calendar)) => view! { <Calendar calendar asked=asked.get_untracked()/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

const fn layout_name(layout: Layout) -> Key {
    match layout {
        Layout::List => visits::LAYOUT_LIST,
        Layout::Week => visits::LAYOUT_WEEK,
        Layout::Month => visits::LAYOUT_MONTH,
    }
}

#[component]
fn Layouts(asked: Asked) -> impl IntoView {
    let one = |layout: Layout| {
        // A calendar shows each day as it is: no part of the list.
        let filter = match layout {
            Layout::List => asked.filter.clone(),
            _ => VisitFilter { standing: None, level: None, with_me: false, ..asked.filter.clone() },
        };
        let to = Asked { layout, filter, ..asked.clone() }.address();
        view! { <a href=to aria-current=(layout == asked.layout).then_some("true")>{t(layout_name(layout))}</a> }
    };
    view! { <nav class="seg" aria-label=t(visits::LAYOUT)>{Layout::ALL.iter().map(|layout| one(*layout)).collect_view()}</nav> }
}

#[component]
fn Chips(asked: Asked, choices: Answer<domain::pipeline::Choices>) -> impl IntoView {
    let Asked { filter, layout, at, .. } = asked;
    let is_list = layout == Layout::List;
    let channels = CHANNELS.iter().map(|v| (v.code().to_owned(), t(words::follow_up(*v)).to_owned())).collect();
    let levels = Escalation::ALL.iter().map(|v| (v.code().to_owned(), t(words::escalation(*v)).to_owned())).collect();
    let code = |v: Option<String>| v.unwrap_or_default();
    let hidden = [
        ("standing", filter.standing.map(|v| v.to_string())),
        ("with", filter.with_me.then(|| "me".to_owned())),
        ("show", (!is_list).then(|| layout.to_string())),
        ("at", at.filter(|_| !is_list).map(|at| at.to_string())),
    ];
    let narrowed = !filter.is_empty();
    let clear = Asked { filter: VisitFilter::default(), layout, at, after: None, done: None }.address();
    view! {
        {hidden.into_iter().filter_map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value/> })).collect_view()}
        <Whose choices owner=filter.owner team=filter.team tier=filter.tier/>
        <Choice name="channel" label=visits::CHANNEL value=code(filter.channel.map(|v| v.to_string())) list=channels/>
        {is_list.then(|| view! { <Choice name="level" label=visits::LEVEL value=code(filter.level.map(|v| v.to_string())) list=levels/> })}
        {narrowed.then(|| view! { <a class="chip-clear" href=clear>{t(common::CLEAR_FILTERS)}</a> })}
    }
}

/// The ways to a part of the list, each with its number.
#[component]
pub fn Parts(list: VisitList, asked: Asked) -> impl IntoView {
    let Asked { filter, .. } = &asked;
    let all: i64 = list.standings.iter().map(|(_, n)| n).sum();
    let one = |label: Key, n: i64, to: VisitFilter, here: bool, code: &'static str| {
        view! {
            <a href=asked.narrowed(to) aria-current=here.then_some("true") data-part=code data-noscroll="">
                {t(label)}<span class="count num">{ui::fmt::integer(n)}</span>
            </a>
        }
    };
    let rest = VisitFilter { standing: None, level: None, with_me: false, ..filter.clone() };
    let whole = filter.standing.is_none() && !filter.with_me;
    let parts = list
        .standings
        .iter()
        .map(|(standing, n): &(Standing, i64)| {
            let to = VisitFilter { standing: Some(*standing), ..rest.clone() };
            one(words::standing(*standing), *n, to, filter.standing == Some(*standing) && !filter.with_me, standing.code())
        })
        .collect_view();
    let mine = (list.with_me > 0 || filter.with_me)
        .then(|| one(visits::WITH_ME, list.with_me, VisitFilter { with_me: true, ..rest.clone() }, filter.with_me, "with_me"));
    view! {
        <nav class="tabs" aria-label=t(visits::STANDING)>
            {one(visits::ALL, all, rest.clone(), whole, "all")}{parts}{mine}
        </nav>
    }
}
