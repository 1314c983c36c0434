"""`firstout replay`: recorded samples, or the inputs of a live run, judged again."""
