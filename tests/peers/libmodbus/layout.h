/* How a number lies in 16-bit registers. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdint.h>

enum { LONGEST = 4 }; /* registers of the longest number */

/* Lay `value` (a number as text) out as `form` (int16 ... float64) in `order` (ABCD, CDAB, BADC or
 * DCBA) into `registers`, LONGEST at most. Returns how many registers it takes, 0 if `form` or
 * `order` is unknown or `value` is no number.
 *
 * This is the judge of the gateway's decoding, so it uses nothing but C's own types, memcpy and
 * the network byte order of the C library: no shared table, no code of the product. */
int lay_out(const char *form, const char *order, const char *value, uint16_t *registers);

#endif
