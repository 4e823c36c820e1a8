"""The front end without a screen: the same projects, the same `train`, numbers on standard output."""
