"""Settings: profiles, and where things live.

Imports neither httpx nor pydantic: it is read before the first paint.
"""
