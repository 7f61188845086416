//! `byokcheck serve`

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use strum::VariantArray;
use tokio::net::TcpListener;

use super::ExitCode;
use super::args::ServeArguments;
use super::interrupt::interruption;
use super::run;
use super::terminal;
use super::trouble::Trouble;
use crate::spec::{Era, Vendor};
use crate::target::quirk::{self, Quirk, Quirky};
use crate::target::reference::{Polyglot, Reference, Settings};
use crate::target::serve::{CLOCK_PATH, serve as answer_all};
use crate::wire::dialect;

/// Offers the reference service until Ctrl-C.
pub(super) fn serve(arguments: &ServeArguments) -> Result<ExitCode, Trouble> {
    let seed = run::seed(arguments.seed)?;
    let quirk = arguments.quirk.as_deref().map(find_quirk).transpose()?;
    let start = Timestamp::now();
    let settings = |vendor| {
        let settings = Settings::of(vendor, seed, start);
        Settings {
            era: arguments.as_of.map_or(settings.era, Era),
            ..settings
        }
    };
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
    settings: impl Fn(Vendor) -> Settings,
    quirk: Option<&'static Quirk>,
) -> Result<ExitCode, Trouble> {
    let unusable = |error| {
        let message =
            format!("cannot listen on {listen}: {error}; choose another port, or 0 for a free one");
        Trouble::new(ExitCode::Unreachable, message)
    };
    let listener = TcpListener::bind(listen).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let all: Vec<Settings> = Vendor::VARIANTS.iter().map(|it| settings(*it)).collect();
    terminal::print(&welcome(address, &all))?;
    if let Some(quirk) = quirk {
        terminal::print(&format!("Planted defect: {}. {}\n", quirk.name, quirk.harm))?;
    }
    let service = Arc::new(Polyglot::new(|vendor| {
        let reference = Reference::new(settings(vendor));
        let planted = quirk.filter(|quirk| quirk::of(vendor).any(|it| it.name == quirk.name));
        match planted {
            None => Box::new(reference),
            Some(quirk) => Box::new(Quirky::new(reference, quirk)),
        }
    }));
    answer_all(listener, service, Arc::new(Timestamp::now), interruption())
        .await
        .map_err(unusable)?;
    Ok(ExitCode::Success)
}

/// What a person needs to call the service in each dialect, the address first and alone for scripts.
fn welcome(address: SocketAddr, settings: &[Settings]) -> String {
    let url = format!("http://{address}");
    let warning = if address.ip().is_loopback() {
        ""
    } else {
        "\nIt can be reached from other machines. Nothing that it is told stays secret."
    };
    let seed = settings.first().map_or(0, |settings| settings.seed);
    let day = settings.first().map(|settings| settings.era.0.to_string());
    let setups: Vec<String> = settings
        .iter()
        .map(|settings| dialect(settings.vendor).client_setup(&url, &settings.signer))
        .collect();
    format!(
        "{url}\n\
         \n\
         This is a test double, not a key management service: its keys follow from seed {seed},\n\
         lie in memory, and are gone when it ends. Give it no real key material.{warning}\n\
         It keeps to the rules of {}.\n\
         \n\
         {}\n\
         Its clock moves: curl -d '{{\"advance-seconds\": 86400}}' {url}{CLOCK_PATH}\n\
         Ctrl-C ends it.\n",
        day.unwrap_or_default(),
        setups.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn welcome_at(address: &str) -> String {
        let settings: Vec<Settings> = Vendor::VARIANTS
            .iter()
            .map(|vendor| Settings::of(*vendor, 7, Timestamp::UNIX_EPOCH))
            .collect();
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
