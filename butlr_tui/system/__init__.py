"""What this machine offers: other programs, and files and folders that are ours alone."""
