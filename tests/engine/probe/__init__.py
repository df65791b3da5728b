"""Tests of what is looked at: quantization, links, twin, probe, preview."""
