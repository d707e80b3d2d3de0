use crate::error::Violation;
use crate::org::Email;

/// Fewest characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Most characters of a password.
pub const MAX_PASSWORD_CHARS: usize = 128;

/// A new password that meets the policy; printing it shows nothing.
///
/// The policy follows OWASP ASVS 5.0 V6.2: 12 to 128 characters of any kind, blanks and Unicode
/// included, never cut or changed; no rule of composition; it must not contain the
/// user's own address (nor the part before the @ where that has five characters or more) or be a
/// single repeated character.
///
/// ```
/// use optibid_core::auth::Password;
/// use optibid_core::org::Email;
/// let email = Email::new("ann@example.com")?;
/// assert!(Password::new("merit order of a windy day", &email).is_ok());
/// assert!(Password::new("short", &email).is_err());
/// # Ok::<(), optibid_core::error::Violation>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Checks a password against the policy.
    ///
    /// # Errors
    /// Names the rule; the value shown is its length, never the password.
    pub fn new(text: &str, email: &Email) -> Result<Self, Violation> {
        let count = text.chars().count();
        let wrong = |rule: String| {
            Violation::new("password", "password", format!("{count} characters"), rule)
        };
        if !(MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&count) {
            return Err(wrong(format!(
                "must have {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters"
            )));
        }
        let lower = text.to_lowercase();
        let local = email.as_str().split('@').next().unwrap_or_default();
        if lower.contains(email.as_str()) || (local.chars().count() >= 5 && lower.contains(local)) {
            return Err(wrong("must not contain the e-mail address".to_owned()));
        }
        let mut chars = text.chars();
        let first = chars.next();
        if chars.all(|c| Some(c) == first) {
            return Err(wrong("must not repeat a single character".to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The password itself, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}
