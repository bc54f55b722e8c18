"""Produces tokens."""
