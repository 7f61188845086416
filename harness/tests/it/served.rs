//! Malformed traffic against the reference service on a socket: it answers as it does in process.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use byokcheck::runner::outcome::{ScenarioOutcome, Verdict};
use byokcheck::runner::{Observer, Options, Targets, run_suite};
use byokcheck::scenario::Suite;
use byokcheck::spec::{Era, Vendor};
use byokcheck::target::endpoint::{Endpoint, EndpointSettings};
use byokcheck::target::reference::{Pool, Reference, Settings};
use byokcheck::target::serve::serve;
use jiff::Timestamp;
use tokio::net::TcpListener;

/// The folders of scenarios that are about messages rather than keys.
const FOLDERS: &[&str] = &["aws/wire/", "aws/auth/", "aws/validation/"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_traffic_is_answered_alike_on_a_socket() {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().expect("this is a moment");
    let settings = Settings::new(9, start);
    let signer = settings.signer.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let reference = Arc::new(Reference::with_pool(settings, Pool::without_waiting()));
    let wall = Arc::new(move || start);
    tokio::spawn(serve(
        listener,
        reference,
        wall.clone(),
        std::future::pending(),
    ));

    let settings = EndpointSettings::new(format!("http://{address}"), signer, wall);
    let endpoint = Endpoint::connect(settings).expect("this is an address");
    let suite = Arc::new(Suite::embedded().expect("another test reads the suite"));
    let era = Era("2026-11-22".parse().expect("this is a day"));
    let cases: Vec<_> = suite
        .cases(Vendor::Aws, era)
        .filter(|case| FOLDERS.iter().any(|folder| case.name.starts_with(folder)))
        .cloned()
        .collect();
    assert!(cases.len() > 100, "{} cases are too few", cases.len());
    let options = Options {
        vendor: Vendor::Aws,
        era,
        seed: 9,
        jobs: 4,
        missing: Vec::new(),
        allowances: Vec::new(),
        keep_exchanges: false,
        patience: Duration::ZERO,
        stop: Arc::new(AtomicBool::new(false)),
    };
    let targets = Targets::One(Arc::new(endpoint));
    let results = run_suite(suite, cases, targets, options, Arc::new(Silent)).await;
    let different: Vec<_> = results
        .scenarios
        .iter()
        .filter(|outcome| {
            outcome.verdict != Verdict::Pass || outcome.steps.iter().any(|it| !it.notes.is_empty())
        })
        .collect();
    assert!(different.is_empty(), "{different:#?}");
}

struct Silent;

impl Observer for Silent {
    fn ended(&self, _: &ScenarioOutcome) {}
}
