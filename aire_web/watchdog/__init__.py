"""Watches the watcher: a small process that tells by its own route when AIRE is late or away.

It needs neither Redis nor Celery nor the engine, and loads none of AIRE's rooms.
"""
