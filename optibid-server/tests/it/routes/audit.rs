use super::call::{get, post, put};
use super::world::{PASSWORD, World};
use optibid_core::audit::{Actor, AuditDraft, AuditEntry, GENESIS};
use optibid_core::auth::Role;
use optibid_core::ports::AuditStore;
use optibid_core::testing::fixtures::{NOON, Tenant, principal, user_with_role};
use optibid_core::testing::mocks::MockAuditStore;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn what_was_done_is_read_by_subject_and_action() {
    let world = World::new().await;
    let id = world.draft("2024-06-05").await;
    let withdraw = post(format!("/api/bids/{id}/withdraw")).header("x-request-id", "trace-4711");
    world.trade(withdraw).await.expect(200);
    let read = async |query: &str| {
        let call = get(format!("/api/audit?{query}")).by(world.token(Role::OrgAdmin));
        world.send(call).await.expect(200).body
    };
    let of_bid = read(&format!("subject=bid/{id}")).await;
    let actions: Vec<_> = of_bid["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].clone())
        .collect();
    assert_eq!(actions, ["bid.withdraw", "bid.draft"]);
    assert_eq!(of_bid["items"][0]["request_id"], "trace-4711");
    let drafted = read("action=bid.draft&limit=1").await;
    assert_eq!(drafted["items"][0]["subject"], format!("bid/{id}"));
    let first = read("limit=3").await;
    let next = first["next"].as_str().unwrap();
    let second = read(&format!("limit=3&after={next}")).await;
    let sequence = |entry: &serde_json::Value| entry["sequence"].as_u64().unwrap();
    assert!(sequence(&second["items"][0]) < sequence(&first["items"][2]));
    let admin = world.token(Role::OrgAdmin);
    let bad = world.send(get("/api/audit?after=x").by(admin)).await;
    assert_eq!(bad.named(422), ["after=x"]);
    let bad = world.send(get("/api/audit?who=me").by(admin)).await;
    assert_eq!(bad.named(422), ["who=me"]);
}

#[tokio::test]
async fn the_chain_is_verified_to_its_head() {
    let world = World::new().await;
    world.draft("2024-06-05").await;
    let chain = world.store.audit_chain(0, 1_000).await.unwrap();
    let last = chain.last().unwrap();
    let call = get("/api/audit/verify").by(world.token(Role::SuperAdmin));
    let verdict = world.send(call).await.expect(200).body;
    assert_eq!(
        verdict,
        json!({ "entries": last.sequence, "head": last.hash })
    );
}

/// A store that holds a chain of 2,500 entries, changed as a test wants.
fn chain(change: impl Fn(&mut Vec<AuditEntry>)) -> MockAuditStore {
    let mut entries: Vec<AuditEntry> = Vec::new();
    for sequence in 1..=2_500_u64 {
        let draft = AuditDraft {
            org: None,
            actor: Actor::System,
            action: "test.act".to_owned(),
            subject: format!("thing/{sequence}"),
            at: NOON,
            request_id: None,
            detail: "{}".to_owned(),
        };
        let previous = entries
            .last()
            .map_or(GENESIS.to_owned(), |last| last.hash.clone());
        entries.push(draft.chain(sequence, &previous));
    }
    change(&mut entries);
    let mut store = MockAuditStore::new();
    store.expect_audit_chain().returning(move |after, limit| {
        let later = entries.iter().filter(|e| e.sequence > after);
        Ok(later.take(limit as usize).cloned().collect())
    });
    store
}

#[tokio::test]
async fn a_chain_that_was_tampered_with_is_named_where_it_breaks() {
    let world = World::new().await;
    let root = principal(&user_with_role(&Tenant::numbered(1), Role::SuperAdmin));
    let verdict = async |store: MockAuditStore| {
        let mut app = world.app.clone();
        app.stores.audit = Arc::new(store);
        let verdict = app.verify_audit(&root).await.unwrap();
        (verdict.entries, verdict.broken_at)
    };
    assert_eq!(verdict(chain(|_| ())).await, (2_500, None));
    let altered = chain(|all| all[1_699].draft.subject = "thing/1".to_owned());
    assert_eq!(verdict(altered).await, (1_699, Some(1_700)));
    let cut_out = chain(|all| drop(all.remove(999)));
    assert_eq!(verdict(cut_out).await, (999, Some(1_000)));
    let swapped = chain(|all| all.swap(4, 5));
    assert_eq!(verdict(swapped).await, (4, Some(5)));
}

#[tokio::test]
async fn an_administrator_adds_users_who_can_sign_in() {
    let world = World::new().await;
    let admin = world.token(Role::OrgAdmin);
    let user = |email: &str, password: &str, role: &str| {
        let body = json!({ "email": email, "name": "Eve", "password": password, "role": role });
        post("/api/users").json(&body).by(admin)
    };
    let added = world
        .send(user("eve@storage1.example", PASSWORD, "viewer"))
        .await
        .expect(201);
    assert_eq!(added.body["role"], "viewer");
    assert!(!added.text.contains(PASSWORD) && !added.text.contains("password"));
    let login = json!({ "email": "eve@storage1.example", "password": PASSWORD });
    world
        .send(post("/api/auth/login").json(&login))
        .await
        .expect(200);
    world
        .send(user("eve@storage1.example", PASSWORD, "viewer"))
        .await
        .problem(409);
    let named = world
        .send(user("eve2@storage1.example", "short", "viewer"))
        .await
        .named(422);
    assert_eq!(
        named,
        ["password=5 characters"],
        "the password itself is not shown"
    );
    let named = world
        .send(user("not an address", PASSWORD, "viewer"))
        .await
        .named(422);
    assert_eq!(named, ["email=not an address"]);
    let named = world
        .send(user("eve3@storage1.example", PASSWORD, "emperor"))
        .await
        .named(422);
    assert_eq!(named, ["role=emperor"]);
    world
        .send(user("eve4@storage1.example", PASSWORD, "super_admin"))
        .await
        .problem(403);
}

#[tokio::test]
async fn maintenance_is_seen_by_all_and_switched_by_super_admins() {
    let world = World::new().await;
    let sight = world.trade(get("/api/maintenance")).await.expect(200).body;
    assert_eq!(sight["enabled"], false);
    let on = put("/api/maintenance").json(&json!({ "enabled": true, "until": "noon" }));
    let named = world
        .send(on.by(world.token(Role::SuperAdmin)))
        .await
        .named(422);
    assert!(named[0].starts_with("until="), "{named:?}");
    let on = put("/api/maintenance").json(&json!({ "enabled": true, "message": "a disk" }));
    world
        .send(on.by(world.token(Role::SuperAdmin)))
        .await
        .expect(200);
    let sight = world.trade(get("/api/maintenance")).await.expect(200).body;
    assert_eq!(sight, json!({ "enabled": true, "message": "a disk" }));
}
