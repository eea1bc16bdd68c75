"""The web application: one file per noun, its templates in `templates/<noun>/`; docs/internals/web.md."""
