// SPDX-License-Identifier: Apache-2.0
// Serves sample.x over UDP on the address and port given. No port mapper: the capture should hold nothing but the calls.
#include "sample.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LARGEST_MESSAGE = 10000 };

// rpcgen -m writes this one.
void sample_program_1(struct svc_req *request, SVCXPRT *transport);

int *add_1_svc(pair *argument, struct svc_req *request)
{
    static int sum;
    (void)request;
    sum = (int)((unsigned)argument->left + (unsigned)argument->right);
    return &sum;
}

text *echo_string_1_svc(text *argument, struct svc_req *request)
{
    static text answer;
    (void)request;
    answer = *argument;
    return &answer;
}

blob *echo_opaque_1_svc(blob *argument, struct svc_req *request)
{
    static blob answer;
    (void)request;
    answer = *argument;
    return &answer;
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: server ADDRESS PORT\n");
        return 2;
    }

    struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[2])) };
    int handle = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (inet_pton(AF_INET, arguments[1], &own.sin_addr) != 1 || handle < 0
        || bind(handle, (struct sockaddr *)&own, sizeof own) != 0) {
        perror("server: cannot listen");
        return 1;
    }

    SVCXPRT *transport = svcudp_bufcreate(handle, LARGEST_MESSAGE, LARGEST_MESSAGE);

    // Protocol 0: not announced to a port mapper.
    if (transport == NULL || !svc_register(transport, SAMPLE_PROGRAM, SAMPLE_VERSION, sample_program_1, 0)) {
        fprintf(stderr, "server: cannot register the service\n");
        return 1;
    }

    puts("ready");
    fflush(stdout);
    svc_run();
    return 1;
}
