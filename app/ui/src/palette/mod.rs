//! Find, go and act: the palette (Ctrl-K), single-key shortcuts and their sheet, and the
//! page of results for who has no scripts, or wants to see all.
//!
//! What is always there is small: [`Door`], which hears the keys, and the links that open
//! it. The dialogs come with the pages beside the board ([`Dialogs`]), when somebody
//! first opens one. [`keys`] is the one registry of places and shortcuts.

pub mod api;
mod find;
mod items;
pub mod keys;
mod page;
mod recent;
mod sheet;

pub use page::SearchPage;

use crate::component::Icon;
use crate::words::t;
use find::FindDialog;
use i18n::keys::search;
use leptos::prelude::*;
use sheet::KeysDialog;

/// Which of the two dialogs is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shows {
    #[default]
    Nothing,
    Find,
    Keys,
}

/// What opens the dialogs, from wherever it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    pub shows: RwSignal<Shows>,
    /// Whether the dialogs were ever asked for: then they are fetched.
    pub wanted: RwSignal<bool>,
}

impl Door {
    /// Makes the door of this page and hears the keys.
    #[must_use]
    pub fn provide() -> Self {
        let door = Self { shows: RwSignal::new(Shows::Nothing), wanted: RwSignal::new(false) };
        provide_context(door);
        keys::listen(door);
        door
    }

    pub fn open(self, what: Shows) {
        self.wanted.set(true);
        self.shows.set(what);
    }

    pub(crate) fn close(self) {
        self.shows.set(Shows::Nothing);
    }
}

/// Opens the palette; without scripts it leads to the page of results.
#[component]
pub fn FindLink(class: &'static str, #[prop(default = false)] small: bool) -> impl IntoView {
    let door = use_context::<Door>();
    let open = move |event: leptos::ev::MouseEvent| {
        if let Some(door) = door.filter(|_| !event.ctrl_key() && !event.meta_key() && !event.shift_key()) {
            event.prevent_default();
            door.open(Shows::Find);
        }
    };
    let words = if small { "sr" } else { "grow" };
    view! {
        <a class=class href="/search" title=t(search::OPEN_TITLE) aria-keyshortcuts="Control+K Meta+K" on:click=open>
            <Icon name="search"/><span class=words>{t(search::OPEN)}</span>
            {(!small).then(|| view! { <kbd class="kbd" aria-hidden="true">"Ctrl K"</kbd> })}
        </a>
    }
}

/// Both dialogs, closed.
#[component]
pub fn Dialogs() -> impl IntoView {
    use_context::<Door>().map(|door| view! { <FindDialog door/><KeysDialog door/> })
}

/// Frames within which what was just fetched is in the page.
const FRAMES: u32 = 60;

/// Opens a dialog, and then does what is to follow. One that was fetched a moment ago is
/// made before it is put into the page, where alone it can be opened.
fn appear(dialog: web_sys::HtmlDialogElement, then: impl Fn() + 'static) {
    fn after(frames: u32, dialog: web_sys::HtmlDialogElement, then: impl Fn() + 'static) {
        if dialog.is_connected() {
            crate::browser::show_modal(&dialog);
            then();
        } else if frames > 0 {
            let then: Box<dyn Fn()> = Box::new(then);
            request_animation_frame(move || after(frames - 1, dialog, then));
        }
    }
    after(FRAMES, dialog, then);
}
