"""The core: what a case is, how it lives, who handles it. No HTTP, no templates."""
