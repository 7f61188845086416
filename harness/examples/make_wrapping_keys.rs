//! Makes the keys that are part of the program: the wrapping key pairs that the built-in reference service hands out,
//! the RSA keys that it gives to keys of its own origin, and the RSA keys that scenarios import.
//!
//! Run from the top of the repository: `cargo run --release --example make_wrapping_keys`. The keys follow from their
//! names, so another run gives the same files unless the crates have changed how they search primes.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use byokcheck::spec::WrappingKeySpec;
use byokcheck::wrapping::{MaterialKind, RSA_KEYS, WrappingKeyPair, seeded_rng};

/// How many pairs of each kind; a scenario wants one that nobody else uses. Pairs of SM2 are made in no time.
const POOL: [(WrappingKeySpec, usize, usize); 3] = [
    (WrappingKeySpec::Rsa2048, 2048, 24),
    (WrappingKeySpec::Rsa3072, 3072, 6),
    (WrappingKeySpec::Rsa4096, 4096, 6),
];

fn main() -> Result<(), Box<dyn Error>> {
    for (spec, bits, count) in POOL {
        let kind = spec.to_string().to_lowercase();
        let secrets = (1..=count).flat_map(|number| {
            let rng = &mut seeded_rng(0, &format!("{kind}_{number}"));
            WrappingKeyPair::generate(spec, rng).secret().to_vec()
        });
        write(
            "src/target/reference/wrapping_keys",
            &format!("{kind}.primes"),
            &secrets.collect::<Vec<_>>(),
        )?;
        for number in 1..=RSA_KEYS {
            for (folder, name) in [
                (
                    "src/wrapping/rsa_keys",
                    format!("material_{bits}_{number}.der"),
                ),
                (
                    "src/target/reference/rsa_keys",
                    format!("{kind}_{number}.der"),
                ),
            ] {
                let key = MaterialKind::Rsa(bits).derive(0, &name)?;
                write(folder, &name, &key)?;
            }
        }
    }
    Ok(())
}

fn write(folder: &str, name: &str, content: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), content)?;
    println!("{name}");
    Ok(())
}
