use super::call::{Answer, delete, get, post, put};
use super::world::{PASSWORD, World};
use optibid_core::auth::Role;
use serde_json::{Value, json};

const OTHER: &str = "ramp rate of a spring dawn";

impl World {
    async fn admin(&self, call: super::call::Call) -> Answer {
        self.send(call.by(self.token(Role::OrgAdmin))).await
    }

    async fn login(&self, name: &str, password: &str) -> Answer {
        let email = format!("{name}@storage1.example");
        let body = json!({ "email": email, "password": password });
        self.send(post("/api/auth/login").json(&body)).await
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap()
}

#[tokio::test]
async fn users_are_listed_page_by_page_and_changed_by_version() {
    let world = World::new().await;
    let first = world
        .admin(get("/api/users?limit=4"))
        .await
        .expect(200)
        .body;
    let next = format!("/api/users?limit=4&after={}", text(&first, "next"));
    let rest = world.admin(get(next)).await.expect(200).body;
    let count = |body: &Value| body["items"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&rest)), (4, 2));
    assert_eq!(rest["next"], Value::Null);
    let wrong = world.admin(get("/api/users?after=x")).await;
    assert_eq!(wrong.named(422), ["after=x"]);
    let path = format!("/api/users/{}", world.user("viewer").await);
    let read = world.admin(get(&path)).await.expect(200);
    assert_eq!(read.header("etag"), "\"1\"");
    let keys: Vec<_> = read.body.as_object().unwrap().keys().cloned().collect();
    let wanted = [
        "created_at",
        "disabled",
        "email",
        "id",
        "name",
        "org",
        "role",
        "version",
    ];
    assert_eq!(keys, wanted, "and no password hash");
    let edit = json!({ "name": "Vic", "role": "analyst", "disabled": false });
    let unversioned = world.admin(put(&path).json(&edit)).await;
    assert_eq!(unversioned.named(428), ["If-Match="]);
    let edited = world.admin(put(&path).if_match(1).json(&edit)).await;
    let edited = edited.expect(200);
    assert_eq!(edited.header("etag"), "\"2\"");
    assert_eq!(
        (&edited.body["name"], &edited.body["role"]),
        (&json!("Vic"), &json!("analyst"))
    );
    let stale = json!({ "name": "Late", "role": "viewer", "disabled": false });
    world
        .admin(put(&path).if_match(1).json(&stale))
        .await
        .problem(412);
    let part = world
        .admin(put(&path).if_match(2).json(&json!({ "name": "Vic" })))
        .await;
    assert!(!part.named(422).is_empty());
}

#[tokio::test]
async fn a_user_who_is_disabled_is_signed_out_at_once() {
    let world = World::new().await;
    let viewer = world.token(Role::Viewer);
    let path = format!("/api/users/{}", world.user("viewer").await);
    let off = json!({ "name": "viewer", "role": "viewer", "disabled": true });
    world
        .admin(put(&path).if_match(1).json(&off))
        .await
        .expect(200);
    world
        .send(get("/api/auth/me").by(viewer))
        .await
        .problem(401);
    world.login("viewer", PASSWORD).await.problem(401);
    let on = json!({ "name": "viewer", "role": "viewer", "disabled": false });
    world
        .admin(put(&path).if_match(2).json(&on))
        .await
        .expect(200);
    world
        .send(get("/api/auth/me").by(viewer))
        .await
        .problem(401);
    world.login("viewer", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn what_an_administrator_may_not_change_is_refused_by_name() {
    let world = World::new().await;
    let edit =
        |role: &str, disabled: bool| json!({ "name": "N", "role": role, "disabled": disabled });
    let root = format!("/api/users/{}", world.user("super_admin").await);
    let above = put(&root).if_match(1).json(&edit("viewer", false));
    world.admin(above).await.problem(403);
    let viewer = format!("/api/users/{}", world.user("viewer").await);
    let raise = put(&viewer).if_match(1).json(&edit("super_admin", false));
    world.admin(raise).await.problem(403);
    // With the other two who manage the users gone, the last one stays.
    for name in ["super_admin", "Admin 1"] {
        let path = format!("/api/users/{}", world.user(name).await);
        let role = if name == "super_admin" {
            name
        } else {
            "org_admin"
        };
        let off = put(&path).if_match(1).json(&edit(role, true));
        let root = world.token(Role::SuperAdmin);
        if name == "super_admin" {
            world.send(off.by(root)).await.expect(200);
        } else {
            world.admin(off).await.expect(200);
        }
    }
    let last = format!("/api/users/{}", world.user("org_admin").await);
    for (body, named) in [
        (edit("org_admin", true), "disabled=true"),
        (edit("viewer", false), "role=viewer"),
    ] {
        let refused = world.admin(put(&last).if_match(1).json(&body)).await;
        assert_eq!(refused.named(422), [named]);
    }
}

#[tokio::test]
async fn ones_own_name_password_and_sessions() {
    let world = World::new().await;
    let here = world.login("analyst", PASSWORD).await.expect(200).body;
    let here = text(&here, "access_token").to_owned();
    let there = world.token(Role::Analyst);
    let call = |call: super::call::Call| world.send(call.by(&here));
    let renamed = call(put("/api/auth/profile").json(&json!({ "name": "Ana" }))).await;
    assert_eq!(renamed.expect(200).body["name"], "Ana");
    let me = call(get("/api/auth/me")).await.expect(200).body;
    assert_eq!(me["user"]["name"], "Ana");
    let listed = call(get("/api/auth/sessions")).await.expect(200).body;
    let current: Vec<_> = listed["items"].as_array().unwrap().iter().collect();
    assert_eq!(current.len(), 2);
    let flags = current.iter().filter(|s| s["current"] == true).count();
    assert_eq!(flags, 1);
    let change = |old: &str, new: &str| {
        let body = json!({ "current_password": old, "new_password": new });
        post("/api/auth/password").json(&body)
    };
    let wrong = call(change("not the password", OTHER)).await;
    assert_eq!(wrong.named(422), ["current_password=…"]);
    let weak = call(change(PASSWORD, "short")).await;
    assert_eq!(weak.named(422), ["new_password=5 characters"]);
    call(change(PASSWORD, OTHER)).await.expect(204);
    call(get("/api/auth/me")).await.expect(200);
    world.send(get("/api/auth/me").by(there)).await.problem(401);
    world.login("analyst", PASSWORD).await.problem(401);
    let again = world.login("analyst", OTHER).await.expect(200).body;
    let again = text(&again, "access_token");
    let listed = call(get("/api/auth/sessions")).await.expect(200).body;
    let items = listed["items"].as_array().unwrap();
    let other = items.iter().find(|s| s["current"] == false).unwrap();
    let path = format!("/api/auth/sessions/{}", text(other, "id"));
    call(delete(&path)).await.expect(204);
    world.send(get("/api/auth/me").by(again)).await.problem(401);
    call(delete(&path)).await.problem(404);
}

#[tokio::test]
async fn an_organisation_is_renamed_by_version() {
    let world = World::new().await;
    let name = json!({ "name": "Storage One" });
    let read = world.trade(get("/api/organisation")).await.expect(200);
    assert_eq!(
        (read.header("etag"), &read.body["name"]),
        ("\"1\"", &json!("Storage 1 LLC"))
    );
    let path = "/api/organisation";
    let missing = world.admin(put(path).json(&name)).await;
    assert_eq!(missing.named(428), ["If-Match="]);
    let renamed = world.admin(put(path).if_match(1).json(&name)).await;
    assert_eq!(renamed.expect(200).header("etag"), "\"2\"");
    world
        .admin(put(path).if_match(1).json(&json!({ "name": "Late" })))
        .await
        .problem(412);
    let empty = world
        .admin(put(path).if_match(2).json(&json!({ "name": " " })))
        .await;
    assert_eq!(empty.named(422), ["name="]);
}

/// The page of roles shows the very table that decides.
#[tokio::test]
async fn roles_tell_what_they_permit_and_who_may_give_them() {
    let world = World::new().await;
    for caller in Role::ALL {
        let call = get("/api/roles").by(world.token(caller));
        let body = world.send(call).await.expect(200).body;
        let roles = body["roles"].as_array().unwrap();
        assert_eq!(roles.len(), Role::ALL.len());
        for (role, told) in Role::ALL.into_iter().zip(roles) {
            assert_eq!(told["role"], role.code());
            let permits = told["permissions"].as_array().unwrap();
            let all = body["permissions"].as_array().unwrap();
            let permitted = optibid_core::auth::Permission::ALL
                .into_iter()
                .filter(|p| role.allows(*p))
                .map(|p| serde_json::to_value(p).unwrap());
            assert_eq!(*permits, permitted.collect::<Vec<_>>());
            assert!(all.iter().all(|p| !text(p, "about").is_empty()));
            let may = match caller {
                Role::SuperAdmin => true,
                Role::OrgAdmin => role != Role::SuperAdmin,
                _ => false,
            };
            assert_eq!(told["assignable"], may, "{caller} gives {role}");
        }
    }
}
