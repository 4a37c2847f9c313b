//! Server functions of the team: who asks, one call to the store, return.

use domain::ids::{TaskId, UserId};
use domain::work::{TaskForm, TaskRow, TaskView, TickTask};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use ui::Answer;
#[cfg(feature = "ssr")]
use {
    domain::ids::RequestId,
    domain::policy::Action,
    ui::server::{actor, answer, answer_form, session, store},
};

/// One view of one's own tasks, and how many the others have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tasks {
    pub rows: Vec<TaskRow>,
    pub open: i64,
    pub today: i64,
    pub overdue: i64,
}

#[server(name = TasksFn, prefix = "/api", endpoint = "team/tasks", input = Json)]
pub async fn tasks(view: TaskView) -> Answer<Tasks> {
    let actor = session()?.actor;
    let store = store()?;
    let (open, today, overdue) = answer(store.task_counts(&actor).await)?;
    Ok(Tasks { rows: answer(store.tasks(&actor, view).await)?, open, today, overdue })
}

/// Whom one may give a task, oneself first.
#[server(name = TaskOwnersFn, prefix = "/api", endpoint = "team/task_owners")]
pub async fn task_owners() -> Answer<Vec<(UserId, String)>> {
    let actor = actor(Action::LogWork)?;
    answer(store()?.task_owners(&actor))
}

/// Adds a task; a form that works without scripts.
#[server(name = AddTaskFn, prefix = "/api", endpoint = "team/add_task")]
pub async fn add_task(form: TaskForm) -> Answer<TaskId> {
    let actor = actor(Action::LogWork)?;
    let request = named(RequestId::parse(&form.request));
    answer_form(store()?.add_task(&actor, request, form.clone()).await, &form)
}

/// Ticks a task off, or takes the tick back; gives the new version.
#[server(name = TickTaskFn, prefix = "/api", endpoint = "team/tick_task")]
pub async fn tick_task(command: TickTask) -> Answer<i32> {
    let actor = session()?.actor;
    let request = named(Some(command.request));
    answer(store()?.tick_task(&actor, TickTask { request, ..command }).await)
}

/// The request that the client named. A form without scripts cannot make one
/// up, and sends none or a nil one.
#[cfg(feature = "ssr")]
fn named(request: Option<RequestId>) -> RequestId {
    request.filter(|request| !request.0.is_nil()).unwrap_or_else(store::new_request)
}
