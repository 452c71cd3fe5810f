# SPDX-License-Identifier: MIT
"""Bodies that help partnerships start: support_organisations_list, support_organisations_get,
support_organisations_create, support_organisations_update, support_organisations_publish,
support_organisations_withdraw, organisations_support_organisations_list, organisations_support_organisations_get."""

import pytest

from test_notices import every, patch, post

PATH = "/v1/support-organisations"


def request(**changes):
    return {"name": "Schools Together", "summary": "Brings schools to one table.", "areas": ["leadership"],
            "website": "https://schools.example/", "tags": ["brokerage"], **changes}


@pytest.fixture
def home(callers):
    """An organisation of the test's own and an editor of it."""
    organisation = callers.organisation(None)
    return organisation, callers.person((organisation, "editor"))


def publish(api, headers, **changes):
    made = post(api, headers, PATH, request(**changes))
    assert made.status == 201, made.body
    shown = post(api, headers, made.json()["self"] + "/publish")
    assert shown.status == 200, shown.body
    return shown.json()


def test_the_life_of_an_entry(api, callers, home):
    organisation, editor = home
    made = post(api, editor, PATH, request()).json()
    assert made["state"] == "draft" and made["recordedBy"]["id"] == organisation
    api.get(made["self"]).problem(404, "not-found")
    own = f"/v1/organisations/{organisation}/support-organisations"
    assert list(every(api, own, editor)) == [made]
    assert api.get(f"{own}/{made['id']}", headers=editor).json() == made
    shown = post(api, editor, made["self"] + "/publish").json()
    assert api.ok(made["self"]).json() == shown
    changes = {"name": "Schools in Touch", "localAuthorities": ["E09000007"]}
    changed = patch(api, editor, made["self"], tags=None, **changes).json()
    assert changed == {**shown, "tags": [], **changes}
    assert changed in api.every(PATH, q="touch")
    operator = callers.role(callers.organisation(None, state="verified"), "operator")
    assert post(api, operator, made["self"] + "/withdraw").json()["state"] == "withdrawn"
    api.get(made["self"]).problem(404, "not-found")
    post(api, editor, made["self"] + "/publish").problem(409, "conflict")


@pytest.mark.parametrize("changes, pointer", [
    ({"areas": ["cooking"]}, "/areas/0"), ({"localAuthorities": ["E09000007", "E09999999"]}, "/localAuthorities/1"),
])
def test_rules(api, home, changes, pointer):
    answer = post(api, home[1], PATH, request(**changes))
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("changes", [{"tags": ["Not a tag"]}, {"website": "javascript:alert(1)"}, {"name": ""}])
def test_what_an_entry_cannot_say(api, home, changes):
    post(api, home[1], PATH, request(**changes)).problem(422, "invalid-body")


def test_filters(api, home):
    wide = publish(api, home[1], name="Zebra wide", tags=["zebra"])
    narrow = publish(api, home[1], name="Zebra narrow", tags=["zebra", "funding"], areas=["teaching"],
                     focusAreas=["wellbeing"], phases=["Primary"], localAuthorities=["E09000033"])
    both = [narrow["id"], wide["id"]]
    for query, expected in (
            ({}, both), ({"tag": "funding"}, both[:1]), ({"area": "teaching"}, both[:1]),
            ({"focusArea": "wellbeing"}, both), ({"focusArea": "languages"}, both[1:]), ({"phase": "Primary"}, both),
            ({"phase": "Secondary"}, both[1:]), ({"localAuthority": "213"}, both),
            ({"localAuthority": "202"}, both[1:]), ({"order": "-name"}, both[::-1]),
            ({"order": "createdAt"}, both[::-1])):
        assert [item["id"] for item in api.every(PATH, q="zebra", **query)] == expected, query


def test_entries_are_bounded(api, callers, home):
    for _ in range(200):
        callers.publication("support_organisation", home[0])
    post(api, home[1], PATH, request()).problem(409, "conflict")
