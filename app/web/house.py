"""What one web process has besides Flask: the hub and the courier."""

from dataclasses import dataclass

from flask import Flask, current_app

from app.bus.courier import Courier
from app.bus.hub import Hub
from app.store import readiness
from app.web import replay


@dataclass(frozen=True, slots=True)
class House:
    """The hub that listens and the courier that publishes."""

    hub: Hub
    courier: Courier


def init_app(app: Flask) -> None:
    """Starts both; each web process has its own."""
    readiness.warm_up()
    courier = Courier()
    app.extensions["parley"] = House(Hub(replay.since, courier.taken), courier)


def house() -> House:
    """This process's hub and courier."""
    found: House = current_app.extensions["parley"]
    return found
