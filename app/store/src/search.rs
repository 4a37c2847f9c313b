//! Text search: what is stored in `search` columns, and the pattern that finds
//! it. Case and width are folded (`domain::search::fold`); `%` and `_` are
//! ordinary characters.

pub(crate) use domain::search::fold;
use sea_orm::IntoSimpleExpr;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr};

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
