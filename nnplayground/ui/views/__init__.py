"""What a run looks like: curves, maps, samples, fits. They show values and keep none of the project."""
