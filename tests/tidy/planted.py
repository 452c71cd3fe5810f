# SPDX-License-Identifier: MIT
"""Faults that the tidy suite must find, and look-alikes that it must leave alone: (rule, path, text, line or None)."""


def function(lines):
    """A C function of so many lines, its signature and braces counted."""
    return "int f(void)\n{\n" + "\tg();\n" * (lines - 3) + "}\n"


PLANTED = (
    ("function_length", "api/a.c", function(60), None),
    ("function_length", "api/a.c", "int x;\n\n" + function(61), 3),
    ("function_depth", "api/a.c", "int f(void)\n{\n\tif (a) {\n"
     "\t\tif (b) {\n\t\t\twhile (c) {\n\t\t\t}\n\t\t}\n\t}\n}\n", None),
    ("function_depth", "api/a.c",
     "int f(void)\n{\n\tif (a) {\n"
     "\t\tif (b) {\n\t\t\tdo {\n\t\t\t\tif (c) {\n\t\t\t\t}\n\t\t\t} while (d);\n\t\t}\n\t}\n}\n", 1),
    ("function_depth", "api/a.c",
     "int f(void)\n{\n\tif (a) {\n"
     "\t\tstruct s t[] = {\n\t\t\t{\n\t\t\t\t{\n\t\t\t\t\t1,\n\t\t\t\t},\n\t\t\t},\n\t\t};\n\t}\n}\n", None),
    ("file_length", "api/a.c", "\n" * 401, 1),
    ("file_length", "api/a.c", "\n" * 400, None),
    ("line_length", "api/a.c", "\t" + "x" * 93 + "\n", 1),
    ("line_length", "db/deploy/a.sql", "-- " + "x" * 117 + "\n", None),
    ("banned_calls", "api/a.c", "\tsprintf(a, b);\n", 1),
    ("banned_calls", "api/a.c", "\tsnprintf(a, 2, b); /* never sprintf(a) */ log(\"gets()\");\n", None),
    ("leftovers", "api/a.c", "/* TODO later */\n", 1),
    ("leftovers", "api/a.c", "int hackney, stubborn;\n", None),
    ("skipped_tests", "tests/api/test_a.py", "\n@pytest.mark.skip\n", 2),
    ("one_clock", "db/deploy/a.sql", "select now();\n", 1),
    ("one_clock", "db/deploy/a.sql", "select\n    current_date;\n", 2),
    ("one_clock", "db/deploy/a.sql", "select accord.now(), 'now()'; -- now()\n", None),
    ("one_clock", "db/deploy/a.sql",
     "create function accord.now() returns timestamptz return clock_timestamp();\nselect now();\n", 2),
    ("lowercase_sql", "db/deploy/a.sql", "SELECT 1;\n", 1),
    ("lowercase_sql", "db/deploy/a.sql", "select 'SELECT'; -- FROM here\n", None),
    ("sql_layout", "db/deploy/a.sql", "select 1\n    , 2;\n", 2),
    ("sql_layout", "db/deploy/a.sql", "select 1 ;\n", 1),
    ("sql_layout", "db/deploy/a.sql", "select f(1,2);\n", 1),
    ("sql_layout", "db/deploy/a.sql", "select 1, -- , \n    'a,b' , 2;\n", 2),
    ("sql_layout", "db/deploy/a.sql", "select 1, 'a ,b';\n", None),
    ("statement_length", "db/operations/a/b.sql", "select 1,\n" * 60 + "2\n", 1),
    ("statement_length", "db/operations/a/b.sql", "select 1;\n" * 60 + "select\n" * 60, None),
    ("statement_length", "db/deploy/a.sql", "do $x$\n" + ";\n" * 60 + "$x$;\n", 1),
    ("licence_line", "api/a.c", "int a;\n", 1),
    ("licence_line", "tests/a.sh", "#!/bin/sh\n# SPDX-License-Identifier: MIT\n", None),
    ("known_libraries", "api/route.c", "#include <stdio.h>\n#include <ulfius.h>\n", 2),
    ("known_libraries", "api/server/server.c", "#include <ulfius.h>\n", None),
    ("plain_text", "api/a.c", "int a; \n", 1),
    ("plain_text", "api/a.c", "int a;", 1),
    ("machine_paths", "README.md", "see /home/me/accord\n", 1),
    ("machine_paths", "README.md", "GET /v1/home/a and https://example.org/work/\n", None),
    ("indentation", "db/deploy/a.sql", "select\n    1;\n", 2),
    ("indentation", "api/a.c", "    int a;\n", 1),
    ("operations", "openapi/a.yaml", "operationId: schools_list\n", 1),
    ("operations", "db/operations/a/schools_list.summary.sql", "select 1\n", 1),
)
