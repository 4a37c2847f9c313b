//! The stages of the pipelines: how likely, how long, what must be true
//! before a deal leaves. Their order and kind are not changed here.

use crate::api::{self, SaveStageFn};
use crate::nav::{Place, SettingsNav};
use domain::ids::StageId;
use domain::pipeline::{ForecastCategory, StageKind};
use domain::settings::{NAME_MAX, PipelineSettings, StageForm, StageSettings};
use i18n::keys::{common, settings};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Gauge, Heading, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, typed_or};
use ui::live::{Live, RESYNC};
use ui::{ApiError, facts, fmt, t, texts, words};

const PATH: &str = "/settings/pipelines";

#[component]
pub fn PipelinesPage() -> impl IntoView {
    let query = use_query_map();
    let edited = Memo::new(move |_| query.with(|q| q.get("edit").and_then(|id| StageId::parse(&id))));
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) && edited.get_untracked().is_none() {
            heard.update(|n| *n += 1);
        }
    });
    let found = Resource::new(move || (edited.get(), heard.get()), |_| api::pipelines());
    let save = ServerAction::<SaveStageFn>::new();
    Effect::new(move |before: Option<Option<StageId>>| {
        let now = edited.get();
        if before.is_some_and(|before| before != now) {
            save.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(settings::PIPELINES)/>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Pipelines/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match (found.await, edited.get_untracked()) {
                            (Ok(found), None) => found.into_iter().map(|pipeline| view! { <Pipeline pipeline/> }).collect_view().into_any(),
                            (Ok(found), Some(id)) => match found.iter().flat_map(|p| &p.stages).find(|s| s.stage.id == id) {
                                Some(stage) => view! { <Editor stage=stage.clone() save/> }.into_any(),
                                None => view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any(),
                            },
                            (Err(error), _) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

#[component]
fn Pipeline(pipeline: PipelineSettings) -> impl IntoView {
    let name = words::pick(facts().lang, &pipeline.name_zh, &pipeline.name_en);
    let of = i32::try_from(pipeline.stages.len()).unwrap_or(5);
    view! {
        <section class="card-box">
            <h2>{name}</h2>
            <div class="table-wrap">
                <table class="table cards-on-phone" data-stages="">
                    <thead><tr>
                        <th scope="col">{t(common::STAGE)}</th><th scope="col" class="r">{t(common::PROBABILITY)}</th>
                        <th scope="col" class="r">{t(settings::SLA_DAYS)}</th><th scope="col">{t(settings::FORECAST)}</th><th scope="col">{t(settings::EXIT)}</th>
                    </tr></thead>
                    <tbody>{pipeline.stages.into_iter().map(|found| view! { <Row found of/> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Row(found: StageSettings, of: i32) -> impl IntoView {
    let stage = found.stage;
    let lang = facts().lang;
    let exit = words::pick(lang, &stage.exit_zh, &stage.exit_en);
    let criteria: Vec<_> = exit.lines().map(str::to_owned).collect();
    let sla = stage.sla_days.map_or_else(|| fmt::NO_VALUE.to_owned(), |days| fmt::days(lang, i64::from(days)));
    view! {
        <tr>
            <td><a href=format!("{PATH}?edit={}", stage.id)><Gauge position=stage.position of/>{words::stage_name(&stage)}</a></td>
            <td class="r num" data-label=t(common::PROBABILITY)>{words::rate(stage.probability_bp)}</td>
            <td class="r num" data-label=t(settings::SLA_DAYS)>{sla}</td>
            <td data-label=t(settings::FORECAST)>{t(words::forecast(stage.forecast))}</td>
            <td data-label=t(settings::EXIT) class="wrap fs12 t2">{criteria.join(lang_comma())}</td>
        </tr>
    }
}

fn lang_comma() -> &'static str {
    if facts().lang == i18n::Lang::Zh { "；" } else { "; " }
}

#[component]
fn Editor(stage: StageSettings, save: ServerAction<SaveStageFn>) -> impl IntoView {
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let refusals = Refusals::of(move || error.get().map(Err::<(), ApiError>));
    let open = stage.stage.kind == StageKind::Open;
    let title = texts().fmt(settings::EDIT_NAMED, &[("name", &words::stage_name(&stage.stage))]);
    let form = stage.form();
    let typed: StageForm = typed_or(error.get_untracked().as_ref(), form.clone());
    let form = if typed.id == form.id { typed } else { form };
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <input type="hidden" name="form[id]" value=form.id.clone()/>
                <input type="hidden" name="form[version]" value=form.version.to_string()/>
                <TextField label=settings::NAME_ZH name="name_zh" refusals value=form.name_zh.clone() required=true max=NAME_MAX autocomplete="off"/>
                <TextField label=settings::NAME_EN name="name_en" refusals value=form.name_en.clone() max=NAME_MAX autocomplete="off" hint=t(settings::AS_IN_CHINESE).to_owned()/>
                {if open {
                    view! { <OpenFields form refusals/> }.into_any()
                } else {
                    view! { <p class="hint">{t(settings::CLOSING_STAGE)}</p> }.into_any()
                }}
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
        </section>
    }
}

/// What only stages have in which deals are still open.
#[component]
fn OpenFields(form: StageForm, refusals: Refusals) -> impl IntoView {
    let categories = ForecastCategory::ALL
        .iter()
        .filter(|category| **category != ForecastCategory::Closed)
        .map(|category| (category.code().to_owned(), t(words::forecast(*category)).to_owned()))
        .collect();
    view! {
        <TextField label=settings::PROBABILITY_PERCENT name="probability" refusals value=form.probability required=true max=10 autocomplete="off" inputmode="decimal" hint=t(settings::PROBABILITY_HINT).to_owned()/>
        <TextField label=settings::SLA_DAYS name="sla_days" refusals value=form.sla_days max=4 autocomplete="off" inputmode="numeric" hint=t(settings::SLA_HINT).to_owned()/>
        <SelectField label=settings::FORECAST name="forecast" refusals value=form.forecast options=categories required=true/>
        <AreaField label=settings::EXIT_ZH name="exit_zh" refusals value=form.exit_zh rows=4/>
        <AreaField label=settings::EXIT_EN name="exit_en" refusals value=form.exit_en rows=4/>
        <p class="hint">{t(settings::EXIT_HINT)}</p>
    }
}
