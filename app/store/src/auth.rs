//! Signing in and out. A sign-in is a row; the cookie carries a random token
//! of which only the hash is stored. Not here: cookies and addresses, which
//! are the server's.

use crate::Store;
use crate::entity::{audit, person, sign_in, sign_in_attempt};
use crate::error::{Result, StoreError};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use chrono::Duration;
use domain::ids::{SignInId, UserId};
use domain::org::SignIn;
use domain::policy::{Action, Actor};
use domain::violation::{Check, Violation};
use rand::Rng;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, TransactionTrait,
};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

/// A sign-in lasts this long after it was last used.
pub const SIGN_IN_DAYS: i64 = 14;
/// Use is written down at most this often.
const SEEN_MINUTES: i64 = 10;
/// Failed attempts in [`THROTTLE_MINUTES`] after which an address must wait:
/// a person mistypes a few times, a guesser needs thousands.
const ATTEMPTS_PER_EMAIL: u64 = 6;
const ATTEMPTS_PER_IP: u64 = 30;
pub const THROTTLE_MINUTES: i64 = 15;

/// A valid session.
#[derive(Debug, Clone)]
pub struct Session {
    pub actor: Actor,
    pub sign_in: SignInId,
    /// It lasts longer from now on, and the cookie should too.
    pub prolonged: bool,
}

/// What the server knows about where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub ip: String,
    pub agent: String,
}

impl Store {
    /// Checks mail and password; gives a token for the cookie. A wrong mail
    /// and a wrong password are answered alike, and take equally long.
    pub async fn sign_in(&self, email: &str, password: &str, origin: Origin) -> Result<String> {
        let email = email.trim().to_lowercase();
        let attempt = self.attempt(&email, &origin.ip).await?;
        let row = person::Entity::find().filter(person::Column::Email.eq(&email)).one(self.db()).await?;
        let hash = row.as_ref().map(|p| p.password_hash.clone());
        let right = verify_password(password.to_owned(), hash).await?;
        match row.filter(|p| right && p.active) {
            Some(p) => {
                self.forgive(&email, attempt).await?;
                self.start_session(p.id, origin).await
            }
            None => Err(StoreError::refused("password", "wrong_password")),
        }
    }

    /// One click in a demo: any account that the sign-in page offers.
    pub async fn demo_sign_in(&self, user: UserId, origin: Origin) -> Result<String> {
        if !self.demo_accounts().iter().any(|account| account.id == user) {
            return Err(StoreError::NotFound);
        }
        self.start_session(user.0, origin).await
    }

    /// Signs in without a password: the administrator just made by set-up.
    pub async fn sign_in_new(&self, user: UserId, origin: Origin) -> Result<String> {
        self.start_session(user.0, origin).await
    }

    /// Counts an attempt as failed until [`Self::forgive`], so that guesses
    /// made side by side are counted too; refuses it if there were too many.
    async fn attempt(&self, email: &str, ip: &str) -> Result<Uuid> {
        use sign_in_attempt::Column as A;
        // One after the other, so that of many at once the first ones are heard.
        let _turn = COUNTING.lock().await;
        let (id, now) = (Uuid::now_v7(), self.now());
        let email: String = email.chars().take(200).collect();
        let row = sign_in_attempt::ActiveModel { id: Set(id), email: Set(email.clone()), ip: Set(ip.to_owned()), at: Set(now) };
        sign_in_attempt::Entity::insert(row).exec_without_returning(self.owner()).await?;
        let recent = sign_in_attempt::Entity::find().filter(A::At.gt(now - Duration::minutes(THROTTLE_MINUTES)));
        let by_email = recent.clone().filter(A::Email.eq(email)).count(self.owner()).await?;
        let by_ip = recent.filter(A::Ip.eq(ip)).count(self.owner()).await?;
        if by_email > ATTEMPTS_PER_EMAIL || by_ip > ATTEMPTS_PER_IP {
            // What is refused unheard does not prolong the wait.
            sign_in_attempt::Entity::delete_by_id(id).exec(self.owner()).await?;
            return Err(vec![Violation::new("", "too_many_attempts").with("minutes", THROTTLE_MINUTES)].into());
        }
        Ok(id)
    }

    /// The attempt was right, and with it the person's earlier ones are forgotten.
    async fn forgive(&self, email: &str, attempt: Uuid) -> Result<()> {
        use sign_in_attempt::Column as A;
        let own = Condition::any().add(A::Email.eq(email)).add(A::Id.eq(attempt));
        sign_in_attempt::Entity::delete_many().filter(own).exec(self.owner()).await?;
        Ok(())
    }

    async fn start_session(&self, person: Uuid, origin: Origin) -> Result<String> {
        let token = new_token();
        let now = self.now();
        let row = sign_in::ActiveModel {
            id: Set(Uuid::now_v7()),
            token_hash: Set(token_hash(&token)),
            person_id: Set(person),
            created_at: Set(now),
            seen_at: Set(now),
            expires_at: Set(now + Duration::days(SIGN_IN_DAYS)),
            ip: Set(origin.ip),
            agent: Set(origin.agent.chars().take(300).collect()),
        };
        sign_in::Entity::insert(row).exec_without_returning(self.owner()).await?;
        Ok(token)
    }

    /// Who a cookie's token belongs to; `None` for an unknown or ended one.
    pub async fn session(&self, token: &str) -> Result<Option<Session>> {
        let Some(row) = sign_in::Entity::find().filter(sign_in::Column::TokenHash.eq(token_hash(token))).one(self.db()).await? else {
            return Ok(None);
        };
        let now = self.now();
        let Some(org) = self.org().filter(|_| row.expires_at > now) else { return Ok(None) };
        let Some(member) = org.people.get(&UserId(row.person_id)).filter(|m| m.person.active) else { return Ok(None) };
        let prolonged = now - row.seen_at > Duration::minutes(SEEN_MINUTES);
        if prolonged {
            let mut seen = row.clone().into_active_model();
            seen.seen_at = Set(now);
            seen.expires_at = Set(now + Duration::days(SIGN_IN_DAYS));
            seen.update(self.owner()).await?;
        }
        Ok(Some(Session { actor: member.actor.clone(), sign_in: SignInId(row.id), prolonged }))
    }

    /// Whether a sign-in has not been ended meanwhile.
    pub async fn is_signed_in(&self, session: &Session) -> Result<bool> {
        let row = sign_in::Entity::find_by_id(session.sign_in.0).one(self.db()).await?;
        Ok(row.is_some_and(|row| row.expires_at > self.now()))
    }

    pub async fn sign_out(&self, sign_in: SignInId) -> Result<()> {
        sign_in::Entity::delete_by_id(sign_in.0).exec(self.owner()).await?;
        Ok(())
    }

    /// A person's own sign-ins, the newest use first.
    pub async fn sign_ins(&self, session: &Session) -> Result<Vec<SignIn>> {
        let rows = sign_in::Entity::find()
            .filter(sign_in::Column::PersonId.eq(session.actor.id.0))
            .filter(sign_in::Column::ExpiresAt.gt(self.now()))
            .order_by_desc(sign_in::Column::SeenAt)
            .all(self.db())
            .await?;
        Ok(rows
            .into_iter()
            .map(|r| SignIn {
                id: SignInId(r.id),
                created_at: r.created_at,
                seen_at: r.seen_at,
                ip: r.ip,
                agent: r.agent,
                current: r.id == session.sign_in.0,
            })
            .collect())
    }

    /// Ends one of one's own sign-ins; somebody else's is not found.
    pub async fn revoke_sign_in(&self, session: &Session, sign_in: SignInId) -> Result<()> {
        let gone = sign_in::Entity::delete_many()
            .filter(sign_in::Column::Id.eq(sign_in.0))
            .filter(sign_in::Column::PersonId.eq(session.actor.id.0))
            .exec(self.owner())
            .await?;
        if gone.rows_affected == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Changes one's own password and ends all other sign-ins.
    pub async fn change_password(&self, session: &Session, origin: &Origin, old: &str, new: &str, again: &str) -> Result<()> {
        let mut check = Check::default();
        let new = domain::org::new_password(&mut check, new, again);
        let new = check.finish(new)?;
        let row = person::Entity::find_by_id(session.actor.id.0).one(self.db()).await?.ok_or(StoreError::NotFound)?;
        let attempt = self.attempt(&row.email, &origin.ip).await?;
        if !verify_password(old.to_owned(), Some(row.password_hash.clone())).await? {
            return Err(StoreError::refused("old", "wrong_password"));
        }
        self.forgive(&row.email, attempt).await?;
        let user = UserId(row.id);
        self.replace_password(user, new, Some(session.sign_in), Some(user)).await
    }

    /// Sets a password without asking for the old one, and ends all sign-ins:
    /// for the command line, where nobody is signed in.
    pub async fn set_password(&self, user: UserId, new: String) -> Result<()> {
        self.replace_password(user, new, None, None).await
    }

    /// The password, the sign-ins but one, and who did it: all or nothing.
    async fn replace_password(&self, user: UserId, new: String, keep: Option<SignInId>, by: Option<UserId>) -> Result<()> {
        let hash = hash_password(new).await?;
        let tx = self.owner().begin().await?;
        person::Entity::update_many()
            .col_expr(person::Column::PasswordHash, Expr::value(hash))
            .filter(person::Column::Id.eq(user.0))
            .exec(&tx)
            .await?;
        end_sign_ins(&tx, user, keep).await?;
        let row = audit::ActiveModel {
            id: Set(Uuid::now_v7()),
            at: Set(self.now()),
            by_id: Set(by.map(|by| by.0)),
            request_id: Set(crate::new_request().0),
            action: Set(Action::ManagePeople.code().to_owned()),
            entity: Set("password".to_owned()),
            entity_id: Set(user.0),
            change: Set(String::from("{}")),
        };
        audit::Entity::insert(row).exec_without_returning(&tx).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets what is no longer needed: ended sign-ins, old attempts, answers
    /// and announcements older than a week.
    pub async fn tidy(&self) -> Result<()> {
        self.tidy_imports().await?;
        self.tidy_surveys().await?;
        self.round_positions().await?;
        self.erase_old_photos().await?;
        let now = self.now();
        let week = now - Duration::days(7);
        sign_in::Entity::delete_many().filter(sign_in::Column::ExpiresAt.lt(now)).exec(self.owner()).await?;
        sign_in_attempt::Entity::delete_many().filter(sign_in_attempt::Column::At.lt(now - Duration::days(1))).exec(self.owner()).await?;
        crate::entity::answered_request::Entity::delete_many()
            .filter(crate::entity::answered_request::Column::At.lt(week))
            .exec(self.owner())
            .await?;
        crate::entity::outbox::Entity::delete_many().filter(crate::entity::outbox::Column::At.lt(week)).exec(self.owner()).await?;
        Ok(())
    }
}

pub(crate) async fn end_sign_ins(db: &impl ConnectionTrait, user: UserId, keep: Option<SignInId>) -> Result<()> {
    let mut gone = sign_in::Entity::delete_many().filter(sign_in::Column::PersonId.eq(user.0));
    if let Some(keep) = keep {
        gone = gone.filter(sign_in::Column::Id.ne(keep.0));
    }
    gone.exec(db).await?;
    Ok(())
}

/// Passwords hashed at one time: each takes 19 MiB, and all cores are few.
static HASHING: Semaphore = Semaphore::const_new(2);

static COUNTING: Mutex<()> = Mutex::const_new(());

/// Argon2id with the library's recommended cost, off the async threads.
pub(crate) async fn hash_password(password: String) -> Result<String> {
    let _turn = HASHING.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
    tokio::task::spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
        .await
        .map_err(|e| StoreError::Internal(e.to_string()))?
        .map_err(|e| StoreError::Internal(format!("hash: {e}")))
}

/// Against nobody's hash if there is no such person, so that both take as long.
async fn verify_password(password: String, hash: Option<String>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let _turn = HASHING.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| {
            NOBODY.get_or_init(|| Argon2::default().hash_password(b"nobody").map(|h| h.to_string()).unwrap_or_default()).clone()
        });
        let right = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        right && known
    })
    .await
    .map_err(|e| StoreError::Internal(e.to_string()))
}

fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

pub(crate) fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
