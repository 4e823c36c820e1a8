"""Data sets: what there is, how it is made, fetched, checked and prepared. No Qt, no TensorFlow."""
