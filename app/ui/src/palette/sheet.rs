//! The sheet of shortcuts, made from the registry that also hears them, and the switch
//! that silences them.

use super::keys::{SINGLE, enable, enabled, places};
use super::{Door, Shows, appear};
use crate::component::Icon;
use crate::facts::facts;
use crate::words::t;
use i18n::Key;
use i18n::keys::{common, search};
use leptos::html;
use leptos::prelude::*;

#[component]
pub(super) fn KeysDialog(door: Door) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let on = RwSignal::new(true);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if door.shows.get() == Shows::Keys {
            on.set(enabled());
            appear(dialog, || {});
        } else if dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        if door.shows.get_untracked() == Shows::Keys {
            door.close();
        }
    };
    let switch = move |_| {
        let wanted = !on.get_untracked();
        enable(wanted);
        on.set(wanted);
    };
    let key = |text: &'static str| view! { <kbd class="kbd">{text}</kbd> };
    let line = |keys: AnyView, label: Key| view! { <div><dt>{t(label)}</dt><dd>{keys}</dd></div> };
    let pair = |first: &'static str, between: Key, second: &'static str| {
        view! { {key(first)}<span class="muted">{t(between)}</span>{key(second)} }.into_any()
    };
    let find = line(view! { {key("Ctrl")}{key("K")} }.into_any(), search::OPEN);
    let single = SINGLE.iter().map(|(one, _, label)| line(key(one).into_any(), *label)).collect_view();
    let goes = places(&facts()).map(|place| line(pair("g", search::KEYS_THEN, place.key), place.label)).collect_view();
    view! {
        <dialog node_ref=dialog class="dialog dialog-l keys" aria-labelledby="keys-title" on:close=closed>
            <div class="dialog-h">
                <h2 id="keys-title">{t(search::SHORTCUTS)}</h2>
                <button type="button" class="btn btn-icon btn-s btn-ghost" aria-label=t(common::CLOSE) title=t(common::CLOSE) on:click=move |_| door.close()><Icon name="x"/></button>
            </div>
            <div class="dialog-b">
                <div class="keys-cols">
                    <section><h3>{t(search::KEYS_HERE)}</h3><dl>{find}{single}</dl></section>
                    <section><h3>{t(search::KEYS_GO)}</h3><dl>{goes}</dl></section>
                </div>
                <label class="keys-on"><input type="checkbox" prop:checked=move || on.get() on:change=switch/><span>{t(search::KEYS_ON)}<small class="muted">{t(search::KEYS_ON_HINT)}</small></span></label>
            </div>
        </dialog>
    }
}
