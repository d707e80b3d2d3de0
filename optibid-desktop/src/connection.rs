//! A server and who is signed in there. Tokens live here alone: the page asks, and never sees one.

use crate::local::Login;
use crate::tokens::TokenStore;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use optibid_client::{Network, Tokens, Transport, TransportError};
use optibid_core::api::TokenView;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::Mutex;

/// An answer, whole.
pub(crate) type Answer = Response<Vec<u8>>;

/// Longest time that an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Before its end an access token is exchanged, so that it does not end on the way.
const EARLY: SignedDuration = SignedDuration::from_secs(30);
/// What the page may say in the head of a request. The rest is ours to say.
const SAID_BY_PAGE: &[&str] = &[
    "accept",
    "accept-language",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
];
/// What opens a session, and so answers with tokens.
const OPENING: &[&str] = &["/api/auth/login", "/api/auth/register"];
const REFRESH: &str = "/api/auth/refresh";

/// The head of a request of the page.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Call {
    /// GET, POST and so on.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// The head.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
}

impl Call {
    /// A request without a head of its own.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET.to_string(),
            path: path.into(),
            headers: BTreeMap::new(),
        }
    }

    fn post(path: &str) -> Self {
        let json = (CONTENT_TYPE.to_string(), "application/json".to_owned());
        Self {
            method: Method::POST.to_string(),
            path: path.to_owned(),
            headers: BTreeMap::from([json]),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The page asked for what is none of the server's, or not for it to ask.
    #[error("{0}")]
    Refused(String),
    /// The server was not reached, or broke off.
    #[error("the server does not answer: {0}")]
    Silent(#[from] TransportError),
}

/// How a session comes about without the user.
pub(crate) enum Entry {
    /// It is kept from one start to the next.
    Kept(TokenStore),
    /// The app has a login of its own, at the platform that it runs itself.
    Own(Login),
    /// Not at all.
    None,
}

/// A server, and the session there.
pub(crate) struct Connection {
    /// Its address, without a slash at its end.
    pub(crate) url: String,
    network: Network,
    entry: Entry,
    /// A refresh token is good once, so that one call at a time exchanges it.
    tokens: Mutex<Option<Tokens>>,
}

impl Connection {
    /// The server at that address, with the session that was kept.
    pub(crate) async fn new(url: String, network: Network, entry: Entry) -> Self {
        let tokens = match &entry {
            Entry::Kept(store) => store.load(&url).await,
            Entry::Own(_) | Entry::None => None,
        };
        Self {
            url,
            network,
            entry,
            tokens: Mutex::new(tokens),
        }
    }

    /// Whether it is the platform inside the app.
    pub(crate) const fn is_own(&self) -> bool {
        matches!(self.entry, Entry::Own(_))
    }

    /// Sends what the page asks for, as whoever is signed in.
    pub(crate) async fn call(&self, call: &Call, body: &[u8]) -> Result<Answer, Fault> {
        let path = call.path.split('?').next().unwrap_or_default();
        if !(path.starts_with("/api/") || path == "/health") {
            return Err(Fault::Refused(format!("{path} is none of the API's")));
        }
        if OPENING.contains(&path) || path == REFRESH {
            return Err(Fault::Refused(format!("{path} answers with tokens")));
        }
        let token = self.access_token().await?;
        self.send(call, body, token.as_deref()).await
    }

    /// Signs in, or founds an organisation: the answer without its tokens.
    pub(crate) async fn open(&self, path: &str, body: &Value) -> Result<Answer, Fault> {
        debug_assert!(OPENING.contains(&path), "{path} opens no session");
        let mut tokens = self.tokens.lock().await;
        let answer = self.post(path, body).await?;
        Ok(self.enter(&mut tokens, answer).await)
    }

    /// Exchanges the refresh token; who is signed in is the answer.
    pub(crate) async fn renew(&self) -> Result<Answer, Fault> {
        let mut tokens = self.tokens.lock().await;
        self.exchange(&mut tokens).await
    }

    /// Ends the session at the server and forgets it here. A server that does not answer cannot keep anybody signed in.
    pub(crate) async fn sign_out(&self) {
        if let Ok(Some(token)) = self.access_token().await {
            let ended = self
                .send(&Call::post("/api/auth/logout"), b"", Some(&token))
                .await;
            if let Err(error) = ended {
                tracing::warn!(%error, "the server was not told that the session has ended");
            }
        }
        let mut tokens = self.tokens.lock().await;
        self.keep(&mut tokens, None).await;
    }

    /// The access token, exchanged for a new one where it ends soon; none where nobody is signed in.
    pub(crate) async fn access_token(&self) -> Result<Option<String>, Fault> {
        let mut tokens = self.tokens.lock().await;
        let soon = Timestamp::now()
            .checked_add(EARLY)
            .unwrap_or(Timestamp::MAX);
        let ends = tokens.as_ref().and_then(|tokens| tokens.expires_at);
        if ends.is_some_and(|end| end <= soon) {
            self.exchange(&mut tokens).await?;
        }
        Ok(tokens.as_ref().map(|tokens| tokens.access.clone()))
    }

    async fn exchange(&self, tokens: &mut Option<Tokens>) -> Result<Answer, Fault> {
        let refresh = tokens.as_ref().and_then(|tokens| tokens.refresh.clone());
        let answer = match refresh {
            Some(token) => {
                let body = json!({ "refresh_token": token });
                self.post(REFRESH, &body).await?
            }
            None => nobody(),
        };
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(self.enter(tokens, answer).await);
        }
        let answer = match &self.entry {
            Entry::Own(login) => {
                let body = json!({ "email": login.email, "password": login.password });
                self.post("/api/auth/login", &body).await?
            }
            Entry::Kept(_) | Entry::None => answer,
        };
        self.keep(tokens, None).await;
        Ok(self.enter(tokens, answer).await)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Answer, Fault> {
        let call = Call::post(path);
        self.send(&call, body.to_string().as_bytes(), None).await
    }

    /// Takes the tokens out of an answer, and leaves who is signed in and for how long.
    async fn enter(&self, tokens: &mut Option<Tokens>, answer: Answer) -> Answer {
        let (parts, body) = answer.into_parts();
        let Ok(view) = serde_json::from_slice::<TokenView>(&body) else {
            return Response::from_parts(parts, body);
        };
        self.keep(tokens, Some(Tokens::from(&view))).await;
        let seen = json!({
            "user": view.user,
            "organisation": view.organisation,
            "expires_at": view.expires_at,
            "session_expires_at": view.session_expires_at,
        });
        let mut answer = Response::new(seen.to_string().into_bytes());
        *answer.status_mut() = parts.status;
        let json = HeaderValue::from_static("application/json");
        answer.headers_mut().insert(CONTENT_TYPE, json);
        answer
    }

    async fn keep(&self, tokens: &mut Option<Tokens>, new: Option<Tokens>) {
        *tokens = new;
        if let Entry::Kept(store) = &self.entry {
            store.save(&self.url, tokens.as_ref()).await;
        }
    }

    async fn send(&self, call: &Call, body: &[u8], token: Option<&str>) -> Result<Answer, Fault> {
        let refused = |error: http::Error| Fault::Refused(error.to_string());
        let mut request = Request::builder()
            .method(call.method.as_str())
            .uri(format!("{}{}", self.url, call.path));
        for (name, value) in &call.headers {
            if SAID_BY_PAGE.contains(&name.to_ascii_lowercase().as_str()) {
                request = request.header(name.as_str(), value.as_str());
            }
        }
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body.to_vec().into()).map_err(refused)?;
        let answer = self.network.send(request, PATIENCE).await?;
        Ok(answer.map(|body| body.to_vec()))
    }
}

/// What the page hears when there is no session to renew.
fn nobody() -> Answer {
    let problem = json!({
        "type": "about:blank",
        "title": "Unauthorized",
        "status": StatusCode::UNAUTHORIZED.as_u16(),
        "code": "unauthenticated",
        "detail": "no session: sign in",
    });
    let mut answer = Response::new(problem.to_string().into_bytes());
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    let kind = HeaderValue::from_static("application/problem+json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

/// What of an answer's head is for the page.
pub(crate) fn told(answer: &Answer) -> BTreeMap<&str, &str> {
    answer
        .headers()
        .iter()
        .filter(|(name, _)| {
            !["set-cookie", "connection", "transfer-encoding"].contains(&name.as_str())
        })
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect()
}
