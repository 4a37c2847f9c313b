//! The file of a backup: gzip over lines of JSON. First the header; then each
//! table as its shape, its rows and its sum; last a line that says the file is
//! whole. A row is an array in the order of the shape's columns.
//!
//! A digest does not depend on the order of rows, because the two databases
//! have no order in common: it is the sum of the rows' SHA-256, modulo 2^256.

use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Digest as _;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Of the file itself; a reader refuses what it does not know.
pub(super) const FORMAT: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Header {
    /// Named so that a file says what it is.
    #[serde(rename = "weir_backup")]
    pub(super) format: u32,
    pub(super) version: String,
    pub(super) made_at: DateTime<Utc>,
    /// The migrations that made the schema.
    pub(super) schema: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// Rows of a table and their digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    pub name: String,
    pub rows: u64,
    /// 64 hexadecimal digits.
    pub digest: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Table(Shape),
    End(TableSum),
    /// With the number of tables.
    Complete(usize),
}

pub(super) enum Line {
    Table(Shape),
    Row(Vec<Value>),
    End(TableSum),
    Complete,
}

/// The sum of the rows' SHA-256, modulo 2^256; the empty table has zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest([u64; 4]);

impl Digest {
    pub(super) fn add(&mut self, row: &[u8]) {
        let hash = sha2::Sha256::digest(row);
        let mut carry = false;
        for (place, part) in self.0.iter_mut().zip(hash.chunks_exact(8)) {
            let part = part.iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
            let (sum, first) = place.overflowing_add(part);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*place, carry) = (sum, first || second);
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|part| write!(f, "{part:016x}"))
    }
}

/// A row as it is written and counted.
pub(super) fn line(row: &[Value]) -> Result<String> {
    serde_json::to_string(row).map_err(|error| StoreError::Internal(format!("a row cannot be written: {error}")))
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    move |error| StoreError::Internal(format!("{}: {error}", path.display()))
}

/// Writes under another name until all is there.
pub(super) struct Writer {
    out: GzEncoder<BufWriter<File>>,
    path: PathBuf,
    part: PathBuf,
    finished: bool,
}

impl Writer {
    pub(super) fn create(path: &Path, header: &Header) -> Result<Self> {
        if path.exists() {
            return Err(StoreError::Internal(format!("{} is there already; name another file", path.display())));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part).map_err(at(&part))?;
        let out = GzEncoder::new(BufWriter::new(file), Compression::fast());
        let mut writer = Self { out, path: path.to_owned(), part, finished: false };
        writer.json(header)?;
        Ok(writer)
    }

    fn json(&mut self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|error| StoreError::Internal(format!("a line cannot be written: {error}")))?;
        self.row(&text)
    }

    pub(super) fn table(&mut self, shape: &Shape) -> Result<()> {
        self.json(&Mark::Table(shape.clone()))
    }

    pub(super) fn row(&mut self, line: &str) -> Result<()> {
        let written = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
        written.map_err(at(&self.part))
    }

    pub(super) fn end(&mut self, sum: &TableSum) -> Result<()> {
        self.json(&Mark::End(sum.clone()))
    }

    pub(super) fn finish(mut self, tables: usize) -> Result<()> {
        self.json(&Mark::Complete(tables))?;
        let done = self.out.try_finish().and_then(|()| self.out.get_mut().flush()).and_then(|()| self.out.get_ref().get_ref().sync_all());
        done.map_err(at(&self.part))?;
        std::fs::rename(&self.part, &self.path).map_err(at(&self.path))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = std::fs::remove_file(&self.part)
        {
            tracing::warn!(%error, "an unfinished backup could not be removed");
        }
    }
}

/// Reads line by line and checks what it can: sums, and that the end is there.
pub(super) struct Reader {
    lines: std::io::Lines<BufReader<GzDecoder<BufReader<File>>>>,
    pub(super) header: Header,
    path: PathBuf,
    digest: Digest,
    rows: u64,
    tables: usize,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(at(path))?;
        let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
        let not_one = || StoreError::Internal(format!("{} is not a backup of Weir", path.display()));
        let first = lines.next().ok_or_else(not_one)?.map_err(|_| not_one())?;
        let header: Header = serde_json::from_str(&first).map_err(|_| not_one())?;
        if header.format != FORMAT {
            return Err(StoreError::Internal(format!("{} is of format {}; this version reads {FORMAT}", path.display(), header.format)));
        }
        Ok(Self { lines, header, path: path.to_owned(), digest: Digest::default(), rows: 0, tables: 0 })
    }

    fn damaged(&self, what: impl fmt::Display) -> StoreError {
        StoreError::Internal(format!("{} is damaged: {what}", self.path.display()))
    }

    pub(super) fn next(&mut self) -> Result<Line> {
        let text = match self.lines.next() {
            None => return Err(self.damaged("its end is missing")),
            Some(Err(error)) => return Err(self.damaged(error)),
            Some(Ok(text)) => text,
        };
        if text.starts_with('[') {
            self.digest.add(text.as_bytes());
            self.rows += 1;
            return serde_json::from_str(&text).map(Line::Row).map_err(|error| self.damaged(error));
        }
        match serde_json::from_str(&text).map_err(|error| self.damaged(error))? {
            Mark::Table(shape) => {
                (self.digest, self.rows) = (Digest::default(), 0);
                Ok(Line::Table(shape))
            }
            Mark::End(sum) if sum.rows == self.rows && sum.digest == self.digest.to_string() => {
                self.tables += 1;
                Ok(Line::End(sum))
            }
            Mark::End(sum) => Err(self.damaged(format!("table {} is not what its sum says", sum.name))),
            Mark::Complete(tables) if tables == self.tables => Ok(Line::Complete),
            Mark::Complete(_) => Err(self.damaged("tables are missing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&str]) -> Digest {
        let mut digest = Digest::default();
        rows.iter().for_each(|row| digest.add(row.as_bytes()));
        digest
    }

    #[test]
    fn a_digest_knows_rows_but_not_their_order() {
        assert_eq!(digest(&["a", "b", "c"]), digest(&["c", "a", "b"]));
        assert_ne!(digest(&["a", "b"]), digest(&["a", "c"]));
        assert_ne!(digest(&["a"]), digest(&["a", "a"]));
        assert_eq!(digest(&[]).to_string(), "0".repeat(64));
    }
}
