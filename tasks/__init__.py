"""The hops: each makes the word, calls one verb and hands on. `celery -A tasks` finds the app here."""

from app.bus.chain import celery as celery
