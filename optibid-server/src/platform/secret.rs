//! The secret that signs access tokens.

use crate::config::Config;
use crate::security::{JwtIssuer, random_hex};
use anyhow::Context;
use std::fs;
use std::io::Write;

/// The configured secret, or one that is made once and kept beside the data, readable by its owner
/// alone. Production never gets here without a configured one.
pub(super) fn signing_secret(config: &Config) -> anyhow::Result<String> {
    if let Some(secret) = &config.jwt_secret {
        JwtIssuer::new(secret.as_bytes())?;
        return Ok(secret.clone());
    }
    let path = config.data_dir.join("jwt_secret");
    match fs::read_to_string(&path) {
        Ok(kept) => return Ok(kept.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    }
    fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("creating {}", config.data_dir.display()))?;
    let secret = random_hex();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&path)
        .and_then(|mut file| file.write_all(secret.as_bytes()));
    match written {
        Ok(()) => Ok(secret),
        // Another process was first: both must use the same secret.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Ok(fs::read_to_string(&path)?.trim().to_owned())
        }
        Err(error) => Err(error).with_context(|| format!("writing {}", path.display())),
    }
}
