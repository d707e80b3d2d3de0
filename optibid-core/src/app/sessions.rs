//! Register, sign in, refresh, sign out, and tell who calls.

use super::App;
use super::names::{name_fault, org_name_fault};
use crate::audit::Actor;
use crate::auth::{AccessClaims, Password, Principal, RefreshToken, Role, Session};
use crate::error::{Code, Error, Result};
use crate::id::{OrgId, SessionId, UserId};
use crate::org::{Email, Org, User};
use crate::ports::{HashError, Identity, StoreError, TokenError, Trail};
use jiff::Timestamp;

/// A new organisation with its first user.
#[derive(Clone)]
pub struct Registration {
    /// Name of the organisation.
    pub org_name: String,
    /// The user's address.
    pub email: String,
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// What a user signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// Tokens of a fresh login or refresh.
#[derive(Clone)]
pub struct SignedIn {
    /// Short-lived bearer token.
    pub access_token: String,
    /// When it ends.
    pub access_expires_at: Timestamp,
    /// Good for one refresh.
    pub refresh_token: String,
    /// When the session ends for good.
    pub session_expires_at: Timestamp,
    /// The user.
    pub user: User,
    /// The user's organisation.
    pub org: Org,
}

impl From<HashError> for Error {
    fn from(error: HashError) -> Self {
        let code = match error {
            HashError::Busy => Code::RateLimited,
            HashError::Malformed | HashError::Failed(_) => Code::Internal,
        };
        Self::new(code, error.to_string()).with_source(error)
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        Self::new(Code::Unauthenticated, error.to_string())
    }
}

/// One answer for a wrong address, a wrong password and a disabled user, so that none can be told apart.
fn wrong_credentials() -> Error {
    Error::new(Code::Unauthenticated, "e-mail address or password is wrong")
}

fn ended() -> Error {
    Error::new(
        Code::Unauthenticated,
        "the session has ended: sign in again",
    )
}

impl App {
    /// Founds an organisation with its first user, an Org Admin, and signs the user in.
    ///
    /// # Errors
    /// [`Code::Invalid`] for a bad address or password, [`Code::AlreadyExists`] when the address is
    /// taken, [`Code::Forbidden`] where registration is closed.
    pub async fn register(&self, new: Registration) -> Result<SignedIn> {
        if !self.policy.open_registration {
            return Err(Error::new(Code::Forbidden, "registration is closed here"));
        }
        self.not_in_maintenance().await?;
        let (org, user) = self.found_org(new, Role::OrgAdmin).await?;
        self.open_session(user, org).await
    }

    /// Founds an organisation without signing in: what the command line does.
    ///
    /// # Errors
    /// As [`App::register`], but registration may be closed.
    pub async fn found_org(&self, new: Registration, role: Role) -> Result<(Org, User)> {
        let mut faults = Vec::new();
        let name = new.org_name.trim();
        faults.extend(org_name_fault("organisation", name));
        faults.extend(name_fault(&new.name));
        let email = Email::new(&new.email).map_err(|v| faults.push(v)).ok();
        let password = email.as_ref().and_then(|e| {
            Password::new(&new.password, e)
                .map_err(|v| faults.push(v))
                .ok()
        });
        let (Some(email), Some(password), true) = (email, password, faults.is_empty()) else {
            return Err(Error::invalid(faults));
        };
        let now = self.environment.clock.now();
        let org = Org {
            id: OrgId::from_uuid(self.environment.ids.uuid()),
            name: name.to_owned(),
            created_at: now,
            version: 1,
        };
        let user = User {
            id: UserId::from_uuid(self.environment.ids.uuid()),
            org: org.id,
            email,
            name: new.name.trim().to_owned(),
            role,
            password_hash: self.environment.passwords.hash(&password).await?,
            disabled: false,
            created_at: now,
            version: 1,
        };
        let trail = self.user_trail(&user, "org.found");
        self.stores.accounts.insert_org(&org, &user, &trail).await?;
        Ok((org, user))
    }

    /// Signs a user in.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`], with one message whatever was wrong.
    pub async fn login(&self, credentials: Credentials) -> Result<SignedIn> {
        let email = Email::new(&credentials.email).ok();
        let user = match &email {
            Some(email) => self.stores.accounts.user_by_email(email).await?,
            None => None,
        };
        let hash = user.as_ref().map(|u| u.password_hash.as_str());
        let fits = self
            .environment
            .passwords
            .verify(&credentials.password, hash)
            .await?;
        let user = user
            .filter(|u| fits && !u.disabled)
            .ok_or_else(wrong_credentials)?;
        let org = self.org_of(&user).await?;
        self.open_session(user, org).await
    }

    /// Exchanges a refresh token for new tokens. A token that was used before ends its session, for
    /// then somebody has a copy.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] when the token is unknown, used, or its session has ended.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn> {
        let hash = self.environment.tokens.hash(refresh_token);
        let token = self
            .stores
            .sessions
            .refresh_token(&hash)
            .await?
            .ok_or_else(ended)?;
        let identity = self.live_identity(token.session).await?;
        if token.used_at.is_some() {
            return self.end_family(&identity).await;
        }
        let plain = self.environment.tokens.refresh_token();
        let successor = RefreshToken {
            hash: self.environment.tokens.hash(&plain),
            session: token.session,
            issued_at: self.environment.clock.now(),
            used_at: None,
        };
        match self
            .stores
            .sessions
            .rotate_refresh_token(&hash, &successor)
            .await
        {
            Ok(()) => {
                let org = self.org_of(&identity.user).await?;
                Ok(self.sign(identity.session, identity.user, org, plain))
            }
            Err(StoreError::Conflict { .. }) => self.end_family(&identity).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn logout(&self, who: &Principal) -> Result<()> {
        let Some(session) = who.session else {
            return Ok(());
        };
        let now = self.environment.clock.now();
        let trail = self.trail(who, "session.end", format!("session/{session}"));
        Ok(self
            .stores
            .sessions
            .revoke_session(session, now, &trail)
            .await?)
    }

    /// Tells who calls by an access token: signature, expiry, session and user are all checked.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] when any of them is no longer good.
    pub async fn authenticate(
        &self,
        access_token: &str,
        request_id: Option<String>,
    ) -> Result<Principal> {
        let now = self.environment.clock.now();
        let claims = self.environment.tokens.verify(access_token, now)?;
        let identity = self.live_identity(claims.session).await?;
        Ok(Principal {
            user: identity.user.id,
            org: identity.user.org,
            role: identity.user.role,
            session: Some(claims.session),
            request_id,
        })
    }

    /// The caller's user and organisation.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn me(&self, who: &Principal) -> Result<(User, Org)> {
        let user = self
            .stores
            .accounts
            .user(who.org, who.user)
            .await?
            .ok_or_else(ended)?;
        let org = self.org_of(&user).await?;
        Ok((user, org))
    }

    async fn open_session(&self, user: User, org: Org) -> Result<SignedIn> {
        let now = self.environment.clock.now();
        let session = Session {
            id: SessionId::from_uuid(self.environment.ids.uuid()),
            user: user.id,
            org: user.org,
            created_at: now,
            expires_at: now
                .saturating_add(self.policy.session_lifetime)
                .unwrap_or(now),
            revoked_at: None,
        };
        let plain = self.environment.tokens.refresh_token();
        let token = RefreshToken {
            hash: self.environment.tokens.hash(&plain),
            session: session.id,
            issued_at: now,
            used_at: None,
        };
        let trail = self.user_trail(&user, "session.open");
        self.stores
            .sessions
            .insert_session(&session, &token, &trail)
            .await?;
        self.check_admitted(&session, &user).await?;
        Ok(self.sign(session, user, org, plain))
    }

    /// Passes when the user is as it was when the password was checked. One that was disabled, or got another password, in
    /// between has no other session any more: this one ends as well.
    async fn check_admitted(&self, session: &Session, user: &User) -> Result<()> {
        let found = self.stores.sessions.identity(session.id).await?;
        let same = |now: Identity| {
            now.user.password_hash == user.password_hash && now.user.disabled == user.disabled
        };
        if found.is_some_and(same) {
            return Ok(());
        }
        let trail = self.user_trail(user, "session.end");
        let (sessions, at) = (&self.stores.sessions, self.environment.clock.now());
        sessions.revoke_session(session.id, at, &trail).await?;
        Err(wrong_credentials())
    }

    fn sign(&self, session: Session, user: User, org: Org, refresh_token: String) -> SignedIn {
        let now = self.environment.clock.now();
        let end = now
            .saturating_add(self.policy.access_lifetime)
            .unwrap_or(now);
        let claims = AccessClaims {
            user: user.id,
            org: user.org,
            session: session.id,
            issued_at: now,
            expires_at: end.min(session.expires_at),
        };
        SignedIn {
            access_token: self.environment.tokens.issue(&claims),
            access_expires_at: claims.expires_at,
            refresh_token,
            session_expires_at: session.expires_at,
            user,
            org,
        }
    }

    async fn live_identity(&self, session: SessionId) -> Result<Identity> {
        let now = self.environment.clock.now();
        let identity = self.stores.sessions.identity(session).await?;
        identity
            .filter(|i| i.session.is_live(now) && !i.user.disabled)
            .ok_or_else(ended)
    }

    async fn end_family(&self, identity: &Identity) -> Result<SignedIn> {
        let now = self.environment.clock.now();
        let trail = self.user_trail(&identity.user, "session.refresh_token_reused");
        self.stores
            .sessions
            .revoke_session(identity.session.id, now, &trail)
            .await?;
        Err(ended())
    }

    async fn org_of(&self, user: &User) -> Result<Org> {
        let org = self.stores.accounts.org(user.org).await?;
        org.ok_or_else(|| Error::new(Code::Internal, "the user's organisation is missing"))
    }

    fn user_trail(&self, user: &User, action: &str) -> Trail {
        let subject = format!("user/{}", user.id);
        self.system_trail(Some(user.org), Actor::User(user.id), action, subject)
    }
}
