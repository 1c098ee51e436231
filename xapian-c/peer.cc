/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace
{

using addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

addresses resolve(const std::string &host, unsigned port)
{
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        found = nullptr;
    return {found, freeaddrinfo};
}

bool leads_to(int fd, const addrinfo *wanted)
{
    sockaddr_storage peer = {};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr *>(&peer), &size) != 0)
        return false;
    for (; wanted; wanted = wanted->ai_next)
        if (wanted->ai_addrlen == size && std::memcmp(wanted->ai_addr, &peer, size) == 0)
            return true;
    return false;
}

/* Looks without taking anything: what is left to read is an answer. */
bool is_closed(int fd)
{
    char byte;
    const ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

} // namespace

bool xc::has_hung_up(const std::string &host, unsigned port)
{
    const addresses wanted = resolve(host, port);
    std::error_code failed;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) {
        const int fd = std::stoi(entry.path().filename());
        if (leads_to(fd, wanted.get()) && is_closed(fd))
            return true;
    }
    return false;
}
