"""Network, clock and journal: the only room that talks to the service.

The journal on disk knows what was sent, whatever happens to the process.
"""
