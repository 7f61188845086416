//! Shifts the clock of a launched process with libfaketime, which reads an offset from a file at every look at
//! the clock.
//!
//! Programs that do not ask the C library for the time (static Go binaries) stay where they are; whoever moves a
//! clock compares the service's answers before and after. What this cannot mend: under libfaketime 0.9.10, sleeping
//! until a moment of the monotonic clock fails (`time.sleep` of Python 3.11 and later raises an `OSError`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::SignedDuration;

/// The shifted clock of one process.
#[derive(Debug)]
pub struct Shift {
    library: PathBuf,
    file: PathBuf,
    offset: Mutex<i64>,
}

impl Shift {
    /// Where this machine has libfaketime, in the variant for programs with threads.
    #[must_use]
    pub fn library() -> Option<PathBuf> {
        folders()
            .into_iter()
            .flat_map(|folder| NAMES.map(|name| folder.join(name)))
            .find(|path| path.is_file())
    }

    /// A clock that runs with the machine's, kept in a file in `folder`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(library: PathBuf, folder: &Path) -> io::Result<Self> {
        let shift = Self {
            library,
            file: folder.join("clock-offset"),
            offset: Mutex::new(0),
        };
        shift.write(0)?;
        Ok(shift)
    }

    /// What the process must find in its environment.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let mut environment = vec![
            (PRELOAD, self.library.clone()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.clone()),
            ("FAKETIME_NO_CACHE", "1".into()),
            // Sleeps and time-outs of the process keep their length.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
            // Else version 0.9.10 ends every wait for a condition at once, and each waiting thread spins: Python
            // waits so for its interpreter lock.
            ("FAKETIME_FORCE_MONOTONIC_FIX", "0".into()),
        ];
        if cfg!(target_os = "macos") {
            environment.push(("DYLD_FORCE_FLAT_NAMESPACE", "1".into()));
        }
        environment
    }

    /// Moves the clock; whole seconds.
    ///
    /// # Errors
    /// The file cannot be written; then the clock stays where it was.
    pub fn advance(&self, by: SignedDuration) -> io::Result<()> {
        let mut offset = self
            .offset
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let moved = offset.saturating_add(by.as_secs());
        self.write(moved)?;
        *offset = moved;
        Ok(())
    }

    /// A reader sees the old offset or the new one, never half a number.
    fn write(&self, offset: i64) -> io::Result<()> {
        let fresh = self.file.with_extension("new");
        fs::write(&fresh, format!("{offset:+}"))?;
        fs::rename(fresh, &self.file)
    }
}

const PRELOAD: &str = if cfg!(target_os = "macos") {
    "DYLD_INSERT_LIBRARIES"
} else {
    "LD_PRELOAD"
};

const NAMES: [&str; 2] = ["libfaketimeMT.so.1", "libfaketimeMT.1.dylib"];

/// `/usr/lib/<machine>/faketime` as Debian has it, and where others install it.
fn folders() -> Vec<PathBuf> {
    let machines = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = machines
        .map(|entry| entry.path().join("faketime"))
        .collect();
    folders.sort();
    let usual = [
        "/usr/lib/faketime",
        "/usr/lib64/faketime",
        "/usr/local/lib/faketime",
        "/opt/homebrew/lib/faketime",
        "/opt/homebrew/opt/libfaketime/lib/faketime",
        "/usr/local/opt/libfaketime/lib/faketime",
    ];
    folders.extend(usual.map(PathBuf::from));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_add_up_in_the_file_that_libfaketime_reads() {
        let folder = tempfile::tempdir().unwrap();
        let shift = Shift::new("/lib/faketime.so".into(), folder.path()).unwrap();
        let environment = shift.environment();
        let file = environment
            .iter()
            .find(|(name, _)| *name == "FAKETIME_TIMESTAMP_FILE");
        let offset = || fs::read_to_string(&file.unwrap().1).unwrap();

        assert_eq!(offset(), "+0");
        shift.advance(SignedDuration::from_hours(25)).unwrap();
        assert_eq!(offset(), "+90000");
        shift.advance(SignedDuration::from_secs(61)).unwrap();
        assert_eq!(offset(), "+90061");
        shift.advance(SignedDuration::from_hours(-26)).unwrap();
        assert_eq!(offset(), "-3539");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Prints the processor time that a thread spends on waiting for Python's interpreter lock.
    const WAITS_FOR_THE_LOCK: &str = "\
import os, sys, threading, time
sys.setswitchinterval(0.1)
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
began = time.thread_time()
for _ in range(5): threading.Event().wait(0.01)
print(time.thread_time() - began, flush=True)
os._exit(0)
";

    #[test]
    fn a_thread_of_a_shifted_process_that_waits_does_not_spin() {
        let folder = tempfile::tempdir().unwrap();
        let Some(library) = Shift::library() else {
            return;
        };
        let shift = Shift::new(library, folder.path()).unwrap();
        shift.advance(SignedDuration::from_hours(24)).unwrap();
        let mut python = std::process::Command::new("python3");
        python.args(["-c", WAITS_FOR_THE_LOCK]);
        let Ok(output) = python.envs(shift.environment()).output() else {
            return;
        };
        let spent: f64 = String::from_utf8_lossy(&output.stdout)
            .trim()
            .parse()
            .unwrap();
        assert!(spent < 0.02, "it spun for {spent} s");
    }
}
