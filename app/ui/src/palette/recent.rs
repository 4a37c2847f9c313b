//! What was opened last from the palette. Kept by the browser until its tab is closed,
//! for one person, and no longer: names of customers do not stay on a shared machine.

use crate::browser;
use crate::facts;
use domain::search::Found;

/// So many are offered.
const MOST: usize = 6;

fn place() -> Option<(web_sys::Storage, String)> {
    let viewer = facts().viewer.as_ref().map(|viewer| viewer.id)?;
    let storage = browser::window()?.session_storage().ok().flatten()?;
    Some((storage, format!("weir.recent.{viewer}")))
}

pub(super) fn read() -> Vec<Found> {
    let stored = place().and_then(|(storage, name)| storage.get_item(&name).ok().flatten());
    stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

pub(super) fn add(found: &Found) {
    let mut known = read();
    known.retain(|one| one.id != found.id);
    known.insert(0, Found { marks: Vec::new(), ..found.clone() });
    known.truncate(MOST);
    if let (Some((storage, name)), Ok(text)) = (place(), serde_json::to_string(&known)) {
        // A browser that keeps nothing offers nothing.
        let _ = storage.set_item(&name, &text);
    }
}
