"""K-fold cross-validation in the window."""
