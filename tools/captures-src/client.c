// SPDX-License-Identifier: Apache-2.0
// Calls sample.x over UDP: the null procedure, every procedure in several sizes, and what a server has to refuse.
#include "sample.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_MESSAGE = 10000 };

static const struct timeval patience = { .tv_sec = 2 };
static struct sockaddr_in server;
static const char *flavor;
static int failures;

static CLIENT *connect_to(unsigned long program, unsigned long version)
{
    int handle = RPC_ANYSOCK;
    CLIENT *client = clntudp_bufcreate(&server, program, version, patience, &handle, LARGEST_MESSAGE, LARGEST_MESSAGE);
    if (client == NULL) {
        clnt_pcreateerror("client");
        exit(1);
    }

    if (strcmp(flavor, "none") == 0) {
        client->cl_auth = authnone_create();
    } else {
        // Fixed names and numbers, so that a new recording has the same calls. The name's length is no multiple of
        // four, the groups make the credential long.
        static gid_t groups[16] = { 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115 };
        int some = strcmp(flavor, "sys-groups") == 0 ? 16 : 1;
        client->cl_auth = authunix_create("enzian", 1000, 1000, some, groups);
    }

    return client;
}

static void expect(enum clnt_stat wanted, enum clnt_stat got, const char *what)
{
    if (wanted != got) {
        fprintf(stderr, "client: %s: %s\n", what, clnt_sperrno(got));
        failures++;
    }
}

static void call_null(CLIENT *client, unsigned long procedure, enum clnt_stat wanted, const char *what)
{
    expect(wanted, clnt_call(client, procedure, (xdrproc_t)xdr_void, NULL, (xdrproc_t)xdr_void, NULL, patience), what);
}

static void add(CLIENT *client, int left, int right)
{
    pair argument = { left, right };
    int sum = 0;
    expect(RPC_SUCCESS,
        clnt_call(client, ADD, (xdrproc_t)xdr_pair, (char *)&argument, (xdrproc_t)xdr_int, (char *)&sum, patience), "add");
    if (sum != (int)((unsigned)left + (unsigned)right)) {
        fprintf(stderr, "client: %d + %d gave %d\n", left, right, sum);
        failures++;
    }
}

static void echo_string(CLIENT *client, const char *argument)
{
    char *sent = (char *)argument;
    char *received = NULL;
    expect(RPC_SUCCESS,
        clnt_call(client, ECHO_STRING, (xdrproc_t)xdr_text, (char *)&sent, (xdrproc_t)xdr_text, (char *)&received, patience),
        "echo of a string");
    if (received == NULL || strcmp(sent, received) != 0) {
        fprintf(stderr, "client: \"%s\" came back otherwise\n", sent);
        failures++;
    }
}

static void echo_opaque(CLIENT *client, unsigned length)
{
    static char content[LARGEST_MESSAGE];
    for (unsigned i = 0; i < length; i++) {
        content[i] = (char)(i * 7 + length);
    }

    blob sent = { length, content };
    blob received = { 0, NULL };
    expect(RPC_SUCCESS,
        clnt_call(client, ECHO_OPAQUE, (xdrproc_t)xdr_blob, (char *)&sent, (xdrproc_t)xdr_blob, (char *)&received, patience),
        "echo of bytes");
    if (received.blob_len != length || (length > 0 && memcmp(received.blob_val, content, length) != 0)) {
        fprintf(stderr, "client: %u bytes came back otherwise\n", length);
        failures++;
    }
}

int main(int count, char **arguments)
{
    if (count < 4) {
        fprintf(stderr, "usage: client ADDRESS PORT none|sys|sys-groups [LENGTH...]\n");
        return 2;
    }

    server.sin_family = AF_INET;
    server.sin_port = htons((unsigned short)atoi(arguments[2]));
    inet_pton(AF_INET, arguments[1], &server.sin_addr);
    flavor = arguments[3];

    CLIENT *client = connect_to(SAMPLE_PROGRAM, SAMPLE_VERSION);
    if (count > 4) {
        for (int i = 4; i < count; i++) {
            echo_opaque(client, (unsigned)atoi(arguments[i]));
        }

        return failures != 0;
    }

    call_null(client, NULLPROC, RPC_SUCCESS, "null");
    add(client, 19, 23);
    add(client, -1, 1);
    add(client, 0x7FFFFFFF, 1);
    echo_string(client, "");
    echo_string(client, "a");
    echo_string(client, "warm");
    echo_string(client, "the quick brown fox jumps over the lazy dog");

    // Around the ends of beats (64 bytes), lines (128) and of the largest frame of an ordinary Ethernet.
    static const unsigned lengths[] = { 0, 1, 2, 3, 4, 5, 60, 63, 64, 65, 92, 96, 100, 127, 128, 129, 500, 1000, 1400 };
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        echo_opaque(client, lengths[i]);
    }

    call_null(client, 99, RPC_PROCUNAVAIL, "a procedure that does not exist");
    call_null(connect_to(SAMPLE_PROGRAM, 7), NULLPROC, RPC_PROGVERSMISMATCH, "a version that does not exist");
    call_null(connect_to(SAMPLE_PROGRAM + 1, SAMPLE_VERSION), NULLPROC, RPC_PROGUNAVAIL, "a program that does not exist");
    return failures != 0;
}
