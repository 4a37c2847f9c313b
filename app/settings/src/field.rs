//! What the organisation sets of checking in: pictures, how long places and pictures are kept,
//! and how near one must be. A shorter time says what it touches before it is saved.

use crate::api::{self, SaveFieldFn};
use crate::editing::saved;
use crate::nav::{Place, SettingsNav};
use domain::field::settings::{EXACT_DAYS_MAX, FIELD_SETTINGS, FieldForm, FieldSettings, PHOTO_DAYS_MAX, PhotoRule, Touched};
use domain::field::{RADIUS_MAX_M, RADIUS_MIN_M};
use i18n::Key;
use i18n::keys::field;
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Versioned, typed_or};
use ui::refresh::on_change_when;
use ui::{ApiError, browser, fmt, t, texts};

#[component]
pub fn FieldSettingsPage() -> impl IntoView {
    let heard = RwSignal::new(0_u32);
    // Nothing is taken from under somebody who is filling in the form.
    on_change_when(
        |event| event.topic == "settings",
        || !browser::is_touched("form.field-rules"),
        move || {
            heard.try_update(|n| *n += 1);
        },
    );
    let save = ServerAction::<SaveFieldFn>::new();
    let written = saved(save);
    let found = Resource::new(move || (heard.get(), written.get()), |_| api::field_settings());
    view! {
        <header class="top">
            <Heading text=t(field::SETTINGS)/>
            <div class="end"><a class="btn btn-s" href="/field/visits"><Icon name="list-checks" class="i-14"/><span>{t(field::VISITS)}</span></a></div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Field/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => view! { <Editor found save/> }.into_any(),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

const fn rule(rule: PhotoRule) -> Key {
    match rule {
        PhotoRule::Optional => field::RULE_OPTIONAL,
        PhotoRule::Required => field::RULE_REQUIRED,
        PhotoRule::Off => field::RULE_OFF,
    }
}

/// What a refusal tells that a shorter time touches.
fn told(error: Option<&ApiError>) -> Option<String> {
    let found = error.map_or(&[][..], ApiError::violations);
    let n = |code: &str| {
        let told = found.iter().find(|violation| violation.code == code)?;
        told.params.iter().find(|(name, _)| name == "n")?.1.parse().ok()
    };
    let (places, photos) = (n("rounds_places"), n("erases_photos"));
    (places.is_some() || photos.is_some())
        .then(|| Touched { places: places.unwrap_or_default(), photos: photos.unwrap_or_default() }.told())
}

#[component]
fn Editor(found: FieldSettings, save: ServerAction<SaveFieldFn>) -> impl IntoView {
    let (version, value) = (save.version(), save.value());
    // An answer of version 0 came with the page.
    let before = version.get_untracked();
    let answer = move || {
        let now = version.get();
        if now == 0 || now != before { value.get() } else { None }
    };
    let error = Signal::derive(move || answer().and_then(Result::err));
    let refusals = Refusals::of(answer);
    let form: FieldForm = typed_or(error.get_untracked().as_ref(), FieldForm::of(&found.rules, found.version));
    // The tick is for these numbers: others make a new one.
    let sure = Memo::new(move |_| error.with(|error| told(error.as_ref())));
    let rules = PhotoRule::ALL.iter().map(|v| (v.code().to_owned(), t(rule(*v)).to_owned())).collect();
    let between = |key: Key, max: u32| texts().fmt(key, &[("max", &max.to_string())]);
    let radius = texts().fmt(field::RULE_RADIUS_HINT, &[("min", &RADIUS_MIN_M.to_string()), ("max", &RADIUS_MAX_M.to_string())]);
    let kept = texts().fmt(field::RULE_KEPT, &[("places", &fmt::integer(found.kept.places)), ("photos", &fmt::integer(found.kept.photos))]);
    view! {
        <section class="card-box" data-field-settings="">
            <p class="hint">{t(field::SETTINGS_HINT)}</p>
            <p data-kept-now="">{kept}</p>
            <ActionForm action=save attr:class="form field-rules">
                <FormError error/>
                <Versioned id=String::new() version=found.version error back=FIELD_SETTINGS.to_owned()/>
                <SelectField label=field::RULE_PHOTO name="photo" refusals value=form.photo options=rules required=true/>
                <p class="hint wide">{t(field::RULE_PHOTO_HINT)}</p>
                <TextField label=field::RULE_EXACT name="exact_days" refusals value=form.exact_days max=3 required=true autocomplete="off" inputmode="numeric" hint=between(field::RULE_EXACT_HINT, EXACT_DAYS_MAX)/>
                <TextField label=field::RULE_PHOTOS_KEPT name="photo_days" refusals value=form.photo_days max=4 required=true autocomplete="off" inputmode="numeric" hint=between(field::RULE_PHOTOS_KEPT_HINT, PHOTO_DAYS_MAX)/>
                <TextField label=field::RULE_RADIUS name="radius" refusals value=form.radius max=4 required=true autocomplete="off" inputmode="numeric" hint=radius/>
                {move || sure.get().map(|told| view! { <label class="check wide"><input type="checkbox" name="form[sure]" value=told/><span>{t(field::RULE_SURE)}</span></label> })}
                <FormActions pending=save.pending() back=FIELD_SETTINGS.to_owned()/>
            </ActionForm>
        </section>
    }
}
