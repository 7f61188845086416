//! Target files: where a service is or how it is started, and in what it is known to differ.
//!
//! Text to [`Profile`], or an error with its place. Opens no file, no socket and no process.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::{Template, Variable};
use crate::spec::Vendor;
use crate::wire::{Format, Manner, SignatureVersion};

pub use credentials::CredentialSource;
pub use feature::Feature;

/// What is known about one service.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What reports call it.
    pub name: Sentence,
    /// The version that the rest of the file was seen on.
    pub version: Option<String>,
    /// Whose requests it understands.
    pub dialect: Vendor,
    /// What it is, in a sentence or two.
    pub about: Sentence,
    /// The Region in signatures; with `credentials.source`, the Region of that source unless it stands here.
    pub region: Option<String>,
    /// The Region that replicas of keys are made in; by default us-west-2, or us-east-1 beside it.
    pub replica_region: Option<String>,
    /// Who signs.
    pub credentials: CredentialSource,
    /// Which signature it wants, where its vendor has several; by default that of today's clients.
    pub signature: Option<SignatureVersion>,
    /// In which format it shall answer, where its vendor has several; by default JSON.
    pub format: Option<Format>,
    /// How much it may be asked for.
    #[serde(default)]
    pub limits: Limits,
    #[schemars(with = "Option<Template>")]
    url: Option<Spanned<Template>>,
    #[schemars(with = "Option<Launch>")]
    launch: Option<Spanned<Launch>>,
    #[schemars(with = "Option<ClockKind>")]
    clock: Option<Spanned<ClockKind>>,
    #[serde(default)]
    #[schemars(with = "Vec<Missing>")]
    missing: Vec<Spanned<Missing>>,
    #[serde(default)]
    #[schemars(with = "Vec<Allowance>")]
    allowance: Vec<Spanned<Allowance>>,
}

/// How to start a service.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Launch {
    /// The program and its arguments; `${port}`, `${dir}` and `${region}` are replaced.
    pub command: Vec<Template>,
    /// What is added to its environment, with the same variables.
    #[serde(default)]
    pub env: BTreeMap<String, Template>,
    /// How long it may take until it answers, in seconds.
    #[serde(default = "a_minute")]
    pub ready_seconds: u32,
}

/// What makes time pass for the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum ClockKind {
    /// The clock of a launched process is shifted with libfaketime.
    Faketime,
    /// The service offers a path that moves its clock.
    #[serde(rename_all = "kebab-case")]
    Hook {
        /// The path that takes `{"advance-seconds": N}`.
        path: String,
    },
    /// Nothing moves it; short times are waited for.
    #[serde(rename_all = "kebab-case")]
    Fixed {
        /// The longest time that is waited for, in seconds.
        longest_wait_seconds: u32,
    },
}

/// How much a service may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// How many scenarios run at a time, at least 1.
    pub concurrency: std::num::NonZeroU16,
    /// How long a whole answer may take, in seconds.
    pub timeout_seconds: std::num::NonZeroU16,
}

/// Something that the service does not have. What needs it is skipped.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Missing {
    /// What is not there.
    pub feature: Feature,
    /// Why, or who says so.
    pub reason: Sentence,
}

/// A known deviation: these cases fail, and that is no news.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Allowance {
    /// The cases; each pattern must be needed.
    pub scenarios: Vec<CasePattern>,
    /// What the service does instead.
    pub reason: Sentence,
}

/// A glob over the names of cases, such as `aws/import/expired_*`; `*` stays within a folder, `**` does not.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct CasePattern(#[schemars(with = "String")] GlobMatcher);

/// A text with something in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Sentence(String);

/// A target file that cannot be used, with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProfileError {
    /// What is wrong, and what would be right.
    pub message: String,
    /// Which bytes of the text it is about.
    pub span: Range<usize>,
}

impl Profile {
    /// Reads a target file.
    ///
    /// # Errors
    /// Names the place of a syntax error, an unknown member, a pattern that is no glob, or parts that do not fit
    /// together.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|error| ProfileError {
            message: error.message().to_owned(),
            span: error.span().unwrap_or(0..0),
        })?;
        match profile.discord() {
            None => Ok(profile),
            Some((span, message)) => Err(ProfileError {
                message: message.to_owned(),
                span,
            }),
        }
    }

    /// Where it is when it is not launched, for signatures of this Region.
    #[must_use]
    pub fn url(&self, region: &str) -> Option<String> {
        let url = self.url.as_ref()?;
        Some(url.get_ref().fill(|_| region.to_owned()))
    }

    /// How calls are signed and answered.
    #[must_use]
    pub fn manner(&self) -> Manner {
        Manner {
            signature: self.signature.unwrap_or_default(),
            format: self.format.unwrap_or_default(),
            ..Manner::default()
        }
    }

    /// How to start it.
    #[must_use]
    pub fn launch(&self) -> Option<&Launch> {
        self.launch.as_ref().map(Spanned::get_ref)
    }

    /// What makes time pass for it; without a word about it, times of a few seconds are waited for.
    #[must_use]
    pub fn clock(&self) -> &ClockKind {
        const FIXED: ClockKind = ClockKind::Fixed {
            longest_wait_seconds: 5,
        };
        self.clock.as_ref().map_or(&FIXED, Spanned::get_ref)
    }

    /// Why this feature is declared missing, if it is.
    #[must_use]
    pub fn missing(&self, feature: Feature) -> Option<&str> {
        let mut missing = self.declared_missing();
        missing.find_map(|(missing, _)| (missing.feature == feature).then(|| &*missing.reason.0))
    }

    /// All that is declared missing, with the bytes of the file that say so.
    pub fn declared_missing(&self) -> impl Iterator<Item = (&Missing, Range<usize>)> {
        self.missing
            .iter()
            .map(|missing| (missing.get_ref(), missing.span()))
    }

    /// All known deviations, with the bytes of the file that name them.
    pub fn allowances(&self) -> impl Iterator<Item = (&Allowance, Range<usize>)> {
        self.allowance
            .iter()
            .map(|allowance| (allowance.get_ref(), allowance.span()))
    }

    /// The first part that does not fit the others.
    fn discord(&self) -> Option<(Range<usize>, &'static str)> {
        let Some(launch) = &self.launch else {
            return self.discord_without_launch();
        };
        let Launch { command, env, .. } = launch.get_ref();
        let mut templates = command.iter().chain(env.values());
        if command.is_empty() {
            Some((launch.span(), "`command` is empty; name a program"))
        } else if !templates.any(|text| text.variables().any(|known| known == Variable::Port)) {
            Some((
                launch.span(),
                "no ${port} in `command` or `env`: the service must learn where to listen",
            ))
        } else {
            self.discord_anywhere()
        }
    }

    fn discord_without_launch(&self) -> Option<(Range<usize>, &'static str)> {
        let faketime = self
            .clock
            .as_ref()
            .filter(|clock| *clock.get_ref() == ClockKind::Faketime);
        if self.url.is_none() {
            return Some((
                0..0,
                "neither `url` nor `[launch]` says where the service is",
            ));
        }
        match faketime {
            Some(clock) => Some((
                clock.span(),
                "`faketime` moves the clock of a launched process, and there is no `[launch]`",
            )),
            None => self.discord_anywhere(),
        }
    }

    fn discord_anywhere(&self) -> Option<(Range<usize>, &'static str)> {
        let url = self.url.as_ref();
        let unfit = url.filter(|url| {
            url.get_ref()
                .variables()
                .any(|known| known != Variable::Region)
        });
        if let Some(url) = unfit {
            return Some((url.span(), "only ${region} is known in `url`"));
        }
        let keys = matches!(self.credentials, CredentialSource::Known(_));
        (keys && self.region.is_none())
            .then_some((0..0, "`region` is missing; keys alone do not tell it"))
    }
}

impl CasePattern {
    /// Whether it means the case of this name.
    #[must_use]
    pub fn means(&self, case: &str) -> bool {
        self.0.is_match(case)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.glob().glob()
    }
}

impl Sentence {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Launch {
    /// How long it may take until it answers.
    #[must_use]
    pub fn ready(&self) -> Duration {
        Duration::from_secs(self.ready_seconds.into())
    }
}

impl Default for Limits {
    fn default() -> Self {
        const ONE: std::num::NonZeroU16 = std::num::NonZeroU16::MIN;
        Self {
            concurrency: ONE.saturating_add(3),
            timeout_seconds: ONE.saturating_add(29),
        }
    }
}

fn a_minute() -> u32 {
    60
}

impl TryFrom<String> for CasePattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let glob = GlobBuilder::new(&text).literal_separator(true).build();
        let glob = glob.map_err(|error| format!("{text:?} is not a pattern: {}", error.kind()))?;
        Ok(Self(glob.compile_matcher()))
    }
}

impl TryFrom<String> for Sentence {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.trim() {
            "" => Err("this text may not be empty"),
            text => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

mod credentials;
mod feature;
#[cfg(test)]
mod tests;
