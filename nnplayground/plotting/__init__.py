"""Figures for export, drawn with matplotlib's objects: no pyplot, no screen."""
