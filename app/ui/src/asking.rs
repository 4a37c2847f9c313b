//! Questions asked while somebody types: after a pause, and only the answer to the last
//! one counts.

use leptos::prelude::*;
use std::time::Duration;

/// Counts the questions.
#[derive(Clone, Copy)]
pub struct Asking(StoredValue<u32>);

/// One question; it is the last one until another is asked, or its page is gone.
#[derive(Clone, Copy)]
pub struct Question {
    all: Asking,
    number: u32,
}

impl Asking {
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new(0))
    }

    /// Another question: no earlier one counts from now on. `None`: the page is gone.
    pub fn next(self) -> Option<Question> {
        let number = self.0.try_update_value(|n| {
            *n += 1;
            *n
        })?;
        Some(Question { all: self, number })
    }
}

impl Default for Asking {
    fn default() -> Self {
        Self::new()
    }
}

impl Question {
    #[must_use]
    pub fn is_last(self) -> bool {
        self.all.0.try_with_value(|n| *n) == Some(self.number)
    }

    /// Runs `ask` after a pause in typing, unless something else was asked meanwhile.
    pub fn after(self, pause: Duration, ask: impl FnOnce() + 'static) {
        set_timeout(
            move || {
                if self.is_last() {
                    ask();
                }
            },
            pause,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_question_counts() {
        let owner = Owner::new();
        owner.set();
        let asking = Asking::new();
        let first = asking.next();
        assert!(first.is_some_and(Question::is_last));
        let second = asking.next();
        assert!(!first.is_some_and(Question::is_last) && second.is_some_and(Question::is_last));
        owner.cleanup();
        assert!(!second.is_some_and(Question::is_last), "its page is gone");
        assert!(asking.next().is_none());
    }
}
