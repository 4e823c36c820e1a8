"""Choosing a data set and its settings."""
