//! The words of closed sets, as the pages say them.

use i18n::Key;
use i18n::keys::tiers;
use store::export::Word;
use ui::{tickets, words};

pub const fn key(word: Word) -> Key {
    match word {
        Word::Contract(status) => words::contract_status(status),
        Word::Ageing(bucket) => words::ageing(bucket),
        Word::Quote(status) => words::quote_status(status),
        Word::Ticket(state) => tickets::state(state),
        Word::TicketKind(kind) => tickets::kind(kind),
        Word::Priority(priority) => tickets::priority(priority),
        Word::Standing(standing) => words::standing(standing),
        Word::AfterWin => tiers::VISIT_AFTER_WIN,
        Word::AfterLowScore => tiers::VISIT_AFTER_LOW,
        Word::Escalation(level) => words::escalation(level),
        Word::Channel(kind) => words::follow_up(kind),
        Word::NeedKind(kind) => words::need_kind(kind),
        Word::Need(status) => words::need_status(status),
        Word::Survey(status) => satisfaction::status(status),
        Word::Answer(source) => words::answer_source(source),
        Word::Plan(status) => words::plan_status(status),
        Word::Hand(hand) => words::hand(hand),
        Word::Cause(cause) => words::cause(cause),
        Word::Verdict(verdict) => field::verdict(verdict),
        Word::Planned(planned) => field::planned(planned),
        Word::Signal(signal) => field::signal(signal),
    }
}
