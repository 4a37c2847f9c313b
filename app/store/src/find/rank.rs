//! How well a record answers what was typed: the smaller, the better.

use super::sound;
use crate::search::fold;
use domain::search::DIGITS_MIN;
use memchr::memmem::Finder;

/// What a record is found by.
pub(super) struct Names {
    /// Folded, a name a line, the most telling first.
    pub text: Box<str>,
    /// Of the first name: see [`sound`].
    pub sound: Box<str>,
    /// Of its telephones, a number behind a line's end.
    pub digits: Box<str>,
}

impl Names {
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, phones: &str) -> Self {
        let lines: Vec<String> = names.into_iter().map(fold).filter(|name| !name.is_empty()).collect();
        let sound = lines.first().map(|name| sound::sound(name)).unwrap_or_default();
        Self { sound: sound.into(), digits: digits(phones).into(), text: lines.join("\n").into() }
    }
}

/// The digits of a telephone number.
pub(super) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// What was typed, taken apart once for all records.
pub(super) struct Asked {
    whole: Sought,
    tokens: Vec<Token>,
    /// Of a telephone number, if it can be one.
    digits: Option<Sought>,
}

struct Token {
    text: Sought,
    spelling: bool,
}

/// A text that is looked for in every record.
struct Sought {
    text: String,
    finder: Finder<'static>,
}

impl Sought {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), finder: Finder::new(text).into_owned() }
    }
}

/// Found, from the best to the last.
const EXACT: u8 = 0;
const PREFIX: u8 = 1;
const SOUNDS: u8 = 2;
const INSIDE: u8 = 3;
const SOUNDS_INSIDE: u8 = 4;

impl Asked {
    /// `None` if there is nothing to look for.
    pub fn new(text: &str) -> Option<Self> {
        let whole = fold(text);
        if whole.is_empty() {
            return None;
        }
        let tokens = whole.split(' ').map(|text| Token { spelling: sound::is_spelling(text), text: Sought::new(text) }).collect();
        let number = whole.chars().all(|sign| sign.is_ascii_digit() || " +-().".contains(sign));
        let digits = number.then(|| digits(&whole)).filter(|digits| digits.len() >= DIGITS_MIN);
        Some(Self { digits: digits.as_deref().map(Sought::new), whole: Sought::new(&whole), tokens })
    }

    /// `None`: not found by it.
    pub fn rank(&self, names: &Names) -> Option<u8> {
        let number = self.digits.as_ref().and_then(|digits| in_digits(digits, &names.digits));
        let whole = if self.tokens.len() > 1 { in_text(&self.whole, &names.text) } else { None };
        let mut worst = Some(EXACT);
        for token in &self.tokens {
            worst = worst.and_then(|worst| Some(worst.max(token.rank(names)?)));
        }
        // Words in any order are not the name itself.
        let worst = if self.tokens.len() > 1 { worst.map(|rank| rank.max(INSIDE)) } else { worst };
        [number, whole, worst].into_iter().flatten().min()
    }

    /// Characters of `title` that match.
    pub fn marks(&self, title: &str) -> Vec<(usize, usize)> {
        let signs: Vec<String> = title.chars().map(|sign| fold(&sign.to_string())).collect();
        let mut found: Vec<(usize, usize)> = self.tokens.iter().filter_map(|token| token.mark(&signs)).collect();
        found.sort_unstable();
        found
    }
}

impl Token {
    fn rank(&self, names: &Names) -> Option<u8> {
        let text = in_text(&self.text, &names.text);
        if text.is_some_and(|rank| rank <= PREFIX) || !self.spelling {
            return text;
        }
        let sound = sound::place(&self.text.text, &names.sound).map(|place| if place.start == 0 { SOUNDS } else { SOUNDS_INSIDE });
        [text, sound].into_iter().flatten().min()
    }

    fn mark(&self, signs: &[String]) -> Option<(usize, usize)> {
        // Where the text is, sign by sign: folding may change how long a sign is.
        let here = |from: usize| {
            let mut rest = self.text.text.as_str();
            for (sign, place) in signs[from..].iter().zip(from..) {
                match rest.strip_prefix(sign.as_str()) {
                    Some("") => return Some((from, place + 1)),
                    Some(more) if !sign.is_empty() => rest = more,
                    _ => return None,
                }
            }
            None
        };
        (0..signs.len()).find_map(here).or_else(|| self.spelling.then(|| self.mark_sound(signs)).flatten())
    }

    fn mark_sound(&self, signs: &[String]) -> Option<(usize, usize)> {
        // The first and the last sign of each syllable.
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let mut in_word = false;
        for (place, sign) in signs.iter().enumerate() {
            let latin = !sign.is_empty() && sign.bytes().all(|byte| byte.is_ascii_alphanumeric());
            match spans.last_mut() {
                Some(span) if latin && in_word => span.1 = place + 1,
                _ if latin || !sound::sound(sign).is_empty() => spans.push((place, place + 1)),
                _ => {}
            }
            in_word = latin;
        }
        let found = sound::place(&self.text.text, &sound::sound(&together(signs)))?;
        Some((spans.get(found.start)?.0, spans.get(found.end.checked_sub(1)?)?.1))
    }
}

/// Signs as text again; those that fold to nothing are blanks.
fn together(signs: &[String]) -> String {
    signs.iter().map(|sign| if sign.is_empty() { " " } else { sign.as_str() }).collect()
}

fn in_text(sought: &Sought, lines: &str) -> Option<u8> {
    // One look decides for nearly every record.
    sought.finder.find(lines.as_bytes())?;
    let best = lines.split('\n').map(|line| match line.strip_prefix(sought.text.as_str()) {
        Some("") => EXACT,
        Some(_) => PREFIX,
        None => INSIDE,
    });
    best.min()
}

fn in_digits(sought: &Sought, known: &str) -> Option<u8> {
    if known == sought.text {
        return Some(EXACT);
    }
    sought.finder.find(known.as_bytes()).map(|place| if place == 0 { PREFIX } else { INSIDE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(typed: &str, names: &[&str], phone: &str) -> Option<u8> {
        Asked::new(typed).and_then(|asked| asked.rank(&Names::new(names.iter().copied(), phone)))
    }

    #[test]
    fn exact_before_prefix_before_initials_before_inside() {
        let names = ["华东智造集团", "华东"];
        assert_eq!(rank("华东", &names, ""), Some(EXACT));
        assert_eq!(rank("华东智", &names, ""), Some(PREFIX));
        assert_eq!(rank("hdzz", &names, ""), Some(SOUNDS));
        assert_eq!(rank("智造", &names, ""), Some(INSIDE));
        assert_eq!(rank("zzjt", &names, ""), Some(SOUNDS_INSIDE));
        assert_eq!(rank("华南", &names, ""), None);
        assert_eq!(rank("集团 华东", &names, ""), Some(INSIDE), "words in any order");
        assert_eq!(rank("Alpha Pumps", &["alpha pumps"], ""), Some(EXACT));
        assert_eq!(rank("ＡＬＰＨＡ", &["alpha pumps"], ""), Some(PREFIX));
    }

    #[test]
    fn telephones_by_four_digits_and_more() {
        assert_eq!(rank("6888", &["a"], "021-6888 0000"), Some(INSIDE));
        assert_eq!(rank("021 6888", &["a"], "021-6888 0000"), Some(PREFIX));
        assert_eq!(rank("688", &["a"], "021-6888 0000"), None);
        assert_eq!(rank("0000", &["a"], "021-6888"), None);
    }

    #[test]
    fn what_matches_is_marked() {
        let marks = |typed: &str, title: &str| Asked::new(typed).map(|asked| asked.marks(title)).unwrap_or_default();
        assert_eq!(marks("智造", "华东智造"), [(2, 4)]);
        assert_eq!(marks("hd", "华东智造"), [(0, 2)]);
        assert_eq!(marks("zz", "华东 智造"), [(3, 5)]);
        assert_eq!(marks("abc", "ＡＢＣ智造"), [(0, 3)]);
        assert_eq!(marks("crm hd", "华东 CRM"), [(0, 2), (3, 6)]);
        assert_eq!(marks("x", "华东"), []);
    }
}
