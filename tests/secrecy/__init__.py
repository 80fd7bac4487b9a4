"""The big search for leaks: every address as everyone, and words that nobody without right may meet anywhere."""
