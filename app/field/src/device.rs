//! What pages have to do with the scripts of a phone: their words, the place of the queue's
//! count, and bringing the page of checking in to life.

use i18n::keys::field;
use i18n::{Key, Texts};
use leptos::html;
use leptos::prelude::*;
use std::collections::BTreeMap;
#[cfg(feature = "hydrate")]
use wasm_bindgen::{JsCast, JsValue};

/// Words of `frontend/web/field.js`, by the names that it has for them.
const WORDS: &[(&str, Key)] = &[
    ("metres", field::METRES),
    ("kilometres", field::KILOMETRES),
    ("check_in", field::CHECK_IN),
    ("check_in_at", field::CHECK_IN_AT),
    ("check_out", field::CHECK_OUT),
    ("open_at", field::OPEN_AT),
    ("locate", field::LOCATE),
    ("measuring", field::MEASURING),
    ("accuracy", field::ACCURACY_NOW),
    ("accuracy_old", field::ACCURACY_OLD),
    ("why_denied", field::WHY_DENIED),
    ("why_unavailable", field::WHY_UNAVAILABLE),
    ("why_timeout", field::WHY_TIMEOUT),
    ("why_insecure", field::WHY_INSECURE),
    ("near_denied", field::NEAR_DENIED),
    ("near_unavailable", field::NEAR_UNAVAILABLE),
    ("near_timeout", field::NEAR_TIMEOUT),
    ("near_insecure", field::NEAR_INSECURE),
    ("verdict_OK", field::FORETOLD_OK),
    ("verdict_DOUBT", field::FORETOLD_DOUBT),
    ("verdict_OUT_OF_RANGE", field::FORETOLD_OUT),
    ("verdict_LOW_ACCURACY", field::FORETOLD_VAGUE),
    ("verdict_NO_FIX", field::FORETOLD_NONE),
    ("plot_label", field::PLOT_LABEL),
    ("choose_customer", field::CHOOSE_CUSTOMER),
    ("find", field::FIND),
    ("none_found", field::NONE_FOUND),
    ("photo", field::PHOTO),
    ("photo_required", field::PHOTO_REQUIRED),
    ("photo_one", field::PHOTO_ONE),
    ("photo_none", field::PHOTO_NONE),
    ("photo_unreadable", field::PHOTO_UNREADABLE),
    ("note", field::NOTE),
    ("next_step", field::NEXT_STEP),
    ("next_on", field::NEXT_ON),
    ("step_needs_day", field::STEP_NEEDS_DAY),
    ("queued", field::QUEUED),
    ("queued_signed_out", field::QUEUED_SIGNED_OUT),
    ("planned_today", field::PLANNED_TODAY),
    ("last_on", field::LAST_ON),
    ("follow_up", field::FOLLOW_UP),
    ("customer", field::CUSTOMER),
    ("keep", field::KEEP),
    ("nothing_kept", field::NOTHING_KEPT),
    ("today_kept", field::TODAY_KEPT),
    ("nothing_today", field::NOTHING_TODAY),
    ("waiting", field::WAITING),
    ("send_now", field::SEND_NOW),
];

/// Words of `frontend/web/pwa.js`, which is on every page.
const QUEUE_WORDS: &[(&str, Key)] = &[
    ("waiting", field::WAITING),
    ("waiting_offline", field::WAITING_OFFLINE),
    ("waiting_old", field::WAITING_OLD),
    ("send_now", field::SEND_NOW),
    ("drop_refused", field::DROP_REFUSED),
    ("drop_sure", field::DROP_SURE),
    ("sign_out_sure", field::SIGN_OUT_SURE),
    ("sign_out_offline", field::SIGN_OUT_OFFLINE),
    ("update", field::UPDATE),
    ("update_now", field::UPDATE_NOW),
];

fn words(list: &[(&str, Key)], texts: &Texts) -> String {
    let words: BTreeMap<&str, &str> = list.iter().map(|(name, key)| (*name, texts.get(*key))).collect();
    serde_json::to_string(&words).unwrap_or_default()
}

/// The words of the page of checking in, for a script.
#[must_use]
pub fn device_texts(texts: &Texts) -> String {
    words(WORDS, texts)
}

/// Where `pwa.js` says what waits to be sent, and that there is a new version. It is empty as
/// long as neither is so.
#[component]
pub fn QueuePlace() -> impl IntoView {
    let facts = ui::facts();
    let visits = if facts.may(domain::policy::Action::CheckIn) { "1" } else { "0" };
    facts.viewer.as_ref().map(|viewer| {
        let person = viewer.id.to_string();
        view! { <div id="field-queue" role="status" data-person=person data-visits=visits data-texts=words(QUEUE_WORDS, &ui::texts())></div> }
    })
}

/// For the element of the page of checking in: brought to life while it is there.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn alive() -> NodeRef<html::Div> {
    NodeRef::new()
}

/// For the element of the page of checking in: brought to life while it is there.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn alive() -> NodeRef<html::Div> {
    use std::cell::RefCell;
    use std::rc::Rc;
    let holder = NodeRef::<html::Div>::new();
    let end: Rc<RefCell<Option<js_sys::Function>>> = Rc::default();
    let gone = Rc::new(std::cell::Cell::new(false));
    let kept = StoredValue::new_local((end.clone(), gone.clone()));
    holder.on_load(move |holder| {
        let root: JsValue = holder.into();
        // Without the script it is the form that works without scripts.
        with_script(move || {
            if gone.get() {
                return;
            }
            let Some(window) = ui::browser::window() else { return };
            let mount = js_sys::Reflect::get(&window, &MOUNT.into()).ok().and_then(|found| found.dyn_into::<js_sys::Function>().ok());
            let ended = mount.and_then(|mount| mount.call1(&JsValue::NULL, &root).ok());
            *end.borrow_mut() = ended.and_then(|ended| ended.dyn_into().ok());
        });
    });
    on_cleanup(move || {
        if let Some((end, gone)) = kept.try_get_value() {
            gone.set(true);
            if let Some(end) = end.borrow_mut().take() {
                let _ = end.call0(&JsValue::NULL);
            }
        }
    });
    holder
}

/// Where the script leaves what brings the page to life.
#[cfg(feature = "hydrate")]
const MOUNT: &str = "weirField";

#[cfg(feature = "hydrate")]
fn with_script(then: impl FnOnce() + 'static) {
    use wasm_bindgen::prelude::Closure;
    let known = ui::browser::window().and_then(|window| js_sys::Reflect::get(&window, &MOUNT.into()).ok());
    if known.is_some_and(|known| known.is_function()) {
        return then();
    }
    let Some(document) = ui::browser::document() else { return };
    let script = document.create_element("script").ok().and_then(|script| script.dyn_into::<web_sys::HtmlScriptElement>().ok());
    let (Some(script), Some(head)) = (script, document.head()) else { return };
    script.set_type("module");
    script.set_src("/field.js");
    script.set_onload(Some(Closure::once_into_js(then).unchecked_ref()));
    let _ = head.append_child(&script);
}
