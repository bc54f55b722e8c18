"""What an operator does, without a screen. The app and the plain commands both stand on it."""
