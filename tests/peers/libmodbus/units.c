#include "units.h"

#include <string.h>

static modbus_mapping_t *units[256];

bool unit_made(int unit)
{
    modbus_mapping_t *tables = modbus_mapping_new(ITEMS, ITEMS, ITEMS, ITEMS);

    if (tables == NULL)
        return false;
    for (int number = 0; number < ITEMS; number++) {
        tables->tab_registers[number] = (uint16_t)(number * 7 + unit);
        tables->tab_input_registers[number] = (uint16_t)(number * 7 + unit + 1);
        tables->tab_bits[number] = (number + unit) % 3 == 0;
        tables->tab_input_bits[number] = (number + unit) % 3 != 0;
    }
    units[unit] = tables;
    return true;
}

modbus_mapping_t *unit_tables(int unit)
{
    return unit < 0 || unit > 255 ? NULL : units[unit];
}

bool unit_put(int unit, const char *table, int number, const uint16_t *words, int count)
{
    modbus_mapping_t *tables = unit_tables(unit);

    if (tables == NULL || number < 0 || number + count > ITEMS)
        return false;
    if (strcmp(table, "coil") == 0)
        tables->tab_bits[number] = words[0] != 0;
    else if (strcmp(table, "discrete") == 0)
        tables->tab_input_bits[number] = words[0] != 0;
    else if (strcmp(table, "holding") == 0)
        memcpy(tables->tab_registers + number, words, (size_t)count * sizeof *words);
    else if (strcmp(table, "input") == 0)
        memcpy(tables->tab_input_registers + number, words, (size_t)count * sizeof *words);
    else
        return false;
    return true;
}
