"""Runs for other programs: tidy tables (`tables`), and TensorBoard event files (`tensorboard`, an optional extra)."""
