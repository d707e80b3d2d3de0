//! `optibid user`: the first user of an organisation.

use super::args::CreateAdmin;
use super::output::{Output, Sheet, text};
use super::settings::config;
use crate::demo::password;
use crate::platform::Local;
use anyhow::Context;
use optibid_core::app::Registration;
use optibid_core::auth::Role;
use std::io::BufRead;

pub(super) async fn create_admin(args: CreateAdmin, output: Output) -> anyhow::Result<()> {
    let (secret, made) = match args.password_stdin {
        true => (read_password()?, false),
        false => (password(), true),
    };
    let role = if args.super_admin {
        Role::SuperAdmin
    } else {
        Role::OrgAdmin
    };
    let new = Registration {
        org_name: args.organisation,
        email: args.email,
        name: args.name,
        password: secret.clone(),
    };
    let local = Local::open(&config()?).await?;
    let founded = local.app().found_org(new, role).await;
    local.close().await;
    let (org, user) = founded?;
    let mut sheet = Sheet::new([
        text("email", "E-mail"),
        text("role", "Role"),
        text("organisation", "Organisation"),
        text("organisation_id", "Organisation id"),
        text("password", "Password"),
    ]);
    let shown = if made { secret } else { String::new() };
    sheet.row([
        user.email.to_string(),
        user.role.to_string(),
        org.name,
        org.id.to_string(),
        shown,
    ]);
    output.sheet(&sheet)?;
    if made {
        output.note("the password is kept nowhere: note it now");
    }
    Ok(())
}

/// The first line of standard input.
pub(super) fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
