"""How App Store Connect speaks: what is wanted becomes calls, replies become live records or problems.

Everything here is pure (calls, verdicts, rate limit arithmetic, token claims), so every detail of the protocol can be
tested without a network.

Source: https://developer.apple.com/documentation/appstoreconnectapi
"""
