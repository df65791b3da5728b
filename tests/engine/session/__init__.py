"""Tests of the session: commands in, snapshots, points and events out."""
