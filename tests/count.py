#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Counts what a test runner's output says. Usage: count.py tap|pytest|plain STATUS <output; prints "PASSED FAILED".

A runner that ended badly without naming a failure, or that ran nothing, counts as one failure more. So does each
skipped test, for a test that does not run proves nothing.
"""

import re
import sys


def count_tap(text):
    """Sums ok and not ok of every plan; what a plan announced and did not come failed."""
    passed = failed = announced = 0
    for line in text.splitlines():
        if re.match(r"ok\b", line):
            skipped = re.search(r"# *(skip|todo)\b", line, re.IGNORECASE)
            passed, failed = (passed, failed + 1) if skipped else (passed + 1, failed)
        elif re.match(r"not ok\b", line):
            failed += 1
        elif plan := re.match(r"1\.\.(\d+)", line):
            announced += int(plan[1])
    return passed, failed + max(0, announced - passed - failed)


def count_pytest(text):
    """Reads the closing line, such as "3 failed, 12 passed in 0.4s"."""
    closing = [line for line in text.splitlines() if re.search(r"\bin \d+(\.\d+)?s\b", line)][-1:]
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", "".join(closing))}
    bad = ("failed", "error", "errors", "skipped", "xfailed", "xpassed")
    return numbers.get("passed", 0), sum(numbers.get(word, 0) for word in bad)


def count_plain(text):
    """Sums every line that ends in "N passed, N failed"; a word between them may count what is neither."""
    pairs = re.findall(r"(?:^|: )(\d+) passed,(?: \d+ \w+,)* (\d+) failed$", text, re.MULTILINE)
    return sum(int(passed) for passed, _ in pairs), sum(int(failed) for _, failed in pairs)


def main():
    kind, status = sys.argv[1:]
    counters = {"tap": count_tap, "pytest": count_pytest, "plain": count_plain}
    passed, failed = counters[kind](sys.stdin.read())
    if not failed and (status != "0" or not passed):
        failed = 1
    print(passed, failed)


if __name__ == "__main__":
    main()
