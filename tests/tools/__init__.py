"""Programs for whoever works on this: pages and pictures that are made from the code."""
