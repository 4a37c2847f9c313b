//! Text on its way into a spreadsheet and back. A cell that begins with a sign
//! of a formula is run by spreadsheets ("CSV injection", OWASP), so such text
//! is shielded by an apostrophe; import takes exactly that apostrophe away.

use std::borrow::Cow;

/// What a spreadsheet runs when a cell begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Signs that stand for "nothing" in files, and are text only if shielded.
const DASHES: [char; 2] = ['–', '—'];

/// Whether text, but for leading apostrophes, would be run or be read as nothing.
fn is_dangerous(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(|c| FORMULA.contains(&c) || DASHES.contains(&c))
}

/// Text as a cell that no spreadsheet runs: with an apostrophe before it if it
/// begins with `=`, `+`, `-`, `@`, a tab, a carriage return or a dash, or with
/// apostrophes and then one of these. [`unshield`] gives the text back.
///
/// ```
/// use domain::transfer::{shield, unshield};
/// assert_eq!(shield("+86 21 6888"), "'+86 21 6888");
/// assert_eq!(unshield("'+86 21 6888"), "+86 21 6888");
/// assert_eq!(shield("'t Hart"), "'t Hart");
/// ```
#[must_use]
pub fn shield(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`shield`] was given; other cells as they are.
#[must_use]
pub fn unshield(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_dangerous(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_shielded_comes_back() {
        let signs = ["=", "+", "-", "@", "\t", "\r", "–", "—", "'", "a", "堰", "1", " ", "\""];
        for first in signs {
            for second in signs {
                for third in signs {
                    let text = format!("{first}{second}{third}");
                    let cell = shield(&text);
                    assert!(!cell.starts_with(|c| FORMULA.contains(&c)), "{cell:?} would be run");
                    assert_eq!(unshield(&cell), text);
                }
            }
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "恒澜", "'s-Hertogenbosch", "a=b", "1-2", "\"quoted\""] {
            assert_eq!(shield(text), text);
            assert_eq!(unshield(text), text);
        }
    }
}
