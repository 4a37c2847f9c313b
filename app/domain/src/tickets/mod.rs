//! Service tickets: what a customer asked, by when the tier promises an answer, and how
//! far it is. [`clock`] is the promise, [`form`] reads what is typed, [`view`] is what
//! lists and pages show.
//!
//! A ticket belongs to its customer; whoever may log work on the customer sees and
//! answers it, and so does whoever it is assigned to. What was promised when it came is
//! kept with it: a later change of the tier or of its settings rewrites nothing
//! (`docs/decisions/0032`).
//!
//! Not here: surveys after a ticket ([`crate::survey::sending`]).

pub mod clock;
pub mod form;
pub mod view;

use crate::codes;

codes! {
    /// How far a ticket is.
    TicketState {
        /// Nobody has answered yet.
        Open = "open",
        /// Answered, and being worked on.
        Answered = "answered",
        /// The customer is to say or do something.
        Waiting = "waiting",
        Solved = "solved",
        /// Over; opened again if need be.
        Closed = "closed",
    }
}

codes! {
    TicketKind { Question = "question", Problem = "problem", Request = "request", Complaint = "complaint" }
}

codes! {
    /// In which order tickets are worked on. It changes no promise.
    Priority { Urgent = "urgent", High = "high", Normal = "normal", Low = "low" }
}

codes! {
    /// What an entry of a ticket's timeline is.
    EntryKind {
        /// What we told the customer.
        Answer = "answer",
        /// For ourselves.
        Note = "note",
        /// What the customer said.
        Reply = "reply",
        /// It was opened again.
        Reopen = "reopen",
    }
}

codes! {
    /// Which tickets a list shows.
    TicketShown {
        /// Open, answered and waiting.
        Unsettled = "unsettled",
        Open = "open",
        Answered = "answered",
        Waiting = "waiting",
        Solved = "solved",
        Closed = "closed",
        All = "all",
    }
}

codes! {
    TicketSort {
        /// By when an answer is owed; those to whom none is come last.
        Due = "due",
        Created = "created",
        Updated = "updated",
    }
}

pub const SUBJECT_MAX: usize = 120;
pub const BODY_MAX: usize = 4_000;
/// Entries of one ticket: more than any conversation has.
pub const ENTRIES_MAX: usize = 500;

impl TicketState {
    /// Somebody still has to see to it.
    #[must_use]
    pub const fn is_unsettled(self) -> bool {
        matches!(self, Self::Open | Self::Answered | Self::Waiting)
    }

    /// What it can become beside what an entry makes of it by itself.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::Answered, Self::Waiting, Self::Solved, Self::Closed],
            Self::Answered => &[Self::Waiting, Self::Solved],
            Self::Waiting => &[Self::Answered, Self::Solved],
            Self::Solved => &[Self::Closed, Self::Open],
            Self::Closed => &[Self::Open],
        }
    }

    /// What an entry makes of it where nothing else is chosen: an answer answers what is
    /// open, a word of the customer ends the waiting.
    #[must_use]
    pub const fn after(self, entry: EntryKind) -> Self {
        match (self, entry) {
            (Self::Open, EntryKind::Answer) | (Self::Waiting, EntryKind::Reply) => Self::Answered,
            (Self::Solved | Self::Closed, EntryKind::Reopen) => Self::Open,
            (state, _) => state,
        }
    }
}

impl TicketShown {
    /// The states it stands for.
    #[must_use]
    pub const fn states(self) -> &'static [TicketState] {
        match self {
            Self::Unsettled => &[TicketState::Open, TicketState::Answered, TicketState::Waiting],
            Self::Open => &[TicketState::Open],
            Self::Answered => &[TicketState::Answered],
            Self::Waiting => &[TicketState::Waiting],
            Self::Solved => &[TicketState::Solved],
            Self::Closed => &[TicketState::Closed],
            Self::All => TicketState::ALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_answers_and_a_reply_ends_the_waiting() {
        use TicketState as S;
        assert_eq!(S::Open.after(EntryKind::Answer), S::Answered);
        assert_eq!(S::Waiting.after(EntryKind::Answer), S::Waiting, "a second answer may be another question");
        assert_eq!(S::Waiting.after(EntryKind::Reply), S::Answered);
        assert_eq!(S::Open.after(EntryKind::Reply), S::Open, "the customer asks again, and is still unanswered");
        assert_eq!(S::Closed.after(EntryKind::Reopen), S::Open);
        for state in S::ALL {
            assert_eq!(state.after(EntryKind::Note), *state);
            assert!(!state.next().contains(state));
        }
    }

    #[test]
    fn what_is_shown_first_is_what_is_to_do() {
        for state in TicketState::ALL {
            assert_eq!(TicketShown::Unsettled.states().contains(state), state.is_unsettled(), "{state}");
        }
    }
}
