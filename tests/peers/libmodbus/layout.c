#define _DEFAULT_SOURCE
#include "layout.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Write the number's bytes, most significant first; returns how many, 0 if it is none. */
static size_t in_network_order(const char *form, const char *value, uint8_t *bytes)
{
    char *end = NULL;
    uint16_t two = 0;
    uint32_t four = 0;
    uint64_t eight = 0;
    size_t size = 0;

    errno = 0;
    if (strcmp(form, "int16") == 0) {
        two = (uint16_t)(int16_t)strtol(value, &end, 10);
        size = sizeof two;
    } else if (strcmp(form, "uint16") == 0) {
        two = (uint16_t)strtoul(value, &end, 10);
        size = sizeof two;
    } else if (strcmp(form, "int32") == 0) {
        four = (uint32_t)(int32_t)strtoll(value, &end, 10);
        size = sizeof four;
    } else if (strcmp(form, "uint32") == 0) {
        four = (uint32_t)strtoull(value, &end, 10);
        size = sizeof four;
    } else if (strcmp(form, "float32") == 0) {
        float number = strtof(value, &end);
        memcpy(&four, &number, sizeof four);
        size = sizeof four;
    } else if (strcmp(form, "int64") == 0) {
        eight = (uint64_t)strtoll(value, &end, 10);
        size = sizeof eight;
    } else if (strcmp(form, "uint64") == 0) {
        eight = strtoull(value, &end, 10);
        size = sizeof eight;
    } else if (strcmp(form, "float64") == 0) {
        double number = strtod(value, &end);
        memcpy(&eight, &number, sizeof eight);
        size = sizeof eight;
    } else {
        return 0;
    }
    if (errno != 0 || end == value || *end != '\0')
        return 0;
    two = htons(two);
    four = htonl(four);
    eight = htobe64(eight);
    if (size == sizeof two)
        memcpy(bytes, &two, size);
    else if (size == sizeof four)
        memcpy(bytes, &four, size);
    else
        memcpy(bytes, &eight, size);
    return size;
}

int lay_out(const char *form, const char *order, const char *value, uint16_t *registers)
{
    uint8_t bytes[2 * LONGEST];
    bool low_register_first = strcmp(order, "CDAB") == 0 || strcmp(order, "DCBA") == 0;
    bool low_byte_first = strcmp(order, "BADC") == 0 || strcmp(order, "DCBA") == 0;
    int count;

    if (!low_register_first && !low_byte_first && strcmp(order, "ABCD") != 0)
        return 0;
    count = (int)in_network_order(form, value, bytes) / 2;
    for (int place = 0; place < count; place++) {
        const uint8_t *pair = bytes + 2 * (low_register_first ? count - 1 - place : place);
        uint8_t on_the_wire[2] = {pair[low_byte_first ? 1 : 0], pair[low_byte_first ? 0 : 1]};
        uint16_t word;

        memcpy(&word, on_the_wire, sizeof word);
        registers[place] = ntohs(word);
    }
    return count;
}
