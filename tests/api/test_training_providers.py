# SPDX-License-Identifier: MIT
"""Training providers and their partners: training_providers_list, training_providers_get,
training_providers_partners_list."""

import pytest

PATH = "/v1/training-providers"
PLACE = "51.5405,-0.1425"


def codes(items):
    return {item["code"] for item in items}


def every(api, **query):
    return api.every(PATH, limit=500, **query)


def wanted(sql, where, *values):
    return {code for code, in sql(f"select code from reference.training_provider where {where}", *values)}


def partners(api, code, **query):
    return {(item["code"], item["relation"]) for item in api.every(f"{PATH}/{code}/partners", **query)}


def test_one_provider_in_full(api):
    found = api.ok(f"{PATH}/0Z3").json()
    assert found.pop("location")["longitude"] == -0.1485
    assert found.pop("address")["postcode"] == "NW1 0AA"
    assert found == {"code": "0Z3", "name": "Test Provider 3", "operatingName": None, "kind": "scitt",
                     "accredited": True, "accreditedNumber": "9903", "ukprn": "99900303", "urn": 990003,
                     "academicYear": "202627", "distance": None, "self": f"{PATH}/0Z3"}
    other = api.ok(f"{PATH}/0Z2").json()
    assert (other["operatingName"], other["accredited"], other["accreditedNumber"]) == ("Second to None", False, None)
    assert api.ok(f"{PATH}/0Z9").json()["academicYear"] is None


def test_list_and_single_have_one_shape(api):
    for item in api.ok(PATH, limit=20, order="code").items():
        assert api.ok(item["self"]).json() == item


@pytest.mark.parametrize("code", ["0ZX", "0z1", "0Z", "0Z11", "1"])
@pytest.mark.parametrize("tail", ["", "/partners"])
def test_unknown_provider_is_not_found(api, code, tail):
    api.get(f"{PATH}/{code}{tail}").problem(404, "not-found")


def test_filters(api, sql):
    assert codes(every(api)) == wanted(sql, "true")
    assert codes(every(api, kind="scitt")) == wanted(sql, "kind = 'scitt'")
    assert codes(every(api, kind=["scitt", "hei"])) == wanted(sql, "kind in ('scitt', 'hei')")
    assert codes(every(api, accredited=True)) == wanted(sql, "accredited_number is not null") >= {"0Z1", "0Z3"}
    assert codes(every(api, accredited=False, kind="school")) == wanted(
        sql, "accredited_number is null and kind = 'school'") >= {"0Z2", "0Z4"}
    assert every(api, kind="university") == []


def test_near_lists_what_is_within(api, sql):
    circle = "postgis.st_dwithin(grid, postgis.st_transform(postgis.st_point(-0.1425, 51.5405, 4326), 27700), %s)"
    for within in (400, 5000):
        found = every(api, near=PLACE, within=within, order="distance")
        assert codes(found) == wanted(sql, circle, within) and found
        assert [item["distance"] for item in found] == sorted(item["distance"] for item in found)


def test_partners_in_both_directions(api):
    others = {(f"0Z{n}", "accredits") for n in range(2, 9)} | {("0ZZ", "accredits")}
    assert partners(api, "0Z1", academicYear="202627") == others
    assert partners(api, "0Z3", academicYear="202627") == {("0Z1", "accreditedBy"), ("0Z2", "accredits")}
    assert partners(api, "0Z2", academicYear="202627") == {("0Z1", "accreditedBy"), ("0Z3", "accreditedBy")}


def test_partners_by_year(api, sql):
    [(latest,)] = sql("select max(academic_year) from reference.training_partnership")
    latest = f"{latest}{(int(latest) + 1) % 100:02}"
    page = api.ok(f"{PATH}/0Z3/partners").json()
    assert page["academicYear"] == latest == "202627" and page["academicYears"] == ["202627", "202425"]
    assert page["items"] == api.ok(f"{PATH}/0Z3/partners", academicYear=latest).items()
    earlier = api.ok(f"{PATH}/0Z3/partners", academicYear="202425").json()
    assert earlier == {"items": [{"code": "0Z2", "name": "Test Partner 2", "relation": "accredits",
                                  "academicYear": "202425", "self": f"{PATH}/0Z2"}],
                       "next": None, "academicYear": "202425", "academicYears": ["202627", "202425"]}
    assert api.ok(f"{PATH}/0Z1/partners", academicYear="202526").json() == {
        "items": [], "next": None, "academicYear": "202526", "academicYears": ["202627"]}


def test_a_provider_without_partners_has_none(api):
    page = api.ok(f"{PATH}/0Z9/partners").json()
    assert page["items"] == [] and page["academicYears"] == []


def test_a_partner_outside_the_list_has_no_address(api):
    first = api.ok(f"{PATH}/0Z1/partners", academicYear="202627").items()[0]
    assert (first["name"], first["self"]) == ("An unlisted partner", None)


@pytest.mark.parametrize("query, parameter", [
    ({"within": 5}, "within"), ({"order": "-distance"}, "order"), ({"accredited": "yes"}, "accredited"),
    ({"order": "kind"}, "order"), ({"localAuthority": 202}, "localAuthority"), ({"kind": ["a", "a"]}, "kind"),
])
def test_malformed_parameter_is_refused(api, query, parameter):
    assert api.get(PATH, **query).problem(400, "invalid-parameter") == [parameter]


@pytest.mark.parametrize("year", ["2026", "202626", "202628", "2026/27", "20262", "latest"])
def test_what_is_no_academic_year_is_refused(api, year):
    assert api.get(f"{PATH}/0Z1/partners", academicYear=year).problem(400, "invalid-parameter") == ["academicYear"]


def test_the_turn_of_a_century(api):
    assert api.ok(f"{PATH}/0Z1/partners", academicYear="209900").items() == []
