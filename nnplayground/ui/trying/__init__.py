"""The network answers one's own hand: a point, a drawing, a text, a row of numbers."""
