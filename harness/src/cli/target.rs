//! From a name or URL to something that answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use strum::VariantArray;

use super::ExitCode;
use super::args::TargetSettings;
use super::profiles;
use super::signer;
use super::trouble::Trouble;
use crate::runner::{Allowance, Feature, Missing, Targets};
use crate::spec::{Field, Operation, Reply, Request, Vendor};
use crate::target::endpoint::{Endpoint, EndpointSettings, TimeMachine, is_real_service};
use crate::target::launched::{LaunchSettings, Launched};
use crate::target::profile::{self, ClockKind, Profile};
use crate::target::reference::{InProcess, Settings};
use crate::target::{Silence, Target};
use crate::wire::{HttpRequest, Signer, dialect};
use crate::wrapping::derive_bytes;

/// A target that has answered, and what its file says about it.
pub(super) struct Aim {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) subjects: Vec<Subject>,
    pub(super) missing: Vec<Missing>,
    pub(super) allowances: Vec<Allowance>,
    pub(super) jobs: usize,
    pub(super) patience: Duration,
    launched: Option<Arc<Launched>>,
}

/// What is judged by the rules of one vendor.
pub(super) struct Subject {
    pub(super) vendor: Vendor,
    pub(super) targets: Targets,
}

/// How long a service on a network may take until a change shows.
const PATIENCE: Duration = Duration::from_secs(5);

impl Aim {
    /// Makes, starts or finds the target that `name` stands for, and asks it for a first answer.
    pub(super) async fn take(
        name: &str,
        settings: &TargetSettings,
        seed: u64,
        day: Date,
    ) -> Result<Self, Trouble> {
        let mut aim = match name {
            "reference" => Self::at_reference(settings.dialect, seed, day)?,
            url if url.contains("://") => Self::at_url(url, settings).await?,
            name => {
                let file = profiles::find(name, settings.targets.as_deref())?;
                Self::at_profile(name, &file.profile, settings).await?
            }
        };
        if let Some(jobs) = settings.jobs {
            aim.jobs = jobs.into();
        }
        for feature in &settings.missing {
            aim.missing.push(declared(feature)?);
        }
        Ok(aim)
    }

    /// The file with what a started service prints.
    pub(super) fn output(&self) -> Option<&Path> {
        self.launched.as_deref().map(Launched::output)
    }

    /// Stops what was started.
    pub(super) async fn release(self) {
        drop(self.subjects);
        if let Some(launched) = self.launched.and_then(Arc::into_inner) {
            launched.stop().await;
        }
    }

    /// The reference, by the rules of every vendor unless one is asked for.
    fn at_reference(dialect: Option<Vendor>, seed: u64, day: Date) -> Result<Self, Trouble> {
        let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        let noon = noon.map_err(|error| Trouble::usage(format!("--as-of {day}: {error}")))?;
        let start = noon.timestamp();
        let subject = |vendor: Vendor| {
            let make = move |case: &str| -> Arc<dyn Target> {
                let mut own_seed = [0; 8];
                own_seed.copy_from_slice(&derive_bytes(seed, &format!("reference {case}"), 8));
                let own_seed = u64::from_be_bytes(own_seed);
                Arc::new(InProcess::new(Settings::of(vendor, own_seed, start)))
            };
            Subject {
                vendor,
                targets: Targets::Each(Arc::new(make)),
            }
        };
        let vendors = dialect.map_or_else(|| Vendor::VARIANTS.to_vec(), |one| vec![one]);
        let subjects = vendors.into_iter().map(subject).collect();
        let mut aim = Self::new("reference", subjects);
        aim.version = Some(env!("CARGO_PKG_VERSION").to_owned());
        aim.patience = Duration::ZERO;
        aim.jobs = std::thread::available_parallelism().map_or(1, Into::into);
        Ok(aim)
    }

    async fn at_url(url: &str, settings: &TargetSettings) -> Result<Self, Trouble> {
        check_cost(url, settings.real)?;
        let profile = settings.profile.clone();
        let vendor = settings.dialect.unwrap_or(Vendor::Aws);
        // Nobody's real signature belongs on an unencrypted line, and no emulator needs one.
        let signer = if url.starts_with("https://") || profile.is_some() {
            signer::of_vendor(vendor, profile, settings.region.clone()).await?
        } else {
            signer::well_known(settings.region.as_deref())
        };
        let first = signer.region.clone();
        let mut endpoint = endpoint_settings(url, signer, settings, None);
        endpoint.elsewhere.url = url_elsewhere(url, &first, &endpoint.elsewhere.region);
        let endpoint = connect(endpoint)?;
        greet(&endpoint, vendor).await?;
        Ok(Self::new(url, one(vendor, Arc::new(endpoint))))
    }

    async fn at_profile(
        name: &str,
        profile: &Profile,
        settings: &TargetSettings,
    ) -> Result<Self, Trouble> {
        check_cost(&profile.url("region").unwrap_or_default(), settings.real)?;
        let signer = signer::of_profile(profile, settings).await?;
        let url = profile.url(&signer.region).unwrap_or_default();
        let mut endpoint = endpoint_settings(&url, signer, settings, Some(profile));
        endpoint.elsewhere.url = profile.url(&endpoint.elsewhere.region);
        let vendor = profile.dialect;
        if settings.dialect.is_some_and(|asked| asked != vendor) {
            let message = format!("target {name} speaks {vendor}; leave --dialect out");
            return Err(Trouble::usage(message));
        }
        let mut aim = match profile.launch() {
            None => {
                let endpoint = connect(endpoint)?;
                greet(&endpoint, vendor).await?;
                Self::new(name, one(vendor, Arc::new(endpoint)))
            }
            Some(launch) => {
                let settings = LaunchSettings {
                    launch,
                    clock: profile.clock(),
                    endpoint,
                    bin_dirs: &settings.bin_dir,
                    output: &output_of(name),
                    probe: &move |endpoint| {
                        signed(endpoint, vendor, &Request::new(Operation::ListKeys))
                    },
                };
                let launched = Arc::new(Launched::start(settings).await.map_err(|error| {
                    Trouble::new(ExitCode::Unreachable, format!("target {name}: {error}"))
                })?);
                let mut aim = Self::new(name, one(vendor, launched.clone()));
                aim.launched = Some(launched);
                aim
            }
        };
        aim.version.clone_from(&profile.version);
        aim.jobs = profile.limits.concurrency.get().into();
        aim.missing = profile
            .declared_missing()
            .map(|(known, _)| known_missing(known))
            .collect();
        aim.allowances = profile
            .allowances()
            .flat_map(|(known, _)| allowances(known))
            .collect();
        Ok(aim)
    }

    fn new(name: &str, subjects: Vec<Subject>) -> Self {
        Self {
            name: name.to_owned(),
            version: None,
            subjects,
            missing: Vec::new(),
            allowances: Vec::new(),
            jobs: profile::Limits::default().concurrency.get().into(),
            patience: PATIENCE,
            launched: None,
        }
    }
}

/// One service for all cases.
fn one(vendor: Vendor, target: Arc<dyn Target>) -> Vec<Subject> {
    let targets = Targets::One(target);
    vec![Subject { vendor, targets }]
}

/// Where the output of a started service is kept, for each run its own.
fn output_of(name: &str) -> PathBuf {
    let run = std::process::id();
    std::env::temp_dir().join(format!("byokcheck-{name}-{run}.log"))
}

fn endpoint_settings(
    url: &str,
    signer: Signer,
    settings: &TargetSettings,
    profile: Option<&Profile>,
) -> EndpointSettings {
    let mut endpoint = EndpointSettings::new(url, signer, Arc::new(Timestamp::now));
    let limit = profile.map(|profile| profile.limits.timeout_seconds.get());
    if let Some(seconds) = settings.timeout.or(limit) {
        endpoint.timeout = Duration::from_secs(seconds.into());
    }
    let declared = profile.and_then(|profile| profile.replica_region.clone());
    if let Some(region) = settings.replica_region.clone().or(declared) {
        endpoint.elsewhere.region = region;
    }
    match profile.map(Profile::clock) {
        Some(ClockKind::Hook { path }) => endpoint.time = TimeMachine::Hook { path: path.clone() },
        Some(ClockKind::Fixed {
            longest_wait_seconds,
        }) => {
            endpoint.time = TimeMachine::Fixed {
                longest_wait: Duration::from_secs((*longest_wait_seconds).into()),
                reason: "the target file names no way".to_owned(),
            };
        }
        Some(ClockKind::Faketime) | None => {}
    }
    endpoint
}

/// The address in another Region, where an address names its Region.
fn url_elsewhere(url: &str, region: &str, other: &str) -> Option<String> {
    let names_it = url.split(['.', '/', ':']).any(|part| part == region);
    names_it.then(|| url.replace(region, other))
}

fn connect(settings: EndpointSettings) -> Result<Endpoint, Trouble> {
    Endpoint::connect(settings).map_err(|error| Trouble::usage(error.to_string()))
}

/// Keeps us from making keys that cost money unless somebody allowed it.
fn check_cost(url: &str, real: bool) -> Result<(), Trouble> {
    if !real && is_real_service(url) {
        let message = format!(
            "{url} is a real service, where keys cost money until they are deleted; say --real to make some there"
        );
        return Err(Trouble::new(ExitCode::Stopped, message));
    }
    Ok(())
}

/// Whether a key management service is there, and takes our signature for good.
async fn greet(target: &dyn Target, vendor: Vendor) -> Result<(), Trouble> {
    let mut strange = String::new();
    for request in greetings() {
        match answer_to(target, vendor, &request).await? {
            Reply::Unusable { because } => strange = because,
            Reply::Refused(refusal) if dialect(vendor).is_unknown_caller(&refusal) => {
                let remedy = "give other credentials with --profile or the target file";
                return Err(unreachable(target, &refusal.code, remedy));
            }
            _ => return Ok(()),
        }
    }
    let cause = format!("what answers there is no key management service: {strange}");
    Err(unreachable(target, &cause, "correct --target"))
}

async fn answer_to(
    target: &dyn Target,
    vendor: Vendor,
    request: &Request,
) -> Result<Reply, Trouble> {
    match target.send(signed(target, vendor, request)).await {
        Ok(reply) => Ok(dialect(vendor).decode_reply(request.operation, &reply)),
        Err(silence) => {
            let remedy = match silence {
                Silence::Unreachable(_) => "start the service, or correct --target",
                _ => "see whether the service is well",
            };
            Err(unreachable(target, &silence.to_string(), remedy))
        }
    }
}

fn unreachable(target: &dyn Target, cause: &str, remedy: &str) -> Trouble {
    Trouble::new(
        ExitCode::Unreachable,
        format!("{}: {cause}; {remedy}", target.url()),
    )
}

/// Calls that change nothing; a service may lack one of them, but hardly both.
fn greetings() -> [Request; 2] {
    let unknown_key = "00000000-0000-4000-8000-000000000000";
    let describe = Request::new(Operation::DescribeKey).with(Field::KeyId, unknown_key);
    [Request::new(Operation::ListKeys), describe]
}

fn signed(target: &dyn Target, vendor: Vendor, request: &Request) -> HttpRequest {
    let dialect = dialect(vendor);
    let request = dialect.encode_request(request);
    dialect.sign(request, target.host(), target.signer(), target.now())
}

fn declared(feature: &str) -> Result<Missing, Trouble> {
    let feature: Feature = feature
        .parse()
        .map_err(|cause| Trouble::usage(format!("--missing: {cause}")))?;
    Ok(Missing {
        feature,
        reason: "--missing".to_owned(),
    })
}

fn known_missing(missing: &profile::Missing) -> Missing {
    Missing {
        feature: missing.feature,
        reason: missing.reason.as_str().to_owned(),
    }
}

fn allowances(known: &profile::Allowance) -> impl Iterator<Item = Allowance> {
    known.scenarios.iter().map(|scenarios| Allowance {
        scenarios: scenarios.clone(),
        reason: known.reason.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::url_elsewhere;

    #[test]
    fn an_address_that_names_its_region_has_another_one_elsewhere() {
        let elsewhere = |url| url_elsewhere(url, "eu-west-1", "eu-west-2");
        for (url, expected) in [
            (
                "https://kms.eu-west-1.amazonaws.com",
                Some("https://kms.eu-west-2.amazonaws.com"),
            ),
            ("http://127.0.0.1:4566", None),
            ("http://eu-west-10.example:4566", None),
        ] {
            assert_eq!(elsewhere(url).as_deref(), expected, "{url}");
        }
    }
}
