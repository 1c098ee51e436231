/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace
{

/* Of the other side; empty for what is no connection. */
std::string peer_of(int fd)
{
    sockaddr_storage peer = {};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr *>(&peer), &size) != 0)
        return {};
    return {reinterpret_cast<const char *>(&peer), size};
}

/* Looks without taking anything: what is left to read is an answer. */
bool is_closed(int fd)
{
    char byte;
    const ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

} // namespace

std::vector<std::string> xc::addresses_of(const std::string &host, unsigned port)
{
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    std::vector<std::string> addresses;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return addresses;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    for (; found; found = found->ai_next)
        addresses.emplace_back(reinterpret_cast<const char *>(found->ai_addr), found->ai_addrlen);
    return addresses;
}

bool xc::has_hung_up(const std::vector<std::string> &addresses)
{
    std::error_code failed;
    if (addresses.empty()) /* nothing is served: no question looks at the descriptors */
        return false;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) {
        const int fd = std::stoi(entry.path().filename());
        if (std::count(addresses.begin(), addresses.end(), peer_of(fd)) > 0 && is_closed(fd))
            return true;
    }
    return false;
}
