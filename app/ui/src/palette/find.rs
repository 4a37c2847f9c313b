//! The palette: a field and a list below it (the combobox pattern of the W3C's authoring
//! practices) in a native dialog.

use super::items::{Does, Group, Item, groups};
use super::{Door, Shows, api, appear, keys, recent};
use crate::asking::Asking;
use crate::browser;
use crate::component::Icon;
use crate::facts::{Theme, texts};
use crate::words::t;
use domain::search::{Results, SHORT, TEXT_MAX};
use i18n::Lang;
use i18n::keys::{common, search};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// A pause in typing after which the server is asked.
const PAUSE: Duration = Duration::from_millis(120);

#[derive(Clone, Copy)]
struct Finder {
    door: Door,
    input: NodeRef<html::Input>,
    groups: RwSignal<Vec<Group>>,
    active: RwSignal<usize>,
    said: RwSignal<String>,
    /// Counts questions, so that only the answer to the last one is shown.
    asked: Asking,
    /// For what the list is that is shown.
    shown: StoredValue<String>,
    /// Enter was pressed before the answer to what was typed: its first item is chosen.
    hasty: StoredValue<bool>,
    composing: StoredValue<bool>,
    go: StoredValue<Arc<dyn Fn(&str) + Send + Sync>>,
}

#[component]
pub(super) fn FindDialog(door: Door) -> impl IntoView {
    let navigate = use_navigate();
    let go: Arc<dyn Fn(&str) + Send + Sync> = Arc::new(move |href| navigate(href, NavigateOptions::default()));
    let finder = Finder {
        door,
        input: NodeRef::new(),
        groups: RwSignal::new(Vec::new()),
        active: RwSignal::new(0),
        said: RwSignal::new(String::new()),
        asked: Asking::new(),
        shown: StoredValue::new(String::new()),
        hasty: StoredValue::new(false),
        composing: StoredValue::new(false),
        go: StoredValue::new(go),
    };
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if door.shows.get() == Shows::Find {
            untrack(|| finder.begin());
            appear(dialog, move || {
                if let Some(input) = finder.input.try_get_untracked().flatten() {
                    let _ = input.focus();
                    input.select();
                }
            });
        } else if dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        if door.shows.get_untracked() == Shows::Find {
            door.close();
        }
    };
    // A click beside the box is one on the dialog itself.
    let beside = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
        if target.is_some() {
            door.close();
        }
    };
    let descendant = move || finder.count().checked_sub(1).map(|_| option_id(finder.active.get()));
    view! {
        <dialog node_ref=dialog class="dialog palette" aria-label=t(search::OPEN) on:close=closed on:click=beside>
            <div class="palette-box">
                <div class="palette-q">
                    <Icon name="search"/>
                    <input id="palette-field" node_ref=finder.input type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls="palette-list"
                        aria-activedescendant=descendant aria-label=t(search::FIELD) placeholder=t(search::FIELD) maxlength=TEXT_MAX.to_string()
                        autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go"
                        on:input=move |_| finder.typed() on:keydown=move |event| finder.key(&event)
                        on:compositionstart=move |_| finder.composing.set_value(true)
                        on:compositionend=move |_| { finder.composing.set_value(false); finder.typed(); }/>
                    <button type="button" class="btn btn-icon btn-s btn-ghost" aria-label=t(common::CLOSE) title=t(common::CLOSE) on:click=move |_| door.close()><Icon name="x"/></button>
                </div>
                <div id="palette-list" class="palette-l" role="listbox" aria-label=t(search::RESULTS) tabindex="-1" on:mousedown=|event| event.prevent_default()>
                    {move || finder.list()}
                </div>
                <p class="palette-none" hidden=move || finder.count() != 0>{move || finder.said.get()}</p>
                <p class="palette-f" aria-hidden="true">
                    <kbd class="kbd">"↑"</kbd><kbd class="kbd">"↓"</kbd>{t(search::MOVE_HINT)}
                    <kbd class="kbd">"↵"</kbd>{t(search::RUN_HINT)}
                    <kbd class="kbd">"Esc"</kbd>{t(search::LEAVE_HINT)}
                    <span class="grow"></span><span>{t(search::HINT)}</span>
                </p>
                <span class="sr" role="status">{move || finder.said.get()}</span>
            </div>
        </dialog>
    }
}

impl Finder {
    fn text(self) -> String {
        self.input.get_untracked().map(|input| input.value()).unwrap_or_default()
    }

    /// Follows the groups that are shown.
    fn count(self) -> usize {
        self.groups.with(|groups| groups.iter().map(|group| group.items.len()).sum())
    }

    fn begin(self) {
        let text = self.text();
        self.show(&text, &Results::default());
        self.ask();
    }

    fn typed(self) {
        if !self.composing.get_value() {
            self.ask();
        }
    }

    fn ask(self) {
        let Some(question) = self.asked.next() else { return };
        let text = self.text();
        self.hasty.set_value(false);
        if text.trim().is_empty() {
            self.show(&text, &Results::default());
            return;
        }
        question.after(PAUSE, move || {
            spawn_local(async move {
                let answer = api::find(text.clone(), SHORT).await;
                if !question.is_last() {
                    return;
                }
                match answer {
                    Ok(results) => self.show(&text, &results),
                    Err(error) => {
                        self.hasty.set_value(false);
                        self.show(&text, &Results::default());
                        self.said.set(if matches!(error, crate::ApiError::Transport(_)) {
                            t(search::FAILED).to_owned()
                        } else {
                            error.sentence()
                        });
                    }
                }
            });
        });
    }

    fn show(self, text: &str, results: &Results) {
        let groups = groups(text, results);
        let n: usize = groups.iter().map(|group| group.items.len()).sum();
        self.said.set(match (text.trim(), n) {
            ("", _) => String::new(),
            (text, 0) => texts().fmt(search::NOTHING, &[("text", text)]),
            _ => super::items::counted(n),
        });
        self.active.set(0);
        self.groups.set(groups);
        self.shown.set_value(text.to_owned());
        if self.hasty.try_update_value(std::mem::take) == Some(true) && n > 0 {
            self.choose(0);
        }
    }

    fn key(self, event: &KeyboardEvent) {
        if keys::composing(event) {
            return;
        }
        if event.key() == "Enter" && self.shown.get_value() != self.text() {
            self.hasty.set_value(true);
            event.prevent_default();
            return;
        }
        let n = self.groups.with_untracked(|groups| groups.iter().map(|group| group.items.len()).sum::<usize>());
        if n == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => self.active.update(|at| *at = (*at + 1) % n),
            "ArrowUp" => self.active.update(|at| *at = (*at + n - 1) % n),
            "Home" => self.active.set(0),
            "End" => self.active.set(n - 1),
            "Enter" => self.choose(self.active.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        if let Some(option) = browser::by_id(&option_id(self.active.get_untracked())) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    fn choose(self, index: usize) {
        let chosen =
            self.groups.with_untracked(|groups| groups.iter().flat_map(|group| &group.items).nth(index).map(|item| item.does.clone()));
        let Some(does) = chosen else { return };
        // An answer that is still on its way means nothing any more.
        let _ = self.asked.next();
        match does {
            Does::Keys => self.door.open(Shows::Keys),
            other => {
                self.door.close();
                self.run(other);
            }
        }
    }

    fn run(self, does: Does) {
        match does {
            Does::Open(href) => self.open(&href),
            Does::Record(found) => {
                recent::add(&found);
                self.open(&found.href());
            }
            Does::Language(lang) => keep(Lang::COOKIE, lang.code()),
            Does::Theme(theme) => keep(Theme::COOKIE, theme.code()),
            Does::SignOut => {
                let form = browser::query("form[action='/api/settings/sign_out']")
                    .and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
                if let Some(form) = form {
                    let _ = form.request_submit();
                }
            }
            Does::Keys => {}
        }
    }

    fn open(self, href: &str) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
        }
        self.go.with_value(|go| go(href));
    }

    fn list(self) -> Vec<AnyView> {
        let mut first = 0;
        let groups = self.groups.get();
        groups
            .into_iter()
            .enumerate()
            .map(|(number, group)| {
                let from = first;
                first += group.items.len();
                let heading = format!("palette-group-{number}");
                let labelled = heading.clone();
                let options = group.items.into_iter().zip(from..).map(|(item, index)| self.option(item, index)).collect_view();
                view! {
                    <div role="group" aria-labelledby=labelled>
                        <div class="palette-g" id=heading role="presentation">{t(group.label)}</div>
                        {options}
                    </div>
                }
                .into_any()
            })
            .collect()
    }

    fn option(self, item: Item, index: usize) -> AnyView {
        let title =
            item.title.into_iter().map(|(text, marked)| if marked { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() });
        let keys = item.keys.map(|key| {
            let pair = key != "?";
            view! { <span class="palette-k" aria-hidden="true">{pair.then(|| view! { <kbd class="kbd">"g"</kbd> })}<kbd class="kbd">{key}</kbd></span> }
        });
        view! {
            <div id=option_id(index) class="palette-i" role="option" aria-selected=move || (self.active.get() == index).to_string()
                on:click=move |_| self.choose(index) on:pointermove=move |_| if self.active.get_untracked() != index { self.active.set(index) }>
                <Icon name=item.icon/><span class="palette-t ell">{title.collect_view()}</span>
                {(!item.detail.is_empty()).then(|| view! { <span class="palette-d ell">{item.detail}</span> })}{keys}
            </div>
        }
        .into_any()
    }
}

fn option_id(index: usize) -> String {
    format!("palette-option-{index}")
}

fn keep(cookie: &str, value: &str) {
    browser::set_cookie(cookie, value);
    browser::reload();
}
