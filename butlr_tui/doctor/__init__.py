"""Tries all that the app stands on, one after the other, and says what to do where something fails."""
