//! Saved views of lists, of the board, the months and the calendar: a name for what an address asks
//! for, and who sees it.
//!
//! A view keeps the address's query in one normal form ([`tidy`]): only parts
//! that the list knows, in a fixed order. So two addresses show the same if
//! their normal forms are equal, and an old view still opens when a part has
//! gone since.
//!
//! Not here: where a list is ([`ListKind::path`] is its address, the pages are
//! in the slices), and reading a filter itself ([`DealFilter`],
//! [`CustomerFilter`]).

use crate::codes;
use crate::columns::{self, Columns};
use crate::customers::{ContactSort, CustomerFilter, CustomerSort};
use crate::ids::ViewId;
use crate::page::Sort;
use crate::pipeline::DealSort;
use crate::pipeline::dates::DateKind;
use crate::pipeline::filter::{DealFilter, TEXT_MAX};
use crate::policy::{Action, Role};
use crate::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

/// Longest name of a view, in characters.
pub const NAME_MAX: usize = 60;
/// Views of one list that one person may keep: more than a menu can show at once.
pub const VIEWS_MAX: usize = 50;
/// The value of the address's `view` that asks for everything, past the default.
pub const ALL: &str = "all";

codes! {
    /// What a view is a view of.
    ListKind {
        Board = "board",
        Deals = "deals",
        Months = "months",
        Calendar = "calendar",
        Customers = "customers",
        Contacts = "contacts",
    }
}

impl ListKind {
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Board => "/deals",
            Self::Deals => "/deals/list",
            Self::Months => "/deals/months",
            Self::Calendar => "/deals/calendar",
            Self::Customers => "/customers",
            Self::Contacts => "/contacts",
        }
    }

    /// What somebody must be allowed to see the list at all.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Board | Self::Deals | Self::Months | Self::Calendar => Action::ReadDeals,
            Self::Customers | Self::Contacts => Action::ReadCustomers,
        }
    }
}

codes! {
    /// Who sees a view.
    Audience {
        Me = "me",
        /// The owner's unit and every unit below it.
        Unit = "unit",
        Everybody = "all",
    }
}

impl Audience {
    /// Whom somebody of this role may share with: managers with their unit,
    /// administrators with everybody too.
    #[must_use]
    pub fn of(role: Role) -> &'static [Self] {
        match role {
            Role::Administrator => Self::ALL,
            Role::Manager => &[Self::Me, Self::Unit],
            _ => &[Self::Me],
        }
    }
}

/// A view as the one who asks sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    pub version: i32,
    pub name: String,
    /// In the form of [`tidy`].
    pub query: String,
    pub audience: Audience,
    /// Empty for one's own.
    pub owner_name: String,
    pub may_change: bool,
    /// What this person's list opens with.
    pub default: bool,
}

impl SavedView {
    /// The address that opens the view and says that it does.
    #[must_use]
    pub fn address(&self, kind: ListKind) -> String {
        address(kind, self.id, &self.query)
    }
}

/// The address of a view.
#[must_use]
pub fn address(kind: ListKind, id: ViewId, query: &str) -> String {
    let sign = if query.is_empty() { "" } else { "&" };
    format!("{}?view={id}{sign}{query}", kind.path())
}

/// What a person typed to keep a view: a new one if `id` is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    pub request: String,
    pub id: String,
    pub version: i32,
    pub kind: String,
    pub name: String,
    pub query: String,
    /// An [`Audience`]; oneself if empty.
    pub audience: String,
    /// `true`: the list opens with it from now on. Only read for a new view.
    pub default: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewDraft {
    pub id: Option<ViewId>,
    pub version: i32,
    pub kind: ListKind,
    pub name: String,
    pub query: String,
    pub audience: Audience,
    pub default: bool,
}

impl ViewForm {
    /// What the form says, for somebody of `role`.
    ///
    /// # Errors
    /// `name` empty or longer than [`NAME_MAX`]; an unknown `kind`, `id` or
    /// `audience`; an audience that the role may not share with.
    pub fn check(&self, role: Role) -> Result<ViewDraft, Vec<Violation>> {
        let mut check = Check::default();
        let name = check.text("name", &self.name, NAME_MAX);
        let kind = check.required("kind", &self.kind, "unknown_value", ListKind::parse);
        let id = check.optional("id", &self.id, "unknown_value", ViewId::parse);
        let audience = check.optional("audience", &self.audience, "unknown_value", Audience::parse).unwrap_or(Audience::Me);
        if !Audience::of(role).contains(&audience) {
            check.refuse(Violation::new("audience", "forbidden"));
        }
        let draft = kind.map(|kind| ViewDraft {
            id,
            version: self.version,
            kind,
            name,
            query: tidy(kind, &self.query),
            audience,
            default: self.default == "true",
        });
        check.finish_some(draft)
    }
}

/// Removes a view, or takes the removal back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveView {
    pub request: crate::ids::RequestId,
    pub view: ViewId,
    pub version: i32,
    pub removed: bool,
}

/// Chooses what a list opens with; `view` empty: with everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultView {
    pub request: crate::ids::RequestId,
    pub kind: ListKind,
    pub view: String,
}

/// An address's query in its normal form. Parts that the list does not know,
/// that cannot be read, or that say only what is usual are left out; so is the
/// place in the list, and the month of a calendar: a view opens with the running one.
#[must_use]
pub fn tidy(kind: ListKind, query: &str) -> String {
    let pairs = parts(query);
    let values = |name: &str| pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
    tidy_parts(kind, |name| {
        let mut values = values(name);
        // A form sends its columns one by one.
        if name == columns::NAME {
            (!values.is_empty()).then(|| values.join(","))
        } else {
            (!values.is_empty()).then(|| values.swap_remove(0))
        }
    })
}

/// As [`tidy`], from a function that looks up one parameter.
#[must_use]
pub fn tidy_parts(kind: ListKind, get: impl Fn(&str) -> Option<String>) -> String {
    let sort = get("sort").unwrap_or_default();
    let sorted = |usual: &str, column: fn(&str) -> bool| {
        let known = Sort::parse(&sort, |text| column(text).then_some(())).is_some();
        (known && sort != usual).then(|| ("sort", sort.clone()))
    };
    let mut found = match kind {
        ListKind::Board => DealFilter { outcome: None, stage: None, ..DealFilter::from_query(&get) }.to_query(),
        ListKind::Deals => DealFilter::from_query(&get).to_query(),
        // These show open deals, whatever an address says.
        ListKind::Months | ListKind::Calendar => DealFilter { outcome: None, ..DealFilter::from_query(&get) }.to_query(),
        ListKind::Customers => CustomerFilter::from_query(&get).to_query(),
        ListKind::Contacts => {
            let text: String = get("q").unwrap_or_default().trim().chars().take(TEXT_MAX).collect();
            if text.is_empty() { Vec::new() } else { vec![("q", text)] }
        }
    };
    found.extend(match kind {
        ListKind::Board | ListKind::Months => None,
        ListKind::Calendar => {
            let by = DateKind::parse(&get("by").unwrap_or_default());
            by.filter(|by| *by != DateKind::Next).map(|by| ("by", by.to_string()))
        }
        ListKind::Deals => sorted("-updated", |text| DealSort::parse(text).is_some()),
        ListKind::Customers => sorted("-updated", |text| CustomerSort::parse(text).is_some()),
        ListKind::Contacts => sorted("name", |text| ContactSort::parse(text).is_some()),
    });
    found.extend(Columns::from_query(kind, &get).to_query());
    let pairs: Vec<_> = found.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

/// Names and values of a query as browsers write it, with or without `?`.
fn parts(query: &str) -> Vec<(String, String)> {
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What is no valid escape stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let escape = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        at += if escape.is_some() { 3 } else { 1 };
        found.push(escape.unwrap_or(if byte == b'+' { b' ' } else { byte }));
    }
    String::from_utf8_lossy(&found).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ViewForm {
        ViewForm {
            kind: "deals".into(),
            name: "  Big ones ".into(),
            query: "?min=1000&tier=gold&sort=-amount".into(),
            ..ViewForm::default()
        }
    }

    fn codes(found: Result<ViewDraft, Vec<Violation>>) -> Vec<String> {
        found.unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unknown_parts_of_a_query_are_dropped() {
        let draft = form().check(Role::Salesperson).unwrap();
        assert_eq!((draft.name.as_str(), draft.query.as_str()), ("Big ones", "min=1000&sort=-amount"));
        assert_eq!(tidy(ListKind::Deals, "after=x&view=y&sort=-updated&javascript=1"), "");
        assert_eq!(tidy(ListKind::Board, "outcome=won&sort=amount&tier=vip"), "tier=vip", "a board has neither outcome nor order");
        assert_eq!(tidy(ListKind::Months, "outcome=won&sort=amount&close=none&by=close"), "close=none", "months have no order");
        assert_eq!(tidy(ListKind::Calendar, "tier=vip&month=2026-07&by=close"), "tier=vip&by=close", "a view has no month");
        assert_eq!(tidy(ListKind::Calendar, "by=next&month=2026-07&outcome=open"), "", "as usual");
        assert_eq!(tidy(ListKind::Calendar, "by=birthday"), "");
        assert_eq!(tidy(ListKind::Contacts, "q=+a+&sort=-name"), "q=a&sort=-name");
        assert_eq!(tidy(ListKind::Customers, "sort=amount"), "", "not a column of this list");
        assert_eq!(
            tidy(ListKind::Customers, "cols=name&cols=phone&cols=tier&q=a"),
            "q=a&cols=tier%2Cphone",
            "one by one, as forms send them"
        );
        assert_eq!(tidy(ListKind::Contacts, "cols=customer,title,role,phone,email,moon"), "", "what is usual");
        assert_eq!(tidy(ListKind::Board, "cols=owner"), "", "a board has no columns to choose");
    }

    #[test]
    fn the_normal_form_is_its_own_and_has_one_order() {
        let (a, b) = ("tier=vip&q=%E6%81%92%20%26", "q=恒+%26&tier=vip");
        assert_eq!(tidy(ListKind::Deals, a), tidy(ListKind::Deals, b));
        assert_eq!(tidy(ListKind::Deals, &tidy(ListKind::Deals, a)), tidy(ListKind::Deals, a));
        assert_eq!(tidy(ListKind::Deals, "q=100%"), "q=100%25", "no escape");
        assert_eq!(tidy(ListKind::Deals, "q=%E6"), "q=%EF%BF%BD", "not text");
    }

    #[test]
    fn names_have_a_length() {
        assert_eq!(codes(ViewForm { name: " ".into(), ..form() }.check(Role::Hr)), ["name: required"]);
        let long = ViewForm { name: "长".repeat(NAME_MAX + 1), kind: "x".into(), id: "y".into(), ..form() };
        assert_eq!(codes(long.check(Role::Hr)), ["name: too_long", "kind: unknown_value", "id: unknown_value"]);
    }

    #[test]
    fn managers_share_with_their_unit_and_administrators_with_all() {
        let shared = |audience: &str, role| ViewForm { audience: audience.into(), ..form() }.check(role).map(|draft| draft.audience);
        assert_eq!(shared("", Role::Salesperson), Ok(Audience::Me));
        for (audience, role) in [("unit", Role::Salesperson), ("all", Role::Manager), ("unit", Role::Service)] {
            assert_eq!(shared(audience, role).unwrap_err()[0].to_string(), "audience: forbidden", "{role}");
        }
        assert_eq!(shared("unit", Role::Manager), Ok(Audience::Unit));
        assert_eq!(shared("all", Role::Administrator), Ok(Audience::Everybody));
        assert_eq!(shared("world", Role::Administrator).unwrap_err()[0].code, "unknown_value");
    }
}
