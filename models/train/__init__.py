"""Training recipe of the nano model (see README.md in this folder)."""
