//! Rules of [`AccountStore`].

mod changes;

pub use changes::*;

use super::subject::Subject;
use super::world::{
    Trailed, assert_exists, assert_key_taken, assert_left, assert_nothing_left, full_trail, left,
    take_key, tenants,
};
use crate::auth::Role;
use crate::id::{OrgId, UserId};
use crate::org::{Email, User};
use crate::ports::AccountStore;
use crate::testing::fixtures::{self, Tenant, user_with_role};

/// All that a test needs of an adapter for accounts.
pub trait Store: AccountStore + Trailed {}
impl<S: AccountStore + Trailed> Store for S {}

/// A user of the tenant with a fresh id and that address.
fn user<S: Store>(store: &Subject<S>, tenant: &Tenant, email: &str) -> User {
    let id = store.ids.next(UserId::from_uuid);
    let email = Email::new(email).unwrap();
    User {
        id,
        email,
        ..user_with_role(tenant, Role::Analyst)
    }
}

/// An empty store has no user; each one that is stored counts.
pub async fn users_are_counted<S: Store>(store: &Subject<S>) {
    assert_eq!(store.user_count().await.unwrap(), 0);
    let found = tenants(store).await;
    assert_eq!(store.user_count().await.unwrap(), 2);
    let third = user(store, &found.ours, "third@storage.example");
    let trail = fixtures::trail(&found.ours.user, "user.add");
    store.insert_user(&third, &trail).await.unwrap();
    assert_eq!(store.user_count().await.unwrap(), 3);
}

/// A founded organisation and its first user are read back as written, with the trail.
pub async fn a_founded_organisation_is_read_back_and_leaves_its_trail<S: Store>(
    store: &Subject<S>,
) {
    let ours = Tenant::numbered(1);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("org.found", "k-1")),
    );
    store
        .insert_org(&ours.org, &ours.user, &trail)
        .await
        .unwrap();
    assert_eq!(
        store.org(ours.org.id).await.unwrap(),
        Some(ours.org.clone())
    );
    assert_eq!(
        store.user(ours.org.id, ours.user.id).await.unwrap(),
        Some(ours.user.clone())
    );
    assert_eq!(
        store.user_by_email(&ours.user.email).await.unwrap(),
        Some(ours.user)
    );
    assert_left(store, &before, &trail).await;
    assert_eq!(
        store.org(store.ids.next(OrgId::from_uuid)).await.unwrap(),
        None
    );
}

/// Users of every role are read back as written, disabled or not, with the trail.
pub async fn a_user_of_every_role_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let added = User {
            disabled: number % 2 == 1,
            ..user_with_role(&ours, role)
        };
        let key = format!("k-{number}");
        let (before, trail) = (
            left(store).await,
            full_trail(store, &ours, ("user.add", &key)),
        );
        store.insert_user(&added, &trail).await.unwrap();
        assert_left(store, &before, &trail).await;
        assert_eq!(
            store.user(ours.org.id, added.id).await.unwrap(),
            Some(added.clone())
        );
        assert_eq!(
            store.user_by_email(&added.email).await.unwrap(),
            Some(added)
        );
    }
}

/// A user of another organisation is not found, and an address that nobody has finds nobody.
pub async fn a_foreign_or_unknown_user_is_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, theirs) = (&found.ours, &found.theirs);
    assert_eq!(store.user(theirs.org.id, ours.user.id).await.unwrap(), None);
    let unknown = store.ids.next(UserId::from_uuid);
    assert_eq!(store.user(ours.org.id, unknown).await.unwrap(), None);
    let nobody = Email::new("nobody@storage.example").unwrap();
    assert_eq!(store.user_by_email(&nobody).await.unwrap(), None);
}

/// An address belongs to at most one user of the installation, whatever the organisation, and however
/// it is capitalised.
pub async fn a_taken_address_refuses_a_user_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let taken = found.ours.user.email.as_str().to_uppercase();
    for tenant in [&found.ours, &found.theirs] {
        let twin = user(store, tenant, &taken);
        let (before, trail) = (
            left(store).await,
            full_trail(store, tenant, ("user.add", "k-1")),
        );
        assert_exists(store.insert_user(&twin, &trail).await);
        assert_nothing_left(store, &before, (&trail, false)).await;
        assert_eq!(store.user(tenant.org.id, twin.id).await.unwrap(), None);
    }
    assert_eq!(store.user_count().await.unwrap(), 2);
    let first = store.user_by_email(&found.ours.user.email).await.unwrap();
    assert_eq!(first, Some(found.ours.user));
}

/// When the first user's address is taken neither organisation nor user is stored.
pub async fn a_taken_address_refuses_an_organisation_and_neither_is_stored<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let mut third = Tenant::numbered(3);
    third.user.email = found.ours.user.email.clone();
    let (before, trail) = (
        left(store).await,
        full_trail(store, &third, ("org.found", "k-1")),
    );
    assert_exists(store.insert_org(&third.org, &third.user, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.org(third.org.id).await.unwrap(), None);
    assert_eq!(store.user(third.org.id, third.user.id).await.unwrap(), None);
    assert_eq!(store.user_count().await.unwrap(), 2);
}

/// A taken key refuses every write to accounts, and nothing is stored.
pub async fn a_taken_key_refuses_every_write_to_accounts<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let third = Tenant::numbered(3);
    assert_key_taken(
        store.insert_org(&third.org, &third.user, &trail).await,
        "k-1",
    );
    let added = user(store, &ours, "new@storage.example");
    assert_key_taken(store.insert_user(&added, &trail).await, "k-1");
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(store.org(third.org.id).await.unwrap(), None);
    assert_eq!(store.user_by_email(&added.email).await.unwrap(), None);
    assert_eq!(store.user_count().await.unwrap(), 2);
}

/// Of many who take one address at the same time exactly one gets it.
pub async fn of_concurrent_users_with_one_address_exactly_one_is_stored<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let tenants = [&found.ours, &found.theirs].into_iter().cycle().take(16);
    let twins: Vec<_> = tenants
        .map(|t| user(store, t, "wanted@storage.example"))
        .collect();
    let answers = store
        .at_once(twins.clone(), |store, twin| async move {
            store
                .insert_user(&twin, &fixtures::trail(&twin, "user.add"))
                .await
        })
        .await;
    let (stored, refused): (Vec<_>, Vec<_>) = twins
        .into_iter()
        .zip(answers)
        .partition(|(_, answer)| answer.is_ok());
    assert_eq!(stored.len(), 1, "users with one address");
    refused
        .into_iter()
        .for_each(|(_, answer)| assert_exists(answer));
    let winner = stored.into_iter().next().map(|(twin, _)| twin).unwrap();
    assert_eq!(
        store.user_by_email(&winner.email).await.unwrap(),
        Some(winner)
    );
    assert_eq!(store.user_count().await.unwrap(), 3);
}
