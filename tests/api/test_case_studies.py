# SPDX-License-Identifier: MIT
"""What partnerships did: case_studies_list, case_studies_get, case_studies_create, case_studies_update,
case_studies_publish, case_studies_withdraw, organisations_case_studies_list, organisations_case_studies_get."""

import uuid

import pytest

from test_notices import every, patch, post

PATH = "/v1/case-studies"
OUTCOME = {"description": "Nine of twelve chose physics.", "measuredBy": "independent"}


def request(**changes):
    return {"title": "A shared physics club", "summary": "Two schools, one laboratory.",
            "areas": ["targetedActivities"], "outcomes": [OUTCOME], **changes}


@pytest.fixture
def home(callers):
    """An organisation of the test's own and an editor of it."""
    organisation = callers.organisation(None)
    return organisation, callers.person((organisation, "editor"))


def publish(api, headers, **changes):
    made = post(api, headers, PATH, request(**changes))
    assert made.status == 201, made.body
    return post(api, headers, made.json()["self"] + "/publish").json()


def test_the_life_of_a_case_study(api, callers, home):
    organisation, editor = home
    made = post(api, editor, PATH, request(participants=[organisation], source="https://schools.example/club")).json()
    assert made["state"] == "draft" and made["outcomes"] == [{**OUTCOME, "evidence": None}]
    assert [one["id"] for one in made["participants"]] == [organisation]
    api.get(made["self"]).problem(404, "not-found")
    own = f"/v1/organisations/{organisation}/case-studies"
    assert list(every(api, own, editor)) == [made]
    assert api.get(f"{own}/{made['id']}", headers=editor).json() == made
    shown = post(api, editor, made["self"] + "/publish").json()
    assert api.ok(made["self"]).json() == shown
    changed = patch(api, editor, made["self"], story="It began with an empty room.", source=None).json()
    assert changed == {**shown, "story": "It began with an empty room.", "source": None}
    operator = callers.role(callers.organisation(None, state="verified"), "operator")
    assert post(api, operator, made["self"] + "/withdraw").json()["state"] == "withdrawn"
    api.get(made["self"]).problem(404, "not-found")
    patch(api, editor, made["self"], title="Again").problem(409, "conflict")


def test_what_is_published_names_an_outcome(api, home):
    made = post(api, home[1], PATH, request(outcomes=[])).json()
    answer = post(api, home[1], made["self"] + "/publish")
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == "/outcomes"
    shown = publish(api, home[1])
    patch(api, home[1], shown["self"], outcomes=None).problem(422, "rule-broken")


@pytest.mark.parametrize("changes, pointer", [
    ({"subjects": ["G1", "ZZ"]}, "/subjects/1"), ({"participants": [str(uuid.UUID(int=7))]}, "/participants/0"),
    ({"startedOn": "2025-09-02", "endedOn": "2025-09-01"}, "/endedOn"),
])
def test_rules(api, home, changes, pointer):
    answer = post(api, home[1], PATH, request(**changes))
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("changes", [
    {"outcomes": [{"description": "It passed."}]}, {"outcomes": [{**OUTCOME, "measuredBy": "nobody"}]},
    {"outcomes": [OUTCOME] * 21}, {"tags": ["A B"]}, {"title": None},
])
def test_what_a_case_study_cannot_say(api, home, changes):
    body = {name: value for name, value in request(**changes).items() if value is not None}
    post(api, home[1], PATH, body).problem(422, "invalid-body")


def test_filters(api, home):
    organisation, editor = home
    wide = publish(api, editor, title="Quagga wide", tags=["quagga"])
    narrow = publish(api, editor, title="Quagga narrow", areas=["teaching"], focusAreas=["attendance"], subjects=["G1"],
                     phases=["Primary"], years=["year6"], tags=["quagga", "numbers"], participants=[organisation])
    both = [wide["id"], narrow["id"]]
    for query, expected in (
            ({}, both), ({"order": "-createdAt"}, both[::-1]), ({"tag": "numbers"}, both[1:]),
            ({"area": "teaching"}, both[1:]), ({"focusArea": "languages"}, both[:1]), ({"subject": "G1"}, both),
            ({"subject": "F3"}, both[:1]), ({"phase": "Secondary"}, both[:1]), ({"year": "year6"}, both),
            ({"participant": organisation}, both[1:])):
        assert [item["id"] for item in api.every(PATH, q="quagga", **query)] == expected, query


def test_case_studies_are_bounded(api, callers, home):
    for _ in range(500):
        callers.publication("case_study", home[0], "draft")
    post(api, home[1], PATH, request()).problem(409, "conflict")
