"""Are two indexes the same? Which indexes of two catalogs belong together?"""
