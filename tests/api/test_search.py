# SPDX-License-Identifier: MIT
"""Search: q of schools, trusts, universities, colleges, training providers and organisations."""

import re
import unicodedata

import pytest

PLACE = "51.5405,-0.1425"  # Camden Town
LISTS = ["/v1/schools", "/v1/trusts", "/v1/universities", "/v1/colleges", "/v1/training-providers",
         "/v1/organisations"]


def search(api, path, q, **query):
    """The page that answers q; says whether it is all."""
    page = api.ok(path, q=q, **{"limit": 500, **query}).json()
    assert isinstance(page["truncated"], bool)
    return page


def names(api, path, q, **query):
    return [item["name"] for item in search(api, path, q, **query)["items"]]


def plain(text):
    """Words as people read them, whatever search makes of them."""
    text = unicodedata.normalize("NFD", text or "").casefold()
    text = "".join(one for one in text if not unicodedata.combining(one))
    return re.findall(r"[a-z0-9]+", re.sub(r"['’`]", "", text).replace("&", " and "))


@pytest.mark.parametrize("path, q, first", [
    ("/v1/schools", "argyle prim", "Argyle Primary School"), ("/v1/schools", "ALDGATE", "The Aldgate School"),
    ("/v1/schools", "the aldgate school", "The Aldgate School"),
    ("/v1/schools", "hampstead west", "West Hampstead Primary School"),
    ("/v1/schools", "grenwich", "Greenwich Steiner School"), ("/v1/schools", "haverstok", "Haverstock School"),
    ("/v1/schools", "shcool 360", "School 360"), ("/v1/schools", "school 21", "School 21"),
    ("/v1/schools", "haver", "Haverstock School"), ("/v1/schools", "wc1h 9eg argyle", "Argyle Primary School"),
    ("/v1/schools", "Paul's Cathedral", "St Paul's Cathedral School"),
    ("/v1/schools", "pauls cathedral", "St Paul's Cathedral School"),
    ("/v1/schools", "Paul’s Cathedral", "St Paul's Cathedral School"),
    ("/v1/schools", "Saint Pauls Cathedral School", "St Paul's Cathedral School"),
    ("/v1/trusts", "test academies", "Test Academies"), ("/v1/trusts", "abbey academ", "Abbey Academies Trust"),
    ("/v1/universities", "univercity of londn", "University of London"),
    ("/v1/universities", "university of testing 3", "University of Testing 3"),
    ("/v1/universities", "king's college", "King’s College London"),
    ("/v1/universities", "kings colege", "King’s College London"),
    ("/v1/universities", "glyndwr", "Wrexham Glyndŵr University"),
    ("/v1/universities", "GLYNDŴR", "Wrexham Glyndŵr University"),
    ("/v1/colleges", "croyden college", "Croydon College"),
    ("/v1/colleges", "college of testing 7", "College of Testing 7"),
    ("/v1/training-providers", "provider 4", "Test Provider 4"),
    ("/v1/training-providers", "second to none", "Test Provider 2"),
    ("/v1/training-providers", "2schools", "Oakthorpe Primary School"),
    ("/v1/organisations", "camden", "Camden"), ("/v1/organisations", "univercity of londn", "University of London"),
    ("/v1/organisations", "test academies", "Test Academies"),
    ("/v1/organisations", "test provider 3", "Test School 990003"),
])
def test_what_is_meant_comes_first(api, path, q, first):
    assert names(api, path, q)[0] == first


@pytest.mark.parametrize("path, q, member, value", [
    ("/v1/schools", "100008", "urn", 100008), ("/v1/schools", "2022019", "urn", 100008),
    ("/v1/schools", "202/2019", "urn", 100008), ("/v1/trusts", "2044", "uid", 2044),
    ("/v1/trusts", "tr00261", "uid", 2044),
    ("/v1/trusts", "07318714", "uid", 2044), ("/v1/trusts", "99900001", "uid", 900001),
    ("/v1/universities", "10007784", "ukprn", "10007784"), ("/v1/universities", "0149", "ukprn", "10007784"),
    ("/v1/colleges", "990105", "urn", 990105), ("/v1/training-providers", "T92", "code", "T92"),
    ("/v1/training-providers", "t92", "code", "T92"), ("/v1/training-providers", "9905", "code", "0Z5"),
    ("/v1/organisations", "E09000007", "name", "Camden"), ("/v1/organisations", "10007784", "kind", "university"),
    ("/v1/organisations", "100008", "name", "Argyle Primary School"), ("/v1/organisations", "TR99001", "kind", "trust"),
])
def test_an_identifier_comes_first(api, path, q, member, value):
    page = search(api, path, q)
    assert page["items"][0][member] == value and page["truncated"] is False


def test_half_a_last_word_is_enough(api):
    found = names(api, "/v1/schools", "st mary cath")
    assert len(found) > 10 and {"st", "catholic"} < set(plain(found[0])) and "mary" in plain(found[0])[1]
    for name in found:
        assert set(plain(name)) & {"mary", "marys"} and any(word.startswith("cath") for word in plain(name)), name
    assert "Camden" in {item["address"]["town"] for item in search(api, "/v1/schools", "camd")["items"]}


def test_every_school_that_has_the_words_is_found(api, sql):
    schools = sql("select urn, name, town from reference.school")
    for asked in (["hill"], ["hill", "park"], ["notre", "dame"], ["enfield"], ["girls", "convent"]):
        page = search(api, "/v1/schools", " ".join(asked))
        wanted = {urn for urn, *texts in schools
                  if all(any(word.startswith(one) if one == asked[-1] else word.rstrip("s") == one.rstrip("s")
                             for text in texts for word in plain(text)) for one in asked)}
        assert {item["urn"] for item in page["items"]} == wanted and page["truncated"] is False, asked


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("q", ["test", "of", "london", "nw1", "academy trust"])
def test_what_is_exactly_so_comes_before_what_is_nearly_so(api, path, q):
    """Names that begin so, names with the words, names with other words in this sequence."""
    places = []
    for item in search(api, path, q, limit=100)["items"]:
        name = " ".join(plain(item["name"]))
        begins, has = name.startswith(q), set(q.split()) <= set(name.split())
        places.append(0 if begins else 1 if has else 2)
    assert places == sorted(places)


def test_names_of_other_registers_are_found_once(api):
    for q in ("test school 990003", "test provider 3", "990003", "0Z3"):
        found = search(api, "/v1/organisations", q)["items"]
        assert [one["name"] for one in found].count("Test School 990003") == 1
        assert len({one["id"] for one in found}) == len(found)


@pytest.mark.parametrize("q", ["nw1", "NW1", "nw1 8", "NW1 8JL", "nw18jl", "nw1 8j", "NW18"])
def test_postcodes_whole_and_in_part(api, sql, q):
    asked = q.upper().replace(" ", "")
    found = search(api, "/v1/schools", q)["items"]
    assert {item["urn"] for item in found if item["address"]["postcode"].replace(" ", "").startswith(asked)} == {
        urn for urn, in sql("select urn from reference.school where replace(postcode, ' ', '') like %s", asked + "%")
    } != set()
    district = re.match(r"[A-Z]+[0-9]", asked)[0]
    assert all(district in item["address"]["postcode"] + item["name"].upper() for item in found)


def test_a_district_comes_before_those_that_begin_so(api):
    districts = [item["address"]["postcode"].split()[0] for item in search(api, "/v1/schools", "se1")["items"]]
    assert "SE10" in districts and districts == sorted(districts, key="SE1".__ne__)
    assert {item["address"]["postcode"].split()[0] for item in search(api, "/v1/schools", "se10")["items"]} == {"SE10"}


@pytest.mark.parametrize("query, where", [
    ({"localAuthority": "202"}, "local_authority_code = 'E09000007'"),
    ({"localAuthority": ["202", "203"], "phase": "Primary"},
     "local_authority_code in ('E09000007', 'E09000011') and phase_name = 'Primary'"),
    ({"sector": "independent"}, "sector = 'independent'"), ({"pupilsMin": 1200}, "pupils >= 1200"),
    ({"status": "Closed"}, "status_name = 'Closed'"),
    ({"near": PLACE, "within": 2000},
     "postgis.st_dwithin(grid, postgis.st_transform(postgis.st_point(-0.1425, 51.5405, 4326), 27700), 2000)"),
])
@pytest.mark.parametrize("q", ["school", "primary school", "church"])
def test_filters_are_combined(api, sql, q, query, where):
    """Also where so many schools have the words that without the filter they would be too many."""
    has = " and ".join(f"document @@ '{word}:*'" for word in q.split())
    page = search(api, "/v1/schools", q, **query)
    wanted = {urn for urn, in sql(f"select urn from reference.school where {where} and {has}")}
    assert {item["urn"] for item in page["items"]} == wanted and page["truncated"] is False
    assert {item["urn"] for item in api.every("/v1/schools", q=q, limit=3, order="name", **query)} == wanted


def test_schools_without_a_location_have_the_words_too(api, sql):
    for q in ("test", "school", "test school 990012", "camden"):
        has = " and ".join(f"document @@ '{word}:*'" for word in q.split())
        assert api.ok("/v1/schools", q=q, near=PLACE, limit=1).json()["withoutLocation"] == sql(
            f"select count(*) from reference.school where grid is null and {has}")[0][0]


@pytest.mark.parametrize("path, q, query, check", [
    ("/v1/organisations", "camden", {"kind": "localAuthority"}, lambda item: item["kind"] == "localAuthority"),
    ("/v1/organisations", "school", {"localAuthority": 202}, lambda item: item["localAuthority"]["oldCode"] == "202"),
    ("/v1/organisations", "school", {"near": PLACE, "within": 900}, lambda item: item["distance"] <= 900),
    ("/v1/organisations", "argyle", {"urn": 100008}, lambda item: item["name"] == "Argyle Primary School"),
    ("/v1/trusts", "test", {"status": "Closed"}, lambda item: item["status"] == "Closed"),
    ("/v1/trusts", "test", {"localAuthority": 202}, lambda item: item["uid"] in (900001, 900003)),
    ("/v1/universities", "testing", {"closed": True}, lambda item: item["closedYear"] == 2001),
    ("/v1/universities", "testing", {"near": PLACE, "within": 700}, lambda item: item["distance"] <= 700),
    ("/v1/colleges", "testing", {"type": "Sixth Form College"}, lambda item: item["type"] == "Sixth Form College"),
    ("/v1/colleges", "testing", {"localAuthority": 202}, lambda item: item["localAuthority"]["oldCode"] == "202"),
    ("/v1/training-providers", "test", {"kind": "scitt"}, lambda item: item["kind"] == "scitt"),
    ("/v1/training-providers", "test", {"accredited": True}, lambda item: item["accredited"]),
    ("/v1/training-providers", "test", {"near": PLACE, "within": 900}, lambda item: item["distance"] <= 900),
])
def test_filters_of_other_lists_are_combined(api, path, q, query, check):
    found, without = search(api, path, q, **query)["items"], search(api, path, q)["items"]
    assert found and all(map(check, found))
    # What the filter leaves is what it leaves without a search, as far as it has the words.
    listed = {item["self"] for item in api.every(path, limit=500, **query)}
    assert {item["self"] for item in found} >= {item["self"] for item in without} & listed
    assert {item["self"] for item in found} <= listed


def test_no_more_than_a_thousand_are_found(api):
    found = api.every("/v1/schools", q="school", limit=500)
    assert 990 < len(found) == len({item["urn"] for item in found}) <= 1000
    assert search(api, "/v1/schools", "school")["truncated"] is True
    page = api.ok("/v1/schools", q="school", limit=7).json()
    assert api.ok(page["next"]).json()["truncated"] is True


def test_the_thousand_are_the_closest(api):
    lengths = [len(item["name"]) for item in api.every("/v1/schools", q="school", limit=500)]
    assert max(lengths) < 40


@pytest.mark.parametrize("path", LISTS)
def test_truncated_is_there_where_it_is_asked(api, path):
    assert "truncated" not in api.ok(path, limit=1).json()
    assert search(api, path, "qqqqzzzz") == {"items": [], "next": None, "truncated": False}
    assert search(api, path, "school qqqqzzzz")["items"] == []


@pytest.mark.parametrize("path", LISTS)
def test_relevance_is_the_default_with_q_alone(api, path):
    by_default, by_name = names(api, path, "test"), names(api, path, "test", order="name")
    assert by_default == names(api, path, "test", order="relevance")
    assert sorted(by_default) == sorted(by_name) and by_name == sorted(by_name, key=str.lower)
    assert api.get(path, order="relevance").problem(400, "invalid-parameter") == ["order"]
    assert api.get(path, order="-relevance").problem(400, "invalid-parameter") == ["order"]


@pytest.mark.parametrize("q", ["", " ", "...", "%", "'", "\\", "&|!", ":*", "-", "—", "\N{ZERO WIDTH SPACE}", "x" * 201,
                               "🏫" * 2, "a b c d e f g h i j k l m n o p q"])
@pytest.mark.parametrize("path", LISTS)
def test_what_cannot_be_searched_for_is_refused(api, path, q):
    assert set(api.get(path, q=q).problem(400, "invalid-parameter")) == {"q"}


@pytest.mark.parametrize("raw", ["%00", "a%00b", "%ff", "%c3", "%ed%a0%80"])
@pytest.mark.parametrize("path", LISTS)
def test_what_is_no_text_is_refused(api, path, raw):
    api.get(f"{path}?q={raw}").problem(400, "malformed-request")


@pytest.mark.parametrize("q", [
    "a", "é", "x" * 200, "é" * 200, "school " * 16, "s c h o o l", "' or true --", "a%", "mary:*", "!mary",
    "mary'; drop table reference.school; --", "mary | john", "(st & mary)", "<-> st", "a\\", "\\x00", "{a,b}",
    "\"st mary\"", "$1", "null", "学校", "ＳＣＨＯＯＬ", "e\u0301cole", "st\tmary\nschool", "0", "-1", "1e400",
    "99999999999999999999", "nw1_8", "_", "1/2",
    "E09000007 E09000033", "the of and the of and", "ß", "İstanbul", "\U0001f3eb school",
])
@pytest.mark.parametrize("path", LISTS)
def test_whatever_is_typed_has_an_answer(api, path, q):
    answer = api.get(path, q=q, limit=2)
    assert answer.status == 200 or answer.problem(400, "invalid-parameter") == ["q"]


def test_repeated_searches_are_the_same(api):
    assert len({api.ok("/v1/schools", q="st john", limit=20, accept="application/json").body for _ in range(5)}) == 1


def test_formats_have_the_same_items_in_the_same_order(api):
    wanted = [str(item["urn"]) for item in search(api, "/v1/schools", "st john", limit=30)["items"]]
    lines = api.ok("/v1/schools", accept="text/csv", q="st john", limit=30).text().splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == wanted
