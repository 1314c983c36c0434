/* The tables of the units that the server answers for. */
#ifndef UNITS_H
#define UNITS_H

#include <modbus.h>
#include <stdbool.h>
#include <stdint.h>

enum { ITEMS = 65536 };

/* Makes a unit with every item of the four tables. Register n of a unit holds n * 7 + unit as 16
 * bits, in the input table plus 1; bit n is set when n + unit is a multiple of 3, in the table of
 * discrete inputs when it is not. Returns false without memory. */
bool unit_made(int unit);

/* Returns the unit's tables, NULL where there is no such unit. */
modbus_mapping_t *unit_tables(int unit);

/* Sets bit or registers of a table (coil, discrete, holding, input). False if it has none such. */
bool unit_put(int unit, const char *table, int number, const uint16_t *words, int count);

#endif
