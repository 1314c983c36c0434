"""`firstout apply`: a changed plant folder taken into the running plant."""
