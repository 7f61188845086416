//! Makes the wrapping key pairs that the built-in reference service hands out, and the RSA keys that scenarios import,
//! as PKCS#8 DER files.
//!
//! Run from the top of the repository: `cargo run --release --example make_wrapping_keys`. The pairs follow from the
//! file names, so another run gives the same files unless the `rsa` crate has changed how it searches primes.

use std::error::Error;
use std::fs;
use std::path::Path;

use byokcheck::spec::WrappingKeySpec;
use byokcheck::wrapping::{RSA_KEYS, WrappingKeyPair, seeded_rng};

/// How many pairs of each kind; a scenario wants one that nobody else uses.
const POOL: [(WrappingKeySpec, usize); 3] = [
    (WrappingKeySpec::Rsa2048, 24),
    (WrappingKeySpec::Rsa3072, 6),
    (WrappingKeySpec::Rsa4096, 6),
];

fn main() -> Result<(), Box<dyn Error>> {
    for (spec, count) in POOL {
        for number in 1..=count {
            let name = format!("{}_{number:02}.der", spec.to_string().to_lowercase());
            make("src/target/reference/wrapping_keys", &name, spec)?;
        }
        for number in 1..=RSA_KEYS {
            let name = format!("material_{}_{number}.der", spec.modulus_bits());
            make("src/wrapping/rsa_keys", &name, spec)?;
        }
    }
    Ok(())
}

fn make(folder: &str, name: &str, spec: WrappingKeySpec) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::create_dir_all(&folder)?;
    let pair = WrappingKeyPair::generate(spec, &mut seeded_rng(0, name));
    fs::write(folder.join(name), pair.to_pkcs8_der()?)?;
    println!("{name}");
    Ok(())
}
