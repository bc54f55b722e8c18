"""Measures what the app costs, against the targets of performance: `python -m tests.bench`, on an idle machine."""
