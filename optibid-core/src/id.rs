//! Typed identifiers over UUID version 7: an id of one thing cannot stand for another.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID; new ids come from [`ports::Ids`](crate::ports::Ids).
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// An organisation: the tenant that owns bids, assets and users.
    OrgId,
    /// A person or program that signs in.
    UserId,
    /// A bid for one market product, location and delivery day.
    BidId,
    /// A battery, plant or load.
    AssetId,
    /// An award of a bid in one delivery period.
    AwardId,
    /// A settlement statement of one delivery day.
    SettlementId,
    /// A durable job: a backtest or an optimisation.
    JobId,
    /// One login of one user on one device; its refresh tokens form a family.
    SessionId,
    /// A rule that watches for alarms.
    AlertRuleId,
    /// One occurrence of an alarm.
    AlertId,
    /// An address of an organisation that is told of alarms.
    AlertRouteId,
    /// One message to one such address, however often it is sent.
    DeliveryId,
    /// An event, unique for ever, so that consumers can drop repeats.
    EventId,
}
