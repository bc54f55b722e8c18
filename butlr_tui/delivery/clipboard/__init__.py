"""Copies through whatever clipboard this terminal has, and reports honestly."""
