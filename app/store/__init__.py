"""The canonical database: what is kept here is the truth, and rows never leave it."""
