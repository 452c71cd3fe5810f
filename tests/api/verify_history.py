#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Verifies the exported record of a partnership offline, by the published keys alone.

Usage: verify_history.py RECORD.json KEYS.json: the bytes of /v1/partnerships/{id}/export and of
/.well-known/receipt-keys.json. Prints what holds; ends with 1 and one line on stderr at the first thing that does not.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class Broken(Exception):
    """Something does not hold."""


def demand(holds, what):
    if not holds:
        raise Broken(what)


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def canonical(value):
    """RFC 8785, for names in ASCII and whole numbers."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parse(data, what):
    """JSON in canonical form, byte for byte."""
    try:
        value = json.loads(data)
        same = canonical(value) == (data if isinstance(data, str) else data.decode())
    except ValueError as fault:
        raise Broken(f"{what} is no JSON: {fault}") from fault
    demand(same, f"{what} is not in canonical form")
    return value


def decode(text):
    """base64url in the one form that each value has."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == text, "base64url is not in its one form")
    return raw


def number(raw):
    return int.from_bytes(raw, "big")


def read_keys(data):
    keys = {}
    for key in json.loads(data)["keys"]:
        point = ec.EllipticCurvePublicNumbers(number(decode(key["x"])), number(decode(key["y"])), ec.SECP256R1())
        keys[key["kid"]] = point.public_key()
    return keys


def open_jws(text, keys):
    """The claims of a JWS whose signature holds."""
    try:
        head, body, signature = text.split(".")
        header, raw = json.loads(decode(head)), decode(signature)
        demand(header["alg"] == "ES256" and len(raw) == 64, "a JWS is not ES256")
        demand(header["typ"] == "receipt+jwt", "a JWS is no receipt")
        keys[header["kid"]].verify(encode_dss_signature(number(raw[:32]), number(raw[32:])), f"{head}.{body}".encode(),
                                   ec.ECDSA(hashes.SHA256()))
        return json.loads(decode(body))
    except (KeyError, ValueError, InvalidSignature) as fault:
        raise Broken(f"a JWS does not hold: {fault!r}") from fault


def verify_seal(document, keys):
    """The seal covers every byte of the document before it."""
    demand(set(document) == {"record", "seal"}, "the document is not a record and its seal")
    claims = open_jws(document["seal"], keys)
    demand(claims.get("sha256") == sha256(canonical({"record": document["record"]})), "the seal is of another record")


def verify_version(version, record):
    """The text of a version is what was hashed, and says what its other members say."""
    if version["text"] is None:
        demand(version["state"] in ("draft", "abandoned") and not version["signatories"], "a version lacks its text")
        return
    demand(sha256(version["text"]) == version["textSha256"], "a text is not the one that was signed")
    text = parse(version["text"], "a text")
    demand((text["partnership"], text["version"], text["clauses"]) ==
           (record["partnership"]["id"], version["number"], version["clauses"]), "a text is of something else")
    demand([(one["organisation"], one["role"]) for one in text["signatories"]] ==
           [(one["organisation"]["id"], one["role"]) for one in version["signatories"]],
           "signatories are not the text's")
    if version["state"] in ("inForce", "superseded"):
        demand(all(one["signature"] for one in version["signatories"]), "in force without a signature")


def verify_receipts(record, keys):
    """Each receipt is signed, says what its signature says, and names the one before it."""
    chain = sorted(((one["signature"]["sequence"], version, one) for version in record["agreements"]
                    for one in version["signatories"] if one["signature"]), key=lambda link: link[0])
    previous = None
    for place, (sequence, version, one) in enumerate(chain, 1):
        signature, claims = one["signature"], open_jws(one["signature"]["receipt"], keys)
        demand(sequence == place == claims["sequence"], "a receipt is missing")
        demand(claims.get("previous") == previous == signature["previous"], "the chain of receipts is broken")
        said = [claims[name] for name in ("partnership", "agreement", "textSha256", "organisation", "role")]
        demand(said == [record["partnership"]["id"], version["number"], version["textSha256"],
                        one["organisation"]["id"], one["role"]], "a receipt is of something else")
        for name in ("method", "signatory", "signedAt", "signedOn", "keptAt", "recordedBy", "recorder"):
            demand(claims.get(name) == signature[name], f"a receipt has another {name}")
        previous = sha256(signature["receipt"])
        demand(previous == signature["receiptSha256"], "the hash of a receipt is wrong")
    return len(chain)


def verify_commitments(record):
    """What is not erased opens the hashes; yields each with its state."""
    for one in record["commitments"]:
        if one["state"] == "open":
            opened = sha256(bytes.fromhex(one["salt"]) + one["value"].encode())
            demand(opened == one["sha256"], "a commitment does not open")
        else:
            demand(one["salt"] is None and one["value"] is None and one["erasedAt"], "what is erased is still there")
        yield one


def verify_timeline(record):
    events = record["timeline"]
    demand([event["number"] for event in events] == list(range(1, len(events) + 1)), "an event is missing")
    demand(events[0]["action"] == "create", "the history does not begin with the beginning")
    signed = sum(event["action"] in ("sign", "record-paper-signature") for event in events)
    receipts = sum(bool(one["signature"]) for version in record["agreements"] for one in version["signatories"])
    demand(signed == receipts, "a signature is no event, or an event no signature")


def verify(data, key_data):
    """Yields a line for each thing that holds; raises Broken."""
    keys = read_keys(key_data)
    document = parse(data, "the document")
    demand(isinstance(document, dict), "the document is not a record and its seal")
    verify_seal(document, keys)
    yield "seal: holds"
    record = document["record"]
    for version in record["agreements"]:
        verify_version(version, record)
        yield f"version {version['number']}: {version['state']}"
    yield f"receipts: {verify_receipts(record, keys)}, in an unbroken chain"
    for one in verify_commitments(record):
        yield f"{one['what']} of {one['organisation']['id']} in version {one['agreement']}: {one['state']}"
    verify_timeline(record)
    yield f"history: {len(record['timeline'])} events"


def main(arguments):
    with open(arguments[1], "rb") as record, open(arguments[2], "rb") as keys:
        data, key_data = record.read(), keys.read()
    try:
        for line in verify(data, key_data):
            print(line)
    except (Broken, UnicodeDecodeError) as fault:
        print(f"broken: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
