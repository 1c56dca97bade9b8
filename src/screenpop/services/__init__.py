"""Use cases: plain synchronous functions ``(tx, command, now, ids) -> result`` (design 2.3).

Each loads, decides (and raises), and only then writes, all in the transaction it is given.
"""
