"""Training, evaluation, prediction and probing. TensorFlow and Keras only in `engine.keras_backend`."""
