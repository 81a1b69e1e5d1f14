//! Users and the organizations that they belong to.

use selfopt_core::{OrganizationId, StoreError, UserId};

use super::{at::At, database::PostgresDatabase};

/// What a member of an organization may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberRole {
    /// Everything.
    Owner,
    /// Everything but to make owners.
    Admin,
    /// Read.
    Member,
}

impl MemberRole {
    fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

impl PostgresDatabase {
    /// Keeps a user. Who signs up with Supabase Auth is kept by a trigger.
    pub async fn add_user(&self, user: UserId, email: Option<&str>) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO users (id, email, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET email = coalesce(excluded.email, users.email)",
        )
        .bind(user.0)
        .bind(email)
        .bind(At(self.clock.now()))
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep user {user}")))?;
        Ok(())
    }

    /// A new organization. Its owner becomes a member of it.
    pub async fn add_organization(
        &self,
        name: &str,
        owner: UserId,
    ) -> Result<OrganizationId, StoreError> {
        let id = self.ids.next(self.clock.now());
        sqlx::query(
            "INSERT INTO organizations (id, name, owner_id, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(name)
        .bind(owner.0)
        .bind(At(self.clock.now()))
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("make the organization `{}`", name.escape_debug())))?;
        Ok(OrganizationId(id))
    }

    /// Makes a user a member, or gives a member another role.
    pub async fn set_member(
        &self,
        organization: OrganizationId,
        user: UserId,
        role: MemberRole,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO members (org_id, user_id, role, created_at)
             VALUES ($1, $2, $3::text::member_role, $4)
             ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role",
        )
        .bind(organization.0)
        .bind(user.0)
        .bind(role.as_str())
        .bind(At(self.clock.now()))
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("make user {user} a member")))?;
        Ok(())
    }
}
