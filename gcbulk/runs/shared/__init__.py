"""What the verbs have in common: how a file is read, the service, how a plan is executed, reports and results."""
