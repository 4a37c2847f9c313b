//! Which column of a file holds which field: as its headers say (`fields`), as
//! the system says that it comes from (`kits`), or as somebody said.

use super::Kind;
use super::fields::Field;
use super::kits;
use super::table::{Row, Table};
use super::words::plain;
use domain::imports::BEYOND;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let own = Kind::ALL.iter().flat_map(|kind| kind.fields()).flat_map(Field::headers).map(plain);
    own.chain(kits::headers()).collect()
});

/// Whether any kind of file has such a header.
pub fn is_known(header: &str) -> bool {
    KNOWN.contains(&plain(header))
}

/// Corrections of rows, by the row's number and the code of the field.
pub type Corrections = HashMap<usize, BTreeMap<String, String>>;

/// Which column of a file holds which field, and what was corrected since.
#[derive(Debug, Clone)]
pub struct Columns {
    kind: Kind,
    places: HashMap<&'static str, usize>,
    names: Vec<String>,
    corrected: Corrections,
    /// Headers that mean nothing here, or mean a field that another column
    /// names more clearly.
    pub ignored: Vec<String>,
}

impl Columns {
    /// Matches the headers of `table`. Of two columns for one field the one
    /// whose header stands earlier in the list of the field wins.
    pub fn of(kind: Kind, table: &Table) -> Self {
        let plain_names: Vec<String> = table.headers.iter().map(|header| plain(header)).collect();
        let told = kits::mapping(kind, &table.headers);
        let place = |field: &Field| {
            let by_kit = told.iter().position(|code| code == &Some(field.code));
            by_kit.or_else(|| {
                // Not a column that the system uses for something else.
                let free = |at: usize| told.get(at).is_none_or(Option::is_none);
                field.headers().find_map(|header| plain_names.iter().enumerate().position(|(at, name)| *name == plain(header) && free(at)))
            })
        };
        Self::at(kind, table, kind.fields().iter().filter_map(|field| Some((field.code, place(field)?))).collect(), Corrections::new())
    }

    /// As somebody said it: for each column the code of a field, or `""`.
    pub fn mapped(kind: Kind, table: &Table, mapping: &[String], corrected: Corrections) -> Self {
        let place = |field: &Field| mapping.iter().position(|code| code == field.code);
        Self::at(kind, table, kind.fields().iter().filter_map(|field| Some((field.code, place(field)?))).collect(), corrected)
    }

    fn at(kind: Kind, table: &Table, places: HashMap<&'static str, usize>, corrected: Corrections) -> Self {
        let used: HashSet<usize> = places.values().copied().collect();
        let ignored = table.headers.iter().enumerate().filter(|(at, header)| !used.contains(at) && !header.is_empty());
        let ignored = ignored.map(|(_, header)| header.clone()).collect();
        Self { kind, ignored, names: table.headers.clone(), places, corrected }
    }

    /// The code of the field for each column, `""` for those that are not read.
    pub fn mapping(&self) -> Vec<String> {
        let mut mapping = vec![String::new(); self.names.len()];
        for (code, at) in &self.places {
            if let Some(place) = mapping.get_mut(*at) {
                (*code).clone_into(place);
            }
        }
        mapping
    }

    /// The column of a field.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.places.get(field).copied()
    }

    /// What was corrected in a row.
    pub fn corrected(&self, row: &Row) -> Option<&BTreeMap<String, String>> {
        self.corrected.get(&row.number)
    }

    /// Number of fields that were found.
    pub fn found(&self) -> usize {
        self.places.len()
    }

    pub fn has(&self, field: &str) -> bool {
        self.places.contains_key(field)
    }

    /// Fields without which the file says too little.
    pub fn missing(&self) -> impl Iterator<Item = &'static Field> {
        self.kind.fields().iter().filter(|field| field.required && !self.has(field.code))
    }

    /// The cell of a field, as it was corrected; `""` if the file has no such
    /// column.
    pub fn cell<'r>(&'r self, row: &'r Row, field: &str) -> &'r str {
        match self.corrected(row).and_then(|cells| cells.get(field)) {
            Some(text) => text,
            None => self.places.get(field).map_or("", |at| row.cell(*at)),
        }
    }

    /// The header of a field as the file has it, else as we would write it.
    pub fn header(&self, field: &str) -> &str {
        let own = || self.kind.fields().iter().find(|known| known.code == field).and_then(|known| known.headers().next());
        match self.places.get(field).and_then(|at| self.names.get(*at)) {
            Some(name) => name,
            None => own().unwrap_or_default(),
        }
    }

    /// The first filled cell of a row that stands right of all headers: a sign
    /// that a separator inside a text was not quoted.
    pub fn beyond<'r>(&'r self, row: &'r Row) -> Option<&'r str> {
        if let Some(text) = self.corrected(row).and_then(|cells| cells.get(BEYOND)) {
            return Some(text.as_str()).filter(|text| !text.is_empty());
        }
        (self.names.len()..row.width()).map(|at| row.cell(at)).find(|cell| !cell.is_empty())
    }
}
