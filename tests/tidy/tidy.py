#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The style guide as a test. Each rule is one test and prints what breaks it; so is each planted fault it must find.
Usage: tidy.py [--kind=KIND] [RULE…]

The last line is "N passed, N failed".
"""

import os
import re
import sys

from planted import PLANTED
from source import File, c_functions, quiet_c, quiet_sql, read_tree, sql_statements

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OWN = "tests/tidy/"  # names what it forbids

FUNCTION_LINES = 60
FUNCTION_DEPTH = 4
FILE_LINES = 400
STATEMENT_LINES = 60
SHOWN = 40  # findings a rule
COLUMNS = {"c": 100, "sql": 120, "py": 120, "sh": 120}
TAB = {"c": 8}  # elsewhere 4

# A library is known by the files, or the folders, named here and by no other.
KNOWN_BY = {
    "ulfius.h": ("api/server/",),
    "microhttpd.h": ("api/server/",),
    "libpq-fe.h": ("api/db", "api/import/copy.c"),
    "jwt.h": ("api/auth/token.c",),
    "openssl/": ("api/digest.c", "api/auth/jwk", "api/auth/key.c"),
    "curl/": ("api/auth/fetch.c", "api/upload/http.c"),
    "zlib.h": ("api/gzip.c", "api/import/source.c"),
    "pcre2.h": ("api/pattern.c",),
}

# Unbounded writes, hidden state, another locale's numbers, a clock that tests cannot set.
BANNED = ("sprintf vsprintf strcpy strcat strtok gets atoi atol atof rand srand alloca setlocale localtime gmtime "
          "ctime "
          "asctime system popen tmpnam mktemp").split()
CLOCK = re.compile(r"(?<![\w.])(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
                   r"|(?<![\w.])(current_date|current_timestamp|current_time|localtimestamp|localtime)\b",
                   re.IGNORECASE)
OWN_CLOCK = re.compile(r"create (or replace )?function accord\.now\(\).*?;", re.DOTALL | re.IGNORECASE)
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|(?i:\bstub\b|\bnot implemented\b)")
SKIPS = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|unittest\.skip|\bskip\(\)|\btodo\(")
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/[a-z]|Users/\w)[\w/]*|registry\.npmjs|deb\.debian\.org|pypi\.org"
                     r"|files\.pythonhosted|crates\.io")
KEYWORDS = ("ALTER AND ANY ARRAY AS ASC BEGIN BETWEEN BY CASE CASCADE CHECK COLLATE COMMENT COMMIT CONFLICT CONSTRAINT "
            "CREATE CROSS DECLARE DEFAULT DELETE DESC DISTINCT DO DROP ELSE END EXCEPTION EXECUTE EXISTS FALSE "
            "FILTER FOR FOREIGN FROM FULL FUNCTION GRANT GROUP HAVING IF IN INDEX INNER INSERT INTERSECT INTO IS "
            "JOIN KEY LANGUAGE LATERAL LEFT LIKE LIMIT NOT NULL ON OR ORDER OUTER PRIMARY RAISE REFERENCES "
            "RETURN RETURNING RETURNS REVOKE RIGHT ROLE ROW SCHEMA SELECT SET TABLE THEN TO TRIGGER TRUE TYPE "
            "UNION UNIQUE UPDATE USING VALUES VIEW WHEN "
            "WHERE WINDOW WITH").split()
UPPERCASE = re.compile(r"\b(" + "|".join(KEYWORDS) + r")\b")
SPDX = "SPDX-License-Identifier: MIT"


def each_match(file, pattern, text, words):
    for match in pattern.finditer(text):
        yield file.at(match.start()), words.format(match[0].strip())


# --- rules for one file: each yields (line, what is wrong)

def function_length(file):
    """C functions have at most 60 lines; a test program's main lists its tests, however many."""
    if file.kind == "c":
        for name, first, last, _ in c_functions(file):
            lists = name == "main" and file.path.startswith("tests/")
            if last - first >= FUNCTION_LINES and not lists:
                yield first, f"{name} has {last - first + 1} lines"


def function_depth(file):
    """C blocks nest at most 4 deep."""
    if file.kind == "c":
        for name, first, _, depth in c_functions(file):
            if depth > FUNCTION_DEPTH:
                yield first, f"{name} is {depth} blocks deep"


def file_length(file):
    """A C file of the service has at most 400 lines."""
    if file.kind == "c" and file.path.startswith("api/") and len(file.lines) - 1 > FILE_LINES:
        yield 1, f"{len(file.lines) - 1} lines"


def line_length(file):
    """Lines end where a reader's window does; what SQL says in a comment on something is one literal, however long."""
    most = COLUMNS.get(file.kind)
    for number, line in enumerate(file.lines, 1) if most else ():
        columns = len(line.expandtabs(TAB.get(file.kind, 4)))
        literal = file.kind == "sql" and re.match(r"comment on |\s*'[^']*'[,;]?$", line)
        if columns > most and not literal:
            yield number, f"{columns} columns of {most}"


def banned_calls(file):
    """The service calls no function that cannot be used safely."""
    if file.kind == "c" and file.path.startswith("api/"):
        pattern = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
        yield from each_match(file, pattern, quiet_c(file.text), "{})")


def leftovers(file):
    """Nothing is left for later."""
    if not file.path.startswith(OWN):
        yield from each_match(file, LEFTOVERS, file.text, '"{}"')


def skipped_tests(file):
    """No test is skipped."""
    if file.path.startswith("tests/") and not file.path.startswith(OWN) and file.kind in ("py", "c", "sql"):
        yield from each_match(file, SKIPS, file.text, '"{}"')


def one_clock(file):
    """SQL knows one clock, accord.now(), which tests can set."""
    if file.kind == "sql" and file.path.startswith("db/"):
        text = OWN_CLOCK.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), quiet_sql(file.text))
        yield from each_match(file, CLOCK, text, "{}: call accord.now()")


def lowercase_sql(file):
    """SQL keywords are lowercase."""
    if file.kind == "sql":
        yield from each_match(file, UPPERCASE, quiet_sql(file.text), "{}")


def sql_layout(file):
    """SQL has commas at the end of the line, unless it ends in an include, and no space before but one after each."""
    if file.kind == "sql":
        text = quiet_sql(file.text)
        for number, line in enumerate(text.split("\n"), 1):
            if line.lstrip().startswith(",") and not file.lines[number - 2].startswith("-- include:"):
                yield number, "a leading comma"
        yield from each_match(file, re.compile(r"(?<=\S) +[,;]"), text, "a space before {}")
        yield from each_match(file, re.compile(r",(?=[\w:(])"), text, "no space after {}")


def statement_length(file):
    """SQL statements have at most 60 lines; a table may have more columns."""
    if file.kind == "sql" and file.path.startswith("db/"):
        for first, count in sql_statements(file):
            table = file.lines[first - 1].startswith("create table ")
            if count > STATEMENT_LINES and not table:
                yield first, f"{count} lines"


def licence_line(file):
    """Each source says its licence in its first line, or the one after #!."""
    if file.kind in ("c", "sql", "py", "sh") and not any(SPDX in line for line in file.lines[:2]):
        yield 1, f"no {SPDX}"


def known_libraries(file):
    """Each library is known in one place."""
    if file.kind == "c" and file.path.startswith("api/"):
        for match in re.finditer(r'#include\s*[<"]([^>"]+)[>"]', file.text):
            for library, files in KNOWN_BY.items():
                if match[1].startswith(library) and not file.path.startswith(files):
                    yield file.at(match.start()), f"{match[1]} is known by {' and '.join(files)} only"


def plain_text(file):
    """Lines end in a newline alone, without spaces before it, and a file ends with one newline."""
    if file.kind not in ("c", "sql", "py", "sh", "yaml", "md", "build"):
        return
    if "\r" in file.text:
        yield 1, "carriage returns"
    for number, line in enumerate(file.lines, 1):
        if line != line.rstrip(" \t"):
            yield number, "spaces at the end of the line"
    if file.text and (not file.text.endswith("\n") or file.text.endswith("\n\n")):
        yield len(file.lines), "does not end with one newline"


def machine_paths(file):
    """Nothing names a path of somebody's machine or a package registry's host."""
    if not file.path.startswith(OWN):
        yield from each_match(file, MACHINE, file.text, "{}")


def indentation(file):
    """C, SQL and shell indent with tabs, Python and YAML with spaces."""
    for number, line in enumerate(file.lines, 1):
        if file.kind in ("py", "yaml") and re.match(r" *\t", line):
            yield number, "a tab"
        if file.kind in ("c", "sh", "sql") and re.match(r" {4,}[^\s*]", line):
            yield number, "spaces"


# --- rules for the whole tree: each yields (path, line, what is wrong)

def operations(files):
    """Each operation has SQL or a handler, and a test that names it; no SQL file is without an operation."""
    declared = {}
    for file in files:
        if file.kind == "yaml" and file.path.startswith("openapi/"):
            for match in re.finditer(r"^\s*operationId:\s*([\w-]+)", file.text, re.MULTILINE):
                declared[match[1]] = (file.path, file.at(match.start()))
    in_sql = {}
    for file in files:
        if file.path.startswith("db/operations/") and file.kind == "sql":
            in_sql.setdefault(os.path.basename(file.path).split(".")[0], file.path)
    handlers = "".join(file.text for file in files if file.path.startswith("api/handlers") and file.path.endswith(".c"))
    tests = "".join(file.text for file in files if file.path.startswith("tests/api/") and file.kind == "py")
    for name, (path, line) in declared.items():
        if name not in in_sql and f'"{name}"' not in handlers:
            yield path, line, f"{name} has neither SQL nor a handler"
        if not re.search(rf"\b{name}\b", tests):
            yield path, line, f"no test in tests/api names {name}"
    for name, path in in_sql.items():
        included = name.startswith("_")
        if name not in declared and not included:
            yield path, 1, f"{name} is no operation of the contract"


FILE_RULES = (function_length, function_depth, file_length, line_length, banned_calls, leftovers, skipped_tests,
              one_clock, lowercase_sql, sql_layout, statement_length, licence_line, known_libraries, plain_text,
              machine_paths, indentation)
TREE_RULES = (operations,)


def findings(rule, files):
    if rule in TREE_RULES:
        return list(rule(files))
    return [(file.path, line, words) for file in files for line, words in rule(file)]


def report(good, title, details=()):
    print(f"{'ok' if good else 'FAILED'}  {title}")
    for path, line, words in details[:SHOWN]:
        print(f"    {path}:{line}: {words}")
    if len(details) > SHOWN:
        print(f"    and {len(details) - SHOWN} more")
    return good


def main(arguments):
    results = []
    names = [name for name in arguments if not name.startswith("--kind=")]
    kinds = [name.removeprefix("--kind=") for name in arguments if name.startswith("--kind=")]
    rules = [rule for rule in FILE_RULES + TREE_RULES if not names or rule.__name__ in names]
    for number, (name, path, text, line) in enumerate(PLANTED, 1):
        if names and name not in names:
            continue
        found = findings(globals()[name], [File(path, text)])
        good = {place for _, place, _ in found} == ({line} if line else set())
        what = "finds a fault" if line else "leaves a look-alike alone"
        results.append(report(good, f"planted {number}: {name} {what}",
                              [] if good else found))
    files = [file for file in read_tree(ROOT) if not kinds or file.kind in kinds]
    for rule in rules:
        found = findings(rule, files)
        results.append(report(not found, rule.__doc__, found))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
