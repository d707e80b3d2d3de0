//! The permission table against one written out by hand, and the password policy at its edges.

use optibid_core::auth::{Password, Permission, Role};
use optibid_core::error::Code;
use optibid_core::org::Email;
use optibid_core::testing::fixtures::{Tenant, principal, user_with_role};

/// Columns: super admin, org admin, billing admin, analyst, viewer.
const TABLE: [(Permission, &str); 20] = [
    (Permission::ReadMarketData, "xxxxx"),
    (Permission::ReadAssets, "xx.xx"),
    (Permission::ReadBids, "xx.xx"),
    (Permission::ReadJobs, "xx.xx"),
    (Permission::ReadAlerts, "xx.xx"),
    (Permission::ReadPortfolio, "xxxxx"),
    (Permission::WriteAssets, "xx.x."),
    (Permission::WriteBids, "xx.x."),
    (Permission::SubmitBids, "xx.x."),
    (Permission::RunJobs, "xx.x."),
    (Permission::ImportPrices, "xx.x."),
    (Permission::SettlePortfolio, "xx.x."),
    (Permission::WriteAlertRules, "xx.x."),
    (Permission::AnswerAlerts, "xx.x."),
    (Permission::ReadAudit, "xx..."),
    (Permission::ManageUsers, "xx..."),
    (Permission::ManageOrganisation, "xx..."),
    (Permission::ImportPublicPrices, "x...."),
    (Permission::VerifyAudit, "x...."),
    (Permission::Maintain, "x...."),
];

const COLUMNS: [Role; 5] = [
    Role::SuperAdmin,
    Role::OrgAdmin,
    Role::BillingAdmin,
    Role::Analyst,
    Role::Viewer,
];

#[test]
fn every_cell_of_the_permission_table_is_as_written() {
    let mut cells = 0;
    for (permission, row) in TABLE {
        for (role, cell) in COLUMNS.into_iter().zip(row.chars()) {
            assert_eq!(
                role.allows(permission),
                cell == 'x',
                "{role} {permission:?}"
            );
            let who = principal(&user_with_role(&Tenant::numbered(1), role));
            let passed = who.require(permission);
            assert_eq!(passed.is_ok(), cell == 'x');
            if let Err(error) = passed {
                assert_eq!(error.code(), Code::Forbidden);
                assert!(error.to_string().contains(role.code()), "{error}");
            }
            cells += 1;
        }
    }
    assert_eq!(cells, 100);
    for permission in Permission::ALL {
        let rows = TABLE.iter().filter(|(p, _)| *p == permission).count();
        assert_eq!(rows, 1, "{permission:?} has one row");
    }
    assert_eq!(COLUMNS, Role::ALL);
}

#[test]
fn roles_are_read_as_they_are_written() {
    for role in Role::ALL {
        assert_eq!(role.code().parse::<Role>(), Ok(role));
        let json = serde_json::to_string(&role).unwrap();
        assert_eq!(json, format!("{:?}", role.code()));
    }
    let unknown = "Admin".parse::<Role>().unwrap_err();
    assert!(unknown.contains("super_admin"), "{unknown}");
}

fn email(address: &str) -> Email {
    Email::new(address).unwrap()
}

fn fits(text: &str) -> bool {
    Password::new(text, &email("ann@example.com")).is_ok()
}

/// `count` characters that are not all the same.
fn of_length(count: usize, filler: char) -> String {
    let mut text: String = std::iter::repeat_n(filler, count - 1).collect();
    text.push('1');
    text
}

#[test]
fn a_password_has_twelve_to_128_characters_whatever_their_bytes() {
    for filler in ['a', ' ', 'ß', '€', '電', '🔋'] {
        for (count, good) in [
            (11, false),
            (12, true),
            (13, true),
            (128, true),
            (129, false),
        ] {
            assert_eq!(
                fits(&of_length(count, filler)),
                good,
                "{count} x {filler:?}"
            );
        }
    }
    assert!(!fits(""));
}

#[test]
fn a_password_is_never_cut_or_changed() {
    let text = "  Zwölf Monde über dem Umspannwerk \t";
    let password = Password::new(text, &email("ann@example.com")).unwrap();
    assert_eq!(password.expose(), text);
    assert_eq!(format!("{password:?}"), "Password(…)");
}

#[test]
fn a_password_is_not_one_character_over_and_over() {
    for character in ['a', ' ', '0', '🔋'] {
        assert!(!fits(&character.to_string().repeat(12)), "{character:?}");
    }
    assert!(fits("aaaaaaaaaaab"));
}

#[test]
fn a_password_does_not_contain_the_address() {
    let cases = [
        ("ann@example.com", "ann@example.com", false),
        ("ann@example.com", "ANN@Example.COM", false),
        ("ann@example.com", "my ann@example.com 1", false),
        ("ann@example.com", "annual maintenance", true),
        ("annie@example.com", "my name is Annie!", false),
        ("annie@example.com", "ANNIEannie12", false),
        ("annie@example.com", "example.com is my host", true),
    ];
    for (address, text, good) in cases {
        let password = Password::new(text, &email(address));
        assert_eq!(password.is_ok(), good, "{text:?} of {address}");
    }
}

#[test]
fn a_refused_password_is_not_repeated() {
    for text in [
        "hunter2",
        "ann@example.com",
        &"x".repeat(12),
        &"xy".repeat(70),
    ] {
        let refused = Password::new(text, &email("ann@example.com")).unwrap_err();
        assert_eq!(refused.field, "password");
        let shown = format!("{refused:?} {refused}");
        assert!(!shown.contains(text), "{shown}");
        assert!(refused.value.ends_with("characters"), "{}", refused.value);
    }
}

#[test]
fn addresses_are_checked_by_form_and_lower_cased() {
    assert_eq!(
        email(" Ann.O'Neil+bids@Example.COM ").as_str(),
        "ann.o'neil+bids@example.com"
    );
    assert_eq!(email("ann@EXAMPLE.com"), email("ANN@example.com"));
    let long = format!("{}@example.com", "a".repeat(243));
    for wrong in [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "a@b@c.de",
        "a b@c.de",
        "a@c..de",
        &long,
    ] {
        let refused = Email::new(wrong).unwrap_err();
        assert_eq!(
            (refused.field.as_str(), refused.code.as_str()),
            ("email", "email"),
            "{wrong}"
        );
    }
    assert!(Email::new(&long[1..]).is_ok(), "254 characters");
}
