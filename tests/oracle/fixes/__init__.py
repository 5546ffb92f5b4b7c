"""Random projects whose policy, models and migrations disagree, and what ``--fix`` makes of them."""
