"""The inspector: a form made from a layer's own description."""
