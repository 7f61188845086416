//! Keys and Region from where users of Alibaba Cloud keep them: environment, the configuration of the command line
//! `aliyun`, or the role of an ECS instance, which is asked only where somebody says so.
//!
//! Opens no file and no socket: environment, files and the metadata service are arguments.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::target::Target;
use crate::wire::{Credentials, HttpRequest, Method};

/// Where the metadata service of an ECS instance is.
pub const METADATA_URL: &str = "http://100.100.100.200";

/// Which keys to look for.
#[derive(Clone, Debug, Default)]
pub struct KeySettings {
    /// The profile, instead of environment and current profile.
    pub profile: Option<String>,
    /// The Region, instead of the one that environment or profile tell.
    pub region: Option<String>,
    /// The role of the instance that we run on, instead of everything else.
    pub ecs_role: Option<String>,
}

/// What is around the program.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The text of a file.
    pub file: &'a dyn Fn(&Path) -> io::Result<String>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The keys, or who has them.
    pub keys: Keys,
    /// The Region in which calls are made.
    pub region: String,
}

/// Keys, or who has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// These.
    Known(Credentials),
    /// The metadata service has them under the name of this role; see [`of_role`].
    OfRole(String),
}

/// No keys, or no Region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// Nobody gave keys.
    #[error(
        "no Alibaba Cloud credentials found; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or \
         run `aliyun configure`"
    )]
    None,
    /// The configuration of `aliyun` is there and cannot be used.
    #[error("{path}: {cause}; run `aliyun configure`")]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The metadata service gave no keys.
    #[error(
        "the metadata service at {METADATA_URL} gives no keys for the role {role:?}: {cause}; see whether this is an \
         ECS instance with that role"
    )]
    Role {
        /// Which role.
        role: String,
        /// What came instead.
        cause: String,
    },
    /// Nobody tells the Region.
    #[error(
        "no Alibaba Cloud Region found; set ALIBABA_CLOUD_REGION_ID, or `region` in the target file, or --region"
    )]
    NoRegion,
}

/// Finds keys and Region: of the role or the profile that somebody names; else in environment and current profile, in
/// this order.
///
/// # Errors
/// Says which of them is missing and how to give it.
pub fn find(settings: &KeySettings, around: Surroundings<'_>) -> Result<Found, KeysError> {
    let variable = |name: &str| (around.variable)(name).filter(|value| !value.is_empty());
    let named = settings.profile.clone();
    let mut from_profile = None;
    let keys = if let Some(role) = &settings.ecs_role {
        Keys::OfRole(role.clone())
    } else if let (None, Some(keys)) = (&named, from_environment(&variable)) {
        Keys::Known(keys)
    } else {
        let named = named.or_else(|| variable("ALIBABA_CLOUD_PROFILE"));
        let profile = from_configuration(named.as_deref(), around)?.ok_or(KeysError::None)?;
        from_profile = profile.region;
        profile.keys
    };
    let region = settings
        .region
        .clone()
        .or_else(|| variable("ALIBABA_CLOUD_REGION_ID"))
        .or(from_profile)
        .ok_or(KeysError::NoRegion)?;
    Ok(Found { keys, region })
}

/// Asks the metadata service for the keys of a role.
///
/// # Errors
/// Says what it answered instead.
pub async fn of_role(metadata: &dyn Target, role: &str) -> Result<Credentials, KeysError> {
    let failed = |cause: String| KeysError::Role {
        role: role.to_owned(),
        cause,
    };
    let life = ("x-aliyun-ecs-metadata-token-ttl-seconds", "60");
    let token = ask(metadata, Method::Put, "/latest/api/token", life).await;
    let token = token.map_err(failed)?;
    let token = String::from_utf8_lossy(&token);
    let path = format!("/latest/meta-data/ram/security-credentials/{role}");
    let token = ("x-aliyun-ecs-metadata-token", token.trim());
    let keys = ask(metadata, Method::Get, &path, token).await;
    let keys: RoleKeys = serde_json::from_slice(&keys.map_err(failed)?)
        .map_err(|_| failed("no keys in its answer".to_owned()))?;
    Ok(Credentials {
        access_key_id: keys.access_key_id,
        secret_access_key: keys.access_key_secret,
        session_token: Some(keys.security_token),
    })
}

async fn ask(
    metadata: &dyn Target,
    method: Method,
    path: &str,
    (name, value): (&str, &str),
) -> Result<Vec<u8>, String> {
    let request = HttpRequest {
        method,
        target: path.to_owned(),
        headers: vec![(name.to_owned(), value.to_owned())],
        body: Vec::new(),
    };
    let reply = metadata.send(request).await;
    let reply = reply.map_err(|silence| silence.to_string())?;
    match reply.status {
        200 => Ok(reply.body),
        status => Err(format!("status {status}")),
    }
}

fn from_environment(variable: &dyn Fn(&str) -> Option<String>) -> Option<Credentials> {
    Some(Credentials {
        access_key_id: variable("ALIBABA_CLOUD_ACCESS_KEY_ID")?,
        secret_access_key: variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?,
        session_token: variable("ALIBABA_CLOUD_SECURITY_TOKEN"),
    })
}

struct FromProfile {
    keys: Keys,
    region: Option<String>,
}

/// The keys of a profile, or of the current one; `None` where nobody has configured anything.
fn from_configuration(
    name: Option<&str>,
    around: Surroundings<'_>,
) -> Result<Option<FromProfile>, KeysError> {
    let Some(home) = (around.variable)("HOME") else {
        return Ok(None);
    };
    let path = Path::new(&home).join(".aliyun/config.json");
    let unusable = |cause: String| KeysError::Configuration {
        path: path.clone(),
        cause,
    };
    let text = match (around.file)(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && name.is_none() => {
            return Ok(None);
        }
        Err(error) => return Err(unusable(error.to_string())),
    };
    // What a broken file says may be a secret: only the place is told.
    let configuration: Configuration = serde_json::from_str(&text)
        .map_err(|error| unusable(format!("line {} is not as expected", error.line())))?;
    let name = name.unwrap_or(&configuration.current);
    let mut profiles = configuration.profiles.into_iter();
    let profile = profiles
        .find(|profile| profile.name == name)
        .ok_or_else(|| unusable(format!("there is no profile {name:?}")))?;
    let region = Some(profile.region_id.clone()).filter(|region| !region.is_empty());
    let keys = profile.keys().map_err(unusable)?;
    Ok(Some(FromProfile { keys, region }))
}

/// What `aliyun configure` writes.
#[derive(Deserialize)]
struct Configuration {
    current: String,
    profiles: Vec<Profile>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: String,
    access_key_secret: String,
    sts_token: String,
    ram_role_name: String,
    region_id: String,
}

impl Profile {
    fn keys(self) -> Result<Keys, String> {
        let session_token = match self.mode.as_str() {
            "AK" => None,
            "StsToken" => Some(self.sts_token),
            "EcsRamRole" => return Ok(Keys::OfRole(self.ram_role_name)),
            mode => {
                return Err(format!(
                    "the profile {:?} has the mode {mode:?}, and only AK, StsToken and EcsRamRole are understood",
                    self.name
                ));
            }
        };
        Ok(Keys::Known(Credentials {
            access_key_id: self.access_key_id,
            secret_access_key: self.access_key_secret,
            session_token,
        }))
    }
}

/// What the metadata service answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleKeys {
    access_key_id: String,
    access_key_secret: String,
    security_token: String,
}

#[cfg(test)]
mod tests;
