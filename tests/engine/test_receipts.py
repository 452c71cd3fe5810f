# SPDX-License-Identifier: MIT
"""What the engine signs: a receipt of what a write's statement says, a seal on a record; and a record as a page."""

import base64
import hashlib
import json
import uuid

from tokens import bearer

CLAIMS = {"of": "something", "number": 7, "nothing": None}


def claims(jws):
    head, body, signature = jws.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    assert (header["alg"], header["typ"]) == ("ES256", "receipt+jwt") and len(signature) == 86
    return json.loads(base64.urlsafe_b64decode(body + "=="))


def write(api, token, body):
    return api.post("/v1/receipt", headers={**bearer(token), "Idempotency-Key": str(uuid.uuid4())}, json=body)


def test_a_receipt_says_what_a_statement_said(api, token_for):
    answer = write(api, token_for("notes:write"), {"claims": CLAIMS}).expect(201)
    assert claims(answer.json()["receipt"]) == CLAIMS


def test_a_receipt_is_no_token(api, token_for):
    receipt = write(api, token_for("notes:write"), {"claims": CLAIMS}).json()["receipt"]
    api.get("/v1/record", headers=bearer(receipt)).expect(401, "invalid-token")


def test_without_anything_to_say_there_is_no_receipt(api, token_for):
    write(api, token_for("notes:write"), {"claims": None}).expect(500, "internal")


def test_a_record_is_sealed(api, token_for):
    answer = api.get("/v1/record", headers=bearer(token_for("notes:read"))).expect(200)
    seal = answer.json()["seal"]
    text = answer.body.decode().replace(f',"seal":"{seal}"', "")
    assert claims(seal)["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_record_is_a_page(api, token_for):
    answer = api.get("/v1/record", headers={**bearer(token_for("notes:read")), "Accept": "text/html"}).expect(200)
    page = answer.body.decode()
    assert answer.header("Content-Type").startswith("text/html") and "&lt;b&gt;" in page and "<b>" not in page
