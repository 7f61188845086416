//! A service that we start: on a free port, in a folder and a process group of its own, stopped by its own id.
//!
//! Knows no dialect: what shows that the service is ready is a request that the caller makes.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf, absolute};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::endpoint::{ConnectError, Endpoint, EndpointSettings, TimeMachine};
use super::profile::{ClockKind, Launch};
use super::shift::Shift;
use super::{Answer, Passing, Target, Template, Variable};
use crate::wire::{HttpRequest, Signer};

/// A running service that we started. Dropping it kills it; [`Launched::stop`] is kinder.
#[derive(Debug)]
pub struct Launched {
    endpoint: Endpoint,
    process: Process,
    output: PathBuf,
}

/// How to start a service, besides what its target file says.
pub struct LaunchSettings<'a> {
    /// The part of the target file.
    pub launch: &'a Launch,
    /// What makes time pass for it.
    pub clock: &'a ClockKind,
    /// Who signs, time-outs and the wall clock; URL and time machine are filled in.
    pub endpoint: EndpointSettings,
    /// Folders that are searched for the program before the usual ones.
    pub bin_dirs: &'a [PathBuf],
    /// Where its output is kept.
    pub output: &'a Path,
    /// Makes a signed request; any answer below 500 to it shows that the service is ready.
    pub probe: &'a (dyn Fn(&Endpoint) -> HttpRequest + Sync),
}

/// The service did not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// There is no such program.
    #[error("program {0:?} is not found; install it, or name its folder with --bin-dir")]
    NoProgram(String),
    /// A file, folder or port could not be had.
    #[error("cannot start the service: {what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system says.
        error: io::Error,
    },
    /// The process is there, and its address is none.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// It ended by itself.
    #[error("the service ended with {status} before it was ready; its output ({}) ends with:\n{tail}", output.display())]
    Ended {
        /// How.
        status: ExitStatus,
        /// Where all of its output is.
        output: PathBuf,
        /// The last lines.
        tail: String,
    },
    /// It runs and does not answer.
    #[error("the service is not ready after {after:?} ({last}); its output ({}) ends with:\n{tail}", output.display())]
    NotReady {
        /// How long was waited.
        after: Duration,
        /// What the last attempt led to.
        last: String,
        /// Where all of its output is.
        output: PathBuf,
        /// The last lines.
        tail: String,
    },
}

impl Launched {
    /// Starts the service and waits until it answers.
    ///
    /// # Errors
    /// It cannot be started, ends early or does not answer in time. Nothing is left running then.
    pub async fn start(settings: LaunchSettings<'_>) -> Result<Self, LaunchError> {
        let folder = tempfile::tempdir().map_err(trouble("its folder"))?;
        let port = free_port().map_err(trouble("a free port"))?;
        let time = time_machine(settings.clock, folder.path())
            .map_err(trouble("the file for its clock"))?;
        let mut command = command(&settings, folder.path(), port)?;
        if let TimeMachine::Shift(shift) = &time {
            command.envs(shift.environment());
        }
        let endpoint = Endpoint::connect(EndpointSettings {
            url: format!("http://{}:{port}", Ipv4Addr::LOCALHOST),
            time,
            ..settings.endpoint
        })?;
        let mut process = Process::start(command, folder)?;
        let group = process.group();
        let after = settings.launch.ready();
        let mut last = "no attempt".to_owned();
        let status = tokio::select! {
            biased;
            status = process.child.wait() => Some(status.map_err(trouble("its end"))?),
            () = answers(&endpoint, settings.probe, &mut last) => {
                let output = settings.output.to_owned();
                return Ok(Self { endpoint, process, output });
            }
            () = tokio::time::sleep(after) => None,
        };
        // Also when the process itself is gone: its children may not be.
        group.kill();
        let output = settings.output.to_owned();
        let tail = last_lines(&output);
        Err(match status {
            Some(status) => LaunchError::Ended {
                status,
                output,
                tail,
            },
            None => LaunchError::NotReady {
                after,
                last,
                output,
                tail,
            },
        })
    }

    /// Asks the service to end, and ends it after five seconds.
    pub async fn stop(mut self) {
        self.process.stop().await;
    }

    /// The file with what it has printed.
    #[must_use]
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Its process id, for people.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.child.id()
    }
}

impl Target for Launched {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        self.endpoint.send(request)
    }

    fn host(&self) -> &str {
        self.endpoint.host()
    }

    fn url(&self) -> &str {
        self.endpoint.url()
    }

    fn signer(&self) -> &Signer {
        self.endpoint.signer()
    }

    fn now(&self) -> Timestamp {
        self.endpoint.now()
    }

    fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
        self.endpoint.pass_time(by)
    }

    fn elsewhere(&self) -> Option<&dyn Target> {
        self.endpoint.elsewhere()
    }
}

fn command(
    settings: &LaunchSettings<'_>,
    folder: &Path,
    port: u16,
) -> Result<Command, LaunchError> {
    let region = &settings.endpoint.signer.region;
    let fill = |text: &Template| {
        text.fill(|variable| match variable {
            Variable::Port => port.to_string(),
            Variable::Dir => folder.display().to_string(),
            Variable::Region => region.clone(),
        })
    };
    let mut words = settings.launch.command.iter().map(fill);
    let program = words.next().unwrap_or_default();
    let output = create(settings.output).map_err(trouble("the file for its output"))?;
    let errors = output
        .try_clone()
        .map_err(trouble("the file for its output"))?;

    let mut command = Command::new(find(&program, settings.bin_dirs).map_err(trouble("its path"))?);
    command
        .args(words)
        .envs(
            settings
                .launch
                .env
                .iter()
                .map(|(name, value)| (name, fill(value))),
        )
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .kill_on_drop(true);
    for name in PRIVATE {
        if !settings.launch.env.contains_key(name) {
            command.env_remove(name);
        }
    }
    #[cfg(unix)]
    command.process_group(0);
    Ok(command)
}

/// A person's keys are no business of a service under test.
const PRIVATE: [&str; 8] = [
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_PROFILE",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
];

/// The program in one of the folders; else its bare name, which the system looks up.
fn find(program: &str, bin_dirs: &[PathBuf]) -> io::Result<PathBuf> {
    let bare = Path::new(program).components().count() == 1;
    let known = bin_dirs
        .iter()
        .map(|folder| folder.join(program))
        .find(|path| path.is_file());
    match known {
        Some(path) if bare => absolute(path),
        // The process starts in another folder.
        _ if !bare => absolute(program),
        _ => Ok(program.into()),
    }
}

fn create(output: &Path) -> io::Result<File> {
    if let Some(folder) = output.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(output)
}

/// Another process may take the port before the service does; then the service ends, and says so.
fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn time_machine(clock: &ClockKind, folder: &Path) -> io::Result<TimeMachine> {
    let fixed = |longest_wait_seconds: u32, reason: &str| TimeMachine::Fixed {
        longest_wait: Duration::from_secs(longest_wait_seconds.into()),
        reason: reason.to_owned(),
    };
    Ok(match clock {
        ClockKind::Hook { path } => TimeMachine::Hook { path: path.clone() },
        ClockKind::Fixed {
            longest_wait_seconds,
        } => fixed(*longest_wait_seconds, "its target file knows no way"),
        ClockKind::Faketime => match Shift::library() {
            Some(library) => TimeMachine::Shift(Shift::new(library, folder)?),
            None => fixed(5, "libfaketime is not installed; apt-get install faketime"),
        },
    })
}

async fn answers(
    endpoint: &Endpoint,
    probe: &(dyn Fn(&Endpoint) -> HttpRequest + Sync),
    last: &mut String,
) {
    loop {
        match endpoint.send(probe(endpoint)).await {
            Ok(reply) if reply.status < 500 => return,
            Ok(reply) => *last = format!("it answers with status {}", reply.status),
            Err(silence) => *last = silence.to_string(),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn last_lines(output: &Path) -> String {
    const LINES: usize = 12;
    let text = end_of(output).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(LINES));
    last.map(|line| format!("    {line}\n")).collect()
}

/// The last bytes of a file of any size.
fn end_of(path: &Path) -> io::Result<Vec<u8>> {
    const ENOUGH: u64 = 16 * 1024;
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(ENOUGH);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.take(ENOUGH).read_to_end(&mut end)?;
    Ok(end)
}

fn trouble(what: &str) -> impl FnOnce(io::Error) -> LaunchError {
    let what = what.to_owned();
    move |error| LaunchError::Io { what, error }
}

/// A process with its children, and the folder that it may write to.
#[derive(Debug)]
struct Process {
    child: Child,
    _folder: TempDir,
}

impl Process {
    fn start(mut command: Command, folder: TempDir) -> Result<Self, LaunchError> {
        let program = command
            .as_std()
            .get_program()
            .to_string_lossy()
            .into_owned();
        match command.spawn() {
            Ok(child) => Ok(Self {
                child,
                _folder: folder,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(LaunchError::NoProgram(program))
            }
            Err(error) => Err(trouble(&format!("program {program:?}"))(error)),
        }
    }

    async fn stop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let group = self.group();
        group.ask_to_end();
        let _ = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        group.kill();
        let _ = self.child.wait().await;
    }

    /// Nothing once the process has been waited for: its id may then be another's.
    fn group(&self) -> Group {
        Group(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.group().kill();
    }
}

/// The processes of one launch.
struct Group(Option<u32>);

#[cfg(unix)]
impl Group {
    fn ask_to_end(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(&self) {
        self.signal(rustix::process::Signal::KILL);
    }

    /// A group that is gone needs no signal.
    fn signal(&self, signal: rustix::process::Signal) {
        let id = self.0.and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}

#[cfg(not(unix))]
impl Group {
    #[expect(
        clippy::unused_self,
        reason = "the process itself is killed when it is dropped"
    )]
    fn ask_to_end(&self) {}

    #[expect(
        clippy::unused_self,
        reason = "the process itself is killed when it is dropped"
    )]
    fn kill(&self) {}
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
