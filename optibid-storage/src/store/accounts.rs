use super::{SqlStore, page};
use crate::batch::Batch;
use crate::fault::{already_exists, corrupt, not_found};
use crate::row::{Row, micros, stored};
use crate::sql::values;
use async_trait::async_trait;
use optibid_core::id::{OrgId, SessionId, UserId};
use optibid_core::org::{Email, Org, User};
use optibid_core::ports::{
    AccountStore, Page, SessionsEnd, StoreError, Trail, UserChange, UserQuery,
};

async fn insert_user(batch: &mut Batch, user: &User) -> Result<(), StoreError> {
    let taken = "select 1 from users where email = $1";
    if batch
        .row("user", taken, values![user.email.as_str()])
        .await?
        .is_some()
    {
        return Err(already_exists("user", &user.email));
    }
    let row = values![
        user.id.uuid(),
        user.org.uuid(),
        user.email.as_str(),
        user.name.as_str(),
        user.role.code(),
        user.password_hash.as_str(),
        user.disabled,
        micros(user.created_at),
        stored(user.version),
    ];
    let sql = "insert into users (id, org_id, email, name, role, password_hash, disabled, \
         created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    if batch.execute(sql, row).await? == 0 {
        return Err(already_exists("user", user.id));
    }
    Ok(())
}

async fn insert_org(batch: &mut Batch, org: &Org) -> Result<(), StoreError> {
    let sql = "insert into orgs (id, name, created_at, version) values ($1, $2, $3, $4) \
         on conflict do nothing";
    let row = values![
        org.id.uuid(),
        org.name.as_str(),
        micros(org.created_at),
        stored(org.version),
    ];
    if batch.execute(sql, row).await? == 0 {
        return Err(already_exists("organisation", org.id));
    }
    Ok(())
}

/// A user from `id, org_id, email, name, role, password_hash, disabled, created_at, version`.
pub(super) fn user(row: &mut Row) -> Result<User, StoreError> {
    Ok(User {
        id: UserId::from_uuid(row.id("id")?),
        org: OrgId::from_uuid(row.id("org_id")?),
        email: Email::new(&row.text("email")?).map_err(|e| corrupt("user", e))?,
        name: row.text("name")?,
        role: row.parse("role")?,
        password_hash: row.text("password_hash")?,
        disabled: row.flag("disabled")?,
        created_at: row.at("created_at")?,
        version: row.count("version")?,
    })
}

/// Passes when a user of the organisation has that version.
async fn require_version(
    batch: &mut Batch,
    (org, id): (OrgId, UserId),
    expected: u64,
) -> Result<(), StoreError> {
    let sql = "select version from users where id = $1 and org_id = $2";
    let wanted = values![id.uuid(), org.uuid()];
    let Some(mut row) = batch.row("user", sql, wanted).await? else {
        return Err(not_found("user", id));
    };
    match row.count("version")? {
        found if found == expected => Ok(()),
        found => Err(StoreError::Conflict {
            kind: "user",
            id: id.to_string(),
            expected,
            found,
        }),
    }
}

async fn end_sessions(batch: &mut Batch, user: UserId, end: SessionsEnd) -> Result<(), StoreError> {
    let sql = "update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null \
         and ($3 is null or id <> $3)";
    let row = values![user.uuid(), micros(end.at), end.keep.map(SessionId::uuid)];
    batch.execute(sql, row).await.map(|_| ())
}

async fn update_user(batch: &mut Batch, change: &UserChange) -> Result<(), StoreError> {
    let user = &change.user;
    let expected = user.version.saturating_sub(1);
    // The audited lane writes one transaction after the other, so what is read here still holds at its end.
    require_version(batch, (user.org, user.id), expected).await?;
    if let Some((id, version)) = change.relies_on {
        require_version(batch, (user.org, id), version).await?;
    }
    let row = values![
        user.id.uuid(),
        user.name.as_str(),
        user.role.code(),
        user.password_hash.as_str(),
        user.disabled,
        stored(user.version),
    ];
    let sql = "update users set name = $2, role = $3, password_hash = $4, disabled = $5, \
         version = $6 where id = $1";
    batch.execute(sql, row).await?;
    match change.ends {
        Some(end) => end_sessions(batch, user.id, end).await,
        None => Ok(()),
    }
}

async fn update_org(batch: &mut Batch, org: &Org) -> Result<(), StoreError> {
    let expected = org.version.saturating_sub(1);
    let row = values![
        org.id.uuid(),
        org.name.as_str(),
        stored(org.version),
        stored(expected)
    ];
    let sql = "update orgs set name = $2, version = $3 where id = $1 and version = $4";
    if batch.execute(sql, row).await? == 1 {
        return Ok(());
    }
    let sql = "select version from orgs where id = $1";
    let row = batch.row("organisation", sql, values![org.id.uuid()]);
    let Some(mut row) = row.await? else {
        return Err(not_found("organisation", org.id));
    };
    Err(StoreError::Conflict {
        kind: "organisation",
        id: org.id.to_string(),
        expected,
        found: row.count("version")?,
    })
}

#[async_trait]
impl AccountStore for SqlStore {
    async fn insert_org(&self, org: &Org, first: &User, trail: &Trail) -> Result<(), StoreError> {
        self.write(
            trail,
            (org.clone(), first.clone()),
            |batch, (org, first)| {
                Box::pin(async move {
                    insert_org(batch, org).await?;
                    insert_user(batch, first).await
                })
            },
        )
        .await
    }

    async fn insert_user(&self, user: &User, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, user.clone(), |batch, user| {
            Box::pin(async move {
                let sql = "select 1 from orgs where id = $1";
                if batch
                    .row("organisation", sql, values![user.org.uuid()])
                    .await?
                    .is_none()
                {
                    return Err(not_found("organisation", user.org));
                }
                insert_user(batch, user).await
            })
        })
        .await
    }

    async fn update_user(&self, change: &UserChange, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, change.clone(), |batch, change| {
            Box::pin(update_user(batch, change))
        })
        .await
    }

    async fn update_org(&self, org: &Org, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, org.clone(), |batch, org| {
            Box::pin(update_org(batch, org))
        })
        .await
    }

    async fn org(&self, id: OrgId) -> Result<Option<Org>, StoreError> {
        let sql = "select name, created_at, version from orgs where id = $1";
        let row = self.row("organisation", sql, values![id.uuid()]).await?;
        row.map(|mut row| {
            Ok(Org {
                id,
                name: row.text("name")?,
                created_at: row.at("created_at")?,
                version: row.count("version")?,
            })
        })
        .transpose()
    }

    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        let sql = "select id, org_id, email, name, role, password_hash, disabled, created_at, version \
             from users where email = $1";
        let row = self.row("user", sql, values![email.as_str()]).await?;
        row.map(|mut row| user(&mut row)).transpose()
    }

    async fn user(&self, org: OrgId, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = "select id, org_id, email, name, role, password_hash, disabled, created_at, version \
             from users where id = $1 and org_id = $2";
        let row = self
            .row("user", sql, values![id.uuid(), org.uuid()])
            .await?;
        row.map(|mut row| user(&mut row)).transpose()
    }

    async fn users(&self, org: OrgId, query: &UserQuery) -> Result<Page<User>, StoreError> {
        let after: Option<UserId> = page::after(&query.page)?;
        let sql = "select id, org_id, email, name, role, password_hash, disabled, created_at, version \
             from users where org_id = $1 and ($2 is null or role = $2) \
             and ($3 is null or (case when disabled then 1 else 0 end) = $3) \
             and ($4 is null or id < $4) order by id desc limit $5";
        let wanted = values![
            org.uuid(),
            query.role.map(|role| role.code().to_owned()),
            query.disabled.map(i64::from),
            after.map(UserId::uuid),
            page::fetch(&query.page),
        ];
        let rows = self.rows("user", sql, wanted).await?;
        let users = rows.into_iter().map(|mut row| user(&mut row));
        let users = users.collect::<Result<_, _>>()?;
        Ok(page::cut(users, &query.page, |user: &User| {
            user.id.to_string()
        }))
    }

    async fn user_count(&self) -> Result<u64, StoreError> {
        let row = self
            .row("user", "select count(*) from users", Vec::new())
            .await?;
        row.map_or(Ok(0), |mut row| row.count("count"))
    }
}
