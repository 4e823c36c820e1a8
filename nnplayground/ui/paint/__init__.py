"""Painting points: the canvas over the map, its tools, and what becomes of a stroke."""
