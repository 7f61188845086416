//! Keys and Region from where users of AWS keep them. The only file that names aws-config.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError as ChainError;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::wire::{Credentials, Signer};

/// Which keys to look for.
#[derive(Clone, Debug, Default)]
pub struct CredentialSettings {
    /// The profile, instead of the one that the environment names.
    pub profile: Option<String>,
    /// The Region, instead of the one that environment, profile or instance tell.
    pub region: Option<String>,
}

/// No keys, or no Region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Nobody gave keys.
    #[error(
        "no AWS credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with \
         AWS_PROFILE, or run `aws sso login`"
    )]
    None,
    /// A source was there and gave none.
    #[error(
        "AWS credentials cannot be loaded: {0}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile \
         with which `aws sts get-caller-identity` works"
    )]
    Failed(String),
    /// Nobody tells the Region.
    #[error("no AWS Region found; set AWS_REGION, or `region` in the target file or the profile")]
    NoRegion,
}

/// Finds keys and Region: in the named profile; else in environment, default profile, SSO, web identity, container
/// and instance, in this order.
///
/// # Errors
/// Says which of them is missing and how to give it.
pub async fn credentials(settings: &CredentialSettings) -> Result<Signer, CredentialsError> {
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let mut loader =
        aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client.clone());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    let region = config.region().ok_or(CredentialsError::NoRegion)?;

    let keys = match (&settings.profile, config.credentials_provider()) {
        // The usual chain prefers the environment even to a profile that somebody names.
        (Some(profile), _) => {
            let provider = ProviderConfig::without_region()
                .with_region(Some(region.clone()))
                .with_http_client(client);
            let provider = ProfileFileCredentialsProvider::builder().configure(&provider);
            keys(&provider.profile_name(profile).build()).await?
        }
        (None, Some(provider)) => keys(&provider).await?,
        (None, None) => return Err(CredentialsError::None),
    };
    Ok(Signer::new(keys, region.to_string()))
}

async fn keys(provider: &impl ProvideCredentials) -> Result<Credentials, CredentialsError> {
    let keys = tokio::time::timeout(PATIENCE, provider.provide_credentials()).await;
    let late = |_| CredentialsError::Failed(format!("no answer within {PATIENCE:?}"));
    let keys = keys.map_err(late)?.map_err(explain)?;
    Ok(Credentials {
        access_key_id: keys.access_key_id().to_owned(),
        secret_access_key: keys.secret_access_key().to_owned(),
        session_token: keys.session_token().map(str::to_owned),
    })
}

/// A person may have to answer a `credential_process`.
const PATIENCE: Duration = Duration::from_secs(60);

fn explain(error: ChainError) -> CredentialsError {
    match error {
        ChainError::CredentialsNotLoaded(_) => CredentialsError::None,
        error => CredentialsError::Failed(crate::target::cause::innermost(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_without_keys_says_how_to_give_some() {
        let explained = explain(ChainError::not_loaded_no_source());
        assert_eq!(explained, CredentialsError::None);
        assert!(explained.to_string().contains("set AWS_ACCESS_KEY_ID"));
    }

    #[test]
    fn a_source_that_fails_tells_its_deepest_cause() {
        let cause = std::io::Error::other("the SSO session has expired");
        assert_eq!(
            explain(ChainError::provider_error(cause)).to_string(),
            "AWS credentials cannot be loaded: the SSO session has expired; set AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, or name a profile with which `aws sts get-caller-identity` works"
        );
    }

    #[tokio::test]
    async fn a_named_profile_that_is_not_there_is_no_reason_to_take_other_keys() {
        let profile = Some("byokcheck-no-such-profile".to_owned());
        let region = Some("eu-west-1".to_owned());
        let refusal = credentials(&CredentialSettings { profile, region })
            .await
            .unwrap_err();
        assert!(refusal.to_string().contains("name a profile"), "{refusal}");
    }
}
