//! Two customers that are one: which stays, from which each value comes, and how
//! they are parted again.

use crate::codes;
use crate::customers::CustomerForm;
use crate::ids::CustomerId;
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// What a customer has one of, so that it is chosen. In the order of the page.
    Field {
        Name = "name",
        ShortName = "short_name",
        Tier = "tier",
        Owner = "owner",
        Source = "source",
        Industry = "industry",
        Region = "region",
        Size = "size",
        TaxNumber = "tax_number",
        Phone = "phone",
        Website = "website",
        Address = "address",
        /// Longitude and latitude, which belong together.
        Position = "position",
        Notes = "notes",
    }
}
codes! {
    /// Of which of the two a value is; both only where texts can follow one another.
    Pick { A = "a", B = "b", Both = "both" }
}

impl Field {
    /// Whether both values can be kept.
    #[must_use]
    pub const fn joins(self) -> bool {
        matches!(self, Self::Notes)
    }

    /// A customer's value as one text; for comparing, and for showing what is text.
    #[must_use]
    pub fn of(self, form: &CustomerForm) -> String {
        let one = match self {
            Self::Name => &form.name,
            Self::ShortName => &form.short_name,
            Self::Tier => &form.tier,
            Self::Owner => &form.owner,
            Self::Source => &form.source,
            Self::Industry => &form.industry,
            Self::Region => &form.region,
            Self::Size => &form.size,
            Self::TaxNumber => &form.tax_number,
            Self::Phone => &form.phone,
            Self::Website => &form.website,
            Self::Address => &form.address,
            Self::Notes => &form.notes,
            Self::Position if form.longitude.is_empty() => return String::new(),
            Self::Position => return format!("{} {}", form.latitude, form.longitude),
        };
        one.clone()
    }

    /// Takes the value of another customer.
    fn take(self, to: &mut CustomerForm, from: &CustomerForm) {
        match self {
            Self::Name => to.name.clone_from(&from.name),
            Self::ShortName => to.short_name.clone_from(&from.short_name),
            Self::Tier => to.tier.clone_from(&from.tier),
            Self::Owner => to.owner.clone_from(&from.owner),
            Self::Source => to.source.clone_from(&from.source),
            Self::Industry => to.industry.clone_from(&from.industry),
            Self::Region => to.region.clone_from(&from.region),
            Self::Size => to.size.clone_from(&from.size),
            Self::TaxNumber => to.tax_number.clone_from(&from.tax_number),
            Self::Phone => to.phone.clone_from(&from.phone),
            Self::Website => to.website.clone_from(&from.website),
            Self::Address => to.address.clone_from(&from.address),
            Self::Notes => to.notes.clone_from(&from.notes),
            Self::Position => {
                to.longitude.clone_from(&from.longitude);
                to.latitude.clone_from(&from.latitude);
            }
        }
    }
}

/// A merge as chosen on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeForm {
    pub a: String,
    pub b: String,
    pub a_version: i32,
    pub b_version: i32,
    pub request: String,
    /// Which stays: `a` or `b`.
    pub keep: String,
    /// Code of a [`Pick`] by code of a [`Field`]; of what is not here the one that
    /// stays keeps its own.
    pub fields: BTreeMap<String, String>,
}

/// [`MergeForm`] after all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeDraft {
    pub kept: CustomerId,
    pub kept_version: i32,
    pub gone: CustomerId,
    pub gone_version: i32,
    /// Fields of which the other's value is taken, or joined.
    pub takes: BTreeMap<Field, Take>,
}

/// What becomes of a value of the customer that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The other's is taken.
    Other,
    /// The other's is put behind the own.
    Both,
}

impl MergeForm {
    /// # Errors
    /// `same_customer` for one customer twice; `required` and `unknown_value` at
    /// `a`, `b`, `keep` and the code of a field.
    pub fn check(&self) -> Result<MergeDraft, Vec<Violation>> {
        let mut check = Check::default();
        let a = check.required("a", &self.a, "unknown_value", CustomerId::parse);
        let b = check.required("b", &self.b, "unknown_value", CustomerId::parse);
        if a.is_some() && a == b {
            check.refuse(Violation::new("", "same_customer"));
        }
        let keeps = |code: &str| Pick::parse(code).filter(|pick| *pick != Pick::Both);
        let keep = check.required("keep", &self.keep, "unknown_value", keeps).unwrap_or(Pick::A);
        let mut takes = BTreeMap::new();
        for (code, pick) in &self.fields {
            let picked = Field::parse(code).zip(Pick::parse(pick)).filter(|(field, pick)| *pick != Pick::Both || field.joins());
            match picked {
                None => check.refuse(Violation::new(code, "unknown_value")),
                Some((field, Pick::Both)) => drop(takes.insert(field, Take::Both)),
                Some((field, pick)) if pick != keep => drop(takes.insert(field, Take::Other)),
                Some(_) => {}
            }
        }
        let draft = a.zip(b).map(|(a, b)| {
            let ((kept, kept_version), (gone, gone_version)) = match keep {
                Pick::B => ((b, self.b_version), (a, self.a_version)),
                Pick::A | Pick::Both => ((a, self.a_version), (b, self.b_version)),
            };
            MergeDraft { kept, kept_version, gone, gone_version, takes }
        });
        check.finish_some(draft)
    }
}

/// The customer that stays, with the values that were chosen.
#[must_use]
pub fn merged(kept: &CustomerForm, gone: &CustomerForm, takes: &BTreeMap<Field, Take>) -> CustomerForm {
    let mut form = kept.clone();
    for (field, take) in takes {
        match take {
            Take::Other => field.take(&mut form, gone),
            Take::Both => form.notes = joined(&kept.notes, &gone.notes),
        }
    }
    form
}

/// One text behind the other, each once.
fn joined(own: &str, other: &str) -> String {
    let (own, other) = (own.trim(), other.trim());
    if own == other || other.is_empty() {
        return own.to_owned();
    }
    if own.is_empty() { other.to_owned() } else { format!("{own}\n\n{other}") }
}

/// Fields in which two customers differ.
pub fn differing(a: &CustomerForm, b: &CustomerForm) -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().filter(move |field| field.of(a) != field.of(b))
}

/// The customer that stayed, parted from the other: what the merge changed is as
/// it was before; what somebody changed since stays.
#[must_use]
pub fn parted(before: &CustomerForm, after: &CustomerForm, now: &CustomerForm) -> CustomerForm {
    let mut form = now.clone();
    for field in differing(before, after).filter(|field| field.of(now) == field.of(after)) {
        field.take(&mut form, before);
    }
    form
}

/// The value that is proposed for a field: the one of the customer that stays,
/// unless it has none.
#[must_use]
pub fn proposed(field: Field, a: &CustomerForm, b: &CustomerForm, keep_a: bool) -> Pick {
    let (own, other, pick, else_pick) = if keep_a { (a, b, Pick::A, Pick::B) } else { (b, a, Pick::B, Pick::A) };
    let (own, other) = (field.of(own), field.of(other));
    if field.joins() && !own.is_empty() && !other.is_empty() && own != other {
        return Pick::Both;
    }
    if own.is_empty() && !other.is_empty() { else_pick } else { pick }
}
