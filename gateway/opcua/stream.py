"""All subscriptions of one connection: values as they come, and the proof that they would come."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import ceil, nan

import structlog

from gateway.opcua.credentials import Credentials
from gateway.opcua.notification import Item, Kind, Publication
from gateway.opcua.plan import Group
from gateway.opcua.session.errors import name_of
from gateway.opcua.session.session import Node, Session, Subscribed, Watched
from gateway.opcua.status import is_bad, names_no_node
from gateway.source import ReadError
from plant.plant import Device
from plant.quality import Reason

REVIEW_S = 10.0  # how often it is asked which nodes are gone, and which have come
_AT_ONCE = 100  # nodes that are asked about before values are attended to again
_LIFE_S = 30.0  # how long the server keeps what a lost connection leaves behind, at least
_NAMED = 10  # signals in a line of the log
_LAST_SEQUENCE = 0xFFFFFFFF

Place = tuple[int, int]  # a group's number, and the place of a signal in it

_log = structlog.get_logger("gateway")


@dataclass(frozen=True)
class Report:
    """Values of one group; the items' handles are places in its signals.

    `seldom` are the places of the signals that the server looks at too seldom for their max age.
    """

    group: int
    items: Sequence[Item]
    seldom: AbstractSet[int] = frozenset()


class Stream:
    """One connection's news: `open`, then `next` for ever, then `close`.

    A node that the server does not have gives an item with the status that says so. Which those
    are is asked again each `review_s` seconds. ReadError is the end of the stream.
    """

    def __init__(
        self,
        device: Device,
        groups: Sequence[Group],
        credentials: Credentials | None,
        review_s: float = REVIEW_S,
    ) -> None:
        idle_s = max(_LIFE_S, 3 * max(group.period_s for group in groups))
        self._device = device
        self._groups = tuple(groups)
        self._session = Session(device, credentials, idle_s)
        self._review_s = review_s
        self._review_at = 0.0
        self._subscriptions: list[Subscribed] = []
        self._items: dict[
            Place, tuple[Node, int]
        ] = {}  # what is watched, and the server's id of it
        self._missing: set[Place] = set()
        self._unreviewed: list[Place] = []
        self._seldom: tuple[set[int], ...] = tuple(set() for _ in groups)
        self._ready: deque[Report] = deque()
        self._alive_until: list[float] = []
        self._sequence: dict[int, int] = {}

    @property
    def alive_until(self) -> float:
        """The loop's time from which on the server counts as gone, unless it speaks before."""
        return min(self._alive_until)

    async def open(self) -> None:
        """Connect and subscribe to every signal."""
        await self._session.open()
        for group in self._groups:
            subscribed = await self._session.subscribe(
                group.publishing_s, group.keep_alive, _LIFE_S
            )
            if subscribed.proof_s + self._device.timeout_s > group.max_age_s:
                _log.warning(
                    "the server proves its life too seldom for max_age_s",
                    device=self._device.id,
                    every_s=subscribed.proof_s,
                    max_age_s=group.max_age_s,
                )
            self._subscriptions.append(subscribed)
        for number, group in enumerate(self._groups):
            await self._watch(number, range(len(group.signals)))
        self._unreviewed = [*self._items]
        now = asyncio.get_running_loop().time()
        self._alive_until = [now + self._silence_s(n) for n in range(len(self._groups))]
        self._review_at = now + self._review_s

    async def close(self, *, polite: bool) -> None:
        """Hang up; harmless when there is no connection."""
        await self._session.close(polite=polite)

    async def next(self) -> Report:
        """Give what comes next; a keep-alive is a report without items."""
        clock = asyncio.get_running_loop().time
        while not self._ready:
            if clock() >= self._review_at:
                pause_s = await self._review()
                self._review_at = clock() + pause_s
                continue
            publication = await self._session.publication(self.alive_until - clock())
            if publication is None:
                silent = self._alive_until.index(self.alive_until)
                message = (
                    f"{self._device.id}: neither a value nor a sign of life "
                    f"for {self._silence_s(silent):g} s"
                )
                raise ReadError(Reason.NO_ANSWER, message)
            self._take(publication, clock())
        return self._ready.popleft()

    def _take(self, publication: Publication, now: float) -> None:
        ids = [subscribed.id for subscribed in self._subscriptions]
        if publication.subscription not in ids:
            return
        group = ids.index(publication.subscription)
        if is_bad(publication.state):
            what = name_of(publication.state)
            raise ReadError(Reason.NO_ANSWER, f"{self._device.id}: a subscription ended: {what}")
        if publication.carries:
            self._follow(publication)
        self._alive_until[group] = now + self._silence_s(group)
        known = range(len(self._groups[group].signals))
        items = [item for item in publication.items if item.handle in known]
        for item in items:
            place = (group, item.handle)
            if names_no_node(item.status):
                self._missing.add(place)
            elif self._missing:
                self._missing.discard(place)
        self._ready.append(Report(group, items, self._seldom[group]))

    def _follow(self, publication: Publication) -> None:
        """Miss no message: what it told would stay unknown, and an old value would stand."""
        before = self._sequence.get(publication.subscription)
        due = 1 if before == _LAST_SEQUENCE else (before or 0) + 1
        if before is not None and publication.sequence != due:
            message = f"{self._device.id}: message {due} of a subscription never came"
            raise ReadError(Reason.NO_ANSWER, message)
        self._sequence[publication.subscription] = publication.sequence

    def _silence_s(self, number: int) -> float:
        proof_s = self._subscriptions[number].proof_s
        return self._groups[number].silence_s(proof_s, self._device.timeout_s)

    async def _review(self) -> float:
        """Find out which nodes are gone: not every server tells. Ask for the missing once more.

        Some nodes are asked about at a time, so that values need not wait. Gives the pause, in
        seconds, until the next are to be asked about.
        """
        due, self._unreviewed = self._unreviewed[:_AT_ONCE], self._unreviewed[_AT_ONCE:]
        present = [place for place in due if place not in self._missing]
        answers = await self._session.presence([self._items[place][0] for place in present])
        for (group, signal), status in zip(present, answers, strict=True):
            if names_no_node(status):
                self._missing.add((group, signal))
                gone = Item(signal, Kind.NOTHING, nan, status, 0)
                self._ready.append(Report(group, [gone]))
        if not self._unreviewed:
            await self._watch_missing()
            self._unreviewed = [*self._items]
        return self._review_s / max(1, ceil(len(self._items) / _AT_ONCE))

    async def _watch_missing(self) -> None:
        for number in range(len(self._groups)):
            places = sorted(place for group, place in self._missing if group == number)
            if places:
                keys = [(number, place) for place in places]
                stale = [self._items.pop(key)[1] for key in keys if key in self._items]
                await self._session.unwatch(self._subscriptions[number].id, stale)
                await self._watch(number, places)

    def _note_seldom(self, number: int, sampling_s: Mapping[int, float]) -> None:
        """Note which signals the server looks at too seldom, out of those watched anew.

        A value that stands may be older than its max age then, though the server lives.
        """
        group, seldom = self._groups[number], self._seldom[number]
        publishing_s = self._subscriptions[number].publishing_s
        before = {*seldom}
        for place, every_s in sampling_s.items():
            # In this order, what is no number is too seldom.
            if max(every_s, 0.0) + publishing_s <= group.signals[place].max_age_s:
                seldom.discard(place)
            else:
                seldom.add(place)
        if new := seldom - before:
            _log.warning(
                "the server looks at signals too seldom for max_age_s; they are uncertain",
                device=self._device.id,
                count=len(new),
                signals={group.signals[p].id: sampling_s[p] for p in sorted(new)[:_NAMED]},
            )

    async def _watch(self, number: int, places: Sequence[int]) -> None:
        """Have signals watched; those that cannot be become a report of their own."""
        group = self._groups[number]
        nodes = await self._session.resolve([group.addresses[place] for place in places])
        wishes = [
            Watched(node, place, group.sampling_s, group.queue)
            for place, node in zip(places, nodes, strict=True)
            if not isinstance(node, int)
        ]
        refused = {
            place: node for place, node in zip(places, nodes, strict=True) if isinstance(node, int)
        }
        answers = await self._session.watch(self._subscriptions[number].id, wishes)
        for wish, item in zip(wishes, answers, strict=True):
            if is_bad(item.status):
                refused[wish.handle] = item.status
            else:
                self._items[number, wish.handle] = wish.node, item.id
                self._missing.discard((number, wish.handle))
        self._note_seldom(
            number, {w.handle: a.sampling_s for w, a in zip(wishes, answers, strict=True)}
        )
        new = {group.signals[p].id: name_of(s) for p, s in refused.items()
               if (number, p) not in self._missing}  # fmt: skip
        if new:
            _log.warning("the server refuses signals", device=self._device.id, signals=new)
        if refused:
            self._missing.update((number, place) for place in refused)
            items = [Item(p, Kind.NOTHING, nan, status, 0) for p, status in refused.items()]
            self._ready.append(Report(number, items))
