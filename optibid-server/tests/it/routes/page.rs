//! The page and what stands at no address.

use super::call::{get, post};
use super::world::World;

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[tokio::test]
async fn every_address_of_the_page_leads_to_it() {
    let world = World::new().await;
    for path in [
        "/",
        "/bids",
        "/bids/01a2004b-d695-764a-b728-03b51b3b107b?day=2026-11-01",
    ] {
        let answer = world
            .send(get(path).header("accept", BROWSER))
            .await
            .expect(200);
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert!(answer.text.contains("OptiBid"), "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
    // A probe without a header of its own sees the page as well.
    world.send(get("/")).await.expect(200);
}

#[tokio::test]
async fn what_is_no_page_is_a_problem() {
    let world = World::new().await;
    for path in [
        "/api",
        "/api/nothing",
        "/assets/index-0000.js",
        "/favicon.png",
        "/.env",
    ] {
        world
            .send(get(path).header("accept", BROWSER))
            .await
            .problem(404);
    }
    // Nor does a program that asks for JSON get a page.
    world
        .send(get("/bids").header("accept", "application/json"))
        .await
        .problem(404);
    world
        .send(post("/bids").header("accept", BROWSER))
        .await
        .problem(404);
}
