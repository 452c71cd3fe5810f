# SPDX-License-Identifier: MIT
"""Texts that people read are no texts when nothing of them can be seen."""

import pytest

from partnering import CLAUSES, LEAD, partnership
from test_notices import request
from test_partnerships import NEW, PATH, Party, patch

# A space, one that does not break, one of no width, marks of direction, an override of it, a filler, a blank pattern.
UNSEEN = [" ", "\u00a0\u2003", "\u200b\ufeff", "\u200e\u200f", "\u202e \u2069", "\u3164", "\u2800", "\t\n", "\u0001",
          "\u0301", ""]
LEGIBLE = ["a", "1", "ß", "学校", "\u202bمدرسة\u202c", "👩‍🏫", "…", "c\u0327a"]


@pytest.fixture(scope="module")
def party(api, callers):
    return Party(api, callers, "signatory")


@pytest.fixture(scope="module")
def record(callers, party):
    other = callers.organisation(None)
    return f"{PATH}/{partnership(callers, party.id, [(other, 'partner', True)], 'proposed')}"


def clause(**changed):
    return {"clauses": [{**CLAUSES[0], **changed}]}


def attempts(party, record, text):
    """Each place for a text of people's, with the pointer to it."""
    own = f"{record}/members/{party.id}"
    return {
        "/title": lambda: party.post(PATH, {**NEW, "title": text}),
        "/summary": lambda: patch(party.api, party.headers, record, {"summary": text}),
        "/aims/0": lambda: patch(party.api, party.headers, record, {"aims": [text]}),
        "/goal": lambda: patch(party.api, party.headers, own, {"goal": text}),
        "/responsibilities/0": lambda: patch(party.api, party.headers, own, {"responsibilities": [text]}),
        "/infrastructure/0": lambda: patch(party.api, party.headers, own, {"infrastructure": [text]}),
        "/projectLead/name": lambda: patch(party.api, party.headers, own, {"projectLead": {**LEAD, "name": text}}),
        "/executiveSponsor/title": lambda: patch(party.api, party.headers, own, {
            "executiveSponsor": {**LEAD, "title": text}}),
        "/clauses/0/heading": lambda: party.post(record + "/agreements", clause(heading=text)),
        "/clauses/0/text": lambda: party.post(record + "/agreements", clause(text=text)),
        "/clauses/0/activities/0/description": lambda: party.post(record + "/agreements", clause(
            kind="activities", activities=[{"description": text}])),
        "/clauses/0/deadlines/0/what": lambda: party.post(record + "/agreements", clause(
            kind="deadlines", deadlines=[{"on": "2027-07-31", "what": text}])),
        "/signatory": lambda: party.post(record + "/agreements/1/record-paper-signature", {
            "textSha256": "0" * 64, "organisation": party.id, "signatory": text, "signedOn": "2026-01-05",
            "keptAt": "Box 12"}),
        "/name": lambda: party.post(record + "/boards", {"name": text, "terms": "It decides."}),
        "/terms": lambda: party.post(record + "/boards", {"name": "A board", "terms": text}),
        "/purpose": lambda: party.post(record + "/reviews", {"dueOn": "2027-06-30", "purpose": text}),
    }


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_no_text(party, record, text):
    for pointer, attempt in attempts(party, record, text).items():
        answer = attempt()
        answer.problem(422, "invalid-body")
        assert pointer in {one["pointer"] for one in answer.json()["errors"]}, answer.body


@pytest.mark.parametrize("text", LEGIBLE, ids=ascii)
def test_what_can_be_read_is_one(party, record, text):
    for pointer in ("/title", "/goal", "/projectLead/name", "/terms"):
        assert attempts(party, record, text)[pointer]().status in (200, 201)


def test_notices_are_read_too(party):
    answer = party.post("/v1/partnership-notices", request(title="\u200b"))
    answer.problem(422, "invalid-body")
    assert answer.json()["errors"][0]["pointer"] == "/title"
