"""Lessons: short texts in Markdown beside a lab, with links that set what the lab shows."""
