//! The page: which step the address asks for, and which it can be.

use crate::api::{ChooseImportFn, CorrectImportFn, SheetImportFn};
use crate::check::Check;
use crate::choose::Choose;
use crate::mapping::Mapping;
use crate::result::Outcome;
use crate::running::Runs;
use crate::{PATH, address, api};
use domain::ids::ImportId;
use domain::imports::{CheckQuery, ImportCheck, ImportDetail, ImportKind, ImportRow, ImportStage, Part, Undoing};
use i18n::Key;
use i18n::keys::{data, nav};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::refresh::on_change_when;
use ui::{Answer, ApiError, t, texts};

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

/// What a step shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Loaded {
    Choose(Vec<ImportRow>),
    Map(ImportDetail),
    Check(ImportDetail, Answer<ImportCheck>),
    Run(ImportDetail),
    Result(ImportDetail, Option<Answer<Undoing>>),
}

impl Loaded {
    const fn step(&self) -> Step {
        match self {
            Self::Choose(_) => Step::Choose,
            Self::Map(_) => Step::Map,
            Self::Check(..) => Step::Check,
            Self::Run(_) => Step::Run,
            Self::Result(..) => Step::Result,
        }
    }

    fn version(&self) -> i32 {
        match self {
            Self::Choose(rows) => rows.iter().map(|row| row.version).max().unwrap_or_default(),
            Self::Map(detail) | Self::Check(detail, _) | Self::Run(detail) | Self::Result(detail, _) => detail.row.version,
        }
    }
}

async fn load(asked: Asked) -> Answer<Loaded> {
    let Some(id) = asked.id else { return api::imports().await.map(Loaded::Choose) };
    let id = ImportId::parse(&id).ok_or(ApiError::NotFound)?;
    let detail = api::import(id, asked.step == "map").await?;
    Ok(match Step::of(&detail, &asked.step) {
        Step::Choose | Step::Map => Loaded::Map(detail),
        Step::Check => Loaded::Check(detail, api::check(id, asked.list).await),
        Step::Run => Loaded::Run(detail),
        Step::Result => {
            let wanted = asked.step == "undo" && detail.row.made > detail.row.removed;
            Loaded::Result(detail, if wanted { Some(api::undoing(id).await) } else { None })
        }
    })
}

/// What the steps share: actions that stay on their step, and reading again.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    pub correct: ServerAction<CorrectImportFn>,
    pub choose: ServerAction<ChooseImportFn>,
    pub sheet: ServerAction<SheetImportFn>,
    pub again: RwSignal<u32>,
}

impl Desk {
    pub fn read_again(self) {
        self.again.try_update(|n| *n += 1);
    }
}

#[component]
pub fn ImportPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|q| Asked::from_query(|name| q.get(name))));
    let id = Memo::new(move |_| asked.with(|asked| asked.id.clone()));
    let desk = Desk { correct: ServerAction::new(), choose: ServerAction::new(), sheet: ServerAction::new(), again: RwSignal::new(0) };
    let (corrected, chosen, sheet) = (desk.correct.value(), desk.choose.value(), desk.sheet.value());
    // They lead back to where one is already.
    Effect::new(move |_| {
        let done = [corrected.get(), chosen.get(), sheet.get()];
        if done.iter().any(|answer| matches!(answer, Some(Ok(())))) {
            desk.read_again();
        }
    });
    let found = Resource::new(move || (asked.get(), desk.again.get()), |(asked, _)| load(asked));
    // Somebody else's step; not while a row or a mapping is being typed. One's own
    // is on the page already.
    let heard = StoredValue::new(0);
    let seen = StoredValue::new(0);
    let free = move || asked.with_untracked(|asked| asked.list.row.is_none() && asked.step != "map");
    let concerns = move |event: &ui::live::LiveEvent| {
        let ours = id.with_untracked(|id| id.as_ref().is_none_or(|id| *id == event.id.to_string()));
        let concerns = event.topic == "import" && ours;
        if concerns {
            heard.set_value(event.version);
        }
        concerns
    };
    on_change_when(concerns, free, move || {
        if id.with_untracked(Option::is_none) || heard.get_value() != seen.get_value() {
            desk.read_again();
        }
    });
    view! {
        <header class="top">
            <a class="back" href=move || if id.get().is_some() { PATH.to_owned() } else { asked.with(|a| a.kind.path().to_owned()) }>
                <Icon name="chevron-left" class="i-14"/>{move || if id.get().is_some() { t(data::ALL_IMPORTS) } else { t(place_name(asked.with(|a| a.kind))) }}
            </a>
            <Heading text=t(data::TITLE)/>
        </header>
        <div class="body">
            <div class="sections is-wide imp">
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(loaded) => {
                                seen.set_value(loaded.version());
                                view! { <Shown loaded kind=asked.with_untracked(|asked| asked.kind) desk/> }.into_any()
                            }
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

#[component]
fn Shown(loaded: Loaded, kind: ImportKind, desk: Desk) -> impl IntoView {
    let step = loaded.step();
    let about = |detail: &ImportDetail| {
        let about = texts().fmt(data::ABOUT, &[("file", &file_name(&detail.row.file)), ("kind", t(kind_name(detail.row.kind)))]);
        let rows = texts().n(data::N_ROWS_ONE, data::N_ROWS_MANY, detail.row.rows);
        let encoding = match detail.sheet.as_str() {
            "" => detail.encoding.clone(),
            sheet => texts().fmt(data::SHEET_IS, &[("sheet", sheet)]),
        };
        view! { <p class="muted fs13" data-about="">{about}" · "{rows}" · "{encoding}</p> }
    };
    let id = match &loaded {
        Loaded::Choose(_) => String::new(),
        Loaded::Map(detail) | Loaded::Check(detail, _) | Loaded::Run(detail) | Loaded::Result(detail, _) => detail.row.id.to_string(),
    };
    view! {
        <Steps here=step id/>
        {match loaded {
            Loaded::Choose(rows) => view! { <Choose kind rows/> }.into_any(),
            Loaded::Map(detail) => view! { {about(&detail)}<Mapping detail desk/> }.into_any(),
            Loaded::Check(detail, check) => view! { {about(&detail)}<Check detail check desk/> }.into_any(),
            Loaded::Run(detail) => view! { {about(&detail)}<Runs detail desk/> }.into_any(),
            Loaded::Result(detail, undoing) => view! { {about(&detail)}<Outcome detail undoing/> }.into_any(),
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
        ImportKind::Contacts => nav::CONTACTS,
        ImportKind::Deals => nav::DEALS,
        ImportKind::FollowUps => data::FOLLOW_UPS,
        ImportKind::Products => data::PRODUCTS,
    }
}

/// What the list is called that has the records.
fn place_name(kind: ImportKind) -> Key {
    kind_name(if kind == ImportKind::FollowUps { ImportKind::Customers } else { kind })
}

/// What to call a file; those of the command line have no name.
pub(crate) fn file_name(name: &str) -> String {
    if name.is_empty() { t(data::COMMAND_LINE).to_owned() } else { name.to_owned() }
}
