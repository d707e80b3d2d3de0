use crate::output::Page;
use crate::table::{Table, code};
use optibid_core::auth::{Permission, Role};

/// Which role may do what.
pub(super) fn page() -> Page {
    let [a, b, c, d, e] = Role::ALL.map(|role| code(role.code()));
    let mut table = Table::new(["permission", &a, &b, &c, &d, &e]);
    for permission in Permission::ALL {
        let marks = Role::ALL.map(|role| if role.allows(permission) { "yes" } else { "" });
        let [a, b, c, d, e] = marks;
        table.row([permission.about(), a, b, c, d, e]);
    }
    let body = format!(
        "# Roles\n\nA user has one role, in one organisation. What a role may do is decided inside of the use case, so that the API, the \
         command line and every other shell decide alike.\n\n{}\n\
         Whoever founds an organisation by registering is its `org_admin`. A `super_admin` runs the installation; only a super admin, or \
         `optibid user create-admin --super-admin` on the machine itself, makes one. Nobody gives a role, or changes a user, above \
         the own role, and one user who can sign in and manages the users always stays. Nobody sees another organisation's data, \
         whatever the role. `GET /api/roles` answers this table.",
        table.finish()
    );
    Page::markdown(
        "reference/roles.md",
        "optibid-core/src/auth/permission.rs",
        &body,
    )
}
