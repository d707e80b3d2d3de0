//! Says which commands there are: each one must then be allowed in `capabilities/main.json`.

/// All commands of `src/commands.rs`.
const COMMANDS: &[&str] = &[
    "call",
    "sign_in",
    "register",
    "renew",
    "sign_out",
    "whereabouts",
    "use_server",
    "use_local",
    "open_line",
    "send_line",
    "close_line",
    "listen_links",
    "save",
    "notify",
];

fn main() {
    // The page is put into the program.
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
    }
}
