"""The schedule strikes everybody, and alike for the same seed."""

from __future__ import annotations

import random
from collections import Counter

from tests.faults.schedule import Targets, rounds, schedule

TARGETS = Targets(("web", "worker", "chores", "beat", "valkey", "database"), ("worker", "valkey"), ("clients",))


def test_the_same_seed_strikes_alike_and_another_does_not() -> None:
    assert schedule(1, 60, 20, TARGETS) == schedule(1, 60, 20, TARGETS) != schedule(2, 60, 20, TARGETS)


def test_everybody_has_his_turn_and_the_blows_come_in_order() -> None:
    for seed in range(20):
        blows = schedule(seed, 60, 7, TARGETS)
        assert [blow.at for blow in blows] == sorted(blow.at for blow in blows)
        assert {name for blow in blows if blow.how == "kill" for name in blow.whom} == set(TARGETS.mortal)
        assert {blow.whom for blow in blows if blow.how == "freeze"} == {("worker",), ("valkey",)}
        assert [blow.whom for blow in blows if blow.how == "cut"] == [("clients",)]
        assert all(0 <= blow.at <= 60 for blow in blows)


def test_there_are_as_many_kills_as_were_asked_for() -> None:
    for seed in range(20):
        assert sum(len(blow.whom) for blow in schedule(seed, 600, 200, TARGETS) if blow.how == "kill") == 200


def test_nobody_is_struck_twice_within_half_a_round() -> None:
    order = rounds(random.Random(5), TARGETS.mortal, 60)
    assert set(Counter(order).values()) == {10}
    assert all(len(set(order[place : place + 3])) == 3 for place in range(58))
