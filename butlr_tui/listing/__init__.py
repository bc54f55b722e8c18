"""Which clients are shown, and in which order. For the app and the plain commands alike; no Textual."""
