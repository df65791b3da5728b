"""Parts that show one thing and know no engine."""
