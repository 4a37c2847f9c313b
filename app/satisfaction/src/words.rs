//! Words for the codes of surveys.

use domain::survey::figures::{AnswerSet, Step};
use domain::survey::sending::{InvitationState, Occasion};
use domain::survey::{Both, Compare, Dimension, QuestionKind, SurveyStatus};
use i18n::keys::satisfaction;
use i18n::{Key, Lang};
pub use ui::words::{answer_source as source, plan_badge, plan_status as plan, scores};

pub const fn question_kind(kind: QuestionKind) -> Key {
    match kind {
        QuestionKind::Csat => satisfaction::KIND_CSAT,
        QuestionKind::Nps => satisfaction::KIND_NPS,
        QuestionKind::Ces => satisfaction::KIND_CES,
        QuestionKind::Dimensions => satisfaction::KIND_DIMENSIONS,
        QuestionKind::Choice => satisfaction::KIND_CHOICE,
        QuestionKind::Several => satisfaction::KIND_SEVERAL,
        QuestionKind::Matrix => satisfaction::KIND_MATRIX,
        QuestionKind::Text => satisfaction::KIND_TEXT,
    }
}

pub const fn dimension(dimension: Dimension) -> Key {
    match dimension {
        Dimension::Service => satisfaction::DIM_SERVICE,
        Dimension::Product => satisfaction::DIM_PRODUCT,
        Dimension::Delivery => satisfaction::DIM_DELIVERY,
        Dimension::Response => satisfaction::DIM_RESPONSE,
        Dimension::Expertise => satisfaction::DIM_EXPERTISE,
        Dimension::Value => satisfaction::DIM_VALUE,
    }
}

pub const fn compare(is: Compare) -> Key {
    match is {
        Compare::AtMost => satisfaction::IS_AT_MOST,
        Compare::AtLeast => satisfaction::IS_AT_LEAST,
        Compare::Equals => satisfaction::IS_EQUALS,
        Compare::Contains => satisfaction::IS_CONTAINS,
    }
}

#[must_use]
pub const fn status(status: SurveyStatus) -> Key {
    match status {
        SurveyStatus::Draft => satisfaction::STATUS_DRAFT,
        SurveyStatus::Open => satisfaction::STATUS_OPEN,
        SurveyStatus::Closed => satisfaction::STATUS_CLOSED,
    }
}

pub const fn occasion(occasion: Occasion) -> Key {
    match occasion {
        Occasion::Chosen => satisfaction::OCCASION_CHOSEN,
        Occasion::Periodic => satisfaction::OCCASION_PERIODIC,
        Occasion::Won => satisfaction::OCCASION_WON,
        Occasion::Ticket => satisfaction::OCCASION_TICKET,
        Occasion::Second => satisfaction::OCCASION_SECOND,
    }
}

pub const fn invitation(state: InvitationState) -> Key {
    match state {
        InvitationState::Waiting => satisfaction::INVITATION_WAITING,
        InvitationState::Sent => satisfaction::INVITATION_SENT,
        InvitationState::Answered => satisfaction::INVITATION_ANSWERED,
        InvitationState::Expired => satisfaction::INVITATION_EXPIRED,
    }
}

pub const fn step(step: Step) -> Key {
    match step {
        Step::Month => satisfaction::BY_MONTH,
        Step::Quarter => satisfaction::BY_QUARTER,
    }
}

pub fn set(set: AnswerSet) -> Key {
    match set {
        AnswerSet::All => satisfaction::SET_ALL,
        AnswerSet::Csat => satisfaction::SET_CSAT,
        AnswerSet::CsatTop => satisfaction::SET_CSAT_TOP,
        AnswerSet::Nps => satisfaction::SET_NPS,
        AnswerSet::Promoters => satisfaction::SET_PROMOTERS,
        AnswerSet::Passives => satisfaction::SET_PASSIVES,
        AnswerSet::Detractors => satisfaction::SET_DETRACTORS,
        AnswerSet::Ces => satisfaction::SET_CES,
        AnswerSet::CesTop => satisfaction::SET_CES_TOP,
        AnswerSet::Low => satisfaction::SET_LOW,
        other => other.dimension().map_or(satisfaction::SET_ALL, dimension),
    }
}

/// A title or a question in the language of this page.
pub fn both(both: &Both) -> String {
    both.pick(ui::facts().lang == Lang::Zh).to_owned()
}
