"""Generated migration histories, run on the emulated server and on a real one, which must agree."""
