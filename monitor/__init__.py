"""Is each limit, interlock and freshness rule met now?

The engine takes inputs (samples, births, deaths, ticks) and the time that comes with them, and
returns changes. It owns no clock and does no I/O, so live running, replay and a test are one call.
"""
