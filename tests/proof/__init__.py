"""The long proof: daemons killed, starved and lied to on real servers, then ledger against truth. Touches the network.

``python -m tests.proof [kills|faults|fleet|control|sweep|bench ...]``; the tests of tests/live drive shorter runs.
"""
