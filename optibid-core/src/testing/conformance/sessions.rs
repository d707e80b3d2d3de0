//! Rules of [`SessionStore`].

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_key_taken, assert_left, assert_not_found, assert_nothing_left,
    full_trail, left, take_key, tenants, walk,
};
use crate::auth::{RefreshToken, Session, TokenHash};
use crate::id::SessionId;
use crate::org::User;
use crate::ports::{Identity, PageRequest, SessionQuery, SessionStore, SessionsEnd, UserChange};
use crate::testing::fixtures::{self, NOON, Tenant};
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for sessions.
pub trait Store: SessionStore + Trailed {}
impl<S: SessionStore + Trailed> Store for S {}

fn later(minutes: i64) -> Timestamp {
    NOON + SignedDuration::from_mins(minutes)
}

fn token(session: SessionId, number: u32) -> RefreshToken {
    let hash = TokenHash(format!("{number:064x}"));
    RefreshToken {
        hash,
        session,
        issued_at: later(i64::from(number)),
        used_at: None,
    }
}

fn new_session<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Session {
    Session {
        id: store.ids.next(SessionId::from_uuid),
        user: tenant.user.id,
        org: tenant.org.id,
        created_at: NOON,
        expires_at: later(7 * 24 * 60),
        revoked_at: None,
    }
}

/// A stored session whose first token has the number 1.
async fn opened<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Session {
    let session = new_session(store, tenant);
    let trail = fixtures::trail(&tenant.user, "user.login");
    store
        .insert_session(&session, &token(session.id, 1), &trail)
        .await
        .unwrap();
    session
}

async fn read<S: Store>(store: &Subject<S>, token: &RefreshToken) -> Option<RefreshToken> {
    store.refresh_token(&token.hash).await.unwrap()
}

/// A session is read back with its user, its token by the token's hash, and leaves its trail.
pub async fn a_session_is_read_back_with_its_user_and_leaves_its_trail<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let session = new_session(store, &ours);
    let first = token(session.id, 1);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("user.login", "k-1")),
    );
    store
        .insert_session(&session, &first, &trail)
        .await
        .unwrap();
    let identity = Identity {
        session: session.clone(),
        user: ours.user,
    };
    assert_eq!(store.identity(session.id).await.unwrap(), Some(identity));
    assert_eq!(read(store, &first).await, Some(first));
    assert_left(store, &before, &trail).await;
}

/// A session or a token that was never stored is not found.
pub async fn an_unknown_session_or_token_is_not_found<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let session = opened(store, &ours).await;
    let unknown = store.ids.next(SessionId::from_uuid);
    assert_eq!(store.identity(unknown).await.unwrap(), None);
    assert_eq!(read(store, &token(session.id, 2)).await, None);
}

/// A rotation marks the token as used and stores its successor, which can be rotated in turn.
pub async fn a_rotated_token_is_used_and_its_successor_is_good<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let id = opened(store, &ours).await.id;
    let (first, second, third) = (token(id, 1), token(id, 2), token(id, 3));
    store
        .rotate_refresh_token(&first.hash, &second)
        .await
        .unwrap();
    let used = read(store, &first).await.unwrap();
    assert!(used.used_at.is_some(), "the rotated token is not marked");
    assert_eq!(
        RefreshToken {
            used_at: None,
            ..used
        },
        first
    );
    assert_eq!(read(store, &second).await, Some(second.clone()));
    store
        .rotate_refresh_token(&second.hash, &third)
        .await
        .unwrap();
    assert_eq!(read(store, &third).await, Some(third));
}

/// A token that was used is refused, and its would-be successor is not stored.
pub async fn a_used_token_is_refused_and_no_successor_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let id = opened(store, &ours).await.id;
    let (first, thief) = (token(id, 1), token(id, 9));
    store
        .rotate_refresh_token(&first.hash, &token(id, 2))
        .await
        .unwrap();
    let used = read(store, &first).await;
    assert_conflict(store.rotate_refresh_token(&first.hash, &thief).await);
    assert_eq!(read(store, &thief).await, None);
    assert_eq!(read(store, &first).await, used);
}

/// A token that was never given out is refused, and its would-be successor is not stored.
pub async fn an_unknown_token_is_refused_and_no_successor_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let id = opened(store, &ours).await.id;
    let forged = token(id, 8);
    assert_not_found(
        store
            .rotate_refresh_token(&forged.hash, &token(id, 9))
            .await,
    );
    assert_eq!(read(store, &token(id, 9)).await, None);
    assert_eq!(read(store, &forged).await, None);
    assert_eq!(read(store, &token(id, 1)).await, Some(token(id, 1)));
}

/// Of 16 who exchange one token at the same time exactly one succeeds, and only its successor is stored.
pub async fn of_sixteen_exchanges_of_one_token_exactly_one_succeeds<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let id = opened(store, &ours).await.id;
    let successors: Vec<_> = (100..116).map(|number| token(id, number)).collect();
    let answers = store
        .at_once(successors.clone(), move |store, successor| async move {
            store
                .rotate_refresh_token(&token(id, 1).hash, &successor)
                .await
        })
        .await;
    let good = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(good, 1, "exchanges of one token");
    for (successor, answer) in successors.into_iter().zip(answers) {
        let stored = answer.is_ok().then(|| successor.clone());
        if answer.is_err() {
            assert_conflict(answer);
        }
        assert_eq!(read(store, &successor).await, stored);
    }
}

/// A revoked session says since when, and leaves its trail; other sessions of the user stay.
pub async fn a_revoked_session_says_since_when_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let session = opened(store, &ours).await;
    let other = new_session(store, &ours);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("user.logout", "k-1")),
    );
    let login = fixtures::trail(&ours.user, "user.login");
    store
        .revoke_session(session.id, later(5), &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    store
        .insert_session(&other, &token(other.id, 50), &login)
        .await
        .unwrap();
    let ended = store.identity(session.id).await.unwrap().unwrap().session;
    assert_eq!(
        ended,
        Session {
            revoked_at: Some(later(5)),
            ..session
        }
    );
    assert_eq!(
        store.identity(other.id).await.unwrap().unwrap().session,
        other
    );
}

/// A session that was revoked stays revoked since the first time.
pub async fn a_session_revoked_again_stays_as_it_was<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let session = opened(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "user.logout");
    store
        .revoke_session(session.id, later(5), &trail)
        .await
        .unwrap();
    store
        .revoke_session(session.id, later(9), &trail)
        .await
        .unwrap();
    store
        .rotate_refresh_token(&token(session.id, 1).hash, &token(session.id, 2))
        .await
        .ok();
    let ended = store.identity(session.id).await.unwrap().unwrap().session;
    assert_eq!(ended.revoked_at, Some(later(5)));
}

/// Opens a session whose first token has that number.
async fn opened_as<S: Store>(store: &Subject<S>, tenant: &Tenant, number: u32) -> Session {
    let session = new_session(store, tenant);
    let trail = fixtures::trail(&tenant.user, "user.login");
    let first = token(session.id, number);
    store
        .insert_session(&session, &first, &trail)
        .await
        .unwrap();
    session
}

/// The live sessions of a user come newest first, page by page: neither those that have ended nor those of others.
pub async fn a_users_live_sessions_come_newest_first<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let mut own = Vec::new();
    for number in 1..=4 {
        own.push(opened_as(store, &found.ours, number).await.id);
        opened_as(store, &found.theirs, 100 + number).await;
    }
    let gone = own.remove(1);
    let trail = fixtures::trail(&found.ours.user, "user.logout");
    store.revoke_session(gone, later(1), &trail).await.unwrap();
    let query = |live_at, page| SessionQuery {
        org: found.ours.org.id,
        user: found.ours.user.id,
        live_at,
        page,
    };
    let read = async |page| store.sessions(&query(later(2), page)).await;
    let listed = walk(2, read, async || {}).await;
    let listed: Vec<_> = listed.into_iter().map(|session| session.id).collect();
    own.reverse();
    assert_eq!(listed, own);
    let end = later(7 * 24 * 60);
    let none = query(end, PageRequest::default());
    assert_eq!(store.sessions(&none).await.unwrap().items, []);
}

/// A change of a user ends the user's sessions save the one that it keeps, and no others; one that has ended stays as it was.
pub async fn a_change_of_a_user_ends_the_sessions_it_names<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let ours = &found.ours;
    let gone = opened_as(store, ours, 1).await;
    let kept = opened_as(store, ours, 2).await;
    let other = opened_as(store, ours, 3).await;
    let foreign = opened_as(store, &found.theirs, 4).await;
    let trail = fixtures::trail(&ours.user, "user.logout");
    store
        .revoke_session(gone.id, later(1), &trail)
        .await
        .unwrap();
    let change = |version, at, keep| UserChange {
        user: User {
            version,
            ..ours.user.clone()
        },
        relies_on: None,
        ends: Some(SessionsEnd { at, keep }),
    };
    let ended = async |session: &Session| {
        let identity = store.identity(session.id).await.unwrap().unwrap();
        identity.session.revoked_at
    };
    let first = change(2, later(5), Some(kept.id));
    store.update_user(&first, &trail).await.unwrap();
    assert_eq!(ended(&gone).await, Some(later(1)));
    assert_eq!(ended(&kept).await, None);
    assert_eq!(ended(&other).await, Some(later(5)));
    assert_eq!(ended(&foreign).await, None);
    let stale = change(2, later(7), None);
    assert_conflict(store.update_user(&stale, &trail).await);
    assert_eq!(ended(&kept).await, None, "a refused change ends nothing");
    let second = change(3, later(9), None);
    store.update_user(&second, &trail).await.unwrap();
    assert_eq!(ended(&kept).await, Some(later(9)));
    assert_eq!(ended(&other).await, Some(later(5)));
}

/// A taken key refuses every write to sessions, and nothing is stored.
pub async fn a_taken_key_refuses_every_write_to_sessions<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let session = opened(store, &ours).await;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let new = new_session(store, &ours);
    let first = token(new.id, 50);
    assert_key_taken(store.insert_session(&new, &first, &trail).await, "k-1");
    assert_key_taken(
        store.revoke_session(session.id, later(5), &trail).await,
        "k-1",
    );
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(store.identity(new.id).await.unwrap(), None);
    assert_eq!(read(store, &first).await, None);
    assert_eq!(
        store.identity(session.id).await.unwrap().unwrap().session,
        session
    );
}
