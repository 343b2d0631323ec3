"""The words of explanations: one catalogue for each language, and the forms that numbers ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from acd.core.skills import AllOf, AnyOf, Has, Node, Not
from contact.times import Seconds

_MINUTE_S, _HOUR_S = 60, 3_600


def _polish(number: int) -> str:
    """Return which form follows `number` in Polish: `one`, `few` (2-4, 22-24, not 12-14) or `many`."""
    if number == 1:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"


def _english(number: int) -> str:
    return "one" if number == 1 else "many"


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language: `texts` by key, and `form`, which says which of the forms a number asks for."""

    language: str
    texts: Mapping[str, str]
    form: Callable[[int], str]

    def say(self, key: str, **values: str) -> str:
        """Return the text of `key` with its blanks filled."""
        return self.texts[key].format(**values)

    def span(self, seconds: float) -> str:
        """Return a duration with abbreviated units, to the second below a minute: `35 s`, `4 min`."""
        whole = max(0, round(seconds))
        if whole < _MINUTE_S:
            return f"{whole} s"
        if whole < _HOUR_S:
            minutes, rest = divmod(whole, _MINUTE_S)
            return f"{minutes} min {rest} s" if rest else f"{minutes} min"
        hours, rest = divmod(whole, _HOUR_S)
        minutes = rest // _MINUTE_S
        return f"{hours} {self.texts['hours']} {minutes} min" if minutes else f"{hours} {self.texts['hours']}"

    def names(self, named: Sequence[str], count: int) -> str:
        """Return the names in a row, and how many more of `count` there are."""
        row = ", ".join(named)
        more = count - len(named)
        return f"{row} {self.say('more', count=str(more))}" if more > 0 else row

    def requirement(self, node: Node) -> str:
        """Return what is asked of an agent, in words; what asks for nothing is said to."""
        match node:
            case Has():
                return self._level(node)
            case Not():
                return self.say("not", inner=self._inner(node.inner))
            case AllOf(parts=()):
                return self.texts["nothing"]
            case AllOf():
                return f" {self.texts['and']} ".join(self._inner(part) for part in node.parts)
            case AnyOf():
                return f" {self.texts['or']} ".join(self._inner(part) for part in node.parts)

    def merit(self, strategy: str, score: float, now: Seconds) -> str:
        """Return why the chosen one came first, with the figure that decided."""
        text = self.texts.get(f"merit_{strategy}", self.texts["merit"])
        return text.format(strategy=strategy, value=self.value(strategy, score, now))

    def value(self, strategy: str, score: float, now: Seconds) -> str:
        """Return a score in the unit in which people think of it; the smallest score wins."""
        match strategy:
            case "longest_idle":
                return self.span(now - score)
            case "round_robin":
                return self.span(now - score) if score > 0.0 else self.texts["never"]
            case "least_talk":
                return self.span(score)
            case "most_skilled" | "weighted":
                return _short(-score)
            case _:
                return _short(score)

    def skipped(self, reason: str) -> str:
        """Return why an agent was no candidate."""
        return self.texts.get(f"skipped_{reason}", reason)

    def ended(self, state: str, *, agent: str, span: str) -> str:
        """Return how an offer ended."""
        text = self.texts.get(f"offer_{state}")
        return text.format(agent=agent, span=span) if text is not None else f"{agent}: {state}"

    def outcome(self, outcome: str, *, span: str) -> str:
        """Return how the call ended."""
        text = self.texts.get(f"ended_{outcome}")
        return text.format(span=span) if text is not None else self.say("ended", outcome=outcome)

    def passed(self, count: int) -> str:
        """Return how many older callers were passed over."""
        return self.say(f"passed_{self.form(count)}", count=str(count))

    def _level(self, node: Has) -> str:
        if node.comparison != ">=":
            return f"{node.skill} {node.comparison} {node.level}"
        if node.level <= 1:
            return str(node.skill)
        return self.say("at_least", skill=node.skill, level=str(node.level))

    def _inner(self, node: Node) -> str:
        text = self.requirement(node)
        return f"({text})" if isinstance(node, AllOf | AnyOf) and len(node.parts) > 1 else text


ENGLISH = Wording(
    language="en",
    form=_english,
    texts={
        "hours": "h",
        "more": "and {count} more",
        "and": "and",
        "or": "or",
        "not": "not {inner}",
        "nothing": "nothing in particular",
        "at_least": "{skill} (at least {level})",
        "never": "never",
        "waiting": "the call waits in the queue “{queue}”; the caller needs: {asked}; priority {priority}",
        "offered": "offered to {agent} after {waited} of waiting",
        "asked": "asked of the consultant: {asked}",
        "only": "{agent} was chosen as the only free consultant who meets this",
        "chosen": "{agent} was chosen out of {count} free consultants: {merit}",
        "also_free": "also free: {agents}",
        "merit": "first by the rule {strategy} ({value})",
        "merit_last_agent": "the caller last talked to them",
        "merit_owner": "they filed the caller's case",
        "merit_longest_idle": "free longest ({value})",
        "merit_fewest_calls": "fewest calls since signing in ({value})",
        "merit_least_talk": "least time in talks since signing in ({value})",
        "merit_round_robin": "without an offer for longest ({value})",
        "merit_most_skilled": "highest levels in the skills asked for ({value} together)",
        "merit_weighted": "most points ({value})",
        "skipped": "passed over ({reason}): {agents}",
        "lacks": "lacks {skills}",
        "then": "a skill that was asked for then",
        "skipped_not_ready": "on a pause",
        "skipped_reserved": "another call is ringing",
        "skipped_talking": "talking",
        "skipped_wrap_up": "in wrap-up",
        "skipped_held": "left in peace for a moment after an offer that failed",
        "skipped_not_last_agent": "the caller was kept for whom they last talked to",
        "skipped_not_owner": "the caller was kept for whoever filed their case",
        "skipped_leg_up": "the line of the last call is still up",
        "skipped_free": "free too, but the one who has just become free chooses first",
        "passed_one": "{count} older caller was passed over: this consultant may not serve them",
        "passed_many": "{count} older callers were passed over: this consultant may not serve them",
        "offer_accepted": "{agent} answered after {span}",
        "offer_rejected": "{agent} declined after {span}",
        "offer_expired": "{agent} did not answer within {span}",
        "offer_busy": "the phone of {agent} was busy",
        "offer_unreachable": "the phone of {agent} could not be reached",
        "offer_rescinded": "the offer to {agent} was withdrawn after {span}",
        "connected": "talk with {agent} began; the caller had waited {waited}",
        "released": "the talk ended after {span}",
        "left": "the call left the queue “{queue}”: {reason}",
        "ended": "the call ended: {outcome}",
        "ended_connected": "the call ended",
        "ended_abandoned_queue": "the caller hung up after {span} in the queue",
        "ended_abandoned_ivr": "the caller hung up in the menu",
        "ended_answered_by_ivr": "the menu answered the caller's question",
        "ended_emergency": "the call went on to 112",
        "ended_fallback": "the call went to the emergency queue, because the controller was away",
        "ended_overflowed": "the call went on elsewhere after {span} in the queue",
        "ended_left_queue": "the caller left by a key after {span} in the queue",
        "ended_voicemail": "the caller was asked to leave a message after {span} in the queue",
        "dialled": "attempt {attempt}: {agent} has answered, the citizen is dialled",
        "attempt_busy": "attempt {attempt}: the citizen's line was busy",
        "attempt_no_answer": "attempt {attempt}: the citizen did not answer",
        "attempt_unreachable": "attempt {attempt}: the citizen could not be reached",
        "attempt_unknown": "attempt {attempt}: what became of it is not known",
        "rests_scheduled": "ordered for {until}",
        "rests_gap": "no further attempt before {until}",
        "rests_hours": "outside the hours of calling: no attempt before {until}",
        "resumed": "the callback waits for a consultant again, at its old place",
        "ended_callback_ordered": "the caller is to be called back; this call is over",
        "ended_called_back": "the callback is done",
        "ended_callback_failed": "the citizen was not reached in any attempt",
        "ended_callback_expired": "the time for calling back is over",
        "ended_callback_withdrawn": "the callback was withdrawn",
    },
)

POLISH = Wording(
    language="pl",
    form=_polish,
    texts={
        "hours": "godz.",
        "more": "i jeszcze {count}",
        "and": "i",
        "or": "lub",
        "not": "nie {inner}",
        "nothing": "nic szczególnego",
        "at_least": "{skill} (co najmniej {level})",
        "never": "jeszcze nigdy",
        "waiting": (
            "połączenie czeka w kolejce „{queue}”; osoba dzwoniąca potrzebuje: {asked}; priorytet {priority}"
        ),
        "offered": "propozycja dla: {agent}, po {waited} oczekiwania",
        "asked": "wymagania wobec konsultanta: {asked}",
        "only": "wybór: {agent} jako jedyna wolna osoba, która spełnia wymagania",
        "chosen": "wybór: {agent}, {merit}; wolnych osób: {count}",
        "also_free": "także bez połączenia: {agents}",
        "merit": "pierwsze miejsce według reguły {strategy} ({value})",
        "merit_last_agent": "z tą osobą rozmówca ostatnio rozmawiał",
        "merit_owner": "ta osoba przyjęła zgłoszenie rozmówcy",
        "merit_longest_idle": "najdłużej bez połączenia ({value})",
        "merit_fewest_calls": "najmniej połączeń od zalogowania ({value})",
        "merit_least_talk": "najkrótszy czas rozmów od zalogowania ({value})",
        "merit_round_robin": "najdłużej bez propozycji ({value})",
        "merit_most_skilled": "najwyższe poziomy wymaganych umiejętności (razem {value})",
        "merit_weighted": "najwięcej punktów ({value})",
        "skipped": "pominięto ({reason}): {agents}",
        "lacks": "brak umiejętności: {skills}",
        "then": "wymaganej wtedy",
        "skipped_not_ready": "przerwa",
        "skipped_reserved": "dzwoni już inne połączenie",
        "skipped_talking": "w trakcie rozmowy",
        "skipped_wrap_up": "czynności po rozmowie",
        "skipped_held": "chwila spokoju po nieudanej propozycji",
        "skipped_not_last_agent": "rozmówca czekał na osobę, z którą ostatnio rozmawiał",
        "skipped_not_owner": "rozmówca czekał na osobę, która przyjęła jego zgłoszenie",
        "skipped_leg_up": "linia poprzedniego połączenia jest jeszcze zajęta",
        "skipped_free": "też bez rozmowy, lecz pierwszeństwo ma osoba, która właśnie się zwolniła",
        "passed_one": "pominięto {count} starsze połączenie, którego ta osoba nie może obsłużyć",
        "passed_few": "pominięto {count} starsze połączenia, których ta osoba nie może obsłużyć",
        "passed_many": "pominięto {count} starszych połączeń, których ta osoba nie może obsłużyć",
        "offer_accepted": "{agent}: odebrano po {span}",
        "offer_rejected": "{agent}: propozycję odrzucono po {span}",
        "offer_expired": "{agent}: brak odpowiedzi przez {span}",
        "offer_busy": "{agent}: telefon zajęty",
        "offer_unreachable": "{agent}: telefon nieosiągalny",
        "offer_rescinded": "{agent}: propozycję wycofano po {span}",
        "connected": "początek rozmowy: {agent}; czas oczekiwania: {waited}",
        "released": "koniec rozmowy po {span}",
        "left": "połączenie opuściło kolejkę „{queue}”: {reason}",
        "ended": "koniec połączenia: {outcome}",
        "ended_connected": "koniec połączenia",
        "ended_abandoned_queue": "osoba dzwoniąca rozłączyła się po {span} w kolejce",
        "ended_abandoned_ivr": "osoba dzwoniąca rozłączyła się w menu",
        "ended_answered_by_ivr": "odpowiedzi udzieliło menu",
        "ended_emergency": "połączenie przekazano na numer 112",
        "ended_fallback": "połączenie trafiło do kolejki awaryjnej, bo sterowanie było niedostępne",
        "ended_overflowed": "połączenie przekazano dalej po {span} w kolejce",
        "ended_left_queue": "osoba dzwoniąca wyszła z kolejki klawiszem po {span}",
        "ended_voicemail": "po {span} w kolejce poproszono o zostawienie wiadomości",
        "dialled": "próba {attempt}: odebrano ({agent}), trwa łączenie z osobą, do której oddzwaniamy",
        "attempt_busy": "próba {attempt}: numer był zajęty",
        "attempt_no_answer": "próba {attempt}: nikt nie odebrał",
        "attempt_unreachable": "próba {attempt}: numer był nieosiągalny",
        "attempt_unknown": "próba {attempt}: nie wiadomo, jak się skończyła",
        "rests_scheduled": "oddzwonienie zamówiono na {until}",
        "rests_gap": "następna próba nie wcześniej niż {until}",
        "rests_hours": "poza godzinami oddzwaniania: następna próba nie wcześniej niż {until}",
        "resumed": "oddzwonienie znów czeka na konsultanta, na dawnym miejscu",
        "ended_callback_ordered": "zamówiono oddzwonienie, to połączenie zakończono",
        "ended_called_back": "oddzwoniono",
        "ended_callback_failed": "żadna próba oddzwonienia się nie udała",
        "ended_callback_expired": "minął czas na oddzwonienie",
        "ended_callback_withdrawn": "oddzwonienie wycofano",
    },
)

WORDINGS = (POLISH, ENGLISH)
