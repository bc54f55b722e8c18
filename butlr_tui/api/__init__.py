"""The client of the M2M client service: calls out, models and typed errors back."""
