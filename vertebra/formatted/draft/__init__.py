"""From files to a template, each decision with its confidence, its evidence and its alternatives."""
