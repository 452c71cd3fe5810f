# SPDX-License-Identifier: MIT
"""accord work and its jobs: jobs_list, jobs_get, jobs_delete, jobs_rejected_rows_list; workers that are killed, wait,
race and leave."""

import contextlib
import csv
import gzip
import os
import re
import signal
import time
import uuid

import psycopg2
import pytest

import importing
from working import REGIONS, Caller, Office, read, wait_for

SIX = ("rows", "inserted", "updated", "unchanged", "rejected", "skipped")


@pytest.fixture(scope="module")
def office(bundle, tmp_path_factory):
    office = Office(os.environ["TEST_DATABASE"], bundle, tmp_path_factory.mktemp("office"))
    yield office
    office.close()


@pytest.fixture(autouse=True)
def nothing_before(office):
    office.empty()


@pytest.fixture
def caller(office, contract):
    return Caller(office, contract, "operations")


@pytest.fixture
def other(office, contract):
    return lambda name: Caller(office, contract, name)


@pytest.fixture
def start(office):
    """Starts workers; all are ended afterwards."""
    workers = []

    def start_worker(**settings):
        workers.append(office.worker(**settings))
        return workers[-1]

    yield start_worker
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.send_signal(signal.SIGCONT)
            assert worker.stop() == 0, worker.log_path.read_text()


@pytest.fixture
def hold(office):
    """Keeps every import from merging regions while the context lasts: it is in the middle of its work."""

    @contextlib.contextmanager
    def held():
        with office.database.connect() as connection, connection.cursor() as cursor:
            cursor.execute("lock table reference.region in share mode")
            yield
            connection.rollback()

    return held


def merging(office):
    """Whether an import waits for what the test holds."""
    return lambda: office.database.value("select count(*) from pg_locks where not granted"
                                         " and relation = 'reference.region'::regclass") > 0


def regions(office):
    return office.database.value("select count(*) from reference.region")


def counts(job):
    return tuple(job["counts"][name] for name in SIX)


def events(worker, job=None):
    return [line["event"] for line in worker.log() if "job" in line and job in (None, "/v1/jobs/" + line["job"])]


def test_an_import_is_a_job(office, caller, start):
    job = caller.submit(read(REGIONS))
    waiting = caller.get(job)
    told = waiting.json()
    assert waiting.headers["Retry-After"] == "1"
    names = ("state", "kind", "importKind", "fileName", "attempts", "requestedBy", "counts", "startedAt")
    assert [told[name] for name in names] == ["queued", "import", "areas", "regions.csv", 0, "operations", None, None]
    worker = start()
    done = caller.await_state(job, "done", "failed")
    assert (done["state"], done["progress"], done["attempts"], done["fault"]) == ("done", 100, 1, None)
    rows = counts(done)[0]
    assert rows > 8 and counts(done) == (rows, rows, 0, 0, 0, 0) and regions(office) == rows
    assert done["createdAt"] <= done["startedAt"] <= done["endedAt"]
    assert "Retry-After" not in caller.get(job).headers
    assert wait_for(lambda: events(worker, job) == ["begun", "done"])
    last = [line for line in worker.log() if line.get("event") == "done"][-1]
    assert (last["inserted"], last["kind"], last["organisation"]) == (rows, "areas", done["organisationId"])


def test_a_job_that_is_done_leads_to_its_import(caller, start):
    address = caller.send(read(REGIONS))
    assert [caller.ok(address).json()[name] for name in ("job", "counts", "rejectedRows")] == [None] * 3
    job = caller.start(address)
    told = caller.ok(address).json()
    assert (told["job"], told["counts"], told["rejectedRows"]) == (job, None, job + "/rejected-rows")
    start()
    done = caller.await_state(job, "done")
    answer = caller.get(job)
    assert (answer.status, answer.headers["Location"]) == (303, "http://accord.test" + address)
    assert answer.json() == done and done["import"] == address
    found = caller.ok(address).json()
    assert found == {**told, "parts": [], "counts": done["counts"]} and found["rejectedRows"] == done["rejectedRows"]
    assert caller.every(found["rejectedRows"]) == []
    head = caller.call("HEAD", job)
    assert (head.status, head.headers["Location"]) == (303, answer.headers["Location"])


def test_a_job_that_is_known_is_304_until_it_is_done(caller, start):
    job = caller.submit(read(REGIONS))
    waiting = caller.call("GET", job, headers={"If-None-Match": caller.get(job).headers["ETag"]})
    assert (waiting.status, waiting.headers["Retry-After"]) == (304, "1")
    start()
    caller.await_state(job, "done")
    done = caller.get(job)
    again = caller.call("GET", job, headers={"If-None-Match": done.headers["ETag"]})
    assert (done.status, again.status, again.headers["ETag"]) == (303, 303, done.headers["ETag"])


def test_a_result_is_for_those_who_may_read_it(caller, other, start):
    start()
    job = caller.submit(read(REGIONS))
    done = caller.await_state(job, "done")
    for name in ("reader", "overseer"):
        answer = other(name).ok(job)
        assert answer.json() == done and "Location" not in answer.headers
        assert other(name).get(done["import"]).status == 403
    mighty = other("mighty")  # may read imports, but not this organisation's
    assert mighty.ok(job).json() == done
    mighty.get(done["import"]).problem(404, "not-found")


def test_an_import_that_is_forgotten_is_no_result(office, caller, start):
    start()
    job = caller.submit(read(REGIONS))
    done = caller.await_state(job, "done")
    tag = caller.get(job).headers["ETag"]
    office.execute("delete from restricted.import")
    answer = caller.call("GET", job, headers={"If-None-Match": tag})
    assert answer.status == 200 and answer.json() == {**done, "import": None} and "Location" not in answer.headers


def test_a_sweep_has_no_result(caller, other):
    [sweep] = other("mighty").every("/v1/jobs", kind="sweep")
    assert sweep["state"] == "done" and other("mighty").ok(sweep["self"]).json() == sweep
    caller.get(sweep["self"]).problem(404, "not-found")


def test_the_same_file_twice_changes_nothing(office, caller, start):
    start()
    first = caller.await_state(caller.submit(read(REGIONS)), "done")
    state = office.database.state()
    again = caller.await_state(caller.submit(gzip.compress(read(REGIONS))), "done")
    assert counts(again) == (counts(first)[0], 0, 0, counts(first)[0], 0, 0)
    assert office.database.state() == state


def test_rejected_rows_are_told_as_the_importer_tells_them(office, caller, start, tmp_path):
    path = tmp_path / "regions.csv"
    header, first = read(REGIONS).decode().splitlines()[:2]
    broken = first.replace(re.search(r"E\d+", first)[0], '"E""1\\2"')
    path.write_text("\n".join((header, first, *[broken] * 30)) + "\n")
    start()
    job = caller.await_state(caller.submit(path.read_bytes()), "done", "failed")
    done = importing.run(office.database, "areas", path, rejects=tmp_path / "rejects.csv")
    assert counts(job) == (31, 1, 0, 0, 30, 0) and done.counts()[4] == 30
    text = caller.ok(job["rejectedRows"], "text/csv", limit=500).text()
    assert list(csv.DictReader(text.splitlines())) == done.rejects
    for limit in (1, 7, 500):
        for order in ("number", "-number"):
            found = caller.every(job["rejectedRows"], limit=limit, order=order)
            expected = [int(row["line"]) for row in done.rejects]
            assert [row["line"] for row in found] == (expected if order == "number" else expected[::-1])


@pytest.mark.parametrize("content, fault", [
    (b"no such columns\n1\n", "regions.csv: "),
    (gzip.compress(b"x" * 30_000_000), "regions.csv: grows more than 20 times when decompressed"),
    (gzip.compress(b"code,name\n")[:-6], "regions.csv: is a gzip file that breaks off"),
])
def test_a_file_that_cannot_be_taken_fails_at_once(office, caller, start, content, fault):
    start()
    job = caller.await_state(caller.submit(content), "done", "failed")
    assert (job["state"], job["attempts"], job["counts"]) == ("failed", 1, None)
    assert job["fault"].startswith(fault) and regions(office) == 0
    assert caller.ok(job["self"]).json() == job and caller.ok(job["import"]).json()["counts"] is None


def test_a_killed_worker_leaves_the_data_as_it_was_and_another_does_the_job(office, caller, start, hold):
    worker = start()
    with hold():
        job = caller.submit(read(REGIONS))
        wait_for(merging(office))
        assert wait_for(lambda: caller.job(job)["progress"] > 0)
        worker.kill()
        assert regions(office) == 0
    second = start()
    done = caller.await_state(job, "done", "failed")
    assert (done["state"], done["attempts"]) == ("done", 2) and regions(office) == counts(done)[1]
    assert wait_for(lambda: events(second, job) == ["begun", "done"])


def test_a_worker_that_was_away_too_long_has_no_effect(office, caller, start, hold):
    first = start()
    with hold():
        job = caller.submit(read(REGIONS))
        wait_for(merging(office))
        first.process.send_signal(signal.SIGSTOP)
        second = start()
        wait_for(lambda: caller.job(job)["attempts"] == 2)
    first.process.send_signal(signal.SIGCONT)
    done = caller.await_state(job, "done", "failed")
    assert (done["state"], done["attempts"]) == ("done", 2)
    assert wait_for(lambda: events(first, job) == ["begun", "lost"])
    assert wait_for(lambda: events(second, job) == ["begun", "done"])
    assert regions(office) == counts(done)[1]


def test_three_attempts_are_enough(office, caller, start, hold):
    with hold():
        job = caller.submit(read(REGIONS))
        for attempt in (1, 2, 3):
            worker = start(lease_seconds=1)
            wait_for(lambda attempt=attempt: caller.job(job)["attempts"] == attempt)
            worker.kill()
    start()
    done = caller.await_state(job, "done", "failed")
    assert (done["state"], done["attempts"], done["fault"]) == ("failed", 3, "Every attempt was cut short.")
    assert regions(office) == 0


def test_what_the_database_refuses_is_tried_again_and_not_told(office, caller, start):
    office.execute("alter table reference.region add constraint never check (code is null) not valid")
    try:
        worker = start()
        job = caller.submit(read(REGIONS))
        wait_for(lambda: events(worker, job) == ["begun", "queued"])
        assert caller.job(job)["state"] == "queued"
        office.execute("update restricted.job set attempt = 2, run_after = accord.now() where state = 'queued'")
        failed = caller.await_state(job, "failed")
    finally:
        office.execute("alter table reference.region drop constraint never")
    assert failed["attempts"] == 3 and failed["fault"] == "The service failed; its log says why."
    assert wait_for(lambda: "never" in worker.log()[-1].get("fault", ""))


def test_a_waiting_job_is_cancelled_at_once(office, caller, start):
    job = caller.submit(read(REGIONS))
    tag = caller.get(job).headers["ETag"]
    caller.call("DELETE", job).problem(428, "precondition-required")
    caller.delete(job, '"9.x"').problem(412, "precondition-failed")
    assert caller.delete(job, tag).status == 204
    told = caller.ok(job).json()
    assert (told["state"], told["cancelAsked"], told["attempts"]) == ("cancelled", True, 0)
    caller.delete(job).problem(409, "conflict")
    start()
    assert caller.await_state(caller.submit(read(REGIONS)), "done") and caller.job(job) == told


def test_a_running_job_is_cancelled_within_a_second_or_so(office, caller, start, hold):
    start()
    with hold():
        job = caller.submit(read(REGIONS))
        wait_for(merging(office))
        tag = caller.get(job).headers["ETag"]
        time.sleep(0.7)  # a beat: progress is no change that a cancellation must know of
        assert caller.delete(job, tag).status == 204
        began = time.monotonic()
        done = caller.await_state(job, "cancelled", "done", "failed")
        assert done["state"] == "cancelled" and time.monotonic() - began < 3
    assert regions(office) == 0 and done["counts"] is None
    assert caller.await_state(caller.submit(read(REGIONS)), "done")


def test_a_job_that_is_over_is_not_cancelled(caller, start):
    start()
    job = caller.submit(read(REGIONS))
    caller.await_state(job, "done")
    caller.delete(job).problem(409, "conflict")
    assert caller.job(job)["cancelAsked"] is False


def test_two_workers_never_do_one_job(office, caller, start):
    jobs = [caller.submit(read(REGIONS)) for _ in range(16)]
    workers = [start(), start()]
    for job in jobs:
        assert caller.await_state(job, "done", "failed", seconds=60)["attempts"] == 1
    begun = wait_for(lambda: [found for found in [[event for worker in workers for event in events(worker)]]
                              if found.count("done") == 16][0:1])[0]
    assert sorted(begun) == ["begun"] * 16 + ["done"] * 16
    assert all("begun" in events(worker) for worker in workers)
    inserted = [counts(caller.job(job))[1] for job in jobs]
    assert sorted(inserted)[:-1] == [0] * 15 and max(inserted) == regions(office)


def test_a_worker_that_is_to_leave_finishes(office, caller, start, hold):
    worker = start()
    with hold():
        job = caller.submit(read(REGIONS))
        wait_for(merging(office))
        worker.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        assert worker.process.poll() is None
    assert worker.process.wait(10) == 0
    assert caller.job(job)["state"] == "done" and events(worker, job) == ["begun", "done"]


def test_a_worker_that_cannot_wait_gives_its_job_back(office, caller, start, hold):
    worker = start(drain_seconds=0, lease_seconds=60)
    with hold():
        job = caller.submit(read(REGIONS))
        wait_for(merging(office))
        assert worker.stop() == 0
        told = caller.job(job)
        assert (told["state"], told["attempts"]) == ("queued", 0) and events(worker, job) == ["begun", "queued"]
    start()
    assert caller.await_state(job, "done")["attempts"] == 1


def test_a_worker_survives_its_database_connection(office, caller, start):
    worker = start()
    caller.await_state(caller.submit(read(REGIONS)), "done")
    office.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'accord_worker'")
    assert caller.await_state(caller.submit(read(REGIONS)), "done")["attempts"] <= 2
    assert worker.process.poll() is None


def test_a_worker_waits_for_its_database(office, start, tmp_path):
    worker = start(database="host=/nonexistent dbname=x")
    assert wait_for(lambda: any(line.get("message", "").startswith("no jobs: ") for line in worker.log()))
    assert worker.stop() == 0


@pytest.mark.parametrize("name, status, slug", [
    ("stranger", 404, "not-found"), ("reader", 403, "insufficient-scope"), (None, 401, "unauthorised")])
def test_jobs_are_their_organisations(caller, other, name, status, slug):
    job, asks = caller.submit(read(REGIONS)), other(name)
    asks.delete(job).problem(status, slug)
    if name == "reader":
        assert asks.ok(job).json() == caller.job(job) and asks.every("/v1/jobs", kind="import") == [caller.job(job)]
        return
    asks.get(job).problem(status, slug)
    asks.get(job + "/rejected-rows").problem(status, slug)
    if name:
        assert asks.every("/v1/jobs") == []
    else:
        asks.get("/v1/jobs").problem(status, slug)
    assert caller.job(job)["state"] == "queued"


def test_whoever_operates_the_service_sees_and_cancels_every_job(caller, other):
    job, overseer = caller.submit(read(REGIONS)), other("overseer")
    assert overseer.ok(job).json() == caller.job(job)
    assert {found["kind"] for found in overseer.every("/v1/jobs")} == {"import", "sweep"}
    assert {found["kind"] for found in caller.every("/v1/jobs")} == {"import"}
    assert overseer.delete(job).status == 204 and caller.job(job)["state"] == "cancelled"


def test_an_unknown_job_is_404(caller):
    for job in (f"/v1/jobs/{uuid.uuid4()}", "/v1/jobs/none"):
        caller.get(job).problem(404, "not-found")
        caller.delete(job).problem(404, "not-found")
        caller.get(job + "/rejected-rows").problem(404, "not-found")


def test_jobs_are_listed_by_age_and_state(caller):
    jobs = [caller.submit(read(REGIONS)) for _ in range(9)]
    for job in jobs[:4]:
        caller.delete(job)
    for limit in (1, 7, 500):
        for order, expected in (("createdAt", jobs), ("-createdAt", jobs[::-1])):
            assert [job["self"] for job in caller.every("/v1/jobs", limit=limit, order=order)] == expected
    assert [job["self"] for job in caller.every("/v1/jobs", state="cancelled")] == jobs[:4]
    assert [job["self"] for job in caller.every("/v1/jobs", state=["queued", "running"])] == jobs[4:]
    assert caller.every("/v1/jobs", kind="sweep") == []
    caller.get("/v1/jobs", state="lost").problem(400, "invalid-parameter")


def test_what_is_old_is_swept(office, caller, start):
    kept, old = (caller.announce(b"x").json()["self"] for _ in range(2))
    office.execute("update restricted.import set created_at = created_at - interval '25 hours' where id = %s",
                   old.rsplit("/", 1)[1])
    ended = caller.submit(read(REGIONS))
    caller.delete(ended)
    office.execute("update restricted.job set ended_at = ended_at - interval '31 days' where state = 'cancelled'")
    office.execute("update accord.idempotency set created_at = created_at - interval '25 hours' where key = any("
                   "select key from accord.idempotency limit 2)")
    office.execute("update restricted.job set created_at = created_at - interval '2 hours' where kind = 'sweep'")
    office.execute("insert into restricted.revoked_token (token, expires_at)"
                   " values ('old', accord.now() - interval '1 hour')")
    office.execute("insert into restricted.used_assertion (client_id, token, expires_at)"
                   " values ('operations', 'old', accord.now() - interval '1 hour')")
    worker = start()
    swept = wait_for(lambda: [line for line in worker.log() if line.get("event") == "done" and line["kind"] == "sweep"])
    assert swept[0]["swept"] == "1 imports, 1 jobs, 2 stored replies, 1 assertions, 1 revocations"
    assert caller.get(kept).status == 200
    caller.get(old).problem(404, "not-found")
    caller.get(ended).problem(404, "not-found")


def test_only_one_sweep_waits(office):
    office.execute("delete from restricted.job")
    with contextlib.closing(psycopg2.connect(office.dsn("accord_worker"))) as connection:
        with connection.cursor() as cursor:
            for _ in range(3):
                cursor.execute("select kind from accord.claim_job('test', 60)")
            connection.commit()
    assert office.database.rows("select kind, state from restricted.job") == [("sweep", "running")]
