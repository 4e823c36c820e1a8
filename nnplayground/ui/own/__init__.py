"""Dialogs for data of one's own, and what happens when its files are gone."""
