"""What is computed: torch and NumPy, no Qt at all."""
