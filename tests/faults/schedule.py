"""The schedule: who is struck when and how, by a seed. The same seed strikes alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

FROZEN_SECONDS = (0.5, 3.0)
AT_ONCE = 0.15
"""How often several are killed in the same moment."""

OTHERS_AMONG = 2
"""Among so many kills there is one freeze or cut; each there is comes once at least."""


@dataclass(frozen=True, slots=True)
class Blow:
    """One blow: at which second, what is done, to whom, and for how long."""

    at: float
    how: str
    whom: tuple[str, ...]
    lasts: float = 0.0


def rounds(chance: random.Random, names: Sequence[str], count: int) -> list[str]:
    """Names in random rounds: everybody's turn comes in each, nobody's twice within half a round."""
    order: list[str] = []
    while len(order) < count:
        rest = chance.sample(names, len(names))
        late = order[-(len(names) // 2) :] if order else []
        rest.sort(key=lambda name: late.index(name) + 1 if name in late else 0)
        order += rest
    return order[:count]


@dataclass(frozen=True, slots=True)
class Targets:
    """Who may be killed, who may be frozen, and whose connections may be cut."""

    mortal: tuple[str, ...]
    freezable: tuple[str, ...]
    cuttable: tuple[str, ...]


def schedule(seed: int, seconds: float, kills: int, targets: Targets) -> list[Blow]:
    """So many kills, spread over a time, with freezes and cuts between them."""
    chance = random.Random(seed)
    victims, blows, at = rounds(chance, targets.mortal, kills), list[Blow](), 0.0
    pause = seconds / max(1, kills)
    while victims:
        together = min(len(victims), chance.randint(2, 3) if chance.random() < AT_ONCE else 1)
        whom = tuple(dict.fromkeys(victims[:together]))
        victims = [*victims[together:]]
        blows.append(Blow(at + chance.uniform(0.1, 0.6) * pause, "kill", whom))
        at += pause * together
    others = [("freeze", name) for name in targets.freezable] + [("cut", name) for name in targets.cuttable]
    chance.shuffle(others)
    others *= max(1, kills // (OTHERS_AMONG * len(others)))
    for place, (how, name) in enumerate(others):
        moment = seconds * (place + chance.random()) / len(others)
        blows.append(Blow(moment, how, (name,), chance.uniform(*FROZEN_SECONDS)))
    return sorted(blows, key=lambda blow: blow.at)
