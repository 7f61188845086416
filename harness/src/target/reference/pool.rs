//! Key pairs that material is wrapped for, so that making them never dominates a run.
//!
//! Some pairs are part of this program. They are no secret: whoever has byokcheck can unwrap what was wrapped
//! for them, which is all right for a test double and for nothing else.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread;

use include_dir::{Dir, include_dir};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;

use crate::spec::WrappingKeySpec;
use crate::wrapping::WrappingKeyPair;

/// How many fresh pairs of one kind wait for a long-lived service.
const QUEUE: usize = 4;

/// Hands out key pairs.
#[derive(Debug)]
pub struct Pool {
    handed_out: BTreeMap<WrappingKeySpec, usize>,
    supply: Supply,
}

/// Where pairs come from besides the embedded ones.
#[derive(Debug)]
enum Supply {
    /// Made on the spot once the embedded ones are used up.
    OnTheSpot,
    /// Made ahead by one thread per kind of pair; a thread ends when its queue is dropped.
    Ahead(BTreeMap<WrappingKeySpec, Receiver<WrappingKeyPair>>),
}

impl Pool {
    /// For a service that lives as long as a scenario: the embedded pairs in order, then fresh ones, and so never one
    /// pair twice. What comes out follows from the random source alone.
    #[must_use]
    pub fn without_repetition() -> Self {
        Self {
            handed_out: BTreeMap::new(),
            supply: Supply::OnTheSpot,
        }
    }

    /// For a service that lives for days: fresh pairs as fast as a background thread makes them, and in between the
    /// embedded ones over and over. A caller never waits for a pair that is embedded.
    #[must_use]
    pub fn without_waiting() -> Self {
        Self {
            handed_out: BTreeMap::new(),
            supply: Supply::Ahead(BTreeMap::new()),
        }
    }

    /// The next pair.
    pub fn take(&mut self, spec: WrappingKeySpec, rng: &mut ChaCha12Rng) -> Arc<WrappingKeyPair> {
        if let Supply::Ahead(queues) = &mut self.supply {
            let queue = queues.entry(spec).or_insert_with(|| make_ahead(spec, rng));
            if let Ok(pair) = queue.try_recv() {
                return Arc::new(pair);
            }
        }
        let handed_out = self.handed_out.entry(spec).or_default();
        let embedded = EMBEDDED.get(&spec).map_or(&[][..], Vec::as_slice);
        let next = match self.supply {
            Supply::OnTheSpot => embedded.get(*handed_out),
            Supply::Ahead(_) => embedded.get(*handed_out % embedded.len().max(1)),
        };
        *handed_out += 1;
        match next {
            Some(embedded) => embedded.pair(),
            None => Arc::new(WrappingKeyPair::generate(spec, rng)),
        }
    }
}

/// Starts the thread behind a queue. Where no thread can be started the queue stays empty, which is no worse than a
/// slow one.
fn make_ahead(spec: WrappingKeySpec, rng: &mut ChaCha12Rng) -> Receiver<WrappingKeyPair> {
    let (waiting, queue) = sync_channel(QUEUE);
    let mut rng = ChaCha12Rng::from_rng(rng);
    let work = move || {
        while waiting
            .send(WrappingKeyPair::generate(spec, &mut rng))
            .is_ok()
        {}
    };
    let started = thread::Builder::new()
        .name(format!("{spec} wrapping keys"))
        .spawn(work);
    drop(started);
    queue
}

/// A pair that is part of this program, read when it is needed for the first time in a process.
struct Embedded {
    der: &'static [u8],
    pair: OnceLock<Arc<WrappingKeyPair>>,
}

impl Embedded {
    fn pair(&self) -> Arc<WrappingKeyPair> {
        let read =
            || WrappingKeyPair::from_pkcs8_der(self.der).expect("a test reads every embedded pair");
        Arc::clone(self.pair.get_or_init(|| Arc::new(read())))
    }
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/target/reference/wrapping_keys");

static EMBEDDED: LazyLock<BTreeMap<WrappingKeySpec, Vec<Embedded>>> = LazyLock::new(|| {
    [
        (WrappingKeySpec::Rsa2048, "rsa_2048_"),
        (WrappingKeySpec::Rsa3072, "rsa_3072_"),
        (WrappingKeySpec::Rsa4096, "rsa_4096_"),
    ]
    .map(|(spec, prefix)| (spec, embedded(prefix)))
    .into()
});

/// The pairs in files whose name begins with `prefix`, in the order of their names.
fn embedded(prefix: &str) -> Vec<Embedded> {
    let mut files: Vec<_> = FILES
        .files()
        .filter(|file| file.path().to_string_lossy().starts_with(prefix))
        .collect();
    files.sort_by_key(|file| file.path());
    let embedded = files.iter().map(|file| Embedded {
        der: file.contents(),
        pair: OnceLock::new(),
    });
    embedded.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::VariantArray;

    use super::*;

    fn take(pool: &mut Pool, spec: WrappingKeySpec, count: usize) -> Vec<Vec<u8>> {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let pairs = (0..count).map(|_| pool.take(spec, &mut rng));
        pairs.map(|pair| pair.public_key_der()).collect()
    }

    #[test]
    fn every_embedded_pair_is_of_its_kind_and_stands_once() {
        for spec in WrappingKeySpec::VARIANTS {
            let embedded = &EMBEDDED[spec];
            let pairs = embedded.iter().map(Embedded::pair);
            let keys: BTreeSet<_> = pairs
                .inspect(|pair| assert_eq!(pair.spec(), *spec))
                .map(|pair| pair.public_key_der())
                .collect();
            assert_eq!(keys.len(), embedded.len());
            assert!(!keys.is_empty(), "{spec}");
        }
        let files: usize = EMBEDDED.values().map(Vec::len).sum();
        let pairs = FILES
            .files()
            .filter(|file| file.path().extension().is_some_and(|it| it == "der"));
        assert_eq!(files, pairs.count());
    }

    #[test]
    fn a_pool_without_repetition_hands_out_fresh_pairs_after_the_embedded_ones() {
        let embedded = EMBEDDED[&WrappingKeySpec::Rsa2048].len();
        let keys = take(
            &mut Pool::without_repetition(),
            WrappingKeySpec::Rsa2048,
            embedded + 1,
        );
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), embedded + 1);
        let again = take(
            &mut Pool::without_repetition(),
            WrappingKeySpec::Rsa2048,
            embedded + 1,
        );
        assert_eq!(keys, again);
    }

    #[test]
    fn a_pool_without_waiting_repeats_the_embedded_pairs_rather_than_wait() {
        let count = 2 * EMBEDDED[&WrappingKeySpec::Rsa3072].len() + QUEUE;
        let keys = take(
            &mut Pool::without_waiting(),
            WrappingKeySpec::Rsa3072,
            count,
        );
        assert!(keys.iter().collect::<BTreeSet<_>>().len() < count);
    }

    #[test]
    fn a_pool_without_waiting_hands_out_pairs_that_were_made_ahead() {
        let mut pool = Pool::without_waiting();
        let embedded = EMBEDDED[&WrappingKeySpec::Rsa2048].len();
        let mut keys = BTreeSet::new();
        while keys.len() <= embedded {
            keys.extend(take(&mut pool, WrappingKeySpec::Rsa2048, 1));
            thread::yield_now();
        }
    }
}
