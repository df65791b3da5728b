"""Colours, type and sizes of the interface."""
