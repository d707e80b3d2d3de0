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
        table.row([about(permission), a, b, c, d, e]);
    }
    let body = format!(
        "# Roles\n\nA user has one role, in one organisation. What a role may do is decided inside of the use case, so that the API, the \
         command line and every other shell decide alike.\n\n{}\n\
         Whoever founds an organisation by registering is its `org_admin`. A `super_admin` runs the installation; only a super admin, or \
         `optibid user create-admin --super-admin` on the machine itself, makes one. Nobody sees another organisation's data, whatever \
         the role.",
        table.finish()
    );
    Page::markdown(
        "reference/roles.md",
        "optibid-core/src/auth/permission.rs",
        &body,
    )
}

const fn about(permission: Permission) -> &'static str {
    use Permission as P;
    match permission {
        P::ReadMarketData => "read prices, forecasts, markets, rules, locations",
        P::ReadAssets => "read assets, availability, telemetry",
        P::ReadBids => "read bids and their history",
        P::ReadJobs => "read jobs and their results",
        P::ReadAlerts => "read alert rules, alarms and their history",
        P::ReadPortfolio => "read awards, positions, settlements, profit and loss",
        P::WriteAssets => "create and edit assets, record telemetry and availability",
        P::WriteBids => "draft, validate and edit bids",
        P::SubmitBids => "submit and withdraw bids",
        P::RunJobs => "start and cancel jobs",
        P::ImportPrices => "import prices for one's own organisation",
        P::SettlePortfolio => "fetch awards and settle delivery days",
        P::WriteAlertRules => "make, change and remove alert rules",
        P::AnswerAlerts => "acknowledge alarms and shelve their rules",
        P::ReadAudit => "read the organisation's audit trail",
        P::ManageUsers => "add users to the organisation",
        P::ImportPublicPrices => "import prices that everybody sees",
        P::VerifyAudit => "verify the audit chain of the installation",
        P::Maintain => "switch maintenance mode",
    }
}
