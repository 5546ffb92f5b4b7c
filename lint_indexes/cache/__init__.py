"""Reports of earlier runs, for as long as nothing has changed of what they were made from."""
