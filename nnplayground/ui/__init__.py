"""The window. Everything of Qt is here, and nothing but what people see and touch."""
