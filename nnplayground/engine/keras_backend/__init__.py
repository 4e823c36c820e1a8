"""The engine over TensorFlow and Keras. Import it only through `engine.loader`."""
