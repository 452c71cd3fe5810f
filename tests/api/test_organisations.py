# SPDX-License-Identifier: MIT
"""Every party once: organisations_list, organisations_get."""

import uuid

import pytest

PATH = "/v1/organisations"
PLACE = "51.5405,-0.1425"
KINDS = ["school", "university", "college", "trainingProvider", "trust", "localAuthority"]


def ids(items):
    return {item["id"] for item in items}


def every(api, **query):
    return api.every(PATH, limit=500, **query)


def wanted(sql, where, *values):
    return {key for key, in sql(f"select id from reference.organisation o where {where}", *values)}


def only(api, **query):
    [item] = api.ok(PATH, **query).items()
    return item


def test_a_party_of_two_registers_is_one(api):
    found = only(api, providerCode="0Z3")
    assert found == only(api, urn=990003) == only(api, urn=990003, providerCode="0Z3", ukprn="99900303")
    assert (found["kind"], found["name"], found["status"]) == ("school", "Test School 990003", "Open")
    assert found["otherNames"] == ["Test Provider 3"]
    assert {(one["scheme"], one["value"]) for one in found["identifiers"]} == {
        ("urn", "990003"), ("providerCode", "0Z3"), ("accreditedNumber", "9903"), ("ukprn", "99900303")}
    assert found["resources"] == [{"kind": "school", "href": "/v1/schools/990003"},
                                  {"kind": "trainingProvider", "href": "/v1/training-providers/0Z3"}]


@pytest.mark.parametrize("query, kind, href", [
    ({"urn": 100008}, "school", "/v1/schools/100008"), ({"laEstab": "2022019"}, "school", "/v1/schools/100008"),
    ({"uid": 900001}, "trust", "/v1/trusts/900001"), ({"groupId": "TR99001"}, "trust", "/v1/trusts/900001"),
    ({"companiesHouseNumber": "09990001"}, "trust", "/v1/trusts/900001"),
    ({"ukprn": "99900001"}, "trust", "/v1/trusts/900001"),
    ({"gss": "E09000007"}, "localAuthority", "/v1/local-authorities/E09000007"),
    ({"laCode": "202"}, "localAuthority", "/v1/local-authorities/E09000007"),
    ({"hesaCode": "9902"}, "university", "/v1/universities/99900102"),
    ({"ukprn": "99900102"}, "university", "/v1/universities/99900102"),
    ({"urn": 990105}, "college", "/v1/colleges/990105"),
    ({"providerCode": "0Z2"}, "trainingProvider", "/v1/training-providers/0Z2"),
    ({"accreditedNumber": "9905"}, "trainingProvider", "/v1/training-providers/0Z5"),
])
def test_found_by_each_identifier(api, query, kind, href):
    found = only(api, **query)
    assert found["kind"] == kind and {"kind": kind, "href": href} in found["resources"]
    assert api.ok(found["self"]).json() == found
    for resource in found["resources"]:
        api.ok(resource["href"])
    for parameter, value in query.items():
        assert {"scheme": parameter, "value": str(value)} in found["identifiers"]


def test_what_nobody_has_finds_nothing(api):
    for query in ({"urn": 999999}, {"ukprn": "99999999"}, {"providerCode": "0ZX"}, {"urn": 990003, "uid": 900001},
                  {"laCode": "999"}, {"groupId": "TR00000"}, {"urn": 100008, "kind": "trust"}):
        assert api.ok(PATH, **query).json() == {"items": [], "next": None}


def test_every_identifier_is_shown(api, sql):
    shown = {(item["id"], one["scheme"], one["value"]) for item in every(api) for one in item["identifiers"]}
    schemes = {"companiesHouse": "companiesHouseNumber"}
    kept = sql("select id, split_part(one, ':', 1), split_part(one, ':', 2) "
               "from reference.organisation, unnest(identifiers) as one")
    assert shown == {(id, schemes.get(scheme, scheme), value) for id, scheme, value in kept}


def test_filters(api, sql):
    assert ids(every(api)) == wanted(sql, "true")
    for kind in KINDS:
        assert ids(every(api, kind=kind)) == wanted(sql, "kind = %s", kind) != set()
    assert ids(every(api, kind=["university", "trust"])) == wanted(sql, "kind in ('university', 'trust')")
    camden = wanted(sql, "local_authority_code = 'E09000007'")
    assert ids(every(api, localAuthority=202)) == ids(every(api, localAuthority="E09000007")) == camden
    assert ids(every(api, localAuthority=["202", "210"], kind="college")) == wanted(
        sql, "local_authority_code in ('E09000007', 'E09000028') and kind = 'college'")


@pytest.mark.parametrize("order", ["distance", "name"])
def test_near_lists_what_is_within(api, sql, order):
    circle = "postgis.st_dwithin(grid, postgis.st_transform(postgis.st_point(-0.1425, 51.5405, 4326), 27700), %s)"
    assert ids(every(api, near=PLACE, within=900, order=order)) == wanted(sql, circle, 900)
    found = every(api, near=PLACE, within=5000, order=order, kind=["college", "trainingProvider"])
    assert ids(found) == wanted(sql, circle + " and kind in ('college', 'trainingProvider')", 5000) and found


@pytest.mark.parametrize("key", [uuid.UUID(int=0), uuid.uuid4(), "100008", "990003", "x", f"{{{uuid.uuid4()}}}"])
def test_unknown_organisation_is_not_found(api, key):
    api.get(f"{PATH}/{key}").problem(404, "not-found")


@pytest.mark.parametrize("query, parameter", [
    ({"urn": "1"}, "urn"), ({"urn": "x"}, "urn"), ({"ukprn": "1"}, "ukprn"), ({"laEstab": "202/2019"}, "laEstab"),
    ({"uid": 0}, "uid"), ({"groupId": "tr99001"}, "groupId"), ({"companiesHouseNumber": "1"}, "companiesHouseNumber"),
    ({"gss": "202"}, "gss"), ({"laCode": "E09000007"}, "laCode"), ({"hesaCode": "1"}, "hesaCode"),
    ({"providerCode": "0z3"}, "providerCode"), ({"accreditedNumber": "x"}, "accreditedNumber"),
    ({"kind": "club"}, "kind"), ({"kind": ["trust", "trust"]}, "kind"), ({"within": 5}, "within"),
    ({"order": "distance"}, "order"), ({"companiesHouse": "09990001"}, "companiesHouse"),
])
def test_malformed_parameter_is_refused(api, query, parameter):
    assert api.get(PATH, **query).problem(400, "invalid-parameter") == [parameter]
