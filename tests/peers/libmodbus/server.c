/* A Modbus TCP server on libmodbus that misbehaves when told to, for tests of the gateway.
 *
 *     server PORT UNIT...          PORT 0: any free one
 *
 * It tells on standard output, a line each:
 *
 *     listening PORT
 *     connection                   somebody connected
 *     request UNIT FUNCTION START COUNT
 *     done | wrong                 the answer to each line of standard input, which may be
 *
 *     put UNIT TABLE NUMBER FORM ORDER VALUE
 *                                  lay a number out; a bit is: put 1 coil 5 uint16 ABCD 1
 *     manner NAME [ARGUMENT]       how to answer from now on: a name of manners.c, or
 *                                  exception CODE, or deaf (connections are made, nobody reads)
 *     most COUNT                   refuse longer blocks with exception 2; 0: none
 *     missing FUNCTION NUMBER      refuse blocks that hold this item with exception 2; -1: none
 *     drop                         hang up on everybody
 *
 * Right answers are always made by libmodbus, writes included, so that a write would be seen and
 * would work; only then are they spoilt. The end of standard input ends the server. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "layout.h"
#include "manners.h"
#include "units.h"

static struct {
    manner manner;
    int argument;  /* of the manner */
    int exception; /* 0: none */
    bool deaf;
    int most;             /* 0: no bound */
    int missing_function; /* of the table that lacks an item */
    int missing;          /* the item, -1: none */
} behaviour = {.manner = honest, .missing = -1};

static int listener = -1;
static int inside[2]; /* libmodbus answers into one end, and we take its frame from the other */
static fd_set clients;

static int word(const uint8_t *bytes)
{
    return bytes[0] << 8 | bytes[1];
}

/* Says with which exception a request is to be refused, 0 for none. */
static int refusal(int unit, int function, int start, int count)
{
    if (behaviour.exception != 0)
        return behaviour.exception;
    if (unit_tables(unit) == NULL)
        return MODBUS_EXCEPTION_GATEWAY_TARGET;
    if (behaviour.most != 0 && count > behaviour.most)
        return MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
    if (function == behaviour.missing_function && start <= behaviour.missing &&
        behaviour.missing < start + count)
        return MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
    return 0;
}

/* Takes one request and answers it; false when the connection is over. */
static bool served(modbus_t *modbus, int client)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    uint8_t answer[MODBUS_TCP_MAX_ADU_LENGTH];
    int length, code;
    ssize_t size;

    modbus_set_socket(modbus, client);
    length = modbus_receive(modbus, query);
    if (length < 0)
        return false;
    printf("request %d %d %d %d\n", query[6], query[7], word(query + 8), word(query + 10));
    code = refusal(query[6], query[7], word(query + 8), word(query + 10));
    modbus_set_socket(modbus, inside[0]);
    if (code != 0)
        modbus_reply_exception(modbus, query, (unsigned)code);
    else
        modbus_reply(modbus, query, length, unit_tables(query[6]));
    size = recv(inside[1], answer, sizeof answer, 0);
    return size > 0 && behaviour.manner(client, answer, (size_t)size, behaviour.argument);
}

static void hang_up_on(int client)
{
    FD_CLR(client, &clients);
    close(client);
}

static void drop_all(void)
{
    for (int client = 0; client < FD_SETSIZE; client++)
        if (FD_ISSET(client, &clients))
            hang_up_on(client);
}

static bool manner_set(const char *name, int argument)
{
    bool exception = strcmp(name, "exception") == 0;
    bool deaf = strcmp(name, "deaf") == 0;
    manner chosen = exception || deaf ? honest : manner_named(name);

    if (chosen == NULL)
        return false;
    behaviour.manner = chosen;
    behaviour.argument = argument;
    behaviour.exception = exception ? argument : 0;
    behaviour.deaf = deaf;
    return true;
}

static bool obeyed(const char *line)
{
    char table[16], form[16], order[16], value[64], name[32];
    uint16_t words[LONGEST];
    int unit, number, argument = 0;

    if (sscanf(line, "put %d %15s %d %15s %15s %63s", &unit, table, &number, form, order,
               value) == 6) {
        int count = lay_out(form, order, value, words);
        return count > 0 && unit_put(unit, table, number, words, count);
    }
    if (sscanf(line, "manner %31s %d", name, &argument) >= 1)
        return manner_set(name, argument);
    if (sscanf(line, "most %d", &behaviour.most) == 1)
        return true;
    if (sscanf(line, "missing %d %d", &behaviour.missing_function, &behaviour.missing) == 2)
        return true;
    if (strcmp(line, "drop\n") == 0) {
        drop_all();
        return true;
    }
    return false;
}

/* Listens, and tells on which port; false if it cannot. */
static bool listening(modbus_t *modbus)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;

    listener = modbus_tcp_listen(modbus, 32);
    if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        return false;
    printf("listening %d\n", ntohs(address.sin_port));
    return true;
}

static void serve_ready(modbus_t *modbus, const fd_set *ready)
{
    for (int client = 0; client < FD_SETSIZE; client++)
        if (FD_ISSET(client, &clients) && FD_ISSET(client, ready) && !served(modbus, client))
            hang_up_on(client);
    if (FD_ISSET(listener, ready)) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0) {
            FD_SET(client, &clients);
            puts("connection");
        }
    }
}

static void serve(modbus_t *modbus)
{
    char line[256];

    for (;;) {
        fd_set ready;

        FD_ZERO(&ready);
        if (!behaviour.deaf) {
            ready = clients;
            FD_SET(listener, &ready);
        }
        FD_SET(STDIN_FILENO, &ready);
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0)
            return;
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            if (fgets(line, sizeof line, stdin) == NULL)
                return;
            puts(obeyed(line) ? "done" : "wrong");
        } else {
            serve_ready(modbus, &ready);
        }
    }
}

int main(int argc, char **argv)
{
    modbus_t *modbus;

    if (argc < 3) {
        fprintf(stderr, "usage: server PORT UNIT...\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0); /* select must see every line that waits */
    for (int place = 2; place < argc; place++)
        if (!unit_made(atoi(argv[place]) & 0xFF))
            return 1;
    modbus = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
    if (modbus == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, inside) != 0 || !listening(modbus)) {
        perror("server");
        return 1;
    }
    serve(modbus);
    drop_all();
    close(listener);
    return 0;
}
