# SPDX-License-Identifier: MIT
"""Every list, order and direction, page by page, against the whole set as SQL orders it."""

import base64

import pytest

from product import with_query

PLACE = "51.5405,-0.1425"  # Camden Town
CIRCLE = "postgis.st_transform(postgis.st_point(-0.1425, 51.5405, 4326), 27700)"
ALL, SOME, FEW = {}, {"localAuthority": ["202", "213", "301"]}, {"localAuthority": "201"}

NAME = {"name": "sort_name"}
DEPRIVATION = "/v1/local-authorities/E09000007/deprivation"
LISTS = {
    "/v1/regions": {"code": "code"},
    "/v1/local-authorities": {"name": "sort_name", "code": "code"},
    "/v1/schools": {"name": "sort_name", "pupils": "pupils", "fsmPercent": "fsm_percent"},
    "/v1/schools/990003/census": {"academicYear": "academic_year"},
    "/v1/trusts": NAME,
    "/v1/trusts/900001/schools": NAME,
    "/v1/universities": NAME,
    "/v1/colleges": NAME,
    "/v1/training-providers": {"name": "sort_name", "code": "code"},
    "/v1/training-providers/0Z1/partners": {"name": "partner_sort_name"},
    "/v1/organisations": NAME,
    "/v1/code-lists": {"name": "name"},
    "/v1/code-lists/TestList": {"code": "code"},
    DEPRIVATION: {"rank": "imd_rank"},
    "/v1/partnership-notices": {"createdAt": "created_at", "expiresAt": "expires_at"},
    "/v1/support-organisations": {"name": "sort_name", "createdAt": "created_at"},
    "/v1/case-studies": {"createdAt": "created_at"},
    "/v1/published-partnerships": {"title": "sort_title", "activatedAt": "activated_at"},
}
# Where a list comes from, the column that tells its items apart, and the member that shows it.
TABLES = {
    "/v1/regions": ("reference.region", "code", "code"),
    "/v1/local-authorities": ("reference.local_authority", "code", "code"),
    "/v1/schools": ("reference.school", "urn", "urn"),
    "/v1/schools/990003/census": ("(select * from reference.census where urn = 990003) l", "academic_year",
                                  "academicYear"),
    "/v1/trusts": ("reference.trust", "uid", "uid"),
    "/v1/trusts/900001/schools": ("reference.school join (select urn from reference.trust_school where uid = 900001) l"
                                  " using (urn)", "urn", "urn"),
    "/v1/universities": ("(select * from reference.institution where kind = 'university') l", "reference", "ukprn"),
    "/v1/colleges": ("(select *, reference::integer as number from reference.institution where kind = 'college') l",
                     "number", "urn"),
    "/v1/training-providers": ("reference.training_provider", "code", "code"),
    "/v1/training-providers/0Z1/partners": ("(select * from reference.training_partnership where academic_year = '2026'"
                                            " and accredited_code = '0Z1') l", "partner_code", "code"),
    "/v1/organisations": ("reference.organisation", "id", "id"),
    "/v1/code-lists": ("reference.code_list", "name", "name"),
    "/v1/code-lists/TestList": ("(select * from reference.code where list = 'TestList') l", "code", "code"),
    DEPRIVATION: ("(select * from reference.area_deprivation where local_authority_code = 'E09000007') l", "lsoa_code",
                  "code"),
    "/v1/partnership-notices": ("(select * from published.notice where expires_at > accord.now()) l", "id", "id"),
    "/v1/support-organisations": ("published.support_organisation", "id", "id"),
    "/v1/case-studies": ("published.case_study", "id", "id"),
    "/v1/published-partnerships": ("published.partnership", "id", "id"),
}
ORDERS = [(path, sign + name) for path, orders in LISTS.items() for name in orders for sign in ("", "-")]
REGISTERS = ["/v1/schools", "/v1/universities", "/v1/colleges", "/v1/training-providers", "/v1/organisations"]
LOCATED = [*REGISTERS, "/v1/partnership-notices"]
SEARCHED = [*REGISTERS, "/v1/trusts"]
RANKED = ["/v1/schools/100008/potential-partners", "/v1/organisations/{}/potential-partners"]
# What makes the pages of long lists few enough to be walked item by item: a query, and the same in SQL.
SHORT = {
    "/v1/schools": ({"localAuthority": ["201"]}, "local_authority_code = 'E09000001'"),
    "/v1/organisations": ({"localAuthority": ["201"]}, "local_authority_code = 'E09000001'"),
    "/v1/trusts": ({"type": "Single-academy trust", "status": "Closed"},
                   "type_name = 'Single-academy trust' and status = 'Closed'"),
    "/v1/training-providers": ({"accredited": True}, "accredited_number is not null"),
    DEPRIVATION: ({"decile": [1, 2, 9, 10]}, "imd_decile in (1, 2, 9, 10)"),
}


def whole(sql, path, order, where="true"):
    """The identities of a list's items as SQL orders them."""
    table, key, _ = TABLES[path]
    column, direction = LISTS[path][order.lstrip("-")], "desc" if order.startswith("-") else "asc"
    return [identity for identity, in sql(f"select {key} from {table} where {where} "
                                          f"order by {column} {direction} nulls last, {key} {direction}")]


def paged(api, path, limit, **query):
    """The identities of a list's items, page by page; judges the pages' sizes."""
    key = TABLES[path][2]
    pages = list(api.pages(path, limit=limit, **query))
    assert all(len(page["items"]) == limit for page in pages[:-1])
    assert len(pages[-1]["items"]) <= limit
    return [item[key] for page in pages for item in page["items"]]


def test_every_order_of_the_contract_is_tested(contract):
    found = set()
    for _, _, operation in contract.operations():
        for parameter in map(contract.resolve, operation.get("parameters", [])):
            if parameter["name"] == "order" and not operation["security"]:
                found |= {(operation["operationId"], order) for order in parameter["schema"]["enum"]}
    distances = [(path, order) for path in LOCATED for order in ("distance", "-distance")]
    relevances = [(path, order) for path in SEARCHED for order in ("relevance", "-relevance")]
    ranks = [(path, order) for path in RANKED for order in ("rank", "-rank")]
    public = ORDERS + distances + relevances + ranks
    assert found == {(contract.operation("GET", path)["operationId"], order) for path, order in public}


@pytest.mark.parametrize("path, order", ORDERS)
def test_the_largest_pages(api, sql, path, order):
    assert paged(api, path, 500, order=order) == whole(sql, path, order)


@pytest.mark.parametrize("path, order", ORDERS)
@pytest.mark.parametrize("limit", [1, 7])
def test_small_pages(api, sql, path, order, limit):
    query, where = SHORT.get(path, ({}, "true"))
    if path == "/v1/schools" and limit == 7:
        query = {"localAuthority": ["201", "202", "213"]}
        where = "local_authority_code in ('E09000001', 'E09000007', 'E09000033')"
    assert paged(api, path, limit, order=order, **query) == whole(sql, path, order, where)


@pytest.mark.parametrize("limit, within", [(1, 700), (7, 2000), (500, 20000)])
@pytest.mark.parametrize("order", ["distance", "-distance"])
@pytest.mark.parametrize("path", LOCATED)
def test_pages_by_distance(api, sql, path, order, limit, within):
    direction = "desc" if order.startswith("-") else "asc"
    table, key, _ = TABLES[path]
    expected = [identity for identity, in sql(f"""
        select {key} from (select {key}, postgis.st_distance(grid, {CIRCLE}) as metres from {table}) s
        where metres <= %s order by metres {direction}, {key} {direction}""", within)]
    assert len(expected) > min(limit, 7)
    assert paged(api, path, limit, near=PLACE, within=within, order=order) == expected


@pytest.mark.parametrize("limit, q", [(1, "test"), (7, "st"), (50, "london"), (500, "school")])
@pytest.mark.parametrize("path", SEARCHED)
def test_pages_by_relevance(api, sql, path, limit, q):
    """Both ways the same thousand, however short the pages; all that have the words where they are not too many."""
    table, key, member = TABLES[path]
    found = paged(api, path, limit, q=q)
    assert found == paged(api, path, 500, q=q, order="relevance")
    assert found == paged(api, path, limit, q=q, order="-relevance")[::-1]
    assert len(set(found)) == len(found) <= 1000
    assert set(paged(api, path, 500, q=q, order="name")) == set(found)
    if path != "/v1/organisations" and not api.ok(path, q=q).json()["truncated"]:
        wanted = {identity for identity, in sql(f"select {key} from {table} where document @@ '{q}:*'")}
        assert set(found) == wanted


@pytest.mark.parametrize("order", ["distance", "-distance"])
@pytest.mark.parametrize("limit", [1, 7])
@pytest.mark.parametrize("path, q", [(path, "church" if path in ("/v1/schools", "/v1/organisations") else "test")
                                     for path in REGISTERS])
def test_what_is_searched_for_pages_by_distance(api, path, limit, order, q):
    """The nearest of what was found, which is not what is nearest."""
    query = {"q": q, "near": PLACE, "within": 4000}
    found = paged(api, path, limit, order=order, **query)
    assert len(found) > 1 and found == paged(api, path, 500, order=order, **query)
    assert sorted(found) == sorted(paged(api, path, 500, order="name", **query))


@pytest.mark.parametrize("limit", [1, 7])
@pytest.mark.parametrize("path", RANKED)
def test_pages_by_rank(api, sql, path, limit):
    path = path.format(*sql("select id from reference.organisation where identifiers @> '{uid:900001}'")[0])
    whole_list = api.ok(path, limit=500, within=1500).items()
    assert len(whole_list) > 7
    assert api.every(path, limit=limit, within=1500) == whole_list
    assert api.every(path, limit=limit, within=1500, order="-rank") == whole_list[::-1]


@pytest.mark.parametrize("order", ["relevance", "-relevance", "name", "-name"])
@pytest.mark.parametrize("limit", [1, 7])
def test_pages_by_relevance_with_filters(api, sql, limit, order):
    query = {"q": "primary", "localAuthority": ["202", "213"], "order": order}
    found = paged(api, "/v1/schools", limit, **query)
    assert found == paged(api, "/v1/schools", 500, **query)
    assert set(found) == {urn for urn, in sql("select urn from reference.school where document @@ 'primary:*'"
                                              " and local_authority_code in ('E09000007', 'E09000033')")}


def test_missing_numbers_come_last_either_way(api):
    for order in ("pupils", "-pupils"):
        values = [item["pupils"]["value"] for item in api.every("/v1/schools", limit=500, order=order)]
        known = [value for value in values if value is not None]
        assert None in values and values[:len(known)] == sorted(known, reverse=order.startswith("-"))


def test_the_default_is_fifty_by_name(api):
    page = api.ok("/v1/schools").json()
    assert len(page["items"]) == 50
    assert page["items"] == api.ok("/v1/schools", order="name", limit=50).json()["items"]


def test_an_exact_page_is_the_last(api):
    page = api.ok("/v1/regions", limit=11).json()
    assert len(page["items"]) == 11 and page["next"] is None


def test_an_empty_list_is_a_page(api):
    answer = api.ok("/v1/schools", pupilsMin=999999)
    assert answer.json() == {"items": [], "next": None}
    assert "Link" not in answer.headers


def test_link_header_says_what_next_says(api):
    answer = api.ok("/v1/schools", limit=3, phase="Primary", order="-pupils")
    following = answer.json()["next"]
    assert answer.headers["Link"] == f'<{following}>; rel="next"'
    assert "phase=Primary" in following and "order=-pupils" in following and "limit=3" in following


def test_next_page_whose_address_would_be_too_long_is_refused(api):
    """Where the address is made, not where it is followed."""
    names = [f"{number:02}{'x' * 98}" for number in range(49)]

    def query(*more):
        return {"limit": 1, "type": ["Community school", *names], "religiousCharacter": ["Does not apply", *more]}

    count = max(count for count in range(49) if len(with_query("/v1/schools", query(*names[:count], "y"))) <= 8192)
    room = 8193 - len(with_query("/v1/schools", query(*names[:count], "y")))
    api.get("/v1/schools", **query(*names[:count], "y" * room)).problem(414, "uri-too-long")
    following = api.ok("/v1/schools", **query(*names[:count - 1])).json()["next"]
    assert len(api.ok(following).items()) == 1


def cursor(api, **query):
    return api.ok("/v1/schools", **query).json()["next"].split("after=")[1].split("&")[0]


def test_cursor_belongs_to_its_order_and_filters(api):
    after = cursor(api, limit=2, order="pupils", phase="Primary")
    assert api.get("/v1/schools", limit=2, order="pupils", phase="Primary", after=after).status == 200
    assert api.get("/v1/schools", limit=9, order="pupils", phase="Primary", after=after).status == 200
    for other in ({"order": "-pupils", "phase": "Primary"}, {"order": "pupils", "phase": "Secondary"},
                  {"order": "pupils"}, {"order": "pupils", "phase": "Primary", "sector": "state"}):
        api.get("/v1/schools", limit=2, after=after, **other).problem(400, "invalid-cursor")
    api.get("/v1/regions", limit=2, after=after).problem(400, "invalid-cursor")


def test_forged_cursor_is_refused(api):
    after = cursor(api, limit=2)
    raw = bytearray(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    for place in (0, len(raw) // 2, len(raw) - 1):
        forged = bytearray(raw)
        forged[place] ^= 1
        text = base64.urlsafe_b64encode(bytes(forged)).decode().rstrip("=")
        api.get("/v1/schools", limit=2, after=text).problem(400, "invalid-cursor")
    for text in ("AAAA", "x", "null", after[:-1], after + "A"):
        api.get("/v1/schools", limit=2, after=text).problem(400, "invalid-cursor")


def test_pages_hold_while_rows_come_and_go(api, sql):
    """A row before the cursor that vanishes, or appears, moves nothing that is still to come."""
    first = api.ok("/v1/regions", limit=4).json()
    expected = whole(sql, "/v1/regions", "code")[4:]
    sql("insert into reference.region (code, name) values ('E11999999', 'Before the others')")
    try:
        assert [item["code"] for item in api.every(first["next"])] == expected
    finally:
        sql("delete from reference.region where code = 'E11999999'")
    assert [item["code"] for item in api.every(first["next"])] == expected
