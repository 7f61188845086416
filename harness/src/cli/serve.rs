//! `byokcheck serve`

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::TcpListener;

use super::ExitCode;
use super::args::ServeArguments;
use super::interrupt::interruption;
use super::run;
use super::terminal;
use super::trouble::Trouble;
use crate::spec::Era;
use crate::target::HttpService;
use crate::target::quirk::{self, Quirk, Quirky};
use crate::target::reference::{Reference, Settings};
use crate::target::serve::{CLOCK_PATH, serve as answer_all};
use crate::wire::Signer;

/// Offers the reference service until Ctrl-C.
pub(super) fn serve(arguments: &ServeArguments) -> Result<ExitCode, Trouble> {
    let seed = run::seed(arguments.seed)?;
    let quirk = arguments.quirk.as_deref().map(find_quirk).transpose()?;
    let mut settings = Settings::new(seed, Timestamp::now());
    settings.era = arguments.as_of.map_or(settings.era, Era);
    run::runtime()?.block_on(serve_until_interrupted(arguments.listen, settings, quirk))
}

pub(super) fn find_quirk(name: &str) -> Result<&'static Quirk, Trouble> {
    quirk::find(name).ok_or_else(|| {
        let message = format!("there is no quirk {name:?}; `byokcheck list --quirks` names them");
        Trouble::usage(message)
    })
}

async fn serve_until_interrupted(
    listen: SocketAddr,
    settings: Settings,
    quirk: Option<&'static Quirk>,
) -> Result<ExitCode, Trouble> {
    let unusable = |error| {
        let message =
            format!("cannot listen on {listen}: {error}; choose another port, or 0 for a free one");
        Trouble::new(ExitCode::Unreachable, message)
    };
    let listener = TcpListener::bind(listen).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    terminal::print(&welcome(address, &settings))?;
    let reference = Reference::new(settings);
    let service: Arc<dyn HttpService> = match quirk {
        None => Arc::new(reference),
        Some(quirk) => {
            terminal::print(&format!("Planted defect: {}. {}\n", quirk.name, quirk.harm))?;
            Arc::new(Quirky::new(reference, quirk))
        }
    };
    answer_all(listener, service, Arc::new(Timestamp::now), interruption())
        .await
        .map_err(unusable)?;
    Ok(ExitCode::Success)
}

/// What a person needs to call the service, the address first and alone for scripts.
fn welcome(address: SocketAddr, settings: &Settings) -> String {
    let Settings {
        seed,
        era: Era(day),
        ..
    } = settings;
    let Signer {
        credentials,
        region,
        ..
    } = &settings.signer;
    let warning = if address.ip().is_loopback() {
        ""
    } else {
        "\nIt can be reached from other machines. Nothing that it is told stays secret."
    };
    format!(
        "http://{address}\n\
         \n\
         This is a test double, not a key management service: its keys follow from seed {seed},\n\
         lie in memory, and are gone when it ends. Give it no real key material.{warning}\n\
         It keeps to the rules of {day}.\n\
         \n\
         export AWS_ENDPOINT_URL_KMS=http://{address}\n\
         export AWS_ACCESS_KEY_ID={}\n\
         export AWS_SECRET_ACCESS_KEY={}\n\
         export AWS_REGION={region}\n\
         aws kms create-key --origin EXTERNAL\n\
         \n\
         Its clock moves: curl -d '{{\"advance-seconds\": 86400}}' http://{address}{CLOCK_PATH}\n\
         Ctrl-C ends it.\n",
        credentials.access_key_id, credentials.secret_access_key
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn welcome_at(address: &str) -> String {
        let settings = Settings::new(7, Timestamp::UNIX_EPOCH);
        welcome(address.parse().unwrap(), &settings)
    }

    #[test]
    fn the_first_line_is_the_address() {
        let welcome = welcome_at("127.0.0.1:4599");
        assert_eq!(welcome.lines().next(), Some("http://127.0.0.1:4599"));
        assert!(welcome.contains("test double"));
        assert!(welcome.contains("the rules of 1970-01-01"));
        assert!(!welcome.contains("other machines"));
    }

    #[test]
    fn an_open_address_is_warned_of() {
        assert!(welcome_at("0.0.0.0:4599").contains("other machines"));
    }
}
