//! What would happen: every row counted once, the rows behind each count, what
//! becomes of duplicates and refused rows, and the button that imports.

use crate::api::{ChooseImportFn, CorrectImportFn, RunImportFn};
use crate::mapping::Discard;
use crate::page::Desk;
use crate::row::{EditRow, reasons};
use crate::{PATH, address};
use domain::imports::{Counts, Decision, FieldName, ImportCheck, ImportDetail, Part, RowOf, Twins};
use i18n::Key;
use i18n::keys::{common, data};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Empty, Failed, Icon};
use ui::form::{Refusals, Unseen};
use ui::{Answer, ApiError, fmt, t, texts};

#[component]
pub(crate) fn Check(detail: ImportDetail, check: Answer<ImportCheck>, desk: Desk) -> impl IntoView {
    let id = detail.row.id.to_string();
    let version = detail.row.version;
    let map = address(&id, &[("step", "map")]);
    view! {
        {match check {
            Ok(found) => view! { <Found found detail desk/> }.into_any(),
            // A field that is needed has no column any more.
            Err(error @ ApiError::Refused { .. }) => {
                view! { <div class="form-error" role="alert">{error.sentence()}" "<a href=map>{t(data::STEP_MAP)}</a></div> }.into_any()
            }
            Err(error) => view! { <Failed error/> }.into_any(),
        }}
        <Discard id version/>
    }
}

#[component]
fn Found(found: ImportCheck, detail: ImportDetail, desk: Desk) -> impl IntoView {
    let correct = desk.correct;
    let id = detail.row.id.to_string();
    let ImportCheck { version, counts, part, rows, next, edit } = found;
    let nothing = rows.is_empty();
    let editing = edit.as_ref().map(|edit| edit.number);
    let (fields, names) = (detail.fields.clone(), detail.fields.clone());
    let lines = rows.into_iter().map(|row| {
        let open = editing == Some(row.number);
        view! { <Line row id=id.clone() version part open fields=names.clone() correct/> }
    });
    let lines = lines.collect_view();
    let more = next.map(|next| address(&id, &[("step", "check"), ("part", part.code()), ("after", &next.to_string())]));
    let download = (counts.refused > 0).then(|| refused_rows(&detail));
    view! {
        <section class="card-box">
            <h2>{t(data::CHECK_TITLE)}</h2>
            <Figures id=id.clone() counts part/>
            <p class="fs13 muted">{t(data::CHECK_HOW)}</p>
            <Choices detail=detail.clone() version counts choose=desk.choose/>
            <Go detail=detail.clone() version counts/>
        </section>
        {edit.map(|edit| view! { <EditRow edit fields id=id.clone() version part correct/> })}
        <section class="card-box" data-part=part.code()>
            <header><h2>{t(part_name(part))}</h2><span class="count num">{fmt::integer(counts.of(part))}</span>
                {download.map(|(href, label)| view! { <a class="btn btn-s" href=href download="" rel="external"><Icon name="download" class="i-14"/><span>{label}</span></a> })}
            </header>
            {if nothing {
                view! { <Empty icon="check" text=t(data::NO_SUCH_ROWS).to_owned()/> }.into_any()
            } else {
                view! {
                    <div class="table-wrap" tabindex="0" role="region" aria-label=t(data::ROWS)>
                        <table class="table cards-on-phone">
                            <thead><tr>
                                <th scope="col" class="r">{t(data::LINE)}</th><th scope="col">{t(common::NAME)}</th><th scope="col">{t(data::WHY)}</th>
                                <th scope="col"><span class="sr">{t(data::DECIDE)}</span></th>
                            </tr></thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
            {more.map(|href| view! { <p class="imp-more"><a class="btn" href=href>{t(data::NEXT_ROWS)}</a></p> })}
        </section>
    }
}

/// Where the refused rows are as the kind of file that they came in, and what the
/// link says.
pub(crate) fn refused_rows(detail: &ImportDetail) -> (String, String) {
    let kind = if detail.sheet.is_empty() { "csv" } else { "xlsx" };
    let label = texts().fmt(data::DOWNLOAD_REFUSED, &[("kind", &kind.to_uppercase())]);
    (format!("/export/imports/{}.{kind}", detail.row.id), label)
}

fn part_name(part: Part) -> Key {
    match part {
        Part::Made => data::PART_MADE,
        Part::Twin => data::PART_TWIN,
        Part::Refused => data::PART_REFUSED,
        Part::Left => data::PART_LEFT,
    }
}

/// Each figure opens the rows that it counts.
#[component]
fn Figures(id: String, counts: Counts, part: Part) -> impl IntoView {
    let figure = |one: Part| {
        let href = address(&id, &[("step", "check"), ("part", one.code())]);
        view! {
            <li><a href=href aria-current=(one == part).then_some("true") data-figure=one.code()>
                <b class="num">{fmt::integer(counts.of(one))}</b><span>{t(part_name(one))}</span>
            </a></li>
        }
    };
    let figures =
        [Part::Made, Part::Twin, Part::Refused, Part::Left].into_iter().filter(|one| *one != Part::Left || counts.left > 0).map(figure);
    let twins = (counts.made_twins > 0).then(|| texts().fmt(data::MADE_TWINS, &[("n", &fmt::integer(counts.made_twins))]));
    view! {
        <ul class="imp-figures">{figures.collect_view()}</ul>
        {twins.map(|twins| view! { <p class="fs13">{twins}</p> })}
    }
}

/// What becomes of duplicates and refused rows.
#[component]
fn Choices(detail: ImportDetail, version: i32, counts: Counts, choose: ServerAction<ChooseImportFn>) -> impl IntoView {
    let answer = choose.value();
    let told = Memo::new(move |_| answer.get().and_then(Result::err).map(|error| error.sentence()));
    let asks = counts.twin + counts.made_twins > 0 || counts.refused > 0 || detail.leave_out;
    let twins = detail.twins;
    let one = move |value: Twins, label: Key| {
        let chosen = twins == value;
        view! { <label class="imp-kind"><input type="radio" name="form[twins]" value=value.code() checked=chosen/><span>{t(label)}</span></label> }
    };
    asks.then(|| {
        view! {
            <ActionForm action=choose attr:class="imp-choices" attr:data-choices="">
                <Unseen id=detail.row.id.to_string() version/>
                <fieldset class="imp-kinds"><legend>{t(data::TWINS)}</legend>{one(Twins::Skip, data::TWINS_SKIP)}{one(Twins::Make, data::TWINS_MAKE)}</fieldset>
                <label class="check"><input type="checkbox" name="form[leave_out]" value="true" checked=detail.leave_out/><span>{t(data::LEAVE_OUT)}</span></label>
                <button class="btn" type="submit">{t(common::APPLY)}</button>
                <p class="err" role="alert" hidden=move || told.get().is_none()>{move || told.get()}</p>
            </ActionForm>
        }
    })
}

/// Imports, or says why it cannot.
#[component]
fn Go(detail: ImportDetail, version: i32, counts: Counts) -> impl IntoView {
    let run = ServerAction::<RunImportFn>::new();
    let answer = run.value();
    let failed = detail.state.failed.clone().map(|violation| ui::error::violation_sentence(&violation));
    let told = Memo::new(move |_| match answer.get() {
        Some(Err(error)) => Some(error.sentence()),
        _ => failed.clone(),
    });
    let not_yet = if counts.made == 0 {
        Some(t(i18n::keys::errors::IMPORT_NOTHING))
    } else {
        (counts.refused > 0 && !detail.leave_out).then(|| t(data::REFUSED_FIRST))
    };
    let label = texts().n(data::IMPORT_N_ONE, data::IMPORT_N_MANY, counts.made);
    view! {
        <ActionForm action=run attr:class="imp-go" attr:data-go="">
            <Unseen id=detail.row.id.to_string() version/>
            <input type="hidden" name="form[made]" value=counts.made.to_string()/>
            <p class="form-error" role="alert" hidden=move || told.get().is_none()>{move || told.get()}</p>
            <button class="btn btn-primary" type="submit" disabled=not_yet.is_some() class:is-busy=run.pending()>{label}</button>
            {not_yet.map(|why| view! { <span class="muted fs13" data-not-yet="">{why}</span> })}
            <a class="btn btn-ghost" href=PATH>{t(data::LATER)}</a>
        </ActionForm>
    }
}

/// A row, why it is there, and what can be decided about it.
#[component]
fn Line(
    row: RowOf,
    id: String,
    version: i32,
    part: Part,
    open: bool,
    fields: Vec<FieldName>,
    correct: ServerAction<CorrectImportFn>,
) -> impl IntoView {
    let number = row.number.to_string();
    let edit = address(&id, &[("step", "check"), ("part", part.code()), ("row", &number)]);
    let title = if row.title.is_empty() { fmt::NO_VALUE.to_owned() } else { row.title.clone() };
    let spoken = texts().fmt(data::EDIT_ROW_OF, &[("row", &number)]);
    // Left out by hand: only that can be taken back.
    let all = [
        (part == Part::Twin, Decision::Make, data::MAKE_ROW, data::MAKE_ROW_OF),
        (part != Part::Left, Decision::Skip, data::SKIP_ROW, data::SKIP_ROW_OF),
        (row.decision != Decision::Usual, Decision::Usual, data::USUAL_ROW, data::USUAL_ROW_OF),
    ];
    let decisions = all.into_iter().filter(|(may, ..)| *may).map(|(_, decision, label, spoken)| {
        let spoken = texts().fmt(spoken, &[("row", &number)]);
        view! { <Decide id=id.clone() version row=number.clone() part decision label spoken correct/> }
    });
    let decisions = decisions.collect_view();
    let why = reasons(row.found, &fields);
    view! {
        <tr data-row=number.clone() aria-current=open.then_some("true")>
            <td class="r num" data-label=t(data::LINE)>{number.clone()}</td>
            <td data-label=t(common::NAME) class="wrap">{title}</td>
            <td data-label=t(data::WHY) class="wrap">{why}</td>
            <td><span class="row row-1 imp-acts">
                <a class="btn btn-s" href=edit aria-label=spoken data-edit="">{t(data::EDIT_ROW)}</a>
                {decisions}
            </span></td>
        </tr>
    }
}

/// A button that decides about one row.
#[component]
fn Decide(
    id: String,
    version: i32,
    row: String,
    part: Part,
    decision: Decision,
    label: Key,
    spoken: String,
    correct: ServerAction<CorrectImportFn>,
) -> impl IntoView {
    view! {
        <ActionForm action=correct attr:class="imp-decide">
            <Unseen id version/>
            <input type="hidden" name="form[row]" value=row/>
            <input type="hidden" name="form[part]" value=part.code()/>
            <input type="hidden" name="form[decision]" value=decision.code()/>
            <button class="btn btn-s" type="submit" aria-label=spoken data-decide=decision.code()>{t(label)}</button>
        </ActionForm>
    }
}

/// Refusals of the last correction, at the fields of its row.
pub(crate) fn refusals(correct: ServerAction<CorrectImportFn>) -> Refusals {
    let answer = correct.value();
    Refusals::of(move || answer.get())
}
