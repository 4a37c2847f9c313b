//! Rows chosen in a list, and the bar that says how many and offers what can be
//! done with them. The rows are plain HTML; the checkboxes in them report to the
//! table, and are painted after what is chosen.

use super::{Changer, Subject};
use crate::component::Icon;
use crate::markup::Markup;
use crate::modal::Modal;
use crate::{t, texts};
use i18n::keys::{change as words, common};
use i18n::{Key, Texts};
use leptos::html;
use leptos::prelude::*;
use std::collections::HashSet;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTableSectionElement};

/// What is chosen of the rows that are shown.
#[derive(Clone, Copy)]
pub struct Picks {
    chosen: RwSignal<HashSet<Uuid>>,
    /// The row that was chosen last: Shift chooses from there.
    anchor: StoredValue<Option<Uuid>>,
}

impl Default for Picks {
    fn default() -> Self {
        Self { chosen: RwSignal::new(HashSet::new()), anchor: StoredValue::new(None) }
    }
}

impl Picks {
    #[must_use]
    pub fn has(self, id: Uuid) -> bool {
        self.chosen.with_untracked(|chosen| chosen.contains(&id))
    }

    pub fn count(self) -> usize {
        self.chosen.with(HashSet::len)
    }

    pub fn clear(self) {
        if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
            self.chosen.set(HashSet::new());
        }
    }

    pub fn keep(self, only: &[Uuid]) {
        let gone = self.chosen.with_untracked(|chosen| chosen.iter().any(|id| !only.contains(id)));
        if gone {
            self.chosen.update(|chosen| chosen.retain(|id| only.contains(id)));
        }
    }

    fn all(self, ids: &[Uuid], on: bool) {
        self.chosen.update(|chosen| {
            for id in ids {
                if on {
                    chosen.insert(*id);
                } else {
                    chosen.remove(id);
                }
            }
        });
    }

    /// A checkbox was clicked, with or without Shift, in rows of this order.
    fn click(self, id: Uuid, on: bool, shift: bool, order: &[Uuid]) {
        let place = |id: Uuid| order.iter().position(|one| *one == id);
        let from = self.anchor.get_value().filter(|_| shift).and_then(place);
        let range = from.zip(place(id)).map(|(a, b)| &order[a.min(b)..=a.max(b)]);
        self.all(range.unwrap_or(&[id]), on);
        self.anchor.set_value(Some(id));
    }
}

/// Lets the checkboxes of a table's body work: `order` are its rows.
pub fn watch(picks: Picks, body: NodeRef<html::Tbody>, order: Vec<Uuid>) -> impl Fn(web_sys::MouseEvent) + 'static {
    picks.keep(&order);
    Effect::new(move |_| {
        let chosen = picks.chosen.get();
        if let Some(body) = body.get() {
            paint(&body, &chosen);
        }
    });
    move |event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(id) = input.get_attribute("data-pick").and_then(|id| Uuid::try_parse(&id).ok()) {
            picks.click(id, input.checked(), event.shift_key(), &order);
        }
    }
}

fn paint(body: &HtmlTableSectionElement, chosen: &HashSet<Uuid>) {
    let Ok(inputs) = body.query_selector_all("input[data-pick]") else { return };
    for at in 0..inputs.length() {
        let Some(input) = inputs.get(at).and_then(|node| node.dyn_into::<HtmlInputElement>().ok()) else { continue };
        let on = input.get_attribute("data-pick").and_then(|id| Uuid::try_parse(&id).ok()).is_some_and(|id| chosen.contains(&id));
        input.set_checked(on);
        if let Ok(Some(row)) = input.closest("tr") {
            // The class, and not `aria-selected`, which a row of a plain table cannot have.
            let _ = row.class_list().toggle_with_force("is-selected", on);
        }
    }
}

/// The box in the head that chooses every row of the page.
#[component]
pub fn PickAll(picks: Picks, order: Vec<Uuid>, label: Key) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let of = order.clone();
    Effect::new(move |_| {
        let n = picks.chosen.with(|chosen| of.iter().filter(|id| chosen.contains(id)).count());
        if let Some(input) = input.get() {
            input.set_checked(n > 0 && n == of.len());
            input.set_indeterminate(n > 0 && n < of.len());
        }
    });
    view! {
        <label class="pick">
            <input node_ref=input type="checkbox" data-pick-all="" aria-label=t(label) on:change=move |event| picks.all(&order, event_target_checked(&event))/>
        </label>
    }
}

/// The checkbox of a row, beside the link that names it.
#[must_use]
pub fn pick(t: Texts, picks: Picks, id: Uuid, title: &str, link: &Markup) -> Markup {
    maud::html! {
        span.row {
            label.pick {
                input type="checkbox" data-pick=(id) aria-label=(t.fmt(words::PICK, &[("title", title)])) checked[picks.has(id)];
            }
            (link)
        }
    }
}

/// How many are chosen, what can be done with them, and the way to choose none. `picked`: the
/// sentence, for one and for many.
#[component]
pub fn PickedBar(picks: Picks, label: Key, picked: (Key, Key), children: Children) -> impl IntoView {
    let (one, many) = picked;
    let sentence = move || texts().n(one, many, i64::try_from(picks.count()).unwrap_or(i64::MAX));
    view! {
        <div class="pickbar" role="region" aria-label=t(label) hidden=move || picks.count() == 0>
            <span class="num" role="status" data-picked="">{sentence}</span>
            {children()}
            <button class="btn btn-ghost" type="button" on:click=move |_| picks.clear()>{t(words::PICK_NONE)}</button>
        </div>
    }
}

/// How many are chosen, and the way to change them.
#[component]
pub fn PickBar<S: Subject>(picks: Picks, rows: StoredValue<Vec<S::Row>>, choices: S::Choices, changer: Changer<S>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let choices = StoredValue::new(choices);
    let close = Callback::new(move |()| {
        asking.set(false);
        changer.refused.set(None);
    });
    view! {
        <PickedBar picks label=S::WORDS.picked_bar picked=S::WORDS.picked>
            <button class="btn btn-primary" type="button" on:click=move |_| asking.set(true)>{t(words::CHANGE_FACT)}</button>
        </PickedBar>
        <Modal open=asking on_close=close>
            {move || asking.get().then(|| view! { <ManyForm picks rows choices changer close/> })}
        </Modal>
    }
}

#[component]
fn ManyForm<S: Subject>(
    picks: Picks,
    rows: StoredValue<Vec<S::Row>>,
    choices: StoredValue<S::Choices>,
    changer: Changer<S>,
    close: Callback<()>,
) -> impl IntoView {
    let first = S::OF_MANY.first().copied();
    let field = RwSignal::new(first);
    let form = NodeRef::<html::Form>::new();
    let n = i64::try_from(picks.chosen.with_untracked(HashSet::len)).unwrap_or(i64::MAX);
    let (one, many) = S::WORDS.title;
    let title = texts().n(one, many, n);
    let settled = Callback::new(move |left: Vec<S::Id>| {
        // What could not be changed stays chosen, to be looked at.
        picks.keep(&left.into_iter().map(Into::into).collect::<Vec<_>>());
        close.run(());
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        let Some((data, field)) = data.zip(field.get_untracked()) else { return };
        let chosen: Vec<S::Row> = rows.with_value(|rows| rows.iter().filter(|row| picks.has(S::id(row).into())).cloned().collect());
        changer.submit(field, &data, &chosen, settled);
    };
    let choose = move |event: web_sys::Event| {
        if let Some(chosen) = S::parse(&event_target_value(&event)) {
            changer.refused.set(None);
            field.set(Some(chosen));
        }
    };
    let options = S::OF_MANY
        .iter()
        .map(|one| view! { <option value=S::code(*one) selected=first == Some(*one)>{t(S::label(*one))}</option> })
        .collect_view();
    view! {
        <form class="dialog-form" node_ref=form on:submit=submit>
            <div class="dialog-h"><h2 id="dialog-title">{title}</h2>
                <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| close.run(())><Icon name="x"/></button>
            </div>
            <div class="dialog-b">
                {move || changer.refused.get().filter(|error| error.violations().is_empty()).map(|error| view! { <div class="form-error" role="alert">{error.sentence()}</div> })}
                <div class="field"><label for="change-what">{t(words::CHANGE_WHAT)}</label>
                    <select id="change-what" on:change=choose>{options}</select>
                </div>
                {move || field.get().map(|field| S::controls(field, None, choices.get_value(), changer.refused))}
            </div>
            <div class="dialog-f">
                <button class="btn btn-ghost" type="button" on:click=move |_| close.run(())>{t(common::CANCEL)}</button>
                <button class="btn btn-primary" type="submit" class:is-busy=changer.busy aria-busy=move || changer.busy.get().to_string()>{t(words::CHANGE_SAVE)}</button>
            </div>
        </form>
    }
}
