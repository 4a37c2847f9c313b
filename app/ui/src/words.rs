//! Words for the domain's codes, and the short forms of figures. One place, so
//! that a tier has one name in all pages.

use crate::facts::{Facts, facts, texts};
use domain::contracts::{ContractStatus, InstalmentState, PaymentKind, PaymentMethod};
use domain::customers::{ContactRole, Size, Tier};
use domain::finance::AgeingBucket;
use domain::money::{Money, Sums};
use domain::org::UnitKind;
use domain::pipeline::{ForecastCategory, LostReason, NextStep, Outcome, Product, Source, Stage, TransitionKind};
use domain::policy::Role;
use domain::pool::page::Hand;
use domain::pool::protection::Cause;
use domain::quotes::{QuoteStatus, QuoteStep};
use domain::revisit::Escalation;
use domain::survey::Source as AnswerSource;
use domain::survey::answer::Scores;
use domain::survey::plan::PlanStatus;
use domain::tiers::board::TierSource;
use domain::visits::Standing;
use domain::visits::needs::{NeedKind, NeedShown, NeedStatus};
use domain::visits::questions::QuestionKind;
use domain::visits::workdays::DayKind;
use domain::work::FollowUpKind;
use i18n::keys::{common, contracts, pool, quotes, satisfaction, tiers, visits, words};
use i18n::{Key, Lang, fmt};

/// A text of the catalogue in the language of this page.
#[must_use]
pub fn t(key: Key) -> &'static str {
    texts().get(key)
}

/// What a tier is called: by the organisation, else by the house.
#[must_use]
pub fn tier(tier: Tier) -> String {
    own_tier(tier).unwrap_or_else(|| t(house_tier(tier)).to_owned())
}

/// The same where there is little room. An own name is short.
#[must_use]
pub fn tier_short(tier: Tier) -> String {
    own_tier(tier).unwrap_or_else(|| t(house_tier_short(tier)).to_owned())
}

fn own_tier(tier: Tier) -> Option<String> {
    let facts = facts();
    let names = crate::tier_names::now(&facts)?;
    names.of(tier).map(|own| pick(facts.lang, &own.zh, &own.en))
}

/// The house's name of a tier.
#[must_use]
pub const fn house_tier(tier: Tier) -> Key {
    match tier {
        Tier::Vip => common::TIER_VIP,
        Tier::Ordinary => common::TIER_ORDINARY,
        Tier::Potential => common::TIER_POTENTIAL,
    }
}

const fn house_tier_short(tier: Tier) -> Key {
    match tier {
        Tier::Vip => common::TIER_VIP_SHORT,
        Tier::Ordinary => common::TIER_ORDINARY_SHORT,
        Tier::Potential => common::TIER_POTENTIAL_SHORT,
    }
}

/// The class of a tier's badge.
#[must_use]
pub const fn tier_class(tier: Tier) -> &'static str {
    match tier {
        Tier::Vip => "tier tier-vip",
        Tier::Ordinary => "tier tier-ord",
        Tier::Potential => "tier tier-pot",
    }
}

/// A small tank, filled to a stage's place among all of its pipeline: depth of
/// colour (1 to 5), top and height of the fill in a box of 12 by 14.
#[must_use]
pub fn gauge(position: i32, of: i32) -> (i32, String, String) {
    let of = of.max(1);
    let level = f64::from(position.clamp(0, of)) * 10.0 / f64::from(of);
    // Five depths exist; a longer pipeline shares them out.
    let depth = if of <= 5 { position } else { 1 + (position - 1) * 4 / (of - 1).max(1) };
    (depth.clamp(1, 5), format!("{:.1}", 12.0 - level), format!("{level:.1}"))
}

#[must_use]
pub const fn role(role: Role) -> Key {
    match role {
        Role::Administrator => common::ROLE_ADMINISTRATOR,
        Role::Manager => common::ROLE_MANAGER,
        Role::Salesperson => common::ROLE_SALESPERSON,
        Role::Service => common::ROLE_SERVICE,
        Role::Finance => common::ROLE_FINANCE,
        Role::Hr => common::ROLE_HR,
    }
}

/// Sentences one after another: Chinese ones are not parted by blanks.
#[must_use]
pub fn sentences<T: AsRef<str>>(said: impl IntoIterator<Item = T>) -> String {
    let between = if facts().lang == Lang::Zh { "" } else { " " };
    let mut all = String::new();
    for one in said {
        if !all.is_empty() && !one.as_ref().is_empty() {
            all.push_str(between);
        }
        all.push_str(one.as_ref());
    }
    all
}

#[must_use]
pub const fn source(source: Source) -> Key {
    match source {
        Source::Referral => common::SOURCE_REFERRAL,
        Source::Website => common::SOURCE_WEBSITE,
        Source::Expo => common::SOURCE_EXHIBITION,
        Source::Telesales => common::SOURCE_COLD_CALL,
        Source::Partner => common::SOURCE_PARTNER,
        Source::Other => common::SOURCE_OTHER,
    }
}

#[must_use]
pub const fn outcome(outcome: Outcome) -> Key {
    match outcome {
        Outcome::Open => common::OUTCOME_OPEN,
        Outcome::Won => common::OUTCOME_WON,
        Outcome::Lost => common::OUTCOME_LOST,
        Outcome::Invalid => common::OUTCOME_INVALID,
    }
}

#[must_use]
pub const fn forecast(category: ForecastCategory) -> Key {
    match category {
        ForecastCategory::Pipeline => common::FORECAST_PIPELINE,
        ForecastCategory::BestCase => common::FORECAST_BEST_CASE,
        ForecastCategory::Commit => common::FORECAST_COMMIT,
        ForecastCategory::Closed => common::FORECAST_CLOSED,
        ForecastCategory::Omitted => common::FORECAST_OMITTED,
    }
}

#[must_use]
pub const fn follow_up(kind: FollowUpKind) -> Key {
    match kind {
        FollowUpKind::Call => common::FOLLOW_UP_PHONE,
        FollowUpKind::Email => common::FOLLOW_UP_EMAIL,
        FollowUpKind::Visit => common::FOLLOW_UP_VISIT,
        FollowUpKind::Wechat => common::FOLLOW_UP_WECHAT,
        FollowUpKind::Video => common::FOLLOW_UP_VIDEO,
        FollowUpKind::Meeting => common::FOLLOW_UP_MEETING,
        FollowUpKind::Other => common::SOURCE_OTHER,
    }
}

#[must_use]
pub const fn follow_up_icon(kind: FollowUpKind) -> &'static str {
    match kind {
        FollowUpKind::Call => "phone",
        FollowUpKind::Email => "mail",
        FollowUpKind::Visit => "map-pin-check",
        FollowUpKind::Wechat => "message-circle",
        FollowUpKind::Video => "video",
        FollowUpKind::Meeting => "users",
        FollowUpKind::Other => "notebook-pen",
    }
}

#[must_use]
pub const fn unit_kind(kind: UnitKind) -> Key {
    match kind {
        UnitKind::Company => common::UNIT_COMPANY,
        UnitKind::Region => common::UNIT_REGION,
        UnitKind::Team => common::UNIT_TEAM,
    }
}

#[must_use]
pub const fn lost_reason(reason: LostReason) -> Key {
    match reason {
        LostReason::Price => words::LOST_PRICE,
        LostReason::Competitor => words::LOST_COMPETITOR,
        LostReason::NoBudget => words::LOST_NO_BUDGET,
        LostReason::NoDecision => words::LOST_NO_DECISION,
        LostReason::Timing => words::LOST_TIMING,
        LostReason::NeedChanged => words::LOST_NEED_CHANGED,
        LostReason::NoResponse => words::LOST_NO_RESPONSE,
        LostReason::Other => words::LOST_OTHER,
    }
}

#[must_use]
pub const fn next_step(state: NextStep) -> Key {
    match state {
        NextStep::Planned => words::NEXT_PLANNED,
        NextStep::Due => words::NEXT_DUE,
        NextStep::Overdue => words::NEXT_OVERDUE,
        NextStep::None => words::NEXT_NONE,
    }
}

#[must_use]
pub const fn transition(kind: TransitionKind) -> Key {
    match kind {
        TransitionKind::Enter => words::MOVED_ENTER,
        TransitionKind::Move => words::MOVED_MOVE,
        TransitionKind::Won => words::MOVED_WON,
        TransitionKind::Lost => words::MOVED_LOST,
        TransitionKind::Invalid => words::MOVED_INVALID,
        TransitionKind::Reopen => words::MOVED_REOPEN,
        TransitionKind::Undo => words::MOVED_UNDO,
    }
}

#[must_use]
pub const fn tier_source(source: TierSource) -> Key {
    match source {
        TierSource::Manual => tiers::SOURCE_MANUAL,
        TierSource::Form => tiers::SOURCE_FORM,
        TierSource::Proposal => tiers::SOURCE_PROPOSAL,
        TierSource::Kept => tiers::SOURCE_KEPT,
        TierSource::Released => tiers::SOURCE_RELEASED,
        TierSource::Import => tiers::SOURCE_IMPORT,
        TierSource::Undo => tiers::SOURCE_UNDO,
    }
}

#[must_use]
pub const fn contact_role(role: ContactRole) -> Key {
    match role {
        ContactRole::Decision => words::CONTACT_DECISION,
        ContactRole::Influence => words::CONTACT_INFLUENCE,
        ContactRole::User => words::CONTACT_USER,
        ContactRole::Purchasing => words::CONTACT_PURCHASING,
        ContactRole::Other => words::CONTACT_OTHER,
    }
}

#[must_use]
pub const fn quote_status(status: QuoteStatus) -> Key {
    match status {
        QuoteStatus::Draft => quotes::STATUS_DRAFT,
        QuoteStatus::Waiting => quotes::STATUS_WAITING,
        QuoteStatus::Approved => quotes::STATUS_APPROVED,
        QuoteStatus::Refused => quotes::STATUS_REFUSED,
        QuoteStatus::Sent => quotes::STATUS_SENT,
        QuoteStatus::Accepted => quotes::STATUS_ACCEPTED,
        QuoteStatus::Declined => quotes::STATUS_DECLINED,
        QuoteStatus::Expired => quotes::STATUS_EXPIRED,
        QuoteStatus::Replaced => quotes::STATUS_REPLACED,
    }
}

/// Only what somebody must act on has a colour.
#[must_use]
pub const fn quote_badge(status: QuoteStatus) -> &'static str {
    match status {
        QuoteStatus::Waiting | QuoteStatus::Expired => "badge badge-warn",
        QuoteStatus::Refused => "badge badge-danger",
        QuoteStatus::Accepted => "badge badge-ok",
        QuoteStatus::Declined | QuoteStatus::Replaced => "badge badge-outline",
        QuoteStatus::Draft | QuoteStatus::Approved | QuoteStatus::Sent => "badge",
    }
}

#[must_use]
pub const fn quote_step(step: QuoteStep) -> Key {
    match step {
        QuoteStep::Ask => quotes::STEP_ASK,
        QuoteStep::Withdraw => quotes::STEP_WITHDRAW,
        QuoteStep::Approve => quotes::STEP_APPROVE,
        QuoteStep::Refuse => quotes::STEP_REFUSE,
        QuoteStep::Send => quotes::STEP_SEND,
        QuoteStep::Accept => quotes::STEP_ACCEPT,
        QuoteStep::Decline => quotes::STEP_DECLINE,
        QuoteStep::Revise => quotes::STEP_REVISE,
    }
}

#[must_use]
pub const fn contract_status(status: ContractStatus) -> Key {
    match status {
        ContractStatus::Draft => contracts::STATUS_DRAFT,
        ContractStatus::Signed => contracts::STATUS_SIGNED,
        ContractStatus::Ended => contracts::STATUS_ENDED,
        ContractStatus::Cancelled => contracts::STATUS_CANCELLED,
    }
}

#[must_use]
pub const fn instalment(state: InstalmentState) -> Key {
    match state {
        InstalmentState::Open => contracts::STATE_OPEN,
        InstalmentState::Partly => contracts::STATE_PARTLY,
        InstalmentState::Overdue => contracts::STATE_OVERDUE,
        InstalmentState::Paid => contracts::STATE_PAID,
        InstalmentState::Void => contracts::STATE_VOID,
    }
}

#[must_use]
pub const fn payment_kind(kind: PaymentKind) -> Key {
    match kind {
        PaymentKind::Receipt => contracts::KIND_RECEIPT,
        PaymentKind::Refund => contracts::KIND_REFUND,
    }
}

#[must_use]
pub const fn payment_method(method: PaymentMethod) -> Key {
    match method {
        PaymentMethod::Transfer => contracts::METHOD_TRANSFER,
        PaymentMethod::Bill => contracts::METHOD_BILL,
        PaymentMethod::Online => contracts::METHOD_ONLINE,
        PaymentMethod::Cash => contracts::METHOD_CASH,
        PaymentMethod::Other => contracts::METHOD_OTHER,
    }
}

#[must_use]
pub const fn ageing(bucket: AgeingBucket) -> Key {
    match bucket {
        AgeingBucket::NotDue => contracts::AGE_NOT_DUE,
        AgeingBucket::Days30 => contracts::AGE_30,
        AgeingBucket::Days60 => contracts::AGE_60,
        AgeingBucket::Days90 => contracts::AGE_90,
        AgeingBucket::Over90 => contracts::AGE_OVER,
    }
}

#[must_use]
pub const fn standing(standing: Standing) -> Key {
    match standing {
        Standing::Overdue => visits::OVERDUE,
        Standing::Today => visits::TODAY,
        Standing::Week => visits::WEEK,
        Standing::Later => visits::LATER,
    }
}

#[must_use]
pub const fn escalation(level: Escalation) -> Key {
    match level {
        Escalation::Owner => visits::LEVEL_OWNER,
        Escalation::Manager => visits::LEVEL_MANAGER,
        Escalation::Director => visits::LEVEL_DIRECTOR,
    }
}

#[must_use]
pub const fn need_kind(kind: NeedKind) -> Key {
    match kind {
        NeedKind::Need => visits::KIND_NEED,
        NeedKind::Opinion => visits::KIND_OPINION,
    }
}

#[must_use]
pub const fn need_status(status: NeedStatus) -> Key {
    match status {
        NeedStatus::Open => visits::OPEN,
        NeedStatus::Working => visits::WORKING,
        NeedStatus::Done => visits::DONE,
        NeedStatus::Declined => visits::DECLINED,
    }
}

#[must_use]
pub const fn need_shown(shown: NeedShown) -> Key {
    match shown {
        NeedShown::Unsettled => visits::UNSETTLED,
        NeedShown::Open => visits::OPEN,
        NeedShown::Working => visits::WORKING,
        NeedShown::Done => visits::DONE,
        NeedShown::Declined => visits::DECLINED,
        NeedShown::All => visits::ALL,
    }
}

#[must_use]
pub const fn question_kind(kind: QuestionKind) -> Key {
    match kind {
        QuestionKind::Text => visits::Q_TEXT,
        QuestionKind::Choice => visits::Q_CHOICE,
        QuestionKind::Rating => visits::Q_RATING,
    }
}

#[must_use]
pub const fn day_kind(kind: DayKind) -> Key {
    match kind {
        DayKind::Holiday => visits::HOLIDAY,
        DayKind::Makeup => visits::MAKEUP,
    }
}

/// Number of employees: `100–499 人`.
#[must_use]
pub fn size(size: Size) -> String {
    texts().fmt(words::SIZE_PEOPLE, &[("range", &size.code().replace('-', "–"))])
}

/// A stage's name in the language of this page; the other one if it is empty.
#[must_use]
pub fn stage_name(stage: &Stage) -> String {
    pick(facts().lang, &stage.name_zh, &stage.name_en)
}

#[must_use]
pub fn product_name(product: &Product) -> String {
    pick(facts().lang, &product.name_zh, &product.name_en)
}

/// The text in the page's language, or the other one if it is empty.
#[must_use]
pub fn pick(lang: Lang, zh: &str, en: &str) -> String {
    let (first, second) = if lang == Lang::Zh { (zh, en) } else { (en, zh) };
    if first.is_empty() { second.to_owned() } else { first.to_owned() }
}

/// Number and unit of an amount for cards: `38.4` and `万`.
#[must_use]
pub fn money_short(amount: Money) -> (String, &'static str) {
    fmt::money_short(facts().lang, amount.minor, amount.currency.code())
}

/// An amount in a sentence: `38.4 万`.
#[must_use]
pub fn money_text(amount: Money) -> String {
    fmt::money_short_text(facts().lang, amount.minor, amount.currency.code())
}

/// An amount in a table: `¥384,000.00`.
#[must_use]
pub fn money_table(amount: Money) -> String {
    fmt::money_table(facts().lang, amount.minor, amount.currency.code())
}

/// Totals one currency behind the other, never added: `73.8 万 + US$1.2 万`.
#[must_use]
pub fn sums_text(sums: &Sums, weighted: bool) -> String {
    let (own, others) = sums_parts(sums, weighted);
    std::iter::once(own).chain(others).map(|part| fmt::joined(facts().lang, part)).collect::<Vec<_>>().join(" + ")
}

/// The total in the organisation's currency (or the only one there is), and
/// those in other currencies, each as number and unit.
#[must_use]
pub fn sums_parts(sums: &Sums, weighted: bool) -> ((String, &'static str), Vec<(String, &'static str)>) {
    let facts = facts();
    let own = facts.viewer.as_ref().map(|v| v.currency);
    let mut lines: Vec<_> = sums.0.iter().collect();
    lines.sort_by_key(|line| Some(line.currency) != own);
    let mut texts = lines
        .iter()
        .map(|line| fmt::money_short(facts.lang, if weighted { line.weighted_minor() } else { line.sum_minor }, line.currency.code()));
    let first = texts.next().unwrap_or_else(|| own.map_or_else(Default::default, |c| fmt::money_short(facts.lang, 0, c.code())));
    (first, texts.collect())
}

/// A stage's or a deal's probability: `30%`, `12.5%`.
#[must_use]
pub fn rate(bp: i32) -> String {
    fmt::percent(Some(i64::from(bp)), u32::from(bp % 100 != 0))
}

/// A hue for a person's avatar, the same everywhere: 0 to 11.
#[must_use]
pub fn hue(id: uuid::Uuid) -> u128 {
    (id.as_u128() ^ (id.as_u128() >> 64)) % 12
}

/// The first sign of a name, for avatars.
#[must_use]
pub fn initial(name: &str) -> String {
    name.chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
}

/// A date beside others: `7月2日`, `今天`.
#[must_use]
pub fn day(facts: &Facts, on: chrono::NaiveDate) -> String {
    fmt::date_short(facts.lang, on, facts.today())
}

#[must_use]
pub const fn answer_source(source: AnswerSource) -> Key {
    match source {
        AnswerSource::Questionnaire => satisfaction::SOURCE_QUESTIONNAIRE,
        AnswerSource::Interview => satisfaction::SOURCE_INTERVIEW,
        AnswerSource::Review => satisfaction::SOURCE_REVIEW,
    }
}

#[must_use]
pub const fn plan_status(status: PlanStatus) -> Key {
    match status {
        PlanStatus::Open => satisfaction::PLAN_OPEN,
        PlanStatus::Acting => satisfaction::PLAN_ACTING,
        PlanStatus::Resurveyed => satisfaction::PLAN_RESURVEYED,
        PlanStatus::Closed => satisfaction::PLAN_CLOSED,
    }
}

#[must_use]
pub const fn plan_badge(status: PlanStatus) -> &'static str {
    match status {
        PlanStatus::Open => "badge badge-warn",
        PlanStatus::Acting | PlanStatus::Resurveyed => "badge badge-info",
        PlanStatus::Closed => "badge badge-ok",
    }
}

/// How a customer changed hands.
#[must_use]
pub const fn hand(hand: Hand) -> Key {
    match hand {
        Hand::Claim => pool::HAND_CLAIM,
        Hand::Assign => pool::HAND_ASSIGN,
        Hand::Return => pool::HAND_RETURN,
        Hand::Recycle => pool::HAND_RECYCLE,
        Hand::TakeIn => pool::HAND_TAKE_IN,
        Hand::Form => pool::HAND_FORM,
        Hand::Along => pool::HAND_ALONG,
    }
}

/// By which rule of a pool it fell.
#[must_use]
pub const fn cause(cause: Cause) -> Key {
    match cause {
        Cause::NoContact => pool::CAUSE_NO_CONTACT,
        Cause::LastContact => pool::CAUSE_LAST_CONTACT,
        Cause::Longest => pool::CAUSE_LONGEST,
    }
}

/// `★ 4 · NPS 9`, or a dash.
#[must_use]
pub fn scores(scores: &Scores) -> String {
    let parts = [scores.csat.map(|n| format!("★ {n}")), scores.nps.map(|n| format!("NPS {n}")), scores.ces.map(|n| format!("CES {n}"))];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { fmt::NO_VALUE.to_owned() } else { parts.join(" · ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tiers::names::house;
    use i18n::Texts;

    #[test]
    fn no_own_name_can_repeat_one_of_the_catalogue() {
        for &tier in Tier::ALL {
            for (place, lang) in [(0, Lang::Zh), (1, Lang::En)] {
                let known = [house_tier(tier), house_tier_short(tier)].map(|key| Texts::new(lang).get(key));
                assert_eq!(house(tier)[place], known, "{tier}");
            }
        }
    }
}
