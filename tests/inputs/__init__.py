"""Bad input in bulk: every endpoint, every role, every part of a request, and the scanners on a running demo."""
