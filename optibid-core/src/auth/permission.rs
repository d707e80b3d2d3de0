use crate::error::{Code, Error, Result};
use crate::id::{OrgId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The five roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the installation.
    SuperAdmin,
    /// Runs an organisation, trades included.
    OrgAdmin,
    /// Sees invoices and what they rest on.
    BillingAdmin,
    /// Trades: writes and submits bids, keeps assets, runs backtests.
    Analyst,
    /// Looks on.
    Viewer,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [
        Self::SuperAdmin,
        Self::OrgAdmin,
        Self::BillingAdmin,
        Self::Analyst,
        Self::Viewer,
    ];

    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super_admin",
            Self::OrgAdmin => "org_admin",
            Self::BillingAdmin => "billing_admin",
            Self::Analyst => "analyst",
            Self::Viewer => "viewer",
        }
    }

    /// What the role is for, in words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::SuperAdmin => "runs the installation",
            Self::OrgAdmin => "runs an organisation, trades included",
            Self::BillingAdmin => "sees invoices and what they rest on",
            Self::Analyst => "trades: bids, assets, backtests, alert rules",
            Self::Viewer => "looks on",
        }
    }

    /// Whether the role may do all that the other one may. Nobody gives a role, or changes a user, that the own role does
    /// not cover.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        let mut all = Permission::ALL.into_iter();
        all.all(|permission| self.allows(permission) || !other.allows(permission))
    }

    /// The permission table: one row a permission, one column a role.
    ///
    /// | permission | super admin | org admin | billing admin | analyst | viewer |
    /// | --- | --- | --- | --- | --- | --- |
    /// | read market data | x | x | x | x | x |
    /// | read assets, bids, jobs, alerts | x | x | | x | x |
    /// | read portfolio (awards, settlements, P&L) | x | x | x | x | x |
    /// | write assets, bids; submit; run jobs; import private prices; settle; write alert rules, answer alerts | x | x | | x | |
    /// | read the organisation's audit trail, manage its users and its name | x | x | | | |
    /// | import public prices, verify the audit chain, maintenance | x | | | | |
    #[must_use]
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::ReadMarketData | P::ReadPortfolio => true,
            P::ReadAssets | P::ReadBids | P::ReadJobs | P::ReadAlerts => {
                !matches!(self, Self::BillingAdmin)
            }
            P::WriteAssets
            | P::WriteBids
            | P::SubmitBids
            | P::RunJobs
            | P::ImportPrices
            | P::SettlePortfolio
            | P::WriteAlertRules
            | P::AnswerAlerts => {
                matches!(self, Self::SuperAdmin | Self::OrgAdmin | Self::Analyst)
            }
            P::ReadAudit | P::ManageUsers | P::ManageOrganisation => {
                matches!(self, Self::SuperAdmin | Self::OrgAdmin)
            }
            P::ImportPublicPrices | P::VerifyAudit | P::Maintain => {
                matches!(self, Self::SuperAdmin)
            }
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::code).join(", ");
        Self::ALL
            .into_iter()
            .find(|r| r.code() == text)
            .ok_or_else(|| format!("{text:?} is not a role ({})", names()))
    }
}

/// What can be permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Prices, forecasts, markets, rules, locations.
    ReadMarketData,
    /// Assets, availability, telemetry.
    ReadAssets,
    /// Bids and their history.
    ReadBids,
    /// Jobs and their results.
    ReadJobs,
    /// Alert rules, alerts and their history.
    ReadAlerts,
    /// Awards, positions, settlements, profit and loss.
    ReadPortfolio,
    /// Create and edit assets, record telemetry and availability.
    WriteAssets,
    /// Draft, validate and edit bids.
    WriteBids,
    /// Submit and withdraw bids.
    SubmitBids,
    /// Start and cancel jobs.
    RunJobs,
    /// Import prices for one's own organisation.
    ImportPrices,
    /// Fetch awards and settle delivery days.
    SettlePortfolio,
    /// Make, change and remove alert rules.
    WriteAlertRules,
    /// Acknowledge alerts and shelve their rules.
    AnswerAlerts,
    /// Read the organisation's audit trail.
    ReadAudit,
    /// See, create and change users of the organisation.
    ManageUsers,
    /// Rename the organisation.
    ManageOrganisation,
    /// Import prices that everybody sees.
    ImportPublicPrices,
    /// Verify the audit chain of the installation.
    VerifyAudit,
    /// Switch maintenance mode.
    Maintain,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 20] = [
        Self::ReadMarketData,
        Self::ReadAssets,
        Self::ReadBids,
        Self::ReadJobs,
        Self::ReadAlerts,
        Self::ReadPortfolio,
        Self::WriteAssets,
        Self::WriteBids,
        Self::SubmitBids,
        Self::RunJobs,
        Self::ImportPrices,
        Self::SettlePortfolio,
        Self::WriteAlertRules,
        Self::AnswerAlerts,
        Self::ReadAudit,
        Self::ManageUsers,
        Self::ManageOrganisation,
        Self::ImportPublicPrices,
        Self::VerifyAudit,
        Self::Maintain,
    ];

    /// What it permits, in words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::ReadMarketData => "read prices, forecasts, markets, rules, locations",
            Self::ReadAssets => "read assets, availability, telemetry",
            Self::ReadBids => "read bids and their history",
            Self::ReadJobs => "read jobs and their results",
            Self::ReadAlerts => "read alert rules, alarms and their history",
            Self::ReadPortfolio => "read awards, positions, settlements, profit and loss",
            Self::WriteAssets => "create and edit assets, record telemetry and availability",
            Self::WriteBids => "draft, validate and edit bids",
            Self::SubmitBids => "submit and withdraw bids",
            Self::RunJobs => "start and cancel jobs",
            Self::ImportPrices => "import prices for one's own organisation",
            Self::SettlePortfolio => "fetch awards and settle delivery days",
            Self::WriteAlertRules => "make, change and remove alert rules",
            Self::AnswerAlerts => "acknowledge alarms and shelve their rules",
            Self::ReadAudit => "read the organisation's audit trail",
            Self::ManageUsers => "see, add, change and disable users of the organisation",
            Self::ManageOrganisation => "rename the organisation",
            Self::ImportPublicPrices => "import prices that everybody sees",
            Self::VerifyAudit => "verify the audit chain of the installation",
            Self::Maintain => "switch maintenance mode",
        }
    }
}

/// The caller of a use case: who, for which organisation, with which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The user.
    pub user: UserId,
    /// The organisation: every query is for this one.
    pub org: OrgId,
    /// What the user may do.
    pub role: Role,
    /// The login it came by; none on the command line.
    pub session: Option<SessionId>,
    /// The request, for correlation of audit and logs.
    pub request_id: Option<String>,
}

impl Principal {
    /// Passes when the role allows it.
    ///
    /// # Errors
    /// [`Code::Forbidden`], naming role and permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.role.allows(permission) {
            return Ok(());
        }
        let message = format!("the role {} does not allow {permission:?}", self.role);
        Err(Error::new(Code::Forbidden, message))
    }
}
