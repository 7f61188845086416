use schemars::JsonSchema;
use serde::Deserialize;

use crate::wire::Credentials;

/// Where the keys for signatures come from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "CredentialTable")]
pub enum CredentialSource {
    /// Keys that stand in the file, for services that check none.
    Known(#[schemars(with = "CredentialTable")] Credentials),
    /// Where users of AWS keep them: environment, profile, SSO, web identity, container, instance.
    Aws {
        /// The profile, if not the default one.
        profile: Option<String>,
    },
    /// Where users of Alibaba Cloud keep them: environment, or the configuration of its command line.
    Alibaba {
        /// The profile, instead of environment and current profile.
        profile: Option<String>,
        /// The role of the ECS instance that we run on, instead of everything else.
        ecs_role: Option<String>,
    },
}

/// How `[credentials]` is written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CredentialTable {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    source: Option<SourceName>,
    profile: Option<String>,
    ecs_role: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum SourceName {
    Alibaba,
    Aws,
}

impl TryFrom<CredentialTable> for CredentialSource {
    type Error = &'static str;

    fn try_from(table: CredentialTable) -> Result<Self, Self::Error> {
        match table {
            CredentialTable {
                access_key_id: Some(access_key_id),
                secret_access_key: Some(secret_access_key),
                session_token,
                source: None,
                profile: None,
                ecs_role: None,
            } => Ok(Self::Known(Credentials {
                access_key_id,
                secret_access_key,
                session_token,
            })),
            CredentialTable {
                access_key_id: None,
                secret_access_key: None,
                session_token: None,
                source: Some(source),
                profile,
                ecs_role,
            } => match source {
                SourceName::Aws if ecs_role.is_none() => Ok(Self::Aws { profile }),
                SourceName::Aws => Err("`ecs-role` goes with the source \"alibaba\" only"),
                SourceName::Alibaba => Ok(Self::Alibaba { profile, ecs_role }),
            },
            _ => Err("give either `access-key-id` with `secret-access-key`, or `source` alone"),
        }
    }
}
