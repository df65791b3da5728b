"""The Studio: a network, watched while it learns."""
