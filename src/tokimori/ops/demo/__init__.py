"""A company to try: its people, their plans, and a month of punches with the mess of real life."""
