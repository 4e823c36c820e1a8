"""Plain Python: what a project is, how it changes, what is wrong with it, how it is kept."""
