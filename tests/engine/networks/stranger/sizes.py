"""Imported by its neighbour, in the ways that people import."""

CLASSES = 10
