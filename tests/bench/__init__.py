"""Measures what performance.md sets targets for: `python -m tests.bench`, on an idle machine."""
