"""What a translation holds at its most, in bytes a policy: figures of the interpreter, so they are the same each time."""

from __future__ import annotations

import gc
import tracemalloc

import translate
from benchmarks.corpus import policies

COUNT = 400
MOST = {False: 21_200, True: 35_000}
"""Without and with a proof: bytes a policy."""


def peak(count: int, *, verify: bool) -> int:
    """The most that is held on the way, beside the input."""
    given = translate.convert(policies(count), to="kubernetes", verify=False).text
    gc.collect()
    tracemalloc.start()
    try:
        translate.convert(given, to="calico", verify=verify)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_translation_holds_no_more_than_it_may() -> None:
    for verify, most in MOST.items():
        peak(10, verify=verify)  # what is loaded and remembered once
        each = (peak(2 * COUNT, verify=verify) - peak(COUNT, verify=verify)) / COUNT
        assert each < most


def test_a_path_is_held_once() -> None:
    one, other = translate.load(policies(2)).policies
    assert one.subject.origin.place != other.subject.origin.place
    assert one.subject.origin.path is other.subject.origin.path
