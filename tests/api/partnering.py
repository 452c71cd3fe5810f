# SPDX-License-Identifier: MIT
"""Partnerships as tests need them: made by the functions that the service calls, in the name of whom they say."""

import base64
import json
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LEAD = {"name": "Ada Example", "title": "Head of languages", "email": "ada@school.example"}


def today(days=0):
    """The day it is in London, or so many days later."""
    return (datetime.now(ZoneInfo("Europe/London")).date() + timedelta(days=days)).isoformat()


def act(callers, organisation, statement, *values):
    """Runs a statement in the name of an organisation."""
    callers.sql("select set_config('accord.caller_organisation', %s, false)", organisation)
    try:
        return callers.sql(statement, *values)
    finally:
        callers.sql("select set_config('accord.caller_organisation', '', false)")


def partnership(callers, lead, others=(), state="draft", **body):
    """A partnership that lead made, with (organisation, role, whether it has accepted) each, in a state."""
    key = str(uuid.uuid4())
    whole = {"title": "Partnership " + key, "type": "civic", "form": "informal", **body}
    act(callers, lead, "select accord.create_partnership(%s, %s)", key, json.dumps(whole))
    for organisation, role, _ in others:
        act(callers, lead, "select accord.invite_member(%s, %s, %s)", key, organisation, role)
    steps = {"draft": [], "proposed": ["propose"], "active": ["propose", "activate"],
             "suspended": ["propose", "activate", "suspend"], "ended": ["end"]}[state]
    for step in steps:
        act(callers, lead, "select accord.step_partnership(%s, %s)", key, step)
        for organisation, _, accepts in others if step == "propose" else ():
            if accepts:
                act(callers, organisation, "select accord.step_member(%s, %s, 'accept')", key, organisation)
    return key


def name_people(callers, key, *organisations):
    """Each names somebody who leads the project for it."""
    for organisation in organisations:
        act(callers, organisation, "select accord.change_member(%s, %s, %s)", key, organisation,
            json.dumps({"goal": "A goal of our own.", "project_lead": LEAD}))


def govern(callers, organisation, key):
    """A board of a partnership, a meeting and a review, which a member records; their ids."""
    kept = {name: str(uuid.uuid4()) for name in ("boardId", "meetingId", "reviewId")}
    bodies = {
        "boardId": {"name": "A board", "terms": "It decides.", "seats": [
            {"organisation": organisation, "seniority": "executive", "role": "chair"},
            {"community": "students", "seniority": "learner"}]},
        "meetingId": {"board": kept["boardId"], "held_on": today(), "host": organisation},
        "reviewId": {"due_on": "2027-06-30", "purpose": "Whether it works."},
    }
    for name, body in bodies.items():
        act(callers, organisation, f"select accord.keep_{name[:-2]}(%s, %s, %s)", key, kept[name], json.dumps(body))
    return kept


CLAUSES = [{"kind": "aims", "heading": "Aims", "text": "Keep German alive as an A level."}]


def draft(callers, key, lead, clauses=None):
    """Drafts a version; returns its number."""
    body = json.dumps({"clauses": clauses or CLAUSES})
    return act(callers, lead, "select accord.draft_agreement(%s, %s)", key, body)[0][0]


def open_version(callers, key, lead, number=1):
    """Opens a version; returns the hash of its text."""
    act(callers, lead, "select accord.step_agreement(%s, %s, 'open')", key, number)
    return callers.sql("select text_sha256 from restricted.agreement where partnership_id = %s and number = %s", key,
                       number)[0][0]


def sign(callers, key, organisation, digest, number=1):
    """Signs as the service does, but for the receipt, which nobody has signed."""
    [(claims,)] = act(callers, organisation, "select accord.prepare_signature(%s, %s, 'sign', %s)", key, number,
                      json.dumps({"text_sha256": digest}))
    body = base64.urlsafe_b64encode(claims.encode()).rstrip(b"=").decode()
    act(callers, organisation, "select accord.keep_signature(%s, %s, %s)", key, number, f"e30.{body}.c2ln")


def agreement(callers, lead, others, state, **body):
    """A partnership whose first version is in this state; its id and the hash of the text."""
    key = partnership(callers, lead, [(one, "partner", True) for one in others], "proposed", **body)
    name_people(callers, key, lead, *others)
    draft(callers, key, lead)
    digest = open_version(callers, key, lead) if state != "draft" else None
    for one in (lead, *others) if state == "inForce" else ():
        sign(callers, key, one, digest)
    return key, digest
