#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes files as C strings, so that the program carries its pages. Usage: embed.py OUT.c FILE…"""

import os
import sys


def quoted(line):
    """A line as a C string literal."""
    text = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
                   for byte in line)
    return f'\t\t"{text}"'


def main(out, *paths):
    made = ["/* SPDX-License-Identifier: MIT */", '#include "pages/files.h"', "",
            "const struct page_file page_files[] = {"]
    for path in sorted(paths, key=os.path.basename):
        with open(path, "rb") as stream:
            content = stream.read()
        lines = [quoted(line) for line in content.splitlines(keepends=True)]
        made += [f'\t{{"{os.path.basename(path)}",', *lines, f"\t\t, {len(content)}}},"]
    made += ["\t{NULL, NULL, 0},", "};", ""]
    with open(out, "w", encoding="ascii", newline="\n") as stream:
        stream.write("\n".join(made))


if __name__ == "__main__":
    main(*sys.argv[1:])
