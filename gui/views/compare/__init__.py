"""Runs side by side: curves, the same sample through two networks, settings, accuracy per class, where they differ."""
