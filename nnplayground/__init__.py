"""A playground for neural networks: real Keras models, seen while they learn."""

__version__ = "0.1.0"
