"""Which district a point lies in: the even-odd rule over the districts' outlines.

A ray from the point to the east crosses the rings of a district an odd number of times if the point lies
inside. Neighbours share their corners, and an edge belongs to its northern end only, so a point on a
border is in one district and a point within the city in exactly one.
"""

from itertools import pairwise

from contact.place import Outline


def district_at(outlines: tuple[Outline, ...], *, latitude: float, longitude: float) -> str:
    """Return the district of a point, "" where it lies in none."""
    for one in outlines:
        crossings = sum(_crossings(ring, latitude, longitude) for ring in one.rings)
        if crossings % 2 == 1:
            return one.district
    return ""


def _crossings(ring: tuple[tuple[float, float], ...], latitude: float, longitude: float) -> int:
    count = 0
    for (from_x, from_y), (to_x, to_y) in pairwise(ring):
        if (from_y > latitude) == (to_y > latitude):
            continue
        at_x = from_x + (to_x - from_x) * (latitude - from_y) / (to_y - from_y)
        count += longitude < at_x
    return count
