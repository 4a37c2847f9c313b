//! Whether a packed document is what its name says, by the list of its parts, which stands at the
//! end of the file. Nothing is unpacked; a document that says that it unpacks to far more than
//! any document has is refused, for the sake of whoever opens it.

use super::FileKind;

/// Bytes of all parts together, unpacked.
const UNPACKED_MAX: u64 = 512 * 1024 * 1024;
/// Unpacked bytes for one packed; pictures and text have far fewer.
const RATIO_MAX: u64 = 200;
const PARTS_MAX: usize = 10_000;
const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";

pub(super) fn check(raw: &[u8], kind: FileKind) -> Result<(), &'static str> {
    if !raw.starts_with(b"PK\x03\x04") {
        return Err("attach_type");
    }
    let from = raw.len().saturating_sub(22 + 65_535);
    let end = raw[from..].windows(4).rposition(|part| part == END).ok_or("attach_broken")? + from;
    let (count, start) = (number::<2>(raw, end + 10)?, number::<4>(raw, end + 16)?);
    let count = usize::try_from(count).map_err(|_| "attach_broken")?;
    let mut at = usize::try_from(start).map_err(|_| "attach_broken")?;
    if count > PARTS_MAX {
        return Err("attach_broken");
    }
    let home = match kind {
        FileKind::Docx => "word/",
        FileKind::Xlsx => "xl/",
        _ => "ppt/",
    };
    let (mut typed, mut housed, mut unpacked) = (false, false, 0_u64);
    for _ in 0..count {
        if raw.get(at..at.saturating_add(4)) != Some(ENTRY) {
            return Err("attach_broken");
        }
        unpacked = unpacked.saturating_add(number::<4>(raw, at + 24)?);
        let length = |of: usize| number::<2>(raw, at + of).and_then(|n| usize::try_from(n).map_err(|_| "attach_broken"));
        let (named, extra, note) = (length(28)?, length(30)?, length(32)?);
        let name = raw.get(at + 46..at + 46 + named).ok_or("attach_broken")?;
        let name = String::from_utf8_lossy(name).to_lowercase();
        if name.ends_with("vbaproject.bin") {
            return Err("attach_macros");
        }
        typed |= name == "[content_types].xml";
        housed |= name.starts_with(home);
        at = at.checked_add(46 + named + extra + note).ok_or("attach_broken")?;
    }
    if !typed || !housed {
        return Err("attach_type");
    }
    let most = UNPACKED_MAX.min(RATIO_MAX.saturating_mul(raw.len() as u64));
    if unpacked > most { Err("attach_broken") } else { Ok(()) }
}

/// A number of so many bytes, the small ones first.
fn number<const N: usize>(raw: &[u8], at: usize) -> Result<u64, &'static str> {
    let bytes = raw.get(at..at.saturating_add(N)).ok_or("attach_broken")?;
    Ok(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}
