"""Measures the performance for which there are targets: `python -m tests.bench`, on an idle machine."""
