//! A second implementation: what the `openssl` command line wraps we unwrap, and the other way round. Without an
//! `openssl` these tests pass and print why they did nothing.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use ::sm2::Sm2;
use ::sm2::pke::Mode;
use pkcs8::EncodePrivateKey;
use pkcs8::der::{Decode, Encode};
use tempfile::TempDir;

use super::*;
use crate::spec::SigningAlgorithm;
use crate::wrapping::aes_kwp;

#[test]
fn openssl_and_we_unwrap_what_the_other_wrapped_with_plain_rsa() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let rng = &mut seeded_rng(1, "openssl");
    for (algorithm, options) in PLAIN_RSA {
        for pair in &PAIRS[..3] {
            let public_key = openssl.file("public.der", &pair.public_key_der());
            let encrypt =
                format!("pkeyutl -encrypt -pubin -keyform DER -inkey {public_key} {options}");
            let theirs = openssl.run(&encrypt, b"material").unwrap();
            let unwrapped = unwrap(algorithm, pair, &theirs).unwrap();
            assert_eq!(*unwrapped, b"material", "{algorithm}");
        }
        for spec in [KeySpec::Rsa2048, KeySpec::Rsa3072, KeySpec::Rsa4096] {
            let key = material_for(spec);
            let private_key = openssl.file("private.der", &key);
            let public_key = public_key_of(&key).unwrap();
            let ours = wrap(algorithm, &public_key, b"material", rng).unwrap();
            let decryption =
                format!("pkeyutl -decrypt -keyform DER -inkey {private_key} {options}");
            assert_eq!(
                openssl.run(&decryption, &ours).unwrap(),
                b"material",
                "{algorithm}"
            );
        }
    }
}

#[test]
fn openssl_left_to_its_default_mask_is_refused() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let rng = &mut seeded_rng(1, "openssl");
    let options =
        "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1";
    let key = material_for(KeySpec::Rsa2048);
    let public = public_key_of(&key).unwrap();
    let algorithm = WrappingAlgorithm::RsaesOaepSha256;
    let private_key = openssl.file("private.der", &key);
    let public_key = openssl.file("public.der", &public);

    let encrypt = format!("pkeyutl -encrypt -pubin -keyform DER -inkey {public_key} {options}");
    let theirs = openssl.run(&encrypt, b"material").unwrap();
    assert_eq!(decrypt(algorithm, &key, &theirs), REFUSED);

    let variant = WrapVariant::Mgf1Sha1;
    let ours = wrap_with(variant, algorithm, &public, b"material", rng).unwrap();
    let decryption = format!("pkeyutl -decrypt -keyform DER -inkey {private_key} {options}");
    assert_eq!(openssl.run(&decryption, &ours).unwrap(), b"material");

    let variant = WrapVariant::Labelled;
    let ours = wrap_with(variant, algorithm, &public, b"material", rng).unwrap();
    let options = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_oaep_label:6c6162656c";
    let decryption = format!("pkeyutl -decrypt -keyform DER -inkey {private_key} {options}");
    assert_eq!(openssl.run(&decryption, &ours).unwrap(), b"material");
}

#[test]
fn openssl_and_we_agree_on_aes_key_wrap_with_padding() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let kek = [0x5a; 32];
    let command = format!(
        "enc -id-aes256-wrap-pad -K {} -iv A65959A6",
        hex::encode(kek)
    );
    for length in [1, 7, 8, 9, 32, 1218] {
        let material = derive_bytes(1, "openssl", length);
        let ours = aes_kwp::encrypt(&kek, &material).unwrap();
        assert_eq!(openssl.run(&command, &material).unwrap(), ours, "{length}");
        assert_eq!(
            openssl.run(&format!("{command} -d"), &ours).unwrap(),
            *material,
            "{length}"
        );
        assert_eq!(aes_kwp::decrypt(&kek, &ours), Ok(material), "{length}");
    }
}

#[test]
fn openssl_takes_our_hybrid_blob_apart() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let rng = &mut seeded_rng(1, "openssl");
    let key = material_for(KeySpec::Rsa2048);
    let material = MaterialKind::of(KeySpec::EccNistP521)
        .derive(1, "openssl")
        .unwrap();
    let algorithm = WrappingAlgorithm::RsaAesKeyWrapSha256;
    let blob = wrap(algorithm, &public_key_of(&key).unwrap(), &material, rng).unwrap();
    let (wrapped_kek, wrapped_material) = blob.split_at(256);

    let private_key = openssl.file("private.der", &key);
    let options = PLAIN_RSA[2].1;
    let decryption = format!("pkeyutl -decrypt -keyform DER -inkey {private_key} {options}");
    let kek = openssl.run(&decryption, wrapped_kek).unwrap();
    let decryption = format!(
        "enc -d -id-aes256-wrap-pad -K {} -iv A65959A6",
        hex::encode(kek)
    );
    assert_eq!(
        openssl.run(&decryption, wrapped_material).unwrap(),
        *material
    );
}

#[test]
fn openssl_and_we_unwrap_what_the_other_wrapped_with_sm2() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let rng = &mut seeded_rng(1, "openssl");
    let pair = pair_for(WrappingAlgorithm::Sm2Pke);
    let public_key = openssl.file("public.der", &pair.public_key_der());
    let encrypt = format!("pkeyutl -encrypt -pubin -keyform DER -inkey {public_key}");
    let theirs = openssl.run(&encrypt, b"material").unwrap();
    assert_eq!(unwrap(WrappingAlgorithm::Sm2Pke, pair, &theirs), REFUSED);
    let theirs = SmCipher::from_der(&theirs).unwrap();
    let theirs = theirs.to_vec(Mode::C1C3C2, false).unwrap();
    let unwrapped = unwrap(WrappingAlgorithm::Sm2Pke, pair, &theirs).unwrap();
    assert_eq!(*unwrapped, b"material");

    let secret_key = ::sm2::SecretKey::from_slice(&pair.secret()).unwrap();
    let private_key = secret_key.to_pkcs8_der().unwrap();
    let private_key = openssl.file("private.der", private_key.as_bytes());
    let material = derive_bytes(1, "openssl", 32);
    let blob = wrap(
        WrappingAlgorithm::Sm2PkeSm4Ecb,
        &pair.public_key_der(),
        &material,
        rng,
    );
    let blob = blob.unwrap();
    let (wrapped_key, wrapped_material) = blob.split_at(113);
    let ours = SmCipher::from_slice(wrapped_key, Mode::C1C3C2).unwrap();
    let decryption = format!("pkeyutl -decrypt -keyform DER -inkey {private_key}");
    let key = openssl.run(&decryption, &ours.to_der().unwrap()).unwrap();
    let decryption = format!("enc -d -sm4-ecb -nopad -K {}", hex::encode(key));
    assert_eq!(
        openssl.run(&decryption, wrapped_material).unwrap(),
        *material
    );
}

#[test]
fn openssl_takes_our_blob_of_oaep_and_ecb_apart() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let rng = &mut seeded_rng(1, "openssl");
    let key = material_for(KeySpec::Rsa2048);
    let algorithm = WrappingAlgorithm::RsaesOaepSha256Aes256EcbPkcs7Pad;
    let material = material_for(KeySpec::EccNistP256);
    let blob = wrap(algorithm, &public_key_of(&key).unwrap(), &material, rng).unwrap();
    let (wrapped_key, wrapped_material) = blob.split_at(256);
    let private_key = openssl.file("private.der", &key);
    let options = PLAIN_RSA[2].1;
    let decryption = format!("pkeyutl -decrypt -keyform DER -inkey {private_key} {options}");
    let fresh = openssl.run(&decryption, wrapped_key).unwrap();
    let decryption = format!("enc -d -aes-256-ecb -K {}", hex::encode(fresh));
    assert_eq!(
        openssl.run(&decryption, wrapped_material).unwrap(),
        *material
    );
}

#[test]
fn keys_made_by_openssl_are_material_in_pkcs8_and_on_a_named_curve_only() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let unreadable = || Err(MaterialError::Unreadable);
    for (curve, spec) in [
        ("P-256", KeySpec::EccNistP256),
        ("P-384", KeySpec::EccNistP384),
        ("P-521", KeySpec::EccNistP521),
        ("secp256k1", KeySpec::EccSecgP256k1),
    ] {
        let generate = format!("ecparam -name {curve} -genkey -noout -outform DER");
        let sec1 = openssl.run(&generate, b"").unwrap();
        assert_eq!(check_material(spec, &sec1), unreadable(), "{curve}");

        let pkcs8 = openssl.ec_pkcs8(&sec1, "");
        assert_eq!(check_material(spec, &pkcs8), Ok(()), "{curve}");
        let public_key = "pkey -inform DER -outform DER -pubout";
        let public_key = openssl.run(public_key, &pkcs8).unwrap();
        assert_eq!(public_key_of(&pkcs8), Ok(public_key), "{curve}");

        let compressed = openssl.ec_pkcs8(&sec1, "-conv_form compressed");
        let pointless = openssl.ec_pkcs8(&sec1, "-no_public");
        assert!(pointless.len() < compressed.len() && compressed.len() < pkcs8.len());
        assert_eq!(check_material(spec, &compressed), Ok(()), "{curve}");
        assert_eq!(check_material(spec, &pointless), Ok(()), "{curve}");
        assert_eq!(public_key_of(&pointless), public_key_of(&pkcs8), "{curve}");

        let explicit = openssl.ec_pkcs8(&sec1, "-param_enc explicit");
        assert_eq!(check_material(spec, &explicit), unreadable(), "{curve}");
    }
}

#[test]
fn other_forms_of_an_rsa_key_are_no_material() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let material = material_for(KeySpec::Rsa2048);
    assert_eq!(check_material(KeySpec::Rsa2048, &material), Ok(()));
    for command in [
        "rsa -inform DER -outform DER -traditional",
        "pkey -inform DER -outform PEM",
        "pkcs8 -topk8 -inform DER -outform DER -passout pass:secret",
    ] {
        let other = openssl.run(command, &material).unwrap();
        let refused = Err(MaterialError::Unreadable);
        assert_eq!(
            check_material(KeySpec::Rsa2048, &other),
            refused,
            "{command}"
        );
    }
}

#[test]
fn openssl_reads_the_same_key_from_every_form_that_we_write() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    for spec in [
        KeySpec::Rsa2048,
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
    ] {
        let material = material_for(spec);
        for &form in MaterialForm::VARIANTS {
            let Ok(written) = form.write(&material) else {
                continue;
            };
            let format = match form {
                MaterialForm::Pem => "-inform PEM",
                _ => "-inform DER -passin pass:byokcheck",
            };
            // Public key and curve are shown as they are written; the private number is what has to be the same.
            let private_number = |options: &str, key: &[u8]| {
                let command = format!("pkey {options} -noout -text");
                let text = String::from_utf8(openssl.run(&command, key).unwrap()).unwrap();
                let (_, number) = text.split_once("priv").unwrap();
                number.split("pub:").next().unwrap().to_owned()
            };
            assert_eq!(
                private_number(format, &written),
                private_number("-inform DER", &material),
                "{spec} {form}"
            );
        }
    }
}

#[test]
fn openssl_verifies_our_signatures() {
    let Some(openssl) = Openssl::find() else {
        return;
    };
    let pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest";
    for (spec, algorithm, options) in [
        (
            KeySpec::Rsa2048,
            SigningAlgorithm::RsassaPssSha256,
            format!("-sha256 {pss}"),
        ),
        (
            KeySpec::Rsa2048,
            SigningAlgorithm::RsassaPssSha512,
            format!("-sha512 {pss}"),
        ),
        (
            KeySpec::Rsa2048,
            SigningAlgorithm::RsassaPkcs1V15Sha384,
            "-sha384".to_owned(),
        ),
        (
            KeySpec::EccNistP256,
            SigningAlgorithm::EcdsaSha256,
            "-sha256".to_owned(),
        ),
        (
            KeySpec::EccNistP384,
            SigningAlgorithm::EcdsaSha384,
            "-sha384".to_owned(),
        ),
        (
            KeySpec::EccNistP521,
            SigningAlgorithm::EcdsaSha512,
            "-sha512".to_owned(),
        ),
        (
            KeySpec::EccSecgP256k1,
            SigningAlgorithm::EcdsaSha256,
            "-sha256".to_owned(),
        ),
    ] {
        let rng = &mut seeded_rng(1, "openssl");
        let material = material_for(spec);
        let private_key = openssl.file("private.der", &material);
        let public_key = openssl.file("public.der", &public_key_of(&material).unwrap());

        let ours = sign(&material, algorithm, b"message", rng).unwrap();
        let signature = openssl.file("signature", &ours);
        let command =
            format!("dgst {options} -keyform DER -verify {public_key} -signature {signature}");
        assert!(openssl.run(&command, b"message").is_some(), "{algorithm}");

        let command = format!("dgst {options} -keyform DER -sign {private_key}");
        let theirs = openssl.run(&command, b"message").unwrap();
        let public_key = public_key_of(&material).unwrap();
        assert!(
            verify(&public_key, algorithm, b"message", &theirs),
            "{algorithm}"
        );
    }
}

/// The ASN.1 form of a ciphertext, which is the one that `openssl` knows.
type SmCipher<'a> = ::sm2::pke::Cipher<'a, Sm2>;

const PLAIN_RSA: [(WrappingAlgorithm, &str); 3] = [
    (
        WrappingAlgorithm::RsaesPkcs1V15,
        "-pkeyopt rsa_padding_mode:pkcs1",
    ),
    (
        WrappingAlgorithm::RsaesOaepSha1,
        "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1",
    ),
    (
        WrappingAlgorithm::RsaesOaepSha256,
        "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256",
    ),
];

/// The command line, with a folder for the files that it insists on.
struct Openssl {
    folder: TempDir,
}

impl Openssl {
    fn find() -> Option<Self> {
        let version = Command::new("openssl").arg("version").output();
        if !version.is_ok_and(|output| output.stdout.starts_with(b"OpenSSL 3")) {
            println!("skipped: there is no `openssl` 3 on the path");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        Some(Self { folder })
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// An RFC 5915 key, written anew with these options, in PKCS#8.
    fn ec_pkcs8(&self, sec1: &[u8], options: &str) -> Vec<u8> {
        let rewrite = format!("ec -inform DER -outform DER {options}");
        let rewritten = self.run(&rewrite, sec1).unwrap();
        let into_pkcs8 = "pkcs8 -topk8 -nocrypt -inform DER -outform DER";
        self.run(into_pkcs8, &rewritten).unwrap()
    }

    /// Runs `openssl` with arguments that contain no spaces; `None` when it reports a failure.
    fn run(&self, arguments: &str, input: &[u8]) -> Option<Vec<u8>> {
        let mut child = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Some commands never read their input; that is not our failure.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        if !output.status.success() {
            println!(
                "openssl {arguments}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            return None;
        }
        Some(output.stdout)
    }
}
