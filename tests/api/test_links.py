# SPDX-License-Identifier: MIT
"""How schools follow one another (schools_links_get), and what the census counted (schools_census_list)."""

import pytest


def links(api, urn):
    return api.ok(f"/v1/schools/{urn}/links").json()


def current(api, urn):
    return [school["urn"] for school in links(api, urn)["current"]]


@pytest.mark.parametrize("urn, living, unknown", [
    (990001, [990003], []), (990002, [990003], []), (990003, [990003], []), (990004, [990006], []),
    (990005, [990006], []), (990007, [990008, 990009], []), (990010, [], [990999]), (990011, [990003], []),
    (990012, [], []), (990013, [990014], []), (990014, [990014], []),
])
def test_successors_are_followed_to_the_living(api, urn, living, unknown):
    found = links(api, urn)
    assert [school["urn"] for school in found["current"]] == living
    assert found["unknown"] == unknown


def test_links_in_full(api):
    found = links(api, 990002)
    assert (found["urn"], found["name"], found["status"]) == (990002, "Test School 990002", "Closed")
    assert found["closedOn"] == "2020-08-31" and found["self"] == "/v1/schools/990002/links"
    before, after = found["links"]
    assert before == {"linkUrn": 990001, "name": "Test School 990001", "status": "Closed", "linkType": "Predecessor",
                      "direction": "predecessor", "establishedOn": "2010-09-01", "recordedBy": "this",
                      "self": "/v1/schools/990001"}
    assert after == {"linkUrn": 990003, "name": "Test School 990003", "status": "Open", "linkType": "Predecessor",
                     "direction": "successor", "establishedOn": "2020-09-01", "recordedBy": "other",
                     "self": "/v1/schools/990003"}


def test_a_link_outside_the_register_has_its_recorded_name(api):
    [link] = links(api, 990010)["links"]
    assert (link["name"], link["status"], link["self"]) == ("A school of another register", None, None)


def test_other_links_are_not_followed(api):
    [link] = links(api, 990012)["links"]
    assert link["direction"] == "other" and current(api, 990012) == []


def test_the_living_are_shown_by_name(api):
    [school] = links(api, 990001)["current"]
    assert school == {"urn": 990003, "name": "Test School 990003", "status": "Open", "self": "/v1/schools/990003"}


def test_a_school_without_links_is_its_own(api, sql):
    [(urn,)] = sql("select urn from reference.school s where status_name = 'Open' and not exists (select from"
                   " reference.school_link l where s.urn in (l.urn, l.link_urn)) order by urn limit 1")
    found = links(api, urn)
    assert found["links"] == [] and current(api, urn) == [urn]


@pytest.mark.parametrize("tail", ["links", "census"])
@pytest.mark.parametrize("urn", ["999999", "990999", "1", "abc"])
def test_an_unknown_school_is_not_found(api, urn, tail):
    api.get(f"/v1/schools/{urn}/{tail}").problem(404, "not-found")


def test_unknown_parameter_is_refused(api):
    assert api.get("/v1/schools/990001/links", limit=5).problem(400, "invalid-parameter") == ["limit"]


def test_census_by_year(api):
    found = api.ok("/v1/schools/990003/census").items()
    assert [item["academicYear"] for item in found] == ["202122", "202223", "202324"]
    item = found[0]
    assert item["pupils"] == {"value": 200, "symbol": None, "reason": None}
    assert item["senSupport"] == {"value": None, "symbol": "c", "reason": "Confidential"}
    assert item["ehcPlanPercent"] == {"value": None, "symbol": "z", "reason": "Not applicable"}
    assert item["fsm"] == {"value": None, "symbol": "x", "reason": "Unavailable in the source"}
    assert item["eal"] == {"value": 0, "symbol": None, "reason": None}
    assert item["fsmEver6Percent"]["value"] == 27.8
    assert api.every("/v1/schools/990003/census", order="-academicYear") == found[::-1]


def test_a_school_without_a_census_has_none(api):
    assert api.ok("/v1/schools/990001/census").json() == {"items": [], "next": None}
