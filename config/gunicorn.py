"""How gunicorn serves the web: each option with its reason (`gunicorn -c config/gunicorn.py …`)."""

import resource
from pathlib import Path

from config import logging as log
from config.settings import settings

OPEN_FILES = 65536
"""Each open screen is one file descriptor; many systems begin with 1,024."""

_settings = settings()
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted = OPEN_FILES if _hard == resource.RLIM_INFINITY else min(OPEN_FILES, _hard)
resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, _wanted), _hard))

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.web_concurrency
# Our gevent worker: it says goodbye to every open socket before it goes.
worker_class = "config.worker.Worker"
# Screens that one process holds open; beyond it the operating system's queue holds the rest.
worker_connections = 20000
backlog = 1024

# A worker whose loop does not turn for so long is replaced.
timeout = 30
# After SIGTERM: sockets are told to come back elsewhere, requests are finished, and it is gone, within 5 s for sure:
# who does not answer the goodbye, or keeps a connection open for later, is cut.
graceful_timeout = 4
keepalive = 15
# A worker is never replaced for its age: it would cut everybody's sockets.
max_requests = 0

# Addresses, names and values of headers that are longer than a browser of ours ever sends.
limit_request_line = 4096
limit_request_fields = 64
limit_request_field_size = 8190

# What a proxy says about the caller is believed only when there is one.
forwarded_allow_ips = "*" if _settings.trusted_proxies else ""
proxy_allow_ips = forwarded_allow_ips

# gunicorn would open a control socket in the home directory, shared by every copy on the machine.
control_socket_disable = True
# The heartbeat file lies in memory: a slow disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 — gunicorn makes its own file there

# No access log: an address may hold a token. Counters tell how many requests there were.
accesslog = None
logconfig_dict = log.options(_settings.log_level)
proc_name = "parley-web"
