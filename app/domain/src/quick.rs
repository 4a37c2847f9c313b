//! A lead in half a minute: who it is, their telephone, what they need, and what is done next.
//! It becomes a customer, its contact and a deal, all or none.
//!
//! Not here: the rules of each of the three, which are those of their own forms.

use crate::customers::{ContactDraft, ContactForm, CustomerDraft, CustomerForm};
use crate::pipeline::form::{STEP_MAX, TITLE_MAX};
use crate::violation::{Check, Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuickForm {
    pub request: String,
    /// The company, or who buys for themselves.
    pub name: String,
    /// Whom one spoke with; empty if that is the customer.
    pub person: String,
    pub phone: String,
    pub need: String,
    pub next_step: String,
    pub next_on: String,
}

/// [`QuickForm`] after all checks.
#[derive(Debug, Clone, PartialEq)]
pub struct QuickDraft {
    pub customer: CustomerDraft,
    /// Of a customer that is not there yet: its id is filled in when it is.
    pub contact: Option<ContactDraft>,
    pub need: String,
    pub next_step: String,
    pub next_on: NaiveDate,
}

impl QuickForm {
    /// # Errors
    /// What is wrong, at the fields of this form. A lead that nobody follows up is none, so the
    /// next step and its day are needed, and the day may not have passed.
    pub fn check(&self, today: NaiveDate) -> Result<QuickDraft, Vec<Violation>> {
        let mut check = Check::default();
        let customer = CustomerForm { name: self.name.clone(), phone: self.phone.clone(), ..CustomerForm::default() }.check();
        let person = self.person.trim();
        let contact = (!person.is_empty()).then(|| {
            let nobody = uuid::Uuid::nil().to_string();
            ContactForm { customer: nobody, name: person.to_owned(), phone: self.phone.clone(), primary: true, ..ContactForm::default() }
                .check()
        });
        let customer = customer.map_err(|found| found.into_iter().for_each(|violation| check.refuse(violation))).ok();
        let contact = match contact {
            None => None,
            Some(Ok(contact)) => Some(contact),
            Some(Err(found)) => {
                // The telephone is refused once, and the contact's name is this form's person.
                for violation in found.into_iter().filter(|violation| violation.field == "name") {
                    check.refuse(Violation { field: "person".to_owned(), ..violation });
                }
                None
            }
        };
        let need = check.text("need", &self.need, TITLE_MAX);
        let next_step = check.text("next_step", &self.next_step, STEP_MAX);
        let next_on = check.required("next_on", &self.next_on, "not_a_date", crate::violation::parse_date);
        if next_on.is_some_and(|on| on < today) {
            check.refuse(Violation::new("next_on", "date_in_past"));
        }
        let draft = customer.zip(next_on).map(|(customer, next_on)| QuickDraft { customer, contact, need, next_step, next_on });
        check.finish_some(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a real date");

    fn form() -> QuickForm {
        QuickForm {
            name: " 北辰电机 ".into(),
            person: "李工".into(),
            phone: "138 0000 0000".into(),
            need: "两条产线".into(),
            next_step: "报价".into(),
            next_on: "2026-06-30".into(),
            ..QuickForm::default()
        }
    }

    fn refused(form: &QuickForm) -> Vec<(String, String)> {
        form.check(TODAY).unwrap_err().into_iter().map(|found| (found.field, found.code)).collect()
    }

    #[test]
    fn three_things_come_of_it() {
        let draft = form().check(TODAY).unwrap();
        let contact = draft.contact.unwrap();
        assert_eq!((draft.customer.name.as_str(), contact.name.as_str(), draft.need.as_str()), ("北辰电机", "李工", "两条产线"));
        assert_eq!((draft.customer.phone, contact.phone, contact.primary), ("138 0000 0000".into(), "138 0000 0000".into(), true));
        let alone = QuickForm { person: " ".into(), ..form() };
        assert_eq!(alone.check(TODAY).unwrap().contact, None, "who buys for themselves is no contact of their own");
    }

    #[test]
    fn everything_wrong_is_said_at_its_field_once() {
        let bad = QuickForm { person: "x".repeat(121), phone: "call me".into(), next_on: "2026-06-29".into(), ..QuickForm::default() };
        let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert_eq!(
            refused(&bad),
            [
                pair("name", "required"),
                pair("phone", "bad_phone"),
                pair("person", "too_long"),
                pair("need", "required"),
                pair("next_step", "required"),
                pair("next_on", "date_in_past"),
            ]
        );
        assert_eq!(refused(&QuickForm { next_on: "soon".into(), ..form() }), [pair("next_on", "not_a_date")]);
    }
}
