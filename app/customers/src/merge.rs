//! Two customers side by side: which stays, which value counts, what belongs to
//! each, and one button. Works without scripts.

use crate::fields::NoPage;
use crate::merge_api::{self as api, MERGE, MergeCustomersFn, PAIRS};
use crate::merged::{belongings, say_merged};
use crate::pairs::reasons;
use domain::customers::{CustomerForm, Size, Tier};
use domain::duplicates::merge::{Field, MergeForm, Pick, differing, proposed};
use domain::duplicates::page::{MergeSide, Merging, NAMED};
use domain::ids::CustomerId;
use domain::pipeline::Source;
use i18n::Key;
use i18n::keys::{common, customers, duplicates, nav};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::collections::BTreeMap;
use ui::component::{Heading, Icon, Skeleton};
use ui::form::{FormError, Refusals, request_id, typed_or};
use ui::picker::CustomerPicker;
use ui::toast::Toasts;
use ui::{Answer, ApiError, fmt, t, texts, words};

/// What somebody chose, by name of the control; kept when the values are read again.
type Picks = RwSignal<BTreeMap<&'static str, &'static str>>;

#[component]
pub fn MergePage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|q| {
            let get = |name: &str| q.get(name).unwrap_or_default();
            // Without scripts the picker sends what was typed under its own name.
            let b = Some(get("b")).filter(|b| !b.is_empty()).unwrap_or_else(|| get("form[customer]"));
            (CustomerId::parse(&get("a")), b.trim().to_owned())
        })
    });
    let save = ServerAction::<MergeCustomersFn>::new();
    let picks: Picks = RwSignal::new(BTreeMap::new());
    let found = Resource::new(move || asked.get(), |(a, b)| async move { load(a, b).await });
    let toasts = Toasts::here();
    Effect::new(move |_| {
        if let Some(Ok(merged)) = save.value().get() {
            say_merged(toasts, &merged);
        }
    });
    view! {
        <header class="top">
            <a class="back" href=PAIRS><Icon name="chevron-left" class="i-14"/>{t(duplicates::BACK_TO_LIST)}</a>
            <Heading text=t(duplicates::MERGE_TITLE)/>
        </header>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=10/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(Asked::Choose(id, name)) => view! { <Choose id name/> }.into_any(),
                        Ok(Asked::Two(two)) => view! { <Two two=*two save picks again=Callback::new(move |()| found.refetch())/> }.into_any(),
                        Err(error) => view! { <Not error a=asked.get_untracked().0/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// What the address asks for.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
enum Asked {
    /// The other customer is still to be chosen.
    Choose(CustomerId, String),
    Two(Box<Merging>),
}

async fn load(a: Option<CustomerId>, b: String) -> Answer<Asked> {
    let a = a.ok_or(ApiError::NotFound)?;
    if b.is_empty() {
        let found = crate::api::customer(a).await?;
        return if found.may_write { Ok(Asked::Choose(a, found.row.name)) } else { Err(ApiError::Forbidden) };
    }
    Ok(Asked::Two(Box::new(api::merging(a, b).await?)))
}

/// Why the two cannot be compared, and what to do.
#[component]
fn Not(error: ApiError, a: Option<CustomerId>) -> impl IntoView {
    match (error, a) {
        (error @ ApiError::Refused { .. }, Some(a)) => view! {
            <div class="empty" role="alert">
                <Icon name="circle-alert"/>
                <p>{error.sentence()}</p>
                <a class="btn" href=format!("{MERGE}?a={a}")>{t(duplicates::CHOOSE_AGAIN)}</a>
            </div>
        }
        .into_any(),
        (error, _) => view! { <NoPage error back=PAIRS label=duplicates::BACK_TO_LIST/> }.into_any(),
    }
}

/// Which other customer. With scripts choosing leads on at once.
#[component]
fn Choose(id: CustomerId, name: String) -> impl IntoView {
    let navigate = use_navigate();
    let on_choose = Callback::new(move |chosen: Option<CustomerId>| {
        if let Some(other) = chosen {
            navigate(&format!("{MERGE}?a={id}&b={other}"), NavigateOptions::default());
        }
    });
    view! {
        <form class="form is-narrow" method="get" action=MERGE>
            <h2 class="fs16">{t(duplicates::CHOOSE_TITLE)}</h2>
            <p class="muted">{texts().fmt(duplicates::CHOOSE_LEAD, &[("name", &name)])}</p>
            <input type="hidden" name="a" value=id.to_string()/>
            <CustomerPicker refusals=Refusals::none() on_choose/>
            <div class="form-actions">
                <button class="btn btn-primary" type="submit">{t(duplicates::CHOOSE)}</button>
                <a class="btn btn-ghost" href=format!("/customers/{id}")>{t(common::CANCEL)}</a>
            </div>
        </form>
    }
}

#[component]
fn Two(two: Merging, save: ServerAction<MergeCustomersFn>, picks: Picks, again: Callback<()>) -> impl IntoView {
    let answer = save.value();
    let error = Signal::derive(move || answer.get().and_then(Result::err));
    let Merging { a, b, why, keep_a } = two;
    let request = request_id();
    let fresh = MergeForm {
        keep: if keep_a { Pick::A } else { Pick::B }.code().to_owned(),
        fields: differing(&a.form, &b.form)
            .map(|field| (field.code().to_owned(), proposed(field, &a.form, &b.form, keep_a).code().to_owned()))
            .collect(),
        ..MergeForm::default()
    };
    let typed = typed_or(error.get_untracked().as_ref(), fresh);
    let chosen =
        move |name: &str, usual: &str| picks.with_untracked(|picks| picks.get(name).map_or(usual.to_owned(), |code| (*code).to_owned()));
    let keep = chosen("keep", &typed.keep);
    let rows: Vec<_> = differing(&a.form, &b.form)
        .map(|field| {
            let usual = typed.fields.get(field.code()).map_or(Pick::A.code(), String::as_str);
            differs(field, [&a, &b], &chosen(field.code(), usual), picks)
        })
        .collect();
    let alike = if why.is_empty() {
        view! { <p class="banner banner-warn"><Icon name="circle-alert"/><span>{t(duplicates::NOT_LOOKING_ALIKE)}</span></p> }.into_any()
    } else {
        view! { <p class="row dup-why"><span class="muted fs13">{t(duplicates::ALIKE)}</span>{reasons(why)}</p> }.into_any()
    };
    let back = format!("/customers/{}", a.form.id);
    view! {
        <ActionForm action=save>
            <div class="mg">
                <FormError error/>
                <Stale error again save/>
                <input type="hidden" name="form[a]" value=a.form.id.clone()/>
                <input type="hidden" name="form[b]" value=b.form.id.clone()/>
                <input type="hidden" name="form[a_version]" value=a.form.version.to_string()/>
                <input type="hidden" name="form[b_version]" value=b.form.version.to_string()/>
                <input type="hidden" name="form[request]" value="" prop:value=request/>
                {alike}
                <fieldset class="mg-set" data-field="keep">
                    <legend>{t(duplicates::KEEP_WHICH)}</legend>
                    <div class="mg-two">{keeps(&a, Pick::A, &keep, picks)}{keeps(&b, Pick::B, &keep, picks)}</div>
                </fieldset>
                <section aria-labelledby="mg-differing">
                    <h2 id="mg-differing">{t(duplicates::DIFFERING)}</h2>
                    {if rows.is_empty() {
                        view! { <p class="muted">{t(duplicates::NOTHING_DIFFERS)}</p> }.into_any()
                    } else {
                        view! { <p class="muted fs13">{t(duplicates::DIFFERING_LEAD)}</p>{rows}}.into_any()
                    }}
                </section>
                {equal(&a, &b)}
                <section aria-labelledby="mg-moves">
                    <h2 id="mg-moves">{t(duplicates::MOVES)}</h2>
                    <div class="mg-two">{belongs(&a, Pick::A)}{belongs(&b, Pick::B)}</div>
                </section>
                <p>{t(duplicates::WHAT_HAPPENS)}</p>
                <div class="form-actions">
                    <button class="btn btn-primary" type="submit" class:is-busy=save.pending() aria-busy=move || save.pending().get().to_string()>
                        <Icon name="git-merge" class="i-14"/>{move || if save.pending().get() { t(common::SAVING) } else { t(duplicates::MERGE) }}
                    </button>
                    <a class="btn btn-ghost" href=back>{t(common::CANCEL)}</a>
                </div>
            </div>
        </ActionForm>
    }
}

/// One of the two was changed meanwhile: it is read again, and what was chosen stays.
#[component]
fn Stale(#[prop(into)] error: Signal<Option<ApiError>>, again: Callback<()>, save: ServerAction<MergeCustomersFn>) -> impl IntoView {
    let stale = Memo::new(move |_| matches!(error.get(), Some(ApiError::Stale { .. })));
    let look = move |_| {
        save.clear();
        again.run(());
    };
    view! {
        {move || stale.get().then(|| view! {
            <div class="banner banner-warn">
                <Icon name="git-compare"/><span class="grow">{t(duplicates::STALE_KEPT)}</span>
                <button class="btn btn-s" type="button" on:click=look>{t(duplicates::STALE_LOOK)}</button>
            </div>
        })}
    }
}

const fn letter(pick: Pick) -> Key {
    match pick {
        Pick::A => duplicates::SIDE_A,
        Pick::B => duplicates::SIDE_B,
        Pick::Both => duplicates::BOTH,
    }
}

/// A radio button in a box of its own.
fn option(name: &'static str, form_name: String, pick: Pick, chosen: &str, picks: Picks, inside: AnyView) -> impl IntoView + use<> {
    let checked = pick.code() == chosen;
    let choose = move |_| {
        picks.update(|picks| {
            picks.insert(name, pick.code());
        });
    };
    view! {
        <label class="mg-opt">
            <input type="radio" name=form_name value=pick.code() checked=checked prop:checked=checked on:change=choose/>
            <span class="badge" aria-hidden=(pick == Pick::Both).then_some("true")>{t(letter(pick))}</span>
            <span class="mg-value">{inside}</span>
        </label>
    }
}

fn keeps(side: &MergeSide, pick: Pick, chosen: &str, picks: Picks) -> impl IntoView + use<> {
    let facts = ui::facts();
    let owner = if side.owner.is_empty() { t(nav::PUBLIC_POOL).to_owned() } else { side.owner.clone() };
    let added = words::day(&facts, ui::error::local(&facts, side.created_at).date_naive());
    let small = [owner, texts().fmt(duplicates::ADDED_ON, &[("day", &added)])].join(" · ");
    let counts = counts(side);
    let inside =
        view! { <b>{side.form.name.clone()}</b><small class="muted">{small}</small><small class="muted">{counts}</small> }.into_any();
    option("keep", "form[keep]".to_owned(), pick, chosen, picks, inside)
}

fn counts(side: &MergeSide) -> String {
    let counts = belongings([side.contacts_total, side.deals_total, side.follow_ups, side.tasks]);
    if counts.is_empty() { t(duplicates::NO_BELONGINGS).to_owned() } else { counts.join(" · ") }
}

fn differs(field: Field, [a, b]: [&MergeSide; 2], chosen: &str, picks: Picks) -> AnyView {
    let name = format!("form[fields][{}]", field.code());
    let one = |side: &MergeSide, pick: Pick| {
        option(field.code(), name.clone(), pick, chosen, picks, view! { <span class="pre">{shown(field, side)}</span> }.into_any())
    };
    let both = field.joins().then(|| option(field.code(), name.clone(), Pick::Both, chosen, picks, ().into_any()));
    view! {
        <fieldset class="mg-set" data-field=field.code()>
            <legend>{t(label(field))}</legend>
            <div class="mg-two">{one(a, Pick::A)}{one(b, Pick::B)}{both}</div>
        </fieldset>
    }
    .into_any()
}

/// The fields that are the same, folded.
fn equal(a: &MergeSide, b: &MergeSide) -> impl IntoView + use<> {
    let different: Vec<Field> = differing(&a.form, &b.form).collect();
    let same: Vec<Field> = Field::ALL.iter().copied().filter(|field| !different.contains(field) && !field.of(&a.form).is_empty()).collect();
    let n = same.len();
    let lines: Vec<_> = same.into_iter().map(|field| view! { <div><dt>{t(label(field))}</dt><dd>{shown(field, a)}</dd></div> }).collect();
    (n > 0).then(|| {
        view! {
            <details class="mg-equal">
                <summary>{texts().fmt(duplicates::EQUAL, &[("n", &fmt::integer(i64::try_from(n).unwrap_or_default()))])}</summary>
                <dl class="facts-list">{lines}</dl>
            </details>
        }
    })
}

/// What belongs to one of the two, each with its page.
fn belongs(side: &MergeSide, pick: Pick) -> impl IntoView + use<> {
    let listed = i64::try_from(NAMED).unwrap_or_default();
    let more = |total: i64| {
        (total > listed)
            .then(|| view! { <li class="muted">{texts().fmt(duplicates::MOVES_MORE, &[("n", &fmt::integer(total - listed))])}</li> })
    };
    let contacts = side
        .contacts
        .iter()
        .map(|contact| view! { <li><a href=format!("/contacts/{}/edit", contact.id)>{contact.name.clone()}</a></li> })
        .collect::<Vec<_>>();
    let deals =
        side.deals.iter().map(|(id, title)| view! { <li><a href=format!("/deals/{id}")>{title.clone()}</a></li> }).collect::<Vec<_>>();
    view! {
        <div class="mg-side" data-side=pick.code()>
            <h3><span class="badge">{t(letter(pick))}</span><a href=format!("/customers/{}", side.form.id)>{side.form.name.clone()}</a></h3>
            <p class="muted fs13">{counts(side)}</p>
            {(!contacts.is_empty()).then(|| view! { <h4>{t(nav::CONTACTS)}</h4><ul>{contacts}{more(side.contacts_total)}</ul> })}
            {(!deals.is_empty()).then(|| view! { <h4>{t(customers::RELATED)}</h4><ul>{deals}{more(side.deals_total)}</ul> })}
        </div>
    }
}

const fn label(field: Field) -> Key {
    match field {
        Field::Name => common::NAME,
        Field::ShortName => customers::SHORT_NAME,
        Field::Tier => common::TIER,
        Field::Owner => common::OWNER,
        Field::Source => common::SOURCE,
        Field::Industry => common::INDUSTRY,
        Field::Region => common::REGION,
        Field::Size => common::SIZE,
        Field::TaxNumber => customers::TAX_NUMBER,
        Field::Phone => common::PHONE,
        Field::Website => common::WEBSITE,
        Field::Address => common::ADDRESS,
        Field::Position => customers::POSITION,
        Field::Notes => common::NOTES,
    }
}

/// A value in words.
fn shown(field: Field, side: &MergeSide) -> String {
    let form: &CustomerForm = &side.form;
    let value = field.of(form);
    let said = match field {
        Field::Tier => Tier::parse(&value).map(words::tier),
        Field::Source => Source::parse(&value).map(|source| t(words::source(source)).to_owned()),
        Field::Size => Size::parse(&value).map(words::size),
        Field::Owner if value.is_empty() => Some(t(nav::PUBLIC_POOL).to_owned()),
        Field::Owner => Some(side.owner.clone()),
        Field::Position if !value.is_empty() => {
            Some(texts().fmt(customers::POSITION_OF, &[("lat", &form.latitude), ("lon", &form.longitude)]))
        }
        _ => None,
    };
    said.or_else(|| Some(value).filter(|value| !value.is_empty())).unwrap_or_else(|| fmt::NO_VALUE.to_owned())
}
