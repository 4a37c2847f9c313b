//! Colleagues who are named in a follow-up: `@` and a name, or what stands before the `@` of
//! their mail address.
//!
//! Not here: whether who is named may see what it is about.

use crate::ids::{CustomerId, DealId, MentionId, UserId};
use crate::search::fold;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// People that one text names; further ones are not told.
pub const NAMED_MAX: usize = 20;
/// Mentions that a page shows.
pub const SHOWN: u64 = 20;
/// Characters of a follow-up that a mention shows.
pub const EXCERPT: usize = 140;

/// Who is named in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// In the order of the text, each once.
    pub people: Vec<UserId>,
    /// Names that several people have: nobody is told.
    pub unclear: Vec<String>,
}

/// Somebody who can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nameable {
    pub id: UserId,
    pub name: String,
    pub email: String,
}

/// Whether a text can name anybody at all.
#[must_use]
pub fn may_name(text: &str) -> bool {
    text.contains(['@', '＠'])
}

/// Who is named. The longest name counts, so that 王明远 is not 王明; an `@` inside a word is that
/// of a mail address.
#[must_use]
pub fn named(text: &str, people: &[Nameable]) -> Named {
    let mut names: Vec<(Vec<char>, UserId, &str)> = Vec::new();
    for one in people {
        let account = one.email.split('@').next().unwrap_or_default();
        for name in [one.name.as_str(), account] {
            let folded: Vec<char> = fold(name).chars().collect();
            if !folded.is_empty() {
                names.push((folded, one.id, one.name.as_str()));
            }
        }
    }
    // As `fold`, but one sign for one, so that places stay.
    let signs: Vec<char> = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect();
    let is_word = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
    let mut found = Named::default();
    for (at, _) in signs.iter().enumerate().filter(|(_, sign)| **sign == '@') {
        if at > 0 && is_word(signs.get(at - 1)) {
            continue;
        }
        let rest = &signs[at + 1..];
        let fits = |name: &[char]| rest.starts_with(name) && !(is_word(name.last()) && is_word(rest.get(name.len())));
        let Some(longest) = names.iter().filter(|(name, ..)| fits(name)).map(|(name, ..)| name.len()).max() else { continue };
        let mut meant: Vec<(UserId, &str)> =
            names.iter().filter(|(name, ..)| name.len() == longest && fits(name)).map(|(_, id, name)| (*id, *name)).collect();
        meant.sort();
        meant.dedup();
        match meant.as_slice() {
            [(id, _)] if !found.people.contains(id) && found.people.len() < NAMED_MAX => found.people.push(*id),
            [_] => {}
            several => {
                let name = several.first().map(|(_, name)| (*name).to_owned()).unwrap_or_default();
                if !found.unclear.contains(&name) {
                    found.unclear.push(name);
                }
            }
        }
    }
    found
}

/// The beginning of a text.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(EXCERPT).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A follow-up in which somebody is named, as they see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionRow {
    pub id: MentionId,
    pub by: String,
    pub at: DateTime<Utc>,
    pub customer: CustomerId,
    pub customer_name: String,
    pub deal: Option<(DealId, String)>,
    /// The beginning of what was written.
    pub text: String,
}

impl MentionRow {
    /// Where the follow-up is.
    #[must_use]
    pub fn href(&self) -> String {
        match &self.deal {
            Some((id, _)) => format!("/deals/{id}"),
            None => format!("/customers/{}", self.customer),
        }
    }
}

/// What became of the names in a follow-up: names of people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub told: Vec<String>,
    /// May not see what it is about.
    pub untold: Vec<String>,
    pub unclear: Vec<String>,
}

/// Says that a mention was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenForm {
    pub request: String,
    pub mention: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn people() -> Vec<Nameable> {
        let one = |n, name: &str, email: &str| Nameable { id: UserId(Uuid::from_u128(n)), name: name.into(), email: email.into() };
        vec![
            one(1, "王明", "wm@example.com"),
            one(2, "王明远", "wmy@example.com"),
            one(3, "Bob Bauer", "bob@example.com"),
            one(4, "陈砚", "chen@example.com"),
            one(5, "陈砚", "chen2@example.com"),
        ]
    }

    fn of(text: &str) -> Vec<u128> {
        named(text, &people()).people.iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn the_longest_name_behind_the_sign_is_meant() {
        assert_eq!(of("请@王明远 看，@王明也看"), [2, 1]);
        assert_eq!(of("@BOB BAUER and ＠ｂｏｂ: once"), [3]);
        assert_eq!(of("@bob, please"), [3]);
    }

    #[test]
    fn addresses_and_other_words_name_nobody() {
        for text in ["mail to sam@bob", "@bobby", "@", "bob", "@nobody", "a@王明", ""] {
            assert_eq!(of(text), [], "{text}");
        }
        assert!(!may_name("no sign") && may_name("＠"));
    }

    #[test]
    fn a_name_of_two_people_is_unclear() {
        let found = named("@陈砚 @chen2", &people());
        assert_eq!((found.people, found.unclear), (vec![UserId(Uuid::from_u128(5))], vec!["陈砚".to_owned()]));
    }

    #[test]
    fn no_more_than_a_roomful_is_told() {
        let many: Vec<_> =
            (0..30).map(|n| Nameable { id: UserId(Uuid::from_u128(n)), name: format!("n{n}x"), email: String::new() }).collect();
        let text: String = many.iter().map(|one| format!("@{} ", one.name)).collect();
        assert_eq!(named(&text, &many).people.len(), NAMED_MAX);
        assert_eq!(excerpt(&"长".repeat(200)).chars().count(), EXCERPT + 1);
    }
}
