//! Browsers sign in with cookies, and only our own page may use them.

use super::call::{Answer, Call, delete, get, post};
use super::world::{PASSWORD, World};
use optibid_core::auth::Role;
use serde_json::json;

const EMAIL: &str = "viewer@storage1.example";

/// As a browser sends it from our own page.
fn own(call: Call) -> Call {
    call.header("sec-fetch-site", "same-origin")
}

fn sign_in() -> Call {
    post("/api/session").json(&json!({ "email": EMAIL, "password": PASSWORD }))
}

/// The cookies that an answer sets, as a browser sends them back.
fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").into_iter();
    let pairs = set.map(|v| v.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn the_cookies_are_for_this_host_alone_and_no_script_reads_them() {
    let world = World::new().await;
    let answer = world.send(own(sign_in())).await.expect(200);
    assert_eq!(answer.body["user"]["email"], EMAIL);
    assert!(!answer.text.contains("token"), "{}", answer.text);
    let set: Vec<_> = answer.headers.get_all("set-cookie").into_iter().collect();
    assert_eq!(set.len(), 2);
    for cookie in set {
        let (pair, attributes) = cookie.to_str().unwrap().split_once("; ").unwrap();
        assert!(pair.starts_with("__Host-optibid-"), "{pair}");
        let attributes: Vec<_> = attributes.split("; ").collect();
        for wanted in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            assert!(attributes.contains(&wanted), "{wanted}: {attributes:?}");
        }
        assert!(!attributes.iter().any(|a| a.starts_with("Domain")));
    }
}

#[tokio::test]
async fn a_request_with_cookies_is_taken_from_our_own_page_alone() {
    let world = World::new().await;
    let jar = cookies(&world.send(own(sign_in())).await.expect(200));
    let me = || get("/api/auth/me").header("cookie", jar.clone());
    for (name, value, status) in [
        ("sec-fetch-site", "same-origin", 200),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "none", 403),
        ("origin", "https://desk.example.com", 200),
        ("origin", "https://evil.example.com", 403),
        ("origin", "https://desk.example.com.evil.example", 403),
        ("origin", "null", 403),
    ] {
        let call = me().header("host", "desk.example.com").header(name, value);
        let answer = world.send(call).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {value}");
    }
    // What says neither may come from anywhere.
    let silent = world.send(me()).await.problem(403);
    assert!(silent.text.contains("Sec-Fetch-Site"), "{}", silent.text);
    // A bearer token is no cookie: nobody else's page can add it.
    let token = world.token(Role::Viewer).to_owned();
    world.send(get("/api/auth/me").by(&token)).await.expect(200);
    // Nor does somebody else's page sign a visitor in.
    world.send(sign_in()).await.problem(403);
}

#[tokio::test]
async fn a_session_is_renewed_and_a_stolen_cookie_ends_it() {
    let world = World::new().await;
    let first = cookies(&world.send(own(sign_in())).await.expect(200));
    let renew = |jar: &str| own(post("/api/session/renew").header("cookie", jar.to_owned()));
    let second = world.send(renew(&first)).await.expect(200);
    let second = cookies(&second);
    assert_ne!(first, second);
    let me = |jar: &str| own(get("/api/auth/me").header("cookie", jar.to_owned()));
    world.send(me(&second)).await.expect(200);
    world.send(renew(&first)).await.problem(401);
    world.send(me(&second)).await.problem(401);
    world
        .send(own(post("/api/session/renew")))
        .await
        .problem(401);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_forgets_the_cookies() {
    let world = World::new().await;
    let jar = cookies(&world.send(own(sign_in())).await.expect(200));
    let out = own(delete("/api/session").header("cookie", jar.clone()));
    world
        .send(delete("/api/session").header("cookie", jar.clone()))
        .await
        .problem(403);
    let gone = world.send(out.clone()).await.expect(204);
    for cookie in gone.headers.get_all("set-cookie") {
        assert!(cookie.to_str().unwrap().contains("Max-Age=0"), "{cookie:?}");
    }
    world
        .send(own(get("/api/auth/me").header("cookie", jar)))
        .await
        .problem(401);
    // Twice is no fault.
    world.send(out).await.expect(204);
}

#[tokio::test]
async fn a_founder_registers_on_the_page() {
    let world = World::new().await;
    let body = json!({
        "organisation": "Hill Country", "email": "ann@example.com", "name": "Ann",
        "password": "ramp rate of a spring dawn",
    });
    let register = post("/api/session/register").json(&body);
    world.send(register.clone()).await.problem(403);
    let founded = world.send(own(register)).await.expect(200);
    assert_eq!(founded.body["organisation"]["name"], "Hill Country");
    let me = own(get("/api/auth/me").header("cookie", cookies(&founded)));
    assert_eq!(
        world.send(me).await.expect(200).body["user"]["role"],
        "org_admin"
    );
}
