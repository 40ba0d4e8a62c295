"""The tracking site: one static page a ticket, where a customer sees how things stand. Pure.

``pages`` makes a page of what the journal knows, ``publish`` puts it in place, ``serve`` shows a folder of them.
"""
