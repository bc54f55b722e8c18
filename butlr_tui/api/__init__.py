"""Talks to the M2M client service."""
