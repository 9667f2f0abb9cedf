"""What gcbulk does, one module a verb: the command line and a notebook call the same functions.

What verbs have in common is in `gcbulk.runs.shared`. Nothing here prints; whatever has to be confirmed is asked through
an argument.
"""
