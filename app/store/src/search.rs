//! Text search: what is stored in `search` columns, and the pattern that finds
//! it. Case and width are folded; `%` and `_` are ordinary characters.

use sea_orm::IntoSimpleExpr;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr};

/// Folds text for comparison: lower case, full-width Latin and digits to half
/// width, blanks to one.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    let folded: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `column` contains `text`; the column must hold folded text.
pub(crate) fn contains(column: impl IntoSimpleExpr, text: &str) -> SimpleExpr {
    Expr::expr(column.into_simple_expr()).like(LikeExpr::new(format!("%{}%", pattern(text))).escape('\\'))
}

/// `column` begins with `text`; the column must hold folded text.
pub(crate) fn begins(column: impl IntoSimpleExpr, text: &str) -> SimpleExpr {
    Expr::expr(column.into_simple_expr()).like(LikeExpr::new(format!("{}%", pattern(text))).escape('\\'))
}

/// As [`contains`], for a column that holds text as typed.
pub(crate) fn contains_any_case(column: impl IntoSimpleExpr, text: &str) -> SimpleExpr {
    let lowered = sea_orm::sea_query::Func::lower(column.into_simple_expr());
    Expr::expr(lowered).like(LikeExpr::new(format!("%{}%", pattern(text))).escape('\\'))
}

/// Folded, with the signs that a pattern gives a meaning taken as they are.
fn pattern(text: &str) -> String {
    fold(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn width_and_case_do_not_matter() {
        assert_eq!(fold(" ＡＢＣ　智造 "), "abc 智造");
    }
}
