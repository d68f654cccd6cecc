"""X, Mastodon and Bluesky: each network gets a module here that follows queries and yields posts.

There is none yet: the stream worker says so when it starts, and a room shows its sources as off.
"""
