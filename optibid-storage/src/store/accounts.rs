use super::SqlStore;
use crate::batch::Batch;
use crate::fault::{already_exists, corrupt, not_found};
use crate::row::{Row, micros};
use crate::sql::values;
use async_trait::async_trait;
use optibid_core::id::{OrgId, UserId};
use optibid_core::org::{Email, Org, User};
use optibid_core::ports::{AccountStore, StoreError, Trail};

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
    ];
    let sql = "insert into users (id, org_id, email, name, role, password_hash, disabled, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    if batch.execute(sql, row).await? == 0 {
        return Err(already_exists("user", user.id));
    }
    Ok(())
}

async fn insert_org(batch: &mut Batch, org: &Org) -> Result<(), StoreError> {
    let sql = "insert into orgs (id, name, created_at) values ($1, $2, $3) on conflict do nothing";
    let row = values![org.id.uuid(), org.name.as_str(), micros(org.created_at)];
    if batch.execute(sql, row).await? == 0 {
        return Err(already_exists("organisation", org.id));
    }
    Ok(())
}

/// A user from `id, org_id, email, name, role, password_hash, disabled, created_at`.
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

    async fn org(&self, id: OrgId) -> Result<Option<Org>, StoreError> {
        let sql = "select name, created_at from orgs where id = $1";
        let row = self.row("organisation", sql, values![id.uuid()]).await?;
        row.map(|mut row| {
            Ok(Org {
                id,
                name: row.text("name")?,
                created_at: row.at("created_at")?,
            })
        })
        .transpose()
    }

    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        let sql = "select id, org_id, email, name, role, password_hash, disabled, created_at \
             from users where email = $1";
        let row = self.row("user", sql, values![email.as_str()]).await?;
        row.map(|mut row| user(&mut row)).transpose()
    }

    async fn user(&self, org: OrgId, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = "select id, org_id, email, name, role, password_hash, disabled, created_at \
             from users where id = $1 and org_id = $2";
        let row = self
            .row("user", sql, values![id.uuid(), org.uuid()])
            .await?;
        row.map(|mut row| user(&mut row)).transpose()
    }

    async fn user_count(&self) -> Result<u64, StoreError> {
        let row = self
            .row("user", "select count(*) from users", Vec::new())
            .await?;
        row.map_or(Ok(0), |mut row| row.count("count"))
    }
}
