//! What is kept of a picture: the pixels of a JPEG, and which way is up. Everything else that
//! a camera or a person may have put into the file is left out (where it was taken, by which
//! device, comments, a second picture).
//!
//! The file is taken apart by its segments and written anew from those that a decoder needs;
//! no pixel is decoded, so a small file cannot become a large one here.

use crate::violation::Violation;

/// Largest file that is taken. A phone's page makes some 300 KB of a picture; a page without
/// scripts sends what the camera made.
pub const PHOTO_MAX: usize = 12 * 1024 * 1024;
/// Pictures of one check-in.
pub const PHOTOS_MAX: usize = 3;
/// Longest side, and most pixels, of a picture: the largest cameras of phones.
pub const SIDE_MAX: u32 = 10_000;
pub const PIXELS_MAX: u64 = 64_000_000;
/// Scans of a progressive picture; more are made to keep a reader busy.
const SCANS_MAX: usize = 64;

/// A picture without what is nobody's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// The picture in a file.
///
/// # Errors
/// `photo_too_large`, `photo_type` (no JPEG, by its first bytes), `photo_size` (more pixels than
/// any camera), `photo_broken`.
pub fn clean(raw: &[u8]) -> Result<Photo, Violation> {
    if raw.len() > PHOTO_MAX {
        return Err(Violation::new("photo", "photo_too_large").with("max", PHOTO_MAX / (1024 * 1024)));
    }
    if !raw.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Err(Violation::new("photo", "photo_type"));
    }
    let broken = || Violation::new("photo", "photo_broken");
    let mut reader = Reader { raw, at: 2 };
    let mut body = Vec::with_capacity(raw.len());
    let mut frame: Option<(u32, u32)> = None;
    let mut up = 1;
    let mut scans = 0;
    loop {
        let marker = reader.marker().ok_or_else(broken)?;
        if marker == 0xD9 {
            break;
        }
        let segment = reader.segment().ok_or_else(broken)?;
        match marker {
            // Baseline, extended and progressive frames.
            0xC0..=0xC2 => {
                let size = frame_size(segment).filter(|_| frame.is_none()).ok_or_else(broken)?;
                if size.0 > SIDE_MAX || size.1 > SIDE_MAX || u64::from(size.0) * u64::from(size.1) > PIXELS_MAX {
                    return Err(Violation::new("photo", "photo_size"));
                }
                frame = Some(size);
                put(&mut body, marker, segment);
            }
            // Tables of numbers.
            0xC4 | 0xDB | 0xDD => put(&mut body, marker, segment),
            // How colours are meant.
            0xEE if segment.len() == 12 && segment.starts_with(b"Adobe") => put(&mut body, marker, segment),
            0xE1 => up = orientation(segment).unwrap_or(up),
            0xDA => {
                scans += 1;
                if frame.is_none() || scans > SCANS_MAX {
                    return Err(broken());
                }
                put(&mut body, marker, segment);
                body.extend_from_slice(reader.scan().ok_or_else(broken)?);
            }
            0xE0..=0xEF | 0xFE => {}
            // Kinds of frames that no browser shows, and what has no length.
            _ => return Err(broken()),
        }
    }
    let (width, height) = frame.filter(|_| scans > 0).ok_or_else(broken)?;
    let mut bytes = vec![0xFF, 0xD8];
    if up != 1 {
        bytes.extend_from_slice(&[0xFF, 0xE1, 0, 34]);
        bytes.extend_from_slice(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        bytes.extend_from_slice(&[up, 0, 0, 0, 0, 0, 0]);
    }
    bytes.extend_from_slice(&body);
    bytes.extend_from_slice(&[0xFF, 0xD9]);
    Ok(Photo { bytes, width, height })
}

fn put(body: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    let length = u16::try_from(segment.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    body.extend_from_slice(&[0xFF, marker, length[0], length[1]]);
    body.extend_from_slice(segment);
}

struct Reader<'a> {
    raw: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next marker; bytes between segments are none.
    fn marker(&mut self) -> Option<u8> {
        if *self.raw.get(self.at)? != 0xFF {
            return None;
        }
        while *self.raw.get(self.at)? == 0xFF {
            self.at += 1;
        }
        let marker = self.raw[self.at];
        self.at += 1;
        // A second beginning, a restart or a stuffed byte do not stand between segments.
        (!matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8)).then_some(marker)
    }

    /// The content of a segment, without its length.
    fn segment(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(u16::from_be_bytes([*self.raw.get(self.at)?, *self.raw.get(self.at + 1)?]));
        let content = self.raw.get(self.at + 2..self.at + length.max(2))?;
        if length < 2 {
            return None;
        }
        self.at += length;
        Some(content)
    }

    /// Coded pixels up to the next marker that ends them.
    fn scan(&mut self) -> Option<&'a [u8]> {
        let from = self.at;
        loop {
            let next = from_marker(self.raw, self.at)?;
            match *self.raw.get(next + 1)? {
                0x00 | 0xD0..=0xD7 => self.at = next + 2,
                // Filling before a marker.
                0xFF => self.at = next + 1,
                _ => {
                    self.at = next;
                    return self.raw.get(from..next);
                }
            }
        }
    }
}

fn from_marker(raw: &[u8], from: usize) -> Option<usize> {
    raw.get(from..)?.iter().position(|byte| *byte == 0xFF).map(|found| from + found)
}

/// Width and height of a frame of eight bits and one, three or four colours.
fn frame_size(segment: &[u8]) -> Option<(u32, u32)> {
    let colours = usize::from(*segment.get(5)?);
    let number = |at: usize| u32::from(u16::from_be_bytes([segment[at], segment[at + 1]]));
    let (height, width) = (number(1), number(3));
    let sound = segment[0] == 8 && matches!(colours, 1 | 3 | 4) && segment.len() == 6 + 3 * colours;
    (sound && width > 0 && height > 0).then_some((width, height))
}

/// Which way is up, 1 to 8, in the first directory of what a camera says.
fn orientation(segment: &[u8]) -> Option<u8> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes = [*tiff.get(at)?, *tiff.get(at.checked_add(1)?)?];
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let long = |at: usize| -> Option<u32> {
        let (first, second) = (u32::from(short(at)?), u32::from(short(at.checked_add(2)?)?));
        Some(if big { first << 16 | second } else { second << 16 | first })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(directory)?).min(200);
    for entry in 0..entries {
        let at = directory.checked_add(2 + entry * 12)?;
        if short(at)? == 0x0112 {
            return u8::try_from(short(at.checked_add(8)?)?).ok().filter(|up| (1..=8).contains(up));
        }
    }
    None
}

/// A picture of `width` by `height` for tests: every segment that a camera writes, no real pixels.
/// `private` stands in all places from which it must go.
#[must_use]
pub fn sample(width: u16, height: u16, private: &[u8], up: u8, pixels: &[u8]) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    put(&mut file, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&[up, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(private);
    put(&mut file, 0xE1, &exif);
    put(&mut file, 0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", private].concat());
    put(&mut file, 0xED, private);
    put(&mut file, 0xFE, private);
    put(&mut file, 0xDB, &[0; 65]);
    let ([h1, h2], [w1, w2]) = (height.to_be_bytes(), width.to_be_bytes());
    put(&mut file, 0xC0, &[8, h1, h2, w1, w2, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    put(&mut file, 0xC4, &[0; 19]);
    put(&mut file, 0xDA, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    file.extend(pixels.iter().flat_map(|byte| if *byte == 0xFF { vec![0xFF, 0x00] } else { vec![*byte] }));
    file.extend_from_slice(&[0xFF, 0xD0, 1, 2, 0xFF, 0xD9]);
    file.extend_from_slice(private);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: &[u8] = b"GPS 31.2304 N 121.4737 E <script>";

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    fn refused(raw: &[u8]) -> String {
        clean(raw).unwrap_err().code
    }

    #[test]
    fn nothing_but_the_picture_is_left() {
        let raw = sample(1_600, 1_200, PRIVATE, 1, b"pixels \xFF and more");
        assert!(holds(&raw, PRIVATE));
        let photo = clean(&raw).unwrap();
        assert_eq!((photo.width, photo.height), (1_600, 1_200));
        assert!(!holds(&photo.bytes, b"GPS") && !holds(&photo.bytes, b"script") && !holds(&photo.bytes, b"Exif"));
        assert!(holds(&photo.bytes, b"pixels \xFF\0 and more") && photo.bytes.ends_with(&[0xFF, 0xD9]));
        assert_eq!(clean(&photo.bytes).unwrap(), photo, "a clean one stays as it is");
    }

    #[test]
    fn which_way_is_up_is_kept() {
        let turned = clean(&sample(10, 10, PRIVATE, 6, b"x")).unwrap();
        assert!(holds(&turned.bytes, b"Exif") && !holds(&turned.bytes, b"GPS"));
        assert_eq!(clean(&turned.bytes).unwrap(), turned);
        assert!(!holds(&clean(&sample(10, 10, PRIVATE, 9, b"x")).unwrap().bytes, b"Exif"), "there are eight ways");
    }

    #[test]
    fn other_files_are_refused_by_their_first_bytes() {
        for other in [
            &b""[..],
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<!doctype html><script>",
            b"RIFF....WEBP",
            b"PK\x03\x04",
            b"\xFF\xD8",
        ] {
            assert_eq!(refused(other), "photo_type", "{other:?}");
        }
        assert_eq!(refused(&[0xFF, 0xD8, 0xFF, b'<', b'h', b't', b'm', b'l']), "photo_broken");
    }

    #[test]
    fn pictures_of_no_camera_are_refused() {
        assert_eq!(refused(&sample(65_000, 65_000, b"", 1, b"x")), "photo_size");
        assert_eq!(refused(&sample(10_001, 1, b"", 1, b"x")), "photo_size");
        assert_eq!(refused(&sample(0, 10, b"", 1, b"x")), "photo_broken");
        assert_eq!(refused(&vec![0xFF; PHOTO_MAX + 1]), "photo_too_large");
        let mut two = sample(10, 10, b"", 1, b"x");
        let frame = two.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        let again = two[frame..frame + 19].to_vec();
        two.splice(frame..frame, again);
        assert_eq!(refused(&two), "photo_broken", "one frame");
    }

    #[test]
    fn a_file_that_was_cut_is_refused_wherever_it_was_cut() {
        let whole = sample(1_600, 1_200, PRIVATE, 6, &[7; 300]);
        let end = whole.windows(2).rposition(|pair| pair == [0xFF, 0xD9]).unwrap() + 2;
        for cut in 3..end {
            assert!(clean(&whole[..cut]).is_err(), "cut at {cut}");
        }
        assert!(clean(&whole[..end]).is_ok());
    }
}
