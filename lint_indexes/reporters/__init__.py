"""A report as text for a person or as data for a tool."""
