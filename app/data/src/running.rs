//! An import while it runs: how many rows of how many are written. It runs on the
//! server; this page may be left and loaded again.

use crate::page::Desk;
use crate::{address, api};
use domain::imports::{ImportDetail, ImportStage, State};
use i18n::keys::{common, data};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;
use ui::error::violation_sentence;
use ui::{fmt, t, texts};

/// Between two questions how far it is.
const EVERY: Duration = Duration::from_millis(500);

#[component]
pub(crate) fn Runs(detail: ImportDetail, desk: Desk) -> impl IntoView {
    let id = detail.row.id;
    let of = detail.row.rows;
    let now = RwSignal::new(detail.state);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let navigate = use_navigate();
    let ask = Callback::new(move |()| {
        spawn_local(async move {
            if let Ok(state) = api::state(id).await {
                now.try_set(state);
            } else {
                // No answer: asked again, with what is known.
                now.try_update(|_| ());
            }
        });
    });
    Effect::new(move |_| {
        let state = now.get();
        if matches!(state.stage, ImportStage::Done | ImportStage::Undone) {
            navigate(&address(&id.to_string(), &[]), NavigateOptions { replace: true, ..Default::default() });
            // One may be there already.
            desk.read_again();
        } else if state.running.is_some() {
            waiting.set_value(set_timeout_with_handle(move || ask.run(()), EVERY).ok());
        }
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
    let running = move || now.with(|state| state.running);
    let done = move || running().map_or(0, |progress| progress.done);
    let total = move || running().map_or(of, |progress| progress.of.max(1));
    let said = move || match running() {
        Some(progress) if progress.done == 0 => t(data::CHECKING_ROWS).to_owned(),
        Some(progress) => texts().fmt(data::PROGRESS, &[("done", &fmt::integer(progress.done)), ("of", &fmt::integer(progress.of))]),
        None => now.with(why),
    };
    let back = address(&id.to_string(), &[("step", "check")]);
    let here = address(&id.to_string(), &[("step", "run")]);
    view! {
        <section class="card-box" data-running="">
            <h2>{t(data::RUNNING)}</h2>
            <Show when=move || running().is_some()>
                <progress class="imp-bar" aria-label=t(data::RUNNING) max=move || total().to_string() prop:value=move || done().to_string() value=move || done().to_string()></progress>
            </Show>
            <p role="status" class="num" data-progress="">{said}</p>
            <p class="muted fs13">{t(data::RUNNING_HOW)}</p>
            {move || running().is_none().then(|| view! { <a class="btn btn-primary" href=back.clone()>{t(data::CHECK_AGAIN)}</a> })}
            <noscript inner_html=format!("<a class=\"btn\" href=\"{}\">{}</a>", here.replace('&', "&amp;"), t(common::RETRY))></noscript>
        </section>
    }
}

/// Why nothing was written.
fn why(state: &State) -> String {
    state.failed.as_ref().map(violation_sentence).unwrap_or_default()
}
