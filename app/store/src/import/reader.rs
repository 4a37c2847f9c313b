//! Reads the rows of a file for one who imports it: cell by cell into the forms
//! of `domain`, collecting what is refused where. What a customer or a deal
//! needs is not here but in `customers` and `deals`.

use super::cells::AmountHeader;
use super::dates::{self, Order};
use super::{Columns, Job, Kind, Refusal, Row, VALUE_MAX};
use crate::org::Org;
use crate::search::fold;
use chrono::NaiveDate;
use domain::ids::{UnitId, UserId};
use domain::imports::{Decision, Part, Twins};
use domain::policy::{Action, Actor, Ownership, grant, reach};
use domain::violation::Violation;
use std::collections::HashMap;

/// Rows between two chances for other tasks of the thread.
pub(super) const BREATH: usize = 1_000;
/// Fields that hold dates, over all kinds.
const DATES: [&str; 5] = ["expected_close_on", "first_contact_on", "next_on", "closed_on", "at"];

/// Things found by their names, folded for case and width.
#[derive(Debug)]
pub struct Names<T>(HashMap<String, Vec<T>>);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Copy + PartialEq> Names<T> {
    /// One more name of `thing`; an empty one is none.
    pub fn add(&mut self, name: &str, thing: T) {
        let name = fold(name);
        let things = self.0.entry(name).or_default();
        if !things.contains(&thing) {
            things.push(thing);
        }
    }

    /// The only thing of that name.
    ///
    /// # Errors
    /// The code `unknown_value` or `ambiguous`.
    pub fn find(&self, name: &str) -> Result<T, &'static str> {
        match self.0.get(&fold(name)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some([_, ..]) => Err("ambiguous"),
            _ => Err("unknown_value"),
        }
    }
}

/// What all rows share: who imports, on which day, and how the file writes
/// dates and amounts.
pub struct Reader<'a> {
    pub job: &'a Job,
    pub by: &'a Actor,
    pub today: NaiveDate,
    pub amounts: AmountHeader,
    /// The file parts its cells by semicolons, as Excel does where the comma
    /// parts the decimals.
    pub comma: bool,
    order: Option<Order>,
    people: Names<UserId>,
}

impl<'a> Reader<'a> {
    pub fn new(job: &'a Job, by: &'a Actor, today: NaiveDate) -> Self {
        let columns = &job.columns;
        let date_cells = job.table.rows.iter().flat_map(|row| DATES.iter().map(|field| columns.cell(row, field)));
        let mut people = Names::default();
        for member in job.org.people.values() {
            people.add(&member.person.name, member.person.id);
            people.add(&member.person.email, member.person.id);
        }
        Self {
            job,
            by,
            today,
            amounts: AmountHeader::of(columns.header(if job.kind == Kind::Products { "price" } else { "amount" })),
            comma: job.table.separator == ';',
            order: dates::order(date_cells),
            people,
        }
    }

    pub fn org(&self) -> &Org {
        &self.job.org
    }

    /// Reads every row, tells what becomes of each, and gives the values of
    /// those that are made.
    pub async fn rows<T>(&self, see: See<'_>, mut read: impl FnMut(&mut Cells<'_>) -> Option<T> + Send) -> Vec<T> {
        let rules = &self.job.rules;
        let mut values = Vec::with_capacity(self.job.table.rows.len());
        for chunk in self.job.table.rows.chunks(BREATH) {
            for row in chunk {
                let mut cells = Cells { reader: self, row, found: Vec::new(), twins: Vec::new() };
                let decision = rules.decision(row.number);
                let mut value = None;
                if decision == Decision::Skip {
                    // Left out: it takes no name from others either.
                } else if self.job.columns.beyond(row).is_some() {
                    cells.refuse(Violation::new("", BEYOND_HEADERS));
                } else {
                    value = read(&mut cells);
                    if value.is_none() && cells.found.is_empty() {
                        // A reader that forgets to say why must not lose the row.
                        cells.refuse(Violation::new("", "bad_request"));
                    }
                }
                let part = Part::of(!cells.found.is_empty(), !cells.twins.is_empty(), decision, rules.twins);
                values.extend(value.filter(|_| part == Part::Made));
                see(Seen { part, cells });
            }
            tokio::task::yield_now().await;
        }
        values
    }
}

/// The code of a row with cells to the right of all headers.
const BEYOND_HEADERS: &str = "cell_without_header";

/// A row that was read, and what becomes of it.
pub struct Seen<'a> {
    pub part: Part,
    pub cells: Cells<'a>,
}

/// Who is told of every row.
pub type See<'a> = &'a mut (dyn FnMut(Seen<'_>) + Send);

/// The cells of one row, and what was refused among them.
pub struct Cells<'a> {
    pub reader: &'a Reader<'a>,
    pub row: &'a Row,
    /// What a rule refuses.
    pub found: Vec<Violation>,
    /// What the row repeats.
    pub twins: Vec<Violation>,
}

impl<'a> Cells<'a> {
    pub fn number(&self) -> usize {
        self.row.number
    }

    /// The cell of a field; `""` without such a column.
    pub fn text(&self, field: &str) -> &'a str {
        self.reader.job.columns.cell(self.row, field)
    }

    pub fn has_column(&self, field: &str) -> bool {
        self.reader.job.columns.has(field)
    }

    /// Once for each field and rule, whoever finds it.
    pub fn refuse(&mut self, violation: Violation) {
        if !self.found.contains(&violation) {
            self.found.push(violation);
        }
    }

    /// The row seems to be there already. On the command line that is refused.
    pub fn twin(&mut self, violation: Violation) {
        if !self.reader.job.rules.find_twins {
            self.refuse(violation);
        } else if !self.twins.contains(&violation) {
            self.twins.push(violation);
        }
    }

    /// The row repeats what can be there only once: it may be left out, not be
    /// made all the same.
    pub fn only_once(&mut self, violation: Violation) {
        let rules = &self.reader.job.rules;
        let made = match rules.decision(self.row.number) {
            Decision::Make => true,
            Decision::Usual => rules.twins == Twins::Make,
            Decision::Skip => false,
        };
        if made { self.refuse(violation) } else { self.twin(violation) }
    }

    /// Whether rows are compared by more than their names.
    pub fn finds_twins(&self) -> bool {
        self.reader.job.rules.find_twins
    }

    /// `None` and a refusal, if the cell is filled but cannot be read.
    fn read<T>(&mut self, field: &str, read: impl FnOnce(&str) -> Result<T, &'static str>) -> Option<T> {
        let text = self.text(field);
        if text.is_empty() {
            return None;
        }
        read(text).map_err(|code| self.refuse(Violation::new(field, code))).ok()
    }

    /// A value of a closed set.
    pub fn word<T>(&mut self, field: &str, find: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.read(field, |text| find(text).ok_or("unknown_value"))
    }

    pub fn date(&mut self, field: &str) -> Option<NaiveDate> {
        let order = self.reader.order;
        self.read(field, |text| dates::read(text, order))
    }

    /// Something that has the cell's text as its name.
    pub fn name<T: Copy + PartialEq>(&mut self, field: &str, names: &Names<T>) -> Option<T> {
        self.read(field, |text| names.find(text))
    }

    /// Digits as typed, in half width; refused if a spreadsheet rounded them.
    pub fn digits(&mut self, field: &str) -> String {
        let digits = |text: &str| if super::cells::is_rounded(text) { Err("digits_lost") } else { Ok(super::cells::half_width(text)) };
        self.read(field, digits).unwrap_or_default()
    }

    /// The owner and their unit; the one who imports, if the cell is empty.
    /// Refuses people to whom that one may not give records, or who may not
    /// do `write` with them.
    pub fn owner(&mut self, write: Action) -> Option<(UserId, UnitId)> {
        let reader = self.reader;
        let owner = if self.text("owner").is_empty() { Some(reader.by.id) } else { self.name("owner", &reader.people) }?;
        let person = &reader.org().people.get(&owner)?.person;
        let owned = Ownership { owner: Some(owner), unit: person.unit };
        if !person.active {
            self.refuse(Violation::new("owner", "owner_inactive").with("name", &person.name));
        } else if reach(person.role, write).is_none() || grant(reader.by, Action::Import, &owned).is_err() {
            self.refuse(Violation::new("owner", "forbidden"));
        }
        Some((owner, person.unit))
    }

    /// Who wrote something, and has perhaps left since; the one who imports, if
    /// the cell is empty. Refuses people for whom that one may not import.
    pub fn author(&mut self, field: &str) -> Option<UserId> {
        let reader = self.reader;
        let author = if self.text(field).is_empty() { Some(reader.by.id) } else { self.name(field, &reader.people) }?;
        let person = &reader.org().people.get(&author)?.person;
        if grant(reader.by, Action::Import, &Ownership { owner: Some(author), unit: person.unit }).is_err() {
            self.refuse(Violation::new(field, "forbidden"));
        }
        Some(author)
    }

    /// The draft of a form. A field that was refused before the form saw it is
    /// not refused a second time for being empty.
    pub fn draft<T>(&mut self, checked: Result<T, Vec<Violation>>) -> Option<T> {
        let told: Vec<String> = self.found.iter().map(|violation| violation.field.clone()).collect();
        checked.map_err(|found| self.found.extend(found.into_iter().filter(|violation| !told.contains(&violation.field)))).ok()
    }

    pub fn refusals(&self) -> impl Iterator<Item = Refusal> + '_ {
        self.found.iter().map(|violation| {
            let (column, value) = about(&self.reader.job.columns, self.row, violation);
            let Violation { field, code, params } = violation.clone();
            Refusal { row: self.row.number, column, value, field, code, params }
        })
    }
}

/// The header and the shortened cell that a violation is about.
pub fn about(columns: &Columns, row: &Row, violation: &Violation) -> (String, String) {
    if violation.code == BEYOND_HEADERS {
        return (String::new(), shorten(columns.beyond(row).unwrap_or_default()));
    }
    (columns.header(&violation.field).to_owned(), shorten(columns.cell(row, &violation.field)))
}

pub fn shorten(text: &str) -> String {
    text.chars().take(VALUE_MAX).collect()
}
