"""Runs side by side: what is known of each, what each makes of the same sample, and twins that are trained to compare.

`engine.compare.listing` needs no torch; the others are imported by the session's worker.
"""
