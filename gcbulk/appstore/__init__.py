"""How App Store Connect speaks: resources become calls, replies become resources or problems.

What comes in: the attributes of a step, ids, replies. What goes out: `Call` records, verdicts about replies, rate
limit arithmetic and token claims. Everything here is pure, so every sentence of the protocol can be tested without
a network.

Source: https://developer.apple.com/documentation/appstoreconnectapi
"""
