"""Network, clock and journal: the rooms' only way to the service.

What comes in: settings, calls and the steps of a plan. What goes out: replies, snapshots and outcomes; and a
journal on disk that knows what was sent, whatever happens to the process.
"""
