//! Canaries: what must never be shown is looked for in everything that a run leaves behind.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use byokcheck::report::json;
use byokcheck::runner::Targets;
use byokcheck::runner::outcome::{RunFacts, SuiteOutcome};
use byokcheck::scenario::Scenario;
use byokcheck::spec::Vendor;
use byokcheck::target::reference::{InProcess, Settings};
use byokcheck::target::{Answer, Passing, Target};
use byokcheck::wire::{HttpReply, HttpRequest, Signer};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::judge::{era, judge_by, noon};

const SEED: u64 = 9;
const CANARY: &str = "canary/secret+of+the+caller0123456789";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_material_or_credential_reaches_a_report_even_with_every_exchange_kept() {
    nothing_is_shown(Vendor::Aws, 500).await;
    nothing_is_shown(Vendor::Alibaba, 200).await;
}

/// Of so many secrets at least that went to and fro.
async fn nothing_is_shown(vendor: Vendor, at_least: usize) {
    let overheard: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let report = run(vendor, overheard.clone()).await;
    let secrets = overheard.lock().expect("nobody panicked").clone();
    assert!(
        secrets.len() > at_least,
        "only {} secrets were overheard",
        secrets.len()
    );
    let shown: Vec<&String> = secrets
        .iter()
        .filter(|secret| report.contains(*secret))
        .collect();
    assert!(
        shown.is_empty(),
        "{} secrets are shown, such as {:?}",
        shown.len(),
        shown.first()
    );
    assert!(!report.contains(CANARY));
    assert!(report.contains("redacted"), "exchanges were kept");
}

async fn run(vendor: Vendor, overheard: Arc<Mutex<BTreeSet<String>>>) -> String {
    let targets = Targets::Each(Arc::new(move |_| {
        let mut settings = Settings::of(vendor, SEED, noon());
        CANARY.clone_into(&mut settings.signer.credentials.secret_access_key);
        let (inner, overheard) = (InProcess::new(settings), overheard.clone());
        Arc::new(Eavesdropper { inner, overheard }) as Arc<dyn Target>
    }));
    // The largest wrapping keys take most of the time and show nothing new.
    let is_quick = |case: &Scenario| !case.name.contains("RSA_4096");
    let results = judge_by(vendor, era(), targets, SEED, true, is_quick).await;
    json::render(&SuiteOutcome {
        format: 1,
        run: facts(vendor),
        scenarios: results.scenarios,
        stale: results.stale,
        leftovers: results.leftovers,
    })
}

/// Hands everything on, and remembers what is secret.
struct Eavesdropper {
    inner: InProcess,
    overheard: Arc<Mutex<BTreeSet<String>>>,
}

/// Members whose values no report may show.
const SECRET: &[&str] = &["ImportToken", "EncryptedKeyMaterial", "Plaintext"];

impl Eavesdropper {
    /// Whether members are in a body or parameters in an address.
    fn listen(&self, address: &str, body: &[u8]) {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            self.overhear(&name, &value);
        }
        if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
            for (name, value) in &members {
                self.overhear(name, value.as_str().unwrap_or_default());
            }
        }
    }

    fn overhear(&self, name: &str, value: &str) {
        let is_long = || STANDARD.decode(value).is_ok_and(|bytes| bytes.len() >= 16);
        if SECRET.contains(&name) && is_long() {
            let mut overheard = self.overheard.lock().expect("nobody panicked");
            overheard.insert(value.to_owned());
        }
    }
}

impl Target for Eavesdropper {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        self.listen(&request.target, &request.body);
        Box::pin(async move {
            let reply = self.inner.send(request).await;
            if let Ok(HttpReply { body, .. }) = &reply {
                self.listen("", body);
            }
            reply
        })
    }

    fn host(&self) -> &str {
        self.inner.host()
    }

    fn url(&self) -> &str {
        self.inner.url()
    }

    fn signer(&self) -> &Signer {
        self.inner.signer()
    }

    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    fn pass_time(&self, by: SignedDuration) -> Passing<'_> {
        self.inner.pass_time(by)
    }
}

fn facts(vendor: Vendor) -> RunFacts {
    RunFacts {
        version: String::new(),
        target: "reference".to_owned(),
        target_version: None,
        vendors: vec![vendor],
        as_of: String::new(),
        seed: SEED,
        started: String::new(),
        duration_ms: 0,
        repeat: String::new(),
    }
}
