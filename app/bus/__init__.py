"""What carries Parley: Redis (inbox, log, presence, the bell) and Celery (the chain)."""
