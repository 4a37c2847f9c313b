//! The columns that a list shows beside the name of its rows, which is always there.
//!
//! The choice is a part of the address, [`NAME`], as stable codes: `cols=owner,amount`. What is
//! usual says nothing, so that an address without it shows the usual columns, also after more of
//! them exist. Codes that the list does not know are left out.
//!
//! Not here: what stands in a column (the slices), and what a column is called (`ui::columns`).

use crate::codes;
use crate::views::ListKind;

/// The part of an address that names the columns.
pub const NAME: &str = "cols";
/// Stands for the name of a row: alone, it says that no other column is shown.
pub const ALONE: &str = "name";

codes! {
    /// What a column says. Not every list has every one: see [`Columns::of`].
    Column {
        Customer = "customer", Tier = "tier", Stage = "stage", Pipeline = "pipeline", Amount = "amount",
        Probability = "probability", Close = "close", Next = "next", Owner = "owner", Team = "team",
        Short = "short", Industry = "industry", Region = "region", Size = "size", Source = "source",
        Product = "product",
        /// Sums of open deals.
        Open = "open",
        JobTitle = "title", Role = "role", Phone = "phone", Email = "email", Website = "website",
        /// Days in the stage.
        Stay = "stay",
        FirstContact = "first_contact",
        /// The last follow-up of a deal, or the day on which it came.
        Active = "active",
        LastContact = "last_contact",
        /// Days left until a customer falls into the public pool.
        Left = "left",
        Closed = "closed", Notes = "notes",
        Created = "created", Updated = "updated",
    }
}

/// The columns of one list, in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    kind: ListKind,
    shown: Vec<Column>,
}

impl Columns {
    /// Every column that a list can show, in its order; none for what is no table.
    #[must_use]
    pub const fn of(kind: ListKind) -> &'static [Column] {
        use Column as C;
        match kind {
            ListKind::Board | ListKind::Months | ListKind::Calendar => &[],
            ListKind::Deals => &[
                C::Customer,
                C::Tier,
                C::Pipeline,
                C::Stage,
                C::Stay,
                C::Amount,
                C::Probability,
                C::Close,
                C::Next,
                C::Owner,
                C::Team,
                C::Source,
                C::Product,
                C::FirstContact,
                C::Active,
                C::Closed,
                C::Created,
                C::Updated,
            ],
            ListKind::Customers => &[
                C::Short,
                C::Tier,
                C::Owner,
                C::Team,
                C::Industry,
                C::Region,
                C::Size,
                C::Source,
                C::Open,
                C::LastContact,
                C::Left,
                C::Phone,
                C::Website,
                C::Created,
                C::Updated,
            ],
            ListKind::Contacts => {
                &[C::Customer, C::Tier, C::Owner, C::JobTitle, C::Role, C::Phone, C::Email, C::Notes, C::Created, C::Updated]
            }
        }
    }

    /// What the list shows if nothing is asked for.
    #[must_use]
    pub fn usual(kind: ListKind) -> Self {
        use Column as C;
        let rare: &[C] = match kind {
            ListKind::Board | ListKind::Months | ListKind::Calendar => &[],
            ListKind::Deals => &[
                C::Tier,
                C::Pipeline,
                C::Stay,
                C::Team,
                C::Source,
                C::Product,
                C::FirstContact,
                C::Active,
                C::Closed,
                C::Created,
                C::Updated,
            ],
            ListKind::Customers => &[C::Short, C::Team, C::LastContact, C::Left, C::Phone, C::Website, C::Created],
            ListKind::Contacts => &[C::Tier, C::Owner, C::Notes, C::Created, C::Updated],
        };
        Self { kind, shown: Self::of(kind).iter().copied().filter(|column| !rare.contains(column)).collect() }
    }

    /// What an address asks for: codes with commas between them. The usual columns if it
    /// asks for none that the list knows, and not for [`ALONE`].
    #[must_use]
    pub fn parse(kind: ListKind, text: &str) -> Self {
        let asked: Vec<&str> = text.split(',').map(str::trim).collect();
        let shown: Vec<Column> = Self::of(kind).iter().copied().filter(|column| asked.contains(&column.code())).collect();
        if shown.is_empty() && !asked.contains(&ALONE) { Self::usual(kind) } else { Self { kind, shown } }
    }

    /// Reads an address's query by a function that looks up one parameter.
    #[must_use]
    pub fn from_query(kind: ListKind, get: impl Fn(&str) -> Option<String>) -> Self {
        Self::parse(kind, &get(NAME).unwrap_or_default())
    }

    /// The part of an address; `None` for what is usual.
    #[must_use]
    pub fn to_query(&self) -> Option<(&'static str, String)> {
        (!self.is_usual()).then(|| {
            let codes: Vec<&str> = self.shown.iter().map(|column| column.code()).collect();
            (NAME, if codes.is_empty() { ALONE.to_owned() } else { codes.join(",") })
        })
    }

    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::usual(self.kind)
    }

    #[must_use]
    pub const fn kind(&self) -> ListKind {
        self.kind
    }

    /// In the list's order.
    #[must_use]
    pub fn shown(&self) -> &[Column] {
        &self.shown
    }

    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.shown.contains(&column)
    }

    /// With a column or without it; one that the list does not have changes nothing.
    #[must_use]
    pub fn with(&self, column: Column, on: bool) -> Self {
        let stays = |one: &Column| if *one == column { on } else { self.has(*one) };
        Self { kind: self.kind, shown: Self::of(self.kind).iter().copied().filter(stays).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [ListKind; 3] = [ListKind::Deals, ListKind::Customers, ListKind::Contacts];

    fn codes(columns: &Columns) -> Vec<&'static str> {
        columns.shown().iter().map(|column| column.code()).collect()
    }

    #[test]
    fn every_choice_comes_back_from_its_address() {
        for kind in LISTS {
            let usual = Columns::usual(kind);
            assert_eq!(usual.to_query(), None);
            let nothing = Columns::of(kind).iter().fold(usual.clone(), |left, column| left.with(*column, false));
            let everything = Columns::of(kind).iter().fold(usual.clone(), |more, column| more.with(*column, true));
            let one_else = Columns::of(kind).iter().map(|column| usual.with(*column, !usual.has(*column)));
            for columns in one_else.chain([nothing, everything]) {
                let (name, text) = columns.to_query().expect("it is not what is usual");
                assert_eq!(name, NAME);
                assert_eq!(Columns::from_query(kind, |asked| (asked == name).then(|| text.clone())), columns, "{kind}: {text}");
            }
        }
    }

    #[test]
    fn nothing_asked_and_what_nobody_knows_is_what_is_usual() {
        for kind in LISTS {
            for text in ["", ",", "color", "color,,OWNER"] {
                assert_eq!(Columns::parse(kind, text), Columns::usual(kind), "{text:?}");
            }
        }
        assert_eq!(codes(&Columns::parse(ListKind::Deals, "owner,color, amount,industry")), ["amount", "owner"], "in the list's order");
        assert_eq!(codes(&Columns::parse(ListKind::Contacts, "name")), [""; 0], "only who it is");
        assert_eq!(codes(&Columns::parse(ListKind::Contacts, "name,phone")), ["phone"], "as checkboxes send it");
        assert_eq!(Columns::parse(ListKind::Contacts, "phone").to_query(), Some((NAME, "phone".into())));
        assert_eq!(Columns::parse(ListKind::Contacts, "name").to_query(), Some((NAME, ALONE.into())));
    }

    #[test]
    fn a_list_has_only_its_own_columns_and_each_once() {
        let deals = Columns::usual(ListKind::Deals);
        assert_eq!(deals.with(Column::Industry, true), deals);
        for kind in LISTS {
            let mut all = Columns::of(kind).to_vec();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), Columns::of(kind).len());
            assert!(all.iter().all(|column| column.code() != ALONE));
        }
        assert_eq!(codes(&deals), ["customer", "stage", "amount", "probability", "close", "next", "owner"]);
        assert_eq!(
            codes(&Columns::usual(ListKind::Customers)),
            ["tier", "owner", "industry", "region", "size", "source", "open", "updated"]
        );
        assert_eq!(codes(&Columns::usual(ListKind::Contacts)), ["customer", "title", "role", "phone", "email"]);
    }
}
