//! How the services are that the installation stands on.

use super::App;
use crate::ports::ServiceReport;

impl App {
    /// How every service is now. Whoever reaches the installation may know.
    pub async fn services(&self) -> Vec<ServiceReport> {
        self.services.services().await
    }
}
