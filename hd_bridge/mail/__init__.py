"""Mail: what it says, how it is written and the doors it passes. Pure."""
