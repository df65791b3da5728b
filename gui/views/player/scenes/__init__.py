"""One stage for each kind of trace."""
