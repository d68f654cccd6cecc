"""How Flower starts: with a password, read-only, nothing open beside it (`celery … flower --conf=config/flower.py`).

Flower reads this file as a list of its options: a name here that is an option of Flower's or tornado's sets it.
"""

from flower.views.monitor import Healthcheck, Metrics
from tornado.web import authenticated

from config.settings import settings

_settings = settings()

port = _settings.flower_port or min(_settings.port + 555, 65535)
address = _settings.flower_host
basic_auth = [f"{_settings.flower_user}:{_settings.flower_password}"]
# Look, do not touch: no shutting down of workers, no tasks sent from here.
read_only = True
enable_events = True
xheaders = _settings.trusted_proxies > 0

# The newest tasks are kept in memory, no file.
max_tasks = 10000
max_workers = 200
purge_offline_workers = 600
persistent = False
tasks_columns = "name,uuid,state,args,kwargs,received,started,runtime,worker"
# The log is ours.
logging = "none"

# Flower leaves these two open even with a password.
Metrics.get = authenticated(Metrics.get)
Healthcheck.get = authenticated(Healthcheck.get)
