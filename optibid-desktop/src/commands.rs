//! What the page may ask for. Each command is named in `build.rs` and allowed in `capabilities/main.json`.

use crate::connection::{self, Answer, Call, Fault};
use crate::desk::{Desk, Whereabouts};
use crate::frame;
use crate::line::{self, Heard, Lines};
use crate::link::Links;
use crate::saving;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tauri::ipc::{Channel, InvokeBody, Request, Response};
use tauri::{AppHandle, State};
use tauri_plugin_notification::NotificationExt as _;

type Shared<'a> = State<'a, Arc<Desk>>;

#[derive(Serialize)]
struct Head<'a> {
    status: u16,
    headers: BTreeMap<&'a str, &'a str>,
}

fn framed(answer: Result<Answer, Fault>) -> Result<Response, String> {
    let answer = answer.map_err(|fault| fault.to_string())?;
    let head = Head {
        status: answer.status().as_u16(),
        headers: connection::told(&answer),
    };
    frame::join(&head, answer.body()).map(Response::new)
}

/// The bytes that came with a command. Where the web view carries none, they come as a list of numbers.
fn bytes(request: &Request<'_>) -> Result<Vec<u8>, String> {
    match request.body() {
        InvokeBody::Raw(bytes) => Ok(bytes.clone()),
        InvokeBody::Json(list) => {
            serde_json::from_value(list.clone()).map_err(|error| error.to_string())
        }
    }
}

/// A request to the server in use, as whoever is signed in.
#[tauri::command]
pub(crate) async fn call(desk: Shared<'_>, request: Request<'_>) -> Result<Response, String> {
    let whole = bytes(&request)?;
    let (call, body) = frame::split::<Call>(&whole)?;
    framed(desk.call(&call, body).await)
}

/// Signs in.
#[tauri::command]
pub(crate) async fn sign_in(desk: Shared<'_>, body: Value) -> Result<Response, String> {
    framed(desk.open("/api/auth/login", &body).await)
}

/// Founds an organisation and signs in.
#[tauri::command]
pub(crate) async fn register(desk: Shared<'_>, body: Value) -> Result<Response, String> {
    framed(desk.open("/api/auth/register", &body).await)
}

/// Gets new tokens.
#[tauri::command]
pub(crate) async fn renew(desk: Shared<'_>) -> Result<Response, String> {
    framed(renewed(&desk).await)
}

async fn renewed(desk: &Desk) -> Result<Answer, Fault> {
    desk.connection().await?.renew().await
}

/// Signs out.
#[tauri::command]
pub(crate) async fn sign_out(desk: Shared<'_>) -> Result<(), String> {
    desk.sign_out().await.map_err(|fault| fault.to_string())
}

/// Where the app works.
#[tauri::command]
pub(crate) async fn whereabouts(desk: Shared<'_>) -> Result<Whereabouts, String> {
    Ok(desk.whereabouts().await)
}

/// Works with a server from now on; its address as it was understood.
#[tauri::command]
pub(crate) async fn use_server(desk: Shared<'_>, address: String) -> Result<String, String> {
    desk.use_server(&address).await
}

/// Works with a platform inside the app from now on, signed in.
#[tauri::command]
pub(crate) async fn use_local(desk: Shared<'_>) -> Result<(), String> {
    desk.use_local().await
}

/// Opens a line to the server; its number.
#[tauri::command]
pub(crate) async fn open_line(
    desk: Shared<'_>,
    lines: State<'_, Arc<Lines>>,
    path: String,
    heard: Channel<Heard>,
) -> Result<u32, String> {
    let (id, said) = lines.begin();
    let (desk, lines) = (desk.inner().clone(), lines.inner().clone());
    tokio::spawn(async move {
        line::run(&desk, &path, said, &heard).await;
        lines.end(id);
    });
    Ok(id)
}

/// Says something into a line.
#[tauri::command]
pub(crate) fn send_line(lines: State<'_, Arc<Lines>>, id: u32, text: String) {
    lines.say(id, text);
}

/// Closes a line.
#[tauri::command]
pub(crate) fn close_line(lines: State<'_, Arc<Lines>>, id: u32) {
    lines.end(id);
}

/// Tells the page of links that were opened outside.
#[tauri::command]
pub(crate) fn listen_links(links: State<'_, Arc<Links>>, opened: Channel<String>) {
    links.listen(opened);
}

/// Saves a file where the user says; whether one was saved.
#[tauri::command]
pub(crate) async fn save(app: AppHandle, request: Request<'_>) -> Result<bool, String> {
    let whole = bytes(&request)?;
    let (name, content) = frame::split::<String>(&whole)?;
    saving::ask(&app, &name, content.to_vec()).await
}

/// A notification of the system.
#[tauri::command]
pub(crate) fn notify(app: AppHandle, title: String, body: String) -> Result<(), String> {
    let shown = app.notification().builder().title(title).body(body).show();
    shown.map_err(|error| error.to_string())
}
