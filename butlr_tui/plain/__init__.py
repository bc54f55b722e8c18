"""The plain commands: for scripts, and for those whom a full-screen program does not serve.

Data goes to stdout, words to stderr. They stand on the same operations as the app.
"""
