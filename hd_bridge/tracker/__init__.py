"""Trackers: the doors to a Redmine-style tracker and the pure words that are sent through them. Pure."""
