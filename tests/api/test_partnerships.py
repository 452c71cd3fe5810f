# SPDX-License-Identifier: MIT
"""Partnerships and their members: state_machines_get, published_partnerships_list, published_partnerships_get,
partnerships_list, partnerships_create, partnerships_get, partnerships_update, partnerships_propose,
partnerships_activate, partnerships_suspend, partnerships_resume, partnerships_end, partnerships_members_list,
partnerships_members_create, partnerships_members_get, partnerships_members_update, partnerships_members_accept,
partnerships_members_decline, partnerships_members_challenge, partnerships_members_leave, partnerships_members_remove,
partnerships_members_erase, partnerships_timeline_list."""

import uuid

import pytest

from partnering import LEAD, act, agreement, partnership, sign

PATH = "/v1/partnerships"
NEW = {"title": "A partnership", "type": "universitySchool", "form": "informal"}


def post(api, headers, path, body=None):
    return api.call("POST", path, headers={**headers, "Idempotency-Key": str(uuid.uuid4())}, body=body)


def done(answer, status=200):
    assert answer.status == status, answer.body
    return answer.json()


def illegal(answer, state, allowed):
    """A refusal that says how the record stands and what the caller may do instead."""
    answer.problem(409, "illegal-action")
    assert (answer.json()["state"], answer.json()["allowedActions"]) == (state, allowed)


def patch(api, headers, path, body):
    return api.call("PATCH", path, headers={**headers, "If-Match": "*"}, body=body)


class Party:
    """An organisation of its own, and somebody who acts for it."""

    def __init__(self, api, callers, role="editor"):
        self.api, self.id = api, callers.organisation(None)
        self.headers = callers.person((self.id, role))

    def post(self, path, body=None):
        return post(self.api, self.headers, path, body)

    def get(self, path):
        return self.api.get(path, headers=self.headers)


@pytest.fixture
def parties(api, callers):
    return [Party(api, callers) for _ in range(3)]


def begin(parties, **body):
    """A draft of the first, to which the others are invited; its address."""
    lead, *others = parties
    made = done(lead.post(PATH, {**NEW, **body}), 201)
    for other in others:
        done(lead.post(made["self"] + "/members", {"organisation": other.id, "role": "partner"}), 201)
    return made["self"]


def test_a_partnership_lives(api, parties):
    """From a draft to its end, as each of three sees it."""
    lead, school, stranger = parties
    path = begin(parties[:2], visibility="public", subjects=["17"], phases=["Secondary", "16 plus"],
                 coverage=["E09000007", "E12000007"])
    own = path + "/members/" + school.id
    assert school.get(path).status == stranger.get(path).status == 404
    assert lead.get(path).json()["allowedActions"] == ["end", "propose"]
    done(lead.post(path + "/propose"))
    assert school.get(path).json()["allowedActions"] == []
    assert school.get(own).json()["allowedActions"] == ["accept", "challenge", "decline"]
    assert lead.get(own).json()["allowedActions"] == ["remove"]
    school.post(path + "/activate").problem(403, "forbidden")
    refused = lead.post(path + "/activate")
    refused.problem(409, "illegal-action")
    assert refused.json()["state"] == "proposed" and refused.json()["allowedActions"] == ["end"]
    assert done(school.post(own + "/accept"))["state"] == "accepted"
    assert api.get(path.replace("partnerships", "published-partnerships")).status == 404
    done(lead.post(path + "/activate"))
    shown = api.get(path.replace("partnerships", "published-partnerships")).json()
    assert {one["organisation"]["id"] for one in shown["members"]} == {lead.id, school.id}
    done(lead.post(path + "/suspend"))
    done(lead.post(path + "/resume"))
    assert done(lead.post(path + "/end"))["allowedActions"] == []
    lead.post(path + "/resume").problem(409, "illegal-action")
    events = school.get(path + "/timeline").items()
    assert [event["action"] for event in events] == [
        "create", "invite", "propose", "accept", "activate", "suspend", "resume", "end"]
    assert [event["number"] for event in events] == list(range(1, 9))
    assert stranger.get(path + "/timeline").status == 404
    assert api.get(shown["self"]).json()["state"] == "ended"


def test_who_is_a_partner_is_kept(callers, parties):
    """Pairs come with an acceptance and go with a departure or an end, unless another partnership holds them."""
    lead, school, college = (party.id for party in parties)

    def pairs():
        found = callers.sql("select organisation_id, partner_id from published.partner_pair"
                            " where organisation_id = any(%s)", [uuid.UUID(one) for one in (lead, school, college)])
        return {frozenset(map(str, pair)) for pair in found}, len(found)

    both = frozenset((lead, school))
    first = partnership(callers, lead, [(school, "partner", True), (college, "funder", True)], "active")
    assert pairs() == ({both, frozenset((lead, college)), frozenset((school, college))}, 6)
    second = partnership(callers, school, [(lead, "partner", True)], "proposed")
    act(callers, college, "select accord.step_member(%s, %s, 'leave')", first, college)
    assert pairs() == ({both}, 2)
    act(callers, lead, "select accord.step_partnership(%s, 'end')", first)
    assert pairs() == ({both}, 2)
    act(callers, lead, "select accord.step_member(%s, %s, 'challenge', 'mistake')", second, lead)
    assert pairs() == (set(), 0)


def test_people_are_for_members(api, parties):
    lead, school, college = parties
    path = begin(parties)
    done(patch(api, lead.headers, f"{path}/members/{lead.id}", {"projectLead": LEAD, "goal": "Ours."}))
    done(lead.post(path + "/propose"))
    seen = school.get(f"{path}/members/{lead.id}").json()
    assert (seen["projectLead"], seen["goal"]) == (None, "Ours.")
    done(school.post(f"{path}/members/{school.id}/accept"))
    assert school.get(f"{path}/members/{lead.id}").json()["projectLead"] == LEAD
    assert {one["projectLead"] is None for one in college.get(path + "/members").items()} == {True}
    patch(api, school.headers, f"{path}/members/{lead.id}", {"goal": "Theirs."}).problem(403, "forbidden")
    patch(api, lead.headers, f"{path}/members/{lead.id}", {"projectLead": {**LEAD, "email": "nobody"}}).problem(
        422, "invalid-body")
    school.post(f"{path}/members/{lead.id}/erase").problem(403, "forbidden")
    assert done(lead.post(f"{path}/members/{lead.id}/erase"))["projectLead"] is None
    assert school.get(f"{path}/members/{lead.id}").json()["projectLead"] is None


def test_people_are_forgotten_in_kept_replies_too(api, callers, parties):
    """Whoever repeats a request is answered as before, but for the people who were erased since."""
    lead, school, _ = parties
    path = begin(parties[:2])
    own = f"{path}/members/{school.id}"
    done(lead.post(path + "/propose"))
    done(school.post(own + "/accept"))
    done(patch(api, school.headers, own, {"projectLead": LEAD}))
    key = {"Idempotency-Key": str(uuid.uuid4())}

    def challenge():
        return done(api.call("POST", own.upper().replace("/V1/PARTNERSHIPS", PATH).replace("/MEMBERS/", "/members/")
                             + "/challenge", headers={**school.headers, **key}, body={"reason": "mistake"}))

    first = challenge()
    assert first["projectLead"] == LEAD and challenge() == first
    done(school.post(own + "/erase"))
    assert challenge() == {**first, "projectLead": None}
    assert callers.sql("select operation from accord.idempotency where body ~ %s and body ~ %s", school.id,
                       LEAD["email"]) == []


def test_members_come_and_go(api, callers, parties):
    lead, school, _ = parties
    path = begin(parties[:2])
    own, leads = f"{path}/members/{school.id}", f"{path}/members/{lead.id}"
    done(lead.post(path + "/propose"))
    assert school.post(own + "/decline").status == 204
    assert lead.get(own).json()["state"] == "declined"
    assert school.get(path).status == 404
    assert done(lead.post(path + "/members", {"organisation": school.id, "role": "lead"}), 201)["role"] == "lead"
    illegal(lead.post(path + "/members", {"organisation": school.id, "role": "partner"}), "invited", ["remove"])
    illegal(lead.post(leads + "/leave"), "accepted", ["invite"])
    assert done(school.post(own + "/challenge", {"reason": "notConfirmed"}))["reason"] == "notConfirmed"
    done(school.post(own + "/accept"))
    lead.post(leads + "/remove").problem(409, "illegal-action")
    assert lead.post(leads + "/leave").status == 204
    assert lead.get(path).status == 404
    callers.sql("update restricted.partnership_member set accepted_at = accepted_at - interval '15 days'"
                " where organisation_id = %s", school.id)
    school.post(own + "/challenge", {"reason": "mistake"}).problem(409, "illegal-action")
    illegal(school.post(own + "/leave"), "accepted", ["invite"])
    school.post(f"{path}/members/{uuid.uuid4()}/remove").problem(404, "not-found")


def test_a_member_takes_another_role(parties):
    """The lead offers it, the member accepts it, and meanwhile all stays as it was; a lead remains."""
    lead, school, _ = parties
    path = begin(parties[:2])
    own, leads = f"{path}/members/{school.id}", f"{path}/members/{lead.id}"
    done(lead.post(path + "/propose"))
    done(school.post(own + "/accept"))
    illegal(school.post(own + "/accept"), "accepted", ["challenge", "leave"])
    assert lead.get(own).json()["allowedActions"] == ["invite", "remove"]

    def offer(party, role):
        return lead.post(path + "/members", {"organisation": party.id, "role": role})

    illegal(offer(school, "partner"), "accepted", ["invite", "remove"])
    offered = done(offer(school, "funder"), 201)
    assert (offered["role"], offered["state"], offered["offeredRole"]) == ("partner", "accepted", "funder")
    assert done(offer(school, "partner"), 201)["offeredRole"] is None
    assert done(offer(lead, "supporter"), 201)["allowedActions"] == ["invite"]
    illegal(lead.post(leads + "/accept"), "accepted", ["invite"])
    done(offer(school, "lead"), 201)
    school.post(path + "/activate").problem(403, "forbidden")
    taken = done(school.post(own + "/accept"))
    assert (taken["role"], taken["offeredRole"]) == ("lead", None)
    assert done(lead.post(leads + "/accept"))["role"] == "supporter"
    illegal(school.post(own + "/leave"), "accepted", ["invite"])
    assert "activate" in school.get(path).json()["allowedActions"]


def test_a_closed_lead_leaves_others_to_go_on(parties, close):
    """Whoever signs stands in for it: as an academy goes on where its school was closed."""
    lead, school, college = parties
    path = begin(parties)
    own, leads = f"{path}/members/{school.id}", f"{path}/members/{lead.id}"
    done(lead.post(path + "/propose"))
    done(school.post(own + "/accept"))
    school.post(path + "/end").problem(403, "forbidden")
    close(lead.id)
    assert school.get(path).json()["allowedActions"] == ["activate", "end"]
    assert college.get(path).json()["allowedActions"] == []
    assert lead.get(leads).json()["allowedActions"] == ["challenge", "leave"]
    assert done(school.post(leads + "/remove"))["state"] == "left"
    illegal(school.post(own + "/leave"), "accepted", ["invite"])
    done(school.post(path + "/members", {"organisation": school.id, "role": "lead"}), 201)
    assert done(school.post(own + "/accept"))["role"] == "lead"
    done(school.post(path + "/activate"))
    done(college.post(f"{path}/members/{college.id}/accept"))
    assert college.get(path).json()["allowedActions"] == []


def test_what_has_ended_is_not_changed(api, parties):
    lead, school, college = parties
    path = begin(parties[:2])
    done(lead.post(path + "/end"))
    own = f"{path}/members/{lead.id}"
    for answer in (lead.post(path + "/members", {"organisation": college.id, "role": "partner"}),
                   lead.post(path + "/agreements", {"clauses": [{"kind": "aims", "heading": "Aims", "text": "A"}]}),
                   lead.post(path + "/boards", {"name": "A board", "terms": "It decides."}),
                   lead.post(path + "/reviews", {"dueOn": "2027-06-30", "purpose": "Whether it works."}),
                   lead.post(path + "/propose"), patch(api, lead.headers, path, {"title": "Another"}),
                   patch(api, lead.headers, own, {"goal": "Ours."})):
        illegal(answer, "ended", [])


def test_no_member_fills_the_history(api, callers, parties):
    """Each challenges once for each invitation and has its people erased so many times; the lead goes on."""
    lead, school, third = parties
    path = begin(parties[:2])
    own, key = f"{path}/members/{school.id}", path.rsplit("/", 1)[1]
    done(lead.post(path + "/propose"))
    done(school.post(own + "/challenge", {"reason": "mistake"}))
    done(school.post(own + "/accept"))
    assert school.get(own).json()["allowedActions"] == ["leave"]
    illegal(school.post(own + "/challenge", {"reason": "mistake"}), "accepted", ["leave"])
    for _ in range(20):
        done(patch(api, school.headers, own, {"projectLead": LEAD}))
        done(school.post(own + "/erase"))
    patch(api, school.headers, own, {"projectLead": LEAD}).problem(409, "conflict")
    assert done(patch(api, school.headers, own, {"goal": "Ours."}))["projectLead"] is None
    done(patch(api, lead.headers, f"{path}/members/{lead.id}", {"projectLead": LEAD}))
    callers.sql("update restricted.partnership set events = 5000 where id = %s", key)
    assert lead.get(path).json()["allowedActions"] == ["end"]
    illegal(lead.post(path + "/activate"), "proposed", ["end"])
    illegal(lead.post(path + "/members", {"organisation": third.id, "role": "partner"}), "proposed", ["end"])
    assert lead.get(own).json()["allowedActions"] == ["remove"]
    assert done(lead.post(own + "/remove"))["allowedActions"] == []


def test_what_binds_has_been_agreed(api, callers, parties):
    """Whoever has signed nothing is not shown as a party of a contract."""
    lead, school, _ = parties
    path = begin(parties[:2], visibility="public")
    done(lead.post(path + "/propose"))
    done(school.post(f"{path}/members/{school.id}/accept"))
    for form in ("memorandum", "informal"):
        assert done(patch(api, lead.headers, path, {"form": form}))["form"] == form
    done(lead.post(path + "/activate"))
    illegal(patch(api, lead.headers, path, {"form": "contract"}), "active", ["end", "suspend"])
    done(lead.post(path + "/suspend"))
    illegal(patch(api, lead.headers, path, {"form": "memorandum"}), "suspended", ["end", "resume"])
    done(patch(api, lead.headers, path, {"title": "Another"}))
    with pytest.raises(Exception, match="partnership_form_agreed"):
        callers.sql("update restricted.partnership set form = 'contract' where id = %s", path.rsplit("/", 1)[1])


def test_an_end_before_its_start_is_refused(api, parties):
    lead = parties[0]
    dates = {"startsOn": "2027-09-01", "endsOn": "2026-08-31"}
    answer = lead.post(PATH, {**NEW, **dates})
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == "/endsOn"
    made = done(lead.post(PATH, {**NEW, "startsOn": "2027-09-01"}), 201)
    patch(api, lead.headers, made["self"], {"endsOn": "2027-08-31"}).problem(422, "rule-broken")


@pytest.mark.parametrize("body, pointer", [
    ({"subjects": ["ZZ9"]}, "/subjects"), ({"coverage": ["E99999999"]}, "/coverage"),
    ({"phases": ["Secondary", "secondary"]}, "/phases/1")])
def test_what_no_register_has_is_refused(parties, body, pointer):
    lead = parties[0]
    made = done(lead.post(PATH, NEW), 201)
    for answer in (lead.post(PATH, {**NEW, **body}), patch(lead.api, lead.headers, made["self"], body)):
        answer.problem(422, "rule-broken")
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_closed_organisation_does_not_join(callers, parties, close):
    """Neither one that is closed when it is asked, nor one that closes before it answers."""
    lead, school, _ = parties
    path = begin(parties[:2])
    closed = callers.find("urn:990001")
    lead.post(path + "/members", {"organisation": closed, "role": "partner"}).problem(422, "rule-broken")
    done(lead.post(path + "/propose"))
    close(school.id)
    own = f"{path}/members/{school.id}"
    assert school.get(own).json()["allowedActions"] == ["challenge", "decline"]
    answer = school.post(own + "/accept")
    answer.problem(409, "illegal-action")
    assert answer.json()["detail"] == "The organisation is closed."
    answer = school.post(PATH, NEW)
    answer.problem(409, "conflict")
    assert answer.json()["detail"] == "The organisation is closed."


def test_a_thousand_members_are_too_many(callers, parties):
    """The limit is named, and what was asked before stays."""
    lead = parties[0]
    path = begin(parties[:1])
    key = path.rsplit("/", 1)[1]
    callers.sql("insert into restricted.partnership_member (partnership_id, organisation_id, role, state, invited_at)"
                " select %s, gen_random_uuid(), 'supporter', 'invited', accord.now() from generate_series(1, 199)", key)
    answer = lead.post(path + "/members", {"organisation": parties[1].id, "role": "partner"})
    answer.problem(409, "conflict")
    assert "200 members" in answer.json()["detail"]
    done(lead.post(path + "/propose"))
    assert len(lead.get(path + "/members?limit=500").items()) == 200


def test_lists_are_narrowed(parties):
    lead, school, _ = parties
    path = begin(parties[:2], title="Häfen und Brücken", areas=["teaching"], focusAreas=["languages"])
    other = done(lead.post(PATH, {**NEW, "type": "civic"}), 201)["self"]

    def found(party, query=""):
        return {item["self"] for item in party.get(PATH + query).items()}

    assert found(lead) == {path, other} and found(school) == set()
    assert found(lead, "?title=br%C3%BCcken") == found(lead, "?area=teaching") == {path}
    assert found(lead, "?focusArea=languages") == found(lead, f"?member={school.id}") == {path}
    assert found(lead, "?type=civic") == {other} and found(lead, "?state=ended") == set()
    assert "allowedActions" not in lead.get(PATH).items()[0]


def test_both_lists_are_narrowed_by_what_a_partnership_is_for(api, parties):
    lead, school, _ = parties
    path = begin(parties[:2], visibility="public", phases=["Secondary", "16 plus"], years=["year11", "year12"],
                 subjects=["17", "18"], coverage=["E09000007", "E12000007"])
    other = begin(parties[:2], visibility="public", years=["year1"])
    for one in (path, other):
        done(lead.post(one + "/propose"))
        done(school.post(f"{one}/members/{school.id}/accept"))
        done(lead.post(one + "/activate"))
    for name, value, stray in (("phase", "16 plus", "Nursery"), ("year", "year12", "year2"), ("subject", "18", "F3"),
                               ("coverage", "E12000007", "E09000001")):
        assert lead.api.every(PATH, headers=lead.headers, limit=1, **{name: value}) == [
            one for one in lead.get(PATH).items() if one["self"] == path]
        assert lead.get(f"{PATH}?{name}={stray}").items() == []
        published = [one["id"] for one in api.every("/v1/published-partnerships", member=lead.id, **{name: value})]
        assert published == [path.rsplit("/", 1)[1]]
        assert api.ok("/v1/published-partnerships", member=lead.id, **{name: stray}).items() == []


def test_what_waits_for_an_organisation_is_found(api, callers, parties):
    """Invitations and signatures, page by page, and for those whom the caller acts for, not those it oversees."""
    lead, school, third = parties
    paths = [begin(parties[:2], title=f"Number {number}") for number in range(3)]
    for path in paths:
        done(lead.post(path + "/propose"))
    done(school.post(f"{paths[0]}/members/{school.id}/accept"))

    def found(party, **query):
        return [one["self"] for one in api.every(PATH, headers=party.headers, limit=1, **query)]

    assert found(school, memberState="invited") == paths[1:] and found(lead, memberState="invited") == []
    assert found(school, memberState="accepted") == paths[:1] and found(lead, memberState="accepted") == paths
    assert found(school, memberState="invited", title="number 2", member=lead.id) == paths[2:]
    assert found(school, memberState="invited", member=third.id) == found(third, memberState="invited") == []
    key, digest = agreement(callers, lead.id, [school.id], "open")
    assert found(lead, awaitingSignature=True) == found(school, awaitingSignature=True) == [f"{PATH}/{key}"]
    assert found(lead, awaitingSignature=False) == paths
    sign(callers, key, school.id, digest)
    assert found(school, awaitingSignature=True) == [] and found(lead, awaitingSignature=True) == [f"{PATH}/{key}"]
    assert found(school, awaitingSignature=False, memberState="accepted") == [paths[0], f"{PATH}/{key}"]
    assert found(lead, awaitingSignature=True, memberState="invited") == []


def test_a_merger_moves_memberships(callers, parties):
    lead, school, survivor = (party.id for party in parties)
    key = partnership(callers, lead, [(school, "partner", True)], "active")
    callers.sql("update restricted.organisation set state = 'merged', merged_into = %s where id = %s", survivor, school)
    found = callers.sql("select organisation_id, state from restricted.partnership_member where partnership_id = %s",
                        key)
    assert {(str(one), state) for one, state in found} == {(lead, "accepted"), (school, "left"), (survivor, "accepted")}
    assert callers.sql("select count(*) from published.partner_pair where organisation_id = %s", school) == [(0,)]
    assert callers.sql("select count(*) from restricted.party where record_id = %s", key) == [(2,)]


def test_the_machines_are_served_as_they_are(api, sql):
    shown = {(machine["name"], step["from"], step["action"], step["to"], step["who"], step["scope"])
             for machine in api.ok("/v1/state-machines").json()["machines"] for step in machine["steps"]}
    assert shown == set(sql("select machine, from_state, action, to_state, who, scope from published.machine_step"))


def test_history_is_not_changed(callers, parties):
    key = partnership(callers, parties[0].id)
    for statement in ("update restricted.partnership_event set action = 'end' where partnership_id = %s",
                      "delete from restricted.partnership_event where partnership_id = %s"):
        with pytest.raises(Exception, match="changed"):
            callers.sql(statement, key)
