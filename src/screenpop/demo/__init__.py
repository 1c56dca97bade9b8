"""The demo: a small contact centre whose facts are fixed (contract 8)."""
