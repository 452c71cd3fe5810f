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
    demand((text["partnership"], text["version"]) == (record["partnership"]["id"], version["number"]),
           "a text is of something else")
    for name in ("title", "form", "kind", "startsOn", "endsOn", "amends", "clauses"):
        demand(version[name] == text[name], f"the {name} of a version is something else than its text's")
    verify_signatories(version, text)


def verify_signatories(version, text):
    """Signatories are the text's, with what each says for itself; all have signed what is in force."""
    demand(len(text["signatories"]) == len(version["signatories"]), "signatories are not the text's")
    for said, one in zip(text["signatories"], version["signatories"]):
        shown = {**one, "organisation": one["organisation"]["id"], "name": one["organisation"]["name"]}
        for name in ("organisation", "name", "role", "goal", "responsibilities", "infrastructure"):
            demand(shown[name] == said[name], "signatories are not the text's")
        demand(one["projectLead"]["sha256"] == said["projectLead"], "signatories are not the text's")
    if version["state"] in ("inForce", "superseded"):
        demand(all(one["signature"] for one in version["signatories"]), "in force without a signature")


def verify_succession(record):
    """Each text names the one that it takes the place of; the last that was signed by all is in force.

    Whoever is no accepted member may not be shown what came later."""
    present = None
    for place, version in enumerate(record["agreements"], 1):
        demand(version["number"] == place, "a version is missing")
        demand(version["text"] is None or version["amends"] == (present and present["textSha256"]),
               "a version takes the place of another one")
        demand((version["kind"] == "first") == (present is None), "a version is of another kind")
        if version["state"] in ("inForce", "superseded"):
            demand(present is None or present["state"] == "superseded", "two versions are in force")
            present = version
    if record["people"] == "own":
        return
    demand(record["partnership"]["agreementInForce"] == (present and present["number"]),
           "another version is in force")
    for name in ("form", "startsOn", "endsOn") if present else ():
        demand(record["partnership"][name] == present[name], f"the {name} is not that of the version in force")


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


def committed(record):
    """What texts and receipts say of people: each version, organisation, what and hash."""
    for version in record["agreements"]:
        for said in json.loads(version["text"])["signatories"] if version["text"] else ():
            for what in ("projectLead", "executiveSponsor"):
                if what in said:
                    yield version["number"], said["organisation"], what, said[what]
        for one in version["signatories"]:
            if one["signature"]:
                yield version["number"], one["organisation"]["id"], "signatory", one["signature"]["signatory"]
                if one["signature"]["recorder"]:
                    yield version["number"], one["signature"]["recordedBy"], "recorder", one["signature"]["recorder"]


def verify_commitments(record):
    """What is not erased opens the hashes that texts and receipts have; yields each with its state."""
    kept = [(one["agreement"], one["organisation"]["id"], one["what"], one["sha256"]) for one in record["commitments"]]
    due = set(committed(record))
    demand(len(set(kept)) == len(kept) and due.issuperset(kept), "a commitment is to somebody whom nothing names")
    # Whoever is no accepted member is given its own people alone.
    whose = {one[1] for one in (due if record["people"] == "all" else kept)}
    demand({one for one in due if one[1] in whose} == set(kept), "a commitment is missing")
    for one in record["commitments"]:
        if one["state"] == "open":
            opened = sha256(bytes.fromhex(one["salt"]) + one["value"].encode())
            demand(opened == one["sha256"], "a commitment does not open")
        else:
            demand(one["salt"] is None and one["value"] is None and one["erasedAt"], "what is erased is still there")
        yield one


# When a version was drafted, opened, in force and closed, by the event that did it.
TIMES = {"draft": "createdAt", "amend": "createdAt", "renew": "createdAt", "open": "openedAt", "complete": "inForceAt",
         "withdraw": "closedAt", "abandon": "closedAt", "supersede": "closedAt"}


def verify_timeline(record):
    """No event is missing, and what happened to versions happened when they say."""
    events = record["timeline"]
    demand([event["number"] for event in events] == list(range(1, len(events) + 1)), "an event is missing")
    demand(events[0]["action"] == "create", "the history does not begin with the beginning")
    whole = record["people"] == "all"
    signed = sorted((event["agreement"], event["member"]["id"]) for event in events
                    if event["action"] in ("sign", "record-paper-signature"))
    receipts = sorted((version["number"], one["organisation"]["id"]) for version in record["agreements"]
                      for one in version["signatories"] if one["signature"])
    demand(signed == receipts if whole else set(signed) <= set(receipts),
           "a signature is no event, or an event no signature")
    # Nor is it given what was a draft when it went.
    shown = {version["number"] for version in record["agreements"]}
    happened = sorted((event["agreement"], TIMES[event["action"]], event["at"]) for event in events
                      if event["action"] in TIMES and (whole or event["agreement"] in shown))
    said = sorted((version["number"], name, version[name]) for version in record["agreements"]
                  for name in set(TIMES.values()) if version[name])
    demand(happened == said if whole else set(happened) <= set(said), "a version has another time than its event")


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
    verify_succession(record)
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
