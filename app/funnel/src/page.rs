//! The page: what is counted, the message, the picture, the table, and the
//! deals behind a figure.

use crate::api;
use crate::asked::{Asked, Figure, PATH};
use crate::classic;
use crate::controls::{Filters, MeasureSwitch, Modes, PictureSwitch};
use crate::exports::Exports;
use crate::level::{Drawn, picture, steps};
use crate::message::{self, Verdict};
use crate::panel::Panel;
use crate::table::table;
use crate::{counting, say, scene, why};
use domain::funnel::report::{FunnelDeals, FunnelReport, Part};
use i18n::keys::{common, funnel, method};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::component::{Empty, Failed, Heading, Icon, Skeleton};
use ui::follow::follower;
use ui::method::MethodPanel;
use ui::present::PresentLink;
use ui::refresh::on_change;
use ui::{fmt, t, texts};

#[component]
pub fn FunnelPage() -> impl IntoView {
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| Asked::from_query(|name| address.get(name))));
    let query = Memo::new(move |_| asked.with(|asked| asked.query.clone()));
    let part = Memo::new(move |_| asked.with(Asked::part));
    let again = RwSignal::new(0_u32);
    let choices = Resource::new(|| (), |()| ui::work_api::choices());
    // The other picture is of the same report; read again, it is shown by the one way there is.
    let classic = Memo::new(move |_| asked.with(Asked::is_classic));
    let found = Resource::new(move || (query.get(), again.get(), classic.get()), |(query, ..)| api::funnel(query));
    let behind = Resource::new(
        move || (part.get(), again.get()),
        |(part, _)| async move {
            match part {
                Some(part) => api::funnel_deals(part).await.map(Some),
                None => Ok(None),
            }
        },
    );
    on_change(
        |event| event.topic == "deal",
        move || {
            again.try_update(|n| *n += 1);
        },
    );
    let shown = StoredValue::new(asked.with_untracked(|asked| asked.figure));
    why::closed_by_escape();
    view! {
        <header class="top">
            <Heading text=t(funnel::TITLE)/>
            <MeasureSwitch asked/>
            <PictureSwitch asked/>
            <div class="end"><PresentLink slide="funnel"/></div>
        </header>
        <Modes asked/>
        <Filters asked choices/>
        <div class="body">
            <Transition fallback=|| view! { <Skeleton rows=12/> }>
                {move || Suspend::new(async move {
                    match (found.await, behind.await) {
                        (Ok(report), Ok(deals)) => view! { <Found report deals asked=asked.get_untracked() shown/> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => view! { <Failed error/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Found(report: FunnelReport, deals: Option<FunnelDeals>, asked: Asked, shown: StoredValue<Option<Figure>>) -> impl IntoView {
    if asked.figure.is_none() {
        shown.try_set_value(None);
    }
    if scene::largest(&report) == 0 {
        let narrowed = asked.query.filter.active() > 0;
        return view! {
            <Empty icon="filter" text=t(funnel::EMPTY).to_owned()>
                {narrowed.then(|| view! { <a class="btn" href=PATH>{t(common::CLEAR_FILTERS)}</a> })}
            </Empty>
        }
        .into_any();
    }
    let drawn = Drawn { report: &report, asked: &asked, links: true };
    let classic = asked.is_classic();
    let wide = if classic { classic::picture(&drawn) } else { picture(&drawn) }.into_string();
    let (narrow, rows) = (steps(&drawn).into_string(), table(&drawn).into_string());
    let (line, how) = (counting::line(&drawn), counting::how(&drawn).into_string());
    let snapshot = drawn.whole() == Part::Still;
    let (head, rest) = message::sentence(&report);
    let worse = matches!(message::of(&report), Verdict::Worse { .. });
    let now = say::period(report.now.period);
    let periods = match &report.before {
        Some(before) => texts().fmt(funnel::LINE_SAYS, &[("now", &now), ("before", &say::side(before))]),
        None => now,
    };
    let as_of = texts().fmt(common::AS_OF, &[("time", &fmt::date_iso(report.as_of))]);
    let deals_counted = fmt::integer(i64::try_from(report.now.deals).unwrap_or(i64::MAX));
    let status = texts().fmt(method::FUNNEL_STATUS, &[("n", &deals_counted), ("day", &fmt::date_iso(report.as_of))]);
    let follow = follower(false);
    let figure = asked.figure;
    let day = fmt::date_iso(report.as_of);
    let opened = deals.is_some() && figure.is_some();
    let panel = deals.zip(figure).map(|(deals, figure)| {
        let (report, asked) = (report.clone(), asked.clone());
        view! { <Panel report deals asked figure shown/> }
    });
    view! {
        <div class="fn-grid" class:has-panel=opened>
            <section class="card-box lv" aria-label=t(funnel::TITLE)>
                <div class="lv-legend">
                    {(!classic).then(|| view! {
                        <span class="row row-1"><i class="lv-key d3 p-adv"></i>{t(funnel::ADVANCED)}</span>
                        <span class="row row-1"><i class="lv-key p-still"></i>{t(funnel::STILL_HERE)}</span>
                        <span class="row row-1"><i class="lv-key p-lost"></i>{t(funnel::LOST_HERE)}</span>
                    })}
                    <span class="muted push">{periods}" · "{as_of}</span>
                </div>
                <div class="lv-wide" node_ref=ui::chart::watch(false) inner_html=wide
                    on:click=move |event| { why::pressed(&event); follow(event); }
                    on:keydown=move |event| why::keyed(&event)
                    on:pointerover=move |event| why::pointed(&event)
                    on:pointerleave=move |event| why::left(&event)
                    on:focusin=move |event| why::pointed(&event)
                    on:focusout=move |event| why::left(&event)></div>
                <div class="lv-narrow" inner_html=narrow></div>
            </section>
            {panel}
        </div>
        {(!snapshot).then(|| view! {
            <p class="fn-message" role="status"><Icon name=if worse { "waves" } else { "check" }/><span>{(!head.is_empty()).then(|| view! { <b>{head}</b>" " })}{rest}</span></p>
        })}
        <div class="card-box"><div class="table-wrap" inner_html=rows></div></div>
        <p class="fs12 muted fn-line" data-counted="">{line}</p>
        <Exports asked=asked day/>
        <details class="fn-how"><summary>{t(funnel::HOW)}</summary><div inner_html=how></div></details>
        <MethodPanel name=funnel::TITLE function=t(method::FUNNEL_FUNCTION) how=t(method::FUNNEL_METHOD) status/>
    }
    .into_any()
}
