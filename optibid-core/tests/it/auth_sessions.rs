//! Register, sign in, refresh, sign out, and who calls.

use super::app_world::{World, code, codes};
use jiff::SignedDuration;
use optibid_core::app::{Credentials, Maintenance, NewUser, Registration, SignedIn};
use optibid_core::auth::{Principal, Role};
use optibid_core::error::{Code, Error};
use optibid_core::ports::AccountStore;
use std::sync::atomic::Ordering;

const PASSWORD: &str = "merit order of a windy day";

fn registration(email: &str) -> Registration {
    Registration {
        org_name: " Hill Country Storage ".to_owned(),
        email: email.to_owned(),
        name: " Ann ".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

fn credentials(email: &str, password: &str) -> Credentials {
    Credentials {
        email: email.to_owned(),
        password: password.to_owned(),
    }
}

async fn registered(world: &World) -> SignedIn {
    let new = registration("Ann@Example.com");
    world.app.register(new).await.unwrap()
}

async fn caller(world: &World, token: &str) -> Result<Principal, Error> {
    world
        .app
        .authenticate(token, Some("req-7".to_owned()))
        .await
}

/// The error of a use case whose answer, with its tokens, is not for printing.
fn refusal<T>(result: Result<T, Error>) -> Error {
    result.err().unwrap()
}

#[tokio::test]
async fn registering_founds_an_organisation_and_signs_its_admin_in() {
    let world = World::new();
    let signed_in = registered(&world).await;
    assert_eq!(signed_in.org.name, "Hill Country Storage");
    assert_eq!(signed_in.user.email.as_str(), "ann@example.com");
    assert_eq!(
        (signed_in.user.name.as_str(), signed_in.user.role),
        ("Ann", Role::OrgAdmin)
    );
    let who = caller(&world, &signed_in.access_token).await.unwrap();
    assert_eq!(
        (who.user, who.org, who.role),
        (signed_in.user.id, signed_in.org.id, Role::OrgAdmin)
    );
    assert_eq!(who.request_id.as_deref(), Some("req-7"));
    let (user, org) = world.app.me(&who).await.unwrap();
    assert_eq!((user, org), (signed_in.user, signed_in.org));
    assert_eq!(world.actions().await, ["org.found", "session.open"]);
    let chain = serde_json::to_string(&world.chain().await).unwrap();
    assert!(
        !chain.contains(PASSWORD) && !chain.contains("refresh-"),
        "no secret is audited"
    );
}

#[tokio::test]
async fn registering_names_every_fault() {
    let world = World::new();
    let bad = Registration {
        org_name: " ".to_owned(),
        email: "ann@example.com".to_owned(),
        name: "n".repeat(201),
        password: "short".to_owned(),
    };
    let refused = refusal(world.app.register(bad).await);
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(fields, ["organisation", "name", "password"]);
    let refused = refusal(world.app.register(registration("ann")).await);
    assert_eq!(codes(&refused), ["email"]);
    assert_eq!(world.store.user_count().await.unwrap(), 0);
}

#[tokio::test]
async fn an_address_belongs_to_one_user() {
    let world = World::new();
    let ann = registered(&world).await;
    let again = world.app.register(registration("ANN@example.com")).await;
    assert_eq!(code(again), Code::AlreadyExists);
    let who = caller(&world, &ann.access_token).await.unwrap();
    let twin = NewUser {
        email: "ann@Example.com".to_owned(),
        name: "Other Ann".to_owned(),
        password: PASSWORD.to_owned(),
        role: Role::Viewer,
    };
    assert_eq!(
        code(world.app.add_user(&who, twin).await),
        Code::AlreadyExists
    );
    assert_eq!(world.store.user_count().await.unwrap(), 1);
    assert_eq!(
        world.actions().await,
        ["org.found", "session.open"],
        "nothing is half applied"
    );
}

#[tokio::test]
async fn closed_registration_refuses_but_the_operator_may_found() {
    let mut world = World::new();
    world.app.policy.open_registration = false;
    let refused = world.app.register(registration("ann@example.com")).await;
    assert_eq!(code(refused), Code::Forbidden);
    assert_eq!(world.store.user_count().await.unwrap(), 0);
    let founded = world
        .app
        .found_org(registration("ann@example.com"), Role::SuperAdmin)
        .await;
    assert_eq!(founded.unwrap().1.role, Role::SuperAdmin);
}

#[tokio::test]
async fn maintenance_refuses_registration_but_lets_people_sign_in() {
    let world = World::new();
    registered(&world).await;
    let on = Maintenance {
        enabled: true,
        message: "back at 14:00".to_owned(),
    };
    let operator = world.as_role(Role::SuperAdmin);
    world.app.set_maintenance(&operator, on).await.unwrap();
    let refused = refusal(world.app.register(registration("bob@example.com")).await);
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.to_string().contains("back at 14:00"), "{refused}");
    assert!(
        world
            .app
            .login(credentials("ann@example.com", PASSWORD))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn whatever_was_wrong_signing_in_says_the_same() {
    let world = World::new();
    let ann = registered(&world).await;
    let disabled = optibid_core::org::User {
        id: world.ours.user.id,
        email: "gone@example.com".parse_email(),
        disabled: true,
        ..ann.user.clone()
    };
    let trail = optibid_core::testing::fixtures::trail(&ann.user, "user.add");
    world.store.insert_user(&disabled, &trail).await.unwrap();
    let opened = world.actions().await.len();
    let mut told = Vec::new();
    for (email, password) in [
        ("ann@example.com", "merit order of a calm day"),
        ("ann@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("gone@example.com", PASSWORD),
    ] {
        let asked = world.hasher.verified.load(Ordering::Relaxed);
        let refused = refusal(world.app.login(credentials(email, password)).await);
        assert_eq!(refused.code(), Code::Unauthenticated);
        told.push(refused.to_string());
        let now = world.hasher.verified.load(Ordering::Relaxed);
        assert_eq!(
            now,
            asked + 1,
            "a hash is computed for {email} too, so that time tells nothing"
        );
    }
    told.dedup();
    assert_eq!(told, ["e-mail address or password is wrong"]);
    assert_eq!(world.actions().await.len(), opened, "no session was opened");
}

trait ParseEmail {
    fn parse_email(&self) -> optibid_core::org::Email;
}

impl ParseEmail for str {
    fn parse_email(&self) -> optibid_core::org::Email {
        optibid_core::org::Email::new(self).unwrap()
    }
}

#[tokio::test]
async fn an_access_token_is_good_for_a_quarter_of_an_hour() {
    let world = World::new();
    registered(&world).await;
    let signed_in = world
        .app
        .login(credentials(" ann@EXAMPLE.com", PASSWORD))
        .await
        .unwrap();
    let token = &signed_in.access_token;
    assert_eq!(
        signed_in.access_expires_at,
        world.now() + SignedDuration::from_mins(15)
    );
    world.wait(14 * 60 + 59);
    assert!(caller(&world, token).await.is_ok());
    world.wait(1);
    assert_eq!(code(caller(&world, token).await), Code::Unauthenticated);
    assert_eq!(code(caller(&world, "{}").await), Code::Unauthenticated);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_often_it_is_refreshed() {
    let world = World::new();
    let mut signed_in = registered(&world).await;
    let end = world.now() + SignedDuration::from_hours(7 * 24);
    for _ in 0..6 {
        world.wait(24 * 3_600);
        signed_in = world.app.refresh(&signed_in.refresh_token).await.unwrap();
        assert_eq!(signed_in.session_expires_at, end);
    }
    world.wait(24 * 3_600 - 60);
    signed_in = world.app.refresh(&signed_in.refresh_token).await.unwrap();
    assert_eq!(
        signed_in.access_expires_at, end,
        "no access token outlives its session"
    );
    world.wait(59);
    assert!(caller(&world, &signed_in.access_token).await.is_ok());
    world.wait(1);
    assert_eq!(
        code(caller(&world, &signed_in.access_token).await),
        Code::Unauthenticated
    );
    assert_eq!(
        code(world.app.refresh(&signed_in.refresh_token).await),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session() {
    let world = World::new();
    let first = registered(&world).await;
    let other = world
        .app
        .login(credentials("ann@example.com", PASSWORD))
        .await
        .unwrap();
    let second = world.app.refresh(&first.refresh_token).await.unwrap();
    assert_ne!(first.refresh_token, second.refresh_token);
    assert!(
        caller(&world, &first.access_token).await.is_ok(),
        "it runs out by itself"
    );
    assert_eq!(
        code(world.app.refresh(&first.refresh_token).await),
        Code::Unauthenticated
    );
    for token in [&first.access_token, &second.access_token] {
        assert_eq!(code(caller(&world, token).await), Code::Unauthenticated);
    }
    assert_eq!(
        code(world.app.refresh(&second.refresh_token).await),
        Code::Unauthenticated
    );
    assert!(
        caller(&world, &other.access_token).await.is_ok(),
        "the other login goes on"
    );
    assert_eq!(
        world.actions().await.last().unwrap(),
        "session.refresh_token_reused"
    );
    assert_eq!(
        code(world.app.refresh("refresh-999").await),
        Code::Unauthenticated
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_parallel_refreshes_one_gets_tokens_and_the_session_ends() {
    let world = std::sync::Arc::new(World::new());
    let signed_in = registered(&world).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (world, token) = (world.clone(), signed_in.refresh_token.clone());
            tokio::spawn(async move { world.app.refresh(&token).await.is_ok() })
        })
        .collect();
    let mut winners = 0;
    for task in tasks {
        winners += u32::from(task.await.unwrap());
    }
    assert!(winners <= 1, "{winners} got tokens for one refresh token");
    assert_eq!(
        code(caller(&world, &signed_in.access_token).await),
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once_and_can_be_repeated() {
    let world = World::new();
    let signed_in = registered(&world).await;
    let who = caller(&world, &signed_in.access_token).await.unwrap();
    world.app.logout(&who).await.unwrap();
    world.app.logout(&who).await.unwrap();
    assert_eq!(
        code(caller(&world, &signed_in.access_token).await),
        Code::Unauthenticated
    );
    assert_eq!(
        code(world.app.refresh(&signed_in.refresh_token).await),
        Code::Unauthenticated
    );
    world.app.logout(&world.who()).await.unwrap();
}

#[tokio::test]
async fn users_are_added_by_admins_and_not_above_them() {
    let world = World::new();
    let ann = registered(&world).await;
    let who = caller(&world, &ann.access_token).await.unwrap();
    let new = |role| NewUser {
        email: format!("{role}@example.com"),
        name: " Bob ".to_owned(),
        password: PASSWORD.to_owned(),
        role,
    };
    let bob = world.app.add_user(&who, new(Role::Analyst)).await.unwrap();
    assert_eq!(
        (bob.org, bob.role, bob.name.as_str()),
        (ann.org.id, Role::Analyst, "Bob")
    );
    assert!(
        world
            .app
            .login(credentials("analyst@example.com", PASSWORD))
            .await
            .is_ok()
    );
    assert_eq!(
        code(world.app.add_user(&who, new(Role::SuperAdmin)).await),
        Code::Forbidden
    );
    for role in [Role::BillingAdmin, Role::Analyst, Role::Viewer] {
        let caller = world.as_role(role);
        assert_eq!(
            code(world.app.add_user(&caller, new(Role::Viewer)).await),
            Code::Forbidden
        );
    }
    let bad = NewUser {
        name: "n".repeat(201),
        email: "bob".to_owned(),
        ..new(Role::Viewer)
    };
    let refused = refusal(world.app.add_user(&who, bad).await);
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "email"]);
}

#[tokio::test]
async fn the_machine_acts_as_enabled_users_only() {
    let world = World::new();
    let ann = registered(&world).await;
    let who = world.app.act_as("ANN@example.com").await.unwrap();
    assert_eq!((who.user, who.session), (ann.user.id, None));
    assert_eq!(
        code(world.app.act_as("bob@example.com").await),
        Code::NotFound
    );
    assert_eq!(code(world.app.act_as("bob").await), Code::Invalid);
    assert_eq!(optibid_core::app::operator().role, Role::SuperAdmin);
}
