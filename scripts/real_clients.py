#!/usr/bin/env python3
"""Drives the reference service with clients that we did not write.

boto3 and the AWS CLI make the calls; Python's `cryptography` and the `openssl` command wrap the material. Starts
`byokcheck serve` on a free port, runs every check, stops the service by its process id, and ends with
`N passed, N failed`.

    real_clients.py BYOKCHECK          # the path of the byokcheck binary; `aws` and `openssl` come from PATH
"""

import base64
import datetime
import hmac
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

CREDENTIALS = {  # the service says which keys it knows
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Service:
    """`byokcheck serve` on a free port."""

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
        )
        self.url = None
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                self.url = found.group()
            exported = re.match(r"export (AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY))=(\S+)", line)
            if exported:
                CREDENTIALS[exported[1]] = exported[2]
            if self.url and "AWS_ACCESS_KEY_ID" in CREDENTIALS and "AWS_SECRET_ACCESS_KEY" in CREDENTIALS:
                break
        else:
            raise SystemExit("byokcheck serve printed no address or no keys")

    def advance(self, seconds):
        body = json.dumps({"advance-seconds": seconds}).encode()
        request = urllib.request.Request(
            self.url + "/byokcheck/clock", data=body, headers={"content-type": "application/json"}
        )
        urllib.request.urlopen(request).read()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def client(service, region=CREDENTIALS["AWS_DEFAULT_REGION"]):
    return boto3.client(
        "kms",
        endpoint_url=service.url,
        region_name=region,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=botocore.config.Config(retries={"max_attempts": 0}),
    )


def external_key(kms):
    metadata = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
    assert metadata["KeyState"] == "PendingImport", metadata
    return metadata["KeyId"]


def parameters(kms, key, algorithm="RSAES_OAEP_SHA_256", spec="RSA_2048"):
    return kms.get_parameters_for_import(
        KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec=spec
    )


def wrapped(material, public_key_der, digest=hashes.SHA256):
    public_key = serialization.load_der_public_key(public_key_der)
    oaep = padding.OAEP(mgf=padding.MGF1(digest()), algorithm=digest(), label=None)
    return public_key.encrypt(material, oaep)


def import_material(kms, key, material, **changes):
    given = parameters(kms, key)
    call = {
        "KeyId": key,
        "ImportToken": given["ImportToken"],
        "EncryptedKeyMaterial": wrapped(material, given["PublicKey"]),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
    call.update(changes)
    return kms.import_key_material(**{k: v for k, v in call.items() if v is not None})


def refused(exception, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except exception as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error.response
        return error
    raise AssertionError(f"{exception.__name__} was expected, and nothing was raised")


def state(kms, key):
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def boto3_goes_through_the_whole_life_of_imported_material(service):
    kms = client(service)
    key, material = external_key(kms), os.urandom(32)
    import_material(kms, key, material)
    assert state(kms, key) == "Enabled"
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
    kms.delete_imported_key_material(KeyId=key)
    assert state(kms, key) == "PendingImport"
    refused(kms.exceptions.KMSInvalidStateException, kms.encrypt, KeyId=key, Plaintext=b"x")
    import_material(kms, key, material)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"


def boto3_raises_the_right_exceptions(service):
    kms = client(service)
    key, other, material = external_key(kms), external_key(kms), os.urandom(32)
    token = parameters(kms, other)["ImportToken"]
    refused(
        kms.exceptions.InvalidImportTokenException,
        import_material, kms, key, material, ImportToken=token,
    )
    too_far = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=366)
    error = refused(
        botocore.exceptions.ClientError,
        import_material, kms, key, material,
        ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=too_far,
    )
    assert error.response["Error"]["Code"] == "ValidationException", error.response
    import_material(kms, key, material)
    refused(
        kms.exceptions.IncorrectKeyMaterialException,
        import_material, kms, key, os.urandom(32),
    )
    refused(
        kms.exceptions.InvalidCiphertextException,
        import_material, kms, key, material, EncryptedKeyMaterial=os.urandom(256),
    )
    refused(kms.exceptions.NotFoundException, kms.describe_key, KeyId="fake-key-id")
    kms.schedule_key_deletion(KeyId=other, PendingWindowInDays=7)
    refused(kms.exceptions.KMSInvalidStateException, parameters, kms, other)


def boto3_sees_parameters_and_material_expire(service):
    kms = client(service)
    key, material = external_key(kms), os.urandom(32)
    old = parameters(kms, key)
    service.advance(24 * 3600 + 60)
    kms = client(service)
    # A signature's date follows the clock of the service, as botocore learns it from a refused call.
    clock = fake_now(24 * 3600 + 60)
    with clock:
        refused(
            kms.exceptions.ExpiredImportTokenException,
            kms.import_key_material,
            KeyId=key,
            ImportToken=old["ImportToken"],
            EncryptedKeyMaterial=wrapped(material, old["PublicKey"]),
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        )
        soon = clock.now() + datetime.timedelta(hours=1)
        import_material(kms, key, material, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=soon)
        assert state(kms, key) == "Enabled"
    service.advance(3600)
    with fake_now(24 * 3600 + 60 + 3600):
        assert state(kms, key) == "PendingImport"


class fake_now:
    """Lets botocore sign with the service's clock instead of this machine's."""

    def __init__(self, seconds):
        self.offset = datetime.timedelta(seconds=seconds)

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.offset

    def __enter__(self):
        import botocore.auth

        self.auth, self.real = botocore.auth, botocore.auth.get_current_datetime
        self.auth.get_current_datetime = lambda *args, **kwargs: self.now().replace(tzinfo=None)
        return self

    def __exit__(self, *_):
        self.auth.get_current_datetime = self.real


def a_wrong_secret_is_refused(service):
    kms = boto3.client(
        "kms", endpoint_url=service.url, region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"], aws_secret_access_key="not the secret",
    )
    error = refused(botocore.exceptions.ClientError, kms.list_keys)
    assert error.response["Error"]["Code"] == "InvalidSignatureException", error.response


def boto3_imports_an_hmac_key_whose_macs_are_ours(service):
    kms, material = client(service), os.urandom(32)
    key = kms.create_key(Origin="EXTERNAL", KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    key = key["KeyMetadata"]["KeyId"]
    import_material(kms, key, material)
    mac = kms.generate_mac(KeyId=key, Message=b"hello", MacAlgorithm="HMAC_SHA_256")["Mac"]
    assert mac == hmac.digest(material, b"hello", "sha256")


def boto3_imports_an_rsa_key_through_the_hybrid_wrap(service):
    kms, private_key = client(service), rsa.generate_private_key(65537, 2048)
    public_key = private_key.public_key()
    key = import_private_key(kms, private_key, "RSA_2048", "SIGN_VERIFY")
    algorithm = "RSASSA_PKCS1_V1_5_SHA_256"
    signature = kms.sign(KeyId=key, Message=b"hello", SigningAlgorithm=algorithm)["Signature"]
    public_key.verify(signature, b"hello", padding.PKCS1v15(), hashes.SHA256())
    assert kms.get_public_key(KeyId=key)["PublicKey"] == spki(public_key)

    key = import_private_key(kms, private_key, "RSA_2048", "ENCRYPT_DECRYPT")
    opened = kms.decrypt(
        KeyId=key,
        CiphertextBlob=wrapped(b"hello", spki(public_key)),
        EncryptionAlgorithm="RSAES_OAEP_SHA_256",
    )
    assert opened["Plaintext"] == b"hello"
    other = rsa.generate_private_key(65537, 2048)
    refused(
        kms.exceptions.IncorrectKeyMaterialException,
        import_private_key, kms, other, "RSA_2048", "ENCRYPT_DECRYPT", key,
    )


def boto3_imports_an_ecc_key_whose_signatures_we_verify(service):
    kms, private_key = client(service), ec.generate_private_key(ec.SECP256R1())
    key = import_private_key(kms, private_key, "ECC_NIST_P256", "SIGN_VERIFY")
    assert kms.get_public_key(KeyId=key)["PublicKey"] == spki(private_key.public_key())
    call = {"KeyId": key, "Message": b"hello", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(**call)["Signature"]
    private_key.public_key().verify(signature, b"hello", ec.ECDSA(hashes.SHA256()))
    ours = private_key.sign(b"hello", ec.ECDSA(hashes.SHA256()))
    assert kms.verify(Signature=ours, **call)["SignatureValid"]


def import_private_key(kms, private_key, spec, usage, key=None):
    """Imports into a new key, or into `key`, and says which one it was."""
    if key is None:
        created = kms.create_key(Origin="EXTERNAL", KeySpec=spec, KeyUsage=usage)
        key = created["KeyMetadata"]["KeyId"]
    given = parameters(kms, key, "RSA_AES_KEY_WRAP_SHA_256", "RSA_3072")
    material = private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    wrapping_key = os.urandom(32)
    blob = wrapped(wrapping_key, given["PublicKey"])
    kms.import_key_material(
        KeyId=key,
        ImportToken=given["ImportToken"],
        EncryptedKeyMaterial=blob + aes_key_wrap_with_padding(wrapping_key, material),
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )
    return key


def spki(public_key):
    return public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def boto3_rotates_a_key_with_several_materials(service):
    kms = client(service)
    key, first, second = external_key(kms), os.urandom(32), os.urandom(32)
    first_id = import_material(kms, key, first)["KeyMaterialId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    nothing = refused(kms.exceptions.KMSInvalidStateException, kms.rotate_key_on_demand, KeyId=key)
    assert "No available key material pending rotation" in str(nothing), nothing
    new = {"ImportType": "NEW_KEY_MATERIAL"}
    second_id = import_material(kms, key, second, **new)["KeyMaterialId"]
    pending = refused(
        kms.exceptions.KMSInvalidStateException,
        import_material, kms, key, os.urandom(32), **new,
    )
    assert second_id in str(pending), pending
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"] == first_id
    kms.rotate_key_on_demand(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"] == second_id
    opened = kms.decrypt(CiphertextBlob=sealed)
    assert (opened["Plaintext"], opened["KeyMaterialId"]) == (b"hello", first_id), opened
    listed = kms.list_key_rotations(KeyId=key)["Rotations"]
    assert [(one["KeyMaterialId"], one["RotationType"]) for one in listed] == [
        (second_id, "ON_DEMAND")
    ], listed
    pages = kms.get_paginator("list_key_rotations").paginate(
        KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL", PaginationConfig={"PageSize": 1}
    )
    states = {one["KeyMaterialId"]: one["KeyMaterialState"] for page in pages for one in page["Rotations"]}
    assert states == {first_id: "NON_CURRENT", second_id: "CURRENT"}, states
    kms.delete_imported_key_material(KeyId=key, KeyMaterialId=first_id)
    refused(kms.exceptions.KMSInvalidStateException, kms.encrypt, KeyId=key, Plaintext=b"x")
    import_material(kms, key, first, KeyMaterialId=first_id)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"


def boto3_replicates_a_key_into_another_region(service):
    here, there = client(service), client(service, "eu-central-1")
    material, exceptions = os.urandom(32), there.exceptions
    key = here.create_key(Origin="EXTERNAL", MultiRegion=True)["KeyMetadata"]["KeyId"]
    assert key.startswith("mrk-"), key
    refused(
        exceptions.KMSInvalidStateException, here.replicate_key,
        KeyId=key, ReplicaRegion="eu-central-1",
    )
    first_id = import_material(here, key, material)["KeyMaterialId"]
    refused(exceptions.NotFoundException, there.describe_key, KeyId=key)
    replica = here.replicate_key(KeyId=key, ReplicaRegion="eu-central-1")["ReplicaKeyMetadata"]
    assert replica["KeyState"] == "Creating" and ":eu-central-1:" in replica["Arn"], replica
    assert state(there, key) == "PendingImport"
    for client_, kind in [(here, "PRIMARY"), (there, "REPLICA")]:
        related = client_.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
        assert related["MultiRegionKeyType"] == kind, related
        assert related["PrimaryKey"]["Region"] == "us-east-1", related
        assert related["ReplicaKeys"] == [{"Arn": replica["Arn"], "Region": "eu-central-1"}], related

    token = parameters(here, key)["ImportToken"]
    refused(
        exceptions.InvalidImportTokenException, import_material, there, key, material, ImportToken=token
    )
    refused(exceptions.IncorrectKeyMaterialException, import_material, there, key, os.urandom(32))
    import_material(there, key, material)
    sealed = here.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    opened = there.decrypt(CiphertextBlob=sealed)
    assert (opened["Plaintext"], opened["KeyId"]) == (b"hello", replica["Arn"]), opened
    here.delete_imported_key_material(KeyId=key)
    assert (state(here, key), state(there, key)) == ("PendingImport", "Enabled")
    import_material(here, key, material)

    new = os.urandom(32)
    second_id = import_material(here, key, new, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    assert material_states(here, key)[second_id] == "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
    import_material(there, key, new, ImportType="EXISTING_KEY_MATERIAL")
    assert material_states(here, key) == {first_id: "CURRENT", second_id: "PENDING_ROTATION"}
    here.rotate_key_on_demand(KeyId=key)
    assert material_states(there, key) == {first_id: "NON_CURRENT", second_id: "CURRENT"}

    assert here.schedule_key_deletion(KeyId=key)["KeyState"] == "PendingReplicaDeletion"
    assert there.schedule_key_deletion(KeyId=key)["KeyState"] == "PendingDeletion"


def material_states(kms, key):
    listed = kms.list_key_rotations(KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    return {one["KeyMaterialId"]: one["KeyMaterialState"] for one in listed}


def aws_cli(service, *words):
    done = subprocess.run(
        ["aws", "kms", *words, "--endpoint-url", service.url, "--output", "json"],
        capture_output=True, text=True, env={**os.environ, **CREDENTIALS},
    )
    return done.returncode, done.stdout, done.stderr


def ok(service, *words):
    code, out, err = aws_cli(service, *words)
    assert code == 0, err
    return json.loads(out) if out.strip() else {}


def the_aws_cli_imports_what_openssl_wrapped(service):
    """The command line of AWS's own manual page, with the material wrapped by openssl."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "material.bin").write_bytes(os.urandom(32))
        key = ok(service, "create-key", "--origin", "EXTERNAL")["KeyMetadata"]["KeyId"]
        openssl_import(service, folder, key, in_days(30))
        described = ok(service, "describe-key", "--key-id", key)["KeyMetadata"]
        assert described["KeyState"] == "Enabled", described
        assert described["ExpirationModel"] == "KEY_MATERIAL_EXPIRES", described
        (folder / "plain").write_bytes(b"hello")
        sealed = ok(
            service, "encrypt", "--key-id", key, "--plaintext", f"fileb://{folder}/plain"
        )["CiphertextBlob"]
        (folder / "sealed").write_bytes(base64.b64decode(sealed))
        ok(service, "delete-imported-key-material", "--key-id", key)
        code, _, err = aws_cli(
            service, "decrypt", "--ciphertext-blob", f"fileb://{folder}/sealed"
        )
        assert code != 0 and "KMSInvalidStateException" in err, err
        openssl_import(service, folder, key, in_days(30))
        plain = ok(service, "decrypt", "--ciphertext-blob", f"fileb://{folder}/sealed")["Plaintext"]
        assert base64.b64decode(plain) == b"hello"


def the_aws_cli_is_refused_a_date_after_more_than_365_days(service):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "material.bin").write_bytes(os.urandom(32))
        key = ok(service, "create-key", "--origin", "EXTERNAL")["KeyMetadata"]["KeyId"]
        code, err = openssl_import(service, folder, key, in_days(366), must=False)
        assert code != 0 and "ValidationException" in err, err


def in_days(days):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def openssl_import(service, folder, key, valid_to, must=True):
    given = ok(
        service, "get-parameters-for-import", "--key-id", key,
        "--wrapping-algorithm", "RSAES_OAEP_SHA_256", "--wrapping-key-spec", "RSA_2048",
    )
    (folder / "PublicKey.bin").write_bytes(base64.b64decode(given["PublicKey"]))
    (folder / "ImportToken.bin").write_bytes(base64.b64decode(given["ImportToken"]))
    subprocess.run(
        ["openssl", "pkeyutl", "-encrypt", "-in", folder / "material.bin",
         "-out", folder / "EncryptedKeyMaterial.bin", "-inkey", folder / "PublicKey.bin",
         "-keyform", "DER", "-pubin", "-pkeyopt", "rsa_padding_mode:oaep",
         "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256"],
        check=True, capture_output=True,
    )
    code, _, err = aws_cli(
        service, "import-key-material", "--key-id", key,
        "--encrypted-key-material", f"fileb://{folder}/EncryptedKeyMaterial.bin",
        "--import-token", f"fileb://{folder}/ImportToken.bin",
        "--expiration-model", "KEY_MATERIAL_EXPIRES", "--valid-to", valid_to,
    )
    assert not must or code == 0, err
    return code, err


CHECKS = [
    boto3_goes_through_the_whole_life_of_imported_material,
    boto3_raises_the_right_exceptions,
    boto3_imports_an_hmac_key_whose_macs_are_ours,
    boto3_imports_an_rsa_key_through_the_hybrid_wrap,
    boto3_imports_an_ecc_key_whose_signatures_we_verify,
    boto3_rotates_a_key_with_several_materials,
    boto3_replicates_a_key_into_another_region,
    a_wrong_secret_is_refused,
    the_aws_cli_imports_what_openssl_wrapped,
    the_aws_cli_is_refused_a_date_after_more_than_365_days,
    boto3_sees_parameters_and_material_expire,  # last: it moves the clock of the service
]


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    service = Service(sys.argv[1])
    passed, failed = 0, 0
    try:
        for check in CHECKS:
            began = time.monotonic()
            try:
                check(service)
                passed += 1
                verdict = "ok"
            except Exception:
                failed += 1
                verdict = "FAILED"
                traceback.print_exc()
            print(f"{verdict:6} {check.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
    finally:
        service.stop()
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
