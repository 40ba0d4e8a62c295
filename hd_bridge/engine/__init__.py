"""Engines: who does the work that the journal holds, on one machine or on several. Pure."""
