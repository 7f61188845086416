//! RSA key pairs whose modulus has many small primes (RFC 8017, section 3.2).
//!
//! An exponentiation costs the cube of its numbers' length, so many short ones are much cheaper than two long ones,
//! and small primes are found soon. Nothing about the public key tells how many primes there are. Who looks for primes
//! of 128 bits finds them within the hour: such keys are good for test doubles and for nothing else.

use std::num::NonZero;

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul, Odd, Random, U128};
use crypto_primes::hazmat::SmallFactorsSieve;
use crypto_primes::{Flavor, is_prime};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::private_operation::{PrivateOperation, last_bytes};

/// A private key. All of its primes have the same length, whatever the length of the modulus.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct MultiPrimeKey {
    modulus: Odd<BoxedUint>,
    factors: Vec<Factor>,
}

/// A prime of the modulus with what follows from it.
#[derive(Clone, PartialEq, Eq)]
struct Factor {
    /// The prime, prepared for arithmetic.
    prime: Modulus,
    /// The private exponent modulo the prime less one.
    exponent: Prime,
    /// The product of the other primes.
    others: BoxedUint,
    /// The inverse of that product modulo the prime.
    inverse_of_others: Residue,
}

type Prime = U128;
type Modulus = FixedMontyParams<{ Prime::LIMBS }>;
type Residue = FixedMontyForm<{ Prime::LIMBS }>;

/// The exponent of every public key.
pub(super) const PUBLIC_EXPONENT: u32 = 65537;

/// With so many leading ones in each prime, the product of thirty-two primes still has its full length.
const LEADING_ONES: u32 = 6;

impl MultiPrimeKey {
    /// Makes a key with a modulus of so many bits, a multiple of 128. Takes some milliseconds of computing.
    pub(super) fn generate<R: CryptoRng + ?Sized>(modulus_bits: usize, rng: &mut R) -> Self {
        let count = modulus_bits / Prime::BITS as usize;
        loop {
            let primes: Vec<_> = (0..count).map(|_| random_prime(rng)).collect();
            if let Some(key) = Self::of(&primes) {
                return key;
            }
        }
    }

    /// Reads the primes of a modulus of so many bits, each big-endian, one after the other. `None` when they cannot
    /// be the primes of such a modulus; whether they are prime is left to the caller.
    pub(super) fn from_primes(modulus_bits: usize, primes: &[u8]) -> Option<Self> {
        let bytes = primes.len();
        let primes: Vec<_> = digits(primes).collect();
        let key = Self::of(&primes)?;
        (bytes * 8 == modulus_bits && key.modulus.bit_width() as usize == modulus_bits)
            .then_some(key)
    }

    /// What [`from_primes`](Self::from_primes) reads.
    pub(super) fn primes(&self) -> Zeroizing<Vec<u8>> {
        let mut primes = Zeroizing::new(Vec::with_capacity(self.size()));
        for factor in &self.factors {
            primes.extend_from_slice(factor.prime.modulus().to_be_bytes().as_ref());
        }
        primes
    }

    pub(super) fn public_key(&self) -> rsa::Result<rsa::PublicKey> {
        rsa::PublicKey::new(self.modulus.as_ref().clone(), PUBLIC_EXPONENT.into())
    }

    /// `None` unless the numbers are odd, different, and fit the public exponent.
    fn of(primes: &[Prime]) -> Option<Self> {
        let factors = (0..primes.len()).map(|index| {
            let (before, rest) = primes.split_at(index);
            let (prime, after) = rest.split_first()?;
            Factor::of(prime, before.iter().chain(after))
        });
        Some(Self {
            modulus: product(primes).to_odd().into_option()?,
            factors: factors.collect::<Option<_>>()?,
        })
    }
}

impl PrivateOperation for MultiPrimeKey {
    fn size(&self) -> usize {
        self.factors.len() * Prime::BYTES
    }

    /// By the Chinese remainder theorem: the parts of all factors add up to the message.
    fn encoded_message(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let modulus = self.modulus.to_be_bytes();
        if ciphertext.len() != modulus.len() || ciphertext >= &*modulus {
            return None;
        }
        let parts = self.factors.iter().map(|factor| factor.part(ciphertext));
        let zero = BoxedUint::zero_with_precision(self.modulus.bits_precision() + 64);
        let sum = Zeroizing::new(parts.fold(zero, |sum, part| sum + part));
        let message = Zeroizing::new(sum.rem_vartime(self.modulus.as_nz_ref()));
        last_bytes(&message, self.size())
    }
}

impl Factor {
    fn of<'a>(prime: &Prime, others: impl Iterator<Item = &'a Prime> + Clone) -> Option<Self> {
        let less_one = prime.wrapping_sub(&Prime::ONE).to_nz().into_option()?;
        let exponent = Prime::from(PUBLIC_EXPONENT).invert_mod(&less_one);
        let modulus = Modulus::new_vartime(prime.to_odd().into_option()?);
        let residues = others.clone().map(|other| Residue::new(other, &modulus));
        let one = Residue::one(&modulus);
        let inverse = residues
            .fold(one, |product, other| product * other)
            .invert();
        Some(Self {
            exponent: exponent.into_option()?,
            others: product(others),
            inverse_of_others: inverse.into_option()?,
            prime: modulus,
        })
    }

    /// The number below the modulus that is the message modulo this prime, and zero modulo every other.
    fn part(&self, ciphertext: &[u8]) -> BoxedUint {
        let root = self.residue(ciphertext).pow_vartime(&self.exponent);
        let multiple = (root * self.inverse_of_others).retrieve();
        self.others.concatenating_mul(&multiple)
    }

    /// A long number modulo the prime, by Horner's rule over digits of the prime's length.
    fn residue(&self, number: &[u8]) -> Residue {
        let radix = Residue::new(self.prime.one(), &self.prime);
        digits(number).fold(Residue::zero(&self.prime), |high, digit| {
            high * radix + Residue::new(&digit, &self.prime)
        })
    }
}

/// Numbers of the primes' length, big-endian, one after the other; what is left over at the end is not looked at.
fn digits(bytes: &[u8]) -> impl Iterator<Item = Prime> {
    bytes.chunks_exact(Prime::BYTES).map(Prime::from_be_slice)
}

fn product<'a>(primes: impl IntoIterator<Item = &'a Prime>) -> BoxedUint {
    let primes = primes.into_iter().map(BoxedUint::from);
    let product = primes.reduce(|product, prime| product.concatenating_mul(&prime));
    product.unwrap_or_else(BoxedUint::one)
}

fn random_prime<R: CryptoRng + ?Sized>(rng: &mut R) -> Prime {
    let top = Prime::MAX.shl_vartime(Prime::BITS - LEADING_ONES);
    let bits = NonZero::new(Prime::BITS).expect("a prime has bits");
    loop {
        let start = Prime::random_from_rng(rng) | top;
        let sieve = SmallFactorsSieve::new(start, bits, false);
        let mut candidates = sieve.expect("the number has its own length");
        if let Some(prime) = candidates.find(|candidate| is_prime(Flavor::Any, candidate)) {
            return prime;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use rsa::hazmat::rsa_encrypt;

    use super::*;
    use crate::wrapping::seeded_rng;

    static KEYS: LazyLock<[MultiPrimeKey; 3]> = LazyLock::new(|| {
        [2048, 3072, 4096]
            .map(|bits| MultiPrimeKey::generate(bits, &mut seeded_rng(1, "multi prime")))
    });

    fn bytes(key: &MultiPrimeKey, number: &BoxedUint) -> Zeroizing<Vec<u8>> {
        last_bytes(number, key.size()).unwrap()
    }

    fn encrypted(key: &MultiPrimeKey, message: &[u8]) -> Zeroizing<Vec<u8>> {
        let public_key = key.public_key().unwrap();
        let message = BoxedUint::from_be_slice(message, key.modulus.bits_precision()).unwrap();
        bytes(key, &rsa_encrypt(&public_key, &message).unwrap())
    }

    #[test]
    fn the_smallest_the_largest_and_multiples_of_a_prime_come_back() {
        for key in &*KEYS {
            let zero = BoxedUint::zero_with_precision(key.modulus.bits_precision());
            let one = &zero + BoxedUint::one();
            let largest = key.modulus.as_ref() - &one;
            let multiple = &zero + &key.factors[1].others;
            for message in [zero, one, largest, multiple] {
                let message = bytes(key, &message);
                let back = key.encoded_message(&encrypted(key, &message));
                assert_eq!(back, Some(message));
            }
        }
    }

    #[test]
    fn what_is_no_number_below_the_modulus_in_its_length_is_refused() {
        for key in &*KEYS {
            let modulus = bytes(key, &key.modulus);
            let mut above = modulus.clone();
            above[0] = 0xff;
            let longer = [&[0], &above[1..], &[1]].concat();
            for refused in [&modulus[..], &above, &modulus[1..], &longer, &[]] {
                assert_eq!(key.encoded_message(refused), None);
            }
        }
    }

    #[test]
    fn every_prime_is_prime_and_the_modulus_has_its_full_length() {
        for (key, bits) in KEYS.iter().zip([2048, 3072, 4096]) {
            assert_eq!(key.modulus.bit_width(), bits);
            for prime in digits(&key.primes()) {
                assert!(is_prime(Flavor::Any, &prime));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn it_undoes_the_public_operation_of_the_rsa_crate(
            which in 0..3_usize,
            message in prop::collection::vec(any::<u8>(), 512),
        ) {
            let key = &KEYS[which];
            let message = [&[0], &message[1..key.size()]].concat();
            let back = key.encoded_message(&encrypted(key, &message));
            prop_assert_eq!(back.as_deref(), Some(&message));
        }
    }
}
