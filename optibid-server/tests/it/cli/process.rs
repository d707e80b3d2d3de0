//! Runs the command in a folder of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder to work in, with an SQLite database in it once something is stored.
pub(super) struct Folder(TempDir);

/// What a command left behind.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Done {
    #[track_caller]
    pub(super) fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.out, self.err
        );
        self
    }

    /// The rows of `--format json`.
    pub(super) fn rows(&self) -> Vec<serde_json::Value> {
        let whole: serde_json::Value = serde_json::from_str(&self.out).expect("JSON");
        whole["rows"].as_array().expect("rows").clone()
    }
}

impl Folder {
    pub(super) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(super) fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// What lies in the folder.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// The command with nothing of the surrounding environment but what it needs to start.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_optibid"));
        command.args(args).current_dir(self.0.path()).env_clear();
        command.env("LOG_LEVEL", "warn");
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Done {
        done(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    pub(super) fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Done {
        let mut command = self.command(args);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        done(command.output().unwrap())
    }

    pub(super) fn run_fed(&self, args: &[&str], input: &str) -> Done {
        let mut command = self.command(args);
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        done(child.wait_with_output().unwrap())
    }
}

fn done(output: Output) -> Done {
    Done {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
