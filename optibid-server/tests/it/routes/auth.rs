use super::call::{get, post};
use super::world::{PASSWORD, World};
use serde_json::{Value, json};

async fn login(world: &World, email: &str, password: &str) -> super::call::Answer {
    let body = json!({ "email": email, "password": password });
    world.send(post("/api/auth/login").json(&body)).await
}

fn token<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap()
}

#[tokio::test]
async fn a_founder_signs_up_looks_round_and_leaves() {
    let world = World::new().await;
    let body = json!({
        "organisation": "Hill Country", "email": "ann@example.com", "name": "Ann",
        "password": "ramp rate of a spring dawn",
    });
    let founded = world
        .send(post("/api/auth/register").json(&body))
        .await
        .expect(201)
        .body;
    assert_eq!(
        (&founded["token_type"], &founded["user"]["role"]),
        (&json!("Bearer"), &json!("org_admin"))
    );
    let access = token(&founded, "access_token");
    let me = world
        .send(get("/api/auth/me").by(access))
        .await
        .expect(200)
        .body;
    assert_eq!(me["organisation"]["name"], "Hill Country");
    world
        .send(post("/api/auth/logout").by(access))
        .await
        .expect(204);
    world
        .send(get("/api/auth/me").by(access))
        .await
        .problem(401);
    let again = world
        .send(post("/api/auth/register").json(&body))
        .await
        .problem(409);
    assert_eq!(again.body["code"], "already_exists");
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_password_look_the_same() {
    let world = World::new().await;
    let password = login(&world, "viewer@storage1.example", "wrong password here")
        .await
        .problem(401);
    let address = login(&world, "nobody@storage1.example", PASSWORD)
        .await
        .problem(401);
    assert_eq!(password.body["detail"], address.body["detail"]);
    let named = login(&world, "viewer@storage1.example", PASSWORD)
        .await
        .expect(200);
    assert!(!named.text.contains(PASSWORD));
    let unknown = json!({ "email": "a@b.example", "password": "x", "remember": true });
    let named = world
        .send(post("/api/auth/login").json(&unknown))
        .await
        .named(422);
    assert!(named[0].starts_with("remember="), "{named:?}");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_a_copy_ends_the_session() {
    let world = World::new().await;
    let signed_in = login(&world, "viewer@storage1.example", PASSWORD)
        .await
        .expect(200)
        .body;
    let refresh = |token: &str| post("/api/auth/refresh").json(&json!({ "refresh_token": token }));
    let first = token(&signed_in, "refresh_token");
    let renewed = world.send(refresh(first)).await.expect(200).body;
    let access = token(&renewed, "access_token");
    world.send(get("/api/auth/me").by(access)).await.expect(200);
    world.send(refresh(first)).await.problem(401);
    world
        .send(get("/api/auth/me").by(access))
        .await
        .problem(401);
    world
        .send(refresh(token(&renewed, "refresh_token")))
        .await
        .problem(401);
}
