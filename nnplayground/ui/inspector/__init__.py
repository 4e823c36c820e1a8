"""The arguments of the chosen layer, as a form made from the layer's own description."""
