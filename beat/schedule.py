"""The timetable: title, task, interval and how long a task that nobody took is still worth doing."""

from typing import Any

# In this order: the title, the task's name, its interval in seconds, and after how many seconds it is stale.
TIMETABLE: tuple[tuple[str, str, float, float], ...] = (
    ("close rooms whose end has come", "room.close_due", 2, 4),
    ("send again what is overdue", "inbox.sweep", 1, 2),
    ("rewrite files that hold deleted text", "room.scrub", 15, 30),
    ("show that the clock and the workers live", "health.pulse", 5, 5),
)

SCHEDULE: dict[str, dict[str, Any]] = {
    title: {"task": task, "schedule": every, "options": {"expires": expires}}
    for title, task, every, expires in TIMETABLE
}
