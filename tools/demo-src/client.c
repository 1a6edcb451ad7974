// SPDX-License-Identifier: Apache-2.0
// Calls calculator.x over UDP at a given address and port, without rpcbind. An ordinary client of libtirpc: nothing in it knows the NIC.
#include "calculator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LARGEST_MESSAGE = 8800 };

static struct timeval patience = { .tv_sec = 60 };
static CLIENT *client;
static int failures;
static struct timespec begin;

static void start(void)
{
    clock_gettime(CLOCK_MONOTONIC, &begin);
}

// Says what a call came to; true if it succeeded.
static int done(enum clnt_stat status, const char *what)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    double milliseconds = (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
    if (status != RPC_SUCCESS) {
        printf("%s: %s (%.1f ms)\n", what, clnt_sperrno(status), milliseconds);
        failures++;
        return 0;
    }

    printf("%s (%.1f ms): ", what, milliseconds);
    return 1;
}

static void judge(int is_right)
{
    printf("%s\n", is_right ? "" : "  WRONG");
    failures += !is_right;
}

static void null(void)
{
    start();
    if (done(clnt_call(client, NULLPROC, (xdrproc_t)xdr_void, NULL, (xdrproc_t)xdr_void, NULL, patience), "NULL")) {
        printf("answered");
        judge(1);
    }
}

static void add(int left, int right)
{
    int_pair argument = { left, right };
    int sum = 0;
    start();
    if (done(clnt_call(client, ADD, (xdrproc_t)xdr_int_pair, (char *)&argument, (xdrproc_t)xdr_int, (char *)&sum, patience), "ADD")) {
        printf("%d + %d = %d", left, right, sum);
        judge(sum == (int)((unsigned)left + (unsigned)right));
    }
}

static void add_hyper(quad_t left, quad_t right)
{
    hyper_pair argument = { left, right };
    quad_t sum = 0;
    start();
    if (done(clnt_call(client, ADD_HYPER, (xdrproc_t)xdr_hyper_pair, (char *)&argument, (xdrproc_t)xdr_hyper, (char *)&sum, patience),
            "ADD_HYPER")) {
        printf("%lld + %lld = %lld", (long long)left, (long long)right, (long long)sum);
        judge(sum == (quad_t)((u_quad_t)left + (u_quad_t)right));
    }
}

static void greet(const char *name)
{
    static const char greeting[] = "Hello, ";
    char *argument = (char *)name;
    char *answer = NULL;
    start();
    if (done(clnt_call(client, GREET, (xdrproc_t)xdr_text, (char *)&argument, (xdrproc_t)xdr_text, (char *)&answer, patience), "GREET")) {
        printf("\"%s\"", answer);
        judge(strncmp(answer, greeting, sizeof greeting - 1) == 0 && strcmp(answer + sizeof greeting - 1, name) == 0);
        xdr_free((xdrproc_t)xdr_text, (char *)&answer);
    }
}

static long number(const char *text, long most, const char *what)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > most) {
        fprintf(stderr, "client: %s '%s' is no number from 1 to %ld\n", what, text, most);
        exit(2);
    }

    return value;
}

int main(int count, char **arguments)
{
    if (count < 4 || count > 6 || (strcmp(arguments[3], "none") != 0 && strcmp(arguments[3], "sys") != 0)) {
        fprintf(stderr, "usage: client ADDRESS PORT none|sys [SECONDS-UNTIL-SENT-AGAIN [ROUNDS]]\n");
        return 2;
    }

    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((unsigned short)number(arguments[2], 65535, "port")) };
    if (inet_pton(AF_INET, arguments[1], &server.sin_addr) != 1) {
        fprintf(stderr, "client: '%s' is no IPv4 address\n", arguments[1]);
        return 2;
    }

    struct timeval again = { .tv_sec = count > 4 ? number(arguments[4], 3600, "time") : 30 };
    long rounds = count > 5 ? number(arguments[5], 1000000, "number of rounds") : 1;
    patience.tv_sec = 2 * again.tv_sec;

    // A simulated NIC is slow by our clock: without this the client would send again before the first call is through.
    int handle = RPC_ANYSOCK;
    client = clntudp_bufcreate(&server, CALCULATOR_PROGRAM, CALCULATOR_VERSION, again, &handle, LARGEST_MESSAGE, LARGEST_MESSAGE);
    if (client == NULL) {
        clnt_pcreateerror("client");
        return 1;
    }

    if (strcmp(arguments[3], "none") == 0) {
        client->cl_auth = authnone_create();
    } else {
        gid_t groups[] = { 100, 101 };
        client->cl_auth = authunix_create("enzian", 1000, 1000, 2, groups);
    }

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (long round = 0; round < rounds; round++) {
        null();
        add(19, 23);
        add(-1, 1);
        add_hyper(4000000000000LL, 2);
        add_hyper(-5, 3);
        greet("Lauberhorn");
        greet("whoever reads this far, whose name is so long that it lies in a control line and in the aux lines behind it, "
              "as the answer does, which is longer still");
    }

    auth_destroy(client->cl_auth);
    clnt_destroy(client);
    return failures != 0;
}
