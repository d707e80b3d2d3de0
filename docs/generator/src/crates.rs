//! Which crate of the workspace knows which, and whether the design allows it.

use crate::output::Page;
use crate::svg::{Anchor, Svg, class};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What each crate may know: `core <- engine | storage | streaming | venues | client`, all but the client
/// `<- server`, `client | server <- tui | desktop`. Each crate is on a row above those it knows.
const DESIGN: [(&str, &[&str]); 9] = [
    ("optibid-core", &[]),
    ("optibid-engine", &["optibid-core"]),
    ("optibid-storage", &["optibid-core"]),
    ("optibid-streaming", &["optibid-core"]),
    ("optibid-venues", &["optibid-core"]),
    ("optibid-client", &["optibid-core"]),
    (
        "optibid-server",
        &[
            "optibid-core",
            "optibid-engine",
            "optibid-storage",
            "optibid-streaming",
            "optibid-venues",
        ],
    ),
    (
        "optibid-desktop",
        &["optibid-core", "optibid-client", "optibid-server"],
    ),
    (
        "optibid-tui",
        &["optibid-core", "optibid-client", "optibid-server"],
    ),
];

/// Which crate knows which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrows(BTreeMap<String, BTreeSet<String>>);

impl Arrows {
    /// Arrows that are given.
    #[must_use]
    pub fn of(known: &[(&str, &[&str])]) -> Self {
        let owned = |(name, knows): &(&str, &[&str])| {
            let knows = knows.iter().map(|k| (*k).to_owned()).collect();
            ((*name).to_owned(), knows)
        };
        Self(known.iter().map(owned).collect())
    }

    /// Of what `cargo metadata --no-deps` prints, those between the workspace's own crates. Only what a crate
    /// itself is built with counts, not what its tests use, and only crates that are published: benches, examples
    /// and this program may know all.
    ///
    /// # Errors
    /// When the text is not what cargo prints.
    pub fn read(metadata: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(metadata)?;
        let packages = metadata["packages"]
            .as_array()
            .context("cargo names the packages")?;
        let published = |p: &&Value| p["publish"].as_array().is_none_or(|to| !to.is_empty());
        let mut arrows = BTreeMap::new();
        for package in packages.iter().filter(published) {
            let name = package["name"].as_str().context("a package has a name")?;
            let built = package["dependencies"].as_array().into_iter().flatten();
            let built = built.filter(|d| d["kind"] != "dev" && d["path"].is_string());
            let knows = built.filter_map(|d| d["name"].as_str().map(str::to_owned));
            arrows.insert(name.to_owned(), knows.collect());
        }
        Ok(Self(arrows))
    }

    /// Every arrow, and every crate, that the design does not know.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, knows) in &self.0 {
            let Some((_, allowed)) = DESIGN.iter().find(|(known, _)| known == name) else {
                faults.push(format!("{name} is not in the design: say in docs/generator/src/crates.rs what it may know"));
                continue;
            };
            let strays = knows
                .iter()
                .filter(|other| !allowed.contains(&other.as_str()));
            faults.extend(strays.map(|other| format!("{name} may not know {other}")));
        }
        faults
    }

    /// How many rows of crates lie below.
    fn height(&self, name: &str) -> usize {
        let known = self.0.get(name).into_iter().flatten();
        known.map(|other| 1 + self.height(other)).max().unwrap_or(0)
    }
}

/// The picture of the crates, and who knows whom in words.
pub(crate) fn pages(root: &Path) -> Result<Vec<Page>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .context("starting cargo")?;
    let arrows = Arrows::read(&String::from_utf8_lossy(&told.stdout))?;
    let faults = arrows.faults();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    let source = "cargo metadata";
    Ok(vec![Page::figure("crates", source, &draw(&arrows))])
}

const BOX: (f64, f64) = (128.0, 34.0);

fn draw(arrows: &Arrows) -> String {
    let mut rows: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for name in arrows.0.keys() {
        rows.entry(arrows.height(name)).or_default().push(name);
    }
    let top = rows.keys().next_back().copied().unwrap_or(0);
    let mut places = BTreeMap::new();
    for (row, names) in &rows {
        let y = 10.0 + 90.0 * (top - row) as f64;
        let gap = 720.0 / names.len() as f64;
        for (i, name) in names.iter().enumerate() {
            places.insert(*name, (gap * (i as f64 + 0.5), y));
        }
    }
    let mut svg = Svg::new(720.0, 90.0 * top as f64 + 80.0);
    for (name, knows) in &arrows.0 {
        // What is known by way of another need not be drawn again.
        let beyond = |other: &&String| {
            !knows
                .iter()
                .any(|k| arrows.0.get(k).is_some_and(|of| of.contains(*other)))
        };
        for other in knows.iter().filter(beyond) {
            if let (Some(from), Some(to)) = (places.get(name.as_str()), places.get(other.as_str()))
            {
                arrow(&mut svg, (from.0, from.1 + BOX.1), *to);
            }
        }
    }
    for (name, (x, y)) in &places {
        let knows = arrows
            .0
            .get(*name)
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>();
        let says = if knows.is_empty() {
            "knows none".to_owned()
        } else {
            format!("knows {}", knows.join(", "))
        };
        svg.bar((x - BOX.0 / 2.0, *y, BOX.0, BOX.1), class::BOX, &says);
        svg.text((*x, y + 21.0), Anchor::Middle, (class::STRONG, name));
    }
    let below = 90.0 * top as f64 + 66.0;
    svg.text((8.0, below), Anchor::Start, (class::DIM, "an arrow points to the crate that is known; what is known by way of another is left out"));
    svg.finish("Which crate knows which")
}

fn arrow(svg: &mut Svg, from: (f64, f64), to: (f64, f64)) {
    svg.line(from, to, class::LINE);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let (ux, uy) = (dx / length * 8.0, dy / length * 8.0);
    let back = (to.0 - ux, to.1 - uy);
    let wings = [
        (back.0 - uy * 0.45, back.1 + ux * 0.45),
        to,
        (back.0 + uy * 0.45, back.1 - ux * 0.45),
    ];
    svg.surface(&wings, class::TOTAL);
}
