//! The pipelines and their stages: in which order, how likely, how long, what
//! must be true before a deal leaves.

use crate::api::{self, RemoveStageFn, SavePipelineFn, SaveStageFn};
use crate::editing::{Editing, editing};
use crate::nav::{Place, SettingsNav};
use domain::ids::{PipelineId, StageId};
use domain::pipeline::{ForecastCategory, StageKind};
use domain::settings::{NAME_MAX, PipelineForm, PipelineSettings, StageForm, StageSettings};
use i18n::keys::{common, settings};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Gauge, Heading, Icon, Skeleton};
use ui::form::{AreaField, FormActions, FormError, Refusals, SelectField, TextField, Unseen, request_id};
use ui::live::{Live, RESYNC};
use ui::{ApiError, facts, fmt, t, texts, words};

const PATH: &str = "/settings/pipelines";

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    List,
    EditStage(StageId),
    AddStage(PipelineId),
    EditPipeline(PipelineId),
    AddPipeline,
}

impl Shown {
    fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let pipeline = get("pipeline").and_then(|id| PipelineId::parse(&id));
        match (get("edit").and_then(|id| StageId::parse(&id)), get("add").as_deref(), pipeline) {
            (Some(id), _, _) => Self::EditStage(id),
            (None, Some("stage"), Some(pipeline)) => Self::AddStage(pipeline),
            (None, Some("pipeline"), _) => Self::AddPipeline,
            (None, None, Some(pipeline)) => Self::EditPipeline(pipeline),
            _ => Self::List,
        }
    }
}

/// The actions of the forms; another form begins without the last one's refusals.
#[derive(Clone, Copy)]
struct Actions {
    stage: ServerAction<SaveStageFn>,
    removal: ServerAction<RemoveStageFn>,
    pipeline: ServerAction<SavePipelineFn>,
}

#[component]
pub fn PipelinesPage() -> impl IntoView {
    let query = use_query_map();
    let shown = Memo::new(move |_| query.with(|q| Shown::read(|name| q.get(name))));
    let heard = RwSignal::new(0_u32);
    Live::on_event(move |event| {
        if matches!(event.topic.as_str(), "settings" | RESYNC) && shown.get_untracked() == Shown::List {
            heard.update(|n| *n += 1);
        }
    });
    let found = Resource::new(move || (shown.get(), heard.get()), |_| api::pipelines());
    let actions = Actions { stage: ServerAction::new(), removal: ServerAction::new(), pipeline: ServerAction::new() };
    Effect::new(move |before: Option<Shown>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            actions.stage.clear();
            actions.removal.clear();
            actions.pipeline.clear();
        }
        now
    });
    view! {
        <header class="top">
            <Heading text=t(settings::PIPELINES)/>
            <div class="end">
                {move || (shown.get() == Shown::List).then(|| view! {
                    <a class="btn btn-primary" href=format!("{PATH}?add=pipeline")><Icon name="plus" class="i-14"/><span>{t(settings::ADD_PIPELINE)}</span></a>
                })}
            </div>
        </header>
        <div class="body">
            <div class="sections is-wide">
                <SettingsNav here=Place::Pipelines/>
                <Transition fallback=|| view! { <Skeleton/> }>
                    {move || Suspend::new(async move {
                        match found.await {
                            Ok(found) => form_or_list(found, shown.get_untracked(), actions),
                            Err(error) => view! { <Failed error/> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

fn form_or_list(found: Vec<PipelineSettings>, shown: Shown, actions: Actions) -> AnyView {
    let missing = || view! { <Empty text=ApiError::NotFound.sentence()><a class="btn" href=PATH>{t(common::BACK)}</a></Empty> }.into_any();
    match shown {
        Shown::List => found.into_iter().map(|pipeline| view! { <Pipeline pipeline/> }).collect_view().into_any(),
        Shown::AddPipeline => view! { <PipelineEditor form=PipelineForm::default() save=actions.pipeline/> }.into_any(),
        Shown::EditPipeline(id) => match found.into_iter().find(|p| p.id == id) {
            Some(p) => {
                let form = PipelineForm {
                    id: p.id.to_string(),
                    version: p.version,
                    name_zh: p.name_zh,
                    name_en: p.name_en,
                    won_needs_contract: p.won_needs_contract,
                    ..PipelineForm::default()
                };
                view! { <PipelineEditor form save=actions.pipeline/> }.into_any()
            }
            None => missing(),
        },
        Shown::AddStage(id) => match found.iter().find(|p| p.id == id) {
            Some(p) => {
                let places = open_stages(p) + 1;
                let form = StageForm {
                    pipeline: id.to_string(),
                    place: places.to_string(),
                    forecast: ForecastCategory::Pipeline.code().into(),
                    ..StageForm::default()
                };
                view! { <StageEditor form places kind=StageKind::Open actions/> }.into_any()
            }
            None => missing(),
        },
        Shown::EditStage(id) => {
            let of = found.iter().find_map(|p| Some((p, p.stages.iter().find(|s| s.stage.id == id)?)));
            match of {
                Some((p, stage)) => {
                    view! { <StageEditor form=stage.form() places=open_stages(p) kind=stage.stage.kind actions/> }.into_any()
                }
                None => missing(),
            }
        }
    }
}

fn open_stages(pipeline: &PipelineSettings) -> usize {
    pipeline.stages.iter().filter(|s| s.stage.kind == StageKind::Open).count()
}

#[component]
fn Pipeline(pipeline: PipelineSettings) -> impl IntoView {
    let name = words::pick(facts().lang, &pipeline.name_zh, &pipeline.name_en);
    let of = i32::try_from(pipeline.stages.len()).unwrap_or(5);
    let edit = texts().fmt(settings::EDIT_NAMED, &[("name", &name)]);
    view! {
        <section class="card-box">
            <header>
                <div class="row row-1">
                    <h2>{name}</h2>
                    <a class="btn btn-icon btn-s" href=format!("{PATH}?pipeline={}", pipeline.id) aria-label=edit.clone() title=edit><Icon name="square-pen" class="i-14"/></a>
                </div>
                {pipeline.won_needs_contract.then(|| view! { <span class="badge badge-outline">{t(settings::WON_NEEDS_CONTRACT)}</span> })}
                <a class="btn btn-s push" href=format!("{PATH}?add=stage&pipeline={}", pipeline.id)><Icon name="plus" class="i-14"/><span>{t(settings::ADD_STAGE)}</span></a>
            </header>
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
fn PipelineEditor(form: PipelineForm, save: ServerAction<SavePipelineFn>) -> impl IntoView {
    let Editing { form, is_new, title, error, refusals } = editing(form, save, settings::ADD_PIPELINE);
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id version=form.version/>
                <TextField label=settings::NAME_ZH name="name_zh" refusals value=form.name_zh required=true max=NAME_MAX autocomplete="off"/>
                <TextField label=settings::NAME_EN name="name_en" refusals value=form.name_en max=NAME_MAX autocomplete="off" hint=t(settings::AS_IN_CHINESE).to_owned()/>
                <label class="check wide">
                    <input type="checkbox" name="form[won_needs_contract]" value="true" checked=form.won_needs_contract/>
                    <span>{t(settings::WON_NEEDS_CONTRACT)}<small>{t(settings::WON_NEEDS_CONTRACT_HINT)}</small></span>
                </label>
                {is_new.then(|| view! { <p class="hint">{t(settings::PIPELINE_HINT)}</p> })}
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
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
fn StageEditor(form: StageForm, places: usize, kind: StageKind, actions: Actions) -> impl IntoView {
    let save = actions.stage;
    let open = kind == StageKind::Open;
    let Editing { form, is_new, title, error, refusals } = editing(form, save, settings::ADD_STAGE);
    let id = form.id.clone();
    view! {
        <section class="card-box">
            <h2>{title}</h2>
            <ActionForm action=save attr:class="form">
                <FormError error/>
                <Unseen id=form.id.clone() version=form.version/>
                <input type="hidden" name="form[pipeline]" value=form.pipeline.clone()/>
                <TextField label=settings::NAME_ZH name="name_zh" refusals value=form.name_zh.clone() required=true max=NAME_MAX autocomplete="off"/>
                <TextField label=settings::NAME_EN name="name_en" refusals value=form.name_en.clone() max=NAME_MAX autocomplete="off" hint=t(settings::AS_IN_CHINESE).to_owned()/>
                {if open {
                    view! { <OpenFields form places refusals/> }.into_any()
                } else {
                    view! { <p class="hint">{t(settings::CLOSING_STAGE)}</p> }.into_any()
                }}
                <FormActions pending=save.pending() back=PATH.to_owned()/>
            </ActionForm>
            {(open && !is_new).then(|| view! { <Remove id removal=actions.removal/> })}
        </section>
    }
}

/// Removes the stage, or says why it must stay.
#[component]
fn Remove(id: String, removal: ServerAction<RemoveStageFn>) -> impl IntoView {
    let error = Signal::derive(move || removal.value().get().and_then(Result::err));
    let request = request_id();
    view! {
        <ActionForm action=removal attr:class="form" attr:data-remove="">
            <FormError error/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="request" value="" prop:value=request/>
            <div class="form-actions"><button class="btn btn-danger-quiet" type="submit"><Icon name="circle-x" class="i-14"/>{t(settings::REMOVE_STAGE)}</button></div>
        </ActionForm>
    }
}

/// What only stages have in which deals are still open.
#[component]
fn OpenFields(form: StageForm, places: usize, refusals: Refusals) -> impl IntoView {
    let places = (1..=places).map(|n| (n.to_string(), texts().fmt(settings::PLACE_NTH, &[("n", &n.to_string())]))).collect();
    let categories = ForecastCategory::ALL
        .iter()
        .filter(|category| **category != ForecastCategory::Closed)
        .map(|category| (category.code().to_owned(), t(words::forecast(*category)).to_owned()))
        .collect();
    view! {
        <SelectField label=settings::PLACE name="place" refusals value=form.place options=places required=true/>
        <TextField label=settings::PROBABILITY_PERCENT name="probability" refusals value=form.probability required=true max=10 autocomplete="off" inputmode="decimal" hint=t(settings::PROBABILITY_HINT).to_owned()/>
        <TextField label=settings::SLA_DAYS name="sla_days" refusals value=form.sla_days max=4 autocomplete="off" inputmode="numeric" hint=t(settings::SLA_HINT).to_owned()/>
        <SelectField label=settings::FORECAST name="forecast" refusals value=form.forecast options=categories required=true/>
        <AreaField label=settings::EXIT_ZH name="exit_zh" refusals value=form.exit_zh rows=4/>
        <AreaField label=settings::EXIT_EN name="exit_en" refusals value=form.exit_en rows=4/>
        <p class="hint">{t(settings::EXIT_HINT)}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_which_form_is_open() {
        let id = "018f0000-0000-7000-8000-000000000001";
        let read = |query: &[(&str, &str)]| {
            Shown::read(|name| query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        let pipeline = PipelineId::parse(id).expect("an id");
        assert_eq!(read(&[]), Shown::List);
        assert_eq!(read(&[("add", "stage")]), Shown::List, "of no pipeline");
        assert_eq!(read(&[("add", "stage"), ("pipeline", id)]), Shown::AddStage(pipeline));
        assert_eq!(read(&[("add", "pipeline")]), Shown::AddPipeline);
        assert_eq!(read(&[("pipeline", id)]), Shown::EditPipeline(pipeline));
        assert_eq!(read(&[("edit", id)]), Shown::EditStage(StageId::parse(id).expect("an id")));
    }
}
