//! Rules of [`AccountStore`](crate::ports::AccountStore): changes and lists.

use super::{Store, user};
use crate::auth::Role;
use crate::id::{OrgId, UserId};
use crate::org::{Org, User};
use crate::ports::{PageRequest, UserChange, UserQuery};
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{
    assert_conflict, assert_key_taken, assert_left, assert_not_found, assert_nothing_left,
    full_trail, left, take_key, tenants, walk,
};
use crate::testing::fixtures::{self, Tenant};

async fn added<S: Store>(store: &Subject<S>, tenant: &Tenant, email: &str) -> User {
    let new = user(store, tenant, email);
    let trail = fixtures::trail(&tenant.user, "user.add");
    store.insert_user(&new, &trail).await.unwrap();
    new
}

/// The user one version on, with everything changed that can be.
fn changed(user: &User) -> User {
    User {
        name: "Änne O'Neil".to_owned(),
        role: Role::BillingAdmin,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$b3RoZXI$aGFzaA".to_owned(),
        disabled: !user.disabled,
        version: user.version + 1,
        ..user.clone()
    }
}

fn alone(user: User) -> UserChange {
    UserChange {
        user,
        relies_on: None,
        ends: None,
    }
}

async fn read<S: Store>(store: &Subject<S>, user: &User) -> User {
    store.user(user.org, user.id).await.unwrap().unwrap()
}

fn renamed(org: &Org, name: &str) -> Org {
    Org {
        name: name.to_owned(),
        version: org.version + 1,
        ..org.clone()
    }
}

/// A changed user is read back as written, under the same address, and leaves its trail.
pub async fn a_changed_user_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let before = added(store, &ours, "third@storage.example").await;
    let next = changed(&before);
    let (remains, trail) = (
        left(store).await,
        full_trail(store, &ours, ("user.edit", "k-1")),
    );
    store
        .update_user(&alone(next.clone()), &trail)
        .await
        .unwrap();
    assert_left(store, &remains, &trail).await;
    assert_eq!(read(store, &before).await, next);
    let found = store.user_by_email(&before.email).await.unwrap();
    assert_eq!(found, Some(next));
    assert_eq!(store.user_count().await.unwrap(), 3);
}

/// A change of a user that builds on another version is a conflict, and nothing is stored.
pub async fn a_stale_change_of_a_user_is_a_conflict_and_nothing_is_stored<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let before = added(store, &ours, "third@storage.example").await;
    let (remains, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    for version in [before.version, before.version + 2] {
        let stale = User {
            version,
            ..changed(&before)
        };
        assert_conflict(store.update_user(&alone(stale), &trail).await);
    }
    assert_nothing_left(store, &remains, (&trail, false)).await;
    assert_eq!(read(store, &before).await, before);
}

/// A user of another organisation, or one that nobody has, cannot be changed.
pub async fn a_change_of_a_foreign_or_unknown_user_is_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let theirs = User {
        org: found.ours.org.id,
        ..changed(&found.theirs.user)
    };
    let nobody = User {
        id: store.ids.next(UserId::from_uuid),
        ..changed(&found.ours.user)
    };
    let trail = full_trail(store, &found.ours, ("x.y", "k-1"));
    let remains = left(store).await;
    for user in [theirs, nobody] {
        assert_not_found(store.update_user(&alone(user), &trail).await);
    }
    assert_nothing_left(store, &remains, (&trail, false)).await;
    assert_eq!(read(store, &found.theirs.user).await, found.theirs.user);
}

/// A change that relies on another user is stored while that one has the version that was seen, and is a conflict, or not
/// found where it is of another organisation, when not.
pub async fn a_change_is_stored_only_while_whom_it_relies_on_is_unchanged<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let ours = &found.ours;
    let before = added(store, ours, "third@storage.example").await;
    let change = |relies_on| UserChange {
        relies_on: Some(relies_on),
        ..alone(changed(&before))
    };
    let (remains, trail) = (left(store).await, full_trail(store, ours, ("x.y", "k-1")));
    let stale = change((ours.user.id, ours.user.version + 1));
    assert_conflict(store.update_user(&stale, &trail).await);
    let foreign = change((found.theirs.user.id, found.theirs.user.version));
    assert_not_found(store.update_user(&foreign, &trail).await);
    assert_nothing_left(store, &remains, (&trail, false)).await;
    assert_eq!(read(store, &before).await, before);
    let fits = change((ours.user.id, ours.user.version));
    store.update_user(&fits, &trail).await.unwrap();
    assert_eq!(read(store, &before).await, fits.user);
}

/// Of two users who give up what each has, each relying on the other, one stays as it was.
pub async fn of_two_changes_that_rely_on_each_other_exactly_one_is_stored<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let other = added(store, &ours, "third@storage.example").await;
    let change = |user: &User, on: &User| UserChange {
        relies_on: Some((on.id, on.version)),
        ..alone(changed(user))
    };
    let both = [change(&ours.user, &other), change(&other, &ours.user)];
    let trail = fixtures::trail(&ours.user, "user.edit");
    let answers = store
        .at_once(both, move |store, change| {
            let trail = trail.clone();
            async move { store.update_user(&change, &trail).await }
        })
        .await;
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(stored, 1, "changes stored");
    answers
        .into_iter()
        .filter(Result::is_err)
        .for_each(assert_conflict);
}

/// Users come newest first, page by page, those of the organisation alone; users added between two pages hide none and repeat
/// none.
pub async fn a_list_of_users_is_newest_first_and_stable_under_inserts<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let ours = &found.ours;
    let mut ids = vec![ours.user.id];
    for number in 0..5 {
        let email = format!("user{number}@storage1.example");
        ids.push(added(store, ours, &email).await.id);
        let email = format!("user{number}@storage2.example");
        added(store, &found.theirs, &email).await;
    }
    let read = async |page| {
        let query = UserQuery {
            page,
            ..UserQuery::default()
        };
        store.users(ours.org.id, &query).await
    };
    let late = async || drop(added(store, ours, "late@storage1.example").await);
    let listed = walk(3, read, late).await;
    let mut listed: Vec<_> = listed.into_iter().map(|user| user.id).collect();
    assert!(listed.is_sorted_by(|a, b| a > b), "{listed:?}");
    listed.sort_unstable();
    ids.sort_unstable();
    assert_eq!(listed, ids);
}

/// Users are taken by role and by whether they are disabled.
pub async fn users_are_filtered_by_role_and_whether_they_are_disabled<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let analyst = added(store, &ours, "one@storage.example").await;
    let gone = added(store, &ours, "two@storage.example").await;
    let gone = User {
        role: Role::Analyst,
        ..changed(&gone)
    };
    let trail = fixtures::trail(&ours.user, "user.edit");
    store
        .update_user(&alone(gone.clone()), &trail)
        .await
        .unwrap();
    let list = async |role, disabled| -> Vec<User> {
        let page = PageRequest::default();
        let query = UserQuery {
            role,
            disabled,
            page,
        };
        store.users(ours.org.id, &query).await.unwrap().items
    };
    let analysts = Some(Role::Analyst);
    assert_eq!(list(analysts, None).await, [gone.clone(), analyst.clone()]);
    assert_eq!(list(analysts, Some(false)).await, [analyst]);
    assert_eq!(list(None, Some(true)).await, [gone]);
    let admins = list(Some(Role::OrgAdmin), Some(false)).await;
    assert_eq!(admins, [ours.user]);
    assert_eq!(list(Some(Role::Viewer), None).await, []);
}

/// A renamed organisation is read back and leaves its trail; a stale change is a conflict, an unknown organisation not found.
pub async fn a_renamed_organisation_is_read_back_and_a_stale_change_is_a_conflict<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let next = renamed(&ours.org, "Río Bravo Storage");
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("org.rename", "k-1")),
    );
    store.update_org(&next, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(store.org(next.id).await.unwrap(), Some(next.clone()));
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("org.rename", "k-2")),
    );
    let stale = renamed(&ours.org, "Stale");
    assert_conflict(store.update_org(&stale, &trail).await);
    let unknown = Org {
        id: store.ids.next(OrgId::from_uuid),
        ..renamed(&ours.org, "Nobody's")
    };
    assert_not_found(store.update_org(&unknown, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.org(next.id).await.unwrap(), Some(next));
}

/// A taken key refuses every change of accounts, and nothing is stored.
pub async fn a_taken_key_refuses_every_change_of_accounts<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let change = alone(changed(&ours.user));
    assert_key_taken(store.update_user(&change, &trail).await, "k-1");
    let next = renamed(&ours.org, "Taken");
    assert_key_taken(store.update_org(&next, &trail).await, "k-1");
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(read(store, &ours.user).await, ours.user);
    assert_eq!(store.org(next.id).await.unwrap(), Some(ours.org));
}
