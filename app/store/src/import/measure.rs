//! Measures a workbook before it is read: every part is unpacked piece by piece,
//! counted and thrown away. What a file says of its own size is not believed.
//! What is counted is what reading keeps in memory.

use super::table::FileError;
use super::workbook::{SHEET_ROWS_MAX, UNPACKED_MAX};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Parts of a workbook; one with a thousand sheets has fewer.
const PARTS_MAX: usize = 10_000;
/// Texts in the table of texts; the cells of [`super::ROWS_MAX`] rows have fewer
/// that differ.
const STRINGS_MAX: usize = 4_000_000;
/// Formats, fonts and the like; spreadsheets allow 64,000 of each.
const STYLES_MAX: usize = 500_000;
/// Bytes at a time.
const PIECE: usize = 64 * 1_024;
/// By which our own workbooks are known.
const OURS: &[u8] = b"<Application>Weir</Application>";

/// What is worth knowing of a workbook that is small enough.
pub struct Measured {
    /// Written by this program: its texts stand as they are meant.
    pub ours: bool,
}

/// # Errors
/// [`FileError::NotText`] if it is no archive, [`FileError::Unpacked`] or
/// [`FileError::SheetRows`] if it is too large.
pub fn measure(bytes: &[u8]) -> Result<Measured, FileError> {
    within(bytes, UNPACKED_MAX)
}

pub(super) fn within(bytes: &[u8], max: usize) -> Result<Measured, FileError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::NotText)?;
    if zip.len() > PARTS_MAX {
        return Err(FileError::NotText);
    }
    let (mut left, mut seen, mut ours) = (max, Seen::default(), false);
    let mut piece = vec![0; PIECE];
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).map_err(|_| FileError::Broken)?;
        let is_about = part.name().is_ok_and(|name| name == "docProps/app.xml");
        (seen.rows, seen.name.reading) = (0, false);
        loop {
            let length = part.read(&mut piece).map_err(|_| FileError::Broken)?;
            if length == 0 {
                break;
            }
            left = left.checked_sub(length).ok_or(FileError::Unpacked)?;
            let taken = &piece[..length];
            ours |= is_about && taken.windows(OURS.len()).any(|window| window == OURS);
            taken.iter().for_each(|byte| seen.byte(*byte));
            if seen.rows > SHEET_ROWS_MAX {
                return Err(FileError::SheetRows);
            }
            if seen.strings > STRINGS_MAX || seen.styles > STYLES_MAX {
                return Err(FileError::Unpacked);
            }
        }
    }
    Ok(Measured { ours })
}

/// Elements of XML, counted by their names wherever they stand: which part is
/// the table of texts, the file may say as it likes.
#[derive(Default)]
struct Seen {
    name: Name,
    /// Of one part.
    rows: usize,
    strings: usize,
    styles: usize,
}

/// The name of an element while it is read.
#[derive(Default)]
struct Name {
    reading: bool,
    bytes: [u8; 8],
    length: usize,
}

impl Seen {
    fn byte(&mut self, byte: u8) {
        match byte {
            // Of UTF-16.
            0 => {}
            b'<' => (self.name.reading, self.name.length) = (true, 0),
            _ if !self.name.reading => {}
            // What stands before it is the name of a namespace.
            b':' => self.name.length = 0,
            b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' => {
                self.name.reading = false;
                match self.name.bytes.get(..self.name.length) {
                    Some(b"row") => self.rows += 1,
                    Some(b"si") => self.strings += 1,
                    Some(b"xf" | b"numFmt" | b"font" | b"fill" | b"border") => self.styles += 1,
                    _ => {}
                }
            }
            _ => {
                if let Some(place) = self.name.bytes.get_mut(self.name.length) {
                    *place = byte;
                }
                self.name.length = (self.name.length + 1).min(self.name.bytes.len() + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_counted_by_their_names() {
        let mut seen = Seen::default();
        let xml =
            "<sheetData><row r=\"1\"/><x:row><c/></x:row><row>a row</row><rows/><si><t>si</t></si><cellXfs><xf/></cellXfs></sheetData>";
        xml.bytes().for_each(|byte| seen.byte(byte));
        assert_eq!((seen.rows, seen.strings, seen.styles), (3, 1, 1));
        let mut seen = Seen::default();
        "<row/>".encode_utf16().flat_map(u16::to_le_bytes).for_each(|byte| seen.byte(byte));
        assert_eq!(seen.rows, 1, "in UTF-16 too");
    }
}
