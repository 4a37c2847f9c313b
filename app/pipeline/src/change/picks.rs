//! Rows chosen in a list, and the bar that says how many and offers what can be
//! done with them. The rows are plain HTML; the checkboxes in them report to the
//! table, and are painted after what is chosen.

use super::Changer;
use super::form::{FactFields, Field, Seen, read};
use domain::ids::DealId;
use domain::pipeline::Choices;
use i18n::keys::{common, deal};
use leptos::html;
use leptos::prelude::*;
use std::collections::HashSet;
use ui::component::Icon;
use ui::modal::Modal;
use ui::{ApiError, t, texts};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTableSectionElement};

/// What is chosen of the rows that are shown.
#[derive(Clone, Copy)]
pub struct Picks {
    chosen: RwSignal<HashSet<DealId>>,
    /// The row that was chosen last: Shift chooses from there.
    anchor: StoredValue<Option<DealId>>,
}

impl Default for Picks {
    fn default() -> Self {
        Self { chosen: RwSignal::new(HashSet::new()), anchor: StoredValue::new(None) }
    }
}

impl Picks {
    #[must_use]
    pub fn has(self, id: DealId) -> bool {
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

    pub fn keep(self, only: &[DealId]) {
        let gone = self.chosen.with_untracked(|chosen| chosen.iter().any(|id| !only.contains(id)));
        if gone {
            self.chosen.update(|chosen| chosen.retain(|id| only.contains(id)));
        }
    }

    fn all(self, ids: &[DealId], on: bool) {
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
    fn click(self, id: DealId, on: bool, shift: bool, order: &[DealId]) {
        let place = |id: DealId| order.iter().position(|one| *one == id);
        let from = self.anchor.get_value().filter(|_| shift).and_then(place);
        let range = from.zip(place(id)).map(|(a, b)| &order[a.min(b)..=a.max(b)]);
        self.all(range.unwrap_or(&[id]), on);
        self.anchor.set_value(Some(id));
    }
}

/// Lets the checkboxes of a table's body work: `order` are its rows.
pub fn watch(picks: Picks, body: NodeRef<html::Tbody>, order: Vec<DealId>) -> impl Fn(web_sys::MouseEvent) + 'static {
    picks.keep(&order);
    Effect::new(move |_| {
        let chosen = picks.chosen.get();
        if let Some(body) = body.get() {
            paint(&body, &chosen);
        }
    });
    move |event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(id) = input.get_attribute("data-pick").and_then(|id| DealId::parse(&id)) {
            picks.click(id, input.checked(), event.shift_key(), &order);
        }
    }
}

fn paint(body: &HtmlTableSectionElement, chosen: &HashSet<DealId>) {
    let Ok(inputs) = body.query_selector_all("input[data-pick]") else { return };
    for at in 0..inputs.length() {
        let Some(input) = inputs.get(at).and_then(|node| node.dyn_into::<HtmlInputElement>().ok()) else { continue };
        let on = input.get_attribute("data-pick").and_then(|id| DealId::parse(&id)).is_some_and(|id| chosen.contains(&id));
        input.set_checked(on);
        if let Ok(Some(row)) = input.closest("tr") {
            // The class, and not `aria-selected`, which a row of a plain table cannot have.
            let _ = row.class_list().toggle_with_force("is-selected", on);
        }
    }
}

/// The box in the head that chooses every row of the page.
#[component]
pub fn PickAll(picks: Picks, order: Vec<DealId>) -> impl IntoView {
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
            <input node_ref=input type="checkbox" data-pick-all="" aria-label=t(deal::PICK_PAGE) on:change=move |event| picks.all(&order, event_target_checked(&event))/>
        </label>
    }
}

/// How many are chosen, and the way to change them.
#[component]
pub fn PickBar(picks: Picks, rows: StoredValue<Vec<Seen>>, choices: Choices, changer: Changer) -> impl IntoView {
    let asking = RwSignal::new(false);
    let choices = StoredValue::new(choices);
    let close = Callback::new(move |()| {
        asking.set(false);
        changer.refused.set(None);
    });
    let sentence = move || texts().n(deal::PICKED_ONE, deal::PICKED_MANY, i64::try_from(picks.count()).unwrap_or(i64::MAX));
    view! {
        <div class="pickbar" role="region" aria-label=t(deal::PICKED_BAR) hidden=move || picks.count() == 0>
            <span class="num" role="status" data-picked="">{sentence}</span>
            <button class="btn btn-primary" type="button" on:click=move |_| asking.set(true)>{t(deal::CHANGE_FACT)}</button>
            <button class="btn btn-ghost" type="button" on:click=move |_| picks.clear()>{t(deal::PICK_NONE)}</button>
        </div>
        <Modal open=asking on_close=close>
            {move || asking.get().then(|| view! { <ManyForm picks rows choices changer close/> })}
        </Modal>
    }
}

#[component]
fn ManyForm(
    picks: Picks,
    rows: StoredValue<Vec<Seen>>,
    choices: StoredValue<Choices>,
    changer: Changer,
    close: Callback<()>,
) -> impl IntoView {
    let field = RwSignal::new(Field::Owner);
    let form = NodeRef::<html::Form>::new();
    let n = i64::try_from(picks.chosen.with_untracked(HashSet::len)).unwrap_or(i64::MAX);
    let title = texts().n(deal::CHANGE_TITLE_ONE, deal::CHANGE_TITLE_MANY, n);
    let settled = Callback::new(move |left: Vec<domain::ids::DealId>| {
        // What could not be changed stays chosen, to be looked at.
        picks.keep(&left);
        close.run(());
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        let Some(data) = data else { return };
        match read(field.get_untracked(), &data, "") {
            Ok(fact) => {
                let deals = rows.with_value(|rows| {
                    rows.iter().map(|row| &row.card).filter(|card| picks.has(card.id)).map(|card| (card.id, card.version)).collect()
                });
                changer.send(deals, fact, settled);
            }
            Err(violation) => changer.refused.set(Some(ApiError::Refused { found: vec![violation], typed: None })),
        }
    };
    let choose = move |event: web_sys::Event| {
        if let Some(chosen) = Field::parse(&event_target_value(&event)) {
            changer.refused.set(None);
            field.set(chosen);
        }
    };
    let options =
        Field::OF_MANY.map(|one| view! { <option value=one.code() selected=one == Field::Owner>{t(one.label())}</option> }).collect_view();
    view! {
        <form class="dialog-form" node_ref=form on:submit=submit>
            <div class="dialog-h"><h2 id="dialog-title">{title}</h2>
                <button class="btn btn-icon btn-s" type="button" aria-label=t(common::CLOSE) on:click=move |_| close.run(())><Icon name="x"/></button>
            </div>
            <div class="dialog-b">
                {move || changer.refused.get().filter(|error| error.violations().is_empty()).map(|error| view! { <div class="form-error" role="alert">{error.sentence()}</div> })}
                <div class="field"><label for="change-what">{t(deal::CHANGE_WHAT)}</label>
                    <select id="change-what" on:change=choose>{options}</select>
                </div>
                {move || view! { <FactFields field=field.get() row=None choices=choices.get_value() refused=changer.refused/> }}
            </div>
            <div class="dialog-f">
                <button class="btn btn-ghost" type="button" on:click=move |_| close.run(())>{t(common::CANCEL)}</button>
                <button class="btn btn-primary" type="submit" class:is-busy=changer.busy aria-busy=move || changer.busy.get().to_string()>{t(deal::CHANGE_SAVE)}</button>
            </div>
        </form>
    }
}
