//! A native dialog over the page: focus stays in it, Escape and a press beside it
//! close it.

use leptos::html;
use leptos::prelude::*;

/// A native dialog above the page while `open`; a click beside it closes it.
#[component]
pub fn Modal(#[prop(into)] open: Signal<bool>, on_close: Callback<()>, children: Children) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        if let Some(dialog) = dialog.get() {
            if open {
                crate::browser::show_modal(&dialog);
            } else if dialog.open() {
                dialog.close();
            }
        }
    });
    let clicked = move |event: web_sys::MouseEvent| {
        let Some(dialog) = dialog.get_untracked() else { return };
        let on_dialog = event.target().is_some_and(|t| &t == AsRef::<web_sys::EventTarget>::as_ref(&*dialog));
        // Its own padding is no backdrop: the point decides.
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let r = web_sys::Element::get_bounding_client_rect(&dialog);
        let inside = (r.left()..=r.right()).contains(&x) && (r.top()..=r.bottom()).contains(&y);
        let on_backdrop = on_dialog && !inside;
        if on_backdrop {
            on_close.run(());
        }
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="dialog-title" on:close=move |_| on_close.run(()) on:click=clicked>
            {children()}
        </dialog>
    }
}
