"""Lessons: a tutorial's chapters that drive the window, while one's own project waits."""
