//! The disk under the databases, and how often it was told to make things permanent.

use anyhow::Context;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Instant;

/// A block device.
pub(crate) struct Disk {
    numbers: (u64, u64),
    file_system: String,
}

impl Disk {
    /// The device that holds a folder.
    ///
    /// # Errors
    /// When it holds its files in memory, where a flush means nothing.
    pub(crate) fn of(folder: &Path) -> anyhow::Result<Self> {
        let device = std::fs::metadata(folder)?.dev();
        let numbers = (
            (device >> 8) & 0xfff,
            (device & 0xff) | ((device >> 12) & 0xfff00),
        );
        let mounts = std::fs::read_to_string("/proc/self/mountinfo")?;
        let wanted = format!("{}:{}", numbers.0, numbers.1);
        let file_system = mounts
            .lines()
            .filter(|line| line.split(' ').nth(2) == Some(&wanted))
            .find_map(|line| line.split_once(" - ")?.1.split(' ').next())
            .context("the folder's file system is not mounted")?;
        anyhow::ensure!(
            !matches!(file_system, "tmpfs" | "ramfs"),
            "{} lies in memory: set TMPDIR to a folder on a disk",
            folder.display()
        );
        Ok(Self {
            numbers,
            file_system: file_system.to_owned(),
        })
    }

    /// Name, file system, and whether the device has a cache that a flush must empty.
    pub(crate) fn describe(&self) -> String {
        let (major, minor) = self.numbers;
        let cache =
            std::fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/queue/write_cache"));
        let cache = cache.unwrap_or_else(|_| "unknown".to_owned());
        format!(
            "device {major}:{minor}, {}, write cache: {}",
            self.file_system,
            cache.trim()
        )
    }

    /// Flushes that the device has completed since the machine started; zero where the kernel does not count.
    ///
    /// # Errors
    /// When the kernel's statistics cannot be read.
    pub(crate) fn flushes(&self) -> anyhow::Result<u64> {
        let statistics = std::fs::read_to_string("/proc/diskstats")?;
        let (major, minor) = (self.numbers.0.to_string(), self.numbers.1.to_string());
        let fields = statistics
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .find(|fields| fields.first() == Some(&&*major) && fields.get(1) == Some(&&*minor));
        // Documentation/admin-guide/iostats.rst: field 16 after the name is the number of flushes.
        let flushes = fields.as_ref().and_then(|fields| fields.get(18));
        Ok(flushes.map_or(Ok(0), |count| count.parse())?)
    }

    /// How long a write of 4 KiB takes to become permanent, milliseconds.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn flush_ms(&self, folder: &Path) -> anyhow::Result<f64> {
        let mut file = File::create(folder.join("flush"))?;
        let mut times = Vec::new();
        for _ in 0..200 {
            let start = Instant::now();
            file.write_all(&[1; 4096])?;
            file.sync_data()?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        Ok(times.get(100).map_or(0.0, |time| time.as_secs_f64() * 1e3))
    }
}
