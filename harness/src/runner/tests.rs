//! What a run makes of services that answer in ways of their own.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::altered::Altered;
use super::outcome::{ScenarioOutcome, Verdict};
use super::session::{Session, summary};
use super::*;
use crate::scenario::{Source, Suite};
use crate::spec::{Era, Fields, Operation, Refusal, Reply, Vendor};
use crate::target::Target;
use crate::wire::{HttpReply, dialect};

const DEMONSTRATED: &str = "[[step]]\ndo = \"list-aliases\"\nthen.accepted = true\n";
const SET_UP: &str = "[[step]]\ndo = \"list-aliases\"\n";

/// One rule with this evidence for its outcome, and a case of it for each title with these steps.
fn suite(evidence: &str, cases: &[(&str, &str)]) -> Suite {
    let register = format!(
        "[[rule]]\nid = \"aws/wire/lists\"\nstatement = \"s\"\noperations = []\nsources = []\n\
         since = \"2016-08-10\"\nevidence = {{ outcome = \"{evidence}\" }}\n"
    );
    let source = |file: &str, text: String| Source {
        file: format!("scenarios/{file}.toml"),
        text,
    };
    let mut files = vec![source("rules/aws", register)];
    for (title, steps) in cases {
        let text = format!("title = \"{title}\"\nrules = [\"aws/wire/lists\"]\n{steps}");
        files.push(source(&format!("aws/{title}"), text));
    }
    Suite::parse(files).expect("this is a suite")
}

#[derive(Default)]
struct Order(Mutex<Vec<String>>);

impl Observer for Order {
    fn ended(&self, outcome: &ScenarioOutcome) {
        self.0.lock().unwrap().push(outcome.title.clone());
    }
}

/// What the run leads to, and the order in which cases ended.
async fn judge(suite: Suite, targets: Targets, missing: &[Feature]) -> (Results, Vec<String>) {
    let era = Era("2026-11-22".parse().unwrap());
    let cases = suite.cases(Vendor::Aws, era).cloned().collect();
    let missing = missing.iter().map(|feature| Missing {
        feature: *feature,
        reason: "says so".to_owned(),
    });
    let options = Options {
        vendor: Vendor::Aws,
        era,
        seed: 1,
        jobs: 1,
        missing: missing.collect(),
        allowances: Vec::new(),
        keep_exchanges: false,
        patience: Duration::ZERO,
        stop: Arc::new(AtomicBool::new(false)),
    };
    let order = Arc::new(Order::default());
    let results = run_suite(Arc::new(suite), cases, targets, options, order.clone()).await;
    let order = order.0.lock().unwrap().clone();
    (results, order)
}

fn one(alter: impl Fn(&str, &mut HttpReply) + Send + Sync + 'static) -> Targets {
    Targets::One(Arc::new(Altered::by(alter)))
}

/// How the one case of a documented rule ends, and why.
async fn ends(targets: Targets, missing: &[Feature]) -> (Verdict, String) {
    let (results, _) = judge(
        suite("documented", &[("a", DEMONSTRATED)]),
        targets,
        missing,
    )
    .await;
    let case = &results.scenarios[0];
    (case.verdict, case.reason.clone().unwrap_or_default())
}

/// Answers to `ListAliases` with `body`, and `unknown` to what no service knows.
fn without_aliases(unknown: &'static str, body: &'static str) -> Targets {
    one(move |operation, reply| {
        let is_unknown = String::from_utf8_lossy(&reply.body).contains("UnknownOperation");
        if is_unknown || operation == "ListAliases" {
            reply.status = 500;
            reply.headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
            reply.body = if is_unknown { unknown } else { body }.into();
        }
    })
}

const ALIASES: Feature = Feature::Operation(Operation::ListAliases);

#[tokio::test]
async fn an_operation_that_is_answered_like_one_that_cannot_exist_is_not_there() {
    let (verdict, because) = ends(without_aliases("nothing", "nothing"), &[]).await;
    assert_eq!(verdict, Verdict::NotTestable);
    assert!(because.contains("lacks list-aliases"), "{because}");

    let (verdict, because) = ends(without_aliases("nothing", "nothing"), &[ALIASES]).await;
    assert_eq!(verdict, Verdict::Skipped);
    assert_eq!(because, "list-aliases: says so");

    let (verdict, because) = ends(without_aliases("nothing", "something"), &[]).await;
    assert_eq!(verdict, Verdict::Fail);
    assert!(because.contains("no valid answer: status 500"), "{because}");
}

#[tokio::test]
async fn a_feature_that_is_declared_missing_and_is_there_is_a_stale_line() {
    let suite = suite("documented", &[("a", DEMONSTRATED)]);
    let (results, _) = judge(suite, one(|_, _| {}), &[ALIASES]).await;
    let stale: Vec<&str> = results.stale.iter().map(|stale| &*stale.what).collect();
    assert_eq!(stale, ["missing feature list-aliases"]);
}

#[tokio::test]
async fn a_call_that_came_too_fast_is_made_again() {
    let refusals = AtomicUsize::new(2);
    let busy = one(move |operation, reply| {
        let relaxed = Ordering::Relaxed;
        let less = |left: usize| left.checked_sub(1);
        if operation == "ListAliases" && refusals.fetch_update(relaxed, relaxed, less).is_ok() {
            reply.status = 400;
            reply.body = br#"{"__type":"ThrottlingException"}"#.to_vec();
        }
    });
    // The probe before the first case is throttled twice, and made again each time.
    assert_eq!(ends(busy, &[]).await, (Verdict::Pass, String::new()));
}

#[tokio::test]
async fn a_refusal_that_changes_something_is_a_failure() {
    let steps = "[[step]]\ndo = \"create-key\"\nname = \"k\"\norigin = \"external\"\n\
                 [[step]]\ndo = \"encrypt\"\nkey = \"k\"\nplaintext = \"x\"\n\
                 then.refused = \"pending-import\"\nno-control = \"it is never imported\"\n";
    for (changes, expected) in [(false, Verdict::Pass), (true, Verdict::Fail)] {
        let looks = AtomicUsize::new(0);
        let target = one(move |operation, reply| {
            if operation == "DescribeKey" && looks.fetch_add(1, Ordering::Relaxed) > 0 && changes {
                let body = String::from_utf8_lossy(&reply.body);
                let changed = body.replace(r#""Description":"""#, r#""Description":"new""#);
                reply.body = changed.into_bytes();
            }
        });
        let (results, _) = judge(suite("documented", &[("a", steps)]), target, &[]).await;
        let case = &results.scenarios[0];
        assert_eq!(case.verdict, expected, "{:?}", case.reason);
        let reason = case.reason.as_deref().unwrap_or_default();
        assert_eq!(reason.contains("a refused call changes nothing"), changes);
    }
}

/// The look of this number at a key is refused with this code, and so are all that follow.
fn refusing_looks_from(number: usize, code: &'static str) -> Targets {
    let looks = AtomicUsize::new(0);
    one(move |operation, reply| {
        if operation == "DescribeKey" && looks.fetch_add(1, Ordering::Relaxed) + 1 >= number {
            reply.status = 400;
            reply.body = format!(r#"{{"__type":"{code}"}}"#).into_bytes();
        }
    })
}

#[tokio::test]
async fn a_key_that_has_vanished_is_not_in_the_state_that_it_must_be_in() {
    let vanished = "NotFoundException";
    let state = "state = \"disabled\"";
    let member = "metadata.description = \"\"";
    for (then, code, expected, words) in [
        (
            state,
            vanished,
            Verdict::Fail,
            "expected state disabled, got describe-key: refused",
        ),
        (
            member,
            vanished,
            Verdict::Fail,
            "expected a key that shows description, got",
        ),
        (
            state,
            "AccessDeniedException",
            Verdict::NotTestable,
            "did not show the key",
        ),
    ] {
        let steps = format!(
            "[[step]]\ndo = \"create-key\"\nname = \"k\"\n\
             [[step]]\ndo = \"disable-key\"\nkey = \"k\"\nthen.{then}\n"
        );
        let suite = suite("documented", &[("a", &steps)]);
        let (results, _) = judge(suite, refusing_looks_from(1, code), &[]).await;
        let case = &results.scenarios[0];
        let reason = case.reason.as_deref().unwrap_or_default();
        assert_eq!(case.verdict, expected, "{reason}");
        assert!(reason.contains(words), "{reason}");
    }
}

#[tokio::test]
async fn what_was_wrong_before_the_key_could_not_be_looked_at_is_not_lost() {
    let steps = "[[step]]\ndo = \"create-key\"\nname = \"k\"\norigin = \"external\"\n\
                 [[step]]\ndo = \"encrypt\"\nkey = \"k\"\nplaintext = \"x\"\n\
                 then.refused = \"pending-import\"\nthen.state = \"pending-import\"\n\
                 no-control = \"it is never imported\"\n";
    let suite = suite("documented", &[("a", steps)]);
    let (results, _) = judge(suite, refusing_looks_from(2, "AccessDeniedException"), &[]).await;
    let case = &results.scenarios[0];
    let reason = case.reason.as_deref().unwrap_or_default();
    assert_eq!(case.verdict, Verdict::Fail, "{reason}");
    assert!(
        reason.contains("a refused call changes nothing"),
        "{reason}"
    );
}

#[test]
fn calls_reach_the_regions_that_a_target_names() {
    let target = Altered::by(|_, _| {});
    let session = Session {
        target: &target,
        dialect: dialect(Vendor::Aws),
        invented: None,
    };
    let home = target.signer().region.clone();
    assert!(session.reaches(None) && session.reaches(Some(&home)));
    assert!(!session.reaches(Some("eu-central-1")));
}

#[test]
fn an_answer_is_told_in_a_few_words() {
    let refused = |message: Option<&str>| {
        Reply::Refused(Refusal {
            code: "NotFoundException".to_owned(),
            status: 400,
            message: message.map(str::to_owned),
        })
    };
    let because = || "so".to_owned();
    for (reply, words) in [
        (Reply::Accepted(Fields::new()), "accepted"),
        (
            refused(None),
            "refused: NotFoundException (400) without text",
        ),
        (
            refused(Some("no")),
            "refused: NotFoundException (400) \"no\"",
        ),
        (
            Reply::NotImplemented { because: because() },
            "not implemented: so",
        ),
        (
            Reply::Unusable { because: because() },
            "no valid answer: so",
        ),
    ] {
        assert_eq!(summary(&reply), words);
    }
}

#[tokio::test]
async fn cases_that_let_time_pass_wait_until_the_others_have_ended_where_time_is_shared() {
    let later = format!("[[step]]\ndo = \"pass-time\"\nby = \"1h\"\n{DEMONSTRATED}");
    let cases = [("a", later.as_str()), ("b", DEMONSTRATED)];
    let (_, order) = judge(suite("documented", &cases), one(|_, _| {}), &[]).await;
    assert_eq!(order, ["b", "a"]);

    let each = Targets::Each(Arc::new(|_| {
        Arc::new(Altered::by(|_, _| {})) as Arc<dyn Target>
    }));
    let (_, order) = judge(suite("documented", &cases), each, &[]).await;
    assert_eq!(order, ["a", "b"]);
}

#[tokio::test]
async fn a_case_that_scores_nothing_never_fails_a_run() {
    let refusing = || {
        one(|operation, reply| {
            if operation == "ListAliases" {
                reply.status = 400;
                reply.body = br#"{"__type":"InvalidMarkerException"}"#.to_vec();
            }
        })
    };
    for (evidence, steps, expected, words) in [
        ("documented", SET_UP, Verdict::NotTestable, "step 1"),
        (
            "inferred",
            SET_UP,
            Verdict::Skipped,
            "not scored, and step 1",
        ),
        ("documented", DEMONSTRATED, Verdict::Fail, "step 1"),
        (
            "inferred",
            DEMONSTRATED,
            Verdict::Skipped,
            "not scored, and",
        ),
    ] {
        let (results, _) = judge(suite(evidence, &[("a", steps)]), refusing(), &[]).await;
        let case = &results.scenarios[0];
        assert_eq!(case.verdict, expected, "{evidence}: {steps}");
        let reason = case.reason.as_deref().unwrap_or_default();
        assert!(reason.starts_with(words), "{reason}");
    }
}
