//! Users, one's own account, the organisation: who may change what, and what ends with it.

use super::app_world::{World, code, codes};
use optibid_core::app::{
    Credentials, Maintenance, NewUser, PasswordChange, Registration, SignedIn, UserContent,
    Versioned,
};
use optibid_core::auth::{Principal, Role};
use optibid_core::error::{Code, Error, Result};
use optibid_core::id::UserId;
use optibid_core::org::User;
use optibid_core::ports::{PageRequest, StoreError};
use optibid_core::testing::mocks::MockAccountStore;
use serde_json::{Value, json};
use std::sync::Arc;

const PASSWORD: &str = "merit order of a windy day";
const OTHER: &str = "ramp rate of a spring dawn";

/// An organisation founded by Ann, who is signed in.
struct House {
    world: World,
    ann: SignedIn,
    admin: Principal,
}

impl House {
    async fn new() -> Self {
        let world = World::new();
        let new = Registration {
            org_name: "Hill Country Storage".to_owned(),
            email: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            password: PASSWORD.to_owned(),
        };
        let ann = world.app.register(new).await.unwrap();
        let admin = world.app.authenticate(&ann.access_token, None).await;
        let admin = admin.unwrap();
        Self { world, ann, admin }
    }

    async fn add(&self, name: &str, role: Role) -> User {
        let new = NewUser {
            email: format!("{name}@example.com"),
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            role,
        };
        // A super admin may give every role.
        let operator = Principal {
            role: Role::SuperAdmin,
            ..self.admin.clone()
        };
        self.world.app.add_user(&operator, new).await.unwrap()
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn> {
        let credentials = Credentials {
            email: format!("{name}@example.com"),
            password: password.to_owned(),
        };
        self.world.app.login(credentials).await
    }

    async fn caller(&self, signed_in: &SignedIn) -> Result<Principal> {
        let token = &signed_in.access_token;
        self.world.app.authenticate(token, None).await
    }

    async fn as_user(&self, name: &str) -> Principal {
        let signed_in = self.sign_in(name, PASSWORD).await.unwrap();
        self.caller(&signed_in).await.unwrap()
    }

    async fn user(&self, id: UserId) -> User {
        self.world.app.user(&self.admin, id).await.unwrap()
    }

    async fn edit(&self, who: &Principal, user: &User, content: UserContent) -> Result<User> {
        let change = Versioned {
            expected: user.version,
            value: content,
        };
        self.world.app.edit_user(who, user.id, change).await
    }

    /// What the last audit entry tells.
    async fn audited(&self) -> (String, Value) {
        let entry = self.world.chain().await.pop().unwrap().draft;
        (entry.action, serde_json::from_str(&entry.detail).unwrap())
    }
}

fn like(user: &User) -> UserContent {
    UserContent {
        name: user.name.clone(),
        role: user.role,
        disabled: user.disabled,
    }
}

fn disabled(user: &User) -> UserContent {
    UserContent {
        disabled: true,
        ..like(user)
    }
}

fn with_role(user: &User, role: Role) -> UserContent {
    UserContent { role, ..like(user) }
}

fn refusal<T>(result: Result<T>) -> Error {
    result.err().unwrap()
}

fn first_page() -> PageRequest {
    PageRequest::default()
}

#[tokio::test]
async fn a_user_is_changed_and_the_trail_says_from_what_to_what() {
    let house = House::new().await;
    let bob = house.add("bob", Role::Viewer).await;
    let content = UserContent {
        name: " Robert ".to_owned(),
        role: Role::Analyst,
        disabled: false,
    };
    let edited = house
        .edit(&house.admin, &bob, content.clone())
        .await
        .unwrap();
    assert_eq!(
        (edited.name.as_str(), edited.role, edited.version),
        ("Robert", Role::Analyst, 2)
    );
    assert_eq!(house.user(bob.id).await, edited);
    let told = json!({
        "name": { "from": "bob", "to": "Robert" },
        "role": { "from": "viewer", "to": "analyst" },
    });
    assert_eq!(house.audited().await, ("user.edit".to_owned(), told));
    let entries = house.world.chain().await.len();
    let same = house.edit(&house.admin, &edited, content).await.unwrap();
    assert_eq!(same, edited, "what changes nothing makes no version");
    assert_eq!(house.world.chain().await.len(), entries);
    let stale = house
        .edit(&house.admin, &bob, with_role(&bob, Role::Viewer))
        .await;
    assert_eq!(code(stale), Code::Conflict);
    let long = UserContent {
        name: "n".repeat(201),
        ..like(&edited)
    };
    let refused = refusal(house.edit(&house.admin, &edited, long).await);
    assert_eq!(codes(&refused), ["length"]);
}

#[tokio::test]
async fn users_are_listed_and_read_by_who_manages_them_alone() {
    let house = House::new().await;
    let bob = house.add("bob", Role::Viewer).await;
    let app = &house.world.app;
    let listed = app.users(&house.admin, &first_page()).await.unwrap();
    assert_eq!(listed.items, [bob.clone(), house.ann.user.clone()]);
    for role in [Role::BillingAdmin, Role::Analyst, Role::Viewer] {
        let who = Principal {
            role,
            ..house.admin.clone()
        };
        assert_eq!(code(app.users(&who, &first_page()).await), Code::Forbidden);
        assert_eq!(code(app.user(&who, bob.id).await), Code::Forbidden);
        let edit = house.edit(&who, &bob, disabled(&bob)).await;
        assert_eq!(code(edit), Code::Forbidden);
    }
    let stranger = house.world.stranger();
    assert_eq!(code(app.user(&stranger, bob.id).await), Code::NotFound);
    let edit = house.edit(&stranger, &bob, disabled(&bob)).await;
    assert_eq!(code(edit), Code::NotFound);
    let listed = app.users(&stranger, &first_page()).await.unwrap();
    assert_eq!(listed.items, []);
}

#[tokio::test]
async fn nobody_gives_a_role_or_changes_a_user_above_the_own_role() {
    let house = House::new().await;
    let bob = house.add("bob", Role::Viewer).await;
    let root = house.add("root", Role::SuperAdmin).await;
    let raise = with_role(&bob, Role::SuperAdmin);
    assert_eq!(
        code(house.edit(&house.admin, &bob, raise.clone()).await),
        Code::Forbidden
    );
    let myself = house.ann.user.clone();
    let myself_up = with_role(&myself, Role::SuperAdmin);
    assert_eq!(
        code(house.edit(&house.admin, &myself, myself_up).await),
        Code::Forbidden
    );
    for change in [disabled(&root), with_role(&root, Role::Viewer)] {
        let refused = house.edit(&house.admin, &root, change).await;
        assert_eq!(code(refused), Code::Forbidden, "not above oneself");
    }
    let super_admin = house.as_user("root").await;
    let raised = house.edit(&super_admin, &bob, raise).await.unwrap();
    assert_eq!(raised.role, Role::SuperAdmin);
}

#[tokio::test]
async fn the_last_who_manages_the_users_is_neither_disabled_nor_demoted() {
    let house = House::new().await;
    let ann = house.ann.user.clone();
    house.add("bob", Role::Analyst).await;
    let carl = house.add("carl", Role::OrgAdmin).await;
    let carl = house
        .edit(&house.admin, &carl, disabled(&carl))
        .await
        .unwrap();
    for (change, field) in [
        (disabled(&ann), "disabled"),
        (with_role(&ann, Role::Viewer), "role"),
    ] {
        let refused = refusal(house.edit(&house.admin, &ann, change).await);
        assert_eq!(codes(&refused), ["last_admin"]);
        assert_eq!(refused.violations()[0].field, field);
    }
    // The name may change all the same, and once another one can sign in both may go.
    let renamed = UserContent {
        name: "Anna".to_owned(),
        ..like(&ann)
    };
    let ann = house.edit(&house.admin, &ann, renamed).await.unwrap();
    let back = like(&User {
        disabled: false,
        ..carl.clone()
    });
    house.edit(&house.admin, &carl, back).await.unwrap();
    let gone = house.edit(&house.admin, &ann, disabled(&ann)).await;
    assert!(gone.unwrap().disabled);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_old_sessions_do_not_come_back() {
    let house = House::new().await;
    let bob = house.add("bob", Role::Analyst).await;
    let signed_in = house.sign_in("bob", PASSWORD).await.unwrap();
    house.caller(&signed_in).await.unwrap();
    let off = house.edit(&house.admin, &bob, disabled(&bob)).await;
    let off = off.unwrap();
    assert_eq!(
        house.audited().await.1,
        json!({ "disabled": { "from": false, "to": true } })
    );
    let refresh = &signed_in.refresh_token;
    for _ in 0..2 {
        assert_eq!(code(house.caller(&signed_in).await), Code::Unauthenticated);
        let refreshed = house.world.app.refresh(refresh).await;
        assert_eq!(code(refreshed), Code::Unauthenticated);
        let user = house.user(bob.id).await;
        if user.disabled {
            assert_eq!(
                code(house.sign_in("bob", PASSWORD).await),
                Code::Unauthenticated
            );
            house.edit(&house.admin, &off, like(&bob)).await.unwrap();
        }
    }
    assert!(house.sign_in("bob", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_user_disabled_between_password_and_session_gets_none() {
    let mut house = House::new().await;
    let bob = house.add("bob", Role::Analyst).await;
    let seen = house.user(bob.id).await;
    house
        .edit(&house.admin, &bob, disabled(&bob))
        .await
        .unwrap();
    // What signing in read before that moment.
    let mut late = MockAccountStore::new();
    late.expect_user_by_email()
        .returning(move |_| Ok(Some(seen.clone())));
    let org = house.ann.org.clone();
    late.expect_org().returning(move |_| Ok(Some(org.clone())));
    house.world.app.stores.accounts = Arc::new(late);
    assert_eq!(
        code(house.sign_in("bob", PASSWORD).await),
        Code::Unauthenticated
    );
    assert_eq!(house.audited().await.0, "session.end");
    let who = Principal {
        user: bob.id,
        ..house.admin.clone()
    };
    let live = house.world.app.own_sessions(&who, first_page()).await;
    assert_eq!(live.unwrap().items, []);
}

#[tokio::test]
async fn ones_own_name_is_changed_by_every_role() {
    let house = House::new().await;
    let bob = house.add("bob", Role::Viewer).await;
    let who = house.as_user("bob").await;
    let app = &house.world.app;
    let renamed = app.edit_profile(&who, " Bobby ").await.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.version), ("Bobby", 2));
    assert_eq!((renamed.role, renamed.disabled), (bob.role, false));
    assert_eq!(
        house.audited().await,
        (
            "user.profile".to_owned(),
            json!({ "name": { "from": "bob", "to": "Bobby" } })
        )
    );
    let same = app.edit_profile(&who, "Bobby").await.unwrap();
    assert_eq!(same, renamed);
    let long = app.edit_profile(&who, &"n".repeat(201)).await;
    assert_eq!(codes(&refusal(long)), ["length"]);
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions() {
    let house = House::new().await;
    house.add("bob", Role::Viewer).await;
    let (here, there) = (
        house.sign_in("bob", PASSWORD).await.unwrap(),
        house.sign_in("bob", PASSWORD).await.unwrap(),
    );
    let who = house.caller(&here).await.unwrap();
    let change = PasswordChange {
        current: PASSWORD.to_owned(),
        new: OTHER.to_owned(),
    };
    let app = &house.world.app;
    app.change_password(&who, change).await.unwrap();
    assert!(house.caller(&here).await.is_ok(), "this session goes on");
    assert!(app.refresh(&here.refresh_token).await.is_ok());
    assert_eq!(code(house.caller(&there).await), Code::Unauthenticated);
    let refreshed = app.refresh(&there.refresh_token).await;
    assert_eq!(code(refreshed), Code::Unauthenticated);
    assert!(house.caller(&house.ann).await.is_ok(), "of the user alone");
    assert_eq!(
        code(house.sign_in("bob", PASSWORD).await),
        Code::Unauthenticated
    );
    assert!(house.sign_in("bob", OTHER).await.is_ok());
    let chain = serde_json::to_string(&house.world.chain().await).unwrap();
    assert!(chain.contains("user.password"));
    assert!(!chain.contains(OTHER) && !chain.contains(PASSWORD));
}

#[tokio::test]
async fn a_wrong_present_password_and_a_weak_new_one_are_both_named() {
    let house = House::new().await;
    let app = &house.world.app;
    let change = |current: &str, new: &str| PasswordChange {
        current: current.to_owned(),
        new: new.to_owned(),
    };
    for (attempt, wanted) in [
        (change("not the password", OTHER), vec!["current_password"]),
        (change(PASSWORD, "short"), vec!["new_password"]),
        (change(PASSWORD, "ann@example.com 1"), vec!["new_password"]),
        (
            change("not the password", "short"),
            vec!["current_password", "new_password"],
        ),
    ] {
        let refused = refusal(app.change_password(&house.admin, attempt).await);
        assert_eq!(refused.code(), Code::Invalid);
        let fields = refused.violations().iter().map(|v| v.field.as_str());
        assert_eq!(fields.collect::<Vec<_>>(), wanted);
        let shown = format!("{refused:?}");
        assert!(!shown.contains("not the password"), "{shown}");
    }
    assert!(house.sign_in("ann", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended_one_by_one() {
    let house = House::new().await;
    house.add("bob", Role::Viewer).await;
    let app = &house.world.app;
    let other = house.sign_in("ann", PASSWORD).await.unwrap();
    let other_caller = house.caller(&other).await.unwrap();
    let (mine, theirs) = (house.admin.session, other_caller.session);
    let listed = app.own_sessions(&house.admin, first_page()).await.unwrap();
    let ids: Vec<_> = listed.items.iter().map(|s| Some(s.id)).collect();
    assert_eq!(ids, [theirs, mine]);
    let bob = house.as_user("bob").await;
    let foreign = app.end_session(&bob, theirs.unwrap()).await;
    assert_eq!(code(foreign), Code::NotFound);
    app.end_session(&house.admin, theirs.unwrap())
        .await
        .unwrap();
    assert_eq!(code(house.caller(&other).await), Code::Unauthenticated);
    assert_eq!(house.audited().await.0, "session.end");
    let again = app.end_session(&house.admin, theirs.unwrap()).await;
    assert_eq!(code(again), Code::NotFound);
    let listed = app.own_sessions(&house.admin, first_page()).await.unwrap();
    assert_eq!(listed.items.len(), 1);
}

#[tokio::test]
async fn an_organisation_is_renamed_by_its_admin() {
    let house = House::new().await;
    house.add("bob", Role::Viewer).await;
    let bob = house.as_user("bob").await;
    let app = &house.world.app;
    let rename = |expected, name: &str| Versioned {
        expected,
        value: name.to_owned(),
    };
    let before = app.organisation(&bob).await.unwrap();
    assert_eq!(
        (before.name.as_str(), before.version),
        ("Hill Country Storage", 1)
    );
    let refused = app.rename_organisation(&bob, rename(1, "Bob's")).await;
    assert_eq!(code(refused), Code::Forbidden);
    let renamed = app
        .rename_organisation(&house.admin, rename(1, " Río Bravo "))
        .await
        .unwrap();
    assert_eq!((renamed.name.as_str(), renamed.version), ("Río Bravo", 2));
    assert_eq!(app.me(&bob).await.unwrap().1, renamed);
    assert_eq!(
        house.audited().await,
        (
            "org.rename".to_owned(),
            json!({ "name": { "from": "Hill Country Storage", "to": "Río Bravo" } })
        )
    );
    let stale = app.rename_organisation(&house.admin, rename(1, "Late"));
    assert_eq!(code(stale.await), Code::Conflict);
    for name in [" ", &"n".repeat(201)] {
        let wrong = app.rename_organisation(&house.admin, rename(2, name));
        assert_eq!(codes(&refusal(wrong.await)), ["length"]);
    }
}

#[tokio::test]
async fn in_maintenance_nothing_of_accounts_changes_but_sessions_end() {
    let house = House::new().await;
    let app = &house.world.app;
    let on = Maintenance {
        enabled: true,
        message: String::new(),
    };
    let operator = house.world.as_role(Role::SuperAdmin);
    app.set_maintenance(&operator, on).await.unwrap();
    let change = PasswordChange {
        current: PASSWORD.to_owned(),
        new: OTHER.to_owned(),
    };
    let rename = Versioned {
        expected: 1,
        value: "New".to_owned(),
    };
    let user = house.ann.user.clone();
    let renamed = UserContent {
        name: "A".to_owned(),
        ..like(&user)
    };
    let refused = [
        code(app.edit_profile(&house.admin, "Anna").await),
        code(app.change_password(&house.admin, change).await),
        code(app.rename_organisation(&house.admin, rename).await),
        code(house.edit(&house.admin, &user, renamed).await),
    ];
    assert_eq!(refused, [Code::Unavailable; 4]);
    let session = house.admin.session.unwrap();
    app.end_session(&house.admin, session).await.unwrap();
    assert_eq!(code(house.caller(&house.ann).await), Code::Unauthenticated);
}

/// Roles cover each other as the permission table says: all are covered by a super admin, none but itself by a viewer.
#[test]
fn a_role_covers_those_that_may_no_more() {
    let covers = |role: Role| -> Vec<Role> {
        let all = Role::ALL.into_iter();
        all.filter(|other| role.covers(*other)).collect()
    };
    assert_eq!(covers(Role::SuperAdmin), Role::ALL);
    assert_eq!(covers(Role::OrgAdmin), Role::ALL[1..]);
    assert_eq!(covers(Role::BillingAdmin), [Role::BillingAdmin]);
    let trader = [Role::BillingAdmin, Role::Analyst, Role::Viewer];
    assert_eq!(covers(Role::Analyst), trader);
    assert_eq!(
        covers(Role::Viewer),
        [Role::BillingAdmin, Role::Viewer],
        "a viewer sees what a billing admin sees"
    );
}

/// Somebody else changed the user between the read and the write.
#[tokio::test]
async fn a_change_that_the_store_refuses_is_told() {
    let house = House::new().await;
    let mut app = house.world.app.clone();
    let mut accounts = MockAccountStore::new();
    let kept = house.ann.user.clone();
    accounts
        .expect_user()
        .returning(move |_, _| Ok(Some(kept.clone())));
    let org = house.ann.org.clone();
    accounts
        .expect_org()
        .returning(move |_| Ok(Some(org.clone())));
    accounts.expect_update_user().returning(|change, _| {
        Err(StoreError::Conflict {
            kind: "user",
            id: change.user.id.to_string(),
            expected: 1,
            found: 2,
        })
    });
    app.stores.accounts = Arc::new(accounts);
    let refused = app.edit_profile(&house.admin, "Anna").await;
    assert_eq!(code(refused), Code::Conflict);
}
