"""Runs that were kept: collected as they end, compared, opened again, and trained one after the other."""
