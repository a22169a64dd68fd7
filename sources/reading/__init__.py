"""Grids to returns: which form, provider and period a file is, and its cells by their declared meaning."""
