//! What the scenarios send to the reference, and what it answers.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use byokcheck::runner::outcome::ScenarioOutcome;
use byokcheck::runner::{Observer, Options, Targets, run_suite};
use byokcheck::scenario::Suite;
use byokcheck::spec::{Era, Fault, Operation, Vendor};
use byokcheck::target::reference::{InProcess, Settings};
use byokcheck::target::{Answer, Passing, Target};
use byokcheck::wire::{Envelope, Format, HttpReply, HttpRequest, Signer, dialect};
use jiff::{SignedDuration, Timestamp};
use strum::VariantArray;

use crate::{Seeds, words};

/// One call and its answer.
pub(crate) struct Exchange {
    pub(crate) at: Timestamp,
    pub(crate) request: HttpRequest,
    pub(crate) reply: HttpReply,
}

/// The exchanges of every scenario, by its name.
pub(crate) type Exchanges = BTreeMap<String, Vec<Exchange>>;

/// Runs the cases of a vendor against the reference.
pub(crate) fn record(vendor: Vendor) -> Exchanges {
    let suite = Arc::new(Suite::embedded().expect("a test reads the embedded suite"));
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().expect("this is a moment");
    let era = today();
    let recorded = Arc::new(Mutex::new(Exchanges::new()));
    let record = recorded.clone();
    let make = move |case: &str| {
        Arc::new(Recorder {
            case: case.to_owned(),
            inner: InProcess::new(Settings::of(vendor, 7, start)),
            recorded: record.clone(),
        }) as Arc<dyn Target>
    };
    let cases = suite.cases(vendor, era).cloned().collect();
    let options = Options {
        vendor,
        era,
        seed: 7,
        jobs: 1,
        missing: Vec::new(),
        allowances: Vec::new(),
        keep_exchanges: false,
        patience: Duration::ZERO,
        stop: Arc::new(AtomicBool::new(false)),
    };
    let run = run_suite(
        suite,
        cases,
        Targets::Each(Arc::new(make)),
        options,
        Arc::new(Silent),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime without sockets").block_on(run);
    let mut recorded = recorded.lock().expect("nobody has panicked");
    std::mem::take(&mut *recorded)
}

/// Bodies of requests to AWS: for each operation, a short one for each set of members.
pub(crate) fn aws_requests(exchanges: &Exchanges) -> Seeds {
    let mut shortest = Shortest::default();
    for exchange in exchanges.values().flatten() {
        if let Some(operation) = operation(&exchange.request) {
            let body = &exchange.request.body;
            shortest.offer(
                operation,
                members(body),
                &[&[index(operation)][..], body].concat(),
            );
        }
    }
    shortest.into_seeds()
}

/// The same calls to Alibaba Cloud, in turn as query and as form.
pub(crate) fn alibaba_requests(exchanges: &Exchanges) -> Seeds {
    let mut shortest = Shortest::default();
    for (number, exchange) in exchanges.values().flatten().enumerate() {
        let Ok(call) = dialect(Vendor::Aws).decode_request(&exchange.request, today()) else {
            continue;
        };
        let request = dialect(Vendor::Alibaba).encode_request(&call);
        let query = request.target.trim_start_matches("/?");
        let bytes = [&[number as u8 % 2][..], query.as_bytes()].concat();
        let names: Vec<&str> = query
            .split('&')
            .filter_map(|it| it.split('=').next())
            .collect();
        shortest.offer(call.operation, names.join(" "), &bytes);
    }
    shortest.into_seeds()
}

/// Bodies of replies of AWS: for each operation, a short one for each set of members and each refusal.
pub(crate) fn aws_replies(exchanges: &Exchanges) -> Seeds {
    let mut shortest = Shortest::default();
    for exchange in exchanges.values().flatten() {
        if let Some(operation) = operation(&exchange.request) {
            let body = &exchange.reply.body;
            let status = u8::from(exchange.reply.status != 200);
            let shape = code(&exchange.reply).unwrap_or_else(|| members(body));
            let bytes = [&[index(operation), status][..], body].concat();
            shortest.offer(operation, shape, &bytes);
        }
    }
    shortest.into_seeds()
}

/// The same answers by Alibaba Cloud in both formats, and each of its refusals.
pub(crate) fn alibaba_replies(exchanges: &Exchanges) -> Seeds {
    let alibaba = dialect(Vendor::Alibaba);
    let mut shortest = Shortest::default();
    for exchange in exchanges.values().flatten() {
        let Some(operation) = operation(&exchange.request) else {
            continue;
        };
        let reply = dialect(Vendor::Aws).decode_reply(operation, &exchange.reply);
        let Some(fields) = reply.accepted() else {
            continue;
        };
        for format in Format::VARIANTS {
            let message = alibaba.encode_accepted(operation, fields, &envelope(*format));
            let shape = format!("{format:?} {}", members(&exchange.reply.body));
            let bytes = [&[index(operation), 0][..], &message.body].concat();
            shortest.offer(operation, shape, &bytes);
        }
    }
    for fault in Fault::VARIANTS {
        let refused = alibaba.encode_refused(None, &(*fault).into(), &envelope(Format::Json));
        let bytes = [&[0, 1][..], &refused.body].concat();
        shortest.offer(Operation::CreateKey, fault.to_string(), &bytes);
    }
    shortest.into_seeds()
}

/// For every operation and shape of a message, the shortest input, and the texts of all of them.
#[derive(Default)]
struct Shortest {
    inputs: BTreeMap<(Operation, String), Vec<u8>>,
    texts: Vec<String>,
}

impl Shortest {
    fn offer(&mut self, operation: Operation, shape: String, input: &[u8]) {
        self.texts.push(String::from_utf8_lossy(input).into_owned());
        if input.len() <= LONGEST {
            let known = self.inputs.entry((operation, shape));
            let known = known.or_insert_with(|| input.to_vec());
            if input.len() < known.len() {
                *known = input.to_vec();
            }
        }
    }

    fn into_seeds(self) -> Seeds {
        let mut seeds = Seeds::default();
        for (number, ((operation, _), input)) in self.inputs.into_iter().enumerate() {
            seeds.add(format!("{operation}-{number}"), input);
        }
        seeds.dictionary = words::dictionary(&self.texts);
        seeds
    }
}

/// The words of signatures.
pub(crate) fn headers(exchanges: &Exchanges) -> Vec<String> {
    let first = exchanges.values().flatten().next();
    let texts: Vec<String> = first
        .into_iter()
        .flat_map(|exchange| &exchange.request.headers)
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    words::dictionary(&texts)
}

/// The operation that a request calls, if there is one of that name.
pub(crate) fn operation(request: &HttpRequest) -> Option<Operation> {
    let name = request.header("x-amz-target")?.rsplit('.').next()?;
    let dialect = dialect(Vendor::Aws);
    let mut all = Operation::VARIANTS.iter().copied();
    all.find(|operation| dialect.operation_name(*operation) == Some(name))
}

/// The code of a refusal.
pub(crate) fn code(reply: &HttpReply) -> Option<String> {
    let mut vendors = Vendor::VARIANTS.iter();
    vendors.find_map(|vendor| Some(dialect(*vendor).decode_refusal(reply)?.code))
}

/// Seeds are small: fuzzers lengthen them by themselves.
const LONGEST: usize = 2048;

/// The byte that chooses an operation.
pub(crate) fn index(operation: Operation) -> u8 {
    let index = Operation::VARIANTS.iter().position(|it| *it == operation);
    index.expect("it is one of them") as u8
}

/// The names of the members of a body, in order.
fn members(body: &[u8]) -> String {
    let json: Option<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(body).ok();
    let mut names: Vec<String> = json.into_iter().flatten().map(|(name, _)| name).collect();
    names.sort();
    names.join(" ")
}

fn envelope(format: Format) -> Envelope {
    Envelope {
        request_id: "0".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        format,
        era: today(),
    }
}

/// The day whose rules the scenarios are run by.
pub(crate) fn today() -> Era {
    Era("2026-11-22".parse().expect("this is a day"))
}

/// The reference, with somebody who writes everything down.
struct Recorder {
    case: String,
    inner: InProcess,
    recorded: Arc<Mutex<Exchanges>>,
}

impl Target for Recorder {
    fn send(&self, request: HttpRequest) -> Answer<'_> {
        Box::pin(async move {
            let reply = self.inner.send(request.clone()).await?;
            let exchange = Exchange {
                at: self.now(),
                request,
                reply: reply.clone(),
            };
            let mut recorded = self.recorded.lock().expect("nobody has panicked");
            recorded
                .entry(self.case.clone())
                .or_default()
                .push(exchange);
            Ok(reply)
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

struct Silent;

impl Observer for Silent {
    fn ended(&self, _: &ScenarioOutcome) {}
}
