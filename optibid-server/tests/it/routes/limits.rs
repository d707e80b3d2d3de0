//! What holds for every route.

use super::call::{get, post, put};
use super::world::World;
use serde_json::json;

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_everywhere() {
    let world = World::new().await;
    let big = vec![b' '; 10 * 1024 * 1024];
    for call in [
        post("/api/bids")
            .key("x")
            .text("application/json", big.clone()),
        post("/api/market-data/import").text("text/csv", big.clone()),
        post("/api/auth/login").text("application/json", big.clone()),
    ] {
        let refused = world.trade(call).await.problem(413);
        assert_eq!(refused.body["code"], "invalid");
    }
}

#[tokio::test]
async fn an_unknown_address_or_method_is_a_problem_too() {
    let world = World::new().await;
    let missing = world.trade(get("/api/nothing")).await.problem(404);
    assert_eq!(missing.body["instance"], "/api/nothing");
    let wrong = world.trade(put("/api/bids")).await.problem(405);
    assert!(
        wrong.header("allow").contains("GET"),
        "{}",
        wrong.header("allow")
    );
    let same = world.trade(get("/api/bids/not-an-id")).await.problem(404);
    assert_eq!(same.body["code"], "not_found");
}

#[tokio::test]
async fn every_answer_carries_the_request_id() {
    let world = World::new().await;
    let sent = world
        .trade(get("/api/bids").header("x-request-id", "trace-1234"))
        .await
        .expect(200);
    assert_eq!(sent.header("x-request-id"), "trace-1234");
    let odd = world
        .trade(get("/api/none").header("x-request-id", "a b<c>"))
        .await
        .problem(404);
    assert_ne!(odd.header("x-request-id"), "a b<c>");
    assert_eq!(odd.body["request_id"], odd.header("x-request-id"));
}

#[tokio::test]
async fn a_token_that_is_not_ours_or_has_ended_is_refused() {
    let world = World::new().await;
    let refused = world
        .send(get("/api/bids").by("abc.def.ghi"))
        .await
        .problem(401);
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    world.trade(get("/api/bids")).await.expect(200);
    world.clock.advance(jiff::SignedDuration::from_mins(16));
    world.trade(get("/api/bids")).await.problem(401);
    world
        .trade(post("/api/bids").key("x").json(&json!({})))
        .await
        .problem(401);
}
