//! A server for the length of a program, on a free port, with its data in a temporary folder.
//!
//! What it does is shown in full by the example `embed_the_server`; the other examples that need a server use this.

use optibid_client::Client;
use optibid_core::api::RegisterRequest;
use optibid_core::app::App;
use optibid_server::Platform;
use optibid_server::config::{Config, Source};
use optibid_server::serve::Server;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What an example may fail with.
pub type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// The password of the one user.
pub const PASSWORD: &str = "merit order of a windy day";

/// A server with one organisation, whose administrator is signed in.
pub struct Local {
    /// A client that is signed in.
    pub client: Client,
    /// The use cases behind the server, for what is a feed's to do and no user's.
    pub app: App,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), String>>,
    _folder: TempDir,
}

impl Local {
    /// Starts it.
    ///
    /// # Errors
    /// When there is no port or no place for the data.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().display().to_string();
        let database = format!("sqlite://{data}/optibid.db");
        let settings = [
            ("DATABASE_URL", database.as_str()),
            ("DATA_DIR", &data),
            ("PORT", "0"),
        ];
        let config = Config::from_source(&Source::of(settings))?;
        let server = Server::bind(&config).await?;
        let client = Client::new(format!("http://{}", server.address()?))?;
        let platform = Platform::open(config).await?;
        let app = platform.app().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let stop = async {
                // Whether it is told to or its owner is gone.
                let _ = stopped.await;
            };
            server
                .run(platform, stop)
                .await
                .map_err(|error| error.to_string())
        });
        let founder = RegisterRequest {
            organisation: "Hill Country Storage".to_owned(),
            email: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            password: PASSWORD.to_owned(),
        };
        client.register(&founder).await?;
        client.sign_in("ann@example.com", PASSWORD).await?;
        Ok(Self {
            client,
            app,
            stop,
            served,
            _folder: folder,
        })
    }

    /// Lets it finish what it does, and stops it.
    ///
    /// # Errors
    /// When it failed before.
    pub async fn stop(self) -> Result<()> {
        // It may have ended by itself; what it says then comes next.
        let _ = self.stop.send(());
        Ok(self.served.await??)
    }
}
