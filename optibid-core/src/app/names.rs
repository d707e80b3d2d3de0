//! What is wrong with a name, if anything is.

use crate::error::Violation;

/// Most characters of a name.
const MOST: usize = 200;

/// What is wrong with a person's name.
pub(super) fn name_fault(name: &str) -> Option<Violation> {
    let name = name.trim();
    let long = name.chars().count() > MOST;
    long.then(|| Violation::new("length", "name", name, format!("at most {MOST} characters")))
}

/// What is wrong with an organisation's name in that field.
pub(super) fn org_name_fault(field: &str, name: &str) -> Option<Violation> {
    let name = name.trim();
    let fits = (1..=MOST).contains(&name.chars().count());
    let rule = format!("must have 1 to {MOST} characters");
    (!fits).then(|| Violation::new("length", field, name, rule))
}
