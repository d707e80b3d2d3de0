use super::accounts::user;
use super::{SqlStore, page};
use crate::batch::Batch;
use crate::fault::{already_exists, not_found};
use crate::row::{Row, micros};
use crate::sql::values;
use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::auth::{RefreshToken, Session, TokenHash};
use optibid_core::id::{OrgId, SessionId, UserId};
use optibid_core::ports::{Identity, Page, SessionQuery, SessionStore, StoreError, Trail};

async fn insert_session(batch: &mut Batch, session: &Session) -> Result<(), StoreError> {
    let known = "select 1 from users where id = $1";
    if batch
        .row("user", known, values![session.user.uuid()])
        .await?
        .is_none()
    {
        return Err(not_found("user", session.user));
    }
    let row = values![
        session.id.uuid(),
        session.user.uuid(),
        session.org.uuid(),
        micros(session.created_at),
        micros(session.expires_at),
        session.revoked_at.map(micros),
    ];
    let sql = "insert into sessions (id, user_id, org_id, created_at, expires_at, revoked_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    if batch.execute(sql, row).await? == 0 {
        return Err(already_exists("session", session.id));
    }
    Ok(())
}

async fn insert_token(batch: &mut Batch, token: &RefreshToken) -> Result<(), StoreError> {
    let row = values![
        token.hash.0.as_str(),
        token.session.uuid(),
        micros(token.issued_at),
        token.used_at.map(micros),
    ];
    let sql = "insert into refresh_tokens (hash, session_id, issued_at, used_at) \
         values ($1, $2, $3, $4) on conflict do nothing";
    if batch.execute(sql, row).await? == 0 {
        return Err(already_exists("refresh token", &token.hash.0));
    }
    Ok(())
}

async fn use_token(
    batch: &mut Batch,
    used: &TokenHash,
    successor: &RefreshToken,
) -> Result<(), StoreError> {
    let sql = "update refresh_tokens set used_at = $2 where hash = $1 and used_at is null";
    if batch
        .execute(sql, values![used.0.as_str(), micros(successor.issued_at)])
        .await?
        == 1
    {
        return insert_token(batch, successor).await;
    }
    let known = "select 1 from refresh_tokens where hash = $1";
    if batch
        .row("refresh token", known, values![used.0.as_str()])
        .await?
        .is_none()
    {
        return Err(not_found("refresh token", &used.0));
    }
    // The version of a token is how often it was used.
    Err(StoreError::Conflict {
        kind: "refresh token",
        id: used.0.clone(),
        expected: 0,
        found: 1,
    })
}

fn session(row: &mut Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId::from_uuid(row.id("id")?),
        user: UserId::from_uuid(row.id("user_id")?),
        org: OrgId::from_uuid(row.id("org_id")?),
        created_at: row.at("created_at")?,
        expires_at: row.at("expires_at")?,
        revoked_at: row.opt_at("revoked_at")?,
    })
}

#[async_trait]
impl SessionStore for SqlStore {
    async fn insert_session(
        &self,
        session: &Session,
        token: &RefreshToken,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(
            trail,
            (session.clone(), token.clone()),
            |batch, (session, token)| {
                Box::pin(async move {
                    insert_session(batch, session).await?;
                    insert_token(batch, token).await
                })
            },
        )
        .await
    }

    async fn identity(&self, id: SessionId) -> Result<Option<Identity>, StoreError> {
        let sql = "select s.id, s.user_id, s.org_id, s.created_at, s.expires_at, s.revoked_at, \
             u.id, u.org_id, u.email, u.name, u.role, u.password_hash, u.disabled, u.created_at, \
             u.version \
             from sessions s join users u on u.id = s.user_id where s.id = $1";
        let row = self.row("session", sql, values![id.uuid()]).await?;
        row.map(|mut row| {
            Ok(Identity {
                session: session(&mut row)?,
                user: user(&mut row)?,
            })
        })
        .transpose()
    }

    async fn sessions(&self, query: &SessionQuery) -> Result<Page<Session>, StoreError> {
        let after: Option<SessionId> = page::after(&query.page)?;
        let sql = "select id, user_id, org_id, created_at, expires_at, revoked_at from sessions \
             where org_id = $1 and user_id = $2 and revoked_at is null and expires_at > $3 \
             and ($4 is null or id < $4) order by id desc limit $5";
        let wanted = values![
            query.org.uuid(),
            query.user.uuid(),
            micros(query.live_at),
            after.map(SessionId::uuid),
            page::fetch(&query.page),
        ];
        let rows = self.rows("session", sql, wanted).await?;
        let sessions = rows.into_iter().map(|mut row| session(&mut row));
        let sessions = sessions.collect::<Result<_, _>>()?;
        Ok(page::cut(sessions, &query.page, |session: &Session| {
            session.id.to_string()
        }))
    }

    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        let sql = "select session_id, issued_at, used_at from refresh_tokens where hash = $1";
        let row = self
            .row("refresh token", sql, values![hash.0.as_str()])
            .await?;
        row.map(|mut row| {
            Ok(RefreshToken {
                hash: hash.clone(),
                session: SessionId::from_uuid(row.id("session_id")?),
                issued_at: row.at("issued_at")?,
                used_at: row.opt_at("used_at")?,
            })
        })
        .transpose()
    }

    async fn rotate_refresh_token(
        &self,
        used: &TokenHash,
        successor: &RefreshToken,
    ) -> Result<(), StoreError> {
        self.write_plain(
            (used.clone(), successor.clone()),
            |batch, (used, successor)| Box::pin(use_token(batch, used, successor)),
        )
        .await
    }

    async fn revoke_session(
        &self,
        session: SessionId,
        at: Timestamp,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, (session, at), |batch, (session, at)| {
            Box::pin(async move {
                // The first end stands.
                let sql = "update sessions set revoked_at = coalesce(revoked_at, $2) where id = $1";
                match batch
                    .execute(sql, values![session.uuid(), micros(*at)])
                    .await?
                {
                    0 => Err(not_found("session", session)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }
}
