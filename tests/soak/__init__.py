"""The figures of reliability in full: `python -m tests.soak` runs them and prints what it measured."""
