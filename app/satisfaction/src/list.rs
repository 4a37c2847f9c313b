//! The surveys, each with its figures.

use crate::api;
use crate::frame::{Place, Tabs, signed, tenths};
use crate::words;
use domain::policy::Action;
use domain::rounding::ratio_bp;
use domain::survey::SurveyStatus;
use domain::survey::view::SurveyRow;
use i18n::keys::{common, method, satisfaction};
use leptos::prelude::*;
use ui::component::{Empty, ExportMenu, Failed, Heading, Icon, Skeleton};
use ui::method::MethodPanel;
use ui::refresh::on_change;
use ui::{facts, fmt, t};

#[component]
pub fn SurveysPage() -> impl IntoView {
    let again = RwSignal::new(0_u32);
    let found = Resource::new(move || again.get(), |_| api::surveys());
    on_change(
        |event| event.topic == "survey",
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    let facts = facts();
    let (may_design, may_ask) = (facts.may(Action::DesignSurveys), facts.may(Action::AskCustomers));
    view! {
        <header class="top">
            <Heading text=t(satisfaction::TITLE)/>
            <Tabs here=Place::Surveys/>
            <div class="end">
                <ExportMenu list="surveys" query=Signal::stored(String::new())/>
                {may_ask.then(|| view! { <a class="btn" href="/surveys/answers/new"><Icon name="notebook-pen" class="i-14"/><span>{t(satisfaction::NOTE)}</span></a> })}
                {may_design.then(|| view! { <a class="btn btn-primary" href="/surveys/new"><Icon name="plus" class="i-14"/><span>{t(satisfaction::NEW)}</span></a> })}
            </div>
        </header>
        <div class="body is-list">
            <Transition fallback=|| view! { <Skeleton rows=6/> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(rows) if rows.is_empty() => view! {
                            <Empty text=t(satisfaction::NONE_YET).to_owned() icon="smile">
                                {may_design.then(|| view! { <a class="btn" href="/surveys/new">{t(satisfaction::NEW)}</a> })}
                            </Empty>
                        }.into_any(),
                        Ok(rows) => view! { <Table rows/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Table(rows: Vec<SurveyRow>) -> impl IntoView {
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(satisfaction::SURVEYS)>
            <table class="table cards-on-phone" data-surveys="">
                <thead><tr>
                    <th scope="col">{t(satisfaction::SURVEY)}</th><th scope="col">{t(common::STATUS)}</th>
                    <th scope="col" class="r">{t(satisfaction::ANSWERS)}</th><th scope="col" class="r">{t(satisfaction::CSAT)}</th>
                    <th scope="col" class="r">{t(satisfaction::POINTS)}</th><th scope="col" class="r">{t(satisfaction::NPS)}</th>
                    <th scope="col" class="r">{t(satisfaction::RESPONSE)}</th><th scope="col">{t(satisfaction::RESULTS)}</th>
                </tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">{t(satisfaction::LIST_HINT)}</p>
        <MethodPanel name=satisfaction::TITLE function=t(method::SATISFACTION_FUNCTION) how=t(method::SATISFACTION_METHOD)/>
    }
}

fn row(row: SurveyRow) -> impl IntoView {
    let tally = &row.tally;
    let class = if row.status == SurveyStatus::Open { "badge badge-ok" } else { "badge" };
    let title = words::both(&row.title);
    view! {
        <tr data-survey-id=row.id.to_string() data-status=row.status.code()>
            <td><a href=format!("/surveys/{}", row.id)>{title.clone()}</a></td>
            <td data-label=t(common::STATUS)><span class=class>{t(words::status(row.status))}</span></td>
            <td class="r num" data-label=t(satisfaction::ANSWERS)>{fmt::integer(signed(tally.n))}</td>
            <td class="r num" data-label=t(satisfaction::CSAT)>{fmt::percent(tally.csat().top2_bp, 1)}</td>
            <td class="r num" data-label=t(satisfaction::POINTS)>{tenths(tally.csat().score_x10)}</td>
            <td class="r num" data-label=t(satisfaction::NPS)>{tenths(tally.nps_x10())}</td>
            <td class="r num" data-label=t(satisfaction::RESPONSE)>{fmt::percent(ratio_bp(row.answered, row.sent), 1)}</td>
            <td data-label=t(satisfaction::RESULTS)><a href=format!("/surveys/{}/results", row.id)>{t(satisfaction::RESULTS)}<span class="sr">" "{title}</span></a></td>
        </tr>
    }
}
