#!/usr/bin/env python3
"""Drives the reference service with Alibaba Cloud's own Python clients.

`aliyun-python-sdk-kms` signs with HMAC-SHA1, `alibabacloud-kms20160120` with ACS3-HMAC-SHA256; Python's `cryptography`
wraps the material. Starts `byokcheck serve` on a free port, runs every check, stops the service by its process id, and
ends with `N passed, N failed`.

    alibaba_clients.py BYOKCHECK       # the path of the byokcheck binary
"""

import base64
import datetime
import json
import logging
import os
import re
import subprocess
import sys
import time
import traceback
import urllib.request

import aliyunsdkcore.utils.parameter_helper
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client as NewClient
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_openapi.utils import Utils as NewUtils
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.composer import rpc_signature_composer
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RpcRequest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

logging.getLogger("aliyunsdkcore").setLevel(logging.CRITICAL)
DAY = 24 * 3600


class Service:
    """`byokcheck serve` on a free port."""

    def __init__(self, binary, *options):
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", *options], stdout=subprocess.PIPE, text=True
        )
        self.ahead = 0
        self.url = self.process.stdout.readline().strip()
        self.keys = {}
        for line in self.process.stdout:
            exported = re.match(r"export ALIBABA_CLOUD_(\w+)=(\S+)", line)
            if exported:
                self.keys[exported[1]] = exported[2]
            if len(self.keys) == 3:
                return
        raise SystemExit("byokcheck serve printed no address or no keys")

    def advance(self, seconds):
        """Moves the clock of the service, and the clocks that both clients sign with."""
        body = json.dumps({"advance-seconds": seconds}).encode()
        urllib.request.urlopen(urllib.request.Request(self.url + "/byokcheck/clock", data=body)).read()
        self.ahead += seconds

        def now(*_):
            moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.ahead)
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

        aliyunsdkcore.utils.parameter_helper.get_iso_8061_date = now
        NewUtils.get_timestamp = staticmethod(now)

    def now(self):
        return int(time.time()) + self.ahead

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


class Refused(Exception):
    """What a client raised: code and status of the service."""

    def __init__(self, code, status):
        super().__init__(f"{code} ({status})")
        self.code, self.status = code, status


class Old:
    """aliyun-python-sdk-core: signature version 1, parameters in the query."""

    def __init__(self, service, secret=None):
        keys = service.keys
        self.host = service.url.removeprefix("http://")
        self.client = AcsClient(
            keys["ACCESS_KEY_ID"], secret or keys["ACCESS_KEY_SECRET"], keys["REGION_ID"], auto_retry=False
        )

    def call(self, action, **members):
        request = typed_request(action)
        request.set_protocol_type("http")
        request.set_endpoint(self.host)
        for name, value in members.items():
            getattr(request, f"set_{name}")(value)
        try:
            return json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            raise Refused(error.get_error_code(), error.get_http_status()) from error


def typed_request(action):
    module = __import__(f"aliyunsdkkms.request.v20160120.{action}Request", fromlist=["*"])
    request = getattr(module, f"{action}Request")()
    assert isinstance(request, RpcRequest)
    return request


class New:
    """alibabacloud-kms20160120: ACS3-HMAC-SHA256 in a header."""

    def __init__(self, service, secret=None):
        keys = service.keys
        self.client = NewClient(Config(
            access_key_id=keys["ACCESS_KEY_ID"],
            access_key_secret=secret or keys["ACCESS_KEY_SECRET"],
            endpoint=service.url.removeprefix("http://"),
            protocol="http",
        ))

    def call(self, action, **members):
        request = getattr(models, f"{action}Request")().from_map(members)
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
        try:
            return getattr(self.client, method)(request).body.to_map()
        except Exception as error:
            status = getattr(error, "status_code", None) or (getattr(error, "data", None) or {}).get("statusCode")
            code = getattr(error, "code", None)
            if code is None:
                raise
            raise Refused(code, status) from error


def refused(code, status, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except Refused as error:
        assert (error.code, error.status) == (code, status), f"{error}, not {code} ({status})"
        return
    raise AssertionError(f"{code} was expected, and nothing was raised")


def external_key(kms):
    metadata = kms.call("CreateKey", Origin="EXTERNAL")["KeyMetadata"]
    assert metadata["KeyState"] == "PendingImport", metadata
    assert metadata["DeleteDate"] == "" and metadata["MaterialExpireTime"] == "", metadata
    return metadata["KeyId"]


def parameters(kms, key):
    return kms.call(
        "GetParametersForImport", KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )


def wrapped(material, public_key):
    public_key = serialization.load_der_public_key(base64.b64decode(public_key))
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    return base64.b64encode(public_key.encrypt(material, oaep)).decode()


def import_material(kms, key, material, given=None, **members):
    given = given or parameters(kms, key)
    blob = wrapped(material, given["PublicKey"])
    return kms.call(
        "ImportKeyMaterial", KeyId=key, EncryptedKeyMaterial=blob, ImportToken=given["ImportToken"], **members
    )


def described(kms, key):
    return kms.call("DescribeKey", KeyId=key)["KeyMetadata"]


def encrypted(kms, key, plaintext):
    return kms.call("Encrypt", KeyId=key, Plaintext=base64.b64encode(plaintext).decode())["CiphertextBlob"]


def decrypted(kms, ciphertext):
    return base64.b64decode(kms.call("Decrypt", CiphertextBlob=ciphertext)["Plaintext"])


def goes_through_the_whole_life_of_imported_material(kms, _):
    key, material = external_key(kms), os.urandom(32)
    answer = import_material(kms, key, material)
    assert list(answer) == ["RequestId"], answer
    assert described(kms, key)["KeyState"] == "Enabled"
    ciphertext = encrypted(kms, key, b"hello + / = * ~")
    assert decrypted(kms, ciphertext) == b"hello + / = * ~"
    kms.call("DeleteKeyMaterial", KeyId=key)
    assert described(kms, key)["KeyState"] == "PendingImport"
    refused("Rejected.PendingImport", 409, encrypted, kms, key, b"x")
    import_material(kms, key, material)
    assert decrypted(kms, ciphertext) == b"hello + / = * ~"


def raises_the_documented_codes(kms, _):
    key, other, material = external_key(kms), external_key(kms), os.urandom(32)
    foreign = parameters(kms, other)
    refused("InvalidImportToken", 400, import_material, kms, key, material, foreign)
    import_material(kms, key, material)
    refused("InvalidKeyMaterial", 400, import_material, kms, key, os.urandom(32))
    refused("Forbidden.KeyNotFound", 404, described, kms, "00000000-0000-4000-8000-000000000000")
    kms.call("ScheduleKeyDeletion", KeyId=other, PendingWindowInDays=7)
    refused("Rejected.StateModifiedFailed", 409, import_material, kms, other, material)


def sends_texts_that_must_be_escaped(kms, _):
    description = "a b+c*d~e/f?g=h&i%j'k\"<é>"
    key = kms.call("CreateKey", Origin="EXTERNAL", Description=description)["KeyMetadata"]["KeyId"]
    assert described(kms, key)["Description"] == description


def sees_parameters_and_material_expire(kms, service):
    key, material = external_key(kms), os.urandom(32)
    old = parameters(kms, key)
    service.advance(DAY + 60)
    refused("ExpiredImportToken", 400, import_material, kms, key, material, old)
    expiry = service.now() + 3600
    import_material(kms, key, material, KeyMaterialExpireUnix=expiry)
    shown = datetime.datetime.fromtimestamp(expiry, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert described(kms, key)["MaterialExpireTime"] == shown
    import_material(kms, key, material, KeyMaterialExpireUnix=0)
    assert described(kms, key)["MaterialExpireTime"] == ""
    import_material(kms, key, material, KeyMaterialExpireUnix=expiry)
    service.advance(3600)
    assert described(kms, key)["KeyState"] == "PendingImport"


def is_refused_with_a_wrong_secret(kms, service):
    stranger = type(kms)(service, secret="not the secret")
    refused("IncompleteSignature", 400, stranger.call, "ListKeys")


def plain_urls_are_answered_in_json_and_xml(_, service):
    """A GET with everything in the address, as pages since 2021 have it."""
    plain_urls(service, lambda key: {"KeyId": key})


def plain_urls_of_2018_name_no_key(_, service):
    """The very request of the vendor's page of 2018: the token alone says which key is meant."""
    plain_urls(service, lambda key: {})


def plain_urls(service, named):
    kms = Old(service)
    for answer_format in ["JSON", "XML"]:
        key, material = external_key(kms), os.urandom(32)
        given = parameters(kms, key)
        query = {
            "Action": "ImportKeyMaterial",
            "Version": "2016-01-20",
            "EncryptedKeyMaterial": wrapped(material, given["PublicKey"]),
            "ImportToken": given["ImportToken"],
            **named(key),
            "KeyMaterialExpireUnix": str(service.now() + 3600),
        }
        keys = service.keys
        url, _text = rpc_signature_composer.get_signed_url(
            query, keys["ACCESS_KEY_ID"], keys["ACCESS_KEY_SECRET"], answer_format, "GET", {}
        )
        with urllib.request.urlopen(service.url + url) as reply:
            text = reply.read().decode()
        pattern = {"JSON": r'\{"RequestId":"[0-9a-f-]{36}"\}', "XML": r"<KMS><RequestId>[0-9a-f-]{36}</RequestId></KMS>"}
        assert re.fullmatch(pattern[answer_format], text), text
        assert described(kms, key)["KeyState"] == "Enabled"


EACH = [
    goes_through_the_whole_life_of_imported_material,
    raises_the_documented_codes,
    sends_texts_that_must_be_escaped,
    is_refused_with_a_wrong_secret,
    sees_parameters_and_material_expire,  # last: it moves the clock of the service
]


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    service = Service(sys.argv[1])
    service_of_2018 = Service(sys.argv[1], "--as-of", "2018-06")
    checks = [
        (Old, plain_urls_of_2018_name_no_key, service_of_2018),
        (Old, plain_urls_are_answered_in_json_and_xml, service),
    ]
    checks += [(client, check, service) for client in (Old, New) for check in EACH]
    passed, failed = 0, 0
    try:
        for client, check, asked in checks:
            began = time.monotonic()
            try:
                check(client(asked), asked)
                passed += 1
                verdict = "ok"
            except Exception:
                failed += 1
                verdict = "FAILED"
                traceback.print_exc()
            seconds = time.monotonic() - began
            print(f"{verdict:6} {client.__name__.lower()} client {check.__name__} ({seconds:.1f} s)", flush=True)
    finally:
        service.stop()
        service_of_2018.stop()
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
