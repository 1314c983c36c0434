"""The metric names that mean something to Sparkplug or to Firstout."""

BD_SEQ = "bdSeq"
REBIRTH = "Node Control/Rebirth"

# What Firstout adds to each data message of its own gateways.
SPOOL = "spool"
OFFSET = "offset"
READ_TIME = "read_time"
LOST_FROM = "lost_from"
LOST_TO = "lost_to"

DELIVERY = (SPOOL, OFFSET, READ_TIME, LOST_FROM, LOST_TO)
