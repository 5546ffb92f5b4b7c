"""Times the tool beside what it replaces and what it cannot do without: python -m performance --help.

What takes turns in one run is compared as a ratio, which depends little on the machine and on its load.
"""
