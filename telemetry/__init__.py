"""How samples travel: Sparkplug B over MQTT, and the proof that none was lost or doubled.

`sparkplug/` and `delivery` are pure: bytes and a time in, values out.
`mqtt` is the one door to the MQTT library; `edge_link` publishes a gateway's spool through it.
"""
