"""One folder a lab: its State, its view, its controls."""
