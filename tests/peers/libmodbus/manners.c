#define _DEFAULT_SOURCE
#include "manners.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* | transaction 2 | protocol 2 | length 2 | unit 1 | function 1 | bytes that follow 1 | data | */
enum { TRANSACTION = 0, PROTOCOL = 2, LENGTH = 4, UNIT = 6, FUNCTION = 7, BYTES = 8 };

enum { LARGEST = 512 };

static void pause_ms(int milliseconds)
{
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

static bool put(int client, const uint8_t *bytes, size_t size)
{
    return send(client, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static void set_length(uint8_t *frame, unsigned length)
{
    frame[LENGTH] = (uint8_t)(length >> 8);
    frame[LENGTH + 1] = (uint8_t)length;
}

/* Sends a frame that is whole in itself but has `more` bytes of data than the right one. */
static bool resized(int client, const uint8_t *frame, size_t size, int more)
{
    uint8_t other[LARGEST] = {0};
    size_t length = size + (size_t)more;

    memcpy(other, frame, more < 0 ? length : size);
    other[BYTES] = (uint8_t)(other[BYTES] + more);
    set_length(other, (unsigned)(length - UNIT));
    return put(client, other, length);
}

bool honest(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    return put(client, frame, size);
}

static bool late(int client, uint8_t *frame, size_t size, int milliseconds)
{
    pause_ms(milliseconds);
    return put(client, frame, size);
}

static bool silent(int client, uint8_t *frame, size_t size, int argument)
{
    (void)client, (void)frame, (void)size, (void)argument;
    return true;
}

static bool wrong_transaction(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    frame[TRANSACTION] ^= 0x55;
    return put(client, frame, size);
}

static bool zero_transaction(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    frame[TRANSACTION] = frame[TRANSACTION + 1] = 0;
    return put(client, frame, size);
}

static bool wrong_protocol(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    frame[PROTOCOL + 1] = 1;
    return put(client, frame, size);
}

static bool wrong_unit(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    frame[UNIT] ^= 0x0F;
    return put(client, frame, size);
}

static bool wrong_function(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    frame[FUNCTION] = (uint8_t)(frame[FUNCTION] % 4 + 1);
    return put(client, frame, size);
}

static bool wrong_count(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    frame[BYTES] ^= 0xFF;
    return put(client, frame, size);
}

static bool short_frame(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    return put(client, frame, size - 1);
}

static bool short_data(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    return resized(client, frame, size, -1);
}

static bool long_data(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    return resized(client, frame, size, 2);
}

static bool corrupt_length(int client, uint8_t *frame, size_t size, int length)
{
    set_length(frame, (unsigned)length);
    return put(client, frame, size);
}

static bool garbage(int client, uint8_t *frame, size_t size, int argument)
{
    static const uint8_t noise[] = {0xDE, 0xAD, 0xBE, 0xEF, 0x00, 0xFF, 0x7E, 0x55, 0xAA, 0x0D};
    (void)argument;
    return put(client, noise, sizeof noise) && put(client, frame, size);
}

static bool twice(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    return put(client, frame, size) && put(client, frame, size);
}

static bool in_pieces(int client, uint8_t *frame, size_t size, int milliseconds)
{
    for (size_t at = 0; at < size; at++) {
        if (!put(client, frame + at, 1))
            return false;
        pause_ms(milliseconds);
    }
    return true;
}

static bool hang_up(int client, uint8_t *frame, size_t size, int argument)
{
    (void)argument;
    put(client, frame, size / 2);
    return false;
}

static bool reset(int client, uint8_t *frame, size_t size, int argument)
{
    struct linger at_once = {1, 0};
    (void)argument;
    put(client, frame, size / 2);
    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
}

static const struct {
    const char *name;
    manner manner;
} MANNERS[] = {
    {"honest", honest},
    {"late", late},
    {"silent", silent},
    {"wrong-transaction", wrong_transaction},
    {"zero-transaction", zero_transaction},
    {"wrong-protocol", wrong_protocol},
    {"wrong-unit", wrong_unit},
    {"wrong-function", wrong_function},
    {"wrong-count", wrong_count},
    {"short-frame", short_frame},
    {"short-data", short_data},
    {"long-data", long_data},
    {"corrupt-length", corrupt_length},
    {"garbage", garbage},
    {"twice", twice},
    {"in-pieces", in_pieces},
    {"hang-up", hang_up},
    {"reset", reset},
};

manner manner_named(const char *name)
{
    for (size_t place = 0; place < sizeof MANNERS / sizeof *MANNERS; place++)
        if (strcmp(MANNERS[place].name, name) == 0)
            return MANNERS[place].manner;
    return NULL;
}
