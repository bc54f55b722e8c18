"""The terminal that the app runs in: what it shows, what it should show, and the way from one to the other."""
