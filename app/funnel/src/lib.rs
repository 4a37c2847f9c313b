//! The funnel: how many deals came how far, and the deals behind each figure.

pub mod api;
