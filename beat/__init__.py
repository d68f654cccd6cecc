"""The clock: sends what is to be done on time, and nothing else. `celery -A beat beat` finds the app here."""

from app.bus.chain import celery as celery
from beat.schedule import SCHEDULE

celery.conf.beat_schedule = SCHEDULE
