/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Connections of this process, which Xapian keeps to itself. Private.
 */
#ifndef XAPIAN_C_PEER_H
#define XAPIAN_C_PEER_H

#include <string>
#include <vector>

namespace xc
{

/** The addresses of a server, each the bytes of a sockaddr; none when it has no such name. */
std::vector<std::string> addresses_of(const std::string &host, unsigned port);

/** Whether this process has a connection to one of the addresses that the other side has closed. */
bool has_hung_up(const std::vector<std::string> &addresses);

} // namespace xc

#endif
