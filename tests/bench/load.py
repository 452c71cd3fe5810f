# SPDX-License-Identifier: MIT
"""Load on the service by wrk, and on PostgreSQL by pgbench."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

from database import session_options
from service import SOCKET

HERE = pathlib.Path(__file__).resolve().parent
PGBENCH = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda path: int(path.parts[4]))
FOLDER = tempfile.TemporaryDirectory(prefix="accord-bench-")


def file_of(lines):
    with tempfile.NamedTemporaryFile("w", dir=FOLDER.name, delete=False, encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    return file.name


def wrk(url, requests, connections, seconds, seed=1, refusals=False):
    """Asks for requests (a file of them) at random over connections that stay open; returns wrk's counts."""
    done = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "10s",
         "--script", HERE / "paths.lua", url, "--", requests, str(seed)],
        check=True, stdout=subprocess.PIPE, text=True, timeout=seconds + 60)
    counts = json.loads(done.stdout.strip().rsplit("\n", 1)[-1])
    if counts["broken"] or (counts["refused"] and not refusals):
        raise SystemExit(f"{counts['refused']} requests were refused and {counts['broken']} broken: {url} {requests}")
    counts["rate"] = counts["requests"] / counts["seconds"]
    return counts


def with_variables(statement, number):
    """The statement with pgbench's variables for parameters. They cannot be null, so null is written into the text:
    both are constants to a plan made for its values."""
    variables = {}

    def place(match):
        value = statement.parameters[int(match[1]) - 1]
        if value == "NULL":
            return "null"
        name = f"v{number}_{match[1]}"
        variables[name] = value[1:-1].replace("''", "'")
        return ":" + name

    return re.sub(r"\$(\d+)(?=\D)", place, statement.text + "\n"), variables


def pgbench(database, scripts, variables, mode, connections, seconds):
    """Transactions a second of PostgreSQL alone, with the settings of the service's sessions."""
    command = [PGBENCH, "--no-vacuum", "--protocol", "prepared", "--client", str(connections), "--jobs", "1", "--time",
               str(seconds), "--host", SOCKET, "--username", "accord_api"]
    for script in scripts:
        command += ["--file", script]
    for name, value in variables.items():
        command += ["--define", f"{name}={value}"]
    done = subprocess.run([*command, database], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=seconds + 60,
                          env={**os.environ, "PGOPTIONS": f"{session_options()} -c plan_cache_mode={mode}"})
    if "number of failed transactions: 0 " not in done.stdout:
        raise SystemExit(f"pgbench failed: {done.stdout}{done.stderr}")
    return float(re.search(r"tps = ([\d.]+) \(without initial connection time\)", done.stdout)[1])


def choice(values, first=0):
    """pgbench's expression for one of whole numbers by :i, as a tree."""
    if len(values) == 1:
        return str(values[0])
    half = len(values) // 2
    return (f"case when :i < {first + half} then {choice(values[:half], first)} "
            f"else {choice(values[half:], first + half)} end")
