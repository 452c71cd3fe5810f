# SPDX-License-Identifier: MIT
"""What was measured, beside its bound."""

import statistics


class Figures:
    """Prints a line a figure as it comes, and counts."""

    def __init__(self):
        self.passed = self.failed = 0

    def title(self, text):
        print(f"\n{text}", flush=True)

    def note(self, text):
        print(f"      {text}", flush=True)

    def _line(self, passes, name, value, bound, note):
        self.passed += passes
        self.failed += not passes
        print(f"{'pass' if passes else 'FAIL'}  {name:<58}{value:>12} {bound:>12}  {note}".rstrip(), flush=True)

    def at_most(self, name, value, bound, unit="", note=""):
        self._line(value <= bound, name, f"{value:.2f}{unit}", f"<= {bound:g}{unit}", note)

    def at_least(self, name, value, bound, unit="", note=""):
        self._line(value >= bound, name, f"{value:.2f}{unit}", f">= {bound:g}{unit}", note)

    def holds(self, name, faults, note=""):
        """Passes when there are no faults, and shows those that there are."""
        self._line(not faults, name, f"{len(faults)}", "= 0", note)
        for fault in faults[:20]:
            self.note(fault)

    def end(self):
        print(f"\n{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def calm(times, batches=10):
    """The least of the medians of consecutive batches: other programs disturb some, and never make one faster."""
    size = max(1, len(times) // batches)
    return min(statistics.median(times[at:at + size]) for at in range(0, len(times) - size + 1, size))
