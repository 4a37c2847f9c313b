//! Statements that both databases understand, but for the names of some types.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// Runs the statements of a step, `{uuid}`, `{instant}`, `{date}`, `{json}` and `{bytes}`
/// filled in.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for statement in statements {
        db.execute_unprepared(&filled(manager.get_database_backend(), statement)).await?;
    }
    Ok(())
}

fn filled(backend: DatabaseBackend, statement: &str) -> String {
    let (uuid, instant, date, json, bytes) = match backend {
        DatabaseBackend::Postgres => ("uuid", "timestamp with time zone", "date", "text", "bytea"),
        _ => ("uuid_text", "timestamp_with_timezone_text", "date_text", "text", "blob"),
    };
    let names = [("{uuid}", uuid), ("{instant}", instant), ("{date}", date), ("{json}", json), ("{bytes}", bytes)];
    names.iter().fold(statement.to_owned(), |text, (name, kind)| text.replace(name, kind))
}
