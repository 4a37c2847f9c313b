//! The organisation: units as a tree, the people in them, and the forms for
//! both. Who may not change people sees the tree alone.

use crate::api::{self, Organisation, SavePersonFn, SaveUnitFn};
use crate::nav::{Place, SettingsNav};
use crate::sign_in::PasswordField;
use domain::ids::{UnitId, UserId};
use domain::org::{NAME_MAX, PASSWORD_MIN, Person, PersonForm, Unit, UnitForm, UnitKind};
use domain::policy::{Action, Role};
use i18n::keys::{auth, common, settings};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Avatar, Empty, Failed, Heading, Icon, Skeleton};
use ui::form::{FormActions, FormError, Refusals, SelectField, TextField, Unseen, typed_or};
use ui::live::{Live, RESYNC};
use ui::{ApiError, facts, t, texts, words};

const PATH: &str = "/settings/people";
/// Deepest tree that is drawn; a deeper one is a loop.
const DEPTH: usize = 12;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    Tree,
    AddPerson { unit: Option<UnitId> },
    EditPerson(UserId),
    AddUnit { parent: Option<UnitId> },
    EditUnit(UnitId),
}

impl Shown {
    fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let unit = get("unit").and_then(|id| UnitId::parse(&id));
        match (get("edit").and_then(|id| UserId::parse(&id)), get("add").as_deref(), unit) {
            (Some(id), _, _) => Self::EditPerson(id),
            (None, Some("person"), unit) => Self::AddPerson { unit },
            (None, Some("unit"), parent) => Self::AddUnit { parent },
            (None, None, Some(unit)) => Self::EditUnit(unit),
            _ => Self::Tree,
        }
    }
}

#[component]
pub fn PeoplePage() -> impl IntoView {
    let query = use_query_map();
    let manages = facts().may(Action::ManagePeople);
    let shown = Memo::new(move |_| query.with(|q| if manages { Shown::read(|name| q.get(name)) } else { Shown::Tree }));
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        // An open form is not taken away from under the hands.
        if matches!(event.topic.as_str(), "org" | RESYNC) && shown.get_untracked() == Shown::Tree {
            heard.update(|n| *n += 1);
        }
    });
    let found = Resource::new(move || (shown.get(), heard.get()), |_| api::people());
    let save = ServerAction::<SavePersonFn>::new();
    let save_unit = ServerAction::<SaveUnitFn>::new();
    Effect::new(move |before: Option<Shown>| {
        // Another form begins without the last one's refusals.
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
            save_unit.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(settings::PEOPLE)/>
            <div class="end">
                {move || (manages && shown.get() == Shown::Tree).then(|| view! {
                    <a class="btn" href=format!("{PATH}?add=unit")><Icon name="building-2" class="i-14"/><span>{t(settings::ADD_UNIT)}</span></a>
                    <a class="btn btn-primary" href=format!("{PATH}?add=person")><Icon name="plus" class="i-14"/><span>{t(settings::ADD_PERSON)}</span></a>
                })}
            </div>
        </header>
        <div class="body">
            <div class="sections">
                <SettingsNav here=Place::People/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => match shown.get_untracked() {
                                Shown::Tree => view! { <Tree found manages/> }.into_any(),
                                Shown::AddPerson { unit } => view! { <AddPerson found unit save/> }.into_any(),
                                Shown::EditPerson(id) => view! { <EditPerson found id save/> }.into_any(),
                                Shown::AddUnit { parent } => view! { <AddUnit found parent save=save_unit/> }.into_any(),
                                Shown::EditUnit(id) => view! { <EditUnit found id save=save_unit/> }.into_any(),
                            },
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

#[component]
fn Tree(found: Organisation, manages: bool) -> impl IntoView {
    let count = texts().n(common::N_PEOPLE_ONE, common::N_PEOPLE_MANY, whole(found.people.iter().filter(|p| p.active).count()));
    let roots = children(&found, None);
    view! {
        <section class="card-box" data-people="">
            <header><h2>{found.name.clone()}</h2><span class="total">{count}</span></header>
            <ul class="org-tree">{roots.into_iter().map(|unit| branch(&found, unit, manages, 0)).collect_view()}</ul>
        </section>
    }
}

/// The units directly below one; at the top those whose parent is not shown.
fn children(found: &Organisation, parent: Option<UnitId>) -> Vec<&Unit> {
    let shown = |id: &UnitId| found.units.iter().any(|u| u.id == *id);
    found.units.iter().filter(|u| u.parent.filter(|id| shown(id)) == parent).collect()
}

fn branch(found: &Organisation, unit: &Unit, manages: bool, depth: usize) -> AnyView {
    let people: Vec<_> = found.people.iter().filter(|p| p.unit == unit.id).cloned().collect();
    let below = if depth < DEPTH { children(found, Some(unit.id)) } else { Vec::new() };
    let below: Vec<_> = below.into_iter().map(|unit| branch(found, unit, manages, depth + 1)).collect();
    let empty = people.is_empty() && below.is_empty();
    let icon = match unit.kind {
        UnitKind::Company => "building-2",
        UnitKind::Region | UnitKind::Team => "users",
    };
    let add = texts().fmt(settings::ADD_PERSON_TO, &[("unit", &unit.name)]);
    let edit = texts().fmt(settings::EDIT_UNIT, &[("name", &unit.name)]);
    let edit_at = format!("{PATH}?unit={}", unit.id);
    let add_to = format!("{PATH}?add=person&unit={}", unit.id);
    let active = people.iter().filter(|p| p.active).count();
    view! {
        <li>
            <div class="unit">
                <Icon name=icon/><span>{unit.name.clone()}</span>
                <span class="muted">{t(words::unit_kind(unit.kind))}{(active > 0).then(|| format!(" · {}", texts().n(common::N_PEOPLE_ONE, common::N_PEOPLE_MANY, whole(active))))}</span>
                {manages.then(|| view! {
                    <a class="btn btn-icon btn-s push" href=edit_at aria-label=edit.clone() title=edit><Icon name="square-pen" class="i-14"/></a>
                    <a class="btn btn-icon btn-s" href=add_to aria-label=add.clone() title=add><Icon name="plus" class="i-14"/></a>
                })}
            </div>
            {(!empty).then(|| view! {
                <ul>
                    {people.into_iter().map(|person| view! { <PersonRow person manages/> }).collect_view()}
                    {below}
                </ul>
            })}
        </li>
    }
    .into_any()
}

#[component]
fn PersonRow(person: Person, manages: bool) -> impl IntoView {
    let edit = texts().fmt(settings::EDIT_PERSON, &[("name", &person.name)]);
    view! {
        <li>
            <div class="person">
                <Avatar id=person.id name=person.name.clone()/>
                <span class="grow"><b>{person.name}</b><small>{t(words::role(person.role))}" · "{person.email}</small></span>
                {(!person.active).then(|| view! { <span class="badge badge-outline">{t(settings::INACTIVE)}</span> })}
                {manages.then(|| view! {
                    <a class="btn btn-icon btn-s" href=format!("{PATH}?edit={}", person.id) aria-label=edit.clone() title=edit><Icon name="square-pen" class="i-14"/></a>
                })}
            </div>
        </li>
    }
}

#[component]
fn AddPerson(found: Organisation, unit: Option<UnitId>, save: ServerAction<SavePersonFn>) -> impl IntoView {
    let unit = unit.or_else(|| found.units.first().map(|u| u.id)).map(|id| id.to_string()).unwrap_or_default();
    let form = PersonForm { unit, role: Role::Salesperson.code().to_owned(), active: true, ..PersonForm::default() };
    view! { <PersonEditor found form save/> }
}

#[component]
fn EditPerson(found: Organisation, id: UserId, save: ServerAction<SavePersonFn>) -> impl IntoView {
    let Some(person) = found.people.iter().find(|p| p.id == id).cloned() else {
        return view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any();
    };
    let form = PersonForm {
        id: person.id.to_string(),
        request: String::new(),
        name: person.name,
        email: person.email,
        role: person.role.code().to_owned(),
        unit: person.unit.to_string(),
        password: String::new(),
        active: person.active,
        version: person.version,
    };
    view! { <PersonEditor found form save/> }.into_any()
}

#[component]
fn PersonEditor(found: Organisation, form: PersonForm, save: ServerAction<SavePersonFn>) -> impl IntoView {
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let is_new = form.id.is_empty();
    let title = if is_new { t(settings::ADD_PERSON).to_owned() } else { texts().fmt(settings::EDIT_PERSON, &[("name", &form.name)]) };
    let typed = typed_or(error.get_untracked().as_ref(), form.clone());
    // What came back of another form is not for this one.
    let form = if typed.id == form.id { typed } else { form };
    let units = unit_options(&found);
    // Who is no administrator makes none.
    let administrates = facts().viewer.as_ref().is_some_and(|v| v.role == Role::Administrator);
    let roles = Role::ALL
        .iter()
        .filter(|role| administrates || **role != Role::Administrator || form.role == Role::Administrator.code())
        .map(|role| (role.code().to_owned(), t(words::role(*role)).to_owned()))
        .collect();
    let rule = texts().fmt(auth::PASSWORD_RULE, &[("min", &PASSWORD_MIN.to_string())]);
    let hint = if is_new { rule } else { t(settings::PASSWORD_KEPT).to_owned() };
    let password = if is_new { settings::FIRST_PASSWORD } else { auth::NEW_PASSWORD };
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <TextField label=common::PERSON_NAME name="name" refusals value=form.name required=true max=NAME_MAX autocomplete="off"/>
                <TextField label=common::EMAIL name="email" refusals value=form.email required=true max=200 autocomplete="off" inputmode="email"/>
                <SelectField label=common::ROLE name="role" refusals value=form.role options=roles required=true/>
                <SelectField label=settings::UNIT name="unit" refusals value=form.unit options=units required=true/>
                <PasswordField label=password name="password" refusals autocomplete="new-password" hint required=is_new/>
                {if is_new {
                    view! { <input type="hidden" name="form[active]" value="true"/> }.into_any()
                } else {
                    view! {
                        <label class="check wide">
                            <input type="checkbox" name="form[active]" value="true" checked=form.active/>
                            <span>{t(settings::ACTIVE_PERSON)}<small>{t(settings::ACTIVE_PERSON_HINT)}</small></span>
                        </label>
                    }.into_any()
                }}
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}

#[component]
fn AddUnit(found: Organisation, parent: Option<UnitId>, save: ServerAction<SaveUnitFn>) -> impl IntoView {
    let parent = parent.or_else(|| found.units.first().map(|u| u.id)).map(|id| id.to_string()).unwrap_or_default();
    view! { <UnitEditor found form=UnitForm { parent, ..UnitForm::default() } save/> }
}

#[component]
fn EditUnit(found: Organisation, id: UnitId, save: ServerAction<SaveUnitFn>) -> impl IntoView {
    let Some(unit) = found.units.iter().find(|u| u.id == id).cloned() else {
        return view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any();
    };
    let parent = unit.parent.map(|id| id.to_string()).unwrap_or_default();
    view! { <UnitEditor found form=UnitForm { id: unit.id.to_string(), parent, name: unit.name, ..UnitForm::default() } save/> }.into_any()
}

#[component]
fn UnitEditor(found: Organisation, form: UnitForm, save: ServerAction<SaveUnitFn>) -> impl IntoView {
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let is_new = form.id.is_empty();
    let title = if is_new { t(settings::ADD_UNIT).to_owned() } else { texts().fmt(settings::EDIT_UNIT, &[("name", &form.name)]) };
    let typed = typed_or(error.get_untracked().as_ref(), form.clone());
    let form = if typed.id == form.id { typed } else { form };
    let parents: Vec<_> = unit_options(&found).into_iter().filter(|(id, _)| *id != form.id).collect();
    // The company stands below nothing.
    let below = is_new || !form.parent.is_empty();
    let hint = if is_new { settings::UNIT_HINT } else { settings::MOVE_HINT };
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=0/>
                {below.then(|| view! { <SelectField label=settings::PARENT_UNIT name="parent" refusals value=form.parent options=parents required=true/> })}
                <TextField label=common::NAME name="name" refusals value=form.name required=true max=NAME_MAX autocomplete="off"/>
                {below.then(|| view! { <p class="hint">{t(hint)}</p> })}
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}

/// Units in the order of the tree, with the way to each.
fn unit_options(found: &Organisation) -> Vec<(String, String)> {
    fn walk(found: &Organisation, parent: Option<UnitId>, way: &str, depth: usize, out: &mut Vec<(String, String)>) {
        for unit in children(found, parent) {
            let name = if way.is_empty() { unit.name.clone() } else { format!("{way} / {}", unit.name) };
            out.push((unit.id.to_string(), name.clone()));
            // The company's own name would only repeat before all others.
            let way = if unit.kind == UnitKind::Company { "" } else { &name };
            if depth < DEPTH {
                walk(found, Some(unit.id), way, depth + 1, out);
            }
        }
    }
    let mut out = Vec::new();
    walk(found, None, "", 0, &mut out);
    out
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Shown {
        Shown::read(|name| query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn unit(id: u128, parent: Option<u128>, kind: UnitKind, name: &str) -> Unit {
        Unit { id: UnitId(uuid::Uuid::from_u128(id)), parent: parent.map(|p| UnitId(uuid::Uuid::from_u128(p))), kind, name: name.into() }
    }

    #[test]
    fn the_address_says_which_form_is_open() {
        let id = "018f0000-0000-7000-8000-000000000001";
        assert_eq!(read(&[]), Shown::Tree);
        assert_eq!(read(&[("edit", "x")]), Shown::Tree);
        assert_eq!(read(&[("edit", id), ("add", "person")]), Shown::EditPerson(UserId::parse(id).expect("an id")));
        assert_eq!(read(&[("add", "person"), ("unit", id)]), Shown::AddPerson { unit: UnitId::parse(id) });
        assert_eq!(read(&[("add", "unit")]), Shown::AddUnit { parent: None });
        assert_eq!(read(&[("unit", id)]), Shown::EditUnit(UnitId::parse(id).expect("an id")));
    }

    #[test]
    fn units_are_named_with_the_way_to_them() {
        let found = Organisation {
            name: "C".into(),
            people: Vec::new(),
            units: vec![
                unit(1, None, UnitKind::Company, "C"),
                unit(3, Some(2), UnitKind::Team, "T"),
                unit(2, Some(1), UnitKind::Region, "R"),
                unit(5, Some(9), UnitKind::Team, "lost"),
            ],
        };
        let names: Vec<_> = unit_options(&found).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["C", "R", "R / T", "lost"]);
    }
}
