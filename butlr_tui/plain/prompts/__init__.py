"""The app as lines and numbered questions, for those whom a screen does not serve and for terminals without one.

It stands on the app's flows. Nothing but lines is ever sent to the terminal.
"""
