"""Real servers for tests: own copies on free ports of loopback, stopped as exactly as started. Touches the network."""
