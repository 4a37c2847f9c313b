//! Pages of a list that is sorted by a column and then by identifier.

use sea_orm::IntoSimpleExpr;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use uuid::Uuid;

/// Rows behind the one with this value and identifier; a row without a value is none of
/// them. Compared as a pair, and not as
/// "beyond, or the same and beyond": of many rows with one value, as after an import,
/// an index then finds the place, where it would read all of them again for each page.
pub(crate) fn behind(
    column: impl IntoSimpleExpr,
    id: impl IntoSimpleExpr,
    value: impl Into<SimpleExpr>,
    last: Uuid,
    descending: bool,
) -> SimpleExpr {
    let row = Expr::tuple([column.into_simple_expr(), id.into_simple_expr()]);
    let known = Expr::tuple([value.into(), Expr::value(last)]);
    if descending { row.lt(known) } else { row.gt(known) }
}
