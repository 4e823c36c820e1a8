"""How the window looks: colours, type, icons and the way numbers are written."""
