"""The network as a picture that is built by clicking and dragging."""
