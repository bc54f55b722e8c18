"""The app's screens: everything that needs Textual, and nothing that does not."""
