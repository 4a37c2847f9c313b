//! Choosing one customer among thousands: a text field with a list of matches
//! (the combobox pattern of the W3C's authoring practices).
//!
//! Its value is sent as `form[customer]`: the customer's id, or what was typed
//! if none was chosen. Without scripts it is a plain text field, and the server
//! looks for a customer of exactly this name; a customer that the page already
//! knows is then sent by id and cannot be changed.

use crate::asking::Asking;
use crate::facts::texts;
use crate::form::{Field, Refusals};
use crate::words::t;
use crate::work_api::find_customers;
use domain::customers::NAME_MAX;
use domain::ids::CustomerId;
use i18n::keys::{common, timeline};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

const NAME: &str = "form[customer]";
/// A pause in typing after which matches are fetched.
const PAUSE: Duration = Duration::from_millis(150);

type Found = (CustomerId, String, String);

/// `chosen`: the customer known when the page was made; `typed`: text instead
/// of one. `on_choose` hears of every change by the person.
#[component]
pub fn CustomerPicker(
    refusals: Refusals,
    #[prop(optional_no_strip)] chosen: Option<(CustomerId, String)>,
    #[prop(optional, into)] typed: String,
    on_choose: Callback<Option<CustomerId>>,
) -> impl IntoView {
    let known = chosen.is_some();
    let first = chosen.as_ref().map_or(typed, |(_, name)| name.clone());
    let picker = Picker {
        input: NodeRef::new(),
        ready: RwSignal::new(false),
        id: RwSignal::new(chosen.map(|(id, _)| id)),
        text: RwSignal::new(first.clone()),
        found: RwSignal::new(Vec::new()),
        open: RwSignal::new(false),
        active: RwSignal::new(0),
        said: RwSignal::new(String::new()),
        asked: Asking::new(),
        on_choose,
    };
    Effect::new(move |_| {
        // Something may have been typed before the page came alive.
        if let Some(input) = picker.input.get() {
            if !known {
                picker.text.set(input.value());
            }
            picker.ready.set(true);
        }
    });
    let by_script = move || picker.ready.get() || known;
    let value = move || picker.id.get().map_or_else(|| picker.text.get(), |id| id.to_string());
    let descendant = move || (picker.open.get() && picker.found.with(|f| !f.is_empty())).then(|| option_id(picker.active.get()));
    view! {
        <Field label=common::CUSTOMER name="customer" refusals required=true wide=true hint=String::new()>
            <div class="combo">
                <input type="hidden" name=move || by_script().then_some(NAME) value=value/>
                <input id="customer" type="text" node_ref=picker.input name=move || (!by_script()).then_some(NAME) value=first
                    readonly=move || known && !picker.ready.get() maxlength=NAME_MAX.to_string() autocomplete="off" spellcheck="false"
                    placeholder=t(timeline::FIND_CUSTOMER) role="combobox" aria-required="true" aria-autocomplete="list" aria-controls="customer-list"
                    aria-expanded=move || picker.open.get().to_string() aria-activedescendant=descendant
                    aria-invalid=move || refusals.at("customer").map(|_| "true") aria-describedby="customer-err"
                    on:input=move |_| picker.typed() on:compositionend=move |_| picker.typed() on:keydown=move |event| picker.key(&event)
                    on:click=move |_| picker.ask_if_empty() on:blur=move |_| picker.open.set(false)/>
                <ul id="customer-list" class="pop" role="listbox" aria-label=t(timeline::MATCHES) hidden=move || !picker.open.get()
                    on:mousedown=|event| event.prevent_default()>
                    {move || picker.options()}
                </ul>
                <span class="sr" role="status">{move || picker.said.get()}</span>
            </div>
        </Field>
    }
}

#[derive(Clone, Copy)]
struct Picker {
    input: NodeRef<html::Input>,
    /// Scripts run: the hidden field speaks from now on.
    ready: RwSignal<bool>,
    id: RwSignal<Option<CustomerId>>,
    text: RwSignal<String>,
    found: RwSignal<Vec<Found>>,
    open: RwSignal<bool>,
    active: RwSignal<usize>,
    said: RwSignal<String>,
    asked: Asking,
    on_choose: Callback<Option<CustomerId>>,
}

impl Picker {
    fn typed(self) {
        let Some(input) = self.input.get_untracked() else { return };
        self.text.set(input.value());
        if self.id.get_untracked().is_some() {
            self.id.set(None);
            self.on_choose.run(None);
        }
        self.ask();
    }

    /// A click into the empty field offers the customers changed last.
    fn ask_if_empty(self) {
        if self.id.with_untracked(Option::is_none) && !self.open.get_untracked() {
            self.ask();
        }
    }

    fn ask(self) {
        let Some(question) = self.asked.next() else { return };
        question.after(PAUSE, move || {
            let text = self.text.get_untracked();
            spawn_local(async move {
                let answer = find_customers(text).await;
                if question.is_last() {
                    self.show(answer);
                }
            });
        });
    }

    fn show(self, answer: crate::Answer<Vec<Found>>) {
        let texts = texts();
        match answer {
            Ok(found) => {
                let n = i64::try_from(found.len()).unwrap_or(0);
                self.said.set(if n == 0 {
                    t(timeline::NO_MATCH).to_owned()
                } else {
                    texts.n(common::N_CUSTOMERS_ONE, common::N_CUSTOMERS_MANY, n)
                });
                self.found.set(found);
                self.active.set(0);
                self.open.set(true);
            }
            Err(error) => {
                self.open.set(false);
                self.said.set(error.sentence());
            }
        }
    }

    fn key(self, event: &web_sys::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let n = self.found.with_untracked(Vec::len);
        match (event.key().as_str(), self.open.get_untracked()) {
            ("ArrowDown" | "ArrowUp", false) => self.ask(),
            ("ArrowDown", true) if n > 0 => self.active.update(|a| *a = (*a + 1) % n),
            ("ArrowUp", true) if n > 0 => self.active.update(|a| *a = (*a + n - 1) % n),
            ("Enter", true) => self.choose(self.active.get_untracked()),
            ("Escape", true) => self.open.set(false),
            _ => return,
        }
        event.prevent_default();
        if let Some(option) = crate::browser::by_id(&option_id(self.active.get_untracked())) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    fn choose(self, index: usize) {
        let Some((id, name, _)) = self.found.with_untracked(|found| found.get(index).cloned()) else { return };
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&name);
        }
        // An answer that is still on its way would open the list again.
        let _ = self.asked.next();
        self.text.set(name);
        self.id.set(Some(id));
        self.open.set(false);
        self.on_choose.run(Some(id));
    }

    fn options(self) -> AnyView {
        let found = self.found.get();
        if found.is_empty() {
            return view! { <li class="menu-i" role="presentation" aria-disabled="true">{t(timeline::NO_MATCH)}</li> }.into_any();
        }
        found
            .into_iter()
            .enumerate()
            .map(|(i, (_, name, short))| {
                let short = (!short.is_empty() && short != name).then(|| view! { <span class="muted fs12">{short}</span> });
                view! {
                    <li id=option_id(i) class="menu-i" role="option" aria-selected=move || (self.active.get() == i).to_string() on:click=move |_| self.choose(i)>
                        <span class="ell">{name}</span>{short}
                    </li>
                }
            })
            .collect_view()
            .into_any()
    }
}

fn option_id(index: usize) -> String {
    format!("customer-option-{index}")
}
