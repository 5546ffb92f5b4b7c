"""Load what the rules judge: the models' catalog and the migrations' history."""
