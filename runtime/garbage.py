"""How the process collects garbage: rarely, and never again through what was there at the start.

A full collection walks every object that lives. Right after the start those are several hundred thousand of
libraries, tables and catalogues, none of which will ever be garbage, and the event loop stands still while
they are walked. `gc.freeze` takes them out for good, and higher thresholds leave most short-lived objects to
their reference counts.
"""

import gc

YOUNG_MAX = 10_000
"""Objects made and not yet freed before the young generation is walked; Python's own limit is 700."""
COLLECTIONS_MAX = 20
"""Walks of one generation before the next older one is walked too."""


def spare_what_stays() -> None:
    """Collect once, then leave everything that lives now out of every later collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, COLLECTIONS_MAX, COLLECTIONS_MAX)
