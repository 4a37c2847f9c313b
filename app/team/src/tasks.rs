//! One's own tasks: what is open, due, overdue, done; ticked off with a way
//! back, added in one line.

use crate::api::{self, AddTaskFn, Tasks, TickTaskFn};
use chrono::NaiveDate;
use domain::ids::{RequestId, TaskId};
use domain::policy::Action;
use domain::work::{STEP_MAX, TaskForm, TaskRow, TaskView, TickTask};
use i18n::keys::{common, team};
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton};
use ui::error::instant;
use ui::form::{FormError, Refusals, SelectField, TextField, typed_or};
use ui::live::{Live, RESYNC};
use ui::toast::Toasts;
use ui::{ApiError, facts, fmt, t, texts, words};

/// The view of an address without one.
const FIRST: TaskView = TaskView::Open;

#[component]
pub fn TasksPage() -> impl IntoView {
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(|q| q.get("view").and_then(|code| TaskView::parse(&code)).unwrap_or(FIRST)));
    let found = Resource::new(move || view_of.get(), api::tasks);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "task" | RESYNC) {
            found.refetch();
        }
    });
    let ticker = Ticker { found, toasts: Toasts::here(), busy: RwSignal::new(Vec::new()), back_to: StoredValue::new(None) };
    // A tick without scripts that was refused comes back in the address.
    let refused = ServerAction::<TickTaskFn>::new().value().get_untracked().and_then(Result::err);
    let may_add = facts().may(Action::LogWork);
    view! {
        <header class="top">
            <Heading text=t(team::TITLE)/>
            <div class="end"><ExportMenu list="tasks" query=Signal::derive(move || format!("?view={}", view_of.get()))/></div>
        </header>
        <div class="body">
            <div class="sections">
                <FormError error=Signal::stored(refused)/>
                {may_add.then(|| view! { <AddTask found/> })}
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => view! { <TaskList found view_of=view_of.get_untracked() ticker/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

/// Ticks tasks off, and back.
#[derive(Clone, Copy)]
struct Ticker {
    found: Resource<ui::Answer<Tasks>>,
    toasts: Toasts,
    /// Tasks whose answer is awaited: shown as they will be.
    busy: RwSignal<Vec<TaskId>>,
    /// Where the focus was when a row was ticked, to stay there in the list.
    back_to: StoredValue<Option<usize>>,
}

impl Ticker {
    fn tick(self, task: TaskId, version: i32, done: bool, title: String) {
        // By a toast the page may have been left: nothing is awaited there.
        if self.busy.try_with_untracked(|busy| busy.contains(&task)) == Some(true) {
            return;
        }
        let _ = self.busy.try_update(|busy| busy.push(task));
        let command = TickTask { request: ui::browser::new_request(), task, version, done };
        spawn_local(async move {
            let answer = api::tick_task(command).await;
            // The page may have been left meanwhile.
            let _ = self.busy.try_update(|busy| busy.retain(|id| *id != task));
            match answer {
                Ok(version) => self.ticked(task, version, done, title),
                Err(error) => self.toasts.refuse(texts().fmt(team::NOT_TICKED, &[("reason", &error.sentence())])),
            }
            if !self.found.is_disposed() {
                self.found.refetch();
            }
        });
    }

    fn ticked(self, task: TaskId, version: i32, done: bool, title: String) {
        let said = texts().fmt(if done { team::TICKED } else { team::UNTICKED }, &[("title", &title)]);
        if done {
            self.toasts.done(said, move || self.tick(task, version, false, title.clone()));
        } else {
            self.toasts.say(said);
        }
    }
}

#[component]
fn TaskList(found: Tasks, view_of: TaskView, ticker: Ticker) -> impl IntoView {
    let section = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        let Some(section) = section.get() else { return };
        if let Some(index) = ticker.back_to.try_update_value(Option::take).flatten() {
            focus_near(&section, index);
        }
    });
    let (open, today, overdue) = (found.open, found.today, found.overdue);
    let tab = move |view: TaskView| {
        let (word, count) = match view {
            TaskView::Open => (team::VIEW_OPEN, Some((open, "count"))),
            TaskView::Today => (team::VIEW_TODAY, Some((today, "count count-warn"))),
            TaskView::Overdue => (team::VIEW_OVERDUE, Some((overdue, "count count-danger"))),
            TaskView::Done => (team::VIEW_DONE, None),
        };
        let count = count.filter(|(n, _)| *n > 0).map(|(n, class)| view! { <span class=class>{fmt::integer(n)}</span> });
        view! { <a href=format!("/tasks?view={view}") aria-current=(view == view_of).then_some("page")>{t(word)}{count}</a> }
    };
    let empty = match view_of {
        TaskView::Open => team::EMPTY_OPEN,
        TaskView::Today => team::EMPTY_TODAY,
        TaskView::Overdue => team::EMPTY_OVERDUE,
        TaskView::Done => team::EMPTY_DONE,
    };
    let none = found.rows.is_empty();
    let elsewhere = view_of != FIRST && open > 0;
    let rows = found.rows.into_iter().enumerate().map(|(index, row)| view! { <TaskLine row index ticker/> }).collect_view();
    view! {
        <nav class="tabs" aria-label=t(team::VIEWS)>{TaskView::ALL.iter().map(|view| tab(*view)).collect_view()}</nav>
        <section class="card-box" node_ref=section tabindex="-1" data-tasks="">
            {if none {
                view! { <Empty text=t(empty).to_owned()>{elsewhere.then(|| view! { <a class="btn" href="/tasks">{t(team::VIEW_OPEN)}</a> })}</Empty> }.into_any()
            } else {
                view! { <ul class="rows">{rows}</ul> }.into_any()
            }}
        </section>
    }
}

/// The row that is now where the ticked one was, or the last, or the section.
fn focus_near(section: &web_sys::HtmlElement, index: usize) {
    use wasm_bindgen::JsCast;
    let Ok(buttons) = section.query_selector_all("[data-tick]") else { return };
    let last = buttons.length().saturating_sub(1);
    let at = u32::try_from(index).unwrap_or(u32::MAX).min(last);
    let button = buttons.item(at).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok());
    let _ = button.as_ref().unwrap_or(section).focus();
}

#[component]
fn TaskLine(row: TaskRow, index: usize, ticker: Ticker) -> impl IntoView {
    let done = row.done_at.is_some();
    let (task, version) = (row.id, row.version);
    let (word, icon) = if done { (team::UNTICK, "undo-2") } else { (team::TICK, "check") };
    let label = texts().fmt(word, &[("title", &row.title)]);
    let title = row.title.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        ticker.back_to.set_value(Some(index));
        ticker.tick(task, version, !done, title.clone());
    };
    let busy = move || ticker.busy.with(|busy| busy.contains(&task));
    view! {
        <li class="row" data-task=task.to_string()>
            <form method="post" action=TickTaskFn::PATH on:submit=submit>
                <input type="hidden" name="command[request]" value=RequestId(uuid::Uuid::nil()).to_string()/>
                <input type="hidden" name="command[task]" value=task.to_string()/>
                <input type="hidden" name="command[version]" value=version.to_string()/>
                <input type="hidden" name="command[done]" value=(!done).to_string()/>
                <button class="btn" type="submit" data-tick="" aria-label=label.clone() title=label aria-busy=move || busy().to_string()><Icon name=icon/></button>
            </form>
            <div class="grow">
                <div class=if done { "muted" } else { "med" }>{row.title.clone()}</div>
                <About row=row.clone()/>
            </div>
            <When row/>
        </li>
    }
}

/// The records that a task is about, as links.
#[component]
fn About(row: TaskRow) -> impl IntoView {
    let both = row.deal.is_some() && row.customer.is_some();
    view! {
        <div class="fs12 muted">
            {row.customer.map(|(id, name)| view! { <a href=format!("/customers/{id}")>{name}</a> })}
            {both.then_some(" · ")}
            {row.deal.map(|(id, title)| view! { <a href=format!("/deals/{id}")>{title}</a> })}
        </div>
    }
}

/// When it is due, or when it was done: word, icon and colour say the same.
#[component]
fn When(row: TaskRow) -> impl IntoView {
    let facts = facts();
    let (class, icon, text) = match (row.done_at, row.due_on) {
        (Some(at), _) => ("ok", "check", texts().fmt(team::DONE_AT, &[("time", &instant(&facts, at))])),
        (None, Some(on)) => due(on, facts.today()),
        (None, None) => ("muted", "circle-dashed", t(team::NO_DUE).to_owned()),
    };
    view! { <span class=format!("row row-1 fs12 nowrap {class}")><Icon name=icon class="i-14"/>{text}</span> }
}

fn due(on: NaiveDate, today: NaiveDate) -> (&'static str, &'static str, String) {
    let facts = facts();
    let day = words::day(&facts, on);
    if on < today {
        let days = fmt::days(facts.lang, (today - on).num_days());
        ("danger", "circle-alert", texts().fmt(team::OVERDUE_SINCE, &[("days", &days), ("day", &day)]))
    } else if on == today {
        ("warn", "calendar-clock", day)
    } else {
        ("t2", "calendar", day)
    }
}

#[component]
fn AddTask(found: Resource<ui::Answer<Tasks>>) -> impl IntoView {
    let owners = Resource::new(|| (), |()| api::task_owners());
    let query = use_query_map();
    let add = ServerAction::<AddTaskFn>::new();
    let form = NodeRef::<html::Form>::new();
    let toasts = Toasts::here();
    let error = Signal::derive(move || add.value().get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    // The address may say what the task is about.
    let named = |name: &str| query.with_untracked(|q| q.get(name)).unwrap_or_default();
    let fresh = TaskForm { deal: named("deal"), customer: named("customer"), ..TaskForm::default() };
    let about = !fresh.deal.is_empty() || !fresh.customer.is_empty();
    let typed = typed_or(error.get_untracked().as_ref(), fresh);
    let typed_owner = typed.owner.clone();
    let name_of = move |id: &str| match owners.get_untracked() {
        Some(Ok(owners)) => owners.into_iter().skip(1).find(|(owner, _)| owner.to_string() == id).map(|(_, name)| name),
        _ => None,
    };
    // One request for one task, so that a second press of Enter adds no second.
    let request = RwSignal::new(String::new());
    Effect::new(move |_| {
        let added = add.value().with(|v| matches!(v, Some(Ok(_))));
        let empty = request.with_untracked(String::is_empty);
        if added || empty {
            request.set(ui::browser::new_request().to_string());
        }
        let Some(form) = form.get_untracked().filter(|_| added) else { return };
        let title = typed_in(&form, "title");
        let owner = typed_in(&form, "owner");
        toasts.say(match name_of(&owner) {
            Some(name) => texts().fmt(team::ADDED_FOR, &[("name", &name), ("title", &title)]),
            None => texts().fmt(team::ADDED, &[("title", &title)]),
        });
        form.reset();
        found.refetch();
    });
    view! {
        <section class="card-box">
            <ActionForm action=add node_ref=form attr:class="form">
                <FormError error/>
                <input type="hidden" name="form[request]" prop:value=move || request.get()/>
                <input type="hidden" name="form[deal]" value=typed.deal/>
                <input type="hidden" name="form[customer]" value=typed.customer/>
                <TextField label=team::TASK name="title" refusals value=typed.title required=true max=STEP_MAX autocomplete="off"/>
                <TextField label=common::DUE_ON name="due_on" kind="date" refusals value=typed.due_on max=0/>
                <Transition>
                    {move || {
                        let value = typed_owner.clone();
                        Suspend::new(async move {
                            match owners.await {
                                Ok(owners) if owners.len() > 1 => {
                                    let options = owners.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
                                    view! { <SelectField label=team::OWNER name="owner" refusals value options/> }.into_any()
                                }
                                Ok(_) => ().into_any(),
                                Err(error) => view! { <Failed error/> }.into_any(),
                            }
                        })
                    }}
                </Transition>
                {about.then(|| view! { <p class="hint">{t(team::ABOUT_DEAL)}</p> })}
                <div class="form-actions">
                    <button class="btn btn-primary" type="submit" aria-busy=move || add.pending().get().to_string()>{t(team::ADD_TASK)}</button>
                </div>
            </ActionForm>
        </section>
    }
}

/// What was typed in a field, for the message that the task was added.
fn typed_in(form: &web_sys::HtmlFormElement, field: &str) -> String {
    let data = web_sys::FormData::new_with_form(form).ok();
    data.and_then(|data| data.get(&format!("form[{field}]")).as_string()).unwrap_or_default()
}
