//! The command line as it is typed.

use super::alert_args::Alert;
use super::battery::BatteryFlags;
use super::method::MethodFlags;
use super::output::Format;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::civil::Date;
use optibid_core::backtest::StrategySpec;
use optibid_core::id::BidId;
use optibid_core::market::{LocationCode, MarketId, ProductId, Resolution};
use optibid_core::unit::Ratio;
use optibid_core::unit::{Currency, Power};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  optibid serve --demo                       two weeks of real bids, then the API on port 8000
  optibid optimise --sample --product DAM --location HB_SOUTH --from 2024-08-12 --to 2024-08-12
  optibid explain --sample --product DAM --location HB_SOUTH --from 2024-08-12 --to 2024-08-12
  optibid curve --sample --day 2024-08-20 --wear 5
  optibid backtest --sample --from 2024-08-12 --to 2024-08-25 --format csv
  optibid import prices.csv.gz --as ann@example.com
  optibid config check

Settings come from the environment and a .env file: `optibid config print` lists them.

Exit codes:
  0  done                       3  the input or a setting breaks a rule; each is named
  1  it did not work            4  there is no such thing
  2  the command is mistyped    5  the database or the server does not answer";

/// From price to profit: market data, forecasts, battery schedules, bids, awards, settlement.
#[derive(Debug, Parser)]
#[command(name = "optibid", version, after_help = EXAMPLES, max_term_width = 100)]
pub(super) struct Cli {
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Print results and errors alone.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the server.
    #[command(
        after_help = "Examples:\n  optibid serve --port 9000\n  optibid serve --demo --days 7"
    )]
    Serve(Serve),
    /// Change or show the database's schema.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Look after the database.
    #[command(subcommand)]
    Db(Db),
    /// Store the prices of a file: for everybody, or with --as for one organisation.
    #[command(after_help = "Examples:\n  optibid import 20250805_dam_spp.csv\n  \
        optibid import EPF.csv --input-format epf --market SDAC --location DE --as ann@example.com\n  \
        zcat prices.csv.gz | optibid import - --dry-run")]
    Import(Import),
    /// The best schedule of a battery over the prices of a file; needs no server and no database.
    #[command(
        after_help = "Examples:\n  optibid optimise prices.csv --power 10 --energy 20 --wear 5\n  \
        optibid optimise --sample --product RTM --location HB_SOUTH --from 2024-08-20 --to 2024-08-20"
    )]
    Optimise(Optimise),
    /// The same schedule with the reasons of each move in money, and the hour that it displaces.
    #[command(
        after_help = "Examples:\n  optibid explain prices.csv --power 10 --energy 20 --wear 5 --cycles 1\n  \
        optibid explain --sample --product DAM --from 2024-08-20 --to 2024-08-20 --format csv"
    )]
    Explain(Optimise),
    /// The offer curves of a day from what was known at its gate closure, each step with its reasons.
    #[command(
        after_help = "Examples:\n  optibid curve --sample --day 2024-08-20 --wear 5\n  \
        optibid curve prices.csv --day 2024-08-20 --format json | jq .content   # ready for POST /api/bids"
    )]
    Curve(Curve),
    /// Replay the bid cycle over the prices of a file, gate by gate, with what was known then.
    #[command(
        after_help = "Examples:\n  optibid backtest --sample --from 2024-08-12 --to 2024-08-25\n  \
        optibid backtest --database --as ann@example.com --market ERCOT --product DAM --location HB_SOUTH \\\n      \
        --from 2024-07-01 --to 2024-07-31\n  \
        optibid backtest --sample --compare --from 2024-08-01 --to 2024-08-31 --power 10 --energy 20\n  \
        optibid backtest --sample --balancing RTM --strategy rolling --rerun 2024-08-20 --from 2024-08-19 --to 2024-08-20"
    )]
    Backtest(Backtest),
    /// Check, list and submit bids of the local database.
    #[command(subcommand)]
    Bid(Bid),
    /// List and answer alarms of the local database, make their rules and shelve them.
    #[command(subcommand)]
    Alert(Alert),
    /// Keep users.
    #[command(subcommand)]
    User(User),
    /// Show or check the settings.
    #[command(subcommand)]
    Config(Config),
    /// Print the description of the HTTP API (OpenAPI 3.1, JSON).
    Openapi,
    /// Check a running server from outside.
    #[command(after_help = "Examples:\n  optibid smoke\n  \
        echo \"$PASSWORD\" | optibid smoke --url http://optibid:8000 --email ann@example.com --password-stdin")]
    Smoke(Smoke),
    /// Print the completions of a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// `optibid serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Replay two weeks of real ERCOT prices first, and the days after them live; prices can be read
    /// without signing in then, whatever PUBLIC_MARKET_DATA says.
    #[arg(long)]
    pub(super) demo: bool,
    /// Port to listen on, before PORT; 0 takes a free one.
    #[arg(long)]
    pub(super) port: Option<u16>,
    /// Days that the demo replays.
    #[arg(long, default_value_t = crate::demo::DAYS, requires = "demo",
        value_parser = clap::value_parser!(u32).range(1..=120))]
    pub(super) days: u32,
}

/// `optibid migrate`.
#[derive(Debug, Subcommand)]
pub(super) enum Migrate {
    /// Apply all missing migrations.
    Up,
    /// Undo the last migrations; their tables and rows are gone then. Refused, with exit code 3, while
    /// the database holds a user or a bid, unless --yes is given.
    Down {
        /// How many.
        #[arg(default_value_t = 1)]
        count: u64,
        /// Undo them though users and bids are lost.
        #[arg(long)]
        yes: bool,
    },
    /// Show which migrations are applied; makes no database that is not there.
    Status,
}

/// `optibid db`.
#[derive(Debug, Subcommand)]
pub(super) enum Db {
    /// Check files, audit chain and the history of every bid.
    Verify,
}

/// Which file to read, and which series of it.
#[derive(Debug, Clone, Args)]
pub(super) struct Prices {
    /// The file, plain or gzip; - reads standard input.
    pub(super) file: Option<PathBuf>,
    /// Use the real ERCOT HB_SOUTH prices of June to December 2024 that are built in.
    #[arg(long, conflicts_with = "file")]
    pub(super) sample: bool,
    /// The file's format, where its header does not tell: ercot-hub-history, ercot-dam-spp,
    /// caiso-oasis-lmp, nyiso-dam-zone, epf, generic.
    #[arg(long)]
    pub(super) input_format: Option<String>,
    #[command(flatten)]
    pub(super) series: Series,
}

/// Which series is meant.
#[derive(Debug, Clone, Args)]
pub(super) struct Series {
    /// The market.
    #[arg(long)]
    pub(super) market: Option<MarketId>,
    /// The product.
    #[arg(long)]
    pub(super) product: Option<ProductId>,
    /// The location.
    #[arg(long)]
    pub(super) location: Option<LocationCode>,
    /// Length of the periods: PT15M, PT1H.
    #[arg(long)]
    pub(super) resolution: Option<Resolution>,
    /// First delivery day.
    #[arg(long)]
    pub(super) from: Option<Date>,
    /// Last delivery day.
    #[arg(long)]
    pub(super) to: Option<Date>,
}

/// `optibid import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file, plain or gzip; - reads standard input.
    pub(super) file: PathBuf,
    /// The file's format, where its header does not tell.
    #[arg(long)]
    pub(super) input_format: Option<String>,
    /// File the prices under this market.
    #[arg(long)]
    pub(super) market: Option<MarketId>,
    /// The location, for files that do not name theirs.
    #[arg(long)]
    pub(super) location: Option<LocationCode>,
    /// Store them for the organisation of this user alone; without it they are public.
    #[arg(long = "as", value_name = "EMAIL")]
    pub(super) user: Option<String>,
    /// The file was just received: its prices are known from now on, not from when the market
    /// published them.
    #[arg(long)]
    pub(super) known_now: bool,
    /// Check the file and store nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// `optibid optimise` and `optibid explain`.
#[derive(Debug, Args)]
pub(super) struct Optimise {
    #[command(flatten)]
    pub(super) prices: Prices,
    /// Currency of the prices, where the market's rules do not tell.
    #[arg(long)]
    pub(super) currency: Option<Currency>,
    /// Limits of the stored energy at the end of each period: a CSV with the columns min and max, MWh.
    #[arg(long, value_name = "FILE")]
    pub(super) soc_limits: Option<PathBuf>,
    /// Power before the first period, MW, positive is injection: where --ramp starts from.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) initial_power: Option<Power>,
    #[command(flatten)]
    pub(super) battery: BatteryFlags,
}

/// `optibid curve`.
#[derive(Debug, Args)]
pub(super) struct Curve {
    #[command(flatten)]
    pub(super) prices: Prices,
    /// The delivery day to bid for.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub(super) day: Date,
    /// Offer only what the battery can deliver whatever is awarded: curves that are cut, or the schedule at any price, whichever is
    /// expected to earn more.
    #[arg(long)]
    pub(super) safe: bool,
    #[command(flatten)]
    pub(super) method: MethodFlags,
    #[command(flatten)]
    pub(super) battery: BatteryFlags,
}

/// `optibid backtest`.
#[derive(Debug, Args)]
pub(super) struct Backtest {
    #[command(flatten)]
    pub(super) prices: Prices,
    /// Take the prices from the local database.
    #[arg(long, conflicts_with_all = ["file", "sample"], requires = "user")]
    pub(super) database: bool,
    /// With --database: see what this user sees.
    #[arg(long = "as", value_name = "EMAIL")]
    pub(super) user: Option<String>,
    /// How to bid: perfect_foresight, opportunity_cost, self_schedule, blended, rolling, scenarios, policy, blocks, tb1 to tb12.
    #[arg(long, default_value_t)]
    pub(super) strategy: StrategySpec,
    /// Run the strategies side by side.
    #[arg(long, conflicts_with_all = ["strategy", "detail", "rerun"])]
    pub(super) compare: bool,
    /// The product that deviations settle at, and whose gates are bid at too. Without one, what cannot be delivered neither earns
    /// nor costs anything.
    #[arg(long, value_name = "PRODUCT")]
    pub(super) balancing: Option<ProductId>,
    /// Where random draws start from.
    #[arg(long, default_value_t = 0)]
    pub(super) seed: u64,
    /// Mean share of an award that is filled.
    #[arg(long, default_value = "1")]
    pub(super) fill: Ratio,
    /// List every settlement period.
    #[arg(long)]
    pub(super) detail: bool,
    /// Bid at the gates of this day again and show both hashes.
    #[arg(long, value_name = "DAY")]
    pub(super) rerun: Option<Date>,
    /// Threads of a comparison; all cores when absent.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    #[command(flatten)]
    pub(super) battery: BatteryFlags,
}

/// `optibid bid`.
#[derive(Debug, Subcommand)]
pub(super) enum Bid {
    /// Check a bid against its market's rules without storing it.
    Validate {
        /// The content of a bid as JSON; - reads standard input.
        file: PathBuf,
        /// The user who asks.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
    },
    /// List bids, the newest first.
    List {
        /// The user who asks.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
        /// Most bids to list.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
    /// Submit bids to their venues.
    Submit {
        /// The bids.
        #[arg(required = true)]
        ids: Vec<BidId>,
        /// The user who submits.
        #[arg(long = "as", value_name = "EMAIL")]
        user: String,
    },
}

/// `optibid user`.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Found an organisation with its first user.
    CreateAdmin(CreateAdmin),
}

/// `optibid user create-admin`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  optibid user create-admin --email ann@example.com --organisation \"Wind & Co\"\n  \
    echo \"$PASSWORD\" | optibid user create-admin --email ops@example.com --organisation Ops --super-admin --password-stdin"
)]
pub(super) struct CreateAdmin {
    /// The user's address.
    #[arg(long)]
    pub(super) email: String,
    /// Name of the organisation.
    #[arg(long)]
    pub(super) organisation: String,
    /// The user's name.
    #[arg(long, default_value = "")]
    pub(super) name: String,
    /// Make the user the installation's super admin instead of the organisation's admin.
    #[arg(long)]
    pub(super) super_admin: bool,
    /// Read the password from standard input; without it one is made and printed once.
    #[arg(long)]
    pub(super) password_stdin: bool,
}

/// `optibid config`.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Config {
    /// Print every setting in force; secrets are masked.
    Print,
    /// Check the settings.
    Check,
}

/// `optibid smoke`.
#[derive(Debug, Args)]
pub(super) struct Smoke {
    /// Address of the server.
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    pub(super) url: String,
    /// Sign in as this user for the checks that need it.
    #[arg(long, requires = "password_stdin")]
    pub(super) email: Option<String>,
    /// Read the password from standard input.
    #[arg(long, requires = "email")]
    pub(super) password_stdin: bool,
    /// How long one request may take, in seconds.
    #[arg(long, default_value_t = 10)]
    pub(super) timeout: u64,
}
