//! Malformed traffic against the reference service on a socket: it answers as it does in process.

use std::sync::Arc;

use byokcheck::runner::Targets;
use byokcheck::runner::outcome::Verdict;
use byokcheck::scenario::Scenario;
use byokcheck::target::endpoint::{Endpoint, EndpointSettings};
use byokcheck::target::reference::{Reference, Settings};
use byokcheck::target::serve::serve;
use tokio::net::TcpListener;

use crate::judge::{judge, noon};

/// The folders of scenarios that are about messages rather than keys.
const FOLDERS: &[&str] = &["aws/wire/", "aws/auth/", "aws/validation/"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_traffic_is_answered_alike_on_a_socket() {
    let start = noon();
    let settings = Settings::new(9, start);
    let signer = settings.signer.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let reference = Arc::new(Reference::new(settings));
    let wall = Arc::new(move || start);
    tokio::spawn(serve(
        listener,
        reference,
        wall.clone(),
        std::future::pending(),
    ));

    let settings = EndpointSettings::new(format!("http://{address}"), signer, wall);
    let endpoint = Endpoint::connect(settings).expect("this is an address");
    let meant = |case: &Scenario| FOLDERS.iter().any(|folder| case.name.starts_with(folder));
    let results = judge(Targets::One(Arc::new(endpoint)), 9, false, meant).await;
    assert!(
        results.scenarios.len() > 100,
        "{} cases are too few",
        results.scenarios.len()
    );
    let different: Vec<_> = results
        .scenarios
        .iter()
        .filter(|outcome| {
            outcome.verdict != Verdict::Pass || outcome.steps.iter().any(|it| !it.notes.is_empty())
        })
        .collect();
    assert!(different.is_empty(), "{different:#?}");
}
