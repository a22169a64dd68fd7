"""The commands, one module a group of people."""
