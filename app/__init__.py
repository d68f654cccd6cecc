"""Parley: words in the middle, edges around them, the web on top."""
