/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/property/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Another process may take a port before the server does. */
enum { TRIES = 20, WAITS = 2000 };

static struct sockaddr_in loopback(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static unsigned free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 &&
                 getsockname(fd, (struct sockaddr *)&address, &size) == 0;
    if (fd >= 0)
        close(fd);
    return bound ? ntohs(address.sin_port) : 0;
}

static bool can_connect(unsigned port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool connected = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return connected;
}

static void run(unsigned port, const char *folder)
{
    char text[16];
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    snprintf(text, sizeof text, "%u", port);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)setpgid(0, 0); /* it ends its whole group with itself */
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execlp("xapian-tcpsrv", "xapian-tcpsrv", "--quiet", "--timeout", "3600000", "--interface",
           "127.0.0.1", "--port", text, folder, (char *)NULL);
    _exit(127);
}

static bool try_port(server *s, const char *folder)
{
    const struct timespec a_moment = {0, 5 * 1000 * 1000};
    s->port = free_port();
    s->process = fork();
    if (s->process == 0)
        run(s->port, folder);
    for (int i = 0; i < WAITS && s->process > 0; i++) {
        if (waitpid(s->process, NULL, WNOHANG) != 0)
            s->process = 0;
        else if (can_connect(s->port))
            return true;
        nanosleep(&a_moment, NULL);
    }
    server_stop(s);
    return false;
}

bool server_is_installed(void)
{
    return system("command -v xapian-tcpsrv > /dev/null") == 0;
}

bool server_start(server *s, const char *folder)
{
    for (int i = 0; i < TRIES; i++)
        if (try_port(s, folder))
            return true;
    return false;
}

void server_stop(server *s)
{
    if (s->process > 0) {
        kill(s->process, SIGTERM);
        waitpid(s->process, NULL, 0);
    }
    s->process = 0;
}
