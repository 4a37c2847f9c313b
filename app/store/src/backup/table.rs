//! Tables as the database describes them, their rows as JSON and back. What the
//! two databases do differently is here: the catalogue, paging, placeholders.

use super::file::Shape;
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, Value as Sql};
use serde_json::Value;
use uuid::Uuid;

/// Rows read at once.
const PAGE: i64 = 5_000;
/// Placeholders of one statement; SQLite takes 32,766, PostgreSQL 65,535.
const PLACEHOLDERS: usize = 16_000;
/// The list of migrations is the database's own and is made with the schema.
const NOT_DATA: &str = "seaql_migrations";

/// What a column holds. The schema has no other types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Uuid,
    Instant,
    Date,
    Int,
    Big,
    Bool,
    Real,
    Bytes,
}

impl Kind {
    fn parse(declared: &str) -> Option<Self> {
        Some(match declared.to_ascii_lowercase().as_str() {
            "text" | "character varying" => Self::Text,
            "uuid" | "uuid_text" => Self::Uuid,
            "timestamp with time zone" | "timestamp_with_timezone_text" => Self::Instant,
            "date" | "date_text" => Self::Date,
            "integer" => Self::Int,
            "bigint" => Self::Big,
            "boolean" => Self::Bool,
            "double precision" | "real" => Self::Real,
            "bytea" | "blob" => Self::Bytes,
            _ => return None,
        })
    }

    fn read(self, row: &QueryResult, index: usize) -> Result<Value> {
        Ok(match self {
            Self::Text => row.try_get_by_index::<Option<String>>(index)?.map_or(Value::Null, Value::from),
            Self::Uuid => row.try_get_by_index::<Option<Uuid>>(index)?.map_or(Value::Null, |id| Value::from(id.to_string())),
            Self::Instant => {
                let at = row.try_get_by_index::<Option<DateTime<Utc>>>(index)?;
                at.map_or(Value::Null, |at| Value::from(at.to_rfc3339_opts(SecondsFormat::Micros, true)))
            }
            Self::Date => row.try_get_by_index::<Option<NaiveDate>>(index)?.map_or(Value::Null, |day| Value::from(day.to_string())),
            Self::Int => row.try_get_by_index::<Option<i32>>(index)?.map_or(Value::Null, Value::from),
            Self::Big => row.try_get_by_index::<Option<i64>>(index)?.map_or(Value::Null, Value::from),
            Self::Bool => row.try_get_by_index::<Option<bool>>(index)?.map_or(Value::Null, Value::from),
            Self::Real => row.try_get_by_index::<Option<f64>>(index)?.map_or(Value::Null, Value::from),
            Self::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(index)?.map_or(Value::Null, |bytes| Value::from(hex(&bytes))),
        })
    }

    /// `None` if the value is not of this kind.
    fn write(self, value: &Value) -> Option<Sql> {
        if value.is_null() {
            return Some(match self {
                Self::Text => Sql::String(None),
                Self::Uuid => Sql::Uuid(None),
                Self::Instant => Sql::ChronoDateTimeUtc(None),
                Self::Date => Sql::ChronoDate(None),
                Self::Int => Sql::Int(None),
                Self::Big => Sql::BigInt(None),
                Self::Bool => Sql::Bool(None),
                Self::Real => Sql::Double(None),
                Self::Bytes => Sql::Bytes(None),
            });
        }
        Some(match self {
            Self::Text => value.as_str()?.into(),
            Self::Uuid => value.as_str()?.parse::<Uuid>().ok()?.into(),
            Self::Instant => value.as_str()?.parse::<DateTime<Utc>>().ok()?.into(),
            Self::Date => value.as_str()?.parse::<NaiveDate>().ok()?.into(),
            Self::Int => i32::try_from(value.as_i64()?).ok()?.into(),
            Self::Big => value.as_i64()?.into(),
            Self::Bool => value.as_bool()?.into(),
            Self::Real => value.as_f64()?.into(),
            Self::Bytes => unhex(value.as_str()?)?.into(),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    digits.filter(|d| d.len().is_multiple_of(2)).map(|d| d.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<(String, Kind)>,
}

/// Every table with data, by name.
pub(super) async fn all(tx: &DatabaseTransaction) -> Result<Vec<Table>> {
    let backend = tx.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.columns c
             JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
             ORDER BY c.table_name, c.ordinal_position"
        }
        _ => {
            "SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
               AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND m.name LIKE v.name || '\\_%' ESCAPE '\\')
             ORDER BY m.name, p.cid"
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for row in tx.query_all_raw(Statement::from_string(backend, sql)).await? {
        let (name, column, declared): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if name == NOT_DATA {
            continue;
        }
        let kind = Kind::parse(&declared)
            .ok_or_else(|| StoreError::Internal(format!("{name}.{column} is of a type that backups do not know: {declared}")))?;
        match tables.last_mut() {
            Some(last) if last.name == name => last.columns.push((column, kind)),
            _ => tables.push(Table { name, columns: vec![(column, kind)] }),
        }
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tables)
}

/// Every reference of PostgreSQL's schema: table and name.
pub(super) async fn references(tx: &DatabaseTransaction) -> Result<Vec<(String, String)>> {
    let sql = "SELECT r.relname::text, c.conname::text FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
               WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY 1, 2";
    let rows = tx.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

impl Table {
    /// Columns by name, so that their order in a database does not matter.
    pub(super) fn shape(&self) -> Shape {
        Shape { name: self.name.clone(), columns: self.sorted().iter().map(|(name, _)| name.clone()).collect() }
    }

    fn sorted(&self) -> Vec<(String, Kind)> {
        let mut columns = self.columns.clone();
        columns.sort_by(|a, b| a.0.cmp(&b.0));
        columns
    }

    pub(super) async fn is_empty(&self, tx: &DatabaseTransaction) -> Result<bool> {
        let sql = format!("SELECT 1 FROM \"{}\" LIMIT 1", self.name);
        Ok(tx.query_one_raw(Statement::from_string(tx.get_database_backend(), sql)).await?.is_none())
    }

    pub(super) async fn clear(&self, tx: &DatabaseTransaction) -> Result<()> {
        tx.execute_unprepared(&format!("DELETE FROM \"{}\"", self.name)).await?;
        Ok(())
    }

    /// Counters of generated ids go on after the highest id.
    pub(super) async fn settle(&self, tx: &DatabaseTransaction) -> Result<()> {
        if tx.get_database_backend() != DbBackend::Postgres
            || !self.columns.iter().any(|(name, kind)| name == "id" && matches!(kind, Kind::Int | Kind::Big))
        {
            return Ok(());
        }
        let sql = format!(
            "SELECT setval(s, GREATEST((SELECT max(id) FROM \"{0}\"), 1)) FROM pg_get_serial_sequence('\"{0}\"', 'id') s WHERE s IS NOT NULL",
            self.name
        );
        tx.execute_unprepared(&sql).await?;
        Ok(())
    }

    pub(super) async fn cursor(&self, tx: &DatabaseTransaction) -> Result<Cursor> {
        let columns = self.sorted();
        let list = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let kinds = columns.into_iter().map(|(_, kind)| kind).collect();
        if tx.get_database_backend() == DbBackend::Postgres {
            // A name of its own: the driver remembers the columns of a statement by its text.
            let name = format!("\"rows of {}\"", self.name);
            tx.execute_unprepared(&format!("DECLARE {name} CURSOR FOR SELECT {list} FROM \"{}\"", self.name)).await?;
            return Ok(Cursor { kinds, sql: format!("FETCH {PAGE} FROM {name}"), name, after: 0 });
        }
        let sql = format!("SELECT {list}, rowid FROM \"{}\" WHERE rowid > ? ORDER BY rowid LIMIT {PAGE}", self.name);
        Ok(Cursor { kinds, sql, name: String::new(), after: i64::MIN })
    }

    /// Takes rows of the given shape, which may lack columns that are newer.
    pub(super) fn load(&self, shape: &Shape) -> Result<Load<'_>> {
        let kinds = shape.columns.iter().map(|wanted| {
            let found = self.columns.iter().find(|(name, _)| name == wanted).map(|(_, kind)| *kind);
            found.ok_or_else(|| StoreError::Internal(format!("table {} has no column {wanted}", self.name)))
        });
        let kinds = kinds.collect::<Result<Vec<_>>>()?;
        let head = shape.columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        Ok(Load { table: self, head, kinds, waiting: Vec::new(), rows: 0 })
    }
}

/// Goes over a table's rows, page by page.
pub(super) struct Cursor {
    kinds: Vec<Kind>,
    sql: String,
    /// Of PostgreSQL's cursor.
    name: String,
    /// The last row of SQLite's.
    after: i64,
}

impl Cursor {
    pub(super) async fn next(&mut self, tx: &DatabaseTransaction) -> Result<Vec<Vec<Value>>> {
        let backend = tx.get_database_backend();
        let rows = if backend == DbBackend::Postgres {
            tx.query_all_raw(Statement::from_string(backend, self.sql.clone())).await?
        } else {
            tx.query_all_raw(Statement::from_sql_and_values(backend, &self.sql, [self.after.into()])).await?
        };
        if backend != DbBackend::Postgres
            && let Some(last) = rows.last()
        {
            self.after = last.try_get_by_index(self.kinds.len())?;
        }
        rows.iter().map(|row| self.kinds.iter().enumerate().map(|(index, kind)| kind.read(row, index)).collect()).collect()
    }

    pub(super) async fn close(self, tx: &DatabaseTransaction) -> Result<()> {
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared(&format!("CLOSE {}", self.name)).await?;
        }
        Ok(())
    }
}

/// Writes rows, many in one statement.
pub(super) struct Load<'a> {
    table: &'a Table,
    head: String,
    kinds: Vec<Kind>,
    waiting: Vec<Sql>,
    pub(super) rows: u64,
}

impl Load<'_> {
    pub(super) fn name(&self) -> &str {
        &self.table.name
    }

    pub(super) async fn add(&mut self, tx: &DatabaseTransaction, row: Vec<Value>) -> Result<()> {
        let bad = |what: &str| StoreError::Internal(format!("table {}, row {}: {what}", self.table.name, self.rows + 1));
        if row.len() != self.kinds.len() {
            return Err(bad("has another number of columns"));
        }
        let values = self
            .kinds
            .iter()
            .zip(&row)
            .map(|(kind, value)| kind.write(value).ok_or_else(|| bad(&format!("{value} is no value of its column"))));
        let values = values.collect::<Result<Vec<_>>>()?;
        self.waiting.extend(values);
        self.rows += 1;
        if self.waiting.len() + self.kinds.len() > PLACEHOLDERS { self.flush(tx).await } else { Ok(()) }
    }

    pub(super) async fn finish(mut self, tx: &DatabaseTransaction) -> Result<()> {
        self.flush(tx).await
    }

    async fn flush(&mut self, tx: &DatabaseTransaction) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let backend = tx.get_database_backend();
        let wide = self.kinds.len();
        let place = |n: usize| if backend == DbBackend::Postgres { format!("${n}") } else { "?".to_owned() };
        let rows = (0..self.waiting.len() / wide).map(|row| {
            let places = (0..wide).map(|column| place(row * wide + column + 1)).collect::<Vec<_>>().join(", ");
            format!("({places})")
        });
        let sql = format!("INSERT INTO \"{}\" ({}) VALUES {}", self.table.name, self.head, rows.collect::<Vec<_>>().join(", "));
        tx.execute_raw(Statement::from_sql_and_values(backend, &sql, std::mem::take(&mut self.waiting))).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    /// Parsed the quick way, some of these are the next number.
    #[test]
    fn positions_come_back_to_the_last_bit() {
        let mut seed = 1_u64;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            #[allow(clippy::cast_precision_loss)]
            let at = (seed >> 11) as f64 / (1_u64 << 53) as f64 * 360.0 - 180.0;
            let back: f64 = serde_json::from_str(&serde_json::to_string(&at).unwrap()).unwrap();
            assert_eq!(back.to_bits(), at.to_bits());
        }
    }
}
