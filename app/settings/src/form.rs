//! Forms that only this slice knows. Others are in `domain::{org, settings}`.

use domain::org::PASSWORD_MAX;
use domain::violation::{Check, Violation};
use serde::{Deserialize, Serialize};

/// Mail and password, and where to go then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
    pub next: String,
}

impl SignInForm {
    /// Only that something was typed: what is right is the store's to say.
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        let mut check = Check::default();
        check.text("email", &self.email, 200);
        if self.password.is_empty() {
            check.refuse(Violation::new("password", "required"));
        } else if self.password.chars().count() > PASSWORD_MAX {
            check.refuse(Violation::new("password", "too_long").with("max", PASSWORD_MAX));
        }
        check.finish(())
    }

    /// What may travel back to a refused form.
    #[must_use]
    pub fn without_password(&self) -> Self {
        Self { password: String::new(), ..self.clone() }
    }
}

/// One's own password, changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub old: String,
    pub password: String,
    pub password_again: String,
}
