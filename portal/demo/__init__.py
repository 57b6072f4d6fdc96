"""The demo: invented people who sign in with one click. Nothing of it is part of `portal serve`."""
