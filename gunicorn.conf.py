"""How gunicorn serves the portal; every value can be set from the environment."""

import os
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, not a guessable file

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)

# Each worker opens its own database connections, so nothing may be opened before the fork.
preload_app = False

# A worker that hangs is replaced; one that is told to stop first finishes its requests.
timeout = int(os.environ.get("WEB_TIMEOUT") or 60)
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_TIMEOUT") or 30)
keepalive = 5

# Heartbeats must not wait for a full or slow disk.
worker_tmp_dir = str(_MEMORY) if _MEMORY.is_dir() else None

# Sign-in links are secrets in the path and addresses are personal data: no access log by default.
accesslog = os.environ.get("WEB_ACCESS_LOG") or None
errorlog = "-"

# Nobody steers a running portal through a socket in a home folder.
control_socket_disable = True
