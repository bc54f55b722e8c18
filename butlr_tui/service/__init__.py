"""The M2M client service itself (needs the extra `service`)."""
