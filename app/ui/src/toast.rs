//! Short messages at the foot of the page. A toast leaves when its line has
//! run out; the line is a CSS animation, so that resting the pointer or the
//! focus on it stops both.

use crate::component::Icon;
use crate::words::t;
use i18n::keys::common;
use leptos::prelude::*;
use std::sync::Arc;

/// Toasts on screen at once; the oldest goes.
const MOST: usize = 3;

/// The way back. No [`Callback`]: that one goes with the page that made it, and the toast
/// may be there for longer.
type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    error: bool,
    undo: Option<Undo>,
}

/// The messages of this page, by context.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    pub fn provide() {
        provide_context(Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
    }

    /// The toasts of the page that asks.
    #[must_use]
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) })
    }

    pub fn say(&self, text: String) {
        self.push(text, false, None);
    }

    pub fn refuse(&self, text: String) {
        self.push(text, true, None);
    }

    /// Says what was done, with a way back for as long as the toast is there, also from
    /// another page: what `undo` asks of its own page must bear that it is gone.
    pub fn done(&self, text: String, undo: impl Fn() + Send + Sync + 'static) {
        self.push(text, false, Some(Arc::new(undo)));
    }

    fn push(&self, text: String, error: bool, undo: Option<Undo>) {
        let id = self
            .next
            .try_update_value(|n| {
                *n += 1;
                *n
            })
            .unwrap_or_default();
        self.list.update(|list| {
            if undo.is_some() {
                // Only the last change can be taken back.
                list.retain(|toast| toast.undo.is_none());
            }
            list.push(Toast { id, text, error, undo });
            let extra = list.len().saturating_sub(MOST);
            list.drain(..extra);
        });
    }

    fn dismiss(&self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

#[component]
pub fn ToastArea() -> impl IntoView {
    let toasts = Toasts::here();
    view! {
        // The last element of every page: see `document`.
        <div class="toasts" id="page-end" role="status" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                {
                    let id = toast.id;
                    let class = if toast.error { "toast toast-err" } else { "toast" };
                    let icon = if toast.error { "circle-alert" } else { "circle-check" };
                    view! {
                        <div class=class>
                            <Icon name=icon/>
                            <span>{toast.text.clone()}</span>
                            {toast.undo.map(|undo| view! {
                                <button class="btn btn-s" type="button" data-undo="" on:click=move |_| { toasts.dismiss(id); undo(); }>{t(common::UNDO)}</button>
                            })}
                            <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| toasts.dismiss(id)><Icon name="x" class="i-14"/></button>
                            <i class="left" on:animationend=move |_| toasts.dismiss(id)></i>
                        </div>
                    }
                }
            </For>
        </div>
    }
}
