# SPDX-License-Identifier: MIT
"""Reads sources as far as the tidy suite needs: files of the tree, and C and SQL without their comments and strings."""

import os
import re
import subprocess

# Spaces and newlines stay, so that line numbers and columns still hold.
C_QUIET = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
SQL_QUIET = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:''|[^'])*'|\"[^\"]*\"", re.DOTALL)
PUBLISHED = "db/sample/"


def blank(match):
    """The same text with every character but newlines made a space."""
    return re.sub(r"[^\n]", " ", match[0])


def quiet_c(text):
    return C_QUIET.sub(blank, text)


def quiet_sql(text):
    """Comments become spaces; what is quoted becomes quotes, for it still stands where a word would."""
    return SQL_QUIET.sub(lambda match: blank(match) if match[0][0] in "-/" else re.sub(r"[^\n]", "'", match[0]), text)


class File:
    """A source file: its path below the root, its text, and findings against it."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")

    @property
    def kind(self):
        """c, sql, py, sh, yaml or another extension; a script without one is told by its first line."""
        extension = os.path.splitext(self.path)[1][1:]
        if extension == "h":
            return "c"
        if not extension and self.text.startswith("#!"):
            return "py" if "python" in self.lines[0] else "sh"
        return extension

    def at(self, offset):
        """The line number of a place in the text."""
        return self.text.count("\n", 0, offset) + 1


def read_tree(root):
    """Every file that git knows or would add, and that is text somebody wrote."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"],
                            check=True, stdout=subprocess.PIPE).stdout.decode()
    files = []
    for path in sorted(set(filter(None, listed.split("\0")))):
        if path.startswith(PUBLISHED) or not os.path.isfile(os.path.join(root, path)):
            continue
        try:
            with open(os.path.join(root, path), encoding="utf-8", newline="") as source:
                files.append(File(path, source.read()))
        except UnicodeDecodeError:
            continue  # a picture or test data in another encoding
    return files


def c_functions(file):
    """Yields (name, first line, last line, deepest block) of each function; the body's own braces are depth 1.

    Kernel style tells functions and blocks apart from data: a function opens with a brace alone in the first column,
    and a block's brace ends its line after a space and anything but an operator, where an initialiser's does not.
    """
    lines = quiet_c(file.text).split("\n")
    number = 0
    while number < len(lines):
        if lines[number].rstrip() != "{":
            number += 1
            continue
        first = number
        while first > 0 and lines[first - 1].strip() and not re.search(r"[;}]\s*$|^#", lines[first - 1]):
            first -= 1
        signature = " ".join(lines[first:number])
        name = re.search(r"(\w+)\s*\(", signature)
        last = number
        while last < len(lines) - 1 and lines[last].rstrip() != "}":
            last += 1
        yield name[1] if name else "?", first + 1, last + 1, deepest(lines[number + 1:last])
        number = last + 1


def deepest(lines):
    """The deepest nesting of blocks in a function's body."""
    stack = []
    depth = 1
    for line in lines:
        for place, character in enumerate(line):
            if character == "{":
                before = line[:place].rstrip()
                block = not line[place + 1:].strip() and (line[:place] != before or not before) \
                    and not re.search(r"[=,({]$", before)
                stack.append(block)
                depth = max(depth, 1 + sum(stack))
            elif character == "}" and stack:
                stack.pop()
    return depth


def sql_statements(file):
    """Yields (first line, number of lines) of each statement; a dollar-quoted body belongs to its statement."""
    text = quiet_sql(file.text)
    start = None
    quote = None
    for match in re.finditer(r"\$\w*\$|;|\S", text):
        token = match[0]
        if start is None and token != ";":
            start = match.start()
        if len(token) > 1:
            quote = None if quote == token else quote or token
        elif token == ";" and not quote and start is not None:
            yield file.at(start), text.count("\n", start, match.start()) + 1
            start = None
    if start is not None:
        yield file.at(start), text.count("\n", start, len(text.rstrip())) + 1
