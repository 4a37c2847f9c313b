//! Importing on a page: [`page`] puts the steps together. [`choose`] takes a file
//! and lists what was imported, [`mapping`] says which column is which field,
//! [`check`] shows what would happen and corrects rows ([`row`]), [`running`]
//! shows how far it is, [`result`] what came of it and the way back.
//!
//! The step is in the address, so that every step can be left, loaded again and
//! come back to, and works without scripts.
//!
//! Not here: the rules (`domain::imports`), reading and writing (`store`), taking
//! the file and giving files out (`server`).

pub mod api;
mod check;
mod choose;
mod mapping;
mod page;
mod result;
mod row;
mod running;

pub use page::ImportPage;

pub(crate) const PATH: &str = "/import";

/// Where an import is, with what else the address says.
pub(crate) fn address(id: &str, query: &[(&str, &str)]) -> String {
    // All of it is ours: an identifier, codes and numbers.
    let mut address = format!("{PATH}?id={id}");
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        address.push_str(&format!("&{name}={value}"));
    }
    address
}
