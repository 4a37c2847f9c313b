//! What is known about a deal: the facts on the left, how it ended, and what
//! hangs on it on the right.

use crate::api::FreezeRateFn;
use crate::board::{next_line, stall_text};
use domain::ids::DealId;
use domain::money::{Currency, Money};
use domain::pipeline::{DealDetail, Outcome, Stage, StageKind};
use domain::rates::DealValue;
use domain::rounding;
use i18n::Key;
use i18n::keys::{board, common, deal, pool, rates};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::component::{Amount, Avatar, Gauge, Heading, Icon, TierBadge, reach_button};
use ui::form::{FormError, request_id};
use ui::{Facts, converted, facts, fmt, links, t, texts, words};

#[component]
pub fn FactsPane(detail: DealDetail, freeze: ServerAction<FreezeRateFn>) -> impl IntoView {
    let facts = facts();
    let DealDetail { card, source, competitor, note, created_at, updated_at, pooled, value, .. } = detail;
    let (deal, version, currency) = (card.id, card.version, card.amount.currency);
    let (class, icon, next) = next_line(&facts, &card);
    let date = |on: Option<chrono::NaiveDate>| on.map_or_else(|| fmt::NO_VALUE.to_owned(), fmt::date_iso);
    let outcome = (card.outcome != Outcome::Open).then(|| view! { <span class="badge">{t(words::outcome(card.outcome))}</span> });
    view! {
        <div class="facts-h">
            <span class="co" aria-hidden="true">{words::initial(&card.customer_name)}</span>
            <div>
                <Heading text=card.title.clone()/>
                <div class="row"><a href=format!("/customers/{}", card.customer)>{card.customer_name.clone()}</a><TierBadge tier=card.tier/>{outcome}</div>
            </div>
        </div>
        <div class="amount" data-amount=""><Amount amount=card.amount/></div>
        {value.map(|value| view! { <Value value currency deal version freeze/> })}
        <dl class="facts-list">
            {if pooled {
                view! { <dt>{t(pool::LAST_OWNER)}</dt><dd>{card.owner_name.clone()}</dd> }.into_any()
            } else {
                view! { <dt>{t(common::OWNER)}</dt><dd><span class="row"><Avatar id=card.owner name=card.owner_name.clone() class="av-s"/>{card.owner_name.clone()}</span></dd> }.into_any()
            }}
            <dt>{t(common::AMOUNT)}</dt><dd class="num">{words::money_table(card.amount)}</dd>
            <dt>{t(common::EXPECTED_CLOSE)}</dt><dd class="num">{date(card.expected_close_on)}</dd>
            {(card.outcome == Outcome::Open).then(|| view! {
                <dt>{t(common::NEXT_STEP)}</dt><dd><span class=format!("row {class}")><Icon name=icon class="i-14"/><span>{next}</span></span></dd>
            })}
            {card.closed_on.map(|on| view! { <dt>{t(deal::CLOSED_AT)}</dt><dd class="num">{fmt::date_iso(on)}</dd> })}
            <dt>{t(deal::FIRST_CONTACT)}</dt><dd class="num">{fmt::date_iso(card.first_contact_on)}</dd>
            <dt>{t(common::SOURCE)}</dt><dd>{t(words::source(source))}</dd>
            {(!competitor.is_empty()).then(|| view! { <dt>{t(deal::COMPETITOR)}</dt><dd>{competitor}</dd> })}
            {(!note.is_empty()).then(|| view! { <dt>{t(common::NOTES)}</dt><dd class="pre">{note}</dd> })}
            <dt>{t(common::CREATED_AT)}</dt><dd class="num">{ui::error::instant(&facts, created_at)}</dd>
            <dt>{t(common::UPDATED_AT)}</dt><dd class="num">{ui::error::instant(&facts, updated_at)}</dd>
        </dl>
    }
}

/// What an amount in another currency comes to, always with the rate and its day; of a won deal
/// with the rate that was kept.
#[component]
fn Value(value: DealValue, currency: Currency, deal: DealId, version: i32, freeze: ServerAction<FreezeRateFn>) -> impl IntoView {
    let texts = texts();
    match value {
        DealValue::Open { amount, rate, since, on } => {
            let says = converted::rate(currency, amount.currency, rate);
            let values = [("rate", says), ("since", fmt::date_iso(since)), ("day", fmt::date_iso(on))];
            let by = texts.fmt(rates::OPEN_RATE, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
            view! {
                <p class="deal-value num" data-value=amount.minor.to_string()>{converted::about(amount)}<span class="converted-by">{by}</span></p>
            }
            .into_any()
        }
        DealValue::Frozen { amount, rate, on } => {
            let says = converted::rate(currency, amount.currency, rate);
            let by = texts.fmt(rates::FROZEN_RATE, &[("rate", &says), ("day", &fmt::date_iso(on))]);
            view! {
                <p class="deal-value num" data-value=amount.minor.to_string() data-frozen=rate.to_string()>
                    <span class="row"><Icon name="snowflake" class="i-14"/><span class="sr">{t(rates::FROZEN)}": "</span><span>{converted::about(amount)}</span></span>
                    <span class="converted-by">{by}</span>
                </p>
            }
            .into_any()
        }
        DealValue::NoRate { to, on, won, rate } => {
            let key = if won { rates::NO_RATE_WON } else { rates::NO_RATE_OPEN };
            let says = texts.fmt(key, &[("currency", to.code()), ("day", &fmt::date_iso(on))]);
            let request = request_id();
            let answer = freeze.value();
            let error = Signal::derive(move || answer.get().and_then(Result::err));
            let form = rate.map(|rate| {
                let label = texts.fmt(rates::USE_RATE, &[("rate", &converted::rate(currency, to, rate))]);
                view! {
                    <ActionForm action=freeze attr:class="freeze-form">
                        <FormError error/>
                        <input type="hidden" name="form[request]" value="" prop:value=request/>
                        <input type="hidden" name="form[deal]" value=deal.to_string()/>
                        <input type="hidden" name="form[version]" value=version.to_string()/>
                        <button class="btn btn-s keep" type="submit" data-freeze=""><Icon name="snowflake" class="i-14"/><span>{label}</span></button>
                    </ActionForm>
                }
            });
            view! { <div class="deal-value" data-no-rate=""><p class="converted-by">{says}</p>{form}</div> }.into_any()
        }
    }
}

/// How a closed deal ended.
#[component]
pub fn OutcomeBanner(detail: DealDetail) -> impl IntoView {
    let facts = facts();
    let texts = texts();
    let card = &detail.card;
    let day = card.closed_on.map(|on| words::day(&facts, on)).unwrap_or_default();
    let (class, icon, text) = match card.outcome {
        Outcome::Open => return ().into_any(),
        Outcome::Won => {
            let days = card.cycle_days().map_or_else(String::new, |n| fmt::days(facts.lang, n));
            ("banner banner-ok", "check", texts.fmt(deal::WON, &[("day", &day), ("days", &days)]))
        }
        Outcome::Lost => {
            let reason = detail.lost_reason.map_or(fmt::NO_VALUE, |reason| t(words::lost_reason(reason)));
            ("banner", "circle-x", texts.fmt(deal::LOST, &[("day", &day), ("reason", reason)]))
        }
        Outcome::Invalid => ("banner", "ban", texts.fmt(deal::INVALID, &[("day", &day)])),
    };
    let to =
        (card.outcome == Outcome::Lost && !detail.competitor.is_empty()).then(|| texts.fmt(deal::LOST_TO, &[("name", &detail.competitor)]));
    let more = [to.unwrap_or_default(), detail.close_note].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let hint = detail.may_write.then(|| view! { <div class="muted fs12">{t(deal::REOPEN_HINT)}</div> });
    view! {
        <div class=class>
            <Icon name=icon/>
            <div><div>{text}</div>{(!more.is_empty()).then(|| view! { <div class="t2 pre">{more}</div> })}{hint}</div>
        </div>
    }
    .into_any()
}

#[component]
pub fn Aside(detail: DealDetail) -> impl IntoView {
    let facts = facts();
    let stage = detail.stages.iter().find(|s| s.id == detail.card.stage).cloned();
    let stall = stage.as_ref().and_then(|stage| detail.card.stall(stage, facts.today()));
    let stalled = stall.map(|stall| {
        view! { <div class="banner banner-warn" data-stalled=""><Icon name="hourglass"/><span>{stall_text(&facts, &stall)}</span></div> }
    });
    let exit = stage
        .as_ref()
        .filter(|stage| stage.kind == StageKind::Open && detail.card.outcome == Outcome::Open)
        .and_then(|stage| exit(&facts, stage));
    view! {
        {stalled}
        {forecast(&facts, &detail, stage.as_ref())}
        {exit}
        {customer(&detail)}
        {product(&detail)}
    }
}

fn forecast(facts: &Facts, detail: &DealDetail, stage: Option<&Stage>) -> impl IntoView + use<> {
    let card = &detail.card;
    let weighted = Money { minor: rounding::share_of(card.amount.minor, i64::from(card.probability_bp)), currency: card.amount.currency };
    let category = stage.map(|stage| {
        let of = i32::try_from(detail.stages.len()).unwrap_or(5);
        view! { {row(common::STAGE, view! { <span class="row"><Gauge position=stage.position of=of/>{words::stage_name(stage)}</span> })}{(card.outcome == Outcome::Open).then(|| row(deal::CATEGORY, t(words::forecast(stage.forecast))))} }
    });
    let pushes = (detail.pushes > 0).then(|| row(deal::PUSHES, texts().n(deal::PUSHED_ONE, deal::PUSHED_MANY, i64::from(detail.pushes))));
    let days = (card.outcome == Outcome::Open).then(|| row(board::DAYS_IN_STAGE, fmt::days(facts.lang, card.days_in_stage(facts.today()))));
    view! {
        <section class="card-box">
            <h2>{t(deal::FORECAST)}</h2>
            <dl class="kv">
                {category}
                {days}
                {row(common::PROBABILITY, words::rate(card.probability_bp))}
                {row(deal::WEIGHTED, words::money_text(weighted))}
                {pushes}
            </dl>
        </section>
    }
}

fn row(label: Key, value: impl IntoView) -> impl IntoView {
    view! { <dt>{t(label)}</dt><dd>{value}</dd> }
}

/// What must be true before the deal leaves its stage.
fn exit(facts: &Facts, stage: &Stage) -> Option<impl IntoView + use<>> {
    let lines = words::pick(facts.lang, &stage.exit_zh, &stage.exit_en);
    let lines: Vec<_> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let title = texts().fmt(deal::EXIT, &[("stage", &words::stage_name(stage))]);
    (!lines.is_empty()).then(|| {
        view! {
            <section class="card-box">
                <h2>{title}</h2>
                <ul class="col gap-1">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </section>
        }
    })
}

fn customer(detail: &DealDetail) -> impl IntoView + use<> {
    let card = &detail.card;
    let contact = detail.contact.clone().map(|contact| {
        let sign = words::initial(&contact.name);
        view! {
            <div class="person">
                <span class="av" data-h=words::hue(contact.id.0).to_string() aria-hidden="true">{sign}</span>
                <div class="grow"><span class="nm">{contact.name.clone()}</span><small>{t(common::CONTACT)}</small></div>
                {reach_button(links::tel(&contact.phone), "phone", common::CALL, &contact.name, &contact.phone)}
                {reach_button(links::mailto(&contact.email), "mail", common::WRITE_MAIL, &contact.name, &contact.email)}
            </div>
        }
    });
    let task = detail.may_log.then(|| {
        view! { <a class="btn btn-s" href=format!("/tasks?deal={}", card.id) data-add-task=""><Icon name="plus" class="i-14"/><span>{t(deal::ADD_TASK)}</span></a> }
    });
    view! {
        <section class="card-box">
            <h2>{t(common::CUSTOMER)}</h2>
            <div class="row"><a class="ell" href=format!("/customers/{}", card.customer)>{card.customer_name.clone()}</a><TierBadge tier=card.tier/></div>
            {contact}
            {task}
        </section>
    }
}

fn product(detail: &DealDetail) -> Option<impl IntoView + use<>> {
    detail.product.as_ref().map(|product| {
        view! {
            <section class="card-box">
                <h2>{t(common::PRODUCT)}</h2>
                <dl class="kv">
                    <dt>{product.code.clone()}</dt><dd>{words::product_name(product)}</dd>
                    {row(deal::LIST_PRICE, words::money_table(product.price))}
                </dl>
            </section>
        }
    })
}
