"""Benchmarks: figures with the command that prints them; nothing is asserted here."""
