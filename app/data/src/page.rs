//! The page: which step the address asks for, and which it can be.

use crate::check::Check;
use crate::choose::Choose;
use crate::mapping::Mapping;
use crate::result::Outcome;
use crate::running::Runs;
use crate::{PATH, address, api};
use domain::ids::ImportId;
use domain::imports::{CheckQuery, ImportDetail, ImportKind, ImportStage, Part};
use i18n::Key;
use i18n::keys::{data, nav};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::refresh::on_change_when;
use ui::{ApiError, t, texts};

/// What the address asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub id: Option<String>,
    pub step: String,
    pub list: CheckQuery,
    /// What is to be imported, before there is a file.
    pub kind: ImportKind,
}

impl Asked {
    fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| get(name).and_then(|text| text.parse().ok());
        Self {
            id: get("id").filter(|id| !id.is_empty()),
            step: get("step").unwrap_or_default(),
            list: CheckQuery { part: get("part").and_then(|p| Part::parse(&p)), after: number("after").unwrap_or(0), row: number("row") },
            kind: get("kind").and_then(|kind| ImportKind::parse(&kind)).unwrap_or(ImportKind::Customers),
        }
    }
}

/// The steps in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Choose,
    Map,
    Check,
    Run,
    Result,
}

impl Step {
    /// The step that is asked for, if the import has come so far.
    fn of(detail: &ImportDetail, asked: &str) -> Self {
        match detail.state.stage {
            ImportStage::Done | ImportStage::Undone => Self::Result,
            _ if detail.state.running.is_some() || asked == "run" && detail.state.failed.is_some() => Self::Run,
            ImportStage::Draft => Self::Map,
            ImportStage::Mapped if asked == "map" => Self::Map,
            ImportStage::Mapped => Self::Check,
        }
    }
}

#[component]
pub fn ImportPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| Asked::from_query(|name| q.get(name))));
    let id = Memo::new(move |_| asked.with(|asked| asked.id.clone()));
    let again = RwSignal::new(0_u32);
    // The steps that an action leads to are read again, whatever else they show.
    let found = Resource::new(
        move || (id.get(), asked.with(|asked| asked.step.clone()), again.get()),
        |(id, ..)| async move {
            match id {
                None => Ok(None),
                Some(id) => api::import(ImportId::parse(&id).ok_or(ApiError::NotFound)?).await.map(Some),
            }
        },
    );
    // Somebody else's step, or the end of a running import; not while a row is typed.
    let free = move || asked.with_untracked(|asked| asked.list.row.is_none() && asked.step != "map");
    on_change_when(|event| event.topic == "import", free, move || {
        again.try_update(|n| *n += 1);
    });
    view! {
        <header class="top">
            <a class="back" href=move || if id.get().is_some() { PATH.to_owned() } else { asked.with(|a| a.kind.path().to_owned()) }>
                <Icon name="chevron-left" class="i-14"/>{move || if id.get().is_some() { t(data::ALL_IMPORTS) } else { t(kind_name(asked.with(|a| a.kind))) }}
            </a>
            <Heading text=t(data::TITLE)/>
        </header>
        <div class="body">
            <div class="sections is-wide imp">
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        let now = asked.get_untracked();
                        match found.await {
                            Ok(None) => view! { <Steps here=Step::Choose id=String::new()/><Choose kind=now.kind/> }.into_any(),
                            Ok(Some(detail)) => view! { <Stages detail asked/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

#[component]
fn Stages(detail: ImportDetail, asked: Memo<Asked>) -> impl IntoView {
    let step = Step::of(&detail, &asked.with_untracked(|asked| asked.step.clone()));
    let id = detail.row.id.to_string();
    let about = texts().fmt(data::ABOUT, &[("file", &file_name(&detail.row.file)), ("kind", t(kind_name(detail.row.kind)))]);
    let rows = texts().n(data::N_ROWS_ONE, data::N_ROWS_MANY, detail.row.rows);
    view! {
        <Steps here=step id/>
        <p class="muted fs13" data-about="">{about}" · "{rows}" · "{detail.encoding.clone()}</p>
        {match step {
            Step::Choose | Step::Map => view! { <Mapping detail/> }.into_any(),
            Step::Check => view! { <Check detail asked/> }.into_any(),
            Step::Run => view! { <Runs detail/> }.into_any(),
            Step::Result => view! { <Outcome detail asked/> }.into_any(),
        }}
    }
}

/// Where one is; steps that were taken can be gone back to.
#[component]
fn Steps(here: Step, id: String) -> impl IntoView {
    let all = [
        (Step::Choose, data::STEP_FILE, None),
        (Step::Map, data::STEP_MAP, Some("map")),
        (Step::Check, data::STEP_CHECK, Some("check")),
        (Step::Run, data::STEP_RUN, None),
        (Step::Result, data::STEP_RESULT, None),
    ];
    let open = !matches!(here, Step::Run | Step::Result);
    let steps = all.into_iter().map(|(step, label, back)| {
        let current = (step == here).then_some("step");
        let inside = match back.filter(|_| open && step < here) {
            Some(back) => view! { <a href=address(&id, &[("step", back)])>{t(label)}</a> }.into_any(),
            None => view! { <span>{t(label)}</span> }.into_any(),
        };
        view! { <li aria-current=current class:is-past=step < here>{inside}</li> }
    });
    view! { <nav aria-label=t(data::STEPS)><ol class="imp-steps">{steps.collect_view()}</ol></nav> }
}

pub(crate) fn kind_name(kind: ImportKind) -> Key {
    match kind {
        ImportKind::Customers => nav::CUSTOMERS,
        ImportKind::Deals => nav::DEALS,
    }
}

/// What to call a file; those of the command line have no name.
pub(crate) fn file_name(name: &str) -> String {
    if name.is_empty() { t(data::COMMAND_LINE).to_owned() } else { name.to_owned() }
}
