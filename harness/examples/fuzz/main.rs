//! What `scripts/fuzz` needs beside the fuzzers: `seeds` writes seeds and dictionaries anew, `speed` tells how fast the
//! targets are by themselves, and `scenario VENDOR FILE TITLE RULE` prints the sequence of calls in a file as a scenario.
//!
//! Seeds come from what the scenarios send and receive, from recorded answers of the real service, from the project's
//! own files and keys, and from Wycheproof.
//! A dictionary holds the words that occur in what its seeds were made from. Regressions are left alone.

mod conversation;
mod der;
mod exchanges;
mod files;
mod sequence;
mod speed;
mod truths;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use byokcheck::fuzzing::{TARGETS, state_machine};
use byokcheck::spec::Vendor;

/// What is written for one target.
#[derive(Default)]
pub(crate) struct Seeds {
    corpus: BTreeMap<String, Vec<u8>>,
    dictionary: Vec<String>,
}

impl Seeds {
    pub(crate) fn add(&mut self, name: impl Into<String>, bytes: impl AsRef<[u8]>) {
        self.corpus.insert(name.into(), bytes.as_ref().to_vec());
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["seeds"] => seeds(),
        ["speed"] => speed::measure(&project().join("fuzz/corpus")),
        ["scenario", vendor, file, title, rule] => scenario(vendor, file, title, rule),
        _ => {
            eprintln!("say `seeds`, `speed`, or `scenario VENDOR FILE TITLE RULE`");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn scenario(vendor: &str, file: &str, title: &str, rule: &str) -> io::Result<()> {
    let vendor: Vendor = vendor
        .parse()
        .map_err(|_| io::Error::other(format!("{vendor} is no vendor: aws, alibaba")))?;
    let bytes = fs::read(file).map_err(|error| io::Error::other(format!("{file}: {error}")))?;
    let steps = state_machine::read(&bytes);
    print!("{}", state_machine::scenario(vendor, title, rule, &steps));
    Ok(())
}

fn seeds() -> io::Result<()> {
    let aws = exchanges::record(Vendor::Aws);
    let alibaba = exchanges::record(Vendor::Alibaba);
    let fuzz = project().join("fuzz");
    for target in TARGETS {
        let seeds = match target.name {
            "aes_key_wrap" => der::aes_key_wrap(),
            "alibaba_members" | "aws_members" => bytes_that_choose(),
            "alibaba_reply" => exchanges::alibaba_replies(&aws),
            "alibaba_request" => exchanges::alibaba_requests(&aws),
            "alibaba_signature" | "aws_signature" => changes(exchanges::headers(&aws)),
            "alibaba_reference" => conversation::alibaba(&alibaba),
            "alibaba_state_machine" | "aws_state_machine" => sequence::seeds(&aws),
            "aws_reference" => conversation::aws(&aws),
            "aws_reply" => truths::with_recorded(exchanges::aws_replies(&aws)),
            "aws_request" => exchanges::aws_requests(&aws),
            "private_key" => der::private_keys(),
            "public_key" => der::public_keys(),
            "rules" => files::rules(),
            "scenario" => files::scenarios(),
            "target_file" => files::targets(),
            "token" => changes(Vec::new()),
            "unwrap" => der::unwrap(),
            "unwrap_sm2" => der::unwrap_sm2(),
            other => panic!("say here where the seeds of {other} come from"),
        };
        write(&fuzz, target.name, &seeds)?;
        let bytes: usize = seeds.corpus.values().map(Vec::len).sum();
        let (name, number, words) = (target.name, seeds.corpus.len(), seeds.dictionary.len());
        println!("{name:16} {number:4} seeds, {bytes:6} bytes, {words:4} words");
    }
    Ok(())
}

/// The folder of the whole project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn write(fuzz: &Path, target: &str, seeds: &Seeds) -> io::Result<()> {
    let folder = fuzz.join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("seed-") {
            fs::remove_file(folder.join(name))?;
        }
    }
    for (name, bytes) in &seeds.corpus {
        fs::write(folder.join(format!("seed-{name}")), bytes)?;
    }
    let dictionary = fuzz.join("dictionaries").join(format!("{target}.dict"));
    fs::create_dir_all(fuzz.join("dictionaries"))?;
    match seeds.dictionary.is_empty() {
        true => Ok(()),
        false => fs::write(dictionary, seeds.dictionary.join("\n") + "\n"),
    }
}

/// Scripts for targets that change something that was right.
fn changes(dictionary: Vec<String>) -> Seeds {
    let mut seeds = Seeds {
        dictionary,
        ..Seeds::default()
    };
    seeds.add("nothing", b"");
    seeds.add("flip-first", b"\x01\x00\x00\x00\x01");
    seeds.add("cut", b"\x01\x00\x0a\x03");
    seeds.add("insert", b"\x01\x00\x00\x01\x07");
    seeds.add("remove", b"\x01\x00\x00\x02");
    seeds
}

/// Inputs that are nothing but choices.
fn bytes_that_choose() -> Seeds {
    let mut seeds = Seeds::default();
    for first in 0..31_u8 {
        let bytes: Vec<u8> = (0..96_u8).map(|n| n.wrapping_mul(37) ^ first).collect();
        seeds.add(
            format!("operation-{first}"),
            [&[first][..], &bytes].concat(),
        );
    }
    seeds
}
