//! What a cell says: text without the marks that spreadsheets put around it,
//! and amounts. Dates are in `dates`, words of closed sets in `words`.

use super::words::plain;
use domain::money::Currency;
use domain::transfer::unshield;

/// Signs that stand behind an amount in Europe; others are read where they are.
const SIGNS: [char; 4] = ['€', '£', '¥', '$'];

/// The text of a cell as the person meant it: without surrounding blanks and
/// invisible marks; without what kept a spreadsheet from calculating
/// (`'=1+1`, `'+86…`, `="007"`); with `\n` between lines; nothing for dashes
/// that stand for "nothing".
pub fn clean(cell: &str) -> String {
    let text = bare(cell);
    if !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '–' | '—')) {
        return String::new();
    }
    let shielded = Some(unshield(text)).filter(|bare| bare.len() < text.len());
    let quoted = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    let text = shielded.or(quoted).unwrap_or(text);
    lines(text)
}

/// A text that stands as it is meant: without surrounding blanks, and with `\n`
/// between lines.
pub fn literal(cell: &str) -> String {
    lines(bare(cell))
}

fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

fn lines(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// Full-width Latin, digits and signs as half-width ones.
pub fn half_width(text: &str) -> String {
    let fold = |c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    };
    text.chars().map(fold).collect()
}

/// Whether a spreadsheet has rounded a long number: `1.38E+10`. The digits are
/// lost, so the cell is refused where digits matter.
pub fn is_rounded(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    number.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !number.is_empty() && power.strip_prefix('+').is_some_and(digits)
}

/// What the header of the amounts says about all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AmountHeader {
    /// `金额（万元）`: a unit that every amount without one takes.
    unit: Option<&'static str>,
    /// `Amount (USD)`: the currency where no column says another.
    pub currency: Option<Currency>,
}

impl AmountHeader {
    pub fn of(header: &str) -> Self {
        let header = half_width(header);
        let Some((_, rest)) = header.split_once('(') else { return Self::default() };
        let inside = plain(rest.trim_end_matches(')'));
        let currency = super::words::currency(&inside);
        let unit = match inside.chars().next() {
            Some('万') => Some("万"),
            Some('千') => Some("k"),
            Some('亿') => Some("亿"),
            Some('k') => Some("k"),
            _ if inside.contains("thousand") => Some("k"),
            _ if inside.contains("million") => Some("M"),
            _ => None,
        };
        Self { unit: unit.filter(|_| currency.is_none()), currency }
    }

    /// An amount as the reader of amounts takes it. `comma`: the file comes
    /// from a country where the comma parts the decimals.
    pub fn text(self, cell: &str, comma: bool) -> String {
        let mut text = if comma { decimal_point(cell) } else { cell.to_owned() };
        if let Some(unit) = self.unit.filter(|_| text.ends_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c))) {
            text.push_str(unit);
        }
        text
    }
}

/// The currency whose sign or name stands beside an amount: `$1,200`, `80 EUR`.
pub fn sign(cell: &str) -> Option<Currency> {
    let number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '+' | '\'');
    super::words::currency(half_width(cell).trim_matches(number))
}

/// `1.234,50 €` as `€1234.50`, if it can mean nothing else; else as it was.
fn decimal_point(cell: &str) -> String {
    let text = cell.trim();
    let (sign, number) = match text.chars().next_back().filter(|c| SIGNS.contains(c)) {
        Some(sign) => (Some(sign), text.trim_end_matches(sign).trim_end()),
        None => (None, text),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let first = number.find(|c: char| c.is_ascii_digit()).unwrap_or_default();
    let (before, number) = number.split_at(first);
    let (whole, decimals) = number.split_once(',').unwrap_or((number, ""));
    let groups: Vec<&str> = whole.split(['.', ' ', '\u{a0}', '\u{202f}', '\'', '’']).collect();
    let grouped = groups.iter().all(|group| digits(group)) && groups.iter().skip(1).all(|group| group.len() == 3);
    let told = number.contains(',') && digits(decimals) && decimals.len() <= 2 || decimals.is_empty() && groups.len() > 2;
    let sign = sign.map(String::from).unwrap_or_default();
    if grouped && told {
        let point = if decimals.is_empty() { "" } else { "." };
        return format!("{before}{sign}{}{point}{decimals}", groups.concat());
    }
    format!("{before}{sign}{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kept_a_spreadsheet_from_calculating_goes() {
        for (cell, meant) in [
            ("'=1+1", "=1+1"),
            ("'+86 21 6888 0000", "+86 21 6888 0000"),
            ("'@home", "@home"),
            ("'-", "-"),
            ("=\"00712\"", "00712"),
            ("\u{feff} 恒澜\u{a0}\t", "恒澜"),
            ("first\r\nsecond", "first\nsecond"),
            ("'s-Hertogenbosch", "'s-Hertogenbosch"),
            ("--", ""),
            ("—", ""),
        ] {
            assert_eq!(clean(cell), meant);
        }
    }

    #[test]
    fn rounded_numbers_are_told_from_text() {
        for (text, rounded) in
            [("1.38E+10", true), ("9.13101E+17", true), ("91310000MA1K35E+", false), ("E+10", false), ("13800000000", false)]
        {
            assert_eq!(is_rounded(text), rounded, "{text}");
        }
    }

    #[test]
    fn the_header_says_unit_or_currency() {
        let wan = AmountHeader::of("预计金额（万元）");
        assert_eq!((wan.text("12.8", false).as_str(), wan.text("12.8万", false).as_str()), ("12.8万", "12.8万"));
        assert_eq!(AmountHeader::of("金额(元)"), AmountHeader { unit: None, currency: Some(Currency::Cny) });
        assert_eq!(AmountHeader::of("Amount (USD)").currency, Some(Currency::Usd));
        assert_eq!(AmountHeader::of("Amount (thousands)").text("3", false), "3k");
        assert_eq!(AmountHeader::of("Amount").text("3", false), "3");
    }

    #[test]
    fn a_sign_tells_the_currency() {
        for (text, meant) in [
            ("$1,234.50", Some(Currency::Usd)),
            ("80 EUR", Some(Currency::Eur)),
            ("1.234,50 €", Some(Currency::Eur)),
            ("￥12", Some(Currency::Cny)),
            ("12", None),
            ("12.8万", None),
        ] {
            assert_eq!(sign(text), meant, "{text}");
        }
    }

    #[test]
    fn european_amounts() {
        for (cell, meant) in [
            ("1.234,50 €", "€1234.50"),
            ("1.234.567", "1234567"),
            ("12,5", "12.5"),
            ("- 12,50", "- 12.50"),
            ("EUR 1 234,00", "EUR 1234.00"),
            // Could be either: left for the reader of amounts to refuse.
            ("1.234", "1.234"),
            ("1,234", "1,234"),
            ("1,234.50", "1,234.50"),
        ] {
            assert_eq!(decimal_point(cell), meant);
        }
    }
}
