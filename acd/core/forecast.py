"""Forecasts of waiting from queueing theory: Erlang B, C and A, and how many agents a target needs.

The model: calls arrive at random (Poisson), service times are exponential, `agents` serve all calls alike,
first come first served. Without patience and with endless room it is Erlang C (M/M/n); with exponential
patience Erlang A (M/M/n+M, also called Palm); with so many waiting places M/M/n/(n+places), and with none
Erlang B. All four come from one model in a few lines, computed by ratios that stay exact at any size a city
has; no factorial is formed.

Sources: A. K. Erlang (1917); C. Palm (1957); the recursion for B in R. B. Cooper, "Introduction to Queueing
Theory" (1981), section 3.3; the density of the offered wait in A. Mandelbaum and S. Zeltyn, "Service
engineering in action: the Palm/Erlang-A queue" (2007).
"""

import math
from dataclasses import dataclass
from itertools import count

AGENTS_MAX = 10_000
"""No answer of `agents_needed` is larger."""

_NEGLIGIBLE = 40.0
"""States whose probability is smaller than the likeliest one's by this many powers of e count as nothing."""
_SIMPSON_STEPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What comes in: calls a second, mean service time, mean patience (None: endless) and waiting places.

    `waiting_places` None means endless room; a call that finds them all taken is blocked. Service time is
    everything that keeps an agent from the next call, wrap-up included.
    """

    calls_per_s: float
    service_s: float
    patience_s: float | None = None
    waiting_places: int | None = None

    @property
    def load(self) -> float:
        """Return the offered load in Erlang."""
        return self.calls_per_s * self.service_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What callers and agents meet in the long run; shares from 0 to 1.

    `wait_share` is the share of calls, of those not blocked, that find no free agent; `mean_wait_s` the mean
    wait of the calls not blocked, those answered at once and those who give up included.
    """

    wait_share: float
    blocked_share: float
    abandoned_share: float
    mean_wait_s: float
    occupancy: float


_IDLE = Forecast(wait_share=0.0, blocked_share=0.0, abandoned_share=0.0, mean_wait_s=0.0, occupancy=0.0)


def erlang_b(load: float, agents: int) -> float:
    """Return the share of calls lost when `load` Erlang are offered to `agents` and nobody may wait."""
    lost = 1.0
    for one in range(1, agents + 1):
        lost = load * lost / (one + load * lost)
    return lost


def erlang_c(load: float, agents: int) -> float:
    """Return the share of calls that wait when `load` Erlang are offered to `agents`; 1 from there on up."""
    if load >= agents:
        return 1.0
    lost = erlang_b(load, agents)
    return agents * lost / (agents - load * (1.0 - lost))


def forecast(demand: Demand, agents: int) -> Forecast:
    """Return the long run of `demand` at `agents`; a queue that only grows waits for ever."""
    if agents <= 0 or demand.calls_per_s <= 0:
        return _IDLE if demand.calls_per_s <= 0 else _unstaffed(demand)
    if demand.patience_s is None and demand.waiting_places is None:
        return _erlang_c_forecast(demand, agents)
    probability = _states(demand, agents)
    blocked = probability[-1] if demand.waiting_places is not None else 0.0
    waiting = math.fsum(n * p for n, p in enumerate(probability[agents:]))
    busy = math.fsum(min(n, agents) * p for n, p in enumerate(probability))
    entered_per_s = demand.calls_per_s * (1.0 - blocked)
    impatience_per_s = 0.0 if demand.patience_s is None else 1.0 / demand.patience_s
    found_busy = math.fsum(probability[agents:]) - blocked
    return Forecast(
        wait_share=found_busy / (1.0 - blocked),
        blocked_share=blocked,
        abandoned_share=impatience_per_s * waiting / demand.calls_per_s,
        mean_wait_s=waiting / entered_per_s,
        occupancy=busy / agents,
    )


def service_level(demand: Demand, agents: int, within_s: float) -> float:
    """Return the share of calls answered within `within_s`; raise `ValueError` for limited waiting places.

    Calls that give up count as not answered, however soon they do.
    """
    if demand.waiting_places is not None:
        raise ValueError("the service level is known for endless waiting room only")
    if demand.calls_per_s <= 0:
        return 1.0
    if agents <= 0:
        return 0.0
    if demand.patience_s is None:
        if demand.load >= agents:
            return 0.0
        pace = (agents - demand.load) / demand.service_s
        return 1.0 - erlang_c(demand.load, agents) * math.exp(-pace * within_s)
    at_once = 1.0 - forecast(demand, agents).wait_share
    return min(1.0, at_once + _answered_after_wait(demand, demand.patience_s, agents, within_s))


def agents_needed(demand: Demand, *, share: float, within_s: float) -> int:
    """Return the fewest agents that answer `share` of the calls within `within_s`."""
    if demand.calls_per_s <= 0:
        return 0
    low, high = 0, 1
    while high < AGENTS_MAX and service_level(demand, high, within_s) < share:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if service_level(demand, middle, within_s) < share:
            low = middle
        else:
            high = middle
    return min(high, AGENTS_MAX)


def _erlang_c_forecast(demand: Demand, agents: int) -> Forecast:
    waits = erlang_c(demand.load, agents)
    spare = agents - demand.load
    return Forecast(
        wait_share=waits,
        blocked_share=0.0,
        abandoned_share=0.0,
        mean_wait_s=waits * demand.service_s / spare if spare > 0 else math.inf,
        occupancy=min(1.0, demand.load / agents),
    )


def _unstaffed(demand: Demand) -> Forecast:
    return Forecast(
        wait_share=1.0,
        blocked_share=0.0,
        abandoned_share=0.0 if demand.patience_s is None else 1.0,
        mean_wait_s=math.inf if demand.patience_s is None else demand.patience_s,
        occupancy=0.0,
    )


def _log_weights(demand: Demand, agents: int) -> list[float]:
    """Return the logarithm of each state's probability, up to a constant; a state is the calls present."""
    served_per_s = 1.0 / demand.service_s
    impatience_per_s = 0.0 if demand.patience_s is None else 1.0 / demand.patience_s
    weights = [0.0]
    for present in range(1, agents + 1):
        weights.append(weights[-1] + math.log(demand.calls_per_s / (present * served_per_s)))
    peak = max(weights)
    places = count(1) if demand.waiting_places is None else range(1, demand.waiting_places + 1)
    for waiting in places:
        gone_per_s = agents * served_per_s + waiting * impatience_per_s
        weights.append(weights[-1] + math.log(demand.calls_per_s / gone_per_s))
        peak = max(peak, weights[-1])
        if demand.waiting_places is None and weights[-1] < peak - _NEGLIGIBLE:
            break
    return weights


def _states(demand: Demand, agents: int) -> list[float]:
    weights = _log_weights(demand, agents)
    peak = max(weights)
    plain = [math.exp(weight - peak) for weight in weights]
    total = math.fsum(plain)
    return [weight / total for weight in plain]


def _answered_after_wait(demand: Demand, patience_s: float, agents: int, within_s: float) -> float:
    """Return the share answered after a wait of at most `within_s`, by Simpson's rule over the offered wait.

    The offered wait has the density v(x) = calls_per_s * p(agents - 1) * exp(calls_per_s * H(x) - agents *
    x / service_s), where H(x) is the integral from 0 to x of the share still patient.
    """
    weights = _log_weights(demand, agents)
    peak = max(weights)
    total = math.log(math.fsum(math.exp(weight - peak) for weight in weights)) + peak
    constant = math.log(demand.calls_per_s) + weights[agents - 1] - total

    def answered_at(wait_s: float) -> float:
        patient = math.exp(-wait_s / patience_s)
        exponent = demand.calls_per_s * patience_s * (1.0 - patient) - agents * wait_s / demand.service_s
        return patient * math.exp(constant + exponent)

    step_s = within_s / _SIMPSON_STEPS
    inner = math.fsum((4 if i % 2 else 2) * answered_at(i * step_s) for i in range(1, _SIMPSON_STEPS))
    return (answered_at(0.0) + inner + answered_at(within_s)) * step_s / 3.0
