"""The operator's commands: `python -m parley`. They talk to the same database and Redis as the house."""
