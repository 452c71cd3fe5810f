# SPDX-License-Identifier: MIT
"""Lists: filters, orders both ways, cursors that open where they were made, pages that stay true in motion."""

import base64
import datetime
import random
import re
import uuid

import pytest

from wire import exchange, request

ORDERS = {"name": "name", "weight": "weight", "madeOn": "made_on", "createdAt": "created_at", "code": "code"}
DIRECTIONS = [order for name in ORDERS for order in (name, "-" + name)]


@pytest.fixture
def seeded(plant, batch):
    """23 widgets with equal names, missing weights and dates, and instants a microsecond apart."""
    names = ["Zebra", "apple", "Äpfel", "zebra", "Ant", "a b", "a'b", "ant,", "", "🐝"]
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    for number in range(23):
        plant(
            batch=batch,
            code=f"{chr(65 + number)}Q-{number % 7:04}",
            name=names[number % len(names)],
            weight=None if number % 3 == 0 else (number % 5) * 0.001 + 12345.678,
            made_on=None if number % 4 == 0 else datetime.date(2024, 2, 26 + number % 3),
            created_at=start + datetime.timedelta(microseconds=number % 11),
            colour=("red", "bluish, dark", None)[number % 3],
            quantity=number % 4,
            fragile=(True, False, None)[number % 3],
            maker_id=(1, 2, None)[number % 3],
            tags=["x"] * (number % 2),
        )
    return batch


def expected(sql, batch, order):
    column = ORDERS[order.lstrip("-")]
    way = "desc" if order.startswith("-") else "asc"
    return [str(row[0]) for row in sql(
        f"select id from engine.widget where batch = %s order by {column} {way} nulls last, id {way}", batch)]


def pages(api, path):
    """Every page, following next."""
    while path:
        answer = api.get(path).expect(200)
        page = answer.json()
        link = answer.header("Link")
        assert (link is None) == (page["next"] is None)
        if link:
            assert re.fullmatch(r'<([^>]+)>; *rel="?next"?', link)[1].endswith(page["next"])
        yield page
        path = page["next"]


def identifiers(api, path):
    return [item["id"] for page in pages(api, path) for item in page["items"]]


@pytest.mark.parametrize("order", DIRECTIONS)
@pytest.mark.parametrize("limit", [1, 7, 500])
def test_every_order_pages_through_everything_once(api, sql, seeded, order, limit):
    assert identifiers(api, f"/v1/widgets?batch={seeded}&order={order}&limit={limit}") == expected(sql, seeded, order)


def test_default_order_is_the_first(api, sql, seeded):
    assert identifiers(api, f"/v1/widgets?batch={seeded}") == expected(sql, seeded, "name")


def closest(sql, batch, text, order="closeness"):
    way = "desc" if order.startswith("-") else "asc"
    return [str(row[0]) for row in sql(f"""
        select id from (select id, name from engine.widget where batch = %s and strpos(name, %s) > 0
                        order by length(name), id limit 20) held
        order by length(name) {way}, id {way}""", batch, text)]


@pytest.mark.parametrize("order", ["closeness", "-closeness"])
@pytest.mark.parametrize("limit", [1, 7, 500])
def test_search_pages_through_what_it_finds_once(api, sql, seeded, order, limit):
    path = f"/v1/widgets?batch={seeded}&like=a&limit={limit}"
    assert identifiers(api, f"{path}&order={order}") == closest(sql, seeded, "a", order)
    assert order != "closeness" or identifiers(api, path) == closest(sql, seeded, "a")


def test_search_brings_its_order_only_where_none_is_given(api, sql, seeded):
    path, found = f"/v1/widgets?batch={seeded}&like=a&limit=2", closest(sql, seeded, "a")
    for order in ("name", "-name", "weight", "-weight"):
        wanted = [one for one in expected(sql, seeded, order) if one in found]
        assert identifiers(api, f"{path}&order={order}") == wanted
    assert "order=" not in api.get(path + "&order=closeness").json()["next"]
    assert "order=name" in api.get(path + "&order=name").json()["next"]


def test_search_and_filters_are_combined(api, sql, seeded):
    light = {str(row[0]) for row in sql("select id from engine.widget where batch = %s and quantity = 1", seeded)}
    found = identifiers(api, f"/v1/widgets?batch={seeded}&like=a&quantity=1&limit=1")
    assert found == [one for one in closest(sql, seeded, "a") if one in light] != []


def test_search_tells_the_summary(api, seeded, plant):
    path = f"/v1/widgets?batch={seeded}&limit=1"
    assert api.get(path + "&like=zebra").json()["cut"] is False
    assert api.get(path + "&like=nothing").json() == {"items": [], "next": None, "cut": False}
    assert "cut" not in api.get(path).json()
    for _ in range(21):
        plant(batch=seeded, name="zebras")
    page = api.get(path + "&like=zebra").json()
    assert page["cut"] is True and api.get(page["next"]).json()["cut"] is True


def test_cursor_of_another_search_is_refused(api, seeded):
    made = cursor(api, f"/v1/widgets?batch={seeded}&like=a&limit=2")
    for query in ("like=b", "order=name", "like=a&order=-closeness", "like=a&order=name"):
        api.get(f"/v1/widgets?batch={seeded}&{query}&after={made}").expect(400, "invalid-cursor")
    assert identifiers(api, f"/v1/widgets?batch={seeded}&like=a&order=closeness&after={made}")


def test_page_that_ends_with_the_list_has_no_next(api, seeded):
    assert api.get(f"/v1/widgets?batch={seeded}&limit=23").expect(200).json()["next"] is None
    assert api.get(f"/v1/widgets?batch={seeded}&limit=22").expect(200).json()["next"]


def test_empty_list(api):
    assert api.get("/v1/widgets?batch=nobody").expect(200).json() == {"items": [], "next": None}


def test_next_keeps_the_filters(api, sql, seeded):
    path = f"/v1/widgets?colour=red,bluish%2C+dark&batch={seeded}&order=-weight&limit=2"
    found = identifiers(api, path)
    count = sql("select count(*) from engine.widget where batch = %s and colour is not null", seeded)[0][0]
    assert len(found) == len(set(found)) == count
    assert api.get(path).json()["next"].startswith("/v1/widgets?")


@pytest.mark.parametrize("query, condition", [
    ("colour=red", "colour = 'red'"),
    ("colour=bluish%2C%20dark", "colour = 'bluish, dark'"),
    ("colour=green", "false"),
    ("fragile=true", "fragile"),
    ("fragile=false", "not fragile"),
    ("minWeight=12345.68", "weight >= 12345.68"),
    ("quantity=3", "quantity = 3"),
    ("madeAfter=2024-02-27", "made_on > '2024-02-27'"),
    ("makerId=1,2", "maker_id in (1, 2)"),
    ("state=painted", "false"),
    ("code=AQ-0000", "code = 'AQ-0000'"),
    ("fragile=true&quantity=0&makerId=1", "fragile and quantity = 0 and maker_id = 1"),
])
def test_filter(api, sql, seeded, query, condition):
    found = set(identifiers(api, f"/v1/widgets?batch={seeded}&{query}&limit=5"))
    assert found == {str(row[0]) for row in sql(f"select id from engine.widget where batch = %s and {condition}",
                                                seeded)}


@pytest.mark.parametrize("query, parameter", [
    ("limit=0", "limit"), ("limit=501", "limit"), ("limit=1.5", "limit"), ("limit=", "limit"),
    ("order=size", "order"),
    ("order=+name", "order"), ("order=name,code", "order"), ("code=aq-0000", "code"),
    ("minWeight=100000", "minWeight"),
    ("colour=", "colour"), ("makerId=0", "makerId"), ("makerId=2147483648", "makerId"), ("offset=1", "offset"),
])
def test_parameter_of_a_list_is_judged(api, query, parameter):
    answer = api.get(f"/v1/widgets?{query}").expect(400, "invalid-parameter")
    assert parameter in {error["parameter"].split("/")[0] for error in answer.json()["errors"]}


def cursor(api, path):
    return re.search(r"[?&]after=([^&]+)", api.get(path).expect(200).json()["next"])[1]


def test_cursor_of_another_list_is_refused(api, widget, seeded):
    made = cursor(api, f"/v1/widgets?batch={seeded}&limit=2")
    for path in (f"/v1/widgets?after={made}", f"/v1/widgets?batch={seeded}&colour=red&after={made}",
                 f"/v1/widgets?batch={seeded}&order=-name&after={made}",
                 f"/v1/widgets?batch={seeded}&order=code&after={made}",
                 f"/v1/widgets/{widget().json()['id']}/parts?after={made}"):
        api.get(path).expect(400, "invalid-cursor")
    assert identifiers(api, f"/v1/widgets?batch={seeded}&limit=3&after={made}")
    assert identifiers(api, f"/v1/widgets?limit=3&after={made}&order=name&batch={seeded}")


def test_forged_cursor_is_refused(api, seeded):
    made = cursor(api, f"/v1/widgets?batch={seeded}&limit=2")
    raw = bytearray(base64.urlsafe_b64decode(made + "=" * (-len(made) % 4)))
    forged = ["x", "AAAA", "a" * 2000, made[:-1], made + "A", made[::-1], "%00" + made, made + "=", "null", "..%2F"]
    for position in range(0, len(raw), max(1, len(raw) // 12)):
        bent = raw.copy()
        bent[position] ^= 1
        forged.append(base64.urlsafe_b64encode(bytes(bent)).rstrip(b"=").decode())
    for text in forged:
        answer = api.get(f"/v1/widgets?batch={seeded}&after={text}").expect(400)
        assert answer.slug in ("invalid-cursor", "malformed-request"), text
    api.get(f"/v1/widgets?batch={seeded}&after=").expect(400)


def test_cursor_opens_on_every_node_with_the_same_key(api, start, database, make_api, seeded):
    path = f"/v1/widgets?batch={seeded}&limit=2"
    rest = api.get(path).json()["next"]
    node, stranger = start(database), start(database, cursor_key="")
    assert make_api(node).get(rest).expect(200).body == api.get(rest).body
    make_api(stranger).get(rest).expect(400, "invalid-cursor")
    assert (node.stop(), stranger.stop()) == (0, 0)


def test_cursor_is_opaque(api, sql, seeded):
    made = cursor(api, f"/v1/widgets?batch={seeded}&limit=2&order=code")
    raw = base64.urlsafe_b64decode(made + "=" * (-len(made) % 4))
    last = expected(sql, seeded, "code")[1]
    assert last.encode() not in raw and uuid.UUID(last).bytes not in raw


@pytest.mark.parametrize("order", ["name", "-weight", "madeOn", "-code"])
def test_pages_stay_true_while_rows_come_and_go(api, sql, seeded, plant, order):
    before = expected(sql, seeded, order)
    path, seen, step = f"/v1/widgets?batch={seeded}&order={order}&limit=3", [], 0
    while path:
        page = api.get(path).expect(200).json()
        seen += [item["id"] for item in page["items"]]
        path = page["next"]
        plant(batch=seeded, name=("", "zzz", "m")[step % 3], weight=(None, 0, 99999)[step % 3])
        sql("delete from engine.widget where id = %s", seen[-1])
        step += 1
        assert step < 60
    assert len(seen) == len(set(seen))
    assert [known for known in seen if known in before] == before


def test_next_is_a_url_whatever_was_sent(service, api, plant):
    for _ in range(2):
        plant(batch='a>"é,[b]')
    target = "/v1/widgets?limit=1&batch=a>%22\u00c3\u00a9,[b]"  # a reader of Latin-1 writes these bytes as they are
    reply = exchange(service.port, request("GET", target))
    assert reply.status == 200, reply.body
    following = reply.json()["next"]
    assert re.fullmatch(r"/v1/widgets\?limit=1&batch=a%3E%22%C3%A9,%5Bb%5D&after=[\w-]+", following)
    assert reply.header("Link") == f'<{following}>; rel="next"'
    assert len(api.get(following).expect(200).json()["items"]) == 1


def test_page_that_is_too_large_is_refused_whole(api, sql, batch):
    sql("insert into engine.widget (id, code, batch, name)"
        " select gen_random_uuid(), 'large-' || i, %s, repeat('x', 200000) from generate_series(1, 100) i", batch)
    api.get(f"/v1/widgets?batch={batch}&order=code&limit=100").expect(500, "internal")
    assert len(api.get(f"/v1/widgets?batch={batch}&order=code&limit=50").expect(200).json()["items"]) == 50


def test_list_below_a_resource(api, sql, widget):
    made = widget().json()["id"]
    path = f"/v1/widgets/{made}/parts"
    assert api.get(path).expect(200).json() == {"items": [], "next": None, "total": 0,
                                              "positions": {"least": None, "most": None}}
    for number in range(5):
        sql("insert into engine.part (widget_id, position, label) values (%s, %s, %s)", made, number // 2,
            f"part {number}")
    got = list(pages(api, path + "?limit=2"))
    assert [len(page["items"]) for page in got] == [2, 2, 1] and {page["total"] for page in got} == {5}
    assert got[0]["positions"] == {"least": 0, "most": 2}
    back = [item["id"] for page in pages(api, path + "?limit=2&order=-position") for item in page["items"]]
    assert back == [item["id"] for page in got for item in page["items"]][::-1]
    assert made in got[0]["next"]


def test_list_below_an_unknown_resource_is_404(api):
    api.get(f"/v1/widgets/{uuid.uuid4()}/parts").expect(404, "not-found")
    api.get(f"/v1/widgets/{uuid.uuid4()}/parts?limit=x").expect(400, "invalid-parameter")


def test_cursor_of_another_parent_is_refused(api, sql, widget):
    first, second = widget().json()["id"], widget().json()["id"]
    for parent in (first, second):
        for number in range(3):
            sql("insert into engine.part (widget_id, position, label) values (%s, %s, 'x')", parent, number)
    made = cursor(api, f"/v1/widgets/{first}/parts?limit=1")
    api.get(f"/v1/widgets/{second}/parts?limit=1&after={made}").expect(400, "invalid-cursor")


@pytest.mark.parametrize("order", ["name", "-name"])
def test_keys_as_long_as_an_index_holds_still_page(api, sql, batch, plant, order):
    chance = random.Random(1)
    for number in range(3):
        # At random: an index would hold more of a text that can be compressed.
        plant(batch=batch, name="".join(chr(chance.randrange(0x4e00, 0x9fff)) for _ in range(870)) + str(number))
    assert identifiers(api, f"/v1/widgets?batch={batch}&order={order}&limit=1") == expected(sql, batch, order)


def test_an_item_much_longer_than_the_others_fits_its_page(api, sql):
    sql("insert into reference.reading (id, station, note) select 700000 + n, 'long',"
        " repeat('x', case n when 1 then 100000 else 1 end) from generate_series(1, 501) as n")
    try:
        page = api.get("/v1/readings?station=long&limit=500").expect(200).json()
        assert [len(item["note"]) for item in page["items"]] == [100000] + [1] * 499 and page["next"]
    finally:
        sql("delete from reference.reading where station = 'long'")
