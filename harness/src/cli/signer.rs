//! Who signs: keys that stand in a target file, or those that the users of a cloud keep.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::ExitCode;
use super::args::TargetSettings;
use super::trouble::Trouble;
use crate::spec::Vendor;
use crate::target::credentials::alibaba::{self, KeySettings, Keys, METADATA_URL, Surroundings};
use crate::target::credentials::aws;
use crate::target::endpoint::{Endpoint, EndpointSettings};
use crate::target::profile::{CredentialSource, Profile};
use crate::target::reference::Settings;
use crate::wire::{Credentials, Signer};

/// Who signs for the target of a file.
pub(super) async fn of_profile(
    profile: &Profile,
    settings: &TargetSettings,
) -> Result<Signer, Trouble> {
    let region = settings.region.clone().or_else(|| profile.region.clone());
    let named = |in_file: &Option<String>| settings.profile.clone().or_else(|| in_file.clone());
    let signer = match &profile.credentials {
        CredentialSource::Known(credentials) => {
            Signer::new(credentials.clone(), region.unwrap_or_default())
        }
        CredentialSource::Aws { profile } => of_aws(named(profile), region).await?,
        CredentialSource::Alibaba { profile, ecs_role } => {
            let settings = KeySettings {
                profile: named(profile),
                region,
                ecs_role: ecs_role.clone(),
            };
            of_alibaba(&settings).await?
        }
    };
    Ok(Signer {
        manner: profile.manner(),
        ..signer
    })
}

/// Who signs for a service of this vendor that no file describes.
pub(super) async fn of_vendor(
    vendor: Vendor,
    profile: Option<String>,
    region: Option<String>,
) -> Result<Signer, Trouble> {
    match vendor {
        Vendor::Aws => of_aws(profile, region).await,
        Vendor::Alibaba => {
            let settings = KeySettings {
                profile,
                region,
                ecs_role: None,
            };
            of_alibaba(&settings).await
        }
    }
}

async fn of_aws(profile: Option<String>, region: Option<String>) -> Result<Signer, Trouble> {
    let settings = aws::CredentialSettings { profile, region };
    aws::credentials(&settings).await.map_err(no_keys)
}

/// The caller that the reference service knows; other services that check no keys take it as well.
pub(super) fn well_known(region: Option<&str>) -> Signer {
    let mut signer = Settings::new(0, Timestamp::UNIX_EPOCH).signer;
    if let Some(region) = region {
        region.clone_into(&mut signer.region);
    }
    signer
}

async fn of_alibaba(settings: &KeySettings) -> Result<Signer, Trouble> {
    let around = Surroundings {
        variable: &|name| std::env::var(name).ok(),
        file: &|path: &Path| std::fs::read_to_string(path),
    };
    let found = alibaba::find(settings, around).map_err(no_keys)?;
    let credentials = match found.keys {
        Keys::Known(credentials) => credentials,
        Keys::OfRole(role) => {
            let metadata = metadata_service()?;
            alibaba::of_role(&metadata, &role).await.map_err(no_keys)?
        }
    };
    Ok(Signer::new(credentials, found.region))
}

fn metadata_service() -> Result<Endpoint, Trouble> {
    // It asks for no signature.
    let nobody = Credentials {
        access_key_id: String::new(),
        secret_access_key: String::new(),
        session_token: None,
    };
    let wall_clock = Arc::new(Timestamp::now);
    let settings = EndpointSettings::new(METADATA_URL, Signer::new(nobody, ""), wall_clock);
    Endpoint::connect(settings).map_err(no_keys)
}

fn no_keys(error: impl Display) -> Trouble {
    Trouble::new(ExitCode::Unreachable, error.to_string())
}
