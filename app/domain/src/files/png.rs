//! What is kept of a PNG: what a decoder needs. Texts, times, places and whatever else a program
//! wrote into it are left out. Pixels stay packed.

use crate::field::photo::{PIXELS_MAX, SIDE_MAX};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture, written anew.
pub(super) fn clean(raw: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut rest = raw.strip_prefix(SIGNATURE).ok_or("attach_type")?;
    let mut kept = SIGNATURE.to_vec();
    let (mut first, mut pixels) = (true, false);
    loop {
        let (length, tail) = rest.split_first_chunk::<4>().ok_or("attach_broken")?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| "attach_broken")?;
        // Kind, content and checksum.
        let whole = tail.get(..length.checked_add(8).ok_or("attach_broken")?).ok_or("attach_broken")?;
        let (kind, content) = (&whole[..4], &whole[4..4 + length]);
        if first != (kind == b"IHDR") {
            return Err("attach_broken");
        }
        if first {
            size(content)?;
            first = false;
        }
        match kind {
            b"IHDR" | b"PLTE" | b"IDAT" | b"IEND" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"pHYs" | b"bKGD" | b"sBIT" => {
                kept.extend_from_slice(&rest[..4 + whole.len()]);
            }
            // A decoder may leave out what begins with a small letter, and nothing else.
            _ if kind[0].is_ascii_lowercase() => {}
            _ => return Err("attach_broken"),
        }
        pixels |= kind == b"IDAT" && length > 0;
        if kind == b"IEND" {
            return if pixels { Ok(kept) } else { Err("attach_broken") };
        }
        rest = &tail[whole.len()..];
    }
}

/// Sides as cameras make them: a reader that unpacks the picture must have room for it.
fn size(header: &[u8]) -> Result<(), &'static str> {
    let side = |at: usize| header.get(at..at + 4).and_then(|part| part.try_into().ok()).map(u32::from_be_bytes);
    let (Some(width), Some(height), 13) = (side(0), side(4), header.len()) else { return Err("attach_broken") };
    let sound = width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX && u64::from(width) * u64::from(height) <= PIXELS_MAX;
    if sound { Ok(()) } else { Err("attach_broken") }
}
