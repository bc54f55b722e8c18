"""What the local administrator does to a data folder, by its rights alone, while it is served or not."""
