"""Clipboards, tried on real terminals."""
