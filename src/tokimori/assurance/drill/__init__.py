"""The drill: somebody with every right over a database changes it, and each time it must be named what is wrong.

It is held in a database of its own, in processes that know none of the product's secrets. ``holding`` begins it and writes
down how it ended, ``inside`` is what happens there, ``attacks`` what is tried.
"""
