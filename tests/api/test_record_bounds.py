# SPDX-License-Identifier: MIT
"""What a record can hold: partnerships_export_get answers for the fullest there can be."""

import json
import uuid

import psycopg2
import pytest

import verify_history
from partnering import act, draft, govern, name_people, open_version, partnership, sign, today
from test_agreements import KEYS
from test_partnerships import PATH, Party, done, patch

REPLY_BYTES = 16 * 1024 * 1024
# Two bytes in a clause, four in the text that is signed.
WORST = '"'
CLAUSES = [{"kind": "aims", "heading": "Aims", "text": WORST * 10000}] * 13


def until_refused(most, step):
    """Goes on while it may; how often that was."""
    for count in range(most):
        try:
            step()
        except psycopg2.DatabaseError as fault:
            assert "conflict" in str(fault) and "bytes" in str(fault), fault
            return count
    return most


def begun(callers, lead, school, *invited):
    """A proposed partnership of two, to which others are invited."""
    others = [(school.id, "partner", True), *((one.id, "partner", False) for one in invited)]
    key = partnership(callers, lead.id, others, "proposed")
    name_people(callers, key, lead.id, school.id)
    return key


def room(callers, key):
    return callers.sql("select accord.most('bytes of a record') - accord.record_bytes(%s)", key)[0][0]


def version(callers, lead, key):
    """A version that was signed by one and withdrawn."""
    number = draft(callers, key, lead.id, CLAUSES)
    sign(callers, key, lead.id, open_version(callers, key, lead.id, number), number)
    act(callers, lead.id, "select accord.step_agreement(%s, %s, 'withdraw')", key, number)


def meeting(callers, lead, key, board):
    act(callers, lead.id, "select accord.keep_meeting(%s, %s, %s)", key, str(uuid.uuid4()), json.dumps({
        "board": board, "held_on": today(), "summary": WORST * 10000,
        "actions": [{"text": WORST, "organisation": lead.id}] * 50}))


def review(callers, lead, key, size):
    act(callers, lead.id, "select accord.keep_review(%s, %s, %s)", key, str(uuid.uuid4()), json.dumps({
        "due_on": "2027-06-30", "held_on": today(), "purpose": "Why", "findings": WORST * size}))


@pytest.fixture
def parties(api, callers):
    return [Party(api, callers, "signatory") for _ in range(3)]


@pytest.fixture(scope="module")
def full(api, callers):
    """A record to which little can be added: its address, its two members and one that is invited."""
    lead, school, college = (Party(api, callers, "signatory") for _ in range(3))
    key = begun(callers, lead, school, college)
    board = govern(callers, lead.id, key)["boardId"]
    assert 5 < until_refused(100, lambda: version(callers, lead, key)) < 100
    act(callers, lead.id, "select accord.step_agreement(a.partnership_id, a.number, 'withdraw')"
        " from restricted.agreement a where a.partnership_id = %s and a.state = 'draft'", key)
    assert until_refused(500, lambda: meeting(callers, lead, key, board)) < 500
    until_refused(50, lambda: review(callers, lead, key, 10000))
    until_refused(50, lambda: review(callers, lead, key, 500))
    return f"{PATH}/{key}", lead, school, college


def test_the_fullest_record_is_exported(api, full):
    path, lead, _, _ = full
    answer = lead.get(path + "/export")
    assert answer.status == 200, answer.body
    assert REPLY_BYTES // 3 < len(answer.body) < REPLY_BYTES
    verify_history.verify_seal(json.loads(answer.body), verify_history.read_keys(api.get(KEYS).body))


def refuse(answer):
    """A refusal that names the limit."""
    answer.problem(409, "conflict")
    assert answer.json()["detail"] == "A record has 8388608 bytes at most: this one would have more."


def test_whatever_makes_it_larger_is_refused(api, full):
    path, lead, school, _ = full
    long = "Ü" * 4000
    board = lead.get(path + "/boards").items()[0]["self"]
    meeting = lead.get(path + "/meetings").items()[0]
    review = min(lead.get(path + "/reviews").items(), key=lambda one: len(one["findings"] or ""))["self"]
    clauses = [{"kind": "aims", "heading": "Aims", "text": long}]
    held = {"board": meeting["board"]["id"], "heldOn": today(), "summary": long}
    refuse(lead.post(path + "/agreements", {"clauses": clauses}))
    refuse(lead.post(path + "/boards", {"name": "Another", "terms": long}))
    refuse(lead.post(path + "/meetings", held))
    refuse(lead.post(path + "/reviews", {"dueOn": "2027-06-30", "purpose": "Why", "findings": long,
                                         "heldOn": today()}))
    refuse(patch(api, lead.headers, board, {"terms": long}))
    refuse(patch(api, lead.headers, meeting["self"], {"actions": [
        {"text": long[:1000], "organisation": lead.id}] * 50}))
    refuse(patch(api, lead.headers, review, {"heldOn": today(), "findings": long}))
    refuse(patch(api, lead.headers, path, {"summary": long}))
    refuse(patch(api, school.headers, f"{path}/members/{school.id}", {"responsibilities": [long[:500]] * 20}))


def test_what_is_opened_has_room_to_be_signed(callers, parties):
    """A text is counted before anybody signs it, and so is what signing adds."""
    lead, school, _ = parties
    key = begun(callers, lead, school)
    board = govern(callers, lead.id, key)["boardId"]
    for size in (900000, 600000):
        while room(callers, key) > size:
            version(callers, lead, key) if size == 900000 else meeting(callers, lead, key, board)
    path = f"{PATH}/{key}"
    drafted = done(lead.post(path + "/agreements", {"clauses": CLAUSES}), 201)["self"]
    refuse(lead.post(drafted + "/open"))
    done(patch(lead.api, lead.headers, drafted, {"clauses": CLAUSES[:1]}))
    before = room(callers, key)
    signature = {"textSha256": done(lead.post(drafted + "/open"))["textSha256"]}
    opened = room(callers, key)
    done(lead.post(drafted + "/sign", signature))
    paper = {**signature, "organisation": school.id, "signatory": "Ä" * 200, "signedOn": today(),
             "keptAt": "Ä" * 200}
    done(lead.post(drafted + "/record-paper-signature", paper))
    assert before > room(callers, key) > opened


def test_a_full_record_can_be_ended(full, callers):
    path, lead, school, college = full
    for _ in range(10):
        answer = lead.post(path + "/members", {"organisation": callers.organisation(None), "role": "partner"})
        if answer.status != 201:
            break
    refuse(answer)
    assert college.post(f"{path}/members/{college.id}/decline").status == 204
    done(school.post(f"{path}/members/{school.id}/erase"))
    assert school.post(f"{path}/members/{school.id}/leave").status == 204
    done(lead.post(path + "/end"))
    answer = lead.get(path + "/export")
    assert answer.status == 200 and len(answer.body) < REPLY_BYTES
