"""How fast it is: the same talk, served by ours and by stock Rasa, in one run. `make bench` runs it."""
