//! Clients in other languages, generated from the description that a server serves and run against that server.
//!
//! The programs lie in `examples/clients`; `scripts/setup.sh test` installs the generators and what runs them.

use optibid_server::config::Source;
use optibid_server::serve::Server;
use optibid_server::{Config, Platform};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// What each program prints when all it looks at is right.
const PRINTED: [&str; 5] = [
    "markets: AEMO, CAISO, EPEX, ERCOT, IEX, ISONE, MISO, NORDPOOL, NYISO, PJM, SPP",
    "asset: Slate Creek 20 MWh",
    "bid: validated of 1 hour",
    "problem: invalid periods[0].curve.points[0].price 45.501 price_off_tick",
    "stranger: unauthenticated",
];

/// Where the tools are, as in `scripts/common.sh`.
fn tools(name: &str) -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("OPTIBID_CACHE")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("optibid")))
        .or_else(|| Some(variable("HOME")?.join(".cache/optibid")))
        .expect("a folder for caches");
    let folder = cache.join("clients").join(name);
    let missing = "is missing: run scripts/setup.sh test";
    assert!(folder.is_dir(), "{} {missing}", folder.display());
    folder
}

/// A copy of a program's sources to generate into.
fn sources(name: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/clients");
    for file in std::fs::read_dir(from.join(name)).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    folder
}

/// Runs a command there and gives what it printed.
#[track_caller]
fn run(folder: &TempDir, program: &Path, args: &[&str]) -> String {
    let mut command = Command::new(program);
    let path = std::env::join_paths([
        tools("python").join("bin"),
        "/usr/bin".into(),
        "/bin".into(),
    ]);
    command
        .args(args)
        .current_dir(folder.path())
        .env("PATH", path.unwrap());
    let done = command.output().unwrap_or_else(|error| {
        panic!("{}: {error}: run scripts/setup.sh test", program.display())
    });
    let out = String::from_utf8(done.stdout).unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{args:?}\n{out}\n{errors}");
    out
}

/// Serves an empty platform on a free port while `calls` are made to its address.
fn against_a_server(calls: impl FnOnce(&str)) {
    let folder = TempDir::new().unwrap();
    let database = format!("sqlite://{}/optibid.db", folder.path().display());
    let data = folder.path().display().to_string();
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("DATA_DIR", &data),
        ("PORT", "0"),
    ];
    let config = Config::from_source(&Source::of(settings)).unwrap();
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::bind(&config)).unwrap();
    let address = format!("http://{}", server.address().unwrap());
    let platform = runtime.block_on(Platform::open(config)).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = runtime.spawn(server.run(platform, async {
        let _ = stopped.await;
    }));
    calls(&address);
    stop.send(()).unwrap();
    runtime.block_on(served).unwrap().unwrap();
}

#[test]
fn a_python_client_is_generated_and_gets_to_a_validated_bid() {
    against_a_server(|address| {
        let (folder, bin) = (sources("python"), tools("python").join("bin"));
        let description = format!("{address}/api/openapi.json");
        let generate = [
            "generate",
            "--url",
            &description,
            "--config",
            "generator.yaml",
            "--meta",
            "none",
            "--output-path",
            "optibid",
            // Whatever of the description it cannot use is an error.
            "--fail-on-warning",
        ];
        run(&folder, &bin.join("openapi-python-client"), &generate);
        let printed = run(&folder, &bin.join("python"), &["journey.py", address]);
        assert_eq!(printed.lines().collect::<Vec<_>>(), PRINTED);
    });
}

#[test]
fn a_typescript_client_is_generated_compiles_and_gets_to_a_validated_bid() {
    against_a_server(|address| {
        let (folder, modules) = (
            sources("typescript"),
            tools("typescript").join("node_modules"),
        );
        std::os::unix::fs::symlink(&modules, folder.path().join("node_modules")).unwrap();
        let (description, tool) = (format!("{address}/api/openapi.json"), modules.join(".bin"));
        let generate = [description.as_str(), "--output", "optibid.d.ts"];
        run(&folder, &tool.join("openapi-typescript"), &generate);
        run(&folder, &tool.join("tsc"), &["--project", "."]);
        let node = tools("python").join("bin/node");
        let printed = run(&folder, &node, &["journey.ts", address]);
        assert_eq!(printed.lines().collect::<Vec<_>>(), PRINTED);
    });
}
