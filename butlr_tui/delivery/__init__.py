"""Takes a one-time secret to where it should live."""
