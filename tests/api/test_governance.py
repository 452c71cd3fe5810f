# SPDX-License-Identifier: MIT
"""How partners decide together: partnerships_boards_list, partnerships_boards_get, partnerships_boards_create,
partnerships_boards_update, partnerships_meetings_list, partnerships_meetings_get, partnerships_meetings_create,
partnerships_meetings_update, partnerships_reviews_list, partnerships_reviews_get, partnerships_reviews_create,
partnerships_reviews_update, partnerships_parity_get."""

import uuid

import pytest

from partnering import act, govern, name_people, partnership, today
from test_notices import every, patch, post
from test_partnerships import illegal

TERMS = "Decides on what the partnership does, and looks at how it goes."


@pytest.fixture
def pair(callers):
    """A partnership of two, both of which have accepted: its address, its members and an editor of each."""
    members = [callers.organisation(None) for _ in range(2)]
    key = partnership(callers, members[0], [(members[1], "partner", True)], "active")
    return f"/v1/partnerships/{key}", members, [callers.person((one, "editor")) for one in members]


def make(api, headers, path, body):
    answer = post(api, headers, path, body)
    assert answer.status == 201, answer.body
    assert answer.headers["Location"].endswith(answer.json()["self"])
    return answer.json()


def board(api, headers, path, **changes):
    return make(api, headers, path + "/boards", {"name": "Steering board", "terms": TERMS, **changes})


def test_members_see_and_change_each_other_s_boards(api, pair):
    path, members, editors = pair
    seats = [{"organisation": members[0], "seniority": "executive", "role": "chair", "votes": 2},
             {"community": "students", "seniority": "learner"}]
    made = board(api, editors[0], path, seats=seats)
    assert [seat["community"] for seat in made["seats"]] == [None, "students"]
    assert [(seat["role"], seat["votes"]) for seat in made["seats"]] == [("chair", 2), ("member", 1)]
    read = api.get(made["self"], headers=editors[1])
    assert read.json() == made
    tag = read.headers["ETag"]
    more = seats + [{"organisation": members[1], "seniority": "executive"}]
    changed = patch(api, {**editors[1], "If-Match": tag}, made["self"], seats=more)
    assert [one["organisation"] and one["organisation"]["id"] for one in changed.json()["seats"]] == [
        members[0], None, members[1]]
    patch(api, {**editors[0], "If-Match": tag}, made["self"], name="Ours").problem(412, "precondition-failed")
    kept = patch(api, editors[0], made["self"], name="Board of all").json()
    assert kept == {**changed.json(), "name": "Board of all"}
    assert list(every(api, path + "/boards", editors[0])) == [kept]


@pytest.mark.parametrize("seat", [
    {"seniority": "senior"}, {"organisation": str(uuid.UUID(int=7)), "community": "students", "seniority": "senior"},
    {"community": "parents", "seniority": "senior"}, {"community": "students", "seniority": "high"},
    {"community": "students", "seniority": "senior", "name": "Ada"},
])
def test_what_a_seat_cannot_be(api, pair, seat):
    path, _, editors = pair
    answer = post(api, editors[0], path + "/boards", {"name": "A board", "terms": TERMS, "seats": [seat]})
    answer.problem(422, "invalid-body")


def test_only_members_have_seats_host_and_act(api, callers, pair):
    path, members, editors = pair
    stranger = callers.organisation(None)
    seat = {"organisation": stranger, "seniority": "senior"}
    made = board(api, editors[0], path)
    meeting = {"board": made["id"], "heldOn": today()}
    for where, body, pointer in (
            ("/boards", {"name": "A board", "terms": TERMS, "seats": [seat]}, "/seats/0/organisation"),
            ("/meetings", {**meeting, "host": stranger}, "/host"),
            ("/meetings", {**meeting, "board": str(uuid.uuid4())}, "/board"),
            ("/meetings", {**meeting, "actions": [{"text": "Go.", "organisation": members[0]},
                                                  {"text": "Go.", "organisation": stranger}]},
             "/actions/1/organisation"),
            ("/reviews", {"dueOn": "2027-06-30", "purpose": "It.", "reviewer": str(uuid.UUID(int=7))}, "/reviewer"),
            ("/reviews", {"dueOn": "2027-06-30", "purpose": "It.", "findings": "Good."}, "/heldOn")):
        answer = post(api, editors[0], path + where, body)
        answer.problem(422, "rule-broken")
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_meetings_decide_and_members_act(api, pair):
    path, members, editors = pair
    made = [board(api, editors[0], path, name=name) for name in ("One", "Two")]
    action = {"text": "Find a room.", "organisation": members[1], "dueOn": "2026-10-12"}
    body = {"board": made[0]["id"], "heldOn": today(), "host": members[1],
            "decisions": [{"text": "We meet.", "outcome": "agreed"}], "actions": [action]}
    first = make(api, editors[0], path + "/meetings", body)
    assert first["board"] == {"id": made[0]["id"], "name": "One"} and first["host"]["id"] == members[1]
    assert first["decisions"] == body["decisions"] and first["actions"][0]["state"] == "open"
    second = make(api, editors[1], path + "/meetings", {"board": made[1]["id"], "heldOn": today(-30)})
    assert list(every(api, path + "/meetings", editors[0])) == [second, first]
    assert list(every(api, path + "/meetings?order=-heldOn&limit=1", editors[0])) == [first, second]
    assert list(every(api, path + f"/meetings?board={made[1]['id']}", editors[0])) == [second]
    done = patch(api, editors[1], first["self"], actions=[{**action, "state": "done"}]).json()
    assert done["actions"][0]["state"] == "done" and done["decisions"] == first["decisions"]
    assert api.get(first["self"], headers=editors[0]).json() == done


def test_minutes_are_those_of_who_took_them(api, callers, pair):
    """The lead and the recorder change what was decided; each change is an event of somebody's."""
    path, members, editors = pair
    third = callers.organisation(None)
    key = path.rsplit("/", 1)[1]
    act(callers, members[0], "select accord.invite_member(%s, %s, 'partner')", key, third)
    act(callers, third, "select accord.step_member(%s, %s, 'accept')", key, third)
    other = callers.person((third, "editor"))
    events = len(list(every(api, path + "/timeline", editors[0])))
    one = board(api, editors[0], path)
    body = {"board": one["id"], "heldOn": today(), "decisions": [{"text": "We meet.", "outcome": "agreed"}]}
    meeting = make(api, editors[1], path + "/meetings", body)
    rewritten = [{"text": "We do not meet.", "outcome": "agreed"}]
    for changes in ({"decisions": rewritten}, {"heldOn": today(-1)}, {"summary": "No."}, {"host": third}):
        patch(api, other, meeting["self"], **changes).problem(403, "forbidden")
    assert patch(api, other, meeting["self"], actions=[{"text": "Go.", "organisation": third}]).status == 200
    assert patch(api, editors[1], meeting["self"], summary="Yes.").status == 200
    assert patch(api, editors[0], meeting["self"], decisions=rewritten).json()["decisions"] == rewritten
    review = make(api, editors[1], path + "/reviews", {"dueOn": "2027-06-30", "purpose": "It."})
    found = [(event["action"], event["organisation"]["id"], event["record"])
             for event in every(api, path + "/timeline", editors[0])][events:]
    assert found == [
        ("record-board", members[0], one["id"]), ("record-meeting", members[1], meeting["id"]),
        ("change-meeting", third, meeting["id"]), ("change-meeting", members[1], meeting["id"]),
        ("change-meeting", members[0], meeting["id"]), ("record-review", members[1], review["id"])]


def test_nothing_is_held_on_a_day_to_come(api, pair):
    path, _, editors = pair
    one = board(api, editors[0], path)
    review = make(api, editors[0], path + "/reviews", {"dueOn": "2027-06-30", "purpose": "It."})
    meeting = make(api, editors[0], path + "/meetings", {"board": one["id"], "heldOn": today()})
    for answer in (
            post(api, editors[0], path + "/meetings", {"board": one["id"], "heldOn": today(1)}),
            patch(api, editors[0], meeting["self"], heldOn=today(1)),
            post(api, editors[0], path + "/reviews", {"dueOn": today(), "purpose": "It.", "heldOn": today(1)}),
            patch(api, editors[0], review["self"], heldOn=today(1), findings="Good.")):
        answer.problem(422, "rule-broken")
        assert answer.json()["errors"][0]["pointer"] == "/heldOn"


def test_changes_are_bounded(api, callers, pair):
    """Of one record, and of all, so that a history has room for what binds."""
    path, members, editors = pair
    made = board(api, editors[0], path)
    for number in range(49):
        assert patch(api, editors[1], made["self"], name=f"Board {number}").status == 200
    patch(api, editors[1], made["self"], name="Once more").problem(409, "conflict")
    board(api, editors[0], path)
    key = path.rsplit("/", 1)[1]
    callers.sql("insert into restricted.partnership_event (partnership_id, number, at, action, organisation_id,"
                " record_id) select id, n, accord.now(), 'change-board', created_by, gen_random_uuid()"
                " from restricted.partnership, generate_series(events + 1, 2000) n where id = %s", key)
    callers.sql("update restricted.partnership set events = 2000 where id = %s", key)
    for _ in range(10):
        answer = post(api, editors[0], path + "/boards", {"name": "Another", "terms": TERMS})
    answer.problem(409, "conflict")
    act(callers, members[0], "select accord.invite_member(%s, %s, 'partner')", key, callers.organisation(None))


def test_reviews_fall_due_and_are_held(api, pair):
    path, members, editors = pair
    made = make(api, editors[0], path + "/reviews", {"dueOn": "2027-06-30", "purpose": "Whether more choose physics.",
                                                     "reviewer": members[1]})
    assert made["reviewer"]["id"] == members[1] and made["heldOn"] is None
    assert list(every(api, path + "/reviews?held=false", editors[1])) == [made]
    held = patch(api, editors[1], made["self"], heldOn=today(), findings="Nine of twelve did.").json()
    assert held == {**made, "heldOn": today(), "findings": "Nine of twelve did."}
    assert list(every(api, path + "/reviews?held=true", editors[0])) == [held]
    assert api.get(made["self"], headers=editors[0]).json() == held


def test_parity_in_numbers(api, callers, pair):
    path, members, editors = pair
    key = path.rsplit("/", 1)[1]
    name_people(callers, key, members[1])
    seats = [{"organisation": members[0], "seniority": "executive", "role": "chair", "votes": 3},
             {"organisation": members[0], "seniority": "senior"},
             {"organisation": members[1], "seniority": "senior"}, {"community": "employers", "seniority": "senior"}]
    made = board(api, editors[0], path, seats=seats)
    make(api, editors[0], path + "/meetings", {
        "board": made["id"], "heldOn": today(), "host": members[0],
        "actions": [{"text": "A.", "organisation": members[1], "state": "done"},
                    {"text": "B.", "organisation": members[1]}, {"text": "C.", "organisation": members[0]}]})
    found = api.get(path + "/parity", headers=editors[1]).json()
    parties = {party["organisation"]["id"]: party for party in found["parties"]}
    assert set(parties) == set(members)
    counted = ("seats", "votes", "chairs", "executives", "meetingsHosted", "actionsOwned", "actionsDone", "goalsStated")
    assert [parties[members[0]][name] for name in counted] == [2, 4, 1, 1, 1, 1, 0, 0]
    assert [parties[members[1]][name] for name in counted] == [1, 1, 0, 0, 0, 2, 1, 1]
    assert found["communities"] == [{"community": "employers", "seats": 1, "votes": 1}]
    measures = {one["measure"]: one for one in found["measures"]}
    assert measures["votes"] == {"measure": "votes", "least": 1, "most": 4, "evenness": 0.25}
    assert measures["seats"]["evenness"] == 0.5 and measures["chairs"]["evenness"] == 0
    assert measures["infrastructure"] == {"measure": "infrastructure", "least": 0, "most": 0, "evenness": None}


def test_who_has_not_accepted_sees_nothing_of_it(api, callers):
    lead, asked, left = (callers.organisation(None) for _ in range(3))
    key = partnership(callers, lead, [(asked, "partner", False), (left, "partner", True)], "proposed")
    kept = govern(callers, lead, key)
    path = f"/v1/partnerships/{key}"
    act(callers, left, "select accord.step_member(%s, %s, 'leave')", key, left)
    for one in (asked, left, callers.organisation(None)):
        other = callers.person((one, "editor"))
        for where in ("/boards", f"/boards/{kept['boardId']}", "/meetings", f"/meetings/{kept['meetingId']}",
                      "/reviews", f"/reviews/{kept['reviewId']}", "/parity"):
            api.get(path + where, headers=other).problem(404, "not-found")
    post(api, callers.person((asked, "editor")), path + "/boards",
         {"name": "Ours", "terms": TERMS}).problem(403, "forbidden")


def test_what_has_ended_is_governed_no_more(api, callers, pair):
    path, members, editors = pair
    made = board(api, editors[0], path)
    act(callers, members[0], "select accord.step_partnership(%s, 'end')", path.rsplit("/", 1)[1])
    illegal(post(api, editors[0], path + "/boards", {"name": "Late", "terms": TERMS}), "ended", [])
    illegal(patch(api, editors[0], made["self"], name="Late"), "ended", [])
    assert api.get(made["self"], headers=editors[0]).json() == made


def test_boards_are_bounded(api, pair):
    path, _, editors = pair
    for number in range(20):
        last = board(api, editors[0], path, name=f"Board {number}")
    post(api, editors[0], path + "/boards", {"name": "Late", "terms": TERMS}).problem(409, "conflict")
    assert patch(api, editors[0], last["self"], name="Renamed").status == 200
