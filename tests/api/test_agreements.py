# SPDX-License-Identifier: MIT
"""What partners agree, sign and keep: partnerships_agreements_list, partnerships_agreements_create,
partnerships_agreements_get, partnerships_agreements_update, partnerships_agreements_open, partnerships_agreements_sign,
partnerships_agreements_record, partnerships_agreements_withdraw, partnerships_agreements_amend,
partnerships_agreements_renew, partnerships_agreements_commitments_list, partnerships_export_get, receipt_keys_get."""

import json
import random
import re
import subprocess
import threading
import time
import uuid
from datetime import date

import psycopg2
import pytest

import verify_history
from callers import SECRET_KEY
from conftest import ACCORD, ROOT, Service
from partnering import CLAUSES, LEAD, act, agreement, govern, name_people, open_version, partnership, sign, today
from product import Client
from test_notices import publish
from test_partnerships import NEW, PATH, Party, done, illegal, patch, post

KEYS = "/.well-known/receipt-keys.json"


@pytest.fixture
def parties(api, callers):
    return [Party(api, callers, "signatory") for _ in range(3)]


def begin(parties, **body):
    """A proposed partnership that all have joined, each with a project lead; its address."""
    lead, *others = parties
    path = done(lead.post(PATH, {**NEW, "form": "memorandum", **body}), 201)["self"]
    for other in others:
        done(lead.post(path + "/members", {"organisation": other.id, "role": "partner"}), 201)
    done(lead.post(path + "/propose"))
    for party in parties:
        if party is not lead:
            done(party.post(f"{path}/members/{party.id}/accept"))
        done(patch(party.api, party.headers, f"{path}/members/{party.id}", {"projectLead": LEAD, "goal": "Our own."}))
    return path


def opened(parties, path, body=None):
    """A version that waits to be signed: its address and the body of a signature."""
    made = done(parties[0].post(path + "/agreements", body or {"clauses": CLAUSES}), 201)
    shown = done(parties[0].post(made["self"] + "/open"))
    return made["self"], {"textSha256": shown["textSha256"]}


def exported(api, party, path):
    """The bytes that a verifier is given."""
    answer = party.get(path + "/export")
    assert answer.status == 200, answer.body
    return answer.body, api.get(KEYS).body


def holds(data, keys):
    return list(verify_history.verify(data, keys))


def suggested(api, party):
    """Who could become a partner of a party: the reasons, by organisation."""
    found = api.every(f"/v1/organisations/{party.id}/potential-partners", limit=500)
    return {item["id"]: {one["reason"]: one["measured"] for one in item["reasons"]} for item in found}


def test_the_whole_life(api, parties, tmp_path):
    """Notice, suggestion, draft, invitation, agreement, signatures (one on paper), amendment, withdrawal, renewal, end;
    verified."""
    lead, school, college = parties
    publish(api, lead.headers, kind="need", areas=["curriculum"], subjects=["17"])
    assert school.id not in suggested(api, lead)
    offer = publish(api, school.headers, kind="offer", areas=["curriculum"], subjects=["17"])
    assert suggested(api, lead)[school.id] == {"notices": {"notices": [offer["id"]]}}
    path = begin(parties, startsOn="2026-09-01", endsOn="2028-08-31", visibility="public")
    assert school.id not in suggested(api, lead) and lead.id not in suggested(api, school)
    lead.post(path + "/activate").problem(409, "illegal-action")
    first, signature = opened(parties, path)
    assert school.get(first).json()["allowedActions"] == ["record-paper-signature", "sign", "withdraw"]
    done(lead.post(first + "/sign", signature))
    done(school.post(first + "/sign", signature))
    paper = {**signature, "organisation": college.id, "signatory": "Grace Example", "signedOn": today(),
             "keptAt": "Registry, box 12"}
    shown = done(lead.post(first + "/record-paper-signature", paper))
    assert shown["state"] == "inForce" and lead.get(path).json()["agreementInForce"] == 1
    assert "Grace" not in json.dumps(shown) and "Ada" not in shown["text"]
    done(lead.post(path + "/activate"))
    second = done(school.post(first + "/amend", {"clauses": [*CLAUSES, {**CLAUSES[0], "kind": "free"}]}), 201)
    digest = {"textSha256": done(lead.post(second["self"] + "/open"))["textSha256"]}
    done(lead.post(second["self"] + "/sign", digest))
    assert done(college.post(second["self"] + "/withdraw"))["state"] == "abandoned"
    assert lead.get(first).json()["state"] == "inForce"
    lead.post(first + "/renew", {"endsOn": "2027-08-31"}).problem(422, "rule-broken")
    third = done(lead.post(first + "/renew", {"endsOn": "2031-08-31"}), 201)
    digest = {"textSha256": done(lead.post(third["self"] + "/open"))["textSha256"]}
    assert college.post(f"{path}/members/{college.id}/leave").status == 204
    assert lead.get(third["self"]).json()["state"] == "abandoned"
    assert college.get(first).json()["allowedActions"] == []
    fourth = done(lead.post(first + "/renew", {"endsOn": "2031-08-31"}), 201)
    digest = {"textSha256": done(lead.post(fourth["self"] + "/open"))["textSha256"]}
    done(school.post(fourth["self"] + "/sign", digest))
    done(lead.post(fourth["self"] + "/sign", digest))
    assert [one["state"] for one in lead.get(path + "/agreements").items()] == [
        "superseded", "abandoned", "abandoned", "inForce"]
    assert lead.get(path).json()["endsOn"] == "2031-08-31"
    done(lead.post(path + "/end"))
    (tmp_path / "record.json").write_bytes(exported(api, lead, path)[0])
    (tmp_path / "keys.json").write_bytes(api.get(KEYS).body)
    verified = subprocess.run(["/usr/bin/python3", ROOT / "tests" / "api" / "verify_history.py",
                               tmp_path / "record.json", tmp_path / "keys.json"], capture_output=True, text=True,
                              timeout=60, check=False)
    assert verified.returncode == 0, verified.stderr
    assert "receipts: 6, in an unbroken chain" in verified.stdout and "version 4: inForce" in verified.stdout


def test_one_flipped_byte_is_caught(api, parties):
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    data, keys = exported(api, parties[0], path)
    holds(data, keys)
    chance = random.Random(7)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(verify_history.Broken):
            holds(bytes(changed), keys)


def test_what_is_taken_out_is_caught(api, parties):
    """Without the seal too: the chain of receipts and the history have no gaps."""
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    data, keys = exported(api, parties[0], path)
    known = verify_history.read_keys(keys)

    def record():
        return json.loads(data)["record"]

    less = record()
    less["agreements"][0]["signatories"][0]["signature"] = None
    with pytest.raises(verify_history.Broken):
        verify_history.verify_version(less["agreements"][0], less)
        verify_history.verify_receipts(less, known)
    less = record()
    del less["timeline"][3]
    with pytest.raises(verify_history.Broken, match="event"):
        verify_history.verify_timeline(less)
    less = record()
    less["agreements"][0]["clauses"][0]["text"] = "Something else."
    with pytest.raises(verify_history.Broken, match="the clauses"):
        verify_history.verify_version(less["agreements"][0], less)


def lines(record):
    """What is verified beside the seal and the receipts' signatures."""
    for version in record["agreements"]:
        verify_history.verify_version(version, record)
    verify_history.verify_succession(record)
    verify_history.verify_timeline(record)
    return list(verify_history.verify_commitments(record))


def stranger(record):
    """Somebody more, whose commitment opens."""
    known = record["commitments"][0]
    value = known["value"].replace("Ada", "Eve")
    digest = verify_history.sha256(bytes.fromhex(known["salt"]) + value.encode())
    record["commitments"].append({**known, "value": value, "sha256": digest})


def swapped(record):
    one, other = (next(one for one in record["commitments"] if one["what"] == what)
                  for what in ("projectLead", "signatory"))
    one["what"], other["what"] = other["what"], one["what"]


def version_with(**changes):
    return lambda record: record["agreements"][-1].update(changes)


def signatory_with(**changes):
    return lambda record: record["agreements"][-1]["signatories"][0].update(changes)


def text_with(record, **changes):
    """Another text of the last version, with the hash that it has."""
    version = record["agreements"][-1]
    version.update(changes)
    version["text"] = verify_history.canonical({**json.loads(version["text"]), **changes})
    version["textSha256"] = verify_history.sha256(version["text"])


FALSIFICATIONS = {
    "a stranger": (stranger, "nothing names"),
    "somebody twice": (lambda record: record["commitments"].append(record["commitments"][0]), "nothing names"),
    "in another part": (swapped, "nothing names"),
    "of another organisation": (lambda record: record["commitments"][0]["organisation"].update(id="x"),
                                "nothing names"),
    "of another version": (lambda record: record["commitments"][0].update(agreement=2), "nothing names"),
    "nobody": (lambda record: record["commitments"].pop(), "missing"),
    "starts": (version_with(startsOn="2020-01-01"), "the startsOn"),
    "ends": (version_with(endsOn="2040-01-01"), "the endsOn"),
    "kind": (version_with(kind="renewal"), "the kind"),
    "form": (version_with(form="contract"), "the form"),
    "title": (version_with(title="Another"), "the title"),
    "amends": (version_with(amends=None), "the amends"),
    "amends in the text": (lambda record: text_with(record, amends="0" * 64), "place of another"),
    "kind in the text": (lambda record: text_with(record, kind="first"), "another kind"),
    "goal": (signatory_with(goal="Another."), "signatories"),
    "responsibilities": (signatory_with(responsibilities=["All"]), "signatories"),
    "infrastructure": (signatory_with(infrastructure=["All"]), "signatories"),
    "name": (lambda record: record["agreements"][-1]["signatories"][0]["organisation"].update(name="Another"),
             "signatories"),
    "project lead": (signatory_with(projectLead={"sha256": "0" * 64}), "signatories"),
    "in force": (lambda record: record["partnership"].update(agreementInForce=1), "another version is in force"),
    "two in force": (lambda record: record["agreements"][0].update(state="inForce"), "two versions"),
    "dates in force": (lambda record: record["partnership"].update(endsOn="2040-01-01"), "not that of the version"),
    "opened": (version_with(openedAt="2020-01-01T00:00:00+00:00"), "another time"),
    "who signed": (lambda record: next(event for event in record["timeline"] if event["action"] == "sign")["member"]
                   .update(id="x"), "a signature is no event"),
}


@pytest.fixture(scope="module")
def amended(callers):
    """The record of a partnership whose agreement was amended."""
    one, two = callers.organisation(None), callers.organisation(None)
    key, _ = agreement(callers, one, [two], "inForce", starts_on="2026-09-01", ends_on="2028-08-31")
    act(callers, two, "select accord.follow_agreement(%s, 1, 'amend', '{}')", key)
    digest = open_version(callers, key, one, 2)
    for party in (one, two):
        sign(callers, key, party, digest, 2)
    return f"{PATH}/{key}/export", callers.person((one, "editor"))


@pytest.mark.parametrize("name", FALSIFICATIONS)
def test_another_record_is_caught_without_its_seal(api, amended, name):
    """Neither people nor dates nor words but those that were signed."""
    path, headers = amended
    record = api.get(path, headers=headers).json()["record"]
    assert len(lines(record)) == 8
    falsify, fault = FALSIFICATIONS[name]
    falsify(record)
    with pytest.raises(verify_history.Broken, match=fault):
        lines(record)


def test_a_member_that_left_verifies_with_its_own_people(api, parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    assert school.post(f"{path}/members/{school.id}/leave").status == 204
    record = school.get(path + "/export").json()["record"]
    assert record["people"] == "own" and {one["organisation"]["id"] for one in lines(record)} == {school.id}
    record["commitments"].pop()
    with pytest.raises(verify_history.Broken, match="missing"):
        lines(record)
    record = lead.get(path + "/export").json()["record"]
    assert record["people"] == "all" and len(lines(record)) == 4
    record["commitments"] = [one for one in record["commitments"] if one["organisation"]["id"] == lead.id]
    with pytest.raises(verify_history.Broken, match="missing"):
        lines(record)


def test_people_are_erased_and_the_rest_holds(api, parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    assert {one["state"] for one in lead.get(version + "/commitments").items()} == {"open"}
    data = exported(api, lead, path)[0]
    assert all(LEAD[part].encode() in data for part in ("email", "name", "title"))
    text = lead.get(version).json()["text"]
    for party in parties[:2]:
        done(party.post(f"{path}/members/{party.id}/erase"))
    assert lead.get(version).json()["text"] == text
    found = lead.get(version + "/commitments").items()
    assert {(one["state"], one["salt"], one["value"]) for one in found} == {("erased", None, None)} and len(found) == 4
    data, keys = exported(api, lead, path)
    # A name in whole: receipts are letters by chance, and three of them come by.
    assert not any(LEAD[part].encode() in data for part in ("email", "name", "title"))
    assert sum(line.endswith(": erased") for line in holds(data, keys)) == 4


def test_one_who_has_gone_is_erased_alone(api, parties):
    """A former head's commitments, while the present one's, and the contact, stay."""
    lead, school, _ = parties
    path = begin(parties[:2])
    own = f"{path}/members/{school.id}"
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    head = {**LEAD, "name": "Grace Example", "email": "grace@school.example"}
    done(patch(api, school.headers, own, {"projectLead": head}))
    second = done(lead.post(version + "/amend", {}), 201)["self"]
    done(lead.post(second + "/open"))

    def states(where):
        return {(one["organisation"]["id"], one["what"]): (one["state"], one["sha256"])
                for one in lead.get(where + "/commitments").items()}

    former, present = (states(where)[school.id, "projectLead"][1] for where in (version, second))
    for wrong, party in ((states(version)[lead.id, "projectLead"][1], school), ("0" * 64, school)):
        answer = party.post(own + "/erase", {"sha256": [former, wrong]})
        answer.problem(422, "rule-broken")
        assert answer.json()["errors"][0]["pointer"] == "/sha256/1"
    assert lead.post(own + "/erase", {"sha256": [former]}).status == 403
    events = len(lead.get(path + "/timeline").items())
    assert done(school.post(own + "/erase", {"sha256": [former]}))["projectLead"] == head
    done(school.post(own + "/erase", {"sha256": [former]}))
    assert [one["action"] for one in lead.get(path + "/timeline").items()[events:]] == ["erase"]
    assert {key: state for key, (state, _) in states(version).items()} == {
        (lead.id, "projectLead"): "open", (lead.id, "signatory"): "open", (school.id, "projectLead"): "erased",
        (school.id, "signatory"): "open"}
    assert states(second)[school.id, "projectLead"][0] == "open"
    holds(*exported(api, lead, path))
    assert done(school.post(own + "/erase", {"sha256": [present]}))["projectLead"] is None
    for body in ({"sha256": []}, {"sha256": [f"{number:064x}" for number in range(101)]}, {"sha256": ["x"]}, {}):
        school.post(own + "/erase", body).problem(422, "invalid-body")


def test_whoever_goes_unsigned_leaves_no_people(parties):
    """Nobody could erase them then: it sees the record no longer."""
    lead, school, college = parties
    path = begin(parties)
    version, signature = opened(parties, path)
    done(college.post(version + "/sign", signature))
    assert school.post(f"{path}/members/{school.id}/leave").status == 204
    assert school.post(f"{path}/members/{school.id}/erase").status == 404
    assert college.post(f"{path}/members/{college.id}/leave").status == 204
    members = {one["organisation"]["id"]: one["projectLead"] for one in lead.get(path + "/members").items()}
    assert members == {lead.id: LEAD, school.id: None, college.id: LEAD}
    found = {(one["organisation"]["id"], one["what"]): one["state"]
             for one in lead.get(version + "/commitments").items()}
    assert found == {(lead.id, "projectLead"): "open", (school.id, "projectLead"): "erased",
                     (college.id, "projectLead"): "open", (college.id, "signatory"): "open"}
    done(college.post(f"{path}/members/{college.id}/erase"))
    assert {one["organisation"]["id"] for one in lead.get(version + "/commitments").items()
            if one["state"] == "open"} == {lead.id}


def test_people_of_a_merged_member_are_the_survivors(callers, parties):
    lead, school, survivor = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    callers.sql("update restricted.organisation set state = 'merged', merged_into = %s where id = %s", survivor.id,
                school.id)
    assert survivor.get(f"{path}/members/{survivor.id}").json()["projectLead"] == LEAD
    assert survivor.get(f"{path}/members/{school.id}").json()["projectLead"] is None
    done(survivor.post(f"{path}/members/{survivor.id}/erase"))
    assert lead.get(f"{path}/members/{survivor.id}").json()["projectLead"] is None
    shown = lead.get(version).json()
    assert [one["organisation"]["name"] for one in shown["signatories"]] == [
        one["name"] for one in json.loads(shown["text"])["signatories"]]
    assert {(one["organisation"]["id"], one["state"]) for one in lead.get(version + "/commitments").items()} == {
        (lead.id, "open"), (school.id, "erased")}


def merge(callers, gone, survivor):
    callers.sql("update restricted.organisation set state = 'merged', merged_into = %s where id = %s", survivor.id,
                gone.id)


def test_the_survivor_of_a_signatory_goes_on(callers, parties):
    """It has signed what the merged one signed: it amends, and it sees the record for good."""
    lead, school, survivor = parties
    path = begin(parties)
    done(patch(lead.api, lead.headers, path, {"summary": "Of three."}))
    assert lead.post(f"{path}/members/{survivor.id}/remove").status == 200
    version, signature = opened(parties, path)
    for party in (lead, school):
        done(party.post(version + "/sign", signature))
    assert survivor.get(path).status == 404
    merge(callers, school, survivor)
    assert survivor.get(version).json()["allowedActions"] == ["amend", "renew"]
    drafted = done(survivor.post(version + "/amend", {}), 201)["self"]
    done(survivor.post(drafted + "/withdraw"))
    assert survivor.post(f"{path}/members/{survivor.id}/leave").status == 204
    assert survivor.get(version).json()["state"] == "inForce"


def test_the_draft_of_a_merged_member_is_the_survivors(callers, parties):
    lead, school, survivor = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in (lead, school):
        done(party.post(version + "/sign", signature))
    drafted = done(school.post(version + "/amend", {}), 201)["self"]
    merge(callers, school, survivor)
    assert survivor.get(drafted).json()["allowedActions"] == ["withdraw"]


def test_a_merger_abandons_what_is_open_for_the_survivor(api, callers, parties):
    lead, school, survivor = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    done(school.post(version + "/sign", signature))
    merge(callers, school, survivor)
    assert lead.get(version).json()["state"] == "abandoned"
    last = lead.get(path + "/timeline").items()[-1]
    assert (last["action"], last["organisation"]["id"], last["agreement"]) == ("abandon", survivor.id, 1)
    holds(*exported(api, survivor, path))


def test_whoever_has_left_sees_what_was_until_then(api, parties):
    """What it signed and the history, but neither a draft that waited nor what came after."""
    lead, school, college = parties
    path = begin(parties)
    version, signature = opened(parties, path)
    for party in parties:
        done(party.post(version + "/sign", signature))
    drafted = done(lead.post(version + "/amend", {}), 201)["self"]
    assert school.get(drafted).status == 200
    assert school.post(f"{path}/members/{school.id}/leave").status == 204
    seen = school.get(path + "/timeline").items()
    assert seen[-1]["action"] == "leave" and seen == lead.get(path + "/timeline").items()
    assert school.get(drafted).status == 404 and school.get(version).json()["state"] == "inForce"
    digest = {"textSha256": done(lead.post(drafted + "/open"))["textSha256"]}
    for party in (lead, college):
        done(party.post(drafted + "/sign", digest))
    done(lead.post(drafted + "/amend", {}), 201)
    assert school.get(path + "/timeline").items() == seen
    assert [one["number"] for one in school.get(path + "/agreements").items()] == [1]
    assert school.get(drafted).status == school.get(drafted + "/commitments").status == 404
    assert all(one["signature"] for one in school.get(version).json()["signatories"])
    holds(*exported(api, school, path))
    done(lead.post(path + "/members", {"organisation": school.id, "role": "partner"}), 201)
    assert len(school.get(path + "/agreements").items()) == 3


def test_the_form_in_force_is_the_one_that_was_signed(api, parties):
    lead = parties[0]
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    done(patch(api, lead.headers, path, {"form": "contract"}))
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    assert json.loads(lead.get(version).json()["text"])["form"] == lead.get(path).json()["form"] == "memorandum"
    for change in ({"form": "contract"}, {"endsOn": "2031-08-31"}):
        illegal(patch(api, lead.headers, path, change), "proposed", ["activate", "end"])
    assert lead.get(version).json()["form"] == "memorandum" and lead.get(version).json()["amends"] is None
    amended = done(lead.post(version + "/amend", {}), 201)["self"]
    assert done(lead.post(amended + "/open"))["amends"] == signature["textSha256"]


def test_what_began_informally_can_be_bound(api, parties):
    lead, school, _ = parties
    path = begin(parties[:2], form="informal")
    done(lead.post(path + "/activate"))
    patch(api, lead.headers, path, {"form": "contract"}).problem(409, "illegal-action")
    version = done(lead.post(path + "/agreements", {"clauses": CLAUSES, "form": "memorandum"}), 201)["self"]
    assert lead.get(path).json()["form"] == "informal" and lead.get(version).json()["form"] == "memorandum"
    assert done(patch(api, lead.headers, version, {"form": None}))["form"] == "informal"
    assert done(patch(api, lead.headers, version, {"form": "contract"}))["form"] == "contract"
    signature = {"textSha256": done(lead.post(version + "/open"))["textSha256"]}
    for party in (lead, school):
        assert lead.get(path).json()["form"] == "informal"
        done(party.post(version + "/sign", signature))
    assert json.loads(lead.get(version).json()["text"])["form"] == lead.get(path).json()["form"] == "contract"
    amended = done(lead.post(version + "/amend", {"form": "memorandum"}), 201)
    assert amended["form"] == "memorandum" and lead.get(path).json()["form"] == "contract"
    assert holds(*exported(api, school, path))


def test_a_full_history_can_be_ended(callers, parties):
    """What follows from the end is noted too; erasing adds only what it did."""
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    key = path.rsplit("/", 1)[1]
    callers.sql("insert into restricted.partnership_event (partnership_id, number, at, action, organisation_id)"
                " select id, n, accord.now(), 'invite', created_by from restricted.partnership,"
                " generate_series(events + 1, 5000) n where id = %s", key)
    callers.sql("update restricted.partnership set events = 5000 where id = %s", key)
    illegal(school.post(version + "/sign", signature), "open", ["withdraw"])
    assert school.get(version).json()["allowedActions"] == ["withdraw"]
    own = f"{path}/members/{school.id}"
    for _ in range(3):
        done(school.post(own + "/erase"))
    patch(school.api, school.headers, own, {"projectLead": LEAD}).problem(409, "conflict")
    done(lead.post(path + "/end"))
    assert [one[0] for one in callers.sql(
        "select action from restricted.partnership_event where partnership_id = %s and number > 5000 order by number",
        key)] == ["erase", "abandon", "end"]


def test_the_export_holds_how_partners_decide(api, callers, parties):
    lead, school, college = parties
    path = begin(parties)
    kept = govern(callers, lead.id, path.rsplit("/", 1)[1])
    record = json.loads(exported(api, school, path)[0])["record"]
    for name in ("board", "meeting", "review"):
        assert record[name + "s"] == [school.get(f"{path}/{name}s/{kept[name + 'Id']}").json()]
    assert college.post(f"{path}/members/{college.id}/challenge", {"reason": "mistake"}).status == 200
    record = json.loads(exported(api, college, path)[0])["record"]
    assert record["boards"] == record["meetings"] == record["reviews"] == []


def test_another_hash_is_refused_with_the_present_one(parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    done(school.post(version + "/withdraw"))
    second = done(lead.post(path + "/agreements", {"clauses": [*CLAUSES, *CLAUSES]}), 201)["self"]
    present = done(lead.post(second + "/open"))["textSha256"]
    answer = school.post(second + "/sign", signature)
    answer.problem(409, "conflict")
    assert answer.json()["textSha256"] == present != signature["textSha256"]
    assert answer.json()["state"] == "open"
    assert answer.json()["allowedActions"] == ["record-paper-signature", "sign", "withdraw"]
    answer = school.post(version + "/sign", signature)
    answer.problem(409, "illegal-action")
    assert (answer.json()["state"], answer.json()["textSha256"]) == ("abandoned", present)


def test_a_paper_is_signed_between_opening_and_today(callers, parties):
    """By the days of London; before it was opened, a text was not fixed."""
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    paper = {**signature, "organisation": school.id, "signatory": "Grace Example", "keptAt": "Box 12"}
    for day in (today(1), today(-1)):
        answer = lead.post(version + "/record-paper-signature", {**paper, "signedOn": day})
        answer.problem(422, "rule-broken")
        assert answer.json()["errors"][0]["pointer"] == "/signedOn"
    shown = done(lead.post(version + "/record-paper-signature", {**paper, "signedOn": today()}))
    assert [one["signature"]["signedOn"] for one in shown["signatories"] if one["signature"]] == [today()]


def test_who_recorded_a_paper_is_committed_to(api, callers, parties):
    """As whoever signs: by hash in receipt and record, and forgotten by the organisation that it acted for."""
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    done(lead.post(version + "/sign", signature))
    done(lead.post(version + "/record-paper-signature", {
        **signature, "organisation": school.id, "signatory": "Grace Example", "keptAt": "Box 12",
        "signedOn": today()}))
    said = {one["organisation"]["id"]: one["signature"] for one in lead.get(version).json()["signatories"]}
    assert said[lead.id]["recorder"] is None

    def committed(what):
        return [one for one in lead.get(version + "/commitments").items() if one["what"] == what]

    [recorder] = committed("recorder")
    assert (recorder["sha256"], recorder["organisation"]["id"]) == (said[school.id]["recorder"], lead.id)
    [signer] = [one for one in committed("signatory") if one["organisation"]["id"] == lead.id]
    assert recorder["value"] == signer["value"] != "{}"
    holds(*exported(api, lead, path))
    done(school.post(f"{path}/members/{school.id}/erase"))
    assert committed("recorder") == [recorder]
    done(lead.post(f"{path}/members/{lead.id}/erase"))
    assert committed("recorder")[0]["state"] == "erased"
    holds(*exported(api, lead, path))


def test_a_renewal_does_not_end_in_the_past(parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in (lead, school):
        done(party.post(version + "/sign", signature))
    assert lead.get(version).json()["endsOn"] is None
    answer = lead.post(version + "/renew", {"endsOn": today(-1)})
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == "/endsOn"
    assert done(lead.post(version + "/renew", {"endsOn": today()}), 201)["endsOn"] == today()


def test_a_foreign_signatory_is_refused(api, callers, parties):
    lead, school, college = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    assert college.post(version + "/sign", signature).status == 404
    done(lead.post(path + "/members", {"organisation": college.id, "role": "partner"}), 201)
    college.post(version + "/sign", signature).problem(403, "forbidden")
    done(college.post(f"{path}/members/{college.id}/accept"))
    answer = college.post(version + "/sign", signature)
    answer.problem(403, "forbidden")
    assert answer.json()["detail"] == "Only a signatory that has not signed may do this."
    paper = {**signature, "organisation": college.id, "signatory": "Nobody", "signedOn": today(), "keptAt": "Box"}
    lead.post(version + "/record-paper-signature", paper).problem(422, "rule-broken")
    school.post(version + "/record-paper-signature", {**paper, "organisation": lead.id}).problem(403, "forbidden")
    editor = callers.person((school.id, "editor"))
    post(api, editor, version + "/sign", signature).problem(403, "insufficient-scope")
    done(school.post(version + "/sign", signature))
    answer = school.post(version + "/sign", signature)
    answer.problem(409, "illegal-action")
    assert (answer.json()["state"], answer.json()["allowedActions"]) == ("open", ["withdraw"])


def test_a_member_removed_after_signing(api, parties):
    """What it signed stays, and it may still see it; what others have yet to sign is abandoned."""
    lead, school, college = parties
    path = begin(parties)
    version, signature = opened(parties, path)
    done(school.post(version + "/sign", signature))
    done(lead.post(f"{path}/members/{school.id}/remove"))
    assert school.get(version).json()["state"] == "abandoned"
    answer = college.post(version + "/sign", signature)
    answer.problem(409, "illegal-action")
    assert answer.json()["state"] == "abandoned" and answer.json()["allowedActions"] == []
    assert any(one["signature"] for one in lead.get(version).json()["signatories"])
    holds(*exported(api, school, path))


def test_a_second_amendment_is_refused(parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    illegal(lead.post(path + "/agreements", {"clauses": CLAUSES}), "open",
            ["record-paper-signature", "sign", "withdraw"])
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    illegal(lead.post(path + "/agreements", {"clauses": CLAUSES}), "inForce", ["amend", "renew"])
    done(school.post(version + "/amend", {}), 201)
    answer = lead.post(version + "/amend", {})
    answer.problem(409, "illegal-action")
    assert answer.json()["state"] == "inForce"
    assert answer.json()["detail"] == "Another version is being drafted or signed."


def test_whoever_drafted_a_version_withdraws_it(parties):
    lead, school, college = parties
    path = begin(parties)
    version, signature = opened(parties, path)
    for party in parties:
        done(party.post(version + "/sign", signature))
    drafted = done(school.post(version + "/amend", {}), 201)
    assert drafted["allowedActions"] == ["withdraw"]
    assert college.get(drafted["self"]).json()["allowedActions"] == []
    answer = college.post(drafted["self"] + "/withdraw")
    answer.problem(403, "forbidden")
    assert answer.json()["detail"] == "Only lead or the member that drafted it may do this."
    assert done(school.post(drafted["self"] + "/withdraw"))["state"] == "abandoned"
    drafted = done(school.post(version + "/amend", {}), 201)
    assert lead.get(drafted["self"]).json()["allowedActions"] == ["open", "withdraw"]
    done(lead.post(drafted["self"] + "/open"))
    assert "withdraw" in school.get(drafted["self"]).json()["allowedActions"]
    assert school.get(version).json()["state"] == "inForce"


def test_a_renewal_ends_later_however_it_is_drafted(api, callers, parties):
    lead = parties[0]
    path = begin(parties[:2], startsOn="2026-09-01", endsOn="2030-08-31")
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    renewal = done(lead.post(version + "/renew", {"endsOn": "2031-08-31"}), 201)["self"]
    for day in ("2030-08-31", None):
        patch(api, lead.headers, renewal, {"endsOn": day}).problem(422, "rule-broken")
    assert done(patch(api, lead.headers, renewal, {"endsOn": "2032-08-31"}))["endsOn"] == "2032-08-31"
    callers.sql("update restricted.agreement set ends_on = '2029-08-31' where kind = 'renewal' and partnership_id = %s",
                path.rsplit("/", 1)[1])
    answer = lead.post(renewal + "/open")
    answer.problem(409, "illegal-action")
    assert answer.json()["detail"] == "A renewal ends later than what it renews."
    assert answer.json()["allowedActions"] == ["withdraw"]


def test_nothing_begins_after_its_last_day(api, parties):
    lead, school, _ = parties
    path = begin(parties[:2], form="informal", startsOn="2024-09-01", endsOn="2025-08-31")
    illegal(lead.post(path + "/activate"), "proposed", ["end"])
    version = done(lead.post(path + "/agreements", {"clauses": CLAUSES}), 201)["self"]
    answer = lead.post(version + "/open")
    illegal(answer, "draft", ["withdraw"])
    assert answer.json()["detail"] == "Its last day has passed."
    done(patch(api, lead.headers, path, {"endsOn": "2035-08-31"}))
    assert lead.get(path).json()["allowedActions"] == ["activate", "end"]
    done(patch(api, lead.headers, version, {"endsOn": "2035-08-31"}))
    done(lead.post(version + "/open"))


def test_a_closed_signatory_does_not_sign(callers, parties, close):
    """Neither itself nor on paper; the lead removes it."""
    lead, school, _ = parties
    path = begin(parties)
    version, signature = opened(parties, path)
    close(school.id)
    assert school.get(version).json()["allowedActions"] == ["withdraw"]
    illegal(school.post(version + "/sign", signature), "open", ["withdraw"])
    today = callers.sql("select accord.today()::text")[0][0]
    paper = {**signature, "organisation": school.id, "signatory": "Bo", "signedOn": today, "keptAt": "Box 12"}
    answer = lead.post(version + "/record-paper-signature", paper)
    illegal(answer, "open", ["record-paper-signature", "sign", "withdraw"])
    assert answer.json()["detail"] == "The organisation is closed: remove it first."
    done(lead.post(f"{path}/members/{school.id}/remove"))
    assert lead.get(version).json()["state"] == "abandoned"


def test_what_is_open_stays_with_whom_it_was_opened(parties):
    """Another role that a member takes meanwhile is of the versions that are opened later."""
    lead, school, college = parties
    path = begin(parties)
    version, signature = opened(parties, path)
    done(lead.post(path + "/members", {"organisation": school.id, "role": "supporter"}), 201)
    assert done(school.post(f"{path}/members/{school.id}/accept"))["role"] == "supporter"
    for party in parties:
        done(party.post(version + "/sign", signature))
    shown = lead.get(version).json()
    assert shown["state"] == "inForce" and {one["role"] for one in shown["signatories"]} == {"lead", "partner"}
    amended = done(college.post(version + "/amend", {}), 201)["self"]
    later = done(lead.post(amended + "/open"))
    assert {one["organisation"]["id"] for one in later["signatories"]} == {lead.id, college.id}


def test_no_member_uses_the_versions_up(parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    for _ in range(5):
        drafted = done(school.post(version + "/amend", {}), 201)["self"]
        done(school.post(drafted + "/withdraw"))
    assert school.get(version).json()["allowedActions"] == []
    illegal(school.post(version + "/renew", {"endsOn": "2040-08-31"}), "inForce", [])
    done(lead.post(version + "/amend", {}), 201)


def test_the_last_version_is_not_followed(callers, parties):
    lead = parties[0]
    path = begin(parties[:2])
    version, signature = opened(parties, path)
    for party in parties[:2]:
        done(party.post(version + "/sign", signature))
    callers.sql("insert into restricted.agreement (partnership_id, number, kind, state, clauses, created_by,"
                " created_at) select partnership_id, place, 'amendment', 'abandoned', clauses, created_by, created_at"
                " from restricted.agreement, generate_series(2, accord.most('agreements')) as place"
                " where partnership_id = %s", path.rsplit("/", 1)[1])
    assert lead.get(version).json()["allowedActions"] == []
    for action, body in (("amend", {}), ("renew", {"endsOn": "2040-08-31"})):
        answer = lead.post(f"{version}/{action}", body)
        illegal(answer, "inForce", [])
        assert answer.json()["detail"] == "An agreement has 100 versions at most."


def test_what_keeps_a_version_from_being_opened(parties):
    lead, school, _ = parties
    path = done(lead.post(PATH, NEW), 201)["self"]
    version = done(lead.post(path + "/agreements", {"clauses": [{**CLAUSES[0], "kind": "free"}]}), 201)["self"]
    for hindrance, remedy in (
            ("Fewer than two members that sign have accepted.", lambda: join(lead, school, path)),
            ("No clause says what the aims are.",
             lambda: done(patch(lead.api, lead.headers, version, {"clauses": CLAUSES}))),
            ("A signatory has not named its project lead.", lambda: name(lead, school, path))):
        answer = lead.post(version + "/open")
        answer.problem(409, "illegal-action")
        assert answer.json()["detail"] == hindrance
        remedy()
    done(lead.post(version + "/open"))
    patch(lead.api, lead.headers, version, {"clauses": CLAUSES}).problem(409, "illegal-action")


def join(lead, other, path):
    done(lead.post(path + "/members", {"organisation": other.id, "role": "funder"}), 201)
    done(lead.post(path + "/propose"))
    done(other.post(f"{path}/members/{other.id}/accept"))


def name(lead, other, path):
    for party in (lead, other):
        done(patch(party.api, party.headers, f"{path}/members/{party.id}", {"projectLead": LEAD}))


@pytest.mark.parametrize("body, pointer", [
    ({"clauses": [{**CLAUSES[0], "deadlines": [{"on": "2027-01-01", "what": "Review"}]}]}, "/clauses/0/deadlines"),
    ({"clauses": [*CLAUSES, {**CLAUSES[0], "kind": "activities", "activities": [
        {"description": "Lessons"}, {"description": "More", "subjects": ["17", "ZZ9"]}]}]},
     "/clauses/1/activities/1/subjects"),
    ({"clauses": CLAUSES, "startsOn": "2027-01-01", "endsOn": "2026-01-01"}, "/endsOn")])
def test_clauses_and_dates_that_do_not_fit_are_refused(parties, body, pointer):
    path = done(parties[0].post(PATH, NEW), 201)["self"]
    answer = parties[0].post(path + "/agreements", body)
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_page_for_people(parties):
    lead = parties[0]
    path = begin(parties[:2], title="Tea & <Biscuits>")
    done(patch(lead.api, lead.headers, f"{path}/members/{lead.id}", {
        "responsibilities": ["Boils the <kettle>", "Washes up"], "infrastructure": ["A samovar"]}))
    version, signature = opened(parties, path, {"clauses": [{**CLAUSES[0], "text": "One.\n\nTwo."}]})
    done(lead.post(version + "/sign", signature))
    answer = lead.api.get(version, accept="text/html", headers=lead.headers)
    page = answer.text()
    assert answer.media == "text/html" and "Tea &amp; &lt;Biscuits&gt;" in page and "<Biscuits>" not in page
    assert 'lang="en-GB"' in page and '<th scope="row">' in page and "not yet" in page
    assert signature["textSha256"] in page and "<dd>memorandum</dd>" in page
    for words in ("Wants for itself: Our own.", "Does: Boils the &lt;kettle&gt;", "Does: Washes up",
                  "Brings: A samovar"):
        assert f'<p class="words">{words}</p>' in page
    assert '<p class="words">One.\n\nTwo.</p>' in page
    assert ".words { white-space: pre-line; }" in lead.api.get("/docs/accord.css").text()


def page_of(party, version):
    return party.api.get(version, accept="text/html", headers=party.headers).text()


def test_the_page_is_what_was_signed(callers, parties):
    """Names as they were, days on paper beside the time of recording, codes and times in words, hashes to compare."""
    lead, school, _ = parties
    path = begin(parties[:2], startsOn="2026-09-01")
    [(old,)] = callers.sql("select name from reference.organisation where id = %s", school.id)
    activity = {"description": "Shared lessons", "years": ["year12"], "subjects": ["17"]}
    version, signature = opened(parties, path, {"clauses": [
        *CLAUSES, {"kind": "activities", "heading": "What", "text": "This.", "activities": [activity]},
        {"kind": "funding", "heading": "Money", "text": "Some.",
         "funding": {"horizon": "oneToThreeYears", "source": "inKind"}}]})
    callers.sql("update restricted.organisation set name = 'Renamed' where id = %s", school.id)
    done(school.post(version + "/sign", signature))
    shown = done(lead.post(version + "/record-paper-signature", {
        **signature, "organisation": lead.id, "signatory": "Ada", "signedOn": today(), "keptAt": "Box 12"}))
    assert {one["organisation"]["id"]: one["organisation"]["name"] for one in shown["signatories"]}[school.id] == old
    assert shown["codes"] == [{"code": "17", "name": "German"}]
    page = page_of(lead, version)
    assert "Renamed" not in page and old in page and path.rsplit("/", 1)[1] in page
    assert "first, in force." in page and "<dd>1 September 2026</dd>" in page
    assert '<span class="tag">year 12</span>' in page and '<span class="tag">German</span>' in page
    assert "Funding: in kind, one to three years" in page
    day = f"{date.fromisoformat(today()):%-d %B %Y}"
    stamp = r"\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC"
    assert re.search(rf"<td>{day}</td><td>paper, recorded {stamp}, kept at Box 12</td>", page)
    assert re.search(rf"<td>{stamp}</td><td>electronic</td>", page)
    for one in shown["signatories"]:
        assert f"Project lead, by SHA-256: <code>{one['projectLead']['sha256']}</code>, open" in page
        assert f"SHA-256 of the receipt: <code>{one['signature']['receiptSha256']}</code>" in page
    done(lead.post(f"{path}/members/{lead.id}/erase"))
    assert page_of(lead, version).count("</code>, erased") == 1
    amended = done(school.post(version + "/amend", {}), 201)["self"]
    done(lead.post(amended + "/withdraw"))
    assert re.search(rf"<dt>Closed</dt><dd>{stamp}</dd>", page_of(school, amended))


def test_nothing_signed_is_changed_or_lost(callers, database):
    """Neither by the service, which may not, nor by the owner of the tables, whom triggers refuse."""
    one, two = callers.organisation(None), callers.organisation(None)
    key, _ = agreement(callers, one, [two], "inForce")
    statements = [f"{verb} where partnership_id = %s" for verb in (
        "update restricted.agreement_signature set receipt = 'x'", "delete from restricted.agreement_signature",
        "update restricted.agreement_signatory set role = 'funder'", "delete from restricted.agreement_signatory",
        "update restricted.agreement set text = '{{}}'", "update restricted.agreement set clauses = '[]'",
        "delete from restricted.agreement", "delete from restricted.agreement_commitment",
        "update restricted.agreement_commitment set sha256 = 'x'",
        "update restricted.agreement_commitment set value = 'x'",
        "delete from restricted.partnership_event", "update restricted.agreement set state = 'draft'")]
    for statement in statements:
        with pytest.raises(psycopg2.DatabaseError, match="never changed|does not go"):
            callers.sql(statement, key)
        session = psycopg2.connect(database.dsn("accord_api"))
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            session.cursor().execute(statement, (key,))
        session.close()


def together(calls):
    """Runs calls at once; their results in order."""
    results = [None] * len(calls)

    def run(place):
        results[place] = calls[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return results


def requester(service, contract, headers, path, body):
    """A call over a connection of its own, tried again while somebody else has the record."""
    def run():
        client = Client(service.url, contract)
        while True:
            answer = post(client, headers, path, body)
            if answer.status != 503 and not (answer.status == 409 and answer.json()["type"].endswith("busy")):
                return answer
    return run


@pytest.mark.parametrize("count", [2, 20])
def test_signatories_at_once(api, service, contract, callers, count):
    """None is lost, none is stuck, and the version is in force when the last has signed, once."""
    organisations = [callers.organisation(None) for _ in range(count)]
    key, digest = agreement(callers, organisations[0], organisations[1:], "open")
    path = f"{PATH}/{key}"
    headers = [callers.person((one, "signatory")) for one in organisations]
    answers = together([requester(service, contract, one, path + "/agreements/1/sign", {"textSha256": digest})
                        for one in headers])
    assert [answer.status for answer in answers] == [200] * count
    assert sum(answer.json()["state"] == "inForce" for answer in answers) == 1
    shown = api.get(path + "/agreements/1", headers=headers[0]).json()
    assert shown["state"] == "inForce"
    assert sorted(one["signature"]["sequence"] for one in shown["signatories"]) == list(range(1, count + 1))
    holds(api.get(path + "/export", headers=headers[0]).body, api.get(KEYS).body)


def test_amendments_at_once(api, service, contract, callers):
    organisations = [callers.organisation(None) for _ in range(2)]
    key, _ = agreement(callers, organisations[0], organisations[1:], "inForce")
    calls = [requester(service, contract, callers.person((one, "editor")), f"{PATH}/{key}/agreements/1/amend", {})
             for one in organisations]
    assert sorted(answer.status for answer in together(calls)) == [201, 409]


class Walk:
    """Random actions by random callers, and what must hold whatever they do."""

    def __init__(self, api, callers, seed):
        self.api, self.callers, self.chance = api, callers, random.Random(seed)
        self.organisations = [callers.organisation(None) for _ in range(4)]
        self.headers = {one: callers.person((one, "signatory")) for one in self.organisations}
        self.stranger = callers.organisation(None)
        self.key = partnership(callers, self.organisations[0],
                               [(one, "partner", True) for one in self.organisations[1:3]], "proposed")
        name_people(callers, self.key, *self.organisations[:3])
        self.path = f"{PATH}/{self.key}"
        self.states = None
        self.events = 0

    def version(self):
        found = self.callers.sql("select coalesce(max(number), 1) from restricted.agreement where partnership_id = %s",
                                 self.key)
        return self.chance.randint(1, found[0][0])

    def step(self):
        actor, other = self.chance.choice(self.organisations), self.chance.choice(self.organisations)
        number = self.version()
        version, member = f"/agreements/{number}", f"/members/{other}"
        digest = self.callers.sql("select coalesce(max(text_sha256), repeat('0', 64)) from restricted.agreement"
                                  " where partnership_id = %s and number = %s", self.key, number)[0][0]
        signed = {"textSha256": digest}
        paper = {**signed, "organisation": other, "signatory": "Ada", "signedOn": today(), "keptAt": "Box 12"}
        if self.chance.random() < 0.4:
            return self.post(actor, self.allowed(actor, number), signed)
        path, body = self.chance.choice([
            ("/activate", None), ("/suspend", None), ("/resume", None), (member + "/accept", None),
            (member + "/leave", None), (member + "/remove", None), (member + "/challenge", {"reason": "mistake"}),
            ("/members", {"organisation": other, "role": self.chance.choice(["partner", "partner", "lead"])}),
            ("/agreements", {"clauses": CLAUSES}),
            *2 * [(version + "/open", None)], *6 * [(version + "/sign", signed)],
            (version + "/record-paper-signature", paper), (version + "/withdraw", None), (version + "/amend", {}),
            (version + "/renew", {"endsOn": "2040-08-31"})])
        return self.post(actor, path, body)

    def allowed(self, actor, number):
        """The path of something that the record itself says the caller may do."""
        for place in self.chance.sample([f"/agreements/{number}", f"/members/{actor}", ""], 3):
            answer = self.api.get(self.path + place, headers=self.headers[actor])
            actions = answer.json().get("allowedActions", []) if answer.status == 200 else []
            actions = [one for one in actions
                       if one not in ("end", "challenge", "record-paper-signature", "renew", "leave", "invite")]
            if actions:
                return f"{place}/{self.chance.choice(actions)}"
        return "/suspend"

    def post(self, actor, path, signed):
        bodies = {"sign": signed, "amend": {}, "renew": signed, "members": signed, "agreements": signed,
                  "challenge": signed, "record-paper-signature": signed}
        answer = post(self.api, self.headers[actor], self.path + path, bodies.get(path.rsplit("/", 1)[1]))
        assert answer.status in (200, 201, 204, 403, 404, 409, 422), answer.body
        if answer.status == 409 and answer.json()["type"].endswith("illegal-action"):
            assert set(answer.json()) >= {"state", "allowedActions"}
        for organisation in [] if answer.status >= 400 else [self.stranger]:
            assert organisation not in answer.text()
        return answer.status

    def check(self):
        sql, key = self.callers.sql, self.key
        states = dict(sql("select number, state from restricted.agreement where partnership_id = %s", key))
        allowed = set(sql("select from_state, to_state from published.machine_step where machine = 'agreement'"))
        for number, state in (self.states or {}).items():
            becomes = states[number]
            assert becomes == state or self.reaches(allowed, state, becomes), (number, state, becomes)
        self.states = states
        assert sum(state in ("draft", "open") for state in states.values()) <= 1
        assert sum(state == "inForce" for state in states.values()) <= 1
        unsigned = sql("select number from restricted.agreement_signatory s where partnership_id = %s and not exists ("
                       "select from restricted.agreement_signature g where (g.partnership_id, g.number,"
                       " g.organisation_id) = (s.partnership_id, s.number, s.organisation_id))", key)
        assert not {number for number, in unsigned} & {number for number, state in states.items()
                                                       if state in ("inForce", "superseded")}
        [(events, last)] = sql("select count(*), max(number) from restricted.partnership_event"
                               " where partnership_id = %s", key)
        assert events == last >= self.events
        self.events = events

    @staticmethod
    def reaches(allowed, state, becomes):
        return (state, becomes) in allowed or any((state, middle) in allowed and (middle, becomes) in allowed
                                                  for middle in ("open", "inForce"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_anybody_does_the_invariants_hold(api, callers, seed):
    walk = Walk(api, callers, seed)
    done_ones = 0
    for _ in range(150):
        done_ones += walk.step() < 300
        walk.check()
    assert done_ones >= 10
    whole = next(answer for answer in (api.get(walk.path + "/export", headers=one) for one in walk.headers.values())
                 if answer.status == 200)
    holds(whole.body, api.get(KEYS).body)
    outsider = callers.person((walk.stranger, "administrator"))
    assert api.get(walk.path, headers=outsider).status == 404


def test_a_crash_between_any_two_steps_leaves_a_valid_state(database, bundle, contract, callers, tmp_path):
    """The service is killed while signatures arrive; another goes on, and what was answered is there."""
    organisations = [callers.organisation(None) for _ in range(12)]
    key, digest = agreement(callers, organisations[0], organisations[1:], "open")
    headers = {one: callers.person((one, "signatory")) for one in organisations}
    path, answered, delay = f"{PATH}/{key}", set(), 0.02
    settings = {"providers": callers.providers, "secret_key": SECRET_KEY, "keys": tmp_path / "keys"}
    while len(answered) < len(organisations):
        service = Service(database, bundle, tmp_path, **settings)
        waiting = [one for one in organisations if one not in answered]

        def run(one, url=service.url):
            try:
                answer = post(Client(url, contract), headers[one], path + "/agreements/1/sign", {"textSha256": digest})
            except OSError:
                return
            if answer.status == 200 or (answer.status in (403, 409) and "busy" not in answer.text()):
                answered.add(one)

        threads = [threading.Thread(target=run, args=(one,)) for one in waiting]
        for thread in threads:
            thread.start()
        time.sleep(delay)
        delay *= 1.5
        service.process.kill()
        service.process.wait(20)
        for thread in threads:
            thread.join(30)
        kept = {str(one) for one, in callers.sql(
            "select organisation_id from restricted.agreement_signature where partnership_id = %s", key)}
        assert answered <= kept
        [(state, receipts)] = callers.sql(
            "select a.state, p.receipts from restricted.agreement a join restricted.partnership p"
            " on p.id = a.partnership_id where p.id = %s", key)
        assert receipts == len(kept) and (state == "inForce") == (len(kept) == len(organisations))
        answered |= kept
    service = Service(database, bundle, tmp_path, **settings)
    client = Client(service.url, contract)
    holds(client.get(path + "/export", headers=headers[organisations[0]]).body, client.get(KEYS).body)
    assert service.stop() == 0


def test_keys_of_receipts_are_never_retired(database, bundle, contract, callers, tmp_path):
    """A key that signed long ago is published still, beside the one that a rotation made."""
    one, two = callers.organisation(None), callers.organisation(None)
    key, digest = agreement(callers, one, [two], "open")
    settings = {"providers": callers.providers, "secret_key": SECRET_KEY, "keys": tmp_path / "keys",
                "key_lead_seconds": 10}
    service = Service(database, bundle, tmp_path, **settings)
    headers = callers.person((one, "signatory"))
    client = Client(service.url, contract)
    done(post(client, headers, f"{PATH}/{key}/agreements/1/sign", {"textSha256": digest}))
    assert service.stop() == 0
    [old] = (tmp_path / "keys" / "receipts").iterdir()
    old.rename(old.with_name("000000000001" + old.name[12:]))
    rotated = subprocess.run([ACCORD, "key", "rotate", "--receipts"], text=True, capture_output=True, timeout=60,
                             check=False, env={"ACCORD_KEYS": str(tmp_path / "keys"), "ACCORD_KEY_LEAD_SECONDS": "10"})
    assert rotated.returncode == 0 and rotated.stdout.count("\n") == 2, rotated.stderr
    service = Service(database, bundle, tmp_path, **settings)
    client = Client(service.url, contract)
    keys = client.get(KEYS).body
    assert len(json.loads(keys)["keys"]) == 2
    holds(client.get(f"{PATH}/{key}/export", headers=headers).body, keys)
    assert service.stop() == 0


@pytest.mark.parametrize("value, text", [
    ('{"b": 1, "a": [true, false, null, -7], "B": {}}', '{"B":{},"a":[true,false,null,-7],"b":1}'),
    (r'"\u20ac$\u000f\nA\u0027B\"\\\\\"/\u007f"', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'),
    ('{"": [], "1": "😀", "10": "ö"}', '{"":[],"1":"😀","10":"ö"}'),
])
def test_text_is_canonical(callers, value, text):
    """RFC 8785, as the verifier has it too."""
    assert callers.sql("select accord.canonical(%s)", value) == [(text,)]
    assert verify_history.canonical(json.loads(value)) == text
    assert callers.sql("select accord.canonical(%s::jsonb) = accord.canonical(accord.canonical(%s)::jsonb)", value,
                       value) == [(True,)]


def test_a_number_that_has_no_one_form_is_refused(callers):
    for value in ("1.5", "1e400", "12345678901234567890"):
        with pytest.raises(psycopg2.DatabaseError, match="no whole number"):
            callers.sql("select accord.canonical(%s)", value)


def test_the_same_key_signs_once(api, callers):
    one, two = callers.organisation(None), callers.organisation(None)
    key, digest = agreement(callers, one, [two], "open")
    headers = {**callers.person((one, "signatory")), "Idempotency-Key": str(uuid.uuid4())}
    path = f"{PATH}/{key}/agreements/1/sign"
    first = api.call("POST", path, headers=headers, body={"textSha256": digest})
    again = api.call("POST", path, headers=headers, body={"textSha256": digest})
    assert first.status == again.status == 200 and first.body == again.body
