"""Delivery, tried on real terminals, clipboards, files and programs."""
