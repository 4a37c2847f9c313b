//! Files on customers and deals: which are taken, and what is kept of them.
//!
//! What a file is, its bytes say; its name must say the same. Taken are pictures, PDF, office
//! documents without macros, and plain text. Pictures are written anew without what a camera
//! put into them. Nothing is unpacked, so a small file cannot become a large one here.

mod office;
mod png;

use crate::codes;
use crate::field::photo;
use crate::ids::{CustomerId, DealId, FileId};
use crate::violation::Violation;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Largest file that is taken: a long presentation with pictures.
pub const FILE_MAX: usize = 10 * 1024 * 1024;
/// Files of one customer or one deal, without removed ones.
pub const FILES_MAX: u64 = 200;
/// Characters of a name.
pub const NAME_MAX: usize = 120;

codes! {
    /// What a file is, by its contents.
    FileKind { Pdf = "pdf", Png = "png", Jpeg = "jpeg", Docx = "docx", Xlsx = "xlsx", Pptx = "pptx", Text = "text" }
}

impl FileKind {
    /// As a browser is told.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// What the ending of a name says.
    fn named(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "pptx" => Some(Self::Pptx),
            "txt" | "csv" | "md" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Endings of names that are offered in the browser's choice of a file.
pub const ACCEPTED: &str = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.txt,.csv,.md";

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub name: String,
    pub kind: FileKind,
    pub bytes: Vec<u8>,
}

/// What is kept of a file, under a name without anything but a name.
///
/// # Errors
/// At the field `file`: `required` (empty), `attach_too_large`, `attach_name`, `attach_type` (none that
/// is taken, or another than its name says), `attach_broken` (cut off, or not whole), `attach_macros`.
pub fn kept(name: &str, raw: Vec<u8>) -> Result<Kept, Violation> {
    let refused = |code| Violation::new("file", code);
    if raw.is_empty() {
        return Err(refused("required"));
    }
    if raw.len() > FILE_MAX {
        return Err(refused("attach_too_large").with("max", FILE_MAX / (1024 * 1024)));
    }
    let name = clean_name(name).ok_or_else(|| refused("attach_name"))?;
    let kind = FileKind::named(&name).ok_or_else(|| refused("attach_type"))?;
    let bytes = match kind {
        FileKind::Jpeg => {
            photo::clean(&raw).map_err(|wrong| refused(if wrong.code == "photo_type" { "attach_type" } else { "attach_broken" }))?.bytes
        }
        FileKind::Png => png::clean(&raw).map_err(refused)?,
        FileKind::Pdf => {
            pdf(&raw).map_err(refused)?;
            raw
        }
        FileKind::Docx | FileKind::Xlsx | FileKind::Pptx => {
            office::check(&raw, kind).map_err(refused)?;
            raw
        }
        FileKind::Text => {
            text(&raw).map_err(refused)?;
            raw
        }
    };
    Ok(Kept { name, kind, bytes })
}

/// A PDF begins with its version and ends with its end, a few bytes of padding apart.
fn pdf(raw: &[u8]) -> Result<(), &'static str> {
    if !raw.starts_with(b"%PDF-") {
        return Err("attach_type");
    }
    let tail = &raw[raw.len().saturating_sub(2_048)..];
    if tail.windows(5).any(|part| part == b"%%EOF") { Ok(()) } else { Err("attach_broken") }
}

/// Text is UTF-8 without signs that only machines send.
fn text(raw: &[u8]) -> Result<(), &'static str> {
    let Ok(text) = std::str::from_utf8(raw) else { return Err("attach_type") };
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) { Err("attach_type") } else { Ok(()) }
}

/// The last part of a path, without signs that steer a terminal or turn the direction of writing
/// around, or that some system does not take in a name. `None` if nothing is left but an ending.
#[must_use]
pub fn clean_name(raw: &str) -> Option<String> {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let plain = plain.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    let (stem, ending) = plain.rsplit_once('.')?;
    let (stem, ending) = (stem.trim(), ending.trim());
    if stem.is_empty() || ending.is_empty() || ending.chars().count() > 10 {
        return None;
    }
    let stem: String = stem.chars().take(NAME_MAX - ending.chars().count() - 1).collect();
    Some(format!("{}.{ending}", stem.trim_end()))
}

/// What a file hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilesOf {
    Customer(CustomerId),
    Deal(DealId),
}

impl FilesOf {
    /// As a form sends it: `customer.<id>`, `deal.<id>`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Customer(id) => format!("customer.{id}"),
            Self::Deal(id) => format!("deal.{id}"),
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.split_once('.')? {
            ("customer", id) => CustomerId::parse(id).map(Self::Customer),
            ("deal", id) => DealId::parse(id).map(Self::Deal),
            _ => None,
        }
    }

    /// The page that shows them.
    #[must_use]
    pub fn page(self) -> String {
        match self {
            Self::Customer(id) => format!("/customers/{id}"),
            Self::Deal(id) => format!("/deals/{id}"),
        }
    }
}

/// A file in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    pub id: FileId,
    pub name: String,
    pub kind: FileKind,
    /// In bytes.
    pub size: i64,
    pub by: String,
    pub at: DateTime<Utc>,
    /// Of which deal, on the page of its customer.
    pub deal: Option<(DealId, String)>,
    /// Who took it away, and when.
    pub removed: Option<(String, DateTime<Utc>)>,
    /// Whoever looks may take it away, or put it back.
    pub may_remove: bool,
}

/// The files of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    pub of: FilesOf,
    /// The newest first.
    pub rows: Vec<FileRow>,
    /// Those that were taken away, the latest first.
    pub removed: Vec<FileRow>,
    pub may_add: bool,
}

/// Takes a file away, or puts it back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileForm {
    pub request: String,
    pub file: String,
    pub back: bool,
    /// The page that the form is on, as [`FilesOf::code`].
    pub of: String,
}

#[cfg(test)]
mod tests;
