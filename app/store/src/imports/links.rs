//! Which tables refer to a table, as the database itself says: what refers to a
//! record keeps it from being removed, also in tables that came later.

use crate::error::Result;
use domain::imports::Kept;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use std::collections::HashMap;
use uuid::Uuid;

/// The records of an import that something refers to, and what. `own`: a table
/// whose rows belong to the record and go with it.
pub async fn linked(tx: &DatabaseTransaction, table: &str, own: &str, import: Uuid) -> Result<HashMap<Uuid, Kept>> {
    let mut found = HashMap::new();
    for (other, column) in referring(tx, table).await?.into_iter().filter(|(other, _)| other != own) {
        // Names are of the catalogue, not of a person.
        let mark = if tx.get_database_backend() == DbBackend::Postgres { "$1" } else { "?" };
        let sql = format!(
            "SELECT DISTINCT \"{column}\" FROM \"{other}\" WHERE \"{column}\" IN (SELECT record_id FROM import_made WHERE import_id = {mark})"
        );
        let rows = tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [import.into()])).await?;
        for row in rows {
            found.entry(row.try_get_by_index::<Uuid>(0)?).or_insert(why(&other));
        }
    }
    Ok(found)
}

fn why(table: &str) -> Kept {
    match table {
        "contact" => Kept::Contacts,
        "deal" => Kept::Deals,
        "follow_up" | "task" => Kept::Work,
        "tier_change" => Kept::Changed,
        _ => Kept::Linked,
    }
}

/// Tables and their columns that refer to a table by a foreign key.
pub async fn referring(tx: &DatabaseTransaction, table: &str) -> Result<Vec<(String, String)>> {
    let backend = tx.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT c.relname::text, a.attname::text FROM pg_constraint k
             JOIN pg_class c ON c.oid = k.conrelid
             JOIN pg_class t ON t.oid = k.confrelid
             JOIN pg_namespace n ON n.oid = t.relnamespace
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
             WHERE k.contype = 'f' AND n.nspname = current_schema() AND t.relname = $1
             ORDER BY 1, 2"
        }
        _ => {
            "SELECT m.name, f.\"from\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
             WHERE m.type = 'table' AND f.\"table\" = ? ORDER BY 1, 2"
        }
    };
    let rows = tx.query_all_raw(Statement::from_sql_and_values(backend, sql, [table.into()])).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}
