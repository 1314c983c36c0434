/* The ways in which a device can answer wrongly. */
#ifndef MANNERS_H
#define MANNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sends an answer to `client`. `frame` is the right answer, `size` bytes as libmodbus made them,
 * and may be spoilt. Returns false when the connection is to be closed. */
typedef bool (*manner)(int client, uint8_t *frame, size_t size, int argument);

/* Returns the manner of that name, NULL if there is none. */
manner manner_named(const char *name);

/* Sends the right answer. */
bool honest(int client, uint8_t *frame, size_t size, int argument);

#endif
