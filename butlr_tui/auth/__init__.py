"""Finds credentials, signs in with them, and gives each request a token that holds."""
