"""What is seen: Qt, pyqtgraph and NumPy, never torch."""
