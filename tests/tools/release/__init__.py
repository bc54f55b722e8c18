"""Builds what a release consists of: `python -m tests.tools.release FOLDER`."""
